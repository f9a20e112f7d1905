"""Tests of replay: recorded graphs, run again on other kinds of number."""

import math
import operator
from fractions import Fraction

import numpy
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scalargrad import Value, leaky_relu, log, maximum, minimum, operation, parse, relu, sigmoid
from scalargrad.calculus import gradient
from scalargrad.graph import placeholder
from scalargrad.replay import differentiate, evaluate

EXPRESSIONS = [
    "a*b + a/b - tanh(a)**3",
    "sigmoid(a*2 - b) * exp(-b) + log(a) * sqrt(b)",
    "maximum(a, b) * minimum(a*b, 2) + relu(a - b) + leaky_relu(b - a, 0.2)",
    "softplus(a - b) + abs(sin(a) - cos(b)) + tan(a/4) + b**a + 2**b",
    "gelu(a) * silu(-b) + elu(b - a) + sign(a - b) * expm1(-a) + asin(a/4) * atan(b) - acos(b/4)",
    "sinh(a/2) * cosh(b/2) + log1p(a) * log2(b) - log10(a + b)",
]


@pytest.mark.parametrize("text", EXPRESSIONS)
@given(st.lists(st.tuples(st.floats(0.5, 3), st.floats(0.5, 3)), min_size=1, max_size=5))
def test_replay_is_the_eager_engine(text, points):
    """A graph that is run on other numbers, one by one or as arrays, gives the eager engine's values and gradients."""
    y, leaves = parse(text, a=1, b=2)
    a, b = leaves["a"], leaves["b"]
    expected = []
    for point in points:
        z, fresh = parse(text, **dict(zip("ab", point)))
        z.backward()
        expected.append((z.data, fresh["a"].grad, fresh["b"].grad))
        feeds = dict(zip((a, b), point))
        numbers, gradients = differentiate(y, [a, b], feeds)
        assert (evaluate(y, feeds), numbers[y]) == (z.data, z.data)
        assert gradients == pytest.approx(expected[-1][1:], rel=1e-13, abs=1e-13)
    arrays = dict(zip((a, b), numpy.array(points).T))
    numbers, gradients = differentiate(y, [a, b], arrays)
    together = numpy.array([numbers[y], *gradients]).T
    assert numpy.allclose(together, expected, rtol=1e-12, atol=1e-12)


@given(st.fractions(-3, 3), st.fractions(1, 3))
def test_fractions_give_exact_results(p, q):
    """Arithmetic and relu on Fractions are exact, forward and backward."""
    a, b = Value(1), Value(2)
    y = relu(a * a / b - a) ** 2 + b**-1
    inner = max(p * p / q - p, 0)
    numbers, gradients = differentiate(y, [a, b], {a: p, b: q})
    slope = 2 * inner
    assert numbers[y] == evaluate(y, {a: p, b: q}) == inner**2 + 1 / q
    assert gradients == [slope * (2 * p / q - 1), slope * -p * p / (q * q) - 1 / (q * q)]
    assert all(isinstance(x, (Fraction, int)) for x in (numbers[y], *gradients))


class Dual:
    """A Fraction, and its derivative, by the rules of a first course: what a graph on Fractions has to agree with."""

    def __init__(self, value, slope=0):
        self.value, self.slope = value, slope

    def __add__(self, other):
        return Dual(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other):
        return Dual(self.value - other.value, self.slope - other.slope)

    def __mul__(self, other):
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other):
        slope = (self.slope * other.value - self.value * other.slope) / other.value**2
        return Dual(self.value / other.value, slope)

    def __pow__(self, exponent):
        n = int(exponent)
        return Dual(self.value**n, n * self.value ** (n - 1) * self.slope if n else 0)


ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow}
whole = st.integers(-9, 9) | st.integers(-9, 9).map(float) | st.sampled_from([10**15, 1e20, -0.0])


def larger(tree):
    """Expressions made of smaller ones, of whole numbers, and of whole powers."""
    symbols = st.sampled_from(["+", "-", "*", "/"])
    powers = st.integers(-3, 3) | st.integers(-3, 3).map(float)
    pairs = (st.tuples(symbols, *two) for two in ((tree, tree), (tree, whole), (whole, tree)))
    return st.one_of(*pairs, st.tuples(st.just("**"), tree, powers))


def computed(tree, names, literal):
    """The number of an expression, for the numbers of its names and a way to read its literals."""
    if not isinstance(tree, tuple):
        return names[tree] if isinstance(tree, str) else literal(tree)
    symbol, *parts = tree
    x, y = (part if symbol == "**" and i else computed(part, names, literal) for i, part in enumerate(parts))
    return ARITHMETIC[symbol](x, y)


@given(st.recursive(st.sampled_from("ab"), larger, max_leaves=6), st.fractions(-3, 3), st.fractions(-3, 3))
def test_arithmetic_with_literals_is_exact(tree, p, q):
    """Every expression of + - * / and whole powers is exact on Fractions, and so are its derivatives and their graphs."""
    try:
        duals = [
            computed(tree, {"a": Dual(p, da), "b": Dual(q, db)}, lambda x: Dual(Fraction(x))) for da, db in ((1, 0), (0, 1))
        ]
    except ZeroDivisionError:
        assume(False)
    a, b = placeholder("a"), placeholder("b")
    y, feeds = computed(tree, {"a": a, "b": b}, lambda x: x), {a: p, b: q}
    numbers, gradients = differentiate(y, [a, b], feeds)
    assert [evaluate(y, feeds), *gradients] == [duals[0].value, *(dual.slope for dual in duals)]
    assert evaluate(gradient(y, [a, b]), feeds) == gradients
    assert not any(isinstance(x, float) for x in (*numbers.values(), *gradients))


def test_where_fractions_meet_other_numbers():
    """Whole numbers are exact beside Fractions: fed ones, parameters, those in arrays of Fractions, and shares of 1/2."""

    @operation("scaled {factor:g}")
    def scaled(x, factor=3.0):
        return factor * x, factor

    x, y, third = Value(1.0), Value(2.0), Fraction(1, 3)
    for output, expected in (
        (2 * x, 2 * third),
        (x**2 + 1, Fraction(10, 9)),
        (x**-2.0, Fraction(9)),
        (x + 1 / y, third + Fraction(1, 7)),
        (leaky_relu(-x, 2.0), -2 * third),
        (scaled(x), Fraction(1)),
        (x * 0.5, 0.5 / 3),
    ):
        result = evaluate(output, {x: third, y: 7})
        assert (result, type(result)) == (expected, type(expected))
    array = numpy.array([third, -third])
    assert [type(each) for each in evaluate(2 * x + relu(x) / 3, {x: array})] == [Fraction, Fraction]
    shares = differentiate(maximum(x, y) + 3 * minimum(x, y), [x, y], {x: third, y: third})[1]
    assert shares == [2, 2] and set(map(type, shares)) == {Fraction}
    assert evaluate(sigmoid(2 * x) + y, {x: numpy.array([0.5]), y: third}) == sigmoid(1.0) + 1 / 3


@given(st.sampled_from([-0.0, 0.0, -3.0, 2.0, 1e300]), st.sampled_from([-0.0, 0.0]) | st.floats(-2, 2))
def test_floats_keep_every_bit(literal, number):
    """On floats, and on arrays of them, whole numbers in an expression are the floats that the engine computes with."""
    x = Value(1.0)
    for expression in (lambda x: x * literal, lambda x: literal - x, lambda x: (x * literal + -0.0) ** 2.0):
        z = expression(leaf := Value(number))
        z.backward()
        found, (slope,) = differentiate(expression(x), [x], {x: number})
        batch = evaluate(expression(x), {x: numpy.array([number])})
        with numpy.errstate(over="ignore"):
            plain = expression(numpy.array([number]))
        assert list(map(repr, (list(found.values())[-1], 0.0 + slope))) == list(map(repr, (z.data, leaf.grad)))
        assert batch.dtype == float and repr(batch.tolist()) == repr(plain.tolist())


def test_gradients_toward_several_leaves():
    """Each leaf gets its own gradient, and one that the output does not depend on the gradient 0."""
    x, y = Value(2), Value(3)
    _, gradients = differentiate(x * x + 10 * x * y, [x, y, Value(1)], {})
    assert gradients == [4 + 30, 20, 0]


@pytest.mark.everything("a million nodes, as the engine has them in the usual run")
def test_a_million_nodes():
    """A chain of a million operations is replayed, forward and backward, without recursion."""
    x = Value(1.0)
    y = x
    for _ in range(1_000_000):
        y = y + x
    assert evaluate(y, {x: 2.0}) == 2_000_002
    assert differentiate(y, [x], {})[1] == [1_000_001]


def test_numpy_is_quiet():
    """Infinities on the way make no warnings."""
    x = Value(1.0)
    y = sigmoid(x) + 1 / x
    assert list(evaluate(y, {x: numpy.array([-1000.0, 0.0])})) == [-0.001, math.inf]


def test_arrays_of_every_kind():
    """Whole and truth numbers in arrays become floats, Fractions stay, and an array may meet plain numbers."""
    x, w = Value(2.0), Value(3.0)
    assert evaluate(x**-1, {x: numpy.array([200])})[0] == 0.005
    assert evaluate(-x, {x: numpy.array([True])}).dtype == float
    assert type(evaluate(x * x, {x: numpy.array([Fraction(1, 3)])})[0]) is Fraction
    assert list(evaluate(w / x, {x: numpy.array([0.0]), w: 1.0})) == [math.inf]
    assert math.isnan(evaluate(x - w, {x: numpy.array([math.inf]), w: numpy.array([math.inf])})[0])


def test_errors_in_a_run_name_what_was_computed():
    """An error of a rule begins with the operation and its numbers, keeps its kind, and has the rule's own as its cause."""
    x, w = Value(2.0), Value(3.0)
    for y, feeds, kind, sentence in (
        (x * w, {x: Ellipsis, w: Ellipsis}, TypeError, r"^Ellipsis \* Ellipsis: "),
        (w / x, {w: Fraction(1), x: Fraction(0)}, ZeroDivisionError, "^1 / 0: "),
        (log(x), {x: -1.0}, ValueError, r"^log\(-1.0\): "),
    ):
        with pytest.raises(kind, match=sentence) as error:
            evaluate(y, feeds)
        assert error.value.__cause__ is not None


def test_leaves_may_come_from_an_iterator():
    """The leaves to differentiate toward are read once."""
    x, w = Value(2.0), Value(3.0)
    assert differentiate(x * w, iter([x, w]), {})[1] == [3, 2]
