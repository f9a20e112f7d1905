"""Training with functools and operator, one step at a time, until the loss is small."""

import operator
from collections import deque
from functools import partial, reduce

from scalargrad.losses import binary_cross_entropy
from scalargrad.nn import MLP
from scalargrad.optim import AdamW

POINTS, LABELS = ((0, 0), (0, 1), (1, 0), (1, 1)), (0, 1, 1, 0)


def train(model, loss, optimizer, points, labels, steps):
    def step(losses, _):
        value = loss(tuple(map(model, points)), labels)
        for action in optimizer.zero_grad, value.backward, optimizer.step:
            action()
        return [*losses, value.data]

    return reduce(step, range(steps), [])


def predict(model, points):
    return [*map(int, map(partial(operator.lt, 0), map(model, points)))]


def solve_xor():
    model, losses = MLP(2, [8, 1], "tanh", seed=2), deque()
    optimizer = AdamW(model.parameters(), lr=0.1)
    while not losses or losses[-1] > 0.08:
        losses.extend(train(model, binary_cross_entropy, optimizer, list(POINTS), list(LABELS), 1))
    return model, losses
