"""A backward pass with methods, properties and type hints; functions call the methods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


class Node:
    def __init__(self, data: float, inputs: Sequence[Node] = (), partials: Sequence[float] = ()) -> None:
        self.data, self.inputs, self.partials = data, inputs, partials
        self._grad = 0.0

    @property
    def grad(self) -> float:
        return self._grad

    @grad.setter
    def grad(self, value: float) -> None:
        self._grad = float(value)

    @property
    def is_leaf(self) -> bool:
        return not len(self.inputs)

    def edges(self) -> Iterator[tuple[Node, float]]:
        yield from zip(self.inputs, self.partials)

    def __lshift__(self, gradient: float) -> Node:
        self.grad += gradient
        return self


def push(node: Node) -> None:
    for value, partial in node.edges():
        value << partial * node.grad


def backward(order: Sequence[Node]) -> None:
    *_, result = order
    for node in filter(lambda node: not node.is_leaf, order):
        node.grad = 0.0
    result << 1.0
    for i in range(len(order) - 1, -1, -1):
        push(order[i])
