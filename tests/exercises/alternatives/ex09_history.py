"""Optimizers that keep all gradients, and compute what they remember as weighted sums of them."""

import math
from dataclasses import dataclass, field


@dataclass
class Optimizer:
    lr: float = 0.001

    def __post_init__(self):
        self.history = []

    def step(self, xs, gradients):
        self.history = [*self.history, tuple(gradients)]
        return [x - self.lr * self.direction(column) for x, column in zip(xs, zip(*self.history))]


class SGD(Optimizer):
    def direction(self, gradients):
        return gradients[-1]


@dataclass
class Momentum(Optimizer):
    momentum: float = 0.9

    def direction(self, gradients):
        return sum(self.momentum**age * g for age, g in enumerate(reversed(gradients)))


@dataclass
class Adam(Optimizer):
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = field(default=1e-8)

    @staticmethod
    def average(beta, numbers):
        weights = [beta**age for age in range(len(numbers))]
        return math.fsum(w * x for w, x in zip(weights, reversed(numbers))) / math.fsum(weights)

    def direction(self, gradients):
        size = math.sqrt(self.average(self.beta2, [g * g for g in gradients]))
        return self.average(self.beta1, gradients) / (size + self.epsilon)
