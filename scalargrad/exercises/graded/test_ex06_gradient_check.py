"""The graded tests of exercise 6: a check must say yes to what is right and no to what is wrong."""

import math

import pytest

from scalargrad.exercises.checking import expect


@pytest.mark.task("the slope by a central difference")
@pytest.mark.points(2, hint="move x by h to both sides, and divide by the distance between the two, 2 h")
def test_slope(student):
    """With a large h the formula is recognized by its error."""
    expect("slope(lambda x: x**3, 1.0, h=0.1)", student.slope(lambda x: x**3, 1.0, h=0.1), 3.01)
    expect("slope(lambda x: x**3, -2.0, h=0.5)", student.slope(lambda x: x**3, -2.0, h=0.5), 12.25)


@pytest.mark.task("the slope with the usual h")
@pytest.mark.points(1, hint="h=1e-5 as given: smaller ones suffer from rounding, larger ones from curvature")
def test_slope_is_accurate(student):
    """With the default h the slope is right to seven digits."""
    for x in (-1.0, 0.3, 2.0):
        expect(f"slope(math.sin, {x})", student.slope(math.sin, x), math.cos(x), tolerance=1e-7)


def f(v):
    return v[0] * v[1] + math.exp(v[2])


@pytest.mark.task("the gradient by finite differences")
@pytest.mark.points(1, hint="move one number at a time, and leave the others where they are")
def test_numerical_gradient(student):
    """Three derivatives, each of another kind, and the h that is asked for."""
    found = student.numerical_gradient(f, [2.0, -3.0, 0.5])
    expect("numerical_gradient of v[0] * v[1] + exp(v[2]) at [2, -3, 0.5]", found, [-3.0, 2.0, math.exp(0.5)])
    found = student.numerical_gradient(lambda v: v[0] ** 3 + v[1], [1.0, 1.0], h=0.1)
    expect("numerical_gradient of v[0]**3 + v[1] at [1, 1] with h=0.1", found, [3.01, 1.0])


@pytest.mark.task("the list of numbers stays as it is")
@pytest.mark.points(1, hint="work on a copy, or put back exactly what was there")
def test_numerical_gradient_leaves_its_argument(student):
    """The caller's list has the same numbers after the call."""
    xs = [0.1, 0.7, -0.3]
    found = student.numerical_gradient(f, xs)
    assert xs == [0.1, 0.7, -0.3], f"numerical_gradient changed the list it was given: [0.1, 0.7, -0.3] became {xs}"
    expect("numerical_gradient of v[0] * v[1] + exp(v[2]) at [0.1, 0.7, -0.3]", found, [0.7, 0.1, math.exp(-0.3)])


@pytest.mark.task("close: what is the same but for rounding")
@pytest.mark.points(1, hint="relative to the larger of the two; near 0 the absolute difference counts")
def test_close(student):
    """Large numbers by their ratio, small ones by their difference."""
    for x, y in ((1.0, 1.0), (1e6, 1e6 + 0.1), (1e6 + 0.1, 1e6), (-2e8, -2e8 - 1.0), (0.0, 1e-12), (0.0, -1e-12)):
        expect(f"close({x!r}, {y!r})", student.close(x, y), True)


@pytest.mark.task("close: what is not the same")
@pytest.mark.points(2, hint="take the absolute value of the difference; a comparison that always says yes checks nothing")
def test_not_close(student):
    """Differences of either sign, a small one, a sign, and what is no number."""
    pairs = [(0.1, 0.2), (0.2, 0.1), (1.0, 1.00001), (-1.0, 1.0), (1e-6, 3e-6), (0.0, 1e-6)]
    for x, y in (*pairs, (math.nan, 1.0), (1.0, math.nan)):
        expect(f"close({x!r}, {y!r})", student.close(x, y), False)


@pytest.mark.task("the check of a right gradient")
@pytest.mark.points(1, hint="where all are close, the list is empty")
def test_right_gradient(student):
    """Nothing is wrong with a gradient that is right."""
    found = student.wrong_derivatives(f, lambda v: [v[1], v[0], math.exp(v[2])], [2.0, -3.0, 0.5])
    expect("wrong_derivatives of a right gradient", found, [])


@pytest.mark.task("the check of a wrong gradient")
@pytest.mark.points(1, hint="return the places, counted from 0, of exactly those that are not close")
def test_wrong_gradient(student):
    """The places of the mistakes: an exp with the derivative 0, a swapped factor, a flipped sign."""
    point = [2.0, -3.0, 0.5]
    for gradient, wrong in (
        (lambda v: [v[1], v[0], 0.0], [2]),
        (lambda v: [v[0], v[1], math.exp(v[2])], [0, 1]),
        (lambda v: [-v[1], v[0], math.exp(v[2])], [0]),
        (lambda v: [v[1], v[0] * 1.001, math.exp(v[2])], [1]),
    ):
        expect(f"wrong_derivatives of the gradient {gradient(point)}", student.wrong_derivatives(f, gradient, point), wrong)
