"""How a Value behaves in Python: it prints, compares, is copied and pickled, and refuses what would drop its graph.

This is the base class of `Value`. It holds nothing and knows nothing of derivatives; for those see `engine.py`.
"""

import copy
import operator
from numbers import Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scalargrad.engine import Value

AN_OPERATION = (
    "a node with inputs is made by an operation, which is a rule: "
    "@operation('square') above def square(x): return x * x, 2 * x"
)


def not_a_leaf(data: Any, label: Any, *others: Any) -> TypeError:
    """Return the error of a Value that was given something other than a number and a label."""
    if others or not isinstance(label, str):
        arguments = ", ".join(map(repr, (data, label, *others)))
        return TypeError(f"Value({arguments}): a Value takes its number and a label, which is a text; {AN_OPERATION}")
    return TypeError(f"Value({data!r}): a Value holds one real number, as in Value(2.0), not a {type(data).__name__}")


def not_a_number(action: str, order: "list[Value]") -> TypeError:
    """Return the error of a graph in which a leaf was given something that is no number."""
    wrong = next(node for node in order if not isinstance(node.data, Real))
    return TypeError(
        f"{action}: the number of {wrong.label or 'a Value'} has become a {type(wrong.data).__name__}; "
        "change a leaf by plain numbers, as in w.data -= 0.1 * w.grad"
    )


def _comparison(compare):
    return lambda self, other: compare(self.data, other.data if isinstance(other, Manners) else other)


class Manners:
    """What a Value does besides computing."""

    __slots__ = ()  # or else every node would have a dictionary

    data: float
    grad: Any
    label: str
    operation: Any
    _x: Any
    _y: Any
    _dx: Any
    _dy: Any
    _mark: Any
    _calls: Any

    @property
    def inputs(self) -> "tuple[Value, ...]":
        """The Values that this one was made from, two at the most."""
        return tuple(value for value in (self._x, self._y) if value is not None)

    @property
    def partials(self) -> tuple[Any, ...]:
        """The local derivative toward each of the inputs."""
        if self._x is None:
            return ()
        return (self._dx,) if self._y is None else (self._dx, self._dy)

    @property
    def has_gradient(self) -> bool:
        """Whether there is a gradient: not where it is the integer 0 or None, which is how one starts anew.

        0.0 is a gradient that happens to be zero.
        """
        return self.grad is not None and (type(self.grad) is not int or self.grad != 0)

    if TYPE_CHECKING:  # what Values get from the operations, see `operations.py`; a test compares this with the registry

        def _of_one(self) -> "Value": ...
        def _of_two(self, other: Any) -> "Value": ...

        __neg__ = __pos__ = __abs__ = _of_one
        __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = _of_two
        __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = _of_two
        absolute = abs = acos = asin = atan = cos = cosh = exp = expm1 = gelu = identity = log = log10 = log1p = log2 = (
            _of_one
        )
        negate = relu = sigmoid = sign = silu = sin = sinh = softplus = sqrt = step = tan = tanh = _of_one
        add = divide = first_maximum = maximum = minimum = multiply = power = subtract = variable_power = _of_two

        def elu(self, alpha: float = 1.0) -> "Value": ...
        def fixed_power(self, exponent: float = 2) -> "Value": ...
        def leaky_relu(self, slope: float = 0.01) -> "Value": ...

    def __repr__(self):
        name = f", label={self.label!r}" if self.label else ""
        return f"Value(data={getattr(self, 'data', None)}, grad={self.grad}{name})"

    def __format__(self, spec):
        return format(self.data, spec) if spec else repr(self)

    # Comparisons compare the numbers. `==` stays identity, because nodes are kept in sets and dictionaries.
    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)

    def _refuses(self, *_):
        raise TypeError(
            f"{self!r} does not become a plain number by itself, as in float(v), math.exp(v) or `if v:`, because that would "
            "drop its graph: write v.data if you mean the number, and take functions such as exp from scalargrad, "
            "not from math"
        )

    __float__ = __int__ = __complex__ = __bool__ = __index__ = __round__ = _refuses

    # Copies, which take no recursion, and pickle, which would.

    def __copy__(self):
        twin = object.__new__(type(self))
        for kind in type(self).__mro__:
            for name in vars(kind).get("__slots__", ()):
                if name not in ("_mark", "_calls") and hasattr(self, name):
                    setattr(twin, name, getattr(self, name))
        twin._mark = None
        if hasattr(self, "__dict__"):
            twin.__dict__.update(self.__dict__)
        return twin

    def __deepcopy__(self, memo):
        stack: list[Any] = [self]
        while stack:
            node = stack.pop()
            waiting = [value for value in node.inputs if id(value) not in memo]
            if id(node) in memo:
                continue
            if waiting:
                stack += [node, *waiting]
                continue
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
    def _prev(self):
        return set(self.inputs)

    @property
    def _op(self):
        return "" if self.operation is None else self.operation.symbol

    @property
    def _backward(self):
        def add_to_inputs():
            for value, partial in zip(self.inputs, self.partials):
                value.grad = (value.grad or 0) + partial * self.grad

        return add_to_inputs

    @_backward.setter
    def _backward(self, _):
        raise AttributeError(f"_backward cannot be set, because a Value knows its local derivatives: {AN_OPERATION}")
