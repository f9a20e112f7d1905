"""Tests of replay: recorded graphs, run again on other kinds of number."""

import math
from fractions import Fraction

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value, log, parse, relu, sigmoid
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


def test_gradients_toward_several_leaves():
    """Each leaf gets its own gradient, and one that the output does not depend on the gradient 0."""
    x, y = Value(2), Value(3)
    _, gradients = differentiate(x * x + 10 * x * y, [x, y, Value(1)], {})
    assert gradients == [4 + 30, 20, 0]


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
        (x * w, {x: None, w: None}, TypeError, r"^None \* None: "),
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
