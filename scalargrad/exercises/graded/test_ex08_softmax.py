"""The graded tests of exercise 8: small logits, and large ones, with which the textbook formulas overflow."""

import math

import pytest

from scalargrad.exercises.checking import expect

LOGITS = ([1.0, 2.0, 3.0], [0.5, -0.5], [-1.0, -2.0, -3.0, -0.5], [0.0])


def probabilities(logits):
    return [math.exp(x) / sum(map(math.exp, logits)) for x in logits]


def check_unchanged(function, given, logits):
    assert given == logits, f"{function} changed the list it got: {logits} became {given}"


@pytest.mark.task("softmax")
@pytest.mark.points(2, hint="divide each exponential by the sum of all")
def test_softmax(student):
    """The probabilities of small logits are right, and the caller's list is not changed."""
    for logits in LOGITS:
        given = list(logits)
        expect(f"softmax({logits})", student.softmax(given), probabilities(logits))
        check_unchanged("softmax", given, logits)


@pytest.mark.task("softmax of large logits")
@pytest.mark.points(1, hint="subtract the largest logit from each before the exponential")
def test_softmax_of_large_logits(student):
    """Large logits do not overflow, and very negative ones do not make the sum 0."""
    for logits, expected in (
        ([1000.0, 1000.0], [0.5, 0.5]),
        ([-1000.0, -1000.0], [0.5, 0.5]),
        ([0.0, 1000.0], [0.0, 1.0]),
        ([-2000.0, 0.0, 0.0], [0.0, 0.5, 0.5]),
    ):
        expect(f"softmax({logits})", student.softmax(logits), expected)


@pytest.mark.task("log_softmax")
@pytest.mark.points(1, hint="subtract the logarithm of the sum of exponentials from each logit")
def test_log_softmax(student):
    """The logarithms of the probabilities are right, and the caller's list is not changed."""
    for logits in LOGITS:
        given = list(logits)
        expect(f"log_softmax({logits})", student.log_softmax(given), [math.log(p) for p in probabilities(logits)])
        check_unchanged("log_softmax", given, logits)


@pytest.mark.task("log_softmax of large logits")
@pytest.mark.points(2, hint="use the formula instead of the logarithm of softmax, which may be 0")
def test_log_softmax_of_large_logits(student):
    """The logarithm is right even if the probability rounds to 0."""
    for logits, expected in (
        ([0.0, 1000.0], [-1000.0, 0.0]),
        ([-1000.0, -1000.0], [-math.log(2), -math.log(2)]),
        ([5000.0, 1000.0, 0.0], [0.0, -4000.0, -5000.0]),
    ):
        expect(f"log_softmax({logits})", student.log_softmax(logits), expected)


@pytest.mark.task("the cross-entropy of one example")
@pytest.mark.points(1, hint="minus the logarithm of the probability of the right class only")
def test_cross_entropy(student):
    """The cross-entropy is right for each class, and for a model that is certain and wrong."""
    for target in range(3):
        expected = -math.log(probabilities([1.0, 2.0, 3.0])[target])
        expect(f"cross_entropy([1.0, 2.0, 3.0], {target})", student.cross_entropy([1.0, 2.0, 3.0], target), expected)
    expect("cross_entropy([0.0, 1000.0], 0)", student.cross_entropy([0.0, 1000.0], 0), 1000.0)


@pytest.mark.task("the gradient of the cross-entropy")
@pytest.mark.points(2, hint="the probabilities, minus 1 at the right class")
def test_cross_entropy_gradient(student):
    """The gradient is right for each class, with small and large logits."""
    for target in range(3):
        expected = [p - (i == target) for i, p in enumerate(probabilities([1.0, 2.0, 3.0]))]
        given = [1.0, 2.0, 3.0]
        expect(f"cross_entropy_gradient({given}, {target})", student.cross_entropy_gradient(given, target), expected)
        check_unchanged("cross_entropy_gradient", given, [1.0, 2.0, 3.0])
    expect("cross_entropy_gradient([0.0, 1000.0], 0)", student.cross_entropy_gradient([0.0, 1000.0], 0), [-1.0, 1.0])


@pytest.mark.task("the mean over a batch")
@pytest.mark.points(1, hint="divide the sum by the number of examples, not of classes")
def test_mean_cross_entropy(student):
    """The means over two examples and over one are right."""
    batch, targets = [[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]], [2, 0]
    first, second = -math.log(probabilities(batch[0])[2]), math.log(3)
    call = "mean_cross_entropy([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]], [2, 0])"
    expect(call, student.mean_cross_entropy(batch, targets), (first + second) / 2)
    expect("mean_cross_entropy([[1.0, 2.0, 3.0]], [2])", student.mean_cross_entropy(batch[:1], [2]), first)
