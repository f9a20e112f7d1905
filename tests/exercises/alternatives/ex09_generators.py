"""Optimizers that run a generator for each parameter, which is sent each number and gradient."""

import math


class Optimizer:
    def __init__(self, lr, *settings):
        self.settings, self.running = (lr, *settings), []

    def step(self, xs, gradients):
        while len(self.running) < len(xs):
            self.running.append(self.parameter(*self.settings))
            next(self.running[-1])
        return tuple(each.send(pair) for each, pair in zip(self.running, zip(xs, gradients)))


class SGD(Optimizer):
    @staticmethod
    def parameter(lr):
        found = None
        while True:
            x, g = yield found
            found = x - lr * g


class Momentum(Optimizer):
    def __init__(self, lr, momentum=0.9):
        super().__init__(lr, momentum)

    @staticmethod
    def parameter(lr, momentum):
        v, found = 0.0, None
        while True:
            x, g = yield found
            v = momentum * v + g
            found = x - lr * v


class Adam(Optimizer):
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        super().__init__(lr, beta1, beta2, epsilon)

    @staticmethod
    def parameter(lr, beta1, beta2, epsilon):
        m, s, power1, power2, found = 0.0, 0.0, 1.0, 1.0, None
        while True:
            x, g = yield found
            power1, power2 = power1 * beta1, power2 * beta2
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
            found = x - lr * m / (1 - power1) / (math.sqrt(s) / math.sqrt(1 - power2) + epsilon)
