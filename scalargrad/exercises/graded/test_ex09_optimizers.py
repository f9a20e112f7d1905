"""The graded tests of exercise 9: several steps, because most mistakes do not show in the first."""

import math

import pytest

from scalargrad.exercises.checking import expect

GRADIENTS = ([1.0, -4.0], [0.5, 0.0], [-2.0, 3.0], [0.25, 3.0])


def steps(optimizer):
    """The parameters after each step from (1, -2); fails if a step changes the lists it gets."""
    xs, found, given = [1.0, -2.0], [], []
    for gradients in GRADIENTS:
        lists = list(xs), list(gradients)
        given += zip(lists, map(list, lists))
        xs = optimizer.step(*lists)
        found.append(list(xs))
    for now, before in given:
        assert now == before, f"step changed a list it got, at once or in a later step: {before} became {now}"
    return found


@pytest.mark.task("SGD: one step")
@pytest.mark.points(1, hint="x - lr * g, for each parameter with its own gradient")
def test_sgd(student):
    """A step goes downhill, in proportion to the learning rate."""
    expect("SGD(lr=0.1).step([1, 2], [10, -10])", student.SGD(lr=0.1).step([1.0, 2.0], [10.0, -10.0]), [0.0, 3.0])
    expect("SGD(lr=0.5).step([1], [1])", student.SGD(lr=0.5).step([1.0], [1.0]), [0.5])


@pytest.mark.task("SGD: the given lists are not changed")
@pytest.mark.points(1, hint="return a new list, and do not change xs")
def test_sgd_leaves_its_arguments(student):
    """A step returns a new list of parameters and does not change the old one."""
    xs = [1.0, 2.0]
    expect("SGD(lr=0.1).step([1, 2], [10, -10])", student.SGD(lr=0.1).step(xs, [10.0, -10.0]), [0.0, 3.0])
    assert xs == [1.0, 2.0], f"step changed the list of parameters it got: [1.0, 2.0] became {xs}"


@pytest.mark.task("Momentum: the first step")
@pytest.mark.points(1, hint="v is 0 before the first step, so it is the step of SGD")
def test_momentum_first(student):
    """The first step is a step of gradient descent."""
    found = student.Momentum(lr=0.5, momentum=0.9).step([1.0, -2.0], [1.0, -4.0])
    expect("Momentum(lr=0.5).step([1, -2], [1, -4])", found, [0.5, 0.0])


@pytest.mark.task("Momentum: four steps")
@pytest.mark.points(2, hint="keep one v for each parameter: v becomes momentum * v + g, and x becomes x - lr * v")
def test_momentum(student):
    """Earlier gradients still count in later steps."""
    speeds, xs, expected = [0.0, 0.0], [1.0, -2.0], []
    for gradients in GRADIENTS:
        speeds = [0.8 * v + g for v, g in zip(speeds, gradients)]
        xs = [x - 0.1 * v for x, v in zip(xs, speeds)]
        expected.append(xs)
    found = steps(student.Momentum(lr=0.1, momentum=0.8))
    expect(f"Momentum(lr=0.1, momentum=0.8), steps with the gradients {GRADIENTS}", found, expected)


@pytest.mark.task("Momentum: two optimizers")
@pytest.mark.points(1, hint="store what you remember in self, not in the class or the module")
def test_two_optimizers(student):
    """One optimizer does not know what another has seen."""
    first, second = student.Momentum(lr=0.1), student.Momentum(lr=0.1)
    expected = steps(first)
    expect("a second Momentum(lr=0.1) after a first one has been used", steps(second), expected)


def adam(lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """The expected numbers, computed for each parameter separately."""
    columns = []
    for x, gradients in zip((1.0, -2.0), zip(*GRADIENTS)):
        m = s = 0.0
        column = []
        for t, g in enumerate(gradients, start=1):
            m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g * g
            x -= lr * (m / (1 - beta1**t)) / (math.sqrt(s / (1 - beta2**t)) + epsilon)
            column.append(x)
        columns.append(column)
    return list(map(list, zip(*columns)))


@pytest.mark.task("Adam: the first step")
@pytest.mark.points(1, hint="t begins at 1; the size of the first step is lr, whatever the gradient is")
def test_adam_first(student):
    """The size of the first step is the learning rate."""
    found = student.Adam(lr=0.1).step([1.0, 1.0], [50.0, -0.02])
    expect("Adam(lr=0.1).step([1, 1], [50, -0.02])", found, [0.9, 1.1], tolerance=1e-6)


@pytest.mark.task("Adam: four steps")
@pytest.mark.points(2, hint="remember m and s, not M and S; t grows by 1 with each step, not with each parameter")
def test_adam(student):
    """Four steps with small betas are right, where a wrong correction shows."""
    found = steps(student.Adam(lr=0.1, beta1=0.7, beta2=0.8))
    expect(f"Adam(lr=0.1, beta1=0.7, beta2=0.8), steps with the gradients {GRADIENTS}", found, adam(0.1, 0.7, 0.8))


@pytest.mark.task("Adam: gradients that are 0 or as small as epsilon")
@pytest.mark.points(1, hint="add epsilon after the square root, not inside it")
def test_adam_epsilon(student):
    """Epsilon prevents a division by 0, and counts if gradients are as small as epsilon."""
    expect("Adam(lr=0.1).step([1], [0])", student.Adam(lr=0.1).step([1.0], [0.0]), [1.0])
    found = student.Adam(lr=0.1, epsilon=0.5).step([1.0], [0.5])
    expect("Adam(lr=0.1, epsilon=0.5).step([1], [0.5])", found, [0.95])
