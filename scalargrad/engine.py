"""The engine: numbers that remember how they were made, and the chain rule.

With this module one can write an expression in ordinary Python, see its value, and ask with `backward()` how much the
result changes with every number that went in:

>>> a, b, c = Value(2.0), Value(3.0), Value(1.0)
>>> y = (a + b) * (b - c)
>>> y.backward()
>>> y.data, a.grad, b.grad, c.grad
(10.0, 2.0, 7.0, -5.0)

It says three things, in this order: what a `Value` is, a node of the graph; the `topological_order` that `backward`
follows; how an `operation` makes nodes by a rule. The rules are in `operations.py`: they know neither the graph nor the
chain rule, so that a new operation is written in one place.
"""

import functools
import inspect
import numbers
import operator
import sys
from typing import TYPE_CHECKING, Any, Callable

from scalargrad.elementary import is_array

new = object.__new__


def _comparison(compare):
    return lambda self, other: compare(self.data, other.data if isinstance(other, Value) else other)


class Value:
    """A number in an expression: a node of its graph.

    data        the number
    grad        how much the result changes with this number; the integer 0 until `backward` has been here
    label       its name, for pictures
    operation   what made it; None for a leaf, a Value that was not computed
    inputs      the Values it was made from, two at the most
    partials    its local derivative toward each of them
    """

    # One slot for each input and each local derivative: two tuples would double the cost of a node.
    __slots__ = ("data", "grad", "label", "operation", "_x", "_y", "_dx", "_dy", "_mark")
    data: float
    grad: float
    label: str | None
    operation: Callable | None
    _x: Any
    _y: Any
    _dx: Any
    _dy: Any
    _mark: object

    if TYPE_CHECKING:  # every operation becomes a method, and `operations.py` binds the operators

        def __getattr__(self, name: str) -> Callable[..., Any]: ...
        def _of_one(self) -> Any: ...
        def _of_two(self, other: Any) -> Any: ...

        __neg__ = __abs__ = _of_one
        __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = _of_two
        __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = _of_two

    def __init__(self, data: float, label: str | None = None) -> None:
        if not isinstance(data, numbers.Real):
            raise TypeError(f"Value({data!r}): a Value holds one real number, and this is a {type(data).__name__}")
        self.data = float(data)
        self.grad = 0
        self.label = label
        self.operation = self._x = self._y = self._dx = self._dy = self._mark = None

    @property
    def inputs(self) -> "tuple[Value, ...]":
        return tuple(value for value in (self._x, self._y) if value is not None)

    @property
    def partials(self) -> tuple[Any, ...]:
        return (self._dx, self._dy)[: len(self.inputs)]

    def backward(self) -> None:
        """Compute the gradient of this Value with respect to every Value it was made from.

        Afterwards `v.grad` is d(self)/d(v). What was computed on the way gets a fresh gradient with every call; leaves
        add it to the one they have, so that several losses, or several examples, may share them. Set `leaf.grad = 0`
        to start anew.
        """
        order = topological_order(self)
        for node in order:
            if node.operation is not None:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            if node._x is not None:
                node._x.grad += node._dx * node.grad
                if node._y is not None:
                    node._y.grad += node._dy * node.grad

    def __repr__(self):
        name = "" if self.label is None else f", label={self.label!r}"
        return f"Value(data={self.data}, grad={self.grad}{name})"

    def __format__(self, spec):
        return format(self.data, spec) if spec else repr(self)

    # Comparisons compare the numbers. `==` stays identity, for nodes are kept in sets and dictionaries.
    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)

    def _drops_the_graph(self, *_):
        raise TypeError(
            f"{self!r} does not turn into a plain number by itself, as in math.exp(v), float(v) or `if v:`, because that "
            "would drop its graph: write exp(v) with the exp of scalargrad, or v.data if you mean the number alone"
        )

    __float__ = __int__ = __complex__ = __bool__ = __index__ = __round__ = _drops_the_graph

    # micrograd's names.

    @property
    def _prev(self):
        return set(self.inputs)

    @property
    def _op(self):
        return "" if self.operation is None else self.operation.symbol


class Constant(Value):
    """A number written into an expression, such as the 2 of `2 * x`: nobody asks for its gradient."""

    __slots__ = ()


def topological_order(*roots: Value) -> list[Value]:
    """Return every Value the roots were made from, and the roots, once each, and each after its inputs.

    The walk is depth-first and keeps its own stack, for Python's allows a depth of a thousand at most.
    """
    entered, left = object(), object()  # marks of this walk; those of earlier ones mean nothing to it
    order = []
    stack = list(reversed(roots))
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


registry: dict[str, Callable] = {}  # every operation by its name


def operation(symbol: str) -> Callable[[Callable], Callable[..., Any]]:
    """Make an operation out of a rule: a function of one or two numbers that returns its value and its local derivatives.

    A rule may use arithmetic, the functions of `scalargrad.elementary` and other operations; it then works on every kind
    of number. Arguments with a default are parameters: fixed numbers, not inputs. `symbol` is what pictures show; it may
    name parameters in braces. The operation is a function and a method of every Value.

    >>> @operation("square")
    ... def square(x):
    ...     return x * x, 2 * x
    >>> v = Value(3.0)
    >>> square(v).backward()
    >>> v.grad, v.square(), square(3)
    (6.0, Value(data=9.0, grad=0), 9)
    """

    def define(rule: Callable) -> Callable[..., Any]:
        name = rule.__name__
        arguments = inspect.signature(rule).parameters.values()
        parameters = {each.name: each.default for each in arguments if each.default is not each.empty}
        arity = len(arguments) - len(parameters)
        if arity not in (1, 2):
            raise TypeError(f"operation {name}: a rule has one or two inputs, arguments without a default, not {arity}")
        if hasattr(Value, name) and name not in registry:
            raise TypeError(f"operation {name}: every Value has a {name!r} of another meaning; rename the rule")
        make = _of_one_input if arity == 1 else _of_two_inputs
        apply = _with_parameters(make, symbol, rule, arity, parameters) if parameters else make(symbol, rule)
        registry[name] = apply
        setattr(Value, name, apply)
        return apply

    return define


# One maker of nodes for each number of inputs: this is where a program spends its time, and a general one is slower.


def _of_one_input(symbol, rule):
    @functools.wraps(rule)
    def apply(x):
        if not isinstance(x, Value):
            return _of_numbers(apply, x)
        node = new(Value)
        try:
            node.data, node._dx = rule(x.data)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise _explained(error, rule, x.data) from None
        node.grad = 0
        node.operation = apply
        node._x = x
        node._y = node._dy = node.label = node._mark = None
        return node

    apply.symbol, apply.rule = symbol, rule
    return apply


def _of_two_inputs(symbol, rule):
    @functools.wraps(rule)
    def apply(x, y):
        if not (isinstance(x, Value) and isinstance(y, Value)):
            return _of_numbers(apply, x, y)
        node = new(Value)
        try:
            node.data, node._dx, node._dy = rule(x.data, y.data)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise _explained(error, rule, x.data, y.data) from None
        node.grad = 0
        node.operation = apply
        node._x = x
        node._y = y
        node.label = node._mark = None
        return node

    apply.symbol, apply.rule = symbol, rule
    return apply


def _with_parameters(make, symbol, rule, arity, defaults):
    @functools.lru_cache(maxsize=1024)
    def fixed(*values):
        named = dict(zip(defaults, values))
        return make(symbol.format(**named), functools.update_wrapper(functools.partial(rule, **named), rule))

    @functools.wraps(rule)
    def apply(*arguments, **named):
        values = arguments[arity:]
        if len(values) < len(defaults) or named:
            bound = inspect.signature(rule).bind(*arguments, **named)
            bound.apply_defaults()
            arguments, values = bound.args, bound.args[arity:]
        for name, value in zip(defaults, values):
            if not isinstance(value, numbers.Real):
                raise TypeError(f"{rule.__name__}: its {name} is a fixed number, and {value!r} is not one")
        return fixed(*values)(*arguments[:arity])

    return apply


def _of_numbers(apply, *inputs):
    """Apply an operation where not every input is a Value: numbers among Values are constants."""
    if any(map(is_array, inputs)):
        numpy = sys.modules["numpy"]
        if any(isinstance(x, Value) or is_array(x) and x.dtype == object for x in inputs):
            return numpy.frompyfunc(apply, len(inputs), 1)(*inputs)
        with numpy.errstate(all="ignore"):
            return apply.rule(*inputs)[0]
    for x in inputs:
        if not isinstance(x, (Value, numbers.Real)):
            raise TypeError(f"{apply.__name__}: {x!r} is neither a Value nor a number")
    if any(isinstance(x, Value) for x in inputs):
        return apply(*(x if isinstance(x, Value) else Constant(x) for x in inputs))
    try:
        return apply.rule(*inputs)[0]
    except (ValueError, ArithmeticError) as error:
        raise _explained(error, apply.rule, *inputs) from None


def _explained(error, rule, *inputs):
    """The error of a rule as a sentence that begins with the call."""
    named = (f"{name}={value}" for name, value in getattr(rule, "keywords", {}).items())
    call = f"{rule.__name__}({', '.join([*map(str, inputs), *named])})"
    if isinstance(error, ZeroDivisionError):
        return ZeroDivisionError(f"{call}: a division by zero has no result, so the divisor must not be 0")
    if "unpack" in str(error):
        return TypeError(f"{call}: its rule must return its value and one local derivative for each input")
    kind = TypeError if isinstance(error, TypeError) else ValueError
    return kind(f"{call}: {error}")
