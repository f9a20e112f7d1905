"""The graph as an object, to be run again on other numbers.

A graph is first defined, with placeholders where numbers will be, and then run any number of times, by a session. That is
define-then-run, the way of TensorFlow 1:

>>> A, b, x = Variable([[1, 0], [0, -1]]), Variable([1, 1]), placeholder(2, "x")
>>> z = A @ x + b
>>> Session().run(z, {x: [1, 2]})
(2.0, -1.0)
>>> Session().run(z, {x: [[1, 2], [3, 4]]})  # a batch, one example a row
((2.0, -1.0), (4.0, -3.0))

Under it is `evaluate`, from `replay.py`, which runs any graph again on any kind of numbers.
"""

from collections.abc import Mapping
from typing import Any

from scalargrad.engine import Constant, Parameter, Value, topological_order
from scalargrad.feeds import Feeds, read, slots
from scalargrad.nested import flatten
from scalargrad.nodes import Pending
from scalargrad.replay import check_values, differentiate, evaluate, forward
from scalargrad.shapes import Vector, shape, to_vector

__all__ = ["Graph", "Placeholder", "Session", "Variable", "differentiate", "evaluate", "placeholder"]


class Placeholder(Pending):
    """A leaf that has no number before it is fed one."""

    __slots__ = ()

    def __init__(self, label: str = "") -> None:
        self.grad = 0
        self.label = label
        self.operation = self._x = self._y = self._mark = None


def placeholder(shape: int | tuple[int, ...] | str = (), label: str = "") -> Any:
    """Return a Value without a number, or a Vector of such.

    Expressions of placeholders make the graph and compute nothing; asking for their `.data` raises an AttributeError that
    names what must be fed. `placeholder("x")` is one with a name, `placeholder(2)` a vector, `placeholder((2, 3), "A")` a
    matrix with the parts A[0][0] to A[1][2].
    """
    if isinstance(shape, str) and not label:
        return Placeholder(shape)
    if not isinstance(label, str):
        raise TypeError(
            f"placeholder({shape!r}, {label!r}): a label is a text, and a shape of two lengths is a tuple: (2, 3)"
        )
    lengths: Any = shape if isinstance(shape, tuple) else (shape,)
    if not all(type(n) is int and n > 0 for n in lengths):
        raise ValueError(f"placeholder({shape!r}): a shape is made of whole numbers from 1 on, as in placeholder((2, 3))")
    if not lengths:
        return Placeholder(label)
    return Vector(placeholder(lengths[1:], f"{label}[{i}]" if label else "") for i in range(lengths[0]))


def Variable(content: Any, label: str = "") -> Any:
    """Return a leaf to be trained, or a Vector of such for nested sequences of numbers."""

    def variable(x, label):
        if isinstance(x, Vector):
            return Vector(variable(part, f"{label}[{i}]" if label else "") for i, part in enumerate(x))
        return Parameter(x, label)

    if not isinstance(label, str):
        raise TypeError(f"Variable({content!r}, {label!r}): a label is a text")
    vector = to_vector("Variable", content)
    if 0 in shape(vector):
        raise ValueError(f"Variable({content!r}): a vector or matrix has one number or more")
    return variable(vector, label)


class Graph:
    """All that outputs were made from.

    nodes         every Value, inputs first (in post-order)
    placeholders  the leaves to be fed
    variables     the leaves with a number of their own
    operations    the nodes that are computed
    """

    def __init__(self, *outputs: Any) -> None:
        """Take Values, or Vectors of them."""
        self.outputs = flatten(outputs)
        check_values("Graph", self.outputs)
        if not outputs:
            raise TypeError(
                "Graph() has nothing in it: give it the result, as in Graph(y). Leave `Graph().as_default()` out, because "
                "every expression is a graph of its own"
            )
        self.nodes = topological_order(*self.outputs)
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

    def zero_grad(self) -> None:
        """Forget the gradients of all nodes, before those of the next step are added up."""
        for node in self.nodes:
            node.grad = 0

    def forward(self) -> None:
        """Compute all nodes again from the numbers that the leaves have now; see `Value.forward`."""
        for output in self.outputs:
            output.forward()

    def backward(self) -> None:
        """Call `backward` of each output in turn: leaves add the gradients up, other nodes have those of the last."""
        for output in self.outputs:
            output.backward()

    def as_default(self) -> None:
        """Refuse what TensorFlow 1 asks for."""
        raise TypeError("Graph.as_default: leave it out, because every expression is a graph of its own")

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        from scalargrad.pictures.draw import draw  # a floor above, which only this needs

        return draw(*self.outputs)._repr_mimebundle_()


class Session:
    """What runs graphs. It keeps nothing, so `with Session() as session` is the same as `session = Session()`."""

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        """Leave a `with` statement: there is nothing to close."""

    def run(self, fetches: Any, feed_dict: Mapping | None = None) -> Any:
        """Return the numbers of the fetches, computed once from the feeds.

        fetches    Values or Vectors, alone or in nested tuples, lists and dictionaries, and what `Optimizer.minimize`
                   returns, which is run last and gives None
        feed_dict  a number for each placeholder that the fetches depend on, or a vector or matrix for one of that shape. A
                   batch has one dimension more, which comes first: (n,) for numbers, (n, 2) for vectors of two. Feeds
                   that are not needed are taken.

        Results of a batch are (n, ...): NumPy arrays if any feed is one, else Vectors. What does not depend on the batch
        has no n.

        Raises ValueError, with the placeholder, for a feed that is missing or of another shape.
        """
        values = [each for each in flatten(fetches) if not isinstance(each, Action)]
        fed = read_feeds("Session.run", values, feed_dict)
        number = forward("Session.run", values, fed)
        results = fed.results(fetches, lambda each: None if isinstance(each, Action) else number(each))
        for each in flatten(fetches):
            if isinstance(each, Action):
                each.run(feed_dict)
        return results


class Action:
    """Something that a session runs for what it does, not for a number: a step of training, see `Optimizer.minimize`."""

    def run(self, feed_dict: Mapping | None) -> None:
        """Do it, with these feeds."""
        raise NotImplementedError(f"{type(self).__name__} does nothing yet: write its method `run`")


def read_feeds(name: str, values: list, feed_dict: Mapping | None) -> Feeds:
    """Return what a feed dictionary holds, after a look whether all placeholders are fed that the values depend on.

    name  the function that is fed, for its errors
    """
    check_values(name, values)
    if not isinstance(feed_dict, Mapping | None):
        raise TypeError(f"{name}: the feed_dict is a dictionary from placeholders to numbers, got {feed_dict!r}")
    needed = {node: None for node in topological_order(*values) if isinstance(node, Placeholder)}
    used = {}
    for key, content in (feed_dict or {}).items():
        slots(name, key)  # which says what is wrong with a key
        leaves = flatten(key)
        for leaf in leaves:
            if not isinstance(leaf, Placeholder):
                raise ValueError(f"{name}: {leaf!r} is no placeholder; change the number of another leaf by its .data")
        if not needed.keys().isdisjoint(leaves):
            used[key] = content
    fed = read(name, used)
    known = {leaf for block in fed.blocks for leaf in block.leaves}
    for node in needed:
        if node not in known:
            label = node.label.split("[")[0] or "without a label"
            raise ValueError(f"{name}: the placeholder {label} must be fed, because the result depends on it")
    return fed
