"""The elementary functions, of any kind of number.

A formula is written once and computed on any kind of number. `exp(x)` is

    math.exp(x)     where x is a plain number: a float, an int, a Fraction
    numpy.exp(x)    where x is a NumPy array
    x.exp()         where x has a method of that name: a Value, or anything else that stands for a number

A result too large for a float is infinite, as in NumPy and in C. The caller refuses numbers outside the domain, such as
the logarithm of -1.

An entry here, and the text in each language in `program/languages.py`, is all that makes an elementary function: formulas,
arrays and programs look it up in `functions`.
"""

import functools
import math
import sys
from collections.abc import Callable
from typing import Any

functions: dict[str, Any] = {}  # every elementary function by its name


def is_array(x):
    """Whether x is a NumPy array. NumPy is not imported to find out, because an array exists only if NumPy was imported."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(x, numpy.ndarray)


def on_arrays(name: str) -> Any:
    """Return NumPy's function that computes an elementary function on arrays."""
    numpy, entry = sys.modules["numpy"], functions[name].numpy
    found = getattr(numpy, entry, None) if isinstance(entry, str) else entry
    if found is None:
        raise TypeError(f"{name}: NumPy has no function {entry!r}; its entry needs the name that NumPy has, or a ufunc")
    return found


def _on_arrays(apply, *numbers):
    """Call NumPy's function, or the formula where that takes arrays itself; of an array of objects each is asked alone."""
    numpy = sys.modules["numpy"]
    if any(is_array(x) and x.dtype == object for x in numbers):
        return numpy.frompyfunc(apply, len(numbers), 1)(*numbers)
    with numpy.errstate(all="ignore"):
        return (on_arrays(apply.__name__) if apply.numpy else apply.__wrapped__)(*numbers)


def _enter(apply: Any, numpy: str | Callable | None = None) -> Any:
    apply.numpy = numpy
    functions[apply.__name__] = apply
    return apply


def function(numpy: str | Callable | None) -> Callable[[Callable], Callable[..., Any]]:
    """Make an elementary function of any kind of number out of its formula for floats.

    numpy  the name of NumPy's function that computes the same on arrays, such as "arcsin", or a ufunc; the function then
           needs a text in each language, too. With None the formula is made of arithmetic and other elementary functions,
           so that it computes every kind of number itself.
    """

    def define(formula: Callable) -> Callable[..., Any]:
        name = formula.__name__

        @functools.wraps(formula)
        def apply(x):
            if isinstance(x, float):
                return formula(x)
            method = getattr(x, name, None)
            if method is not None:
                return method()
            if is_array(x):
                return _on_arrays(apply, x)
            return formula(float(x))

        return _enter(apply, numpy)

    return define


def _of_two_numbers(formula):
    """The same for a function of two numbers that may change places: whichever brings the method is asked."""
    name = formula.__name__

    @functools.wraps(formula)
    def apply(x, y):
        if isinstance(x, float) and isinstance(y, (float, int)):
            return formula(x, float(y))
        if hasattr(x, name):
            return getattr(x, name)(y)
        if hasattr(y, name):
            return getattr(y, name)(x)
        if is_array(x) or is_array(y):
            return _on_arrays(apply, x, y)
        return formula(x, y)

    return _enter(apply, name)


@function("exp")
def exp(x):
    """e to the power x."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


@function("log")
def log(x):
    """The natural logarithm of x > 0."""
    return math.log(x)


@function("log1p")
def log1p(x):
    """log(1 + x), exact to the last digit for a small x, where 1 + x would round it away."""
    return math.log1p(x)


@function("expm1")
def expm1(x):
    """e^x - 1, exact to the last digit for a small x, where e^x would have rounded it away."""
    try:
        return math.expm1(x)
    except OverflowError:
        return math.inf


@function("log2")
def log2(x):
    """The logarithm of x > 0 to the base 2."""
    return math.log2(x)


@function("log10")
def log10(x):
    """The logarithm of x > 0 to the base 10."""
    return math.log10(x)


@function("sqrt")
def sqrt(x):
    """The square root of x >= 0."""
    return math.sqrt(x)


@function("sin")
def sin(x):
    """The sine of x, an angle in radians."""
    return math.sin(x)


@function("cos")
def cos(x):
    """The cosine of x, an angle in radians."""
    return math.cos(x)


@function("tan")
def tan(x):
    """The tangent of x, an angle in radians."""
    return math.tan(x)


@function("arcsin")
def asin(x):
    """The arcsine of x from -1 to 1: an angle from -pi/2 to pi/2."""
    return math.asin(x)


@function("arccos")
def acos(x):
    """The arccosine of x from -1 to 1: an angle from 0 to pi."""
    return math.acos(x)


@function("arctan")
def atan(x):
    """The arctangent of x: an angle between -pi/2 and pi/2."""
    return math.atan(x)


@function("sinh")
def sinh(x):
    """The hyperbolic sine, (e^x - e^-x) / 2."""
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(math.inf, x)


@function("cosh")
def cosh(x):
    """The hyperbolic cosine, (e^x + e^-x) / 2."""
    try:
        return math.cosh(x)
    except OverflowError:
        return math.inf


@function("tanh")
def tanh(x):
    """The hyperbolic tangent: an S from -1 to 1."""
    return math.tanh(x)


@function(None)
def sigmoid(x):
    """The logistic function 1 / (1 + e^-x): an S from 0 to 1. Where e^-x is infinite the quotient is 0, as it should be."""
    return 1 / (1 + exp(-x))


@function(None)
def softplus(x):
    """log(1 + e^x), a rounded ramp, with the larger part taken out so that e^x never overflows."""
    return maximum(x, 0.0) + log1p(exp(-abs(x)))


@_enter
def step(x):
    """1 where x is positive, 0 elsewhere."""
    if isinstance(x, float):
        return 1.0 if x > 0 else 0.0
    if hasattr(x, "step"):
        return x.step()
    if is_array(x):
        if x.dtype == object:
            return sys.modules["numpy"].frompyfunc(step, 1, 1)(x)
        return (x > 0).astype(x.dtype if x.dtype.kind == "f" else float)
    return type(x)(x > 0)  # of a Fraction a Fraction, so that half of it is exact


@_of_two_numbers
def maximum(x, y):
    """The larger of x and y; nan where either is."""
    return x if x > y or x != x else y


@_of_two_numbers
def minimum(x, y):
    """The smaller of x and y; nan where either is."""
    return x if x < y or x != x else y


@functools.partial(_enter, numpy="power")
def power(x, y):
    """x to the power y, infinite where x is 0 and y negative."""
    if not isinstance(x, float):
        if is_array(x):
            return _on_arrays(power, x, y)
        if hasattr(x, "unrefused_power"):
            return x.unrefused_power(y)
    try:
        return x**y
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        return -math.inf if x < 0 and y % 2 == 1 else math.inf
