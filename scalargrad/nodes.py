"""How a rule makes nodes: `operation` turns one pure function on one or two numbers into an operation on Values.

A rule knows neither the graph nor the chain rule, so custom operations, in a notebook too, draw, differentiate and compile
like those in `operations.py`.

>>> @operation("inverse")
... def inverse(x):
...     return 1 / x, -1 / (x * x)
>>> v = Value(2.0)
>>> inverse(v).backward()
>>> v.grad, v.inverse(), inverse(4)
(-0.25, Value(data=0.5, grad=0), 0.25)
"""

import functools
import inspect
import numbers
import sys
from collections.abc import Callable
from typing import Any, Protocol, overload

from scalargrad.elementary import is_array
from scalargrad.engine import Constant, Value, constant, topological_order

new = object.__new__


class Operation(Protocol):
    """What `operation` makes of a rule: a function of Values, which give a Value, or of numbers, which give a number."""

    __name__: str
    symbol: str
    rule: Callable[..., tuple]
    compute: Callable[[Value], None]  # again, with the numbers that the inputs of a node have now
    fixed: Callable[..., "Operation"]  # of a rule with parameters: the operation of one choice of them

    @overload
    def __call__(self, x: Value, /, *inputs: float | Value, **parameters: float) -> Value: ...
    @overload
    def __call__(self, x: float, /, *inputs: float, **parameters: float) -> float: ...
    @overload
    def __call__(self, *inputs: Any, **parameters: float) -> Any: ...


registry: dict[str, Any] = {}  # every operation by its name


def operation(symbol: str) -> Callable[[Callable], Operation]:
    """Make an operation of a rule: a function of one or two numbers that returns its value and its local derivatives.

    A rule may use arithmetic, the functions of `scalargrad.elementary` and other operations; then it works on every kind
    of number. Its arguments with a default are parameters: fixed numbers, not inputs. The operation is a function, and a
    method of every Value.

    symbol  what pictures show; it may name parameters in braces, as in "leaky_relu {slope:g}"

    Raises TypeError for a rule of no or more than two inputs, or of a name that Values have already.
    """
    if not isinstance(symbol, str) or not symbol.strip():
        raise TypeError(f"operation({symbol!r}): the symbol comes first, as in @operation('square')")

    def define(rule: Callable) -> Operation:
        name = rule.__name__
        arguments = inspect.signature(rule).parameters.values()
        parameters = tuple(each.name for each in arguments if each.default is not each.empty)
        arity = len(arguments) - len(parameters)
        if arity not in (1, 2) or any(each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD) for each in arguments):
            raise TypeError(f"operation {name}: a rule has one or two inputs, arguments without a default, got {arity}")
        if not name.isidentifier():
            raise TypeError(f"operation {name}: a rule needs a name, so write it with def")
        if hasattr(Value, name) and getattr(registry.get(name), "__module__", None) != rule.__module__:
            raise TypeError(f"operation {name}: Values have a {name!r} already, so the rule needs another name")
        make = _of_one_input if arity == 1 else _of_two_inputs
        apply = _with_parameters(make, symbol, rule, arity, parameters) if parameters else make(symbol, rule)
        registry[name] = apply
        setattr(Value, name, apply)
        return apply

    return define


def call_text(operation: Any, *inputs: str) -> str:
    """Return how an operation of these inputs is written: "a + b", "-a", "a**2", "exp(a)", "leaky_relu(a, 0.1)"."""
    name, *parameters = operation.symbol.split()
    if name.isidentifier():
        return f"{name}({', '.join([*inputs, *parameters])})"
    x, *rest = (f"({each})" if each.startswith("-") else each for each in inputs)
    if rest:
        return f"{x} {name} {rest[0]}"
    return f"{x}{name}" if name.startswith("**") else f"{name}{x}"


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
            raise with_context(error, apply, x.data) from error
        except Unfed:
            node = new(Pending)
        node.grad = 0
        node.operation = apply
        node._x = x
        node._y = node._mark = None
        node.label = ""
        return node

    vars(apply).update(symbol=symbol, rule=rule, compute=_compute)
    return apply


def _of_two_inputs(symbol, rule):
    @functools.wraps(rule)
    def apply(x, y):
        if not isinstance(y, Value):
            if not (isinstance(x, Value) and isinstance(y, (float, int))):
                return _of_numbers(apply, x, y)
            y = Constant(y)
        elif not isinstance(x, Value):
            if not isinstance(x, (float, int)):
                return _of_numbers(apply, x, y)
            x = Constant(x)
        node = new(Value)
        try:
            node.data, node._dx, node._dy = rule(x.data, y.data)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise with_context(error, apply, x.data, y.data) from error
        except Unfed:
            node = new(Pending)
        node.grad = 0
        node.operation = apply
        node._x = x
        node._y = y
        node.label = ""
        node._mark = None
        return node

    vars(apply).update(symbol=symbol, rule=rule, compute=_compute)
    return apply


def _compute(node):
    """Compute a node again, from the numbers that its inputs have now; see `Value.forward`."""
    apply, x, y = node.operation, node._x, node._y
    try:
        if y is None:
            node.data, node._dx = apply.rule(x.data)
        else:
            node.data, node._dx, node._dy = apply.rule(x.data, y.data)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise with_context(error, apply, *(value.data for value in node.inputs)) from error


def _with_parameters(make, symbol, rule, arity, parameters):
    """An operation with parameters is one operation for each choice of their numbers."""
    signature = inspect.signature(rule)

    @functools.lru_cache(maxsize=1024, typed=True)
    def fixed(*values):
        named = dict(zip(parameters, map(_whole, values)))
        given = {name: x for name, x in named.items() if x is not signature.parameters[name].default}  # fewer are quicker
        return make(symbol.format(**named), functools.update_wrapper(functools.partial(rule, **given), rule))

    def _whole(x):  # 2.0 as 2, which is exact on Fractions too
        return int(x) if x % 1 == 0 and abs(x) < 2**53 else x

    def number(name, value):
        if not isinstance(value, numbers.Real):
            raise TypeError(f"{rule.__name__}: its {name} is a fixed number, got {value!r}")
        return int(value) if isinstance(value, numbers.Integral) else float(value)

    default = fixed(*(number(name, signature.parameters[name].default) for name in parameters))

    @functools.wraps(rule)
    def apply(*inputs, **named):
        if len(inputs) == arity and not named:  # the common case, and quick
            return default(*inputs)
        bound = signature.bind(*inputs, **named)
        bound.apply_defaults()
        values = (number(name, bound.arguments[name]) for name in parameters)
        return fixed(*values)(*bound.args[:arity])

    vars(apply).update(symbol=symbol, rule=rule, fixed=fixed)
    return apply


def _of_numbers(apply, *inputs):
    """Apply an operation to numbers alone, to Vectors, to NumPy arrays, or to a Value and some other kind of number."""
    for x in inputs:
        if hasattr(x, "_apply"):  # a Vector, see `shapes.py`
            return x._apply(apply, *inputs)
    if any(map(is_array, inputs)):
        numpy = sys.modules["numpy"]
        if any(isinstance(x, Value) or is_array(x) and x.dtype == object for x in inputs):
            return numpy.frompyfunc(apply, len(inputs), 1)(*inputs)
        with numpy.errstate(all="ignore"):
            return call_rule(apply, *map(floats, inputs))[0]
    for x in inputs:
        if not isinstance(x, (Value, numbers.Real)):
            raise TypeError(f"{apply.symbol}: Values and numbers are wanted, got {x!r}")
    if any(isinstance(x, Value) for x in inputs):
        return apply(*map(constant, inputs))
    return call_rule(apply, *inputs)[0]


def floats(x: Any) -> Any:
    """Return an array of whole numbers, such as pixels, which would overflow in silence, as floats; all else as it is."""
    return x.astype(float) if is_array(x) and x.dtype.kind in "biu" else x


def call_rule(apply: Any, *inputs: Any) -> tuple[Any, list]:
    """Return the value and the local derivatives by the rule of an operation, on any kind of number."""
    try:
        value, *partials = apply.rule(*inputs)
    except Unfed as error:
        raise TypeError(
            f"{call_text(apply, *map(str, inputs))}: its rule decides by a number, as in `if x > 0`, that is not known "
            "before placeholders are fed; step, maximum and minimum from scalargrad.elementary decide when it is"
        ) from error
    except (ValueError, TypeError, ArithmeticError) as error:
        raise with_context(error, apply, *inputs) from error
    if len(partials) != len(inputs):
        raise _misshapen(call_text(apply, *map(str, inputs)))
    return value, partials


def _misshapen(call):
    return TypeError(f"{call}: its rule must return its value and one local derivative for each input")


def with_context(error: Any, apply: Any, *inputs: Any) -> Exception:
    """The error of a rule as a sentence that begins with what was to be computed."""
    call = call_text(apply, *(f"an array of shape {x.shape}" if is_array(x) else str(x) for x in inputs))
    if error.__traceback__.tb_next is None and "unpack" in str(error):  # of what the rule returned, not inside the rule
        return _misshapen(call)
    kind = next((kind for kind in (TypeError, ZeroDivisionError) if isinstance(error, kind)), ValueError)
    return kind(f"{call}: {error}")


# Nodes without a number, made from placeholders.


class NotKnownYet(Exception):
    """The error of asking for a number that is known only when a graph is run. Rules refuse nothing before that."""


class Unfed(AttributeError, NotKnownYet):
    """The error of asking for the number of a Value that waits for placeholders, see `graph.py`."""

    def __init__(self, value):
        self.value = value

    def __str__(self):  # only now, because the error is raised with every node that is made of placeholders
        leaves = [node for node in topological_order(self.value) if node.operation is None and isinstance(node, Pending)]
        names = ", ".join(leaf.label or "a placeholder" for leaf in leaves)
        return f"there is no number yet: feed {names}, as in Session().run(y, {{x: 2.0}})"


class Pending(Value):
    """A Value without a number, because it is a placeholder or was made from one."""

    __slots__ = ()

    def _not_fed(self):
        raise Unfed(self)

    def _set(self, _):
        raise AttributeError("what depends on placeholders gets its number when it is run, as in Session().run(y, {x: 2.0})")

    data = partials = backward = forward = _dx = _dy = property(_not_fed, _set)

    def _compared(self, _):
        return Unknown(self)

    __lt__ = __le__ = __gt__ = __ge__ = _compared


class Unknown:
    """Whether something holds for a Value that waits for placeholders: a rule may pass it on, but not decide by it."""

    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value

    def __bool__(self):
        raise Unfed(self.value)

    def _with(self, _):
        return self

    __and__ = __rand__ = __or__ = __ror__ = _with
