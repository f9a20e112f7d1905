"""The engine: numbers that remember how they were made, and the chain rule.

An expression of `Value`s in ordinary Python is a graph. It has its value at once, and `backward()` computes how much the
result changes with every number in it:

>>> a, b, c = Value(2.0), Value(3.0), Value(1.0)
>>> y = (a + b) * (b - c)
>>> y.backward()
>>> y.data, a.grad, b.grad, c.grad
(10.0, 2.0, 7.0, -5.0)

`backward` is the chain rule, in reverse `topological_order`. How a rule makes nodes is in `nodes.py`; the rules, and the `+`
and `*` of Values, are in `operations.py`; how a Value prints, compares and copies is in `manners.py`.
"""

import threading
from numbers import Real
from typing import Any

from scalargrad.manners import Manners, not_a_leaf, not_a_number


class Value(Manners):
    """A number in an expression: a node of its graph.

    data        the number
    grad        how much the result changes with this number; the integer 0, or None, where there is no gradient yet
    label       its name, for pictures; "" for none
    operation   what made it; None for a leaf, a Value that was not computed
    inputs      the Values it was made from, two at the most
    partials    its local derivative toward each of them
    """

    # One slot for each input and each local derivative: two tuples would double the cost of a node.
    # `_calls` is set on results of groups only, see `calls.py`.
    __slots__ = ("data", "grad", "label", "operation", "_x", "_y", "_dx", "_dy", "_mark", "_calls")

    def __init__(self, data: float, label: str = "", *others: Any) -> None:
        if not isinstance(data, (float, int, Real)) or not isinstance(label, str) or others:  # an ABC alone is slow
            raise not_a_leaf(data, label, *others)
        self.data = float(data)
        self.grad = 0
        self.label = label
        self.operation = self._x = self._y = self._dx = self._dy = self._mark = None

    def forward(self) -> None:
        """Compute every Value that this one was made from again, and this one, from the numbers the leaves have now.

        A graph keeps the numbers it was made with: after `w.data -= 0.1 * w.grad` call `loss.forward()`, or build the
        loss again, before the next `backward()`. Gradients stay as they are.
        """
        order = topological_order(self)
        for node in order:
            if node.operation is not None:
                node.operation.compute(node)
        if not isinstance(self.data, Real):
            raise not_a_number("forward", order)

    def backward(self, seed: float = 1.0) -> None:
        """Compute the gradient of this Value with respect to every Value it was made from.

        Afterwards `v.grad` is seed * d(self)/d(v). What was computed on the way gets a fresh gradient with each call; leaves
        add it to the one they have, so that several losses, or several examples, may share them. Set `leaf.grad = 0`
        to start anew. Graphs that share nodes are for one thread at a time.
        """
        if not isinstance(seed, Real):
            raise TypeError(f"backward({seed!r}): the seed is a real number, as in y.backward(2.0)")
        order = topological_order(self)
        if not isinstance(self.data, Real):
            raise not_a_number("backward", order)
        for node in order:
            if node.operation is not None:
                node.grad = 0.0
            elif node.grad is None:
                node.grad = 0
        self.grad += float(seed)
        for node in reversed(order):
            if node._x is not None:
                node._x.grad += node._dx * node.grad
                if node._y is not None:
                    node._y.grad += node._dy * node.grad


class Parameter(Value):
    """A leaf to be trained. Custom attributes may be kept on it, as in `p.momentum = 0.0`."""


class Constant(Value):
    """A number written into an expression, such as the 2 of `2 * x`: no gradient is wanted for it."""

    __slots__ = ()


def constant(x: Any) -> Value:
    """Return a Value as it is, and a number as a Constant."""
    return x if isinstance(x, Value) else Constant(x)


_one_walk = threading.Lock()  # marks are kept in the nodes, so there is one walk at a time


def topological_order(*roots: Value) -> list[Value]:
    """Return every Value the roots were made from, and the roots, once each, and each after its inputs.

    The walk is depth-first and keeps its own stack, because Python's allows a depth of a thousand at most.
    """
    entered, left = object(), object()  # marks of this walk; those of earlier ones mean nothing to it
    order = []
    stack = list(reversed(roots))
    with _one_walk:
        while stack:
            node = stack.pop()
            if node._mark is entered:
                node._mark = left
                order.append(node)
            elif node._mark is not left:
                node._mark = entered
                stack.append(node)  # to be met again when its inputs are done
                if node._y is not None and node._y._mark is not left:
                    stack.append(node._y)
                if node._x is not None and node._x._mark is not left:
                    stack.append(node._x)
    return order
