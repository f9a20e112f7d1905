"""Derivatives of functions: functions in, functions out, which nest, as in JAX. Those of graphs are called, too.

`jacobian` and `hessian` take either.
"""

import functools
import numbers
from collections.abc import Callable
from typing import Any

from scalargrad.calculus.graphs import gradient_for
from scalargrad.calculus.structures import assembled, numbers_of
from scalargrad.elementary import is_array
from scalargrad.engine import Constant, Value, constant, topological_order
from scalargrad.nested import flatten, map_nested
from scalargrad.operations import identity
from scalargrad.shapes import to_vector

Positions = int | tuple[int, ...]


def jacobian(ys: Any, xs: Any = None, *, argument: Positions | None = None, argnums: Positions | None = None) -> Any:
    """Return the gradient of each output: for ys of the shape (m,) and xs of the shape (n,) it has the shape (m, n).

    Of a function, `jacobian(f)` is the function that computes the derivatives of f toward an argument, as `grad` does, where
    f returns numbers in any structure. There is that structure, and inside it that of the argument; a Vector of shape (m,)
    and an argument of shape (n,) give (m, n), for each entry if the argument is a dictionary.
    """
    if callable(ys):
        return _transformed("jacobian", ys, ys, _one_position("jacobian", xs, argument, argnums))
    _check_graph("jacobian", xs, argument, argnums)
    return assembled(ys, iter([gradient_for("jacobian", y, xs) for y in flatten(ys)]))


def hessian(y: Any, xs: Any = None, *, argument: Positions | None = None, argnums: Positions | None = None) -> Any:
    """Return the second derivatives of y: for xs of the shape (n,) they have the shape (n, n).

    Of a function, `hessian(f)` is `jacobian(grad(f))`.
    """
    if callable(y):
        positions = _one_position("hessian", xs, argument, argnums)
        return _transformed("hessian", y, _transformed("hessian", y, y, positions, scalar=True), positions)
    _check_graph("hessian", xs, argument, argnums)
    slopes = gradient_for("hessian", y, xs)
    return assembled(slopes, iter([gradient_for("hessian", slope, xs) for slope in flatten(slopes)]))


def _check_graph(name, xs, argument, argnums):
    if xs is None or argument is not None or argnums is not None:
        raise TypeError(
            f"{name}: of a graph it takes the result and the variables, as in {name}(y, x); of a function, {name}(f)"
        )


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
        slopes = [gradient_for(name, each, xs) for each in ys]
        leaves = (node for node in topological_order(*ys, *flatten(slopes)) if node.operation is None)
        plain = set(flatten(xs)).issuperset(node for node in leaves if not isinstance(node, Constant))
        for x in flatten(xs):
            if x.operation is None:  # outside, the numbers of the argument are numbers in an expression
                x.__class__ = Constant
        if plain:
            slopes = [numbers_of(originals, slope) for slope in slopes]
        several = isinstance(position, tuple)
        result = assembled(y, iter([tuple(slope) if several else slope[0] for slope in slopes]), several)
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
