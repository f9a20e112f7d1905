"""Local rules on NumPy's floats, returned as tuples, lists and arrays."""

import numpy as np


def add(x, y):
    return np.array([x + y, 1, 1])


def multiply(x, y):
    return [np.float64(x) * y, np.float64(y), x]


def power(x, n):
    return np.float64(x) ** n, np.float64(0) if n == 0 else n * np.float64(x) ** (n - 1)


def exp(x):
    return (np.exp(x),) * 2


def tanh(x):
    return np.tanh(x), 1 / np.cosh(x) ** 2


def relu(x):
    return np.maximum(x, 0), np.heaviside(x, 0)


def sigmoid(x):
    s = (1 + np.tanh(np.float64(x) / 2)) / 2
    return s, s - s * s
