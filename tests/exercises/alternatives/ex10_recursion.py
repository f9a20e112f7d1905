"""Training by recursion, with type hints, a class for the steps, and points in another order, on copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import lt
from typing import Any

from scalargrad import Value
from scalargrad.losses import binary_cross_entropy
from scalargrad.nn import MLP
from scalargrad.optim import RMSProp

POINTS, LABELS = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]


@dataclass
class Training:
    model: Callable[[Any], Value]
    loss: Callable[[list[Value], list[float]], Value]
    optimizer: Any
    points: list
    labels: list

    def step(self) -> float:
        points, labels = self.points[::-1], self.labels[::-1]
        value = self.loss([self.model(point) for point in points], labels)
        self.optimizer.zero_grad()
        value.backward()
        self.optimizer.step()
        return value.data

    def run(self, steps: int) -> list[float]:
        return [self.step(), *self.run(steps - 1)] if steps else []


def train(model, loss, optimizer, points: Sequence, labels: Sequence, steps: int) -> list[float]:
    return Training(model, loss, optimizer, list(points), list(labels)).run(steps)


def predict(model: Callable, points: Sequence) -> list[int]:
    return list(map(int, map(partial(lt, 0), map(model, points))))


def solve_xor() -> tuple[MLP, list[float]]:
    model = MLP(2, [5, 5, 1], seed=1)
    return model, train(model, binary_cross_entropy, RMSProp(model.parameters(), lr=0.02), POINTS, LABELS, 120)
