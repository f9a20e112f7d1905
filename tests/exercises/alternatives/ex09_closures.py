"""Optimizers as classes whose step is a closure, with memory in dictionaries by place."""

from collections import defaultdict
from itertools import count


def SGD(lr):
    def step(self, xs, gradients):
        return list(map(lambda x, g: x - lr * g, xs, gradients))

    return type("SGD", (), {"step": step, "lr": lr})()


def Momentum(lr, momentum=0.9):
    speeds = defaultdict(float)

    def step(self, xs, gradients):
        new = []
        for i, (x, g) in enumerate(zip(xs, gradients)):
            speeds[i] = g + momentum * speeds[i]
            new.append(x - speeds[i] * lr)
        return new

    return type("Momentum", (), {"step": step})()


class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        memory, clock = defaultdict(lambda: (0.0, 0.0)), count(1)

        def parameter(i, t, x, g):
            m, s = memory[i]
            memory[i] = m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g * g
            return x - lr * (m / (1 - beta1**t)) / ((s / (1 - beta2**t)) ** 0.5 + epsilon)

        def step(xs, gradients):
            t = next(clock)
            return [parameter(i, t, x, g) for i, (x, g) in enumerate(zip(xs, gradients))]

        self.step = step
