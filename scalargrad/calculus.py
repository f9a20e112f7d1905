"""Derivatives that are graphs themselves: gradients, Jacobians, Hessians, of any order.

A derivative is a Value like any other: it can be drawn, computed with, and differentiated again.

>>> x = Value(2.0, label="x")
>>> dy = gradient(x**3, x)
>>> d2y = gradient(dy, x)
>>> dy.data, d2y.data
(12.0, 12.0)

The functions of the first half take Values, some of which were made from others. Those of the second half take functions
and give functions, which nest:

>>> grad(grad(grad(lambda x: x**4)))(2.0)
48.0

No derivative of an operation is written here: the rules of recorded nodes are run again, on the nodes, see `replay.py`.
"""

import functools
import inspect
import math
import numbers
import random
from collections.abc import Callable
from typing import Any

from scalargrad.engine import Constant, Value, constant, topological_order
from scalargrad.nodes import call_rule, call_text
from scalargrad.operations import identity
from scalargrad.replay import check_values, dependents, flatten, map_nested, pull_back, push_forward


def gradient(y: Value, xs: Any) -> Any:
    """Return dy/dx as a Value, for one Value x, or for each in nested tuples and lists of Values."""
    return _gradient("gradient", y, xs)


def jacobian(ys: Any, xs: Any) -> Any:
    """Return the gradient of each output: for ys of the shape (m,) and xs of the shape (n,) it has the shape (m, n)."""
    return map_nested(lambda y: _gradient("jacobian", y, xs), ys)


def hessian(y: Value, xs: Any) -> Any:
    """Return the second derivatives of y: for xs of the shape (n,) they have the shape (n, n)."""
    return map_nested(lambda slope: _gradient("hessian", slope, xs), _gradient("hessian", y, xs))


def vjp(ys: Any, xs: Any, cotangents: Any) -> Any:
    """Return cotangents times Jacobian, in the structure of xs, by one pass backward (reverse mode).

    There is a cotangent, a number or a Value, for each output: it says how much the output counts.
    """
    return _vjp("vjp", ys, xs, cotangents)


def jvp(ys: Any, xs: Any, tangents: Any) -> Any:
    """Return Jacobian times tangents, in the structure of ys, by one pass forward (forward mode).

    There is a tangent, a number or a Value, for each of xs: it says how fast the variable changes.
    """
    variables, speeds = _together("jvp", xs, tangents)
    order, partials = _recorded("jvp", flatten(ys), variables)
    results = iter(push_forward(order, partials, speeds, flatten(ys)))
    return map_nested(lambda _: constant(next(results)), ys)


def hvp(y: Value, xs: Any, vector: Any) -> Any:
    """Return Hessian times vector, in the structure of xs, without the Hessian itself."""
    return _vjp("hvp", _gradient("hvp", y, xs), xs, vector)


def _gradient(name, y, xs):
    """The gradient, wanted by the function of that name."""
    if isinstance(y, (tuple, list)):
        raise TypeError(f"{name}: there is a gradient of one Value, and y has {len(y)}; see jacobian")
    return _vjp(name, y, xs, 1)


def _vjp(name, ys, xs, cotangents):
    outputs, seeds = _together(name, ys, cotangents)
    order, partials = _recorded(name, outputs, flatten(xs))
    results = iter(pull_back(order, partials, seeds, flatten(xs)))
    return map_nested(lambda _: constant(next(results)), xs)


def _together(name, values, weights):
    """Return the Values, and the weight of each; the weights of one that occurs twice are added up."""
    values, weights = flatten(values), flatten(weights)
    check_values(name, values)
    if len(values) != len(weights):
        raise ValueError(
            f"{name}: the number of Values, {len(values)}, and of weights for them, {len(weights)}, must be equal"
        )
    summed: dict[Value, Any] = {}
    for value, weight in zip(values, weights):
        summed[value] = summed[value] + weight if value in summed else weight
    return values, summed


def _recorded(name, outputs, xs):
    """Return the nodes, and the local derivatives of those that depend on xs as Values, made from the nodes themselves."""
    check_values(name, [*outputs, *xs])
    order = topological_order(*outputs)
    found, partials = dependents(order, xs), {}
    for node in order:
        if node._x in found or node._y in found:
            value, local = call_rule(node.operation, *node.inputs)
            partials[node] = [node if partial is value else partial for partial in local]  # as exp is its own derivative
    return order, partials


def grad(f: Callable, argument: int = 0) -> Callable:
    """Return the function that computes the gradient of f toward one of its arguments, counted from 0.

    f takes numbers, or nested tuples and lists of numbers, and returns one number; it may be written for floats, because the
    operations work on both. The gradient is a plain number, unless f was given Values or uses some of its own.
    """
    both = value_and_grad(f, argument)
    return functools.wraps(f)(lambda *arguments, **named: both(*arguments, **named)[1])


def value_and_grad(f: Callable, argument: int = 0) -> Callable:
    """Return the function that computes f and its gradient; see `grad`."""

    @functools.wraps(f)
    def transformed(*arguments, **named):
        if not 0 <= argument < len(arguments):
            raise TypeError(f"grad: the function was called with {len(arguments)} arguments, and needs number {argument}")
        xs = map_nested(lambda x: identity(x) if isinstance(x, Value) else Value(x), arguments[argument])
        y = f(*arguments[:argument], xs, *arguments[argument + 1 :], **named)
        if not isinstance(y, (Value, numbers.Real)):
            raise TypeError(f"grad: the function returned {y!r}, and there is a gradient of one number; see jacobian")
        results = (constant(y), gradient(constant(y), xs))
        inputs = (node for node in topological_order(*flatten(results)) if node.operation is None)
        plain = set(flatten(xs)).issuperset(node for node in inputs if not isinstance(node, Constant))
        return map_nested(lambda value: value.data, results) if plain else results

    return transformed


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
