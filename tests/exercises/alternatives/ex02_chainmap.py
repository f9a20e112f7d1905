"""A forward pass that writes into the first map of a ChainMap, and leaves the given numbers in the second."""

from collections import ChainMap, namedtuple
from math import tanh
from operator import add, mul, sub

OPERATIONS = {"+": add, "-": sub, "*": mul, "tanh": tanh}
Expression = namedtuple("Expression", "d e Y")


def expression(a, b, c):
    return Expression(d := a + b, e := b - c, d * e)


def neuron(x1, x2, w1, w2, b):
    numbers = {"x1": x1, "x2": x2, "w1": w1, "w2": w2, "b": b}
    steps = (
        ("p1", "*", "w1", "x1"),
        ("p2", "*", "w2", "x2"),
        ("p", "+", "p1", "p2"),
        ("s", "+", "p", "b"),
        ("y", "tanh", "s"),
    )
    found = run(steps, numbers)
    return tuple(map(found.get, ("p1", "p2", "s", "y")))


def run(steps, numbers):
    known = ChainMap(numbers).new_child()
    for name, operation, *inputs in steps:
        known[name] = OPERATIONS[operation](*map(known.__getitem__, inputs))
    return known
