"""Derivatives that are graphs themselves: gradients, Jacobians, Hessians, of any order.

With this module a derivative is a Value like any other: it can be drawn, computed with, and differentiated again.

>>> x = Value(2.0, label="x")
>>> dy = gradient(x**3, x)
>>> d2y = gradient(dy, x)
>>> dy.data, d2y.data
(12.0, 12.0)

The functions of the first half take Values, some of which were made from others. Those of the second half take functions
and give functions, which nest:

>>> grad(grad(grad(lambda x: x**4)))(2.0)
48.0

No derivative of an operation is written here: recorded graphs are run again, on Values, by the functions of `graph.py`.
"""

import functools
import inspect
import math
import random
from collections.abc import Callable
from typing import Any

from scalargrad.engine import Constant, Value, constant, topological_order
from scalargrad.graph import dependents, differentiate, differentiate_forward, leaves, nested
from scalargrad.operation import written
from scalargrad.operations import identity


def gradient(y: Value, xs: Any) -> Any:
    """Return dy/dx as a Value, for one Value x, or for each in nested tuples and lists of Values."""
    return vjp(y, xs, 1)


def jacobian(ys: Any, xs: Any) -> Any:
    """Return the gradient of each output: for ys of the shape (m,) and xs of the shape (n,) it has the shape (m, n)."""
    return nested(lambda y: gradient(y, xs), ys)


def hessian(y: Value, xs: Any) -> Any:
    """Return the second derivatives of y: for xs of the shape (n,) they have the shape (n, n)."""
    return jacobian(gradient(y, xs), xs)


def vjp(ys: Any, xs: Any, cotangents: Any) -> Any:
    """Return cotangents times Jacobian, in the structure of xs, by one pass backward (reverse mode).

    There is a cotangent, a number or a Value, for each output: it says how much the output counts.
    """
    outputs, weights = _together("vjp", ys, cotangents)
    seeds: dict[Value, Any] = {}
    for y, weight in zip(outputs, weights):
        seeds[y] = seeds[y] + weight if y in seeds else weight
    _, gradients = differentiate(seeds, leaves(xs), _kept(outputs, leaves(xs)))
    results = iter(gradients)
    return nested(lambda _: constant(next(results)), xs)


def jvp(ys: Any, xs: Any, tangents: Any) -> Any:
    """Return Jacobian times tangents, in the structure of ys, by one pass forward (forward mode).

    There is a tangent, a number or a Value, for each of xs: it says how fast the variable changes.
    """
    variables, speeds = _together("jvp", xs, tangents)
    outputs = leaves(ys)
    results = iter(differentiate_forward(dict(zip(variables, speeds)), outputs, _kept(outputs, variables)))
    return nested(lambda _: constant(next(results)), ys)


def hvp(y: Value, xs: Any, vector: Any) -> Any:
    """Return Hessian times vector, in the structure of xs, without the Hessian itself."""
    return vjp(gradient(y, xs), xs, vector)


def _together(name, values, weights):
    values, weights = leaves(values), leaves(weights)
    if len(values) != len(weights):
        raise ValueError(f"{name}: {len(values)} Values and {len(weights)} numbers for them do not belong together")
    return values, weights


def _kept(outputs, xs):
    """The nodes that do not change when xs do, each as its own number: the new graph grows out of these."""
    order = topological_order(*outputs)
    found = dependents(order, xs)
    return {node: node for node in order if node._x not in found and node._y not in found}


def grad(f: Callable, argument: int = 0) -> Callable:
    """Return the function that computes the gradient of f toward one of its arguments, counted from 0.

    f takes numbers, or nested tuples and lists of numbers, and returns one number; it may be written for floats, for the
    operations work on both. Of plain numbers the gradient is a plain number, of Values a Value.
    """
    return lambda *arguments: value_and_grad(f, argument)(*arguments)[1]


def value_and_grad(f: Callable, argument: int = 0) -> Callable:
    """Return the function that computes f and its gradient; see `grad`."""

    @functools.wraps(f)
    def transformed(*arguments):
        xs = nested(lambda x: identity(x) if isinstance(x, Value) else Value(x), arguments[argument])
        y = f(*arguments[:argument], xs, *arguments[argument + 1 :])
        if isinstance(y, (tuple, list)):
            raise ValueError(f"grad: the function returned {len(y)} results, and there is a gradient of one; see jacobian")
        y = constant(y)
        own = set(leaves(xs))
        return _plain(y, own), nested(lambda value: _plain(value, own), gradient(y, xs))

    return transformed


def _plain(value, own):
    """The number of a Value that depends on nothing but constants and the function's own variables."""
    inputs = (node for node in topological_order(value) if node.operation is None)
    return value.data if all(node in own or isinstance(node, Constant) for node in inputs) else value


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
        point = point if isinstance(point, tuple) else (point,)
        xs = [Value(x) for x in point]
        y = constant(f(*xs))
        for node in topological_order(y):
            if node.operation is not None:
                _check_rule(node, tolerance)
        backward, forward = gradient(y, xs), [jvp(y, xs, [int(i == j) for j in range(len(xs))]) for i in range(len(xs))]
        for i in range(len(xs)):
            expected = _slope(lambda *numbers: constant(f(*map(Value, numbers))).data, point, i)
            for mode, found in (("reverse", backward[i].data), ("forward", forward[i].data)):
                _compare(f"argument {i} of the function at {point}, by {mode} mode", found, expected, tolerance)


def _check_rule(node, tolerance):
    """Compare each local derivative of a node with a finite difference of its own rule."""
    point = tuple(value.data for value in node.inputs)
    names = [f"input {i}" for i in range(len(point))]
    for i, partial in enumerate(node.partials):
        expected = _slope(lambda *numbers: node.operation.rule(*numbers)[0], point, i)
        _compare(f"{names[i]} of {written(node.operation, *names)} at {point}, by its rule", partial, expected, tolerance)


def _slope(function, point, i):
    """The derivative toward argument i, by the central difference of fourth order, with an error of about 1e-12."""
    h = 1e-3 * max(1.0, abs(point[i]))

    def at(shift):
        return function(*(x + shift * h * (i == j) for j, x in enumerate(point)))

    return (at(-2) - 8 * at(-1) + 8 * at(1) - at(2)) / (12 * h)


def _compare(what, found, expected, tolerance):
    if not math.isclose(found, expected, rel_tol=tolerance, abs_tol=tolerance):
        raise AssertionError(f"the derivative toward {what}, is {found}, but finite differences give {expected}")
