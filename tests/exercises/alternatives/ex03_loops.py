"""The chain rule with loops, and with finite sums of paths written out."""

import math


def along_path(local_derivatives):
    product = 1
    for each in local_derivatives:
        product *= each
    return product


def over_paths(paths):
    total = 0
    for path in paths:
        total += along_path(path)
    return total


def gradients(a, b, c):
    to_d, to_e = b - c, a + b
    return [over_paths([[to_d, 1]]), over_paths([[to_d, 1], [to_e, 1]]), over_paths([[to_e, -1]])]


def neuron_gradients(x1, x2, w1, w2, b):
    slope = 1 / math.cosh(w1 * x1 + w2 * x2 + b) ** 2
    return tuple(along_path([slope, each]) for each in (w1, w2, x1, x2, 1))
