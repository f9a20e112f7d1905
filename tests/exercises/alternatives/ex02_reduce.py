"""A forward pass as a fold: each step makes a new dictionary from the last one."""

import functools
import math
import operator
from typing import Callable

Numbers = dict[str, float]
Step = tuple[str, ...]
OPERATIONS: dict[str, Callable[..., float]] = dict(zip("+-*", (operator.add, operator.sub, operator.mul)), tanh=math.tanh)


def expression(a: float, b: float, c: float) -> list[float]:
    return [sum((a, b)), b - c, math.prod((a + b, b - c))]


def neuron(x1: float, x2: float, w1: float, w2: float, b: float) -> list[float]:
    products = list(map(operator.mul, (x1, x2), (w1, w2)))
    total = math.fsum([*products, b])
    return [*products, total, math.tanh(total)]


def step(known: Numbers, each: Step) -> Numbers:
    return (
        known | {each[0]: OPERATIONS[each[1]](*operator.itemgetter(*each[2:], each[2])(known)[:-1])}
        if each[2:]
        else {
            **known,
            each[0]: OPERATIONS[each[1]](),
        }
    )


def run(steps: list[Step], numbers: Numbers) -> Numbers:
    return functools.reduce(step, steps, dict(numbers))
