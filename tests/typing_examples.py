"""What a type checker makes of the public API; `mypy` reads this file, and nothing runs it.

A line that is an error on purpose says so by `type: ignore`, which is an error itself where there is nothing to ignore.
"""

from typing_extensions import assert_type

from scalargrad import Value, draw, leaky_relu, maximum, operation, tanh
from scalargrad.pictures.picture import Picture

v = Value(1.0)
assert_type(v + 1, Value)
assert_type(2 * v**2 / v - -v, Value)
assert_type(v.tanh().maximum(0.5), Value)
assert_type(tanh(v), Value)
assert_type(tanh(0.5), float)
assert_type(maximum(v, 1.0), Value)
assert_type(leaky_relu(v, slope=0.1), Value)
assert_type(v.data, float)
assert_type(draw(v), Picture)
v.backwards()  # type: ignore[attr-defined]
v.tahn()  # type: ignore[attr-defined]
v.backward(1, 2)  # type: ignore[call-arg]


@operation("inverse")
def inverse(x):
    return 1 / x, -1 / (x * x)


assert_type(inverse(v), Value)
