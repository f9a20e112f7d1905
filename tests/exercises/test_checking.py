"""Tests of the comparison that graded tests make."""

import itertools
import math

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value
from scalargrad.exercises.checking import agree, expect, shown

numbers = st.floats(-1e9, 1e9)


class Anything:
    """An object that is equal to everything."""

    def __eq__(self, other):
        return True


@given(st.recursive(numbers | st.booleans() | st.none() | st.text(max_size=5), st.lists, max_leaves=8))
def test_a_result_agrees_with_itself(x):
    """A right result is accepted, as a list and as a tuple."""
    assert agree(x, x)
    assert agree([x], (x,)) and agree((x,), [x])


@given(st.lists(numbers, min_size=1))
def test_numbers_of_numpy_agree(xs):
    """Arrays count as sequences, and their elements as numbers."""
    assert agree(numpy.array(xs), xs) and agree(list(numpy.array(xs)), tuple(xs)) and agree(numpy.float64(xs[0]), xs[0])
    assert agree(numpy.array(xs) > 0, [x > 0 for x in xs])


@given(numbers, st.floats(1e-5, 1e3))
def test_other_numbers_do_not(x, by):
    """A number that differs by more than rounding is refused, alone and in a sequence."""
    wrong = x + by * max(abs(x), 1)
    assert not agree(wrong, x) and not agree([x, wrong], [x, x]) and not agree({"a": wrong}, {"a": x})


@pytest.mark.parametrize(
    "found",
    [None, False, "1.0", [1.0], math.nan, math.inf, Anything(), numpy.array([1.0, 1.0]), -1, 1j, Value(1.0), 10**999],
)
def test_other_objects_are_not_that_number(found):
    """Where 1.0 is expected nothing else is accepted, whatever its == says, and the message shows what it was."""
    with pytest.raises(AssertionError, match=r"^f\(\): you returned .*, expected 1.0$"):
        expect("f()", found, 1.0)


@pytest.mark.parametrize("found", [1, 0.0, None, "True", Anything(), numpy.array([True, True])])
def test_other_objects_are_not_a_bool(found):
    """Where a bool is expected a number is refused, but a bool is accepted for the numbers 1 and 0."""
    assert not agree(found, True) and not agree(found, False)
    assert agree((True, False), (1.0, 0.0))


@pytest.mark.parametrize(
    "found", [(1.0,), (1.0, 2.0, 3.0), 1.0, {1.0, 2.0}, {1.0: 2.0}, "12", (2.0, 1.0), itertools.count(1)]
)
def test_other_objects_are_not_that_sequence(found):
    """Sequences that are too short, too long, endless, or in another order, and sets, are refused."""
    assert not agree(found, (1.0, 2.0))


def test_what_a_student_reads():
    """Numbers have four decimals, and more only if the difference shows later."""
    assert shown((0.29829, [1, 2e-9], None, True, "x")) == "(0.2983, [1, 2e-09], None, True, 'x')"
    assert shown(numpy.array([0.5, 1e7])) == "[0.5, 10000000.0]"
    assert len(shown(list(range(10**6)))) < 100 and len(shown("x" * 10**6)) < 300
    with pytest.raises(AssertionError, match="f: you returned 0.0, expected -0.2983"):
        expect("f", 0.0, -0.298291)
    with pytest.raises(AssertionError, match=r"f: you returned 0.12345 \(float\), expected 0.12346"):
        expect("f", 0.12345, 0.12346)
