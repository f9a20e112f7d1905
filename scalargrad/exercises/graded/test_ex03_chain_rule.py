"""The graded tests of exercise 3: products along paths, sums over paths, and both together."""

import math

import pytest

from scalargrad.exercises.checking import expect


@pytest.mark.task("the derivative along a path")
@pytest.mark.points(1, hint="local derivatives along a path multiply")
def test_along_path(student):
    """The local derivatives of three steps, of one step, and with a 0 among them, are multiplied."""
    expect("along_path([2.0, -1.0, 3.0])", student.along_path([2.0, -1.0, 3.0]), -6.0)
    expect("along_path([-0.5])", student.along_path([-0.5]), -0.5)
    expect("along_path([2.0, 0.0, 3.0])", student.along_path([2.0, 0.0, 3.0]), 0.0)


@pytest.mark.task("the path without steps")
@pytest.mark.points(1, hint="the derivative of a number toward itself is 1, the empty product")
def test_along_an_empty_path(student):
    """The derivative of a number toward itself is 1."""
    expect("along_path([])", student.along_path([]), 1.0)


@pytest.mark.task("the derivative over several paths")
@pytest.mark.points(1, hint="add the products of all paths")
def test_over_paths(student):
    """Two or three paths add up, with different lengths and signs, and so do the equal paths of x + x."""
    threefold = [[3.0], [2.0, -4.0], [0.5, 2.0, 1.0]]
    for paths, expected in (([[2.0, 1.0], [5.0, 1.0]], 7.0), (threefold, -4.0), ([[1.0], [1.0]], 2.0)):
        expect(f"over_paths({paths})", student.over_paths(paths), expected)


@pytest.mark.task("a result that does not depend on the number")
@pytest.mark.points(1, hint="without a path nothing changes: the empty sum is 0")
def test_over_no_paths(student):
    """Without a path the derivative is 0."""
    expect("over_paths([])", student.over_paths([]), 0.0)


@pytest.mark.task("dY/da and dY/dc of (a + b) * (b - c)")
@pytest.mark.points(1, hint="one path leads from a to Y, through d; one leads from c to Y, through e, with a factor -1")
def test_gradients_along_one_path(student):
    """The derivatives toward numbers that are used once are right."""
    for a, b, c in ((2.0, 3.0, 1.0), (-1.0, 0.5, 4.0), (0.3, -2.0, -2.5)):
        da, _, dc = student.gradients(a, b, c)
        expect(f"dY/da and dY/dc by gradients({a}, {b}, {c})", (da, dc), (b - c, -(a + b)))


@pytest.mark.task("dY/db of (a + b) * (b - c)")
@pytest.mark.points(2, hint="b is used twice, so two paths lead from b to Y: add their products")
def test_gradients_over_two_paths(student):
    """The derivative toward a number that is used twice is right."""
    for a, b, c in ((2.0, 3.0, 1.0), (-1.0, 0.5, 4.0), (0.3, -2.0, -2.5)):
        expect(f"dY/db by gradients({a}, {b}, {c})", student.gradients(a, b, c)[1], (b - c) + (a + b))


NEURONS = ((2.0, 0.0, -3.0, 1.0, 6.5), (0.5, -1.5, 0.7, 0.2, 0.1), (1.0, 2.0, 0.3, 0.4, -1.0))


@pytest.mark.task("a neuron: the derivatives toward the weights and the bias")
@pytest.mark.points(2, hint="multiply dy/ds by ds/dw1 = x1, by ds/dw2 = x2 and by ds/db = 1")
def test_neuron_weights(student):
    """The derivatives that training needs are right."""
    for x1, x2, w1, w2, b in NEURONS:
        slope = 1 / math.cosh(w1 * x1 + w2 * x2 + b) ** 2
        found = tuple(student.neuron_gradients(x1, x2, w1, w2, b))[2:]
        call = f"dy/dw1, dy/dw2 and dy/db by neuron_gradients({x1}, {x2}, {w1}, {w2}, {b})"
        expect(call, found, (slope * x1, slope * x2, slope))


@pytest.mark.task("a neuron: the derivatives toward the inputs")
@pytest.mark.points(1, hint="multiply dy/ds by ds/dx1 = w1 and by ds/dx2 = w2")
def test_neuron_inputs(student):
    """The derivatives that the layer before needs are right."""
    for x1, x2, w1, w2, b in NEURONS:
        slope = 1 / math.cosh(w1 * x1 + w2 * x2 + b) ** 2
        found = tuple(student.neuron_gradients(x1, x2, w1, w2, b))[:2]
        expect(f"dy/dx1 and dy/dx2 by neuron_gradients({x1}, {x2}, {w1}, {w2}, {b})", found, (slope * w1, slope * w2))
