"""Derivatives that are graphs themselves: gradients, Jacobians, Hessians, of any order.

A derivative is a Value like any other: it can be drawn, computed with, and differentiated again.

>>> x = Value(2.0, label="x")
>>> dy = gradient(x**3, x)
>>> d2y = gradient(dy, x)
>>> dy.data, d2y.data
(12.0, 12.0)

The functions of the first half take Values, some of which were made from others. Those of the second half take functions
and give functions, which nest, as in JAX; `jacobian` and `hessian` do both:

>>> grad(grad(grad(lambda x: x**4)))(2.0)
48.0
>>> hessian(lambda p: p["a"] * p["b"] ** 2)({"a": 2.0, "b": 3.0})
{'a': {'a': 0.0, 'b': 6.0}, 'b': {'a': 6.0, 'b': 4.0}}

No derivative of an operation is written here: the rules of recorded nodes are run again, on the nodes, see `replay.py`.
"""

import functools
import inspect
import math
import numbers
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scalargrad.elementary import is_array
from scalargrad.engine import Constant, Value, constant, topological_order
from scalargrad.nested import flatten, map_nested, rebuilt
from scalargrad.nodes import call_rule, call_text
from scalargrad.operations import identity
from scalargrad.replay import check_values, dependents, pull_back, push_forward
from scalargrad.shapes import Shape, Vector, elements, reshape, to_vector

Positions = int | tuple[int, ...]


def gradient(y: Value, xs: Any) -> Any:
    """Return dy/dx as a Value, for one Value x, or for each in nested tuples, lists and dictionaries of Values."""
    return _gradient("gradient", y, xs)


def jacobian(ys: Any, xs: Any = None, *, argument: Positions | None = None, argnums: Positions | None = None) -> Any:
    """Return the gradient of each output: for ys of the shape (m,) and xs of the shape (n,) it has the shape (m, n).

    Of a function, `jacobian(f)` is the function that computes the derivatives of f toward an argument, as `grad` does, where
    f returns numbers in any structure. There is that structure, and inside it that of the argument; a Vector of shape (m,)
    and an argument of shape (n,) give (m, n), for each entry if the argument is a dictionary.
    """
    if callable(ys):
        return _transformed("jacobian", ys, ys, _one_position("jacobian", xs, argument, argnums))
    _check_graph("jacobian", xs, argument, argnums)
    return _assembled(ys, iter([_gradient("jacobian", y, xs) for y in flatten(ys)]))


def hessian(y: Any, xs: Any = None, *, argument: Positions | None = None, argnums: Positions | None = None) -> Any:
    """Return the second derivatives of y: for xs of the shape (n,) they have the shape (n, n).

    Of a function, `hessian(f)` is `jacobian(grad(f))`.
    """
    if callable(y):
        positions = _one_position("hessian", xs, argument, argnums)
        return _transformed("hessian", y, _transformed("hessian", y, y, positions, scalar=True), positions)
    _check_graph("hessian", xs, argument, argnums)
    slopes = _gradient("hessian", y, xs)
    return _assembled(slopes, iter([_gradient("hessian", slope, xs) for slope in flatten(slopes)]))


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
    order, partials = recorded("jvp", flatten(ys), variables)
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
    order, partials = recorded(name, outputs, flatten(xs))
    results = iter(pull_back(order, partials, seeds, flatten(xs)))
    return map_nested(lambda _: constant(next(results)), xs)


def _together(name, values, weights):
    """Return the Values, and the weight of each; the weights of one that occurs twice are added up."""
    values, weights = flatten(values), flatten(weights.tolist() if is_array(weights) else weights)
    check_values(name, values)
    if len(values) != len(weights):
        raise ValueError(
            f"{name}: the number of Values, {len(values)}, and of weights for them, {len(weights)}, must be equal"
        )
    summed: dict[Value, Any] = {}
    for value, weight in zip(values, weights):
        summed[value] = summed[value] + weight if value in summed else weight
    return values, summed


def recorded(name: str, outputs: list[Value], xs: list[Value]) -> tuple[list[Value], dict[Value, list]]:
    """Return the nodes, and the local derivatives of those that depend on xs as Values, made from the nodes themselves.

    name  the function that wants them, for its errors
    """
    check_values(name, [*outputs, *xs])
    order = topological_order(*outputs)
    found, partials = dependents(order, xs), dict[Value, list]()
    for node in order:
        if node._x in found or node._y in found:
            value, local = call_rule(node.operation, *node.inputs)
            partials[node] = [node if partial is value else partial for partial in local]  # as exp is its own derivative
    return order, partials


def _check_graph(name, xs, argument, argnums):
    if xs is None or argument is not None or argnums is not None:
        raise TypeError(
            f"{name}: of a graph it takes the result and the variables, as in {name}(y, x); of a function, {name}(f)"
        )


def _assembled(ys: Any, slopes: Iterator, several: bool = False) -> Any:
    """Return the structure of ys with the next gradients in place of its numbers.

    several  whether a gradient is a tuple with a part for each of several arguments
    """
    if isinstance(ys, Vector):
        return _stacked([next(slopes) for _ in elements(ys)], ys.shape, several)
    if isinstance(ys, Mapping):
        return {key: _assembled(part, slopes, several) for key, part in ys.items()}
    if isinstance(ys, (tuple, list)):
        return type(ys)([_assembled(part, slopes, several) for part in ys])
    return next(slopes)


def _stacked(slopes: list, outer: Shape, several: bool = False) -> Any:
    """Return the gradients of the elements of a Vector of some shape as one, with that shape before its own.

    Numbers, Vectors, arrays, and lists of numbers have a shape. Of dictionaries, and of tuples and lists that have no shape,
    each part does, as in JAX.
    """
    first: Any = next(iter(slopes), 0)
    if isinstance(first, Mapping):
        return {key: _stacked([slope[key] for slope in slopes], outer) for key in first}
    if is_array(first):
        return sys.modules["numpy"].stack(slopes).reshape(*outer, *first.shape)
    if several or isinstance(first, (tuple, list)) and not _has_shape(first):
        return rebuilt(first, [_stacked(list(parts), outer) for parts in zip(*slopes)])
    rows: Any = Vector(slopes)
    return reshape(rows, outer + rows.shape[1:])


def _has_shape(x):
    """Whether tuples and lists are those of a vector or matrix: they hold numbers, and rows are of one length."""
    if isinstance(x, Vector) or not isinstance(x, (tuple, list)):
        return isinstance(x, (Vector, Value, numbers.Real))
    mixed = any(isinstance(part, Vector) for part in x) or not all(map(_has_shape, x))
    return not mixed and len({len(part) if isinstance(part, (tuple, list)) else -1 for part in x}) < 2


def grad(f: Callable, argument: Positions = 0, *, argnums: Positions | None = None) -> Callable:
    """Return the function that computes the gradient of f toward one of its arguments, counted from 0.

    argument  the place of the argument, or of several, in a tuple, which gives a tuple of gradients; -1 is the last
    argnums   another name for it, which is JAX's

    f takes numbers, or nested tuples, lists, dictionaries, Vectors and NumPy arrays of numbers, and returns one number; it
    may be written for floats, because the operations work on both. An array arrives in f as a Vector. The gradient has the
    structure of the argument, with an array for an array, and consists of plain numbers, unless f was given Values or uses
    some of its own: then it consists of Values, and has a Vector for an array.

    >>> grad(lambda w, b: w[0] * w[1] + 2 * b, argnums=(0, 1))([3.0, 4.0], 1.0)
    ([4.0, 3.0], 2.0)
    """
    return _transformed("grad", f, f, _one_position("grad", argument, None, argnums), scalar=True)


def value_and_grad(f: Callable, argument: Positions = 0, *, argnums: Positions | None = None) -> Callable:
    """Return the function that computes f and its gradient; see `grad`."""
    name = "value_and_grad"
    return _transformed(name, f, f, _one_position(name, argument, None, argnums), scalar=True, with_value=True)


def _one_position(name, *given):
    """The places of arguments, which have three names: the one that was given, or 0."""
    found = [each for each in given if each is not None]
    if len(found) == 2 and found[0] == 0:  # not given
        found = found[1:]
    position = found[0] if found else 0
    places = position if isinstance(position, tuple) else (position,)
    if len(found) > 1 or not places or not all(isinstance(i, numbers.Integral) for i in places):
        got = " and ".join(map(repr, found))
        raise TypeError(
            f"{name}: argnums, or argument, is a whole number, or a tuple of some, as in {name}(f, 0), got {got}"
        )
    return position


def _transformed(name, f, function, position, scalar=False, with_value=False):
    """Return the function that computes the derivatives of a function toward its arguments at a position, or at several.

    name        what was called, for its errors
    f           what it was called with, whose name and text the new function has
    scalar      whether the result has to be one number
    with_value  whether that number is returned as well
    """
    if not callable(f):
        raise TypeError(f"{name}: a function comes first, as in {name}(lambda x: x * x), got {f!r}")
    places = position if isinstance(position, tuple) else (position,)

    @functools.wraps(f)
    def transformed(*arguments, **named):
        inputs = list(arguments)
        for i in places:
            if not -len(inputs) <= i < len(inputs):
                raise TypeError(f"{name}: the function was called with {len(inputs)} arguments, and needs number {i}")
            inputs[i] = _variables(name, arguments[i])
        xs, originals = ([each[i] for i in places] for each in (inputs, arguments))
        y = _outputs(name, function(*inputs, **named), scalar)
        ys = list(map(constant, flatten(y)))
        slopes = [_gradient(name, each, xs) for each in ys]
        leaves = (node for node in topological_order(*ys, *flatten(slopes)) if node.operation is None)
        plain = set(flatten(xs)).issuperset(node for node in leaves if not isinstance(node, Constant))
        for x in flatten(xs):
            if x.operation is None:  # outside, the numbers of the argument are numbers in an expression
                x.__class__ = Constant
        if plain:
            slopes = [_numbers(originals, slope) for slope in slopes]
        several = isinstance(position, tuple)
        result = _assembled(y, iter([tuple(slope) if several else slope[0] for slope in slopes]), several)
        return (ys[0].data if plain else ys[0], result) if with_value else result

    return transformed


def _variables(name, argument):
    """An argument with a node of its own for each number and Value, and a Vector for each array."""

    def variable(x):
        if is_array(x) and x.dtype.kind in "biuf":
            return map_nested(Value, to_vector(name, x))
        if not isinstance(x, (Value, numbers.Real)):
            raise TypeError(
                f"{name}: an argument is a number, or tuples, lists, dictionaries, Vectors and arrays of numbers, got {x!r}"
            )
        return identity(x) if isinstance(x, Value) else Value(x)  # type: ignore[arg-type]

    return map_nested(variable, argument)


def _outputs(name, result, scalar):
    """What a function returned, after a look at it, with a Vector for each array."""
    if scalar and not isinstance(result, (Value, numbers.Real)):
        raise TypeError(f"{name}: the function returned {result!r}, and there is a gradient of one number; see jacobian")
    result = map_nested(lambda x: to_vector(name, x) if is_array(x) else x, result)
    for x in flatten(result):
        if not isinstance(x, (Value, numbers.Real)):
            raise TypeError(f"{name}: the function returned {x!r}, and there are derivatives of numbers")
    return result


def _numbers(argument, slope):
    """The numbers of a gradient, in the structure of the argument, with an array for an array."""
    if is_array(argument):
        return sys.modules["numpy"].array([x.data for x in flatten(slope)]).reshape(argument.shape)
    if isinstance(argument, Mapping):
        return {key: _numbers(argument[key], part) for key, part in slope.items()}
    if isinstance(argument, (tuple, list)):
        return rebuilt(argument, [_numbers(*pair) for pair in zip(argument, slope)])
    return slope.data


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
