"""The chain rule with products of NumPy, and of matrices of local derivatives."""

import numpy as np


def along_path(local_derivatives):
    return np.prod(np.array(local_derivatives, dtype=float))


def over_paths(paths):
    return np.sum([along_path(path) for path in paths])


def gradients(a, b, c):
    outer = np.array([b - c, a + b])
    inner = np.array([[1, 1, 0], [0, 1, -1]])
    return outer @ inner


def neuron_gradients(x1, x2, w1, w2, b):
    v = np.array([w1, w2, x1, x2, 1.0])
    s = np.dot([w1, w2], [x1, x2]) + b
    return (1 - np.tanh(s) ** 2) * v
