"""The graded tests of exercise 3: products along paths, sums over paths, and both together."""

import math

import pytest

from scalargrad.exercises.checking import expect_calls

PATHS = ([2.0, -1.0, 3.0], [-0.5], [2.0, 0.0, 3.0], [0.5, 1.0, 4.0, -3.0, 0.7], [3.0, 3.0], [1.0, 2.0, 1.0], [1e-5, -2e-4])


@pytest.mark.task("the derivative along a path")
@pytest.mark.points(1, hint="local derivatives along a path multiply, and the list stays as it is")
def test_along_path(student):
    """All local derivatives are multiplied, however many there are, large, small, equal or 0."""
    expect_calls(student, "along_path", [((list(path),), math.prod(path)) for path in PATHS])


@pytest.mark.task("the path without steps")
@pytest.mark.points(1, hint="the derivative of a number toward itself is 1, the empty product")
def test_along_an_empty_path(student):
    """The derivative of a number toward itself is 1."""
    expect_calls(student, "along_path", [(([],), 1.0)])


@pytest.mark.task("the derivative over several paths")
@pytest.mark.points(1, hint="add the products of all paths, and leave the lists as they are")
def test_over_paths(student):
    """Paths of any number and length add up, with any signs, and so do equal ones and those without steps."""
    examples = [
        ([[2.0, 1.0], [5.0, 1.0]], 7.0),
        ([[3.0], [2.0, -4.0], [0.5, 2.0, 1.0]], -4.0),
        ([[1.0], [1.0]], 2.0),
        ([[2.0, 3.0, -0.5], [2.0, 3.0, -0.5]], -6.0),
        ([[], [2.0]], 3.0),
        ([[3.0, 2.0]], 6.0),
        ([[1.5], [-2.5], [0.25, 2.0], [4.0]], 3.5),
    ]
    expect_calls(student, "over_paths", [((paths,), expected) for paths, expected in examples])


@pytest.mark.task("a result that does not depend on the number")
@pytest.mark.points(1, hint="without a path nothing changes: the empty sum is 0")
def test_over_no_paths(student):
    """Without a path the derivative is 0."""
    expect_calls(student, "over_paths", [(([],), 0.0)])


NUMBERS = (
    (2.0, 3.0, 1.0),
    (-1.0, 0.5, 4.0),
    (0.3, -2.0, -2.5),
    (2.0, 0.1234567, 0.7654321),
    (1.5, -1.5, 0.5),
    (0.5, 2.0, 2.0),
)


@pytest.mark.task("dY/da and dY/dc of (a + b) * (b - c)")
@pytest.mark.points(1, hint="one path leads from a to Y, through d; one leads from c to Y, through e, with a factor -1")
def test_gradients_along_one_path(student):
    """The derivatives toward numbers that are used once are right."""
    expect_calls(student, "gradients", [((a, b, c), (b - c, ..., -(a + b))) for a, b, c in NUMBERS])


@pytest.mark.task("dY/db of (a + b) * (b - c)")
@pytest.mark.points(2, hint="b is used twice, so two paths lead from b to Y: add their products")
def test_gradients_over_two_paths(student):
    """The derivative toward a number that is used twice is right."""
    expect_calls(student, "gradients", [((a, b, c), (..., (b - c) + (a + b), ...)) for a, b, c in NUMBERS])


NEURONS = (
    (2.0, 0.0, -3.0, 1.0, 6.5),
    (0.5, -1.5, 0.7, 0.2, 0.1),
    (1.0, 2.0, 0.3, 0.4, -1.0),
    (1.0, 2.0, -0.6, 2.5, 0.1),
    (0.0, -1.0, 0.5, 0.0, 0.25),
)


@pytest.mark.task("a neuron: the derivatives toward the weights and the bias")
@pytest.mark.points(2, hint="multiply dy/ds by ds/dw1 = x1, by ds/dw2 = x2 and by ds/db = 1")
def test_neuron_weights(student):
    """The derivatives that training needs are right, for several weights and the same inputs, and for a large sum."""
    examples = []
    for x1, x2, w1, w2, b in NEURONS:
        slope = 1 / math.cosh(w1 * x1 + w2 * x2 + b) ** 2
        examples.append(((x1, x2, w1, w2, b), (..., ..., slope * x1, slope * x2, slope)))
    expect_calls(student, "neuron_gradients", examples)


@pytest.mark.task("a neuron: the derivatives toward the inputs")
@pytest.mark.points(1, hint="multiply dy/ds by ds/dx1 = w1 and by ds/dx2 = w2")
def test_neuron_inputs(student):
    """The derivatives that the layer before needs are right."""
    examples = []
    for x1, x2, w1, w2, b in NEURONS:
        slope = 1 / math.cosh(w1 * x1 + w2 * x2 + b) ** 2
        examples.append(((x1, x2, w1, w2, b), (slope * w1, slope * w2, ..., ..., ...)))
    expect_calls(student, "neuron_gradients", examples)
