/* Two moons by hand: a network 2-16-16-1 with hinge loss and penalty, one loss with its gradients, and training by Adam. */
#include <math.h>
#include <string.h>
enum { N = 100, M = 104, I = 2, H = 16 };  /* examples, padded; inputs; hidden neurons */
static double h1[H][M], h2[H][M], d1[H][M], d2[H][M], d3[M];

static double dot(const double *a, const double *b)
{
    double lanes[8] = {0}, sum = 0;
    for (int n = 0; n < M; n += 8)
        for (int k = 0; k < 8; k++)
            lanes[k] += a[n + k] * b[n + k];
    for (int k = 0; k < 8; k++)
        sum += lanes[k];
    return sum;
}

double moons_loss(const double *p, const double (*x)[M], const double *y, double *g)
{
    const double *w1 = p, *w2 = p + H * (I + 1), *w3 = w2 + H * (H + 1);
    double *g1 = g, *g2 = g + H * (I + 1), *g3 = g2 + H * (H + 1), loss = 0, penalty = 0, z[M], ones[M];
    for (int n = 0; n < M; n++)
        ones[n] = 1;
    for (int i = 0; i < H; i++) {
        const double *w = w1 + i * (I + 1);
        for (int n = 0; n < M; n++) {
            double s = w[0] * x[0][n] + w[1] * x[1][n] + w[2];
            h1[i][n] = s > 0 ? s : 0;
        }
    }
    for (int i = 0; i < H; i++) {
        const double *w = w2 + i * (H + 1);
        double s[M];
        for (int n = 0; n < M; n++)
            s[n] = w[H];
        for (int j = 0; j < H; j++)
            for (int n = 0; n < M; n++)
                s[n] += w[j] * h1[j][n];
        for (int n = 0; n < M; n++)
            h2[i][n] = s[n] > 0 ? s[n] : 0;
    }
    for (int n = 0; n < M; n++)
        z[n] = w3[H];
    for (int j = 0; j < H; j++)
        for (int n = 0; n < M; n++)
            z[n] += w3[j] * h2[j][n];
    for (int n = 0; n < N; n++) {
        double margin = 1 - y[n] * z[n];
        loss += margin > 0 ? margin : 0;
        d3[n] = margin > 0 ? -y[n] / N : 0;
    }
    memset(d1, 0, sizeof d1);
    for (int i = 0; i < H; i++)
        for (int n = 0; n < M; n++)
            d2[i][n] = h2[i][n] > 0 ? w3[i] * d3[n] : 0;
    for (int i = 0; i < H; i++)
        for (int j = 0; j < H; j++)
            for (int n = 0; n < M; n++)
                d1[j][n] += w2[i * (H + 1) + j] * d2[i][n];
    for (int j = 0; j < H; j++)
        for (int n = 0; n < M; n++)
            d1[j][n] = h1[j][n] > 0 ? d1[j][n] : 0;
    for (int i = 0; i < H; i++) {
        g1[i * 3] = dot(d1[i], x[0]), g1[i * 3 + 1] = dot(d1[i], x[1]), g1[i * 3 + 2] = dot(d1[i], ones);
        for (int j = 0; j < H; j++)
            g2[i * (H + 1) + j] = dot(d2[i], h1[j]);
        g2[i * (H + 1) + H] = dot(d2[i], ones);
        g3[i] = dot(d3, h2[i]);
    }
    g3[H] = dot(d3, ones);
    for (int k = 0; k < H * (I + 1) + H * (H + 1) + H + 1; k++) {
        penalty += p[k] * p[k];
        g[k] += 2e-4 * p[k];
    }
    return loss / N + 1e-4 * penalty;
}

void moons_train(double *p, double (*memory)[H * (I + 1) + H * (H + 1) + H + 1], const double (*x)[M], const double *y,
                 double *restrict g, double *losses, int steps, double lr)
{
    const double beta1 = 0.9, beta2 = 0.999;
    double *restrict m = memory[0], *restrict v = memory[1], power1 = 1, power2 = 1;
    for (int t = 0; t < steps; t++) {
        losses[t] = moons_loss(p, x, y, g);
        power1 *= beta1, power2 *= beta2;
        for (int k = 0; k < H * (I + 1) + H * (H + 1) + H + 1; k++) {
            m[k] = beta1 * m[k] + (1 - beta1) * g[k];
            v[k] = beta2 * v[k] + (1 - beta2) * g[k] * g[k];
            p[k] -= lr * (m[k] / (1 - power1)) / (sqrt(v[k] / (1 - power2)) + 1e-8);
        }
    }
}
