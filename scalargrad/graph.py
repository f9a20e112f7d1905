"""The graph as an object, to be run again on other numbers.

With this module one first says what is to be computed, with placeholders where numbers will be, and then runs it as often
as one likes. That is define-then-run, the way of TensorFlow 1:

>>> from scalargrad.vectors import add, matmul
>>> A, b, x = Variable([[1, 0], [0, -1]]), Variable([1, 1]), placeholder(2, "x")
>>> z = add(matmul(A, x), b)
>>> Session().run(z, {x: [1, 2]})
(2.0, -1.0)

Under it is one idea. A node knows the rule it was made by, and a rule works on any kind of number. So a recorded graph can
be run again, forward by `evaluate` and backward by `differentiate`, on floats, on NumPy arrays (a whole batch at once), on
Fractions (exactly), and on Values (which gives the graphs of derivatives, see `calculus.py`).
"""

import contextlib
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scalargrad.elementary import is_array
from scalargrad.engine import Constant, Pending, Value, topological_order
from scalargrad.operation import explained


class Placeholder(Pending):
    """A leaf without a number, to be fed one."""

    __slots__ = ()

    def __init__(self, label: str = "") -> None:
        self.grad = 0
        self.label = label
        self.operation = self._x = self._y = self._mark = None


def placeholder(shape: int | tuple[int, ...] | str = (), label: str = "") -> Any:
    """Return a Value without a number, or a vector or matrix of such, as nested tuples.

    Expressions of placeholders make the graph and compute nothing; asking for their `.data` raises an AttributeError that
    names what must be fed. `placeholder("x")` is one with a name, `placeholder(2)` a vector, `placeholder((2, 3), "A")` a
    matrix with the parts A[0][0] to A[1][2].
    """
    if isinstance(shape, str):
        return Placeholder(shape)
    if isinstance(shape, int):
        shape = (shape,)
    if not shape:
        return Placeholder(label)
    return tuple(placeholder(shape[1:], f"{label}[{i}]" if label else "") for i in range(shape[0]))


def Variable(numbers: Any, label: str = "") -> Any:
    """Return a Value, or nested tuples of Values for nested sequences of numbers: what training may change."""
    if is_array(numbers):
        numbers = numbers.tolist()
    if not isinstance(numbers, (list, tuple)):
        return Value(numbers, label)
    return tuple(Variable(number, f"{label}[{i}]" if label else "") for i, number in enumerate(numbers))


class Graph:
    """All that outputs were made from.

    nodes         every Value, inputs first (in post-order)
    placeholders  the leaves to be fed
    variables     the leaves with a number of their own
    operations    the nodes that are computed
    """

    def __init__(self, *outputs: Value) -> None:
        self.outputs = outputs
        self.nodes = topological_order(*outputs)
        inputs = [node for node in self.nodes if node.operation is None]
        self.placeholders = [node for node in inputs if isinstance(node, Placeholder)]
        self.variables = [node for node in inputs if not isinstance(node, (Placeholder, Constant))]
        self.operations = [node for node in self.nodes if node.operation is not None]

    def consumers(self, node: Value) -> list[Value]:
        """Return the nodes of this graph that have the given one as an input."""
        return [each for each in self.operations if node in each.inputs]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        from scalargrad.draw import draw  # a floor above: a graph can be shown, but needs no picture for anything else

        return draw(*self.outputs)._repr_mimebundle_()


class Session:
    """What runs graphs."""

    def run(self, fetches: Any, feed_dict: Mapping | None = None) -> Any:
        """Return the numbers of the fetches, a Value or nested tuples and lists of Values, computed once from the feeds.

        feed_dict  a number for each placeholder that the fetches depend on, or a vector or matrix for one of that shape;
                   where each number is a NumPy array, of examples, the whole batch is computed at once

        Raises ValueError, with the placeholder, for a feed that is missing, that nothing asks for, or of another shape.
        """
        return evaluate(fetches, read_feeds(fetches, feed_dict))


def read_feeds(fetches: Any, feed_dict: Mapping | None) -> dict[Value, Any]:
    """Return the number of each placeholder that the fetches depend on; see `Session.run`."""
    feeds: dict[Value, Any] = {}
    needed = Graph(*leaves(fetches)).placeholders
    for key, number in (feed_dict or {}).items():
        parts = leaves(key)
        if not all(isinstance(part, Placeholder) for part in parts):
            raise ValueError(f"feed_dict: {key!r} is no placeholder; the number of another Value is changed by its .data")
        if not set(parts) & set(needed):
            raise ValueError(f"feed_dict: {_name(key)} is fed, but what is asked for does not depend on it")
        if not _fill(feeds, key, number):
            raise ValueError(f"feed_dict: {_name(key)} has the shape {_shape(key)} and was fed {number!r}")
    for part in needed:
        if part not in feeds:
            raise ValueError(f"feed_dict: {_name(part)} must be fed, for what is asked for depends on it")
    return feeds


def evaluate(outputs: Any, feeds: Mapping[Value, Any]) -> Any:
    """Run a recorded graph forward on other numbers, and return those of the outputs, in the structure they came in.

    feeds  the number of some nodes: floats, NumPy arrays, Fractions, Values, or anything else with arithmetic and the
           functions of `elementary`; all other leaves keep the number they have

    >>> a, b = Value(1.0), Value(2.0)
    >>> y = a / b + a
    >>> evaluate(y, {a: 3.0})
    4.5
    >>> from fractions import Fraction
    >>> evaluate(y, {a: Fraction(1), b: Fraction(3)})
    Fraction(4, 3)
    """
    numbers = _run(topological_order(*leaves(outputs)), feeds)
    return nested(numbers.__getitem__, outputs)


def differentiate(seeds: Mapping[Value, Any], xs: Iterable[Value], feeds: Mapping[Value, Any]) -> tuple[dict, list]:
    """Run a recorded graph forward and backward on other numbers.

    seeds  the outputs, and how much each of them counts: {y: 1} for the gradient of y
    xs     the Values toward which to differentiate
    feeds  as for `evaluate`

    Returns the numbers of all nodes, and for each x the sum of seed * d(output)/dx, in numbers of the same kind; 0 where
    no output depends on x.
    """
    xs, gradients = list(xs), dict(seeds)
    order = topological_order(*seeds)
    local: dict[Value, tuple] = {}
    numbers = _run(order, feeds, local)
    dependent = dependents(order, xs)
    for node in reversed(order):
        if node in gradients and node in local:
            for value, partial in zip(node.inputs, local[node][1:]):
                if value in dependent:
                    term = product(partial, gradients[node])
                    gradients[value] = gradients[value] + term if value in gradients else term
    return numbers, [gradients.get(x, 0) for x in xs]


def differentiate_forward(tangents: Mapping[Value, Any], ys: Iterable[Value], feeds: Mapping[Value, Any]) -> list:
    """Run a recorded graph on other numbers, and with them how fast each number changes.

    tangents  the Values that change, and how fast: {x: 1} for derivatives toward x
    ys        the outputs
    feeds     as for `evaluate`

    Returns the sum of d(y)/dx * tangent for each output, in numbers of the same kind; 0 where it does not change.
    """
    ys, speeds = list(ys), dict(tangents)
    order = topological_order(*ys)
    local: dict[Value, tuple] = {}
    _run(order, feeds, local)
    for node in order:
        if node in local and node not in speeds:
            for value, partial in zip(node.inputs, local[node][1:]):
                if value in speeds:
                    term = product(partial, speeds[value])
                    speeds[node] = speeds[node] + term if node in speeds else term
    return [speeds.get(y, 0) for y in ys]


def dependents(order: Iterable[Value], xs: Iterable[Value]) -> set[Value]:
    """Return the nodes, given in topological order, that depend on some of xs, and xs."""
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


def _run(order, feeds, local=None):
    """Return the number of each node; put what its rule returned, with the local derivatives, into `local` if given."""
    numbers = dict(feeds)
    with _quiet(feeds.values()):
        for node in order:
            if node in numbers:
                continue
            operation, x, y = node.operation, node._x, node._y
            if x is None:
                numbers[node] = node.data
                continue
            try:
                result = operation.rule(numbers[x]) if y is None else operation.rule(numbers[x], numbers[y])
            except (ValueError, TypeError, ArithmeticError) as error:
                raise explained(error, operation, *(numbers[value] for value in node.inputs)) from error
            numbers[node] = result[0]
            if local is not None:
                local[node] = result
    return numbers


def _quiet(numbers):
    """NumPy's remarks on infinities are not wanted, for no other kind of number makes them."""
    return sys.modules["numpy"].errstate(all="ignore") if any(map(is_array, numbers)) else contextlib.nullcontext()


def leaves(x: Any) -> list:
    """Return what is in nested tuples and lists, in order; a list of x itself where it is neither."""
    return [leaf for part in x for leaf in leaves(part)] if isinstance(x, (tuple, list)) else [x]


def nested(function: Callable, x: Any) -> Any:
    """Return nested tuples and lists with the function of each element in its place."""
    return type(x)(nested(function, part) for part in x) if isinstance(x, (tuple, list)) else function(x)


def _shape(x):
    return (len(x), *_shape(x[0])) if isinstance(x, tuple) and x else ()


def _name(x):
    """What to call a placeholder, or a vector or matrix of placeholders, in an error."""
    label = leaves(x)[0].label
    return f"the placeholder {label.split('[')[0] if isinstance(x, tuple) else label or 'without a name'}"


def _fill(feeds, key, number):
    """Give each placeholder in the key its number; return whether the shapes agree."""
    if isinstance(key, Placeholder):
        feeds[key] = number
        return not isinstance(number, (list, tuple, str, type(None)))
    try:
        parts = list(number)
    except TypeError:
        return False
    return len(parts) == len(key) and all(_fill(feeds, part, each) for part, each in zip(key, parts))
