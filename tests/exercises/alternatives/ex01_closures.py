"""Local rules made by functions that return functions."""

import math
from functools import partial


def rule(value, *slopes):
    def apply(*numbers):
        return (value(*numbers), *(slope(*numbers) for slope in slopes))

    return apply


def of_output(value, slope):
    return rule(value, lambda x: slope(value(x)))


def logistic(x):
    return math.exp(min(x, 0)) / (math.exp(x) + 1 if x < 0 else 1 + math.exp(-x))


add = rule(lambda x, y: x + y, lambda *_: 1, lambda *_: 1)
multiply = rule(lambda x, y: x * y, lambda x, y: y, lambda x, y: x)
power = rule(pow, lambda x, n: 0 if not n else n * pow(x, n - 1))
exp = of_output(math.exp, lambda y: y)
tanh = of_output(math.tanh, lambda y: (1 - y) * (1 + y))
relu = rule(partial(max, 0), lambda x: x > 0)
sigmoid = of_output(logistic, lambda y: y - y**2)
