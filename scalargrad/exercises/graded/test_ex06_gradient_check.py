"""The graded tests of exercise 6: a check must accept what is right and refuse what is wrong."""

import math

import pytest

from scalargrad.exercises.checking import expect, expect_calls, expect_error


class Code:
    """A function that is printed as its code."""

    def __init__(self, text):
        self.text, self.function = text, eval(text, vars(math).copy())

    def __call__(self, *arguments):
        return self.function(*arguments)

    def __repr__(self):
        return self.text


@pytest.mark.task("the slope by a central difference")
@pytest.mark.points(1, hint="move x by h to both sides, and divide by the distance of the two points, 2 h")
def test_slope(student):
    """With a large h the error is that of a central difference, for several functions, steps and places."""
    cube, square, little = Code("lambda x: x**3"), Code("lambda x: -x * x"), Code("lambda x: 1e-8 * x")
    examples = [
        ((cube, 1.0, 0.1), 3.01),
        ((cube, -2.0, 0.5), 12.25),
        ((cube, 0.0, 0.25), 0.0625),
        ((square, 1.0, 0.1), -2.0),
        ((cube, 1.3, 0.1), 5.08),
        ((little, 1.0, 0.5), 1e-8),
    ]
    expect_calls(student, "slope", examples)


@pytest.mark.task("the slope with the default h")
@pytest.mark.points(1, hint="keep h=1e-5: rounding spoils a smaller h, curvature a larger one")
def test_slope_is_accurate(student):
    """With the default h seven digits of the slope are right."""
    examples = [((Code("sin"), x), math.cos(x)) for x in (-1.0, 0.3, 2.0)]
    expect_calls(student, "slope", [*examples, ((Code("exp"), 2.0), math.exp(2.0))], tolerance=1e-8)


F = Code("lambda v: v[0] * v[1] + exp(v[2])")


@pytest.mark.task("the gradient by finite differences")
@pytest.mark.points(1, hint="move one number at a time, and keep the others")
def test_numerical_gradient(student):
    """The derivatives are right for any length of the list, for numbers that are equal, 0 or large, and h is used."""
    cubes = Code("lambda v: sum((i + 1) * x**3 for i, x in enumerate(v))")
    for f, xs, expected in (
        (F, [2.0, -3.0, 0.5], [-3.0, 2.0, math.exp(0.5)]),
        (Code("lambda v: v[0] * v[1] * v[2]"), [2.0, -3.0, 0.5], [-1.5, 1.0, -6.0]),
    ):
        expect(f"numerical_gradient({f}, {xs})", student.numerical_gradient(f, list(xs)), expected, tolerance=1e-8)
    for xs in ([1.0, 1.0], [2.0], [], [0.0, 2.0, 2.0, -1.5, 0.0]):
        expected = [(i + 1) * (3 * x * x + 0.01) for i, x in enumerate(xs)]
        expect(f"numerical_gradient({cubes}, {xs}, 0.1)", student.numerical_gradient(cubes, list(xs), 0.1), expected)
    found = student.numerical_gradient(cubes, [2.0], h=0.5)
    expect(f"numerical_gradient({cubes}, [2.0], h=0.5)", found, [12.25])


@pytest.mark.task("the list of numbers is not changed")
@pytest.mark.points(1, hint="work on a copy of the list")
def test_numerical_gradient_leaves_its_argument(student):
    """The caller's list has the same numbers after the call, and each call returns a list of its own."""
    examples = [((F, [0.1, 0.7, -0.3]), [0.7, 0.1, math.exp(-0.3)]), ((F, [3.0, 0.2, 0.0]), [0.2, 3.0, 1.0])]
    expect_calls(student, "numerical_gradient", examples, tolerance=1e-8)


@pytest.mark.task("close: numbers equal up to rounding")
@pytest.mark.points(1, hint="compare relative to the larger of the two; near 0 the absolute difference counts")
def test_close(student):
    """Large numbers are compared by their ratio, small ones by their difference, with the tolerances given."""
    pairs = [(1.0, 1.0), (1e6, 1e6 + 0.1), (1e6 + 0.1, 1e6), (-2e8, -2e8 - 1.0), (0.0, 1e-12), (0.0, -1e-12)]
    pairs += [(1.0, 1.0 + 9e-7), (math.inf, math.inf)]
    given = [(1.0, 2.0, 0.5, 0.0), (2.0, 1.0, 0.5, 0.0), (0.0, 0.25, 0.0, 0.25), (3.0, 3.0, 0.0, 0.0), (100.0, 101.0, 0.02)]
    expect_calls(student, "close", [(numbers, True) for numbers in (*pairs, *given, *pairs)])
    expect("close(1.0, 1.2, absolute=0.5)", student.close(1.0, 1.2, absolute=0.5), True)
    expect("close(1.0, 1.2, relative=0.5)", student.close(1.0, 1.2, relative=0.5), True)


@pytest.mark.task("close: different numbers")
@pytest.mark.points(2, hint="take the absolute value of the difference, and make sure that nan and infinity are not close")
def test_not_close(student):
    """Differences of either sign, small ones, other signs, nan and infinite numbers are not close."""
    pairs = [(0.1, 0.2), (0.2, 0.1), (1.0, 1.00001), (-1.0, 1.0), (1e-6, 3e-6), (0.0, 1e-6)]
    pairs += [(math.nan, 1.0), (1.0, math.nan), (math.nan, math.nan)]
    pairs += [(1.0, 1.000003), (1.000003, 1.0), (0.0, 5e-9), (1e3, 1e3 + 2e-3)]
    pairs += [(math.inf, 1.0), (1.0, -math.inf), (math.inf, -math.inf)]
    given = [(1.0, 1.15, 0.1, 0.1), (1.0, 1.5, 0.25, 0.0), (1.0, 1.0 + 1e-7, 1e-8, 1e-9), (0.0, 0.3, 0.2, 0.2)]
    given += [(1.5, 1.0, 0.25, 0.0), (1.0, 1.1, 0.0, 0.01)]
    expect_calls(student, "close", [(numbers, False) for numbers in (*pairs, *given)])


@pytest.mark.task("the check of a right gradient")
@pytest.mark.points(1, hint="if all derivatives are close, the list is empty")
def test_right_gradient(student):
    """A right gradient has no wrong derivatives, for any length, and for large derivatives and those of 0."""
    examples = [
        ((F, Code("lambda v: [v[1], v[0], exp(v[2])]"), [2.0, -3.0, 0.5]), []),
        ((Code("lambda v: 1e6 * v[0]"), Code("lambda v: [1e6 + 0.2]"), [1.0]), []),
        ((Code("lambda v: v[0] + 1 / v[0]"), Code("lambda v: [0.0]"), [1.0]), []),
        ((Code("lambda v: exp(50 * v[0])"), Code("lambda v: [50 * exp(50 * v[0])]"), [0.1]), []),
        ((Code("lambda v: 1.0"), Code("lambda v: []"), []), []),
    ]
    expect_calls(student, "wrong_derivatives", examples)


@pytest.mark.task("the check of a wrong gradient")
@pytest.mark.points(1, hint="return the indices of exactly the derivatives that are not close")
def test_wrong_gradient(student):
    """The indices of mistakes are found: a 0, swapped factors, a flipped sign, a small error, nan, and infinity."""
    wrong = [
        ("lambda v: [v[1], v[0], 0.0]", [2]),
        ("lambda v: [v[0], v[1], exp(v[2])]", [0, 1]),
        ("lambda v: [-v[1], v[0], exp(v[2])]", [0]),
        ("lambda v: [v[1], v[0] * 1.001, exp(v[2])]", [1]),
        ("lambda v: [v[1], v[0], exp(v[2]) * 1.00001]", [2]),
        ("lambda v: [nan, v[0], exp(v[2])]", [0]),
        ("lambda v: [v[1], inf, -inf]", [1, 2]),
        ("lambda v: [v[1] + 0.5, v[0] - 0.5, exp(v[2])]", [0, 1]),
        ("lambda v: [v[1] + 0.5, v[0] + 0.5, exp(v[2]) + 2.0]", [0, 1, 2]),
    ]
    examples = [((F, Code(text), [2.0, -3.0, 0.5]), expected) for text, expected in wrong]
    large, line = Code("lambda v: 1e3 * v[0] + v[1]"), Code("lambda v: v[0] - 2 * v[1] + 0 * v[2] + 3 * v[3] - v[4]")
    examples += [
        ((large, Code("lambda v: [1e3, 1.0005]"), [1.0, 2.0]), [1]),
        ((line, Code("lambda v: [1.0, -2.0, 0.5, 3.0, 1.0]"), [0.2, 0.1, 0.0, 0.0, 0.1]), [2, 4]),
        ((line, Code("lambda v: [1.0, -2.0, 0.0, -3.0, -1.0]"), [0.2, 0.1, 0.0, 0.3, 0.1]), [3]),
        ((Code("lambda v: 1e-5 * v[0]"), Code("lambda v: [1.05e-5]"), [1.0]), [0]),
    ]
    expect_calls(student, "wrong_derivatives", examples)


@pytest.mark.task("errors of the functions that are checked")
@pytest.mark.points(1, hint="do not write try: a gradient that cannot be computed has not been checked")
def test_errors(student):
    """An error of the function or of its gradient reaches the caller."""
    f, g = Code("lambda v: sqrt(v[0])"), Code("lambda v: [0.5 / sqrt(v[0])]")
    expect_error("slope(sqrt, -1.0)", ValueError, student.slope, math.sqrt, -1.0)
    expect_error(f"numerical_gradient({f}, [-1.0])", ValueError, student.numerical_gradient, f, [-1.0])
    expect_error(f"wrong_derivatives({f}, {g}, [-1.0])", ValueError, student.wrong_derivatives, f, g, [-1.0])
    g = Code("lambda v: [1 / 0]")
    expect_error(f"wrong_derivatives({f}, {g}, [1.0])", ZeroDivisionError, student.wrong_derivatives, f, g, [1.0])
