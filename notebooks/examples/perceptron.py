"""A perceptron and logistic regression, on two clouds of points.

Both are one neuron; what differs is the loss. The perceptron is content once every point is on its side, logistic
regression turns the distance from the line into a probability.
"""

import random

from scalargrad import sigmoid
from scalargrad.losses import binary_cross_entropy, perceptron_loss
from scalargrad.nn import Neuron
from scalargrad.optim import SGD


def clouds(n, seed=0):
    """n points, (n, 2), half of them round (-2, -2) and half round (2, 2), and for each which cloud it is from, 0 or 1."""
    generator = random.Random(seed)
    labels = [i % 2 for i in range(n)]
    return [[generator.gauss(4 * label - 2, 1) for _ in range(2)] for label in labels], labels


def train(loss, labels, points, steps=50):
    """One neuron, trained on the whole batch at each step."""
    neuron = Neuron(2, nonlin=False, seed=0)
    optimizer = SGD(neuron.parameters(), lr=0.5)
    for _ in range(steps):
        optimizer.zero_grad()
        loss([neuron(point) for point in points], labels).backward()
        optimizer.step()
    return neuron


def main():
    points, labels = clouds(100)
    perceptron = train(perceptron_loss, [2 * label - 1 for label in labels], points)
    regression = train(binary_cross_entropy, labels, points)
    for name, neuron in (("perceptron", perceptron), ("logistic regression", regression)):
        right = sum((neuron(point) > 0) == (label == 1) for point, label in zip(points, labels))
        print(f"{name}: {right} of {len(points)} right")
    print(f"the probability that the origin belongs to cloud 1: {sigmoid(regression([0, 0])):.2f}")


if __name__ == "__main__":
    main()
