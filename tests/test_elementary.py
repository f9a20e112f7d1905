"""Tests of the elementary functions, of any kind of number."""

import math
from fractions import Fraction

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import elementary

TEXTBOOK = {
    "sigmoid": lambda x: math.exp(x) / (1 + math.exp(x)),
    "softplus": lambda x: math.log(1 + math.exp(x)),
}
SMOOTH = elementary.functions.keys() - {"step", "maximum", "minimum", "power"}  # those of one number
REFERENCES = {name: TEXTBOOK.get(name) or getattr(math, name) for name in sorted(SMOOTH)}
positive = st.floats(0.01, 30)


def within(name, x):
    """A number that the function has a result for."""
    return x / 30 if name in ("asin", "acos") else x


everywhere = st.floats(allow_nan=False, allow_infinity=False, width=32)


@pytest.mark.parametrize("name", REFERENCES)
@given(x=positive)
def test_functions_of_one_number_agree_with_math(name, x):
    """Each function has the value that its textbook formula has where that formula is accurate."""
    x = within(name, x)
    assert getattr(elementary, name)(x) == pytest.approx(REFERENCES[name](x), rel=1e-14)


@pytest.mark.parametrize("name", REFERENCES)
@given(xs=st.lists(positive, min_size=1))
def test_arrays_are_computed_element_by_element(name, xs):
    """A function of a NumPy array holds, for each element, the function of that element."""
    function, xs = getattr(elementary, name), [within(name, x) for x in xs]
    assert function(numpy.array(xs)) == pytest.approx([function(x) for x in xs], rel=1e-14)


@pytest.mark.parametrize("name", [*REFERENCES, "step"])
def test_a_number_with_a_method_of_that_name_is_asked(name):
    """A function of something that brings the method is what the method returns."""

    class Stranger:
        pass

    setattr(Stranger, name, lambda self: "asked")
    assert getattr(elementary, name)(Stranger()) == "asked"


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_either_number_may_bring_the_method(name):
    """maximum and minimum ask whichever of their two numbers knows how."""

    class Stranger:
        maximum = minimum = lambda self, other: ("asked with", other)

    function = getattr(elementary, name)
    assert function(Stranger(), 2.0) == function(2.0, Stranger()) == ("asked with", 2.0)


@pytest.mark.parametrize("number", [1, Fraction(1), numpy.float32(1), numpy.int64(1), True])
def test_other_plain_numbers_are_taken_as_floats(number):
    """An int, a Fraction or a NumPy scalar gives what the float of the same size gives."""
    for name in REFERENCES:
        assert getattr(elementary, name)(number) == getattr(elementary, name)(1.0)


@given(everywhere, everywhere)
def test_step_maximum_and_minimum_agree_with_python(x, y):
    """step, maximum and minimum choose what Python's comparisons choose, on floats and on arrays."""
    assert elementary.step(x) == (x > 0)
    assert elementary.maximum(x, y) == max(x, y)
    assert elementary.minimum(x, y) == min(x, y)
    assert elementary.step(numpy.array([x])) == [x > 0]
    assert elementary.maximum(numpy.array([x]), y) == elementary.maximum(y, numpy.array([x])) == [max(x, y)]
    assert elementary.minimum(numpy.array([x]), y) == [min(x, y)]


def test_fractions_stay_exact():
    """step, maximum, minimum and power of Fractions are exact, not floats."""
    third, half = Fraction(1, 3), Fraction(1, 2)
    results = (
        elementary.step(third),
        elementary.maximum(third, 0),
        elementary.minimum(third, half),
        elementary.power(third, 2),
    )
    assert results == (1, third, third, Fraction(1, 9))
    assert not any(isinstance(result, float) for result in results)


@given(st.lists(everywhere | st.just(math.nan), min_size=1))
def test_step_of_an_array_holds_floats(xs):
    """step of an array holds floats, 1 and 0, of the precision that the array had; of an array of Fractions, Fractions."""
    for kind in ("f4", "f8", "i8", "u1", "?"):
        with numpy.errstate(invalid="ignore"):
            array = numpy.array(xs).astype(kind)
        steps = elementary.step(array)
        assert steps.dtype == (kind if kind in ("f4", "f8") else float)
        assert list(steps) == [x > 0 for x in array]
    fractions = elementary.step(numpy.array([Fraction(1, 3), Fraction(-1, 3)]))
    assert list(fractions) == [1, 0] and set(map(type, fractions)) == {Fraction}


def test_nothing_overflows():
    """Functions that stay finite do so for any finite number, and the others become infinite, on floats and on arrays."""
    for kind in (float, lambda x: numpy.array([x])):
        assert elementary.sigmoid(kind(-1000.0)) == 0
        assert elementary.sigmoid(kind(1000.0)) == 1
        assert elementary.softplus(kind(-1000.0)) == 0
        assert elementary.softplus(kind(1000.0)) == 1000
        assert elementary.tanh(kind(-1000.0)) == -1
        assert elementary.exp(kind(1000.0)) == math.inf
        assert elementary.exp(kind(-1000.0)) == 0
        assert elementary.expm1(kind(1000.0)) == elementary.cosh(kind(1000.0)) == elementary.cosh(kind(-1000.0)) == math.inf
        assert elementary.expm1(kind(-1000.0)) == -1
        assert elementary.sinh(kind(1000.0)) == -elementary.sinh(kind(-1000.0)) == math.inf
    assert elementary.power(10.0, 400.0) == math.inf
    assert elementary.power(-10.0, 401) == -math.inf
    assert elementary.power(0.0, -0.5) == math.inf


def test_small_numbers_keep_their_digits():
    """sigmoid and softplus are accurate to the last digits far on the left, where they nearly vanish."""
    assert elementary.sigmoid(-40.0) == pytest.approx(math.exp(-40), rel=1e-15, abs=0)
    assert elementary.softplus(-40.0) == pytest.approx(math.exp(-40), rel=1e-15, abs=0)


def test_objects_in_arrays_are_asked_one_by_one():
    """An array of Fractions or of strangers holds what each function gives for each of them, whatever NumPy calls it."""

    class Stranger:
        asin = exp = lambda self: "asked"

    objects = numpy.array([Fraction(1, 2), Stranger()])
    for function in (elementary.asin, elementary.exp):
        assert list(function(objects)) == [function(0.5), "asked"]
    assert list(elementary.maximum(numpy.array([Fraction(1, 3)]), 0)) == [Fraction(1, 3)]


def test_a_function_that_numpy_does_not_have(monkeypatch):
    """A name that NumPy does not know is said in a sentence; a ufunc takes its place."""
    monkeypatch.setattr(elementary, "functions", dict(elementary.functions))
    for entry in ("no_such_function", numpy.arcsinh):
        asinh = elementary.function(entry)(math.asinh)
        assert asinh(0.5) == math.asinh(0.5)
        if entry is numpy.arcsinh:
            assert asinh(numpy.array([0.5])) == pytest.approx(math.asinh(0.5), rel=1e-15)
        else:
            with pytest.raises(TypeError, match="asinh: NumPy has no function 'no_such_function'; its entry needs the name"):
                asinh(numpy.array([0.5]))


def test_nan_is_passed_on():
    """A nan that goes in comes out, whichever place it has."""
    nan = math.nan
    results = [
        elementary.maximum(nan, 1.0),
        elementary.maximum(1.0, nan),
        elementary.minimum(nan, 1.0),
        elementary.minimum(1.0, nan),
    ]
    results += [getattr(elementary, name)(nan) for name in REFERENCES]
    assert all(map(math.isnan, results))
