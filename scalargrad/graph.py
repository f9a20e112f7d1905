"""The graph as an object, to be run again on other numbers.

A graph is first defined, with placeholders where numbers will be, and then run any number of times, by a session. That is
define-then-run, the way of TensorFlow 1:

>>> from scalargrad.vectors import add, matmul
>>> A, b, x = Variable([[1, 0], [0, -1]]), Variable([1, 1]), placeholder(2, "x")
>>> z = add(matmul(A, x), b)
>>> Session().run(z, {x: [1, 2]})
(2.0, -1.0)

Under it is `evaluate`, from `replay.py`, which runs any graph again on any kind of numbers.
"""

import numbers
from collections.abc import Mapping
from typing import Any

from scalargrad.elementary import is_array
from scalargrad.engine import Constant, Value, topological_order
from scalargrad.nodes import Pending
from scalargrad.replay import check_values, differentiate, evaluate, flatten

__all__ = ["Graph", "Placeholder", "Session", "Variable", "differentiate", "evaluate", "placeholder"]


class Placeholder(Pending):
    """A leaf that has no number before it is fed one."""

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
    form = shape if isinstance(shape, tuple) else (shape,)
    if not all(type(n) is int and n > 0 for n in form):
        raise ValueError(f"placeholder({shape!r}): a shape is made of whole numbers from 1 on, as in placeholder((2, 3))")
    if not form:
        return Placeholder(label)
    return tuple(placeholder(form[1:], f"{label}[{i}]" if label else "") for i in range(form[0]))


def Variable(content: Any, label: str = "") -> Any:
    """Return a Value, or nested tuples of Values for nested sequences of numbers: what training may change."""
    if is_array(content):
        content = content.tolist()
    if not isinstance(content, (list, tuple)):
        return Value(content, label)
    if len({_shape(part) for part in content}) != 1:
        raise ValueError(f"Variable({content!r}): the parts of a vector or matrix have one shape")
    return tuple(Variable(part, f"{label}[{i}]" if label else "") for i, part in enumerate(content))


class Graph:
    """All that outputs were made from.

    nodes         every Value, inputs first (in post-order)
    placeholders  the leaves to be fed
    variables     the leaves with a number of their own
    operations    the nodes that are computed
    """

    def __init__(self, *outputs: Value) -> None:
        check_values("Graph", outputs)
        self.outputs = outputs
        self.nodes = topological_order(*outputs)
        inputs = [node for node in self.nodes if node.operation is None]
        self.placeholders = [node for node in inputs if isinstance(node, Placeholder)]
        self.variables = [node for node in inputs if not isinstance(node, (Placeholder, Constant))]
        self.operations = [node for node in self.nodes if node.operation is not None]
        self._consumers: dict[Value, list[Value]] = {}
        for node in self.operations:
            for value in dict.fromkeys(node.inputs):
                self._consumers.setdefault(value, []).append(node)

    def consumers(self, node: Value) -> list[Value]:
        """Return the nodes of this graph that have the given one as an input."""
        return self._consumers.get(node, [])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        from scalargrad.pictures.draw import (
            draw,  # a floor above: a graph can be shown, but needs no picture for anything else
        )

        return draw(*self.outputs)._repr_mimebundle_()


class Session:
    """What runs graphs."""

    def run(self, fetches: Any, feed_dict: Mapping | None = None) -> Any:
        """Return the numbers of the fetches, a Value or nested tuples and lists of Values, computed once from the feeds.

        feed_dict  a number for each placeholder that the fetches depend on, or a vector or matrix for one of that shape;
                   where each number is a NumPy array of n examples, the whole batch is computed at once: a placeholder of
                   shape (2,) takes an array of shape (2, n), the transpose of what most data sets have

        Raises ValueError, with the placeholder, for a feed that is missing, that nothing asks for, or of another shape.
        """
        return evaluate(fetches, read_feeds(fetches, feed_dict))


def read_feeds(fetches: Any, feed_dict: Mapping | None) -> dict[Value, Any]:
    """Return the number of each placeholder that the fetches depend on; see `Session.run`."""
    feeds: dict[Value, Any] = {}
    check_values("Session.run", flatten(fetches))
    needed = {node: None for node in topological_order(*flatten(fetches)) if isinstance(node, Placeholder)}
    if not isinstance(feed_dict, Mapping | None):
        raise TypeError(f"feed_dict: a dictionary from placeholders to numbers is wanted, got {feed_dict!r}")
    for key, number in (feed_dict or {}).items():
        parts = flatten(key)
        if not all(isinstance(part, Placeholder) for part in parts):
            raise ValueError(f"feed_dict: {key!r} is no placeholder; the number of another Value is changed by its .data")
        if needed.keys().isdisjoint(parts):
            raise ValueError(f"feed_dict: {_name(key)} is fed, but the result does not depend on it")
        if not _fill(feeds, key, number):
            raise ValueError(f"feed_dict: {_name(key)} has the shape {_shape(key)} and was fed {number!r}")
    for part in needed:
        if part not in feeds:
            raise ValueError(f"feed_dict: {_name(part)} must be fed, because the result depends on it")
    return feeds


def _shape(x):
    return (len(x), *_shape(x[0])) if isinstance(x, (tuple, list)) and x else ()


def _name(x):
    """What to call a placeholder, or a vector or matrix of placeholders, in an error."""
    label = flatten(x)[0].label
    return f"the placeholder {label.split('[')[0] if isinstance(x, tuple) else label}" if label else "a placeholder"


def _fill(feeds, key, number):
    """Give each placeholder in the key its number; return whether the shapes agree."""
    if isinstance(key, Placeholder):
        if is_array(number) and number.size == 0:
            raise ValueError(f"feed_dict: the batch for {_name(key)} is empty")
        feeds[key] = number
        return is_array(number) or isinstance(number, (Value, numbers.Real))
    try:
        parts = list(number)
    except TypeError:
        return False
    return len(parts) == len(key) and all(_fill(feeds, part, each) for part, each in zip(key, parts))
