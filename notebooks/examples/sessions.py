"""Define-then-run: a perceptron and a two-layer perceptron as graphs of placeholders, trained in the manner of TensorFlow 1.

The graph is made once, without a number in it. Each step feeds it the whole batch, as arrays with a number for each
example, and `optimizer.minimize` runs it forward and backward.
"""

import numpy

from scalargrad import sigmoid
from scalargrad.graph import Graph, Session, Variable, placeholder
from scalargrad.losses import cross_entropy
from scalargrad.optim import SGD
from scalargrad.vectors import add, matmul, softmax


def clouds(centers, n, seed=0):
    """n points round each center, (2, n * centers), and for each center its class, as one-hot columns (2, n * centers)."""
    generator = numpy.random.default_rng(seed)
    points = numpy.concatenate([generator.normal(center, 0.5, (n, 2)) for center, _ in centers])
    classes = numpy.concatenate([numpy.full(n, label) for _, label in centers])
    return points.T, numpy.eye(2)[classes].T


def perceptron(x):
    """Two logits of the point x: W x + b."""
    W, b = Variable(numpy.zeros((2, 2)), "W"), Variable([0, 0], "b")
    return add(matmul(W, x), b)


def two_layer_perceptron(x, hidden=4, seed=1):
    """Two logits of the point x, through a hidden layer of sigmoids."""
    generator = numpy.random.default_rng(seed)
    W1, b1 = Variable(generator.normal(size=(hidden, 2)), "W1"), Variable([0] * hidden, "b1")
    W2, b2 = Variable(generator.normal(size=(2, hidden)), "W2"), Variable([0, 0], "b2")
    h = tuple(map(sigmoid, add(matmul(W1, x), b1)))
    return add(matmul(W2, h), b2)


def train(network, centers, lr, steps):
    """Return the losses of all steps, and the share of points that the trained network puts into their class."""
    x, t = placeholder(2, "x"), placeholder(2, "t")
    logits = network(x)
    probabilities, loss = softmax(logits), cross_entropy(logits, t)
    points, classes = clouds(centers, 50)
    optimizer = SGD(Graph(loss).variables, lr=lr)
    losses = [optimizer.minimize(loss, {x: points, t: classes}) for _ in range(steps)]
    found = numpy.array(Session().run(probabilities, {x: points}))
    return losses, numpy.mean(found.argmax(axis=0) == classes.argmax(axis=0))


TWO_CLOUDS = [((-2, -2), 0), ((2, 2), 1)]
XOR_CLOUDS = [((-2, -2), 0), ((2, 2), 0), ((-2, 2), 1), ((2, -2), 1)]


def main():
    for name, network, centers, lr, steps in (
        ("a perceptron on two clouds", perceptron, TWO_CLOUDS, 0.1, 100),
        ("two layers on the four clouds of xor", two_layer_perceptron, XOR_CLOUDS, 1.0, 300),
    ):
        losses, accuracy = train(network, centers, lr, steps)
        print(f"{name}: loss {losses[0]:.3f} at first, {losses[-1]:.3f} at last; {accuracy:.0%} right")


if __name__ == "__main__":
    main()
