"""The derivatives of a function, compared with finite differences."""

import inspect
import math
import random
from collections.abc import Callable
from typing import Any

from scalargrad.calculus.graphs import gradient, jvp
from scalargrad.engine import Value, constant, topological_order
from scalargrad.nodes import call_text


def check_gradients(f: Callable, *points: Any, tolerance: float = 1e-6) -> None:
    """Compare the derivatives of f, by reverse and by forward mode, with finite differences.

    f       a function from Values to one Value
    points  where to look, each a number, or a tuple with a number for each argument of f; without any, ten points are
            drawn from 0.5 to 2 in each argument, where all operations have derivatives

    Raises AssertionError with both numbers. Where the rule of one operation is at fault, the error names it and the input
    toward which its local derivative is wrong.

    >>> check_gradients(lambda x, y: x * y + x**2)
    """
    count = len([each for each in inspect.signature(f).parameters.values() if each.default is each.empty])
    generator = random.Random(0)
    for point in points or [tuple(generator.uniform(0.5, 2) for _ in range(count)) for _ in range(10)]:
        point = tuple(point) if isinstance(point, (tuple, list)) else (point,)
        xs = [Value(x) for x in point]
        y = constant(f(*xs))
        for node in topological_order(y):
            if node.operation is not None:
                _check_rule(node, tolerance)
        backward, forward = gradient(y, xs), [jvp(y, xs, [int(i == j) for j in range(len(xs))]) for i in range(len(xs))]
        for i in range(len(xs)):
            expected = _slope(lambda *shifted: constant(f(*map(Value, shifted))).data, point, i)
            for mode, found in (("reverse", backward[i].data), ("forward", forward[i].data)):
                _compare(f"argument {i} of the function at {point}, by {mode} mode", found, expected, tolerance)


def _check_rule(node, tolerance):
    """Compare each local derivative of a node with a finite difference of its own rule."""
    point = tuple(value.data for value in node.inputs)
    names = [f"input {i}" for i in range(len(point))]
    for i, partial in enumerate(node.partials):
        expected = _slope(lambda *shifted: node.operation.rule(*shifted)[0], point, i)
        _compare(f"{names[i]} of {call_text(node.operation, *names)} at {point}, by its rule", partial, expected, tolerance)


def _slope(function, point, i):
    """The derivative toward argument i, by the central difference of fourth order, with an error of about 1e-12."""
    h = 1e-3 * (abs(point[i]) or 1.0)

    def at(shift):
        return function(*(x + shift * h * (i == j) for j, x in enumerate(point)))

    return (at(-2) - 8 * at(-1) + 8 * at(1) - at(2)) / (12 * h)


def _compare(what, found, expected, tolerance):
    if not math.isclose(found, expected, rel_tol=tolerance, abs_tol=tolerance):
        raise AssertionError(f"the derivative toward {what}, is {found}, but finite differences give {expected}")
