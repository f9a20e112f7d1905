"""Tests of the operations: each rule against its own values, and in every corner."""

import inspect
import math
from fractions import Fraction

import numpy
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from scalargrad import operations
from scalargrad.engine import Value
from scalargrad.operation import registry

inf, nan = math.inf, math.nan

# For each operation: where its inputs may lie, one range an input. The derivatives there are of every size and sign.
EVERYWHERE, POSITIVE, SMALL = (-5.0, 5.0), (0.1, 5.0), (-1.4, 1.4)
DOMAINS = {
    "add": [EVERYWHERE, EVERYWHERE],
    "subtract": [EVERYWHERE, EVERYWHERE],
    "multiply": [EVERYWHERE, EVERYWHERE],
    "divide": [EVERYWHERE, POSITIVE],
    "negate": [EVERYWHERE],
    "variable_power": [POSITIVE, (-3.0, 3.0)],
    "fixed_power": [EVERYWHERE],
    "absolute": [EVERYWHERE],
    "exp": [EVERYWHERE],
    "log": [POSITIVE],
    "log1p": [POSITIVE],
    "sqrt": [POSITIVE],
    "sin": [EVERYWHERE],
    "cos": [EVERYWHERE],
    "tan": [SMALL],
    "tanh": [EVERYWHERE],
    "sigmoid": [EVERYWHERE],
    "relu": [EVERYWHERE],
    "leaky_relu": [EVERYWHERE],
    "softplus": [EVERYWHERE],
    "maximum": [EVERYWHERE, EVERYWHERE],
    "first_maximum": [EVERYWHERE, EVERYWHERE],
    "minimum": [EVERYWHERE, EVERYWHERE],
    "identity": [EVERYWHERE],
    "step": [EVERYWHERE],
}
KINKED = {"absolute", "relu", "leaky_relu", "maximum", "first_maximum", "minimum", "step"}

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


def test_every_operation_is_checked():
    """The table above has a row for each operation, so that a new one cannot be forgotten."""
    assert DOMAINS.keys() == {name for name, apply in registry.items() if apply.__module__ == operations.__name__} - {
        "abs",
        "power",
    }


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
    for function in (operations.negate, operations.absolute, operations.relu, operations.step):
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
    ("sqrt", (4,), 2, (0.25,)),
    ("sqrt", (0,), 0, (inf,)),
    ("sin", (0,), 0, (1,)),
    ("sin", (math.pi / 2,), 1, (0,)),
    ("cos", (0,), 1, (0,)),
    ("tan", (math.pi / 4,), 1, (2,)),
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
]


@pytest.mark.parametrize(("name", "point", "value", "derivatives"), KNOWN)
def test_known_values(name, point, value, derivatives):
    """At points where they are known, value and derivatives are right to the last digit but one."""
    inputs = [Value(x) for x in point]
    y = registry[name](*inputs)
    assert y.data == pytest.approx(value, rel=1e-15, abs=1e-15)
    assert y.partials == pytest.approx(derivatives, rel=1e-15, abs=1e-15)


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


@pytest.mark.parametrize("name", sorted(DOMAINS.keys() - {"step"}))
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


@pytest.mark.parametrize("name", DOMAINS)
@given(shares=points)
def test_pytorch_agrees(name, shares):
    """Where PyTorch is installed, it gives the same values and gradients."""
    torch = pytest.importorskip("torch")
    compare_with_pytorch(torch, name, place(name, shares))


@pytest.mark.parametrize(("name", "point"), [(name, point) for name, point, _, _ in KNOWN])
def test_pytorch_agrees_at_kinks_and_borders(name, point):
    """Where PyTorch is installed, it gives what the table of known values says."""
    compare_with_pytorch(pytest.importorskip("torch"), name, point)


def compare_with_pytorch(torch, name, point):
    theirs = {
        "variable_power": torch.pow,
        "fixed_power": torch.square,
        "leaky_relu": torch.nn.functional.leaky_relu,
        "softplus": torch.nn.functional.softplus,
        "step": lambda x: torch.heaviside(x, torch.zeros_like(x)),
        "negate": torch.neg,
        "identity": torch.clone,
        "first_maximum": lambda x, y: torch.max(torch.stack([x, y]), 0).values,
    }.get(name) or getattr(torch, name)
    tensors = [torch.tensor(float(x), dtype=torch.float64, requires_grad=True) for x in point]
    inputs = [Value(x) for x in point]
    y, result = registry[name](*inputs), theirs(*tensors)
    assert y.data == pytest.approx(result.item(), rel=1e-8)  # PyTorch's softplus is a straight line from 20 on
    if name != "step":  # which PyTorch does not differentiate
        y.backward()
        result.backward()
        assert [value.grad for value in inputs] == pytest.approx([tensor.grad.item() for tensor in tensors], rel=1e-8)
