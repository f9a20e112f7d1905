"""A loop that builds the graph once and runs it forward anew, and a network written out in Values."""

import random

from scalargrad import Value, tanh
from scalargrad.losses import binary_cross_entropy
from scalargrad.optim import Adam

POINTS, LABELS = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]


def train(model, loss, optimizer, points, labels, steps):
    losses = []
    if steps:
        graph = loss([model(point) for point in points], labels)
    while len(losses) < steps:
        graph.forward()
        losses.append(graph.data)
        optimizer.zero_grad()
        graph.backward()
        optimizer.step()
    return losses


def predict(model, points):
    classes = [0] * len(points)
    for i, point in enumerate(points):
        if model(point) > 0:
            classes[i] = 1
    return classes


def solve_xor():
    generator = random.Random(5)
    rows = [[Value(generator.uniform(-1, 1)) for _ in range(3)] for _ in range(5)]
    out = [Value(generator.uniform(-1, 1)) for _ in range(6)]

    def model(point):
        hidden = [tanh(a * point[0] + b * point[1] + c) for a, b, c in rows]
        return sum((w * h for w, h in zip(out, hidden)), out[5])

    parameters = [p for row in rows for p in row] + out
    return model, train(model, binary_cross_entropy, Adam(parameters, lr=0.1), POINTS, LABELS, 150)
