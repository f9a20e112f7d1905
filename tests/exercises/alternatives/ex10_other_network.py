"""Another network with another optimizer, and a loop that counts down."""

from scalargrad.losses import binary_cross_entropy
from scalargrad.nn import MLP
from scalargrad.optim import Momentum

POINTS, LABELS = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]


def train(model, loss, optimizer, points, labels, steps):
    def step():
        value = loss(list(map(model, points)), labels)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        return float(value.data)

    return tuple(step() for _ in range(steps))


def predict(model, points):
    return [model(point) > 0 for point in points]


def solve_xor():
    model = MLP(2, [8, 1], seed=3)
    return model, train(model, binary_cross_entropy, Momentum(model.parameters(), lr=0.1), POINTS, LABELS, 300)
