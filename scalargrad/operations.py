"""The operations: a formula sheet.

Each rule returns its value, then its local derivative toward each input. A new operation is one such function. It may use
arithmetic, the functions of `elementary` and other operations; then it works on every kind of number. At a kink (`relu` at
0, equal inputs of `maximum`) the derivative is PyTorch's.
"""

import math
import numbers
import sys

from scalargrad import elementary
from scalargrad.elementary import is_array
from scalargrad.engine import Value
from scalargrad.nodes import NotKnownYet, floats, operation, registry


def raise_if(condition, reason, kind=ValueError):
    """Raise the reason if the condition holds. A whole array of conditions passes: its elements may be nan in places."""
    try:
        if not is_array(condition) and condition:
            raise kind(reason)
    except NotKnownYet:  # nothing is refused before it is known
        return


def _is_zero(x):
    return 1 - elementary.step(x) - elementary.step(-x)


def _bounded(x, bound):
    """x, or the bound that it is beyond, on either side. What has settled there is 0 * bound, not 0 * inf."""
    return elementary.maximum(elementary.minimum(x, bound), -bound)


@operation("+")
def add(x, y):
    """x + y"""
    return x + y, 1, 1


@operation("-")
def subtract(x, y):
    """x - y"""
    return x - y, 1, -1


@operation("*")
def multiply(x, y):
    """x * y"""
    return x * y, y, x


@operation("/")
def divide(x, y):
    """x / y"""
    raise_if(y == 0, "a division by zero has no result, so the divisor must not be 0", ZeroDivisionError)
    quotient = x / y
    return quotient, 1 / y, -quotient / y


@operation("-")
def negate(x):
    """-x"""
    return -x, -1


def power(x, y):
    """x ** y: an operation of x alone where y is a plain number, as in x ** 2, else of both."""
    if type(y) in (int, float):  # the common case, and quick
        return fixed_power.fixed(y, 1)(x)
    if isinstance(y, Value):
        return variable_power.fixed(1)(x, y)
    for each in (x, y):
        if hasattr(each, "_apply"):  # a Vector: each power is one of a number, or of a Value
            return each._apply(power, x, y)
    if is_array(y):
        numpy = sys.modules["numpy"]
        powers = numpy.frompyfunc(power, 2, 1)(x, floats(y))
        of_objects = isinstance(x, Value) or object in (getattr(x, "dtype", None), y.dtype)
        return powers if of_objects else numpy.asarray(powers, float)
    return (fixed_power if _is_known(y) else variable_power)(x, y)


def _is_known(y):
    """Whether y is a plain number: what stands for one in a trace or a formula is a Real, too."""
    try:
        return isinstance(y, numbers.Real) and float(y) is not None
    except TypeError:
        return False


def _unrefused_power(x, y):
    """x ** y as `elementary.power` has it, infinite where x is 0 and y negative: a derivative, as of sqrt(x), may be so."""
    return fixed_power.fixed(y, 0)(x) if isinstance(y, numbers.Real) else variable_power.fixed(0)(x, y)


@operation("**")
def variable_power(x, y, *, refused=1):
    """x ** y where y varies too, for x >= 0; a negative power of 0 is refused, or infinite with refused=0"""
    raise_if(x < 0, "a negative base has no derivative toward its exponent, so write the exponent as a plain number")
    if refused:
        raise_if((x == 0) & (y < 0), "zero has no negative power")
    value = elementary.power(x, y)
    base, both = _is_zero(x), _is_zero(x) * _is_zero(y)  # 1 where x, and where x and y, are 0; added, they avoid 0 * inf
    return value, y * elementary.power(x + both, y - 1), value * elementary.log(x + base)


@operation("**{exponent:g}")
def fixed_power(x, exponent=2, *, refused=1):
    """x ** exponent, where the exponent is a plain number; a negative power of 0 is refused, or infinite with refused=0"""
    if exponent == 0:
        return x**0, 0
    if exponent % 1 != 0:
        raise_if(x < 0, "a negative number has no real power that is a fraction")
    if exponent < 0 and refused:
        raise_if(x == 0, "zero has no negative power")
    return elementary.power(x, exponent), exponent * (x if exponent == 2 else elementary.power(x, exponent - 1))


@operation("abs")
def absolute(x):
    """|x|, with derivative 0 at 0"""
    return abs(x), elementary.step(x) - elementary.step(-x)


@operation("exp")
def exp(x):
    """e to the power x"""
    e = elementary.exp(x)
    return e, e


@operation("log")
def log(x):
    """The natural logarithm of x > 0"""
    raise_if(x <= 0, "the logarithm needs a positive number")
    return elementary.log(x), 1 / x


@operation("log1p")
def log1p(x):
    """log(1 + x), accurate for a small x"""
    raise_if(x <= -1, "the logarithm of 1 + x needs a number greater than -1")
    return elementary.log1p(x), 1 / (1 + x)


@operation("log2")
def log2(x):
    """The logarithm of x > 0 to the base 2"""
    raise_if(x <= 0, "the logarithm needs a positive number")
    return elementary.log2(x), 1 / (x * math.log(2))


@operation("log10")
def log10(x):
    """The logarithm of x > 0 to the base 10"""
    raise_if(x <= 0, "the logarithm needs a positive number")
    return elementary.log10(x), 1 / (x * math.log(10))


@operation("expm1")
def expm1(x):
    """e to the power x, minus 1, accurate for a small x"""
    return elementary.expm1(x), elementary.exp(x)


@operation("sqrt")
def sqrt(x):
    """The square root of x >= 0, with an infinite derivative at 0"""
    raise_if(x < 0, "the square root needs a number that is not negative")
    return elementary.sqrt(x), 0.5 * elementary.power(x, -0.5)


@operation("sin")
def sin(x):
    """The sine of an angle in radians"""
    raise_if(abs(x) == math.inf, "an infinite angle has no sine")
    return elementary.sin(x), elementary.cos(x)


@operation("cos")
def cos(x):
    """The cosine of an angle in radians"""
    raise_if(abs(x) == math.inf, "an infinite angle has no cosine")
    return elementary.cos(x), -elementary.sin(x)


@operation("tan")
def tan(x):
    """The tangent of an angle in radians"""
    raise_if(abs(x) == math.inf, "an infinite angle has no tangent")
    t = elementary.tan(x)
    return t, 1 + t * t


@operation("asin")
def asin(x):
    """The angle whose sine is x, with an infinite derivative at -1 and 1"""
    raise_if(abs(x) > 1, "the arcsine needs a number from -1 to 1")
    return elementary.asin(x), elementary.power((1 - x) * (1 + x), -0.5)


@operation("acos")
def acos(x):
    """The angle whose cosine is x, with an infinite derivative at -1 and 1"""
    raise_if(abs(x) > 1, "the arccosine needs a number from -1 to 1")
    return elementary.acos(x), -elementary.power((1 - x) * (1 + x), -0.5)


@operation("atan")
def atan(x):
    """The angle whose tangent is x"""
    return elementary.atan(x), 1 / (1 + x * x)


@operation("sinh")
def sinh(x):
    """The hyperbolic sine, (e^x - e^-x) / 2"""
    return elementary.sinh(x), elementary.cosh(x)


@operation("cosh")
def cosh(x):
    """The hyperbolic cosine, (e^x + e^-x) / 2"""
    return elementary.cosh(x), elementary.sinh(x)


@operation("tanh")
def tanh(x):
    """The hyperbolic tangent, an S from -1 to 1"""
    t = elementary.tanh(x)
    return t, 1 - t * t


@operation("sigmoid")
def sigmoid(x):
    """1 / (1 + e^-x), an S from 0 to 1"""
    s = elementary.sigmoid(x)
    return s, s * (1 - s)


@operation("relu")
def relu(x):
    """x where positive, else 0, with derivative 0 at 0"""
    return elementary.maximum(x, 0), elementary.step(x)


@operation("leaky_relu {slope:g}")
def leaky_relu(x, slope=0.01):
    """x where positive, else slope * x"""
    return elementary.maximum(x, 0) + slope * elementary.minimum(x, 0), slope + (1 - slope) * elementary.step(x)


@operation("softplus")
def softplus(x):
    """log(1 + e^x), a smooth relu"""
    return elementary.softplus(x), elementary.sigmoid(x)


@operation("elu {alpha:g}")
def elu(x, alpha=1.0):
    """x where positive, else alpha * (e^x - 1), with derivative alpha at 0"""
    below, positive = elementary.minimum(x, 0), elementary.step(x)
    value = elementary.maximum(x, 0) + alpha * elementary.expm1(below)
    return value, positive + alpha * (1 - positive) * elementary.exp(below)


@operation("silu")
def silu(x):
    """x * sigmoid(x), also known as swish, a smooth relu"""
    bounded = _bounded(x, 1000)
    s = elementary.sigmoid(bounded)
    return elementary.maximum(x, -1000) * s, s * (1 + bounded * (1 - s))


@operation("gelu")
def gelu(x):
    """x * (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, a smooth relu; see https://arxiv.org/abs/1606.08415

    (1 + tanh(u)) / 2 is sigmoid(2 u), which keeps its digits where tanh(u) is nearly -1.
    """
    c, bounded = 2 * math.sqrt(2 / math.pi), _bounded(x, 30)
    s = elementary.sigmoid(c * bounded * (1 + 0.044715 * bounded**2))
    return elementary.maximum(x, -30) * s, s * (1 + c * bounded * (1 + 0.134145 * bounded**2) * (1 - s))


@operation("maximum")
def maximum(x, y):
    """The larger of x and y; where they are equal each gets half of the gradient"""
    share = (1 + elementary.step(x - y) - elementary.step(y - x)) / 2
    return elementary.maximum(x, y), share, 1 - share


@operation("max")
def first_maximum(x, y):
    """The larger of x and y; where they are equal x, which then gets all of the gradient"""
    share = elementary.step(y - x)
    return elementary.maximum(x, y), 1 - share, share


@operation("minimum")
def minimum(x, y):
    """The smaller of x and y; where they are equal each gets half of the gradient"""
    share = (1 + elementary.step(y - x) - elementary.step(x - y)) / 2
    return elementary.minimum(x, y), share, 1 - share


@operation("identity")
def identity(x):
    """x itself, as a node of its own"""
    return x, 1


@operation("step")
def step(x):
    """1 where x is positive, else 0; flat, so its derivative is 0"""
    return elementary.step(x), 0


@operation("sign")
def sign(x):
    """1 where x is positive, -1 where negative, 0 at 0; flat, so its derivative is 0"""
    return elementary.step(x) - elementary.step(-x), 0


# The operators of Python, for Values, and the names that two operations have besides their own.


def _reflected(apply):
    return lambda self, other: apply(other, self)


def _no_power(x, y):
    raise TypeError(f"{x!r} ^ {y!r}: ^ is no power in Python, so write a ** b")


OPERATORS = {"add": add, "sub": subtract, "mul": multiply, "truediv": divide, "pow": power, "xor": _no_power}
for name, function in OPERATORS.items():
    setattr(Value, f"__{name}__", function)
    setattr(Value, f"__r{name}__", _reflected(function))
for name, function in {"neg": negate, "pos": lambda self: self, "abs": absolute}.items():
    setattr(Value, f"__{name}__", function)
setattr(Value, "unrefused_power", _unrefused_power)  # noqa: B010  # for `elementary.power`

for name, function in (("abs", absolute), ("power", power)):
    registry[name] = function
    setattr(Value, name, function)
