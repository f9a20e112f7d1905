"""Tests of the operations: each rule against its own values, and in every corner."""

import inspect
import math
from fractions import Fraction

import numpy
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from registered import OPERATIONS, arity

from scalargrad import operations
from scalargrad.calculus import gradient
from scalargrad.engine import Value
from scalargrad.nodes import registry

inf, nan = math.inf, math.nan

# For each operation: where its inputs may lie, one range an input. The derivatives there are of every size and sign.
EVERYWHERE, POSITIVE, SMALL, SHARES = (-5.0, 5.0), (0.1, 5.0), (-1.4, 1.4), (-0.9, 0.9)
NARROW = {
    "divide": [EVERYWHERE, POSITIVE],
    "variable_power": [POSITIVE, (-3.0, 3.0)],
    **dict.fromkeys(("log", "log1p", "log2", "log10", "sqrt"), [POSITIVE]),
    "tan": [SMALL],
    **dict.fromkeys(("asin", "acos"), [SHARES]),
}
DOMAINS = {name: NARROW.get(name, [EVERYWHERE] * arity(registry[name])) for name in OPERATIONS}
KINKED = {"absolute", "relu", "leaky_relu", "elu", "maximum", "first_maximum", "minimum", "step", "sign"}

points = st.lists(st.floats(0, 1), min_size=2, max_size=2)


def place(name, shares):
    """The point of an operation's domain that lies at these shares of its ranges."""
    point = [low + share * (high - low) for share, (low, high) in zip(shares, DOMAINS[name])]
    if name in KINKED:
        assume(abs(point[0] - (point[1] if len(point) == 2 else 0)) > 0.05)
    return point


def slope(function, point, i):
    """The derivative of a function toward its input i, by the central difference of fourth order."""
    h = 1e-3

    def at(shift):
        return function(*(x + shift * (j == i) for j, x in enumerate(point)))

    return (at(-2 * h) - 8 * at(-h) + 8 * at(h) - at(2 * h)) / (12 * h)


@pytest.mark.parametrize("name", DOMAINS)
@given(shares=points)
def test_derivatives_agree_with_finite_differences(name, shares):
    """The gradients of an operation are the slopes of its values."""
    function = registry[name]
    point = place(name, shares)
    inputs = [Value(x) for x in point]
    y = function(*inputs)
    y.backward()
    assert y.data == function(*point)
    for i, value in enumerate(inputs):
        assert value.grad == pytest.approx(slope(function, point, i), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", DOMAINS)
@given(shares=points)
def test_rules_run_on_values(name, shares):
    """A rule computes on Values what it does on floats, and the graph it leaves has the right second derivatives."""
    point = place(name, shares)
    inputs = [Value(x) for x in point]
    rule = registry[name](*inputs).operation.rule
    results = rule(*inputs)
    assert [getattr(each, "data", each) for each in results] == pytest.approx(list(rule(*point)), rel=1e-12)
    for k, partial in enumerate(results):
        for value in inputs:
            value.grad = 0
        if isinstance(partial, Value):  # what is no Value does not depend on the inputs
            partial.backward()
        for i, value in enumerate(inputs):
            expected = slope(lambda *point: rule(*point)[k], point, i)
            assert value.grad == pytest.approx(expected, rel=1e-5, abs=1e-8)


@given(st.floats(0.1, 3), st.floats(-3, 3))
@example(2.0, 0.0)
@example(2.0, 1.0)
def test_fixed_powers(x, exponent):
    """x ** n has the derivative n x ** (n - 1) for every number n, and so has its graph."""
    value = Value(x)
    y = value**exponent
    y.backward()
    assert y.data == x**exponent
    assert value.grad == pytest.approx(exponent * x ** (exponent - 1), rel=1e-12)
    assert y.inputs == (value,)


@pytest.mark.parametrize("name", DOMAINS)
@given(shares=st.lists(points, min_size=1, max_size=5))
def test_rules_run_on_arrays(name, shares):
    """A rule computes a whole batch at once, each element as if it were alone."""
    batch = [place(name, share) for share in shares]
    rule = registry[name](*map(Value, batch[0])).operation.rule
    alone = numpy.array([rule(*point) for point in batch]).T
    together = [numpy.broadcast_to(each, len(batch)) for each in rule(*numpy.array(batch).T)]
    assert numpy.allclose(together, alone, rtol=1e-12, atol=1e-15)


@given(st.fractions(-3, 3), st.fractions(-3, 3))
def test_arithmetic_of_fractions_is_exact(x, y):
    """The rules of arithmetic make no floats out of Fractions."""
    assume(y != 0)
    for function in (operations.add, operations.subtract, operations.multiply, operations.divide):
        assert not any(isinstance(each, float) for each in function.rule(x, y)), function
    assert operations.divide.rule(x, y) == (x / y, 1 / y, -x / (y * y))
    for function in (operations.negate, operations.absolute, operations.relu, operations.step, operations.sign):
        assert not any(isinstance(each, float) for each in function.rule(x)), function


# At these points value and derivatives are known exactly. At kinks and borders they are the ones that PyTorch gives.
KNOWN = [
    ("add", (2, 3), 5, (1, 1)),
    ("subtract", (2, 3), -1, (1, -1)),
    ("multiply", (2, 3), 6, (3, 2)),
    ("divide", (3, 2), 1.5, (0.5, -0.75)),
    ("divide", (1e-200, 1e-200), 1, (1e200, -1e200)),
    ("fixed_power", (3,), 9, (6,)),
    ("negate", (2,), -2, (-1,)),
    ("variable_power", (2, 3), 8, (12, 8 * math.log(2))),
    ("variable_power", (0, 2), 0, (0, 0)),
    ("variable_power", (0, 1), 0, (1, 0)),
    ("absolute", (-2,), 2, (-1,)),
    ("absolute", (0,), 0, (0,)),
    ("exp", (0,), 1, (1,)),
    ("exp", (1,), math.e, (math.e,)),
    ("exp", (1000,), inf, (inf,)),
    ("exp", (-1000,), 0, (0,)),
    ("variable_power", (0, 0), 1, (0, 0)),
    ("log1p", (0,), 0, (1,)),
    ("log1p", (1e-20,), 1e-20, (1,)),
    ("log", (1,), 0, (1,)),
    ("log", (0.5,), -math.log(2), (2,)),
    ("log2", (8,), 3, (1 / (8 * math.log(2)),)),
    ("log2", (inf,), inf, (0,)),
    ("log10", (1000,), 3, (1 / (1000 * math.log(10)),)),
    ("expm1", (1e-20,), 1e-20, (1,)),
    ("expm1", (-40,), -1, (math.exp(-40),)),
    ("expm1", (-inf,), -1, (0,)),
    ("expm1", (1000,), inf, (inf,)),
    ("sqrt", (4,), 2, (0.25,)),
    ("sqrt", (0,), 0, (inf,)),
    ("sin", (0,), 0, (1,)),
    ("sin", (math.pi / 2,), 1, (0,)),
    ("cos", (0,), 1, (0,)),
    ("tan", (math.pi / 4,), 1, (2,)),
    ("asin", (0.5,), math.pi / 6, (2 / math.sqrt(3),)),
    ("asin", (1,), math.pi / 2, (inf,)),
    ("asin", (-1,), -math.pi / 2, (inf,)),
    ("acos", (0.5,), math.pi / 3, (-2 / math.sqrt(3),)),
    ("acos", (1,), 0, (-inf,)),
    ("acos", (-1,), math.pi, (-inf,)),
    ("atan", (1,), math.pi / 4, (0.5,)),
    ("atan", (1e200,), math.pi / 2, (0,)),
    ("atan", (-inf,), -math.pi / 2, (0,)),
    ("sinh", (0,), 0, (1,)),
    ("sinh", (-1000,), -inf, (inf,)),
    ("cosh", (0,), 1, (0,)),
    ("cosh", (-1000,), inf, (-inf,)),
    ("tanh", (0,), 0, (1,)),
    ("tanh", (1000,), 1, (0,)),
    ("tanh", (-1000,), -1, (0,)),
    ("sigmoid", (0,), 0.5, (0.25,)),
    ("sigmoid", (1000,), 1, (0,)),
    ("sigmoid", (-1000,), 0, (0,)),
    ("relu", (2,), 2, (1,)),
    ("relu", (-2,), 0, (0,)),
    ("relu", (0,), 0, (0,)),
    ("relu", (-inf,), 0, (0,)),
    ("leaky_relu", (2,), 2, (1,)),
    ("leaky_relu", (-2,), -0.02, (0.01,)),
    ("leaky_relu", (0,), 0, (0.01,)),
    ("softplus", (0,), math.log(2), (0.5,)),
    ("softplus", (1000,), 1000, (1,)),
    ("softplus", (-1000,), 0, (0,)),
    ("elu", (2,), 2, (1,)),
    ("elu", (0,), 0, (1,)),
    ("elu", (-40,), -1, (math.exp(-40),)),
    ("elu", (-inf,), -1, (0,)),
    ("elu", (inf,), inf, (1,)),
    ("silu", (0,), 0, (0.5,)),
    ("silu", (1e200,), 1e200, (1,)),
    ("silu", (-1e200,), 0, (0,)),
    ("gelu", (0,), 0, (0.5,)),
    ("gelu", (40,), 40, (1,)),
    ("gelu", (-40,), 0, (0,)),
    ("maximum", (2, 3), 3, (0, 1)),
    ("maximum", (3, 2), 3, (1, 0)),
    ("maximum", (2, 2), 2, (0.5, 0.5)),
    ("first_maximum", (2, 2), 2, (1, 0)),
    ("minimum", (2, 3), 2, (1, 0)),
    ("minimum", (3, 2), 2, (0, 1)),
    ("minimum", (2, 2), 2, (0.5, 0.5)),
    ("step", (2,), 1, (0,)),
    ("step", (0,), 0, (0,)),
    ("step", (-2,), 0, (0,)),
    ("sign", (2,), 1, (0,)),
    ("sign", (0,), 0, (0,)),
    ("sign", (-inf,), -1, (0,)),
]


@pytest.mark.parametrize(("name", "point", "value", "derivatives"), KNOWN)
def test_known_values(name, point, value, derivatives):
    """At points where they are known, value and derivatives are right to the last digit but one."""
    inputs = [Value(x) for x in point]
    y = registry[name](*inputs)
    assert y.data == pytest.approx(value, rel=1e-15, abs=1e-15)
    assert y.partials == pytest.approx(derivatives, rel=1e-15, abs=1e-15)


@pytest.mark.parametrize("name", ["silu", "gelu", "elu", "softplus", "relu"])
@pytest.mark.parametrize("kind", [float, lambda x: numpy.array([x])])
def test_activations_settle(name, kind):
    """However large x is, an activation is x or a limit, with slope 1 or 0 and no curvature: never nan, as 0 * inf is."""
    for x, value, slope in ((1.0, None, 1), (-1.0, -1 if name == "elu" else 0, 0)):
        for size in (1e3, 1e20, 1e160, 1e308, inf):
            found, derivative = registry[name](Value(x)).operation.rule(kind(x * size))
            assert found == (x * size if value is None else value) and derivative == slope
            (curved,) = gradient(gradient(registry[name](leaf := Value(x * size)), leaf), [leaf])
            assert curved.data == 0


@given(st.floats(-700, -1))
def test_derivatives_keep_their_digits_far_on_the_left(x):
    """Where an activation nearly vanishes, its derivative is right to the last digits, as is the value."""
    e = math.exp(x)
    s = e / (1 + e)
    cubic = 2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    g = math.exp(cubic) / (1 + math.exp(cubic)) if cubic > -700 else 0.0
    chain = 2 * math.sqrt(2 / math.pi) * (1 + 0.134145 * x * x)
    for function, expected in (
        (operations.silu, (x * s, s + x * s / (1 + e))),
        (operations.gelu, (x * g, g + x * g * (1 - g) * chain)),
        (operations.elu, (math.expm1(x), e)),
        (operations.expm1, (math.expm1(x), e)),
    ):
        assert function(Value(x)).data == pytest.approx(expected[0], rel=1e-11, abs=1e-300)
        assert function(Value(x)).partials[0] == pytest.approx(expected[1], rel=1e-10, abs=1e-300)


def test_gelu_is_the_formula_with_tanh():
    """gelu is 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))), where that is accurate."""
    for x in (-2.0, -0.3, 0.7, 3.0):
        expected = 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        assert operations.gelu(x) == pytest.approx(expected, rel=1e-13)


def test_the_slope_of_elu_on_the_left_is_a_parameter():
    """elu(x, alpha) has the limit -alpha, and at 0 the derivative alpha, as in PyTorch."""
    assert operations.elu(-1000, 0.5) == -0.5
    assert operations.elu(Value(0.0), 0.5).partials == (0.5,)
    assert operations.elu(Value(3.0), 0.5).partials == (1.0,)


@pytest.mark.parametrize(
    ("exponent", "x", "derivative"),
    [(2, -3, -6), (3, -2, 12), (0, 0, 0), (1, 0, 1), (2, 0, 0), (0.5, 0, inf), (0.5, 4, 0.25), (-1, 2, -0.25), (-2, -1, 2)],
)
def test_known_powers(exponent, x, derivative):
    """A plain number as the exponent allows every base that has a power."""
    value = Value(x)
    y = value**exponent
    y.backward()
    assert (y.data, value.grad) == (float(x) ** exponent, derivative)


def test_an_infinite_exponent():
    """An exponent that is no finite number gives what Python gives."""
    assert (Value(2.0) ** inf).data == inf and (Value(0.5) ** inf).data == 0
    assert math.isnan((Value(2.0) ** nan).data)


def test_powers_of_every_kind():
    """x ** 2, 2 ** x and x ** y have the derivatives of a power, an exponential and both."""
    x, y = Value(2.0), Value(3.0)
    for power, expected in ((x**2, (4, 0)), (2**y, (0, 8 * math.log(2))), (x**y, (12, 8 * math.log(2)))):
        x.grad = y.grad = 0
        power.backward()
        assert (x.grad, y.grad) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("name", sorted(DOMAINS.keys() - {"step", "sign"}))
def test_nan_is_passed_on(name):
    """A nan that goes in, as any of the inputs, is seen in the result, and refused by no operation."""
    for i in range(len(DOMAINS[name])):
        assert math.isnan(registry[name](*[Value(nan if i == j else 2) for j in range(len(DOMAINS[name]))]).data)


REFUSED = [
    (lambda x: operations.log(x(-1)), "log(-1.0): the logarithm needs a positive number"),
    (lambda x: operations.log(x(0)), "log(0.0): the logarithm needs a positive number"),
    (lambda x: operations.sqrt(x(-1)), "sqrt(-1.0): the square root needs a number that is not negative"),
    (lambda x: operations.power(x(-8), 0.5), "(-8.0)**0.5: a negative number has no real power"),
    (lambda x: operations.power(x(0), -1), "0.0**-1: zero has no negative power"),
    (lambda x: operations.power(x(0), -2), "0.0**-2: zero has no negative power"),
    (lambda x: operations.divide(x(1), x(0)), "1.0 / 0.0: a division by zero has no result"),
    (lambda x: operations.variable_power(x(-2), x(2)), "(-2.0) ** 2.0: a negative base has no derivative"),
    (lambda x: operations.variable_power(x(0), x(-2)), "0.0 ** (-2.0): zero has no negative power"),
    (lambda x: operations.log1p(x(-1)), "log1p(-1.0): the logarithm of 1 + x needs a number greater than -1"),
    (lambda x: operations.log2(x(0)), "log2(0.0): the logarithm needs a positive number"),
    (lambda x: operations.log10(x(-1)), "log10(-1.0): the logarithm needs a positive number"),
    (lambda x: operations.asin(x(1.5)), "asin(1.5): the arcsine needs a number from -1 to 1"),
    (lambda x: operations.acos(x(-inf)), "acos(-inf): the arccosine needs a number from -1 to 1"),
    (lambda x: operations.sin(x(inf)), "sin(inf): an infinite angle has no sine"),
    (lambda x: operations.sin(x(-inf)), "sin(-inf): an infinite angle has no sine"),
    (lambda x: operations.cos(x(inf)), "cos(inf): an infinite angle has no cosine"),
    (lambda x: operations.cos(x(-inf)), "cos(-inf): an infinite angle has no cosine"),
    (lambda x: operations.tan(x(inf)), "tan(inf): an infinite angle has no tangent"),
]


@pytest.mark.parametrize("kind", [float, Value, numpy.float64])
@pytest.mark.parametrize(("call", "sentence"), REFUSED)
def test_numbers_without_a_result(call, sentence, kind):
    """A number that an operation has no result for is refused, the same for a float as for a Value."""
    with pytest.raises((ValueError, ZeroDivisionError)) as error:
        call(kind)
    assert str(error.value).startswith(sentence)


def test_the_order_of_inputs_is_kept():
    """A number on the left is the first input, and one on the right the second."""
    v = Value(3.0)
    for left, right in ((2 + v, v + 2), (2 - v, v - 2), (2 * v, v * 2), (2 / v, v / 2)):
        assert left.inputs[1] is right.inputs[0] is v
    assert (2**v).inputs[1] is v


def test_names_of_python():
    """abs and power, and the symbols of powers, are what one expects from Python."""
    v = Value(-2.0)
    assert v.abs().data == abs(v).data == 2
    assert v.power(2).data == operations.power(v, 2).data == 4
    assert [(v**n).operation.symbol for n in (2, 2.0, -1)] == ["**2", "**2", "**-1"]
    assert operations.leaky_relu(-2.0, 2) == -4


def test_arrays_may_hold_numbers_without_a_result():
    """An array is computed as a whole, and without warnings, with nan or infinity where a number has no result."""
    assert list(operations.log(numpy.array([1.0, 0.0]))) == [0, -inf]
    assert list(operations.divide(numpy.array([1.0, 2.0]), numpy.array([1.0, 0.0]))) == [1, inf]
    assert list(operations.power(numpy.array([0.0, 2.0]), -1)) == [inf, 0.5]
    with pytest.raises(ZeroDivisionError, match="a division by zero has no result"):
        operations.divide(numpy.array([1.0]), 0.0)


@pytest.mark.parametrize("other", [2, 2.0, Value(2.0)])
def test_a_caret_is_no_power(other):
    """`a ^ b` is refused on either side in a sentence that shows how a power is written."""
    x = Value(3.0, "x")
    for left, right in ((x, other), (other, x)):
        with pytest.raises(TypeError, match=r"\^ .*write a \*\* b"):
            left ^ right


@pytest.mark.parametrize("kind", ["f8", "i8", "u1", "?"])
def test_results_on_arrays_are_floats(kind):
    """Whatever numbers are in an array, an operation makes floats of them, which neither wrap nor refuse a power."""
    x = numpy.array([0, 1], kind)
    for name, apply in registry.items():
        inputs = [each for each in inspect.signature(apply).parameters.values() if each.default is each.empty]
        assert apply(*[x] * len(inputs)).dtype == float, name
    assert list((operations.step(x) + operations.step(x)) ** 70) == [0, 2.0**70]
    assert list(operations.power(operations.step(x), -1)) == [inf, 1]


def test_plain_numbers_give_plain_numbers():
    """An operation on numbers alone makes no node."""
    assert operations.sigmoid(0.5) == 1 / (1 + math.exp(-0.5))
    assert operations.maximum(1, 2.5) == 2.5
    assert operations.power(-2, 3) == -8
    assert operations.add(Fraction(1, 3), Fraction(1, 6)) == Fraction(1, 2)
    assert type(operations.sigmoid(0)) is type(operations.relu(-1.0)) is float
