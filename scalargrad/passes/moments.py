"""The two passes over a graph, one moment at a time: in which order numbers and gradients appear.

Each moment says what a gradient is after one more edge. The graph is only read: gradients start again from 0, whatever
`backward` has left in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from scalargrad.engine import Constant, Value
from scalargrad.replay import product


class Moment(NamedTuple):
    """Something appears: the numbers of nodes, or, if there is a gradient, what the first of them has of it so far.

    edge  the node and the place among its inputs through which the gradient has come; None for the first one
    """

    nodes: list[Value]
    gradient: Any = None
    edge: Any = None


NOTHING = Moment([])


def passes(roots: tuple[Value, ...], order: list[Value]) -> Iterator[Moment]:
    """Yield the moments of the forward pass over the nodes, given in topological order, then of the backward pass.

    The backward pass is that of the sum of the roots. Raises the error of a node without a number, see `graph.py`.
    """
    yield Moment([node for node in order if node.operation is None])
    for node in order:
        if node.operation is not None:
            yield Moment([node])
    yield from backward_pass(roots, order, {node: node.partials for node in order})


def backward_pass(roots: tuple[Value, ...], order: list[Value], partials: Mapping[Value, Sequence]) -> Iterator[Moment]:
    """Yield the moments of the backward pass with these local derivatives, of any kind of number; leaves need none."""
    gradients: dict[Value, Any] = {}
    for root in dict.fromkeys(roots):
        gradients[root] = 1.0
        yield Moment([root], 1.0)
    for node in reversed(order):
        for i, (value, partial) in enumerate(zip(node.inputs, partials.get(node, ()))):
            term = product(partial, gradients[node])
            gradients[value] = gradients[value] + term if value in gradients else term
            if not isinstance(value, Constant):
                yield Moment([value], gradients[value], (node, i))
