"""The engine: numbers that remember how they were made, and the chain rule.

With this module one can write an expression in ordinary Python, see its value, and ask with `backward()` how much the
result changes with every number that went in:

>>> a, b, c = Value(2.0), Value(3.0), Value(1.0)
>>> y = (a + b) * (b - c)
>>> y.backward()
>>> y.data, a.grad, b.grad, c.grad
(10.0, 2.0, 7.0, -5.0)

A `Value` is a node of the graph; `backward` is the chain rule, which follows the `topological_order` of the graph. How
nodes are made is said in `operation.py`, and by which formulas in `operations.py`.
"""

import copy
import numbers
import operator
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

A_RULE = (
    "a node with inputs is made by an operation, which is a rule: "
    "@operation('square') above def square(x): return x * x, 2 * x"
)


def _comparison(compare):
    return lambda self, other: compare(self.data, other.data if isinstance(other, Value) else other)


class Value:
    """A number in an expression: a node of its graph.

    data        the number
    grad        how much the result changes with this number; the integer 0, or None, where there is no gradient yet
    label       its name, for pictures; "" for none
    operation   what made it; None for a leaf, a Value that was not computed
    inputs      the Values it was made from, two at the most
    partials    its local derivative toward each of them
    """

    # One slot for each input and each local derivative: two tuples would double the cost of a node.
    __slots__ = ("data", "grad", "label", "operation", "_x", "_y", "_dx", "_dy", "_mark")

    def __init__(self, data: float, label: str = "", *others: Any) -> None:
        if not isinstance(data, (float, int, numbers.Real)):
            raise TypeError(f"Value({data!r}): a Value holds one real number, as in Value(2.0), not a {type(data).__name__}")
        if others or not isinstance(label, str):
            arguments = ", ".join(map(repr, (data, label, *others)))
            raise TypeError(f"Value({arguments}): a Value takes its number and a label, which is a text; {A_RULE}")
        self.data = float(data)
        self.grad = 0
        self.label = label
        self.operation = self._x = self._y = self._dx = self._dy = self._mark = None

    @property
    def inputs(self) -> "tuple[Value, ...]":
        return tuple(value for value in (self._x, self._y) if value is not None)

    @property
    def partials(self) -> tuple[Any, ...]:
        if self._x is None:
            return ()
        return (self._dx,) if self._y is None else (self._dx, self._dy)

    @property
    def has_gradient(self) -> bool:
        """Whether there is a gradient: not where it is the integer 0 or None, which is how one starts anew.

        0.0 is a gradient that happens to be zero.
        """
        return self.grad is not None and (type(self.grad) is not int or self.grad != 0)

    def forward(self) -> None:
        """Compute every Value this one was made from again, and this one, from the numbers that the leaves have now.

        A graph keeps the numbers it was made with: after `w.data -= 0.1 * w.grad` call `loss.forward()`, or build the
        loss again, before the next `backward()`. Gradients stay as they are.
        """
        order = topological_order(self)
        for node in order:
            if node.operation is not None:
                node.operation.compute(node)
        _check_number("forward", order)

    def backward(self) -> None:
        """Compute the gradient of this Value with respect to every Value it was made from.

        Afterwards `v.grad` is d(self)/d(v). What was computed on the way gets a fresh gradient with every call; leaves
        add it to the one they have, so that several losses, or several examples, may share them. Set `leaf.grad = 0`
        to start anew. Graphs that share nodes are for one thread at a time.
        """
        order = topological_order(self)
        _check_number("backward", order)
        for node in order:
            if node.operation is not None:
                node.grad = 0.0
            elif node.grad is None:
                node.grad = 0
        self.grad += 1.0
        for node in reversed(order):
            if node._x is not None:
                node._x.grad += node._dx * node.grad
                if node._y is not None:
                    node._y.grad += node._dy * node.grad

    def __repr__(self):
        name = f", label={self.label!r}" if self.label else ""
        return f"Value(data={getattr(self, 'data', None)}, grad={self.grad}{name})"

    def __format__(self, spec):
        return format(self.data, spec) if spec else repr(self)

    # Comparisons compare the numbers. `==` stays identity, for nodes are kept in sets and dictionaries.
    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)

    def _drops_the_graph(self, *_):
        raise TypeError(
            f"{self!r} does not become a plain number by itself, as in float(v), math.exp(v) or `if v:`, for that would "
            "drop its graph: write v.data if you mean the number, and take functions such as exp from scalargrad, "
            "not from math"
        )

    __float__ = __int__ = __complex__ = __bool__ = __index__ = __round__ = _drops_the_graph

    def __copy__(self):
        twin = object.__new__(type(self))
        for kind in type(self).__mro__:
            for name in vars(kind).get("__slots__", ()):
                if name != "_mark" and hasattr(self, name):
                    setattr(twin, name, getattr(self, name))
        twin._mark = None
        if hasattr(self, "__dict__"):
            twin.__dict__.update(self.__dict__)
        return twin

    def __deepcopy__(self, memo):
        """Copy the graph without recursion; what is in `memo`, as another root may have put there, is shared."""
        for node in topological_order(self):
            if id(node) not in memo:
                memo[id(node)] = twin = copy.copy(node)
                twin._x, twin._y = memo.get(id(node._x)), memo.get(id(node._y))
                if hasattr(node, "__dict__"):
                    twin.__dict__.update(copy.deepcopy(node.__dict__, memo))
        return memo[id(self)]

    def __reduce_ex__(self, protocol):
        if self.operation is not None:
            raise TypeError(
                f"pickle: {self!r} was computed, and graphs are not pickled; keep the numbers of a model, from "
                "model.state_dict(), or the model itself, and compute again"
            )
        return super().__reduce_ex__(protocol)

    # micrograd's names.

    @property
    def _backward(self):
        def add_to_inputs():
            for value, partial in zip(self.inputs, self.partials):
                value.grad = (value.grad or 0) + partial * self.grad

        return add_to_inputs

    @_backward.setter
    def _backward(self, _):
        raise AttributeError(f"_backward cannot be set, because a Value knows its local derivatives: {A_RULE}")

    @property
    def _prev(self):
        return set(self.inputs)

    @property
    def _op(self):
        return "" if self.operation is None else self.operation.symbol

    if TYPE_CHECKING:  # slots, methods and operators for type checkers; `operations.py` makes the latter two
        data: float
        grad: float
        label: str
        operation: Any
        _x: Any
        _y: Any
        _dx: Any
        _dy: Any
        _mark: object

        def __getattr__(self, name: str) -> Callable[..., Any]: ...
        def _of_one(self) -> Any: ...
        def _of_two(self, other: Any) -> Any: ...

        __neg__ = __pos__ = __abs__ = _of_one
        __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = _of_two
        __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = _of_two


class Constant(Value):
    """A number written into an expression, such as the 2 of `2 * x`: nobody asks for its gradient."""

    __slots__ = ()


def constant(x: Any) -> Value:
    """Return a Value as it is, and a number as a Constant."""
    return x if isinstance(x, Value) else Constant(x)


def _check_number(name, order):
    """Raise TypeError where the last of these nodes holds no real number, because a leaf was given something else."""
    if not isinstance(order[-1].data, numbers.Real):
        wrong = next(node for node in order if not isinstance(node.data, numbers.Real))
        raise TypeError(
            f"{name}: the number of {wrong.label or 'a Value'} has become a {type(wrong.data).__name__}; "
            "change a leaf by plain numbers, as in w.data -= 0.1 * w.grad"
        )


def topological_order(*roots: Value) -> list[Value]:
    """Return every Value the roots were made from, and the roots, once each, and each after its inputs.

    The walk is depth-first and keeps its own stack, because Python's allows a depth of a thousand at most. It leaves marks
    in the nodes, so threads walk one after the other.
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


_one_walk = threading.Lock()
