"""A topological order by recursion, with the limit raised as far as the graph needs."""

import sys
from contextlib import contextmanager
from typing import Iterator


class Node:
    __slots__ = ("inputs", "label")

    def __init__(self, *inputs: "Node", label: str = "") -> None:
        self.inputs: tuple[Node, ...] = inputs
        self.label = label

    def __repr__(self) -> str:
        return self.label


@contextmanager
def recursion(limit: int) -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(limit)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def visit(node: Node, seen: set[int], order: list[Node]) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    for each in node.inputs:
        visit(each, seen, order)
    order.append(node)


def topological_order(root: Node) -> list[Node]:
    order: list[Node] = []
    with recursion(20_000):
        visit(root, set(), order)
    return order


def is_topological(order: list[Node]) -> bool:
    before: set[int] = set()
    for node in order:
        if id(node) in before or {id(each) for each in node.inputs} - before:
            return False
        before |= {id(node)}
    return True
