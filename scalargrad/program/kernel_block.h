/* What kernel.c does with a block of `width` vectors of the type NUMBERS; a row of a block is `width` vectors. */

#define ROW(place) ((NUMBERS *)rows + (ptrdiff_t)(place) * width)

/* Compute SUMS weighted sums of the same rows, those of the next steps, for WIDE vectors of the block from v on. */
#define LINEAR_SUMS(SUMS, WIDE) { \
    const int32_t *term[SUMS]; \
    NUMBERS sum[SUMS][WIDE]; \
    for (int j = 0; j < SUMS; j++) { \
        term[j] = terms + 2 * (ptrdiff_t)step[4 * j + 2]; \
        for (int w = 0; w < WIDE; w++) \
            sum[j][w] = invariants[term[j][0]] * ROW(term[0][1])[v + w]; \
    } \
    for (ptrdiff_t t = 2, end = 2 * ((ptrdiff_t)step[3] - step[2]); t < end; t += 2) { \
        const NUMBERS *x = ROW(term[0][t + 1]) + v; \
        for (int j = 0; j < SUMS; j++) \
            for (int w = 0; w < WIDE; w++) \
                sum[j][w] += invariants[term[j][t]] * x[w]; \
    } \
    for (int j = 0; j < SUMS; j++) \
        for (int w = 0; w < WIDE; w++) \
            ROW(step[4 * j + 1])[v + w] = sum[j][w]; \
}

/* Compute a sum of products of rows for WIDE vectors of the block from v on. */
#define INNER_SUM(WIDE) { \
    const int32_t *term = terms + 2 * (ptrdiff_t)step[2], *end = terms + 2 * (ptrdiff_t)step[3]; \
    NUMBERS sum[WIDE]; \
    for (int w = 0; w < WIDE; w++) \
        sum[w] = ROW(term[0])[v + w] * ROW(term[1])[v + w]; \
    while ((term += 2) != end) { \
        const NUMBERS *x = ROW(term[0]) + v, *y = ROW(term[1]) + v; \
        for (int w = 0; w < WIDE; w++) \
            sum[w] += x[w] * y[w]; \
    } \
    for (int w = 0; w < WIDE; w++) \
        ROW(step[1])[v + w] = sum[w]; \
}

#define FOR_EACH(formula) for (ptrdiff_t k = 0; k < size; k++) out[k] = formula; break

static void NAME(steps)(const int32_t *step, ptrdiff_t count, const int32_t *terms, const double *invariants,
                        double *rows, ptrdiff_t width)
{
    ptrdiff_t size = width * LANES_OF(NUMBERS);
    for (const int32_t *last = step + 4 * count; step != last; step += 4) {
        ptrdiff_t v = 0;
        if (step[0] == LINEAR_4) {
            for (; v + 4 <= width; v += 4)
                LINEAR_SUMS(4, 4)
            for (; v < width; v++)
                LINEAR_SUMS(4, 1)
            step += 12;
            continue;
        }
        if (step[0] == LINEAR) {
            for (; v + 4 <= width; v += 4)
                LINEAR_SUMS(1, 4)
            for (; v < width; v++)
                LINEAR_SUMS(1, 1)
            continue;
        }
        if (step[0] == INNER) {
            for (; v + 4 <= width; v += 4)
                INNER_SUM(4)
            for (; v < width; v++)
                INNER_SUM(1)
            continue;
        }
        double *restrict out = (double *)ROW(step[1]);
        const double *x = (double *)ROW(step[2]), *y = (double *)ROW(step[3]);
        switch (step[0]) {
        CASES  /* those of the other steps, from their texts in languages.py */
        }
    }
}

/* Add the products of rows of a block to the totals, `count` examples of it. */
static void NAME(add_products)(const struct schedule *s, double *totals, double *rows, ptrdiff_t width, ptrdiff_t count)
{
    const int lanes_of = LANES_OF(NUMBERS);
    ptrdiff_t full = count / lanes_of, rest = full * lanes_of;
    for (const int32_t *p = s->products, *end = p + 3 * s->product_count; p != end; p += 3) {
        const NUMBERS *x = ROW(p[1]), *y = ROW(p[2]);
        if (full) {
            NUMBERS sum = x[0] * y[0];
            for (ptrdiff_t v = 1; v < full; v++)
                sum += x[v] * y[v];
            totals[p[0]] += ADD_UP(sum);
        }
        for (ptrdiff_t k = rest; k < count; k++)
            totals[p[0]] += ((double *)x)[k] * ((double *)y)[k];
    }
    for (const int32_t *t = s->tiles, *end = t + 18 * s->tile_count; t != end; t += 18) {
        NUMBERS sum[4][4];
        memset(sum, 0, sizeof sum);
        for (const int32_t *r = s->tile_rows + 8 * (ptrdiff_t)t[0], *last = s->tile_rows + 8 * (ptrdiff_t)t[1]; r != last; r += 8) {
            const NUMBERS *x0 = ROW(r[0]), *x1 = ROW(r[1]), *x2 = ROW(r[2]), *x3 = ROW(r[3]);
            const NUMBERS *y0 = ROW(r[4]), *y1 = ROW(r[5]), *y2 = ROW(r[6]), *y3 = ROW(r[7]);
            for (ptrdiff_t v = 0; v < full; v++) {
                NUMBERS x[4] = {x0[v], x1[v], x2[v], x3[v]}, y[4] = {y0[v], y1[v], y2[v], y3[v]};
                for (int i = 0; i < 4; i++)
                    for (int j = 0; j < 4; j++)
                        sum[i][j] += x[i] * y[j];
            }
            if (rest < count) {
                NUMBERS x[4] = {x0[full], x1[full], x2[full], x3[full]}, y[4] = {y0[full], y1[full], y2[full], y3[full]};
                for (int i = 0; i < 4; i++)
                    for (ptrdiff_t k = count - rest; k < lanes_of; k++)
                        ((double *)&x[i])[k] = ((double *)&y[i])[k] = 0;
                for (int i = 0; i < 4; i++)
                    for (int j = 0; j < 4; j++)
                        sum[i][j] += x[i] * y[j];
            }
        }
        for (int i = 0; i < 16; i++)
            totals[t[2 + i]] += ADD_UP(sum[i / 4][i % 4]);
    }
}

/* Read `count` examples from `start` on into a block of `size`; where it is not full, the last one is in it again. */
static void NAME(load)(const struct schedule *s, struct inputs inputs, ptrdiff_t start, ptrdiff_t count, double *rows,
                       ptrdiff_t size)
{
    if (inputs.example_stride == 1 && !inputs.order) {
        for (ptrdiff_t i = 0; i < s->input_count; i++) {
            const double *x = inputs.numbers + i * inputs.input_stride + start;
            memcpy(rows + i * size, x, (size_t)count * sizeof *x);
            for (ptrdiff_t k = count; k < size; k++)
                rows[i * size + k] = x[count - 1];
        }
        return;
    }
    for (ptrdiff_t i = 0; i < s->input_count; i += 8)  /* eight at a time, which use all of each line of the cache */
        for (ptrdiff_t k = 0; k < size; k++) {
            ptrdiff_t example = start + (k < count ? k : count - 1);
            const double *x = inputs.numbers + i * inputs.input_stride
                              + (inputs.order ? inputs.order[example] : example) * inputs.example_stride;
            for (ptrdiff_t j = 0; j < 8 && i + j < s->input_count; j++)
                rows[(i + j) * size + k] = x[j * inputs.input_stride];
        }
}

static void NAME(batch)(const struct schedule *s, const double *invariants, struct inputs inputs, ptrdiff_t n,
                        double *totals, double *per_example, double *rows, ptrdiff_t width)
{
    ptrdiff_t size = width * LANES_OF(NUMBERS);
    for (ptrdiff_t i = 0; i < s->broadcast_count; i++)
        for (ptrdiff_t k = 0; k < size; k++)
            ((double *)ROW(s->broadcast[2 * i]))[k] = invariants[s->broadcast[2 * i + 1]];
    for (ptrdiff_t start = 0; start < n; start += size) {
        ptrdiff_t count = n - start < size ? n - start : size;
        NAME(load)(s, inputs, start, count, rows, size);
        NAME(steps)(s->steps, s->step_count, s->terms, invariants, rows, width);
        NAME(add_products)(s, totals, rows, width, count);
        for (ptrdiff_t i = 0; i < s->per_example_count; i++)
            memcpy(per_example + i * n + start, ROW(s->per_example[i]), (size_t)count * sizeof *per_example);
    }
}

#undef ROW
#undef LINEAR_SUMS
#undef INNER_SUM
#undef FOR_EACH
