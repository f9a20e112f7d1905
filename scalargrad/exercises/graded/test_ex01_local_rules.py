"""The graded tests of exercise 1: values and derivatives at many points, so that no rule is right by chance."""

import math

import pytest

from scalargrad.exercises.checking import expect_calls

POINTS = (-1.7, -0.3, 0.4, 1.0, 2.6)
PAIRS = ((2.0, 3.0), (2.0, -0.5), (4.0, 1.0), (-1.75, 3.25), (3.0, 2.0), (1234.56789, 0.0), (0.0, -2.0), (-1e-7, 3e-8))


@pytest.mark.task("the local rule of +")
@pytest.mark.points(1, hint="how much does x + y grow when x grows by 1?")
def test_add(student):
    """A sum has the derivatives 1 and 1."""
    expect_calls(student, "add", [((x, y), (x + y, 1.0, 1.0)) for x, y in PAIRS])


@pytest.mark.task("the local rule of *")
@pytest.mark.points(1, hint="the derivative toward one factor is the other factor")
def test_multiply(student):
    """Each factor is the derivative toward the other, whichever is larger."""
    expect_calls(student, "multiply", [((x, y), (x * y, y, x)) for x, y in PAIRS])


@pytest.mark.task("the local rule of **")
@pytest.mark.points(1, hint="n becomes a factor, and the exponent becomes n - 1")
def test_power(student):
    """The power rule holds for a negative base, for the base 0, and for negative and fractional exponents."""
    powers = ((3.0, 2), (-2.0, 3), (2.0, -1), (2.0, 5), (0.5, 10), (4.0, 0.5), (9.0, -0.5), (0.0, 1), (0.0, 2), (-3.0, -2))
    expect_calls(student, "power", [((x, n), (x**n, n * x ** (n - 1))) for x, n in powers])


@pytest.mark.task("the local rule of ** for the exponent 0")
@pytest.mark.points(1, hint="x**0 is always 1, so its derivative is 0; do not compute 0.0 ** -1")
def test_power_of_exponent_0(student):
    """A constant has the derivative 0, even if the base is 0."""
    expect_calls(student, "power", [((x, 0), (1.0, 0.0)) for x in (0.0, 2.0, -3.5)])


@pytest.mark.task("the local rule of exp")
@pytest.mark.points(1, hint="e^x is its own derivative")
def test_exp(student):
    """The exponential is its own derivative, where it is small and where it is large."""
    expect_calls(student, "exp", [((x,), (math.exp(x), math.exp(x))) for x in (*POINTS, 0.0, 2.2, -20.0, 100.0)])


@pytest.mark.task("the local rule of tanh")
@pytest.mark.points(1, hint="1 - t * t, where t is the output, tanh(x)")
def test_tanh(student):
    """The derivative of tanh uses its output, which never overflows."""
    examples = [((x,), (math.tanh(x), 1 / math.cosh(x) ** 2)) for x in (*POINTS, 0.0, 0.5, -6.0, 8.0)]
    expect_calls(student, "tanh", [*examples, ((1000.0,), (1.0, 0.0)), ((-1000.0,), (-1.0, 0.0))])


@pytest.mark.task("the local rule of relu")
@pytest.mark.points(1, hint="the derivative is 1 for every positive x, and 0 for every negative x")
def test_relu(student):
    """The derivative is 1 or 0, not the value, for small and for large numbers."""
    points = (*POINTS, 1e-7, -1e-7, 50.0, -50.0)
    expect_calls(student, "relu", [((x,), (max(x, 0.0), 1.0 if x > 0 else 0.0)) for x in points])


@pytest.mark.task("the local rule of relu at 0")
@pytest.mark.points(1, hint="at the kink the derivative is 0, as the docstring says")
def test_relu_at_0(student):
    """At the kink the derivative is 0."""
    expect_calls(student, "relu", [((0.0,), (0.0, 0.0))])


@pytest.mark.task("the local rule of sigmoid")
@pytest.mark.points(1, hint="s * (1 - s), where s is the output, sigmoid(x)")
def test_sigmoid(student):
    """The derivative of the sigmoid uses its output; neither is 0 where it is small."""
    values = {x: 1 / (1 + math.exp(-x)) for x in (*POINTS, 0.0, -1.5, -6.0, 12.0, -25.0, 25.0)}
    expect_calls(student, "sigmoid", [((x,), (s, s * (1 - s))) for x, s in values.items()])


@pytest.mark.task("sigmoid of large numbers")
@pytest.mark.points(1, hint="e^1000 is too large for a float: make sure that no exponent is positive")
def test_sigmoid_of_large_numbers(student):
    """The sigmoid does not overflow on either side."""
    expect_calls(student, "sigmoid", [((x,), (s, 0.0)) for x, s in ((-1000.0, 0.0), (1000.0, 1.0), (-720.0, 0.0))])
