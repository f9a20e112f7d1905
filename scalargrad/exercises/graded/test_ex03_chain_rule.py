"""The graded tests of exercise 3: products along paths, sums over paths, and both together."""

import math

import pytest

from scalargrad.exercises.checking import expect


@pytest.mark.task("the derivative along a path")
@pytest.mark.points(1, hint="local derivatives along a path multiply")
def test_along_path(student):
    """A path of three steps, one of a single step, and one on which nothing comes through."""
    expect("along_path([2.0, -1.0, 3.0])", student.along_path([2.0, -1.0, 3.0]), -6.0)
    expect("along_path([-0.5])", student.along_path([-0.5]), -0.5)
    expect("along_path([2.0, 0.0, 3.0])", student.along_path([2.0, 0.0, 3.0]), 0.0)


@pytest.mark.task("the path without steps")
@pytest.mark.points(1, hint="a number changes exactly as much as itself: the empty product is 1")
def test_along_an_empty_path(student):
    """The derivative of a number toward itself is 1."""
    expect("along_path([])", student.along_path([]), 1.0)


@pytest.mark.task("the derivative over several paths")
@pytest.mark.points(1, hint="the products of the paths add up: none overwrites another")
def test_over_paths(student):
    """Two paths add up, three too, also with different lengths and signs, and the two of x + x, which are the same."""
    threefold = [[3.0], [2.0, -4.0], [0.5, 2.0, 1.0]]
    for paths, expected in (([[2.0, 1.0], [5.0, 1.0]], 7.0), (threefold, -4.0), ([[1.0], [1.0]], 2.0)):
        expect(f"over_paths({paths})", student.over_paths(paths), expected)


@pytest.mark.task("a result that does not depend on the number")
@pytest.mark.points(1, hint="where no path leads, nothing changes: the empty sum is 0")
def test_over_no_paths(student):
    """Without a path the derivative is 0."""
    expect("over_paths([])", student.over_paths([]), 0.0)


@pytest.mark.task("dY/da and dY/dc of (a + b) * (b - c)")
@pytest.mark.points(1, hint="from a one path leads to Y, through d; from c one, through e, with a minus on it")
def test_gradients_along_one_path(student):
    """The derivatives toward the numbers that are used once."""
    for a, b, c in ((2.0, 3.0, 1.0), (-1.0, 0.5, 4.0), (0.3, -2.0, -2.5)):
        da, _, dc = student.gradients(a, b, c)
        expect(f"dY/da and dY/dc by gradients({a}, {b}, {c})", (da, dc), (b - c, -(a + b)))


@pytest.mark.task("dY/db of (a + b) * (b - c)")
@pytest.mark.points(2, hint="b is used twice, so two paths lead from b to Y: add them up")
def test_gradients_over_two_paths(student):
    """The derivative toward the number that is used twice."""
    for a, b, c in ((2.0, 3.0, 1.0), (-1.0, 0.5, 4.0), (0.3, -2.0, -2.5)):
        expect(f"dY/db by gradients({a}, {b}, {c})", student.gradients(a, b, c)[1], (b - c) + (a + b))


NEURONS = ((2.0, 0.0, -3.0, 1.0, 6.5), (0.5, -1.5, 0.7, 0.2, 0.1), (1.0, 2.0, 0.3, 0.4, -1.0))


@pytest.mark.task("a neuron: the derivatives toward the weights and the bias")
@pytest.mark.points(2, hint="of w1 * x1 the derivative toward w1 is x1; toward the bias it is 1; each times dy/ds")
def test_neuron_weights(student):
    """What training needs."""
    for x1, x2, w1, w2, b in NEURONS:
        slope = 1 / math.cosh(w1 * x1 + w2 * x2 + b) ** 2
        found = tuple(student.neuron_gradients(x1, x2, w1, w2, b))[2:]
        call = f"dy/dw1, dy/dw2 and dy/db by neuron_gradients({x1}, {x2}, {w1}, {w2}, {b})"
        expect(call, found, (slope * x1, slope * x2, slope))


@pytest.mark.task("a neuron: the derivatives toward the inputs")
@pytest.mark.points(1, hint="of w1 * x1 the derivative toward x1 is w1; times dy/ds")
def test_neuron_inputs(student):
    """What a layer below needs."""
    for x1, x2, w1, w2, b in NEURONS:
        slope = 1 / math.cosh(w1 * x1 + w2 * x2 + b) ** 2
        found = tuple(student.neuron_gradients(x1, x2, w1, w2, b))[:2]
        expect(f"dy/dx1 and dy/dx2 by neuron_gradients({x1}, {x2}, {w1}, {w2}, {b})", found, (slope * w1, slope * w2))
