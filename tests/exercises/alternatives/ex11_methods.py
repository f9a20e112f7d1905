"""Sessions in which each node computes itself, in the order of Python's graphlib, with type hints."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from graphlib import TopologicalSorter
from operator import add, mul
from typing import NoReturn


class Node(ABC):
    inputs: tuple[Node, ...] = ()

    @abstractmethod
    def compute(self, *numbers: float) -> float: ...

    def __add__(self, other: Node) -> Operation:
        return Operation(add, self, other)

    def __mul__(self, other: Node) -> Operation:
        return Operation(mul, self, other)


class Placeholder(Node):
    def __init__(self, name: str) -> None:
        self.name = name

    def compute(self, *numbers: float) -> NoReturn:
        raise ValueError(f"{self.name} is not fed")


class Variable(Node):
    def __init__(self, value: float) -> None:
        self.value = value

    def compute(self, *numbers: float) -> float:
        return self.value


class Operation(Node):
    def __init__(self, function: Callable[..., float], *inputs: Node) -> None:
        self.function, self.inputs = function, inputs

    def compute(self, *numbers: float) -> float:
        return self.function(*numbers)


def order(*roots: Node) -> list[Node]:
    edges: dict[Node, tuple[Node, ...]] = {}
    waiting = [*roots]
    while waiting:
        node = waiting.pop()
        if node not in edges:
            edges[node] = node.inputs
            waiting.extend(node.inputs)
    return [*TopologicalSorter(edges).static_order()]


def placeholders(node: Node) -> frozenset[Node]:
    return frozenset(filter(lambda each: isinstance(each, Placeholder), order(node)))


class Session:
    def run(self, fetch: Node | list[Node], feed_dict: Mapping[Node, float] | None = None) -> float | list[float]:
        if not isinstance(fetch, list):
            return self.run([fetch], feed_dict)[0]
        numbers: dict[Node, float] = {}
        for node in order(*fetch):
            fed = (feed_dict or {}).get(node)
            numbers[node] = node.compute(*(numbers[each] for each in node.inputs)) if fed is None else fed
        return list(map(numbers.__getitem__, fetch))
