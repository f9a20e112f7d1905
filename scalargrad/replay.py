"""Replay: a recorded graph is run again, on another kind of number. It is the second mechanism, after the engine's.

A node knows its rule, and a rule works on any kind of number. So a graph can be run again, forward and backward, on floats,
on NumPy arrays (a whole batch at once), on Fractions (exactly), on Values (which gives the graphs of derivatives, see
`calculus`), and on anything else that has arithmetic and the functions of `elementary`.
"""

import contextlib
import sys
from collections.abc import Callable, Iterable, Mapping
from numbers import Integral, Rational
from typing import Any

from scalargrad.elementary import is_array
from scalargrad.engine import Constant, Value, topological_order
from scalargrad.feeds import Feeds, read
from scalargrad.nested import flatten
from scalargrad.nodes import floats, with_context


def evaluate(outputs: Any, feeds: Mapping[Value, Any]) -> Any:
    """Run a graph forward on other numbers, and return those of the outputs, in the structure they came in.

    feeds  the numbers of some leaves, of any kind; the other leaves keep those they have. A Vector of leaves of shape s
           takes one example, of shape s, or a batch, (n, *s); a leaf alone takes a number, or an array of any shape.

    On Fractions, whole numbers that were written into the expression (up to 2**53) are exact, as ints and as floats.

    >>> a, b = Value(1.0), Value(2.0)
    >>> y = a / b + a
    >>> evaluate(y, {a: 3.0})
    4.5
    >>> from fractions import Fraction
    >>> evaluate(y + 1, {a: Fraction(1), b: Fraction(3)})
    Fraction(7, 3)
    """
    fed = read("evaluate", feeds, grids=True)
    return fed.results(outputs, forward("evaluate", flatten(outputs), fed))


def forward(name: str, values: list[Value], fed: Feeds) -> Callable[[Value], Any]:
    """Run a graph forward on what was fed; return what gives the result of each Value, for `Feeds.results`.

    name  the function that wants the results, for its errors
    """
    check_values(name, values)
    order = topological_order(*values)
    if not fed.outer or fed.arrays:
        numbers, _ = run(order, fed.numbers())
        return numbers.__getitem__
    runs = [run(order, example)[0] for example in fed.examples()]
    varying = dependents(order, [leaf for block in fed.blocks if block.outer for leaf in block.leaves])
    return lambda node: [numbers[node] for numbers in runs] if node in varying else runs[0][node]


def differentiate(y: Value, xs: Iterable[Value], feeds: Mapping[Value, Any]) -> tuple[dict, list]:
    """Run a graph forward and backward on other numbers; return those of all nodes, and dy/dx for each x.

    feeds  the numbers of some leaves, of any kind, as for `evaluate`

    The derivatives are numbers of the same kind, and 0 where y does not depend on x.
    """
    order = topological_order(y)
    fed = read("differentiate", feeds, grids=True)
    numbers, partials = run(order, fed.numbers(), keep_partials=True)
    return numbers, pull_back(order, partials, {y: 1}, xs)


def run(order: list[Value], feeds: Mapping[Value, Any], keep_partials: bool = False) -> tuple[dict, dict]:
    """Return the number of each node, given in topological order, and its local derivatives if they are to be kept."""
    numbers = {node: floats(number) for node, number in feeds.items()}
    partials: dict[Value, tuple] = {}
    kind = _exact_kind(numbers.values())
    if kind is not None:
        literals = {node: int(node.data) for node in order if type(node) is Constant and node.data % 1 == 0}
        numbers = {node: kind(x) if isinstance(x, Integral) else x for node, x in (literals | numbers).items()}
    with _quiet(numbers.values()):
        for node in order:
            if node in numbers:
                continue
            operation, x, y = node.operation, node._x, node._y
            if x is None:
                numbers[node] = node.data
                continue
            try:
                if y is None:
                    value, dx = operation.rule(numbers[x])
                else:
                    value, dx, dy = operation.rule(numbers[x], numbers[y])
            except (ValueError, TypeError, ArithmeticError) as error:
                raise with_context(error, operation, *(numbers[value] for value in node.inputs)) from error
            numbers[node] = value
            if keep_partials:
                partials[node] = (dx,) if y is None else (dx, dy)
    return numbers, partials


def pull_back(order: list[Value], partials: Mapping, seeds: Mapping[Value, Any], xs: Iterable[Value]) -> list:
    """Return the sum of seed * d(output)/dx for each x, by one pass backward over nodes in topological order."""
    xs, gradients = list(xs), dict(seeds)
    found = dependents(order, xs)
    for node in reversed(order):
        if node in gradients and node in partials:
            gradient = gradients[node]
            for value, partial in zip((node._x, node._y), partials[node]):
                if value in found:
                    term = product(partial, gradient)
                    gradients[value] = gradients[value] + term if value in gradients else term
    return [gradients.get(x, 0) for x in xs]


def push_forward(order: list[Value], partials: Mapping, tangents: Mapping[Value, Any], ys: Iterable[Value]) -> list:
    """Return the sum of d(y)/dx * tangent for each y, by one pass forward over nodes in topological order."""
    speeds = dict(tangents)
    for node in order:
        for value, partial in zip(node.inputs, partials.get(node, ())):
            if value in speeds:
                term = product(partial, speeds[value])
                speeds[node] = speeds[node] + term if node in speeds else term
    return [speeds.get(y, 0) for y in ys]


def dependents(order: Iterable[Value], xs: Iterable[Value]) -> set[Value]:
    """Return xs, and the nodes, given in topological order, that depend on them."""
    found = set(xs)
    for node in order:
        if node._x in found or node._y in found:
            found.add(node)
    return found


def product(partial: Any, gradient: Any) -> Any:
    """Return partial * gradient; a whole 1 is not multiplied by, so that graphs of derivatives have no node for that."""
    if type(partial) is int and partial == 1:
        return gradient
    if type(gradient) is int and gradient == 1:
        return partial
    return partial * gradient


def check_values(name: str, values: Iterable[Any]) -> None:
    """Raise TypeError, in the name of a function, for what is not a Value."""
    for value in values:
        if not isinstance(value, Value):
            raise TypeError(f"{name}: Values are wanted, alone or in tuples and lists, got {value!r}")


def _exact_kind(numbers):
    """The type of the exact numbers, such as Fraction, among others; None where there are none, or arrays of floats."""
    others = [x for x in numbers if type(x) is not float]
    if not others:
        return None
    kinds = {type(next(x.flat, None)) if is_array(x) and x.dtype == object else type(x) for x in others}
    if any(hasattr(kind, "dtype") for kind in kinds):
        return None
    return next((kind for kind in kinds if issubclass(kind, Rational) and not issubclass(kind, Integral)), None)


def _quiet(numbers):
    """Without NumPy's warnings of infinities, because no other kind of number gives any."""
    return sys.modules["numpy"].errstate(all="ignore") if any(map(is_array, numbers)) else contextlib.nullcontext()
