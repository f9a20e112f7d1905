"""The graded tests of exercise 9: several steps, because most mistakes do not show in the first."""

import math

import pytest

from scalargrad.exercises.checking import expect

# The gradients of two, three and one parameters, step by step: large, tiny, equal, and all 0.
TWO = [
    [1.0, -4.0], [0.5, 0.0], [-2.0, 3.0], [0.25, 3.0], [0.0, 0.0], [120.0, -0.004], [3.5, 1e-7], [0.25, 0.25], [-1.5, 40.0]
]  # fmt: skip
THREE = [[1.5, 1.5, -2.0], [0.5, -1.0, 0.5], [0.25, 0.25, 0.25], [-3.0, 2.5, 0.0]]
ONE = [[1.5], [0.0], [-0.5], [2e-7]]
TINY = [[3e-7, 1e-6], [1e-7, 0.0], [2e-7, -1e-6], [1e-7, 2e-8]]


def sgd(lr):
    """The expected step of one parameter, from its number and its gradient to its next number."""
    return lambda x, g: x - lr * g


def momentum(lr, momentum=0.9):
    v = 0.0

    def step(x, g):
        nonlocal v
        v = momentum * v + g
        return x - lr * v

    return step


def adam(lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = s = t = 0.0

    def step(x, g):
        nonlocal m, s, t
        m, s, t = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g * g, t + 1
        return x - lr * (m / (1 - beta1**t)) / (math.sqrt(s / (1 - beta2**t)) + epsilon)

    return step


def steps(name, optimizer, rule, gradients):
    """Compare each step with the rule, and yield after it; fail if a step changes a list of an earlier one.

    After the third step the parameters are set to other numbers, because step gets them anew each time.
    """
    rules = [rule() for _ in gradients[0]]
    xs = [1.0, -2.0, 1.0][: len(rules)]
    lists = []
    for i, row in enumerate(gradients):
        if i == 3:
            xs = [0.0 for _ in xs]
        expected = [step(x, g) for step, x, g in zip(rules, xs, row)]
        given = list(xs), list(row)
        found = optimizer.step(*given)
        call = f"step({xs}, {row})" + (f" as step number {i + 1} of this optimizer" if i else "")
        expect(f"{name}.{call}", found, expected)
        lists += [(what, now, list(now)) for what, now in zip(("got", "got", "returned"), (*given, found))]
        assert given == (xs, row), f"{name}.{call} changed a list it got: {(xs, row)} became {given}; return a new list"
        xs = expected
        yield
    for what, now, before in lists:
        assert list(now) == before, f"{name}: a later step changed a list that an earlier one {what}: {before} became {now}"


def play(*runs):
    """Run optimizers in turn, a step each."""
    for _ in zip(*(steps(*run) for run in runs), strict=True):
        pass


@pytest.mark.task("SGD: one step")
@pytest.mark.points(1, hint="x - lr * g, for each parameter with its own gradient")
def test_sgd(student):
    """A step goes downhill, in proportion to the learning rate and to the gradient, however small."""
    for lr, xs, gradients, expected in (
        (0.1, [1.0, 2.0], [10.0, -10.0], [0.0, 3.0]),
        (0.5, [1.0], [1.0], [0.5]),
        (0.5, [0.0, 1.0, 1.0], [2e-7, 0.25, -0.75], [-1e-7, 0.875, 1.375]),
        (2.0, [3.0], [1000.0], [-1997.0]),
    ):
        expect(f"SGD(lr={lr}).step({xs}, {gradients})", student.SGD(lr=lr).step(list(xs), list(gradients)), expected)


@pytest.mark.task("SGD: several steps")
@pytest.mark.points(1, hint="return a new list, do not change xs and gradients, and remember nothing")
def test_sgd_steps(student):
    """A step depends on nothing but its arguments and the learning rate, and does not change the lists."""
    for gradients in (TWO, THREE):
        play(("SGD(lr=0.1)", student.SGD(lr=0.1), lambda: sgd(0.1), gradients))
    fast, slow = student.SGD(lr=1.0), student.SGD(lr=0.01)
    play(("SGD(lr=1.0), beside SGD(lr=0.01)", fast, lambda: sgd(1.0), TWO),
         ("SGD(lr=0.01), beside SGD(lr=1.0)", slow, lambda: sgd(0.01), TWO))  # fmt: skip


@pytest.mark.task("Momentum: the first step")
@pytest.mark.points(1, hint="v is 0 before the first step, so it is the step of SGD")
def test_momentum_first(student):
    """The first step is a step of gradient descent, for any number of parameters."""
    for xs, gradients, expected in (
        ([1.0, -2.0], [1.0, -4.0], [0.5, 0.0]),
        ([0.5], [0.0], [0.5]),
        ([1.0, 1.0, 2.0], [0.5, 1.5, 0.5], [0.75, 0.25, 1.75]),
    ):
        found = student.Momentum(lr=0.5, momentum=0.9).step(list(xs), list(gradients))
        expect(f"Momentum(lr=0.5, momentum=0.9).step({xs}, {gradients})", found, expected)


@pytest.mark.task("Momentum: several steps")
@pytest.mark.points(2, hint="keep one v for each parameter: v becomes momentum * v + g, and x becomes x - lr * v")
def test_momentum(student):
    """Earlier gradients still count in later steps, also in those whose gradients are 0."""
    for gradients in (TWO, THREE, ONE):
        optimizer = student.Momentum(lr=0.1, momentum=0.8)
        play(("Momentum(lr=0.1, momentum=0.8)", optimizer, lambda: momentum(0.1, 0.8), gradients))
    play(("Momentum(lr=0.5)", student.Momentum(lr=0.5), lambda: momentum(0.5, 0.9), TWO))


@pytest.mark.task("Momentum: two optimizers")
@pytest.mark.points(1, hint="store what you remember in self, not in the class, the module or a default")
def test_two_optimizers(student):
    """One optimizer does not know what another has seen, one after the other and in turn."""
    for lr in 0.1, 0.2:
        play((f"Momentum(lr={lr}), after others were used,", student.Momentum(lr=lr), lambda lr=lr: momentum(lr), TWO))
    first, second = student.Momentum(lr=0.1, momentum=0.5), student.Momentum(lr=0.3)
    play(("Momentum(lr=0.1, momentum=0.5), in turn with another,", first, lambda: momentum(0.1, 0.5), THREE),
         ("Momentum(lr=0.3), in turn with another,", second, lambda: momentum(0.3), ONE))  # fmt: skip


@pytest.mark.task("Adam: the first step")
@pytest.mark.points(1, hint="t begins at 1; the size of the first step is lr, whatever the gradient is")
def test_adam_first(student):
    """The size of the first step is the learning rate."""
    found = student.Adam(lr=0.1).step([1.0, 1.0], [50.0, -0.02])
    expect("Adam(lr=0.1).step([1, 1], [50, -0.02])", found, [0.9, 1.1], tolerance=1e-6)


@pytest.mark.task("Adam: several steps")
@pytest.mark.points(1, hint="remember m and s, not M and S; t grows by 1 with each step, not with each parameter")
def test_adam(student):
    """Many steps are right: with small betas, where a wrong correction shows, with the defaults, and near a minimum."""
    for gradients in (TWO, THREE, ONE, TINY):
        optimizer = student.Adam(lr=0.1, beta1=0.7, beta2=0.8)
        play(("Adam(lr=0.1, beta1=0.7, beta2=0.8)", optimizer, lambda: adam(0.1, 0.7, 0.8), gradients))
    for gradients in (TWO, TINY):
        play(("Adam()", student.Adam(), adam, gradients))


@pytest.mark.task("Adam: two optimizers")
@pytest.mark.points(1, hint="store what you remember in self, not in the class, the module or a default")
def test_two_adams(student):
    """Two optimizers in turn do not disturb each other."""
    first, second = student.Adam(lr=0.1, beta1=0.5, epsilon=0.2), student.Adam(lr=0.3, beta2=0.9)
    play(("Adam(lr=0.1, beta1=0.5, epsilon=0.2), in turn with another,", first, lambda: adam(0.1, 0.5, epsilon=0.2), THREE),
         ("Adam(lr=0.3, beta2=0.9), in turn with another,", second, lambda: adam(0.3, beta2=0.9), ONE))  # fmt: skip


@pytest.mark.task("Adam: gradients that are 0 or as small as epsilon")
@pytest.mark.points(1, hint="add epsilon after the square root, not inside it")
def test_adam_epsilon(student):
    """Epsilon prevents a division by 0, and counts if gradients are as small as epsilon."""
    expect("Adam(lr=0.1).step([1], [0])", student.Adam(lr=0.1).step([1.0], [0.0]), [1.0])
    found = student.Adam(lr=0.1, epsilon=0.5).step([1.0], [0.5])
    expect("Adam(lr=0.1, epsilon=0.5).step([1], [0.5])", found, [0.95])
    optimizer = student.Adam(lr=0.1, epsilon=0.25)
    play(("Adam(lr=0.1, epsilon=0.25)", optimizer, lambda: adam(0.1, epsilon=0.25), THREE))
