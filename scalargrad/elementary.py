"""The elementary functions, of any kind of number.

With this module a formula is written once and then computed on whatever numbers come along. `exp(x)` is

    math.exp(x)     where x is a plain number: a float, an int, a Fraction
    numpy.exp(x)    where x is a NumPy array
    x.exp()         where x brings a method of that name: a Value, or anything else that stands for a number

A result too large for a float is infinite, as in NumPy and in C. A number that a function has no result for (the
logarithm of -1) is the caller's to refuse.
"""

import functools
import math
import sys


def is_array(x):
    """Whether x is a NumPy array. NumPy is not imported to find out: whoever made an array has done that already."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(x, numpy.ndarray)


def _on_arrays(function, *numbers):
    """Call NumPy's function of that name, or the function itself where arithmetic is all it needs."""
    numpy = sys.modules["numpy"]
    with numpy.errstate(all="ignore"):
        return getattr(numpy, function.__name__, function)(*numbers)


def _of_any_number(formula):
    """Make a function of any kind of number out of its formula for floats."""
    name = formula.__name__

    @functools.wraps(formula)
    def function(x):
        if isinstance(x, float):
            return formula(x)
        if hasattr(x, name):
            return getattr(x, name)()
        if is_array(x):
            return _on_arrays(formula, x)
        return formula(float(x))

    return function


def _of_two_numbers(formula):
    """The same for a function of two numbers that may change places: whichever brings the method is asked."""
    name = formula.__name__

    @functools.wraps(formula)
    def function(x, y):
        if isinstance(x, float) and isinstance(y, (float, int)):
            return formula(x, float(y))
        if hasattr(x, name):
            return getattr(x, name)(y)
        if hasattr(y, name):
            return getattr(y, name)(x)
        if is_array(x) or is_array(y):
            return _on_arrays(formula, x, y)
        return formula(x, y)

    return function


@_of_any_number
def exp(x):
    """e to the power x."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


@_of_any_number
def log(x):
    """The natural logarithm of x > 0."""
    return math.log(x)


@_of_any_number
def log1p(x):
    """log(1 + x), exact to the last digit for a small x, where 1 + x would round it away."""
    return math.log1p(x)


@_of_any_number
def sqrt(x):
    """The square root of x >= 0."""
    return math.sqrt(x)


@_of_any_number
def sin(x):
    """The sine of x, an angle in radians."""
    return math.sin(x)


@_of_any_number
def cos(x):
    """The cosine of x, an angle in radians."""
    return math.cos(x)


@_of_any_number
def tan(x):
    """The tangent of x, an angle in radians."""
    return math.tan(x)


@_of_any_number
def tanh(x):
    """The hyperbolic tangent: an S from -1 to 1."""
    return math.tanh(x)


@_of_any_number
def sigmoid(x):
    """The logistic function 1 / (1 + e^-x): an S from 0 to 1. Where e^-x is infinite the quotient is 0, as it should be."""
    return 1 / (1 + exp(-x))


@_of_any_number
def softplus(x):
    """log(1 + e^x), a rounded ramp, with the larger part taken out so that e^x never overflows."""
    return maximum(x, 0.0) + log1p(exp(-abs(x)))


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
