"""The graded tests of exercise 6: a check must accept what is right and refuse what is wrong."""

import math

import pytest

from scalargrad.exercises.checking import expect


@pytest.mark.task("the slope by a central difference")
@pytest.mark.points(2, hint="move x by h to both sides, and divide by the distance of the two points, 2 h")
def test_slope(student):
    """With a large h the error is that of a central difference."""
    expect("slope(lambda x: x**3, 1.0, h=0.1)", student.slope(lambda x: x**3, 1.0, h=0.1), 3.01)
    expect("slope(lambda x: x**3, -2.0, h=0.5)", student.slope(lambda x: x**3, -2.0, h=0.5), 12.25)


@pytest.mark.task("the slope with the default h")
@pytest.mark.points(1, hint="keep h=1e-5: rounding spoils a smaller h, curvature a larger one")
def test_slope_is_accurate(student):
    """With the default h seven digits of the slope are right."""
    for x in (-1.0, 0.3, 2.0):
        expect(f"slope(math.sin, {x})", student.slope(math.sin, x), math.cos(x), tolerance=1e-7)


def f(v):
    return v[0] * v[1] + math.exp(v[2])


@pytest.mark.task("the gradient by finite differences")
@pytest.mark.points(1, hint="move one number at a time, and keep the others")
def test_numerical_gradient(student):
    """The derivatives toward factors and an exponent are right, and h is used."""
    found = student.numerical_gradient(f, [2.0, -3.0, 0.5])
    expect("numerical_gradient of v[0] * v[1] + exp(v[2]) at [2, -3, 0.5]", found, [-3.0, 2.0, math.exp(0.5)])
    found = student.numerical_gradient(lambda v: v[0] ** 3 + v[1], [1.0, 1.0], h=0.1)
    expect("numerical_gradient of v[0]**3 + v[1] at [1, 1] with h=0.1", found, [3.01, 1.0])


@pytest.mark.task("the list of numbers is not changed")
@pytest.mark.points(1, hint="work on a copy of the list")
def test_numerical_gradient_leaves_its_argument(student):
    """The caller's list has the same numbers after the call."""
    xs = [0.1, 0.7, -0.3]
    found = student.numerical_gradient(f, xs)
    assert xs == [0.1, 0.7, -0.3], f"numerical_gradient changed the list it got: [0.1, 0.7, -0.3] became {xs}"
    expect("numerical_gradient of v[0] * v[1] + exp(v[2]) at [0.1, 0.7, -0.3]", found, [0.7, 0.1, math.exp(-0.3)])


@pytest.mark.task("close: numbers equal up to rounding")
@pytest.mark.points(1, hint="compare relative to the larger of the two; near 0 the absolute difference counts")
def test_close(student):
    """Large numbers are compared by their ratio, small ones by their difference."""
    for x, y in ((1.0, 1.0), (1e6, 1e6 + 0.1), (1e6 + 0.1, 1e6), (-2e8, -2e8 - 1.0), (0.0, 1e-12), (0.0, -1e-12)):
        expect(f"close({x!r}, {y!r})", student.close(x, y), True)


@pytest.mark.task("close: different numbers")
@pytest.mark.points(2, hint="take the absolute value of the difference, and make sure that nan is not close")
def test_not_close(student):
    """Differences of either sign, small ones, other signs, and nan are not close."""
    pairs = [(0.1, 0.2), (0.2, 0.1), (1.0, 1.00001), (-1.0, 1.0), (1e-6, 3e-6), (0.0, 1e-6)]
    for x, y in (*pairs, (math.nan, 1.0), (1.0, math.nan)):
        expect(f"close({x!r}, {y!r})", student.close(x, y), False)


@pytest.mark.task("the check of a right gradient")
@pytest.mark.points(1, hint="if all derivatives are close, the list is empty")
def test_right_gradient(student):
    """A right gradient has no wrong derivatives."""
    found = student.wrong_derivatives(f, lambda v: [v[1], v[0], math.exp(v[2])], [2.0, -3.0, 0.5])
    expect("wrong_derivatives of a right gradient", found, [])


@pytest.mark.task("the check of a wrong gradient")
@pytest.mark.points(1, hint="return the indices of exactly the derivatives that are not close")
def test_wrong_gradient(student):
    """The indices of mistakes are found: a 0, swapped factors, a flipped sign, a small error."""
    point = [2.0, -3.0, 0.5]
    for gradient, wrong in (
        (lambda v: [v[1], v[0], 0.0], [2]),
        (lambda v: [v[0], v[1], math.exp(v[2])], [0, 1]),
        (lambda v: [-v[1], v[0], math.exp(v[2])], [0]),
        (lambda v: [v[1], v[0] * 1.001, math.exp(v[2])], [1]),
    ):
        expect(f"wrong_derivatives of the gradient {gradient(point)}", student.wrong_derivatives(f, gradient, point), wrong)
