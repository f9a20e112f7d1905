"""Two moons: micrograd's demo, with a picture of the decision boundary.

100 points on two interleaving half circles, a network 2-16-16-1, the hinge loss with an L2 penalty, and gradient descent
with a learning rate that falls from 1 to 0.1.
"""

import gc

import numpy
from sklearn.datasets import make_moons

from scalargrad.losses import hinge, l2_penalty
from scalargrad.nn import MLP
from scalargrad.optim import SGD


def train(steps=100, seed=1):
    """Train on the full batch; return the model, the points (100, 2), the labels 1 and -1, and the accuracy after each step."""
    points, labels = make_moons(100, noise=0.1, random_state=1)
    labels = 2 * labels - 1
    model = MLP(2, [16, 16, 1], seed=seed)
    optimizer = SGD(model.parameters(), lr=lambda step: 1.0 - 0.9 * step / 100)
    accuracies = []
    for _ in range(steps):
        scores = [model(point) for point in points]
        loss = hinge(scores, labels) + l2_penalty(model.parameters(), 1e-4)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        accuracies.append(numpy.mean([(score.data > 0) == (label > 0) for score, label in zip(scores, labels)]))
    return model, points, labels, accuracies


def draw_boundary(model, points, labels, path):
    """Draw the points and, behind them, on which side of the boundary each place is."""
    import matplotlib.pyplot as plt

    left, bottom = points.min(axis=0) - 0.5
    right, top = points.max(axis=0) + 0.5
    xs, ys = numpy.linspace(left, right, 60), numpy.linspace(bottom, top, 60)
    scores = [[model([x, y]).data for x in xs] for y in ys]
    figure, axes = plt.subplots(figsize=(6, 4.5), layout="constrained")
    axes.contourf(xs, ys, scores, levels=[-numpy.inf, 0, numpy.inf], colors=["#FBE3B5", "#CDE7F7"])
    axes.contour(xs, ys, scores, levels=[0], colors="#1A1A1A")
    for label, colour, marker in ((-1, "#D55E00", "o"), (1, "#0072B2", "s")):
        axes.scatter(*points[labels == label].T, c=colour, marker=marker, edgecolors="white", label=f"label {label}")
    axes.set(xlabel="x1", ylabel="x2", title="Two moons and what the network makes of them")
    axes.legend()
    figure.savefig(path, dpi=150)
    plt.close(figure)


def main():
    gc.freeze()  # the garbage collector need not look at what the imports made: twice as fast
    model, points, labels, accuracies = train()
    print(f"accuracy: {accuracies[0]:.0%} at first, {accuracies[-1]:.0%} after {len(accuracies)} steps")
    draw_boundary(model, points, labels, "moons.png")
    print("The decision boundary is in moons.png.")


if __name__ == "__main__":
    main()
