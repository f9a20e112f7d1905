"""Optimizers on NumPy's arrays, as dataclasses and as a closure."""

from dataclasses import dataclass

import numpy as np


class SGD:
    def __init__(self, lr):
        def step(xs, gradients):
            return np.array(xs) - lr * np.array(gradients)

        self.step = step


@dataclass
class Momentum:
    lr: float
    momentum: float = 0.9
    v: np.ndarray | float = 0.0

    def step(self, xs, gradients):
        self.v = self.momentum * self.v + np.array(gradients)
        return np.array(xs) - self.lr * self.v


@dataclass
class Adam:
    lr: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    m: np.ndarray | float = 0.0
    s: np.ndarray | float = 0.0
    t: int = 0

    def step(self, xs, gradients):
        g, self.t = np.array(gradients), self.t + 1
        self.m += (1 - self.beta1) * (g - self.m)
        self.s += (1 - self.beta2) * (g**2 - self.s)
        direction = self.m / (1 - self.beta1**self.t)
        return xs - self.lr * direction / (np.sqrt(self.s / (1 - self.beta2**self.t)) + self.epsilon)
