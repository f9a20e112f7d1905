"""The graded tests of exercise 8: small logits, and large ones, with which the textbook formulas overflow."""

import math

import pytest

from scalargrad.exercises.checking import expect, expect_calls

LOGITS = (
    [1.0, 2.0, 3.0],
    [0.5, -0.5],
    [-1.0, -2.0, -3.0, -0.5],
    [0.0],
    [2.0, 2.0, 1.0],
    [0.3, -1.2, 0.9, 2.1, -0.4],
    [0.0, -18.5],
)

# Large logits, in any order, and the small ones that have the same probabilities. Their means are large too.
LARGE = {
    (1000.0, 1001.0, 999.0): [0.0, 1.0, -1.0],
    (1001.0, 1000.0): [1.0, 0.0],
    (-1000.0, -999.0, -1001.0): [0.0, 1.0, -1.0],
    (999.0, 5000.0, 5000.5, 1000.0): [-600.0, 0.0, 0.5, -600.0],
    (5000.5, 5000.0, 0.0, 1.0): [0.5, 0.0, -600.0, -600.0],
    (-5000.0, 0.5, 0.0): [-600.0, 0.5, 0.0],
}


def probabilities(logits):
    return [math.exp(x) / sum(map(math.exp, logits)) for x in logits]


def losses(logits):
    """The cross-entropy for each class as the target."""
    return [-math.log(p) for p in probabilities(logits)]


@pytest.mark.task("softmax")
@pytest.mark.points(2, hint="divide each exponential by the sum of all")
def test_softmax(student):
    """The probabilities of small logits are right to many digits, also small ones, and the caller's list is not changed."""
    expect_calls(student, "softmax", [((list(logits),), probabilities(logits)) for logits in LOGITS])
    small = list(student.softmax([0.0, -100.0]))[1]
    expect("1e44 times the second number of softmax([0.0, -100.0])", small * 1e44, math.exp(-100) * 1e44)


@pytest.mark.task("softmax of large logits")
@pytest.mark.points(1, hint="subtract the largest logit from each before the exponential")
def test_softmax_of_large_logits(student):
    """Large logits do not overflow, very negative ones do not make the sum 0, and their differences count."""
    examples = [(list(large), probabilities(small)) for large, small in LARGE.items()]
    examples += [
        ([1000.0, 1000.0], [0.5, 0.5]),
        ([-1000.0, -1000.0], [0.5, 0.5]),
        ([0.0, 1000.0], [0.0, 1.0]),
        ([1000.0, 0.0], [1.0, 0.0]),
        ([-2000.0, 0.0, 0.0], [0.0, 0.5, 0.5]),
        ([0.0, 5000.0, -5000.0], [0.0, 1.0, 0.0]),
        ([0.0, 5000.0], [0.0, 1.0]),
    ]
    expect_calls(student, "softmax", [((logits,), expected) for logits, expected in examples])


@pytest.mark.task("log_softmax")
@pytest.mark.points(1, hint="subtract the logarithm of the sum of exponentials from each logit")
def test_log_softmax(student):
    """The logarithms of the probabilities are right, and the caller's list is not changed."""
    expect_calls(student, "log_softmax", [((list(logits),), [-x for x in losses(logits)]) for logits in LOGITS])


@pytest.mark.task("log_softmax of large logits")
@pytest.mark.points(2, hint="use the formula instead of the logarithm of softmax, which may be 0")
def test_log_softmax_of_large_logits(student):
    """The logarithm is right even if the probability rounds to 0, or to one of the smallest floats."""
    two = math.log(2)
    examples = [
        ([0.0, 1000.0], [-1000.0, 0.0]),
        ([-1000.0, -1000.0], [-two, -two]),
        ([5000.0, 1000.0, 0.0], [0.0, -4000.0, -5000.0]),
        ([0.0, 1000.0, 1000.0], [-1000.0 - two, -two, -two]),
        ([0.0, 740.25], [-740.25, 0.0]),
        ([1000.0, 0.0], [0.0, -1000.0]),
        ([-5000.0, 0.0], [-5000.0, 0.0]),
        ([1000.0, 1001.0, 999.0], [-x for x in losses([0.0, 1.0, -1.0])]),
    ]
    expect_calls(student, "log_softmax", [((logits,), expected) for logits, expected in examples])


@pytest.mark.task("the cross-entropy of one example")
@pytest.mark.points(1, hint="minus the logarithm of the probability of the right class only")
def test_cross_entropy(student):
    """The cross-entropy is right for each class, in any order of logits, and for a model that is certain and wrong."""
    examples = [((list(logits), i), loss) for logits in LOGITS for i, loss in enumerate(losses(logits))]
    examples += [((list(large), 1), losses(small)[1]) for large, small in LARGE.items()]
    examples += [(([0.0, 1000.0], 0), 1000.0), (([2500.0, 0.0], 1), 2500.0)]
    expect_calls(student, "cross_entropy", examples)


@pytest.mark.task("the gradient of the cross-entropy")
@pytest.mark.points(2, hint="the probabilities, minus 1 at the right class, which is given by its index")
def test_cross_entropy_gradient(student):
    """The gradient is right for each class, with small, equal and large logits."""
    examples = []
    for logits, same in [*((logits, logits) for logits in LOGITS), *LARGE.items()]:
        for target in range(len(logits)):
            expected = [p - (i == target) for i, p in enumerate(probabilities(same))]
            examples.append(((list(logits), target), expected))
    examples += [(([0.0, 1000.0], 0), [-1.0, 1.0]), (([1000.0, 0.0], 1), [1.0, -1.0])]
    expect_calls(student, "cross_entropy_gradient", examples)


@pytest.mark.task("the mean over a batch")
@pytest.mark.points(1, hint="divide the sum by the number of examples, not of classes")
def test_mean_cross_entropy(student):
    """The means over one, two and five examples are right, with equal examples, equal targets and large logits."""
    batch, targets = [[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]], [2, 0]
    first, second = losses(batch[0])[2], math.log(3)
    five = [[0.5, 2.0, -1.0], [0.5, 2.0, -1.0], [3.0, 1.0, 2.0], [0.0, 0.25, 0.0], [0.5, 2.0, -1.0]], [1, 2, 1, 0, 1]
    mean = sum(losses(logits)[target] for logits, target in zip(*five)) / 5
    examples = [
        ((batch, targets), (first + second) / 2),
        ((batch[:1], [2]), first),
        (five, mean),
        (([[0.0, 0.0], [0.0, 1000.0]], [0, 0]), (math.log(2) + 1000.0) / 2),
        (([list(large) for large in LARGE], [1] * len(LARGE)), sum(losses(x)[1] for x in LARGE.values()) / len(LARGE)),
    ]
    expect_calls(student, "mean_cross_entropy", examples)
