"""The graded tests of exercise 8: the textbook's numbers, and then those that overflow."""

import math

import pytest

from scalargrad.exercises.checking import expect

LOGITS = ([1.0, 2.0, 3.0], [0.5, -0.5], [-1.0, -2.0, -3.0, -0.5], [0.0])


def probabilities(logits):
    return [math.exp(x) / sum(map(math.exp, logits)) for x in logits]


def check_unchanged(function, given, logits):
    assert given == logits, f"{function} changed the list it was given: {logits} became {given}"


@pytest.mark.task("softmax")
@pytest.mark.points(2, hint="exponentials, each divided by the sum of them all")
def test_softmax(student):
    """Logits of either sign; the list of the caller stays as it is."""
    for logits in LOGITS:
        given = list(logits)
        expect(f"softmax({logits})", student.softmax(given), probabilities(logits))
        check_unchanged("softmax", given, logits)


@pytest.mark.task("softmax of large logits")
@pytest.mark.points(1, hint="take the largest logit off each before the exponential")
def test_softmax_of_large_logits(student):
    """Nothing overflows, and not all exponentials vanish, wherever the logits are."""
    for logits, expected in (
        ([1000.0, 1000.0], [0.5, 0.5]),
        ([-1000.0, -1000.0], [0.5, 0.5]),
        ([0.0, 1000.0], [0.0, 1.0]),
        ([-2000.0, 0.0, 0.0], [0.0, 0.5, 0.5]),
    ):
        expect(f"softmax({logits})", student.softmax(logits), expected)


@pytest.mark.task("log_softmax")
@pytest.mark.points(1, hint="the logit less the logarithm of the sum of exponentials")
def test_log_softmax(student):
    """The logarithms of the probabilities; the list of the caller stays as it is."""
    for logits in LOGITS:
        given = list(logits)
        expect(f"log_softmax({logits})", student.log_softmax(given), [math.log(p) for p in probabilities(logits)])
        check_unchanged("log_softmax", given, logits)


@pytest.mark.task("log_softmax of large logits")
@pytest.mark.points(2, hint="do not take the logarithm of softmax, which may be 0: use the formula")
def test_log_softmax_of_large_logits(student):
    """Where a probability rounds to 0 its logarithm is right."""
    for logits, expected in (
        ([0.0, 1000.0], [-1000.0, 0.0]),
        ([-1000.0, -1000.0], [-math.log(2), -math.log(2)]),
        ([5000.0, 1000.0, 0.0], [0.0, -4000.0, -5000.0]),
    ):
        expect(f"log_softmax({logits})", student.log_softmax(logits), expected)


@pytest.mark.task("the cross-entropy of one example")
@pytest.mark.points(1, hint="minus the logarithm of the probability of the right class, and of no other")
def test_cross_entropy(student):
    """Each class in turn, and a network that is utterly wrong."""
    for target in range(3):
        expected = -math.log(probabilities([1.0, 2.0, 3.0])[target])
        expect(f"cross_entropy([1.0, 2.0, 3.0], {target})", student.cross_entropy([1.0, 2.0, 3.0], target), expected)
    expect("cross_entropy([0.0, 1000.0], 0)", student.cross_entropy([0.0, 1000.0], 0), 1000.0)


@pytest.mark.task("the gradient of the cross-entropy")
@pytest.mark.points(2, hint="the probabilities, less 1 at the right class")
def test_cross_entropy_gradient(student):
    """Probability less truth, for each class, also of large logits."""
    for target in range(3):
        expected = [p - (i == target) for i, p in enumerate(probabilities([1.0, 2.0, 3.0]))]
        given = [1.0, 2.0, 3.0]
        expect(f"cross_entropy_gradient({given}, {target})", student.cross_entropy_gradient(given, target), expected)
        check_unchanged("cross_entropy_gradient", given, [1.0, 2.0, 3.0])
    expect("cross_entropy_gradient([0.0, 1000.0], 0)", student.cross_entropy_gradient([0.0, 1000.0], 0), [-1.0, 1.0])


@pytest.mark.task("the mean over a batch")
@pytest.mark.points(1, hint="add up, then divide by the number of examples, not of classes")
def test_mean_cross_entropy(student):
    """Two examples of three classes, and a batch of one."""
    batch, targets = [[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]], [2, 0]
    first, second = -math.log(probabilities(batch[0])[2]), math.log(3)
    call = "mean_cross_entropy([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]], [2, 0])"
    expect(call, student.mean_cross_entropy(batch, targets), (first + second) / 2)
    expect("mean_cross_entropy([[1.0, 2.0, 3.0]], [2])", student.mean_cross_entropy(batch[:1], [2]), first)
