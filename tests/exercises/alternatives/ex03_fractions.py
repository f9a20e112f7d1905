"""The chain rule in exact arithmetic; only tanh is rounded."""

import math
from fractions import Fraction


def along_path(local_derivatives):
    return math.prod(map(Fraction, local_derivatives), start=Fraction(1))


def over_paths(paths):
    return sum((along_path(path) for path in paths), Fraction())


def gradients(a, b, c):
    a, b, c = map(Fraction, (a, b, c))
    return b - c, over_paths([[b - c, 1], [a + b, 1]]), -(a + b)


def neuron_gradients(x1, x2, w1, w2, b):
    s = float(sum(Fraction(w) * Fraction(x) for w, x in ((w1, x1), (w2, x2), (b, 1))))
    slope = Fraction(1 - math.tanh(s) ** 2)
    return tuple(slope * Fraction(each) for each in (w1, w2, x1, x2, 1))
