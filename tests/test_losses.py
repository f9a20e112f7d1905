"""Tests of losses."""

import math

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value, compile
from scalargrad.calculus import gradient, hessian
from scalargrad.engine import topological_order
from scalargrad.graph import Session, Variable, evaluate, placeholder
from scalargrad.losses import (
    binary_cross_entropy,
    cross_entropy,
    hinge,
    l2_penalty,
    mean_squared_error,
    perceptron_loss,
)
from scalargrad.optim import SGD
from scalargrad.vectors import Vector, softmax

nan, inf = math.nan, math.inf
numbers = st.lists(st.floats(-20, 20), min_size=1, max_size=5)


def gradients(loss, xs):
    for x in xs:
        x.grad = 0
    loss.backward()
    return [x.grad for x in xs]


@given(numbers)
def test_mean_squared_error(outputs):
    """The loss is the mean of squares, and its gradient 2 (output - target) / n."""
    ys, targets = [Value(y) for y in outputs], [0.5 * i for i in range(len(outputs))]
    loss, n = mean_squared_error(ys, targets), len(outputs)
    assert loss.data == pytest.approx(sum((y - t) ** 2 for y, t in zip(outputs, targets)) / n)
    assert gradients(loss, ys) == pytest.approx([2 * (y - t) / n for y, t in zip(outputs, targets)])


def test_shapes_of_mean_squared_error():
    """A single number, a vector and a matrix are all averaged over their elements."""
    assert mean_squared_error(Value(3), 1).data == 4
    assert mean_squared_error([[1, 2], [3, 4]], [[1, 2], [3, 6]]) == 1


def test_losses_of_signs():
    """hinge wants a margin of 1, and the perceptron only the right sign."""
    scores, labels = [2.0, 0.5, -0.5, -3.0], [1, 1, 1, -1]
    assert hinge(scores, labels) == (0 + 0.5 + 1.5 + 0) / 4
    assert perceptron_loss(scores, labels) == 0.5 / 4
    xs = [Value(s) for s in scores]
    assert gradients(hinge(xs, labels), xs) == [0, -0.25, -0.25, 0]
    assert gradients(perceptron_loss(xs, labels), xs) == [0, 0, -0.25, 0]


@given(numbers)
def test_binary_cross_entropy(logits):
    """The loss is -log of the probability of what happened, and its gradient (p - t) / n."""
    zs, targets = [Value(z) for z in logits], [i % 2 for i in range(len(logits))]
    p = [1 / (1 + math.exp(-z)) for z in logits]
    loss = binary_cross_entropy(zs, targets)
    expected = -sum(math.log(p if t else 1 - p) for p, t in zip(p, targets)) / len(logits)
    assert loss.data == pytest.approx(expected, rel=1e-6, abs=1e-12)
    assert gradients(loss, zs) == pytest.approx([(p - t) / len(logits) for p, t in zip(p, targets)], abs=1e-12)


def test_logits_may_be_large():
    """Neither cross-entropy takes the logarithm of 0."""
    assert binary_cross_entropy([1000.0, -1000.0], [0, 1]) == 1000
    assert binary_cross_entropy([1000.0, -1000.0], [1, 0]) == 0
    assert cross_entropy([1000.0, 0.0], 1) == 1000
    assert cross_entropy([1e6, 1e6], 0) == pytest.approx(math.log(2), rel=1e-15)


@given(st.lists(st.floats(-20, 20), min_size=3, max_size=3))
def test_cross_entropy(logits):
    """The loss is -log softmax(logits)[target], and its gradient softmax(logits) minus 1 at the target."""
    zs = [Value(z) for z in logits]
    for target in range(3):
        loss = cross_entropy(zs, target)
        assert loss.data == pytest.approx(math.log(sum(map(math.exp, logits))) - logits[target], abs=1e-12)
        expected = [p - (i == target) for i, p in enumerate(softmax(logits))]
        assert gradients(loss, zs) == pytest.approx(expected, abs=1e-15)


def test_targets_of_cross_entropy():
    """Classes and probabilities, single and in a batch, say the same."""
    logits = [[1.0, 2.0, 3.0], [0.0, 0.0, -1.0]]
    single = [cross_entropy(logits[0], 2), cross_entropy(logits[1], 0)]
    assert cross_entropy(logits, [2, 0]) == pytest.approx(sum(single) / 2)
    assert cross_entropy(logits, [[0, 0, 1], [1, 0, 0]]) == pytest.approx(sum(single) / 2)
    assert cross_entropy(logits[0], [0, 0, 1]) == pytest.approx(single[0])
    assert cross_entropy([0.0, 0.0], [0.5, 0.5]) == pytest.approx(math.log(2))


LOGITS = [0.3, -1.0, 2.5, 0.25]


def test_classes_that_are_fed():
    """With a placeholder for the class, loss, gradients and second derivatives are those of the class written down."""
    z, t = Variable(LOGITS), placeholder("t")
    loss = cross_entropy(z, t)
    derivatives = [loss, gradient(loss, z), hessian(loss, z)]
    for target in range(len(LOGITS)):
        fixed = cross_entropy(z, target)
        expected = Session().run([fixed, gradient(fixed, z), hessian(fixed, z)])
        computed = cross_entropy(z, Value(target) * 1)
        assert gradients(computed, z) == pytest.approx(expected[1], rel=0, abs=1e-12)
        for feed in (target, float(target), [target], numpy.array([target])):
            for found, number in zip(Session().run(derivatives, {t: feed}), [computed.data, *expected[1:]]):
                assert numpy.allclose(found, number, rtol=0, atol=1e-12)
    batch = Session().run(loss, {t: numpy.arange(4)})
    assert numpy.allclose(batch, [cross_entropy(LOGITS, k) for k in range(4)], rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", ["python", "numpy", "c"])
def test_programs_with_classes_that_are_fed(kind):
    """A program of the loss gives, in every target, the loss and gradients of classes written down."""
    z, t = Variable(LOGITS), placeholder("t")
    program = compile(cross_entropy(z, t), inputs=[t], target=kind)
    classes = [2, 0, 0, 3]
    expected = cross_entropy([z] * 4, classes)
    wanted = gradients(expected, z)
    for feed in (classes, numpy.array(classes)):
        for p in z:
            p.grad = 0
        assert program(feed) == pytest.approx(expected.data, rel=1e-14)
        assert [p.grad for p in z] == pytest.approx(wanted, rel=0, abs=1e-12)


def test_a_batch_of_classes_that_are_fed():
    """A Vector of targets may be fed, be computed, and be mixed with classes written down."""
    rows = Variable([LOGITS, LOGITS[::-1], [0.0] * 4])
    expected = cross_entropy(rows, [1, 0, 3])
    t = placeholder(3, "t")
    assert Session().run(cross_entropy(rows, t), {t: [1, 0, 3]}) == pytest.approx(expected.data, rel=1e-14)
    mixed = cross_entropy(rows, [1, Value(0.0), Value(1.5) * 2])
    leaves = [p for row in rows for p in row]
    assert gradients(mixed, leaves) == pytest.approx(gradients(expected, leaves), rel=0, abs=1e-12)
    with pytest.raises(ValueError, match="class_number.*: 4 is no class"):
        Session().run(cross_entropy(rows, t), {t: [1, 4, 3]})


@pytest.mark.parametrize("wrong", [4, -1, 1.5, 1 - 1e-16, 1e-17, 1e300, nan, inf, -inf])
def test_a_class_that_is_none(wrong):
    """It raises wherever the graph runs, alone and in a batch, with its number and how many classes there are."""
    z, t = Variable(LOGITS), placeholder("t")
    loss = cross_entropy(z, t)
    batch, array = [1, wrong, 2], numpy.array([1, wrong, 2])
    calls = [lambda: cross_entropy(z, Value(wrong)), lambda: cross_entropy([z, z], [0, Value(wrong) + 0])]
    calls += [lambda feed=feed: Session().run(loss, {t: feed}) for feed in (wrong, batch, array)]
    calls += [lambda feed=feed: SGD(z, lr=0.1).minimize(loss, {t: feed}) for feed in (wrong, batch, array)]
    calls += [lambda: evaluate(loss, {t: array}), lambda: evaluate(loss, {t: numpy.array([[0, wrong]])})]
    calls += [lambda: Session().run(gradient(loss, z), {t: array})]
    for kind in ("python", "numpy", "c"):
        for reduction in ("mean", "sum", "none"):
            program = compile(loss, inputs=[t], target=kind, reduction=reduction)
            calls += [lambda feed=feed, program=program: program(feed) for feed in (wrong, batch, array)]
    for call in calls:
        with pytest.raises(ValueError) as error:
            call()
        text = str(error.value)
        assert f"): {wrong} is no class: it must be a whole number from 0 to 3" in text or (
            f"): {float(wrong)} is no class: it must be a whole number from 0 to 3" in text
        ), text
        assert "\n" not in text and text.count("class_number") == 1
    assert [p.data for p in z] == LOGITS


def test_a_class_that_changes():
    """A leaf that becomes no class is refused by `forward`, and a right one moves the loss."""
    z, t = Variable(LOGITS), Value(1.0)
    loss = cross_entropy(z, t)
    t.data = 2.0
    loss.forward()
    assert loss.data == pytest.approx(cross_entropy(LOGITS, 2), rel=1e-14)
    t.data = 2.5
    with pytest.raises(ValueError, match="2.5 is no class"):
        loss.forward()


@pytest.mark.parametrize(
    "target", [1, placeholder("t"), [0.0, 1.0, 0.0, 0.0]], ids=["class", "placeholder", "probabilities"]
)
def test_the_loss_of_one_example_is_what_one_writes(target):
    """Its graph has a subtraction for log(...) - logit, no division, and no change of sign."""
    graph = topological_order(cross_entropy(Vector(map(Value, LOGITS)), target))
    symbols = [(node.operation.symbol, len(node.inputs)) for node in graph if node.operation is not None]
    assert ("/", 2) not in symbols and ("-", 1) not in symbols
    assert symbols.count(("log", 1)) == 1
    if target == 1:
        assert symbols.count(("-", 2)) == len(LOGITS) + 1


def test_l2_penalty():
    """The penalty is the sum of squares times its strength, with gradient 2 strength p."""
    ps = [Value(1), Value(-2)]
    assert gradients(l2_penalty(ps, 0.1), ps) == pytest.approx([0.2, -0.4])
    assert l2_penalty(iter(ps)).data == pytest.approx(5e-4)


SICK = "the inputs may contain nan, or the learning rate is too large"
REFUSED = [
    (lambda: mean_squared_error([], []), "mean_squared_error: the batch is empty"),
    (
        lambda: mean_squared_error([1.0], [1, 2]),
        r"mean_squared_error: outputs of shape \(1,\) and targets of shape \(2,\) do not",
    ),
    (
        lambda: mean_squared_error([[1.0, 2.0]], [[1.0]]),
        r"mean_squared_error: outputs of shape \(1, 2\) and targets of shape",
    ),
    (lambda: mean_squared_error([1.0, nan], [1, 2]), f"mean_squared_error: the output for example 1 is nan; {SICK}"),
    (lambda: mean_squared_error([Value(inf)], [1]), f"mean_squared_error: the output for example 0 is inf; {SICK}"),
    (
        lambda: mean_squared_error([1.0], [nan]),
        "mean_squared_error: the target of example 0 is nan, and it has to be a finite",
    ),
    (lambda: hinge([1.0, 2.0], [1, 0]), "hinge: the target of example 1 is 0, and it has to be 1 or -1"),
    (lambda: perceptron_loss([1.0], [2]), "perceptron_loss: the target of example 0 is 2, and it has to be 1 or -1"),
    (lambda: binary_cross_entropy([1.0], [-1]), "binary_cross_entropy: .* 0 is -1, and it has to be a number from 0 to 1"),
    (lambda: binary_cross_entropy([nan], [1]), "binary_cross_entropy: the output for example 0 is nan"),
    (lambda: cross_entropy([[1.0, 2.0], [1.0, nan]], [0, 0]), f"cross_entropy: the output for example 1 is nan; {SICK}"),
    (
        lambda: cross_entropy([1.0, 2.0], 2),
        "cross_entropy: the target of example 0 is 2, and it has to be a class from 0 to 1",
    ),
    (
        lambda: cross_entropy([[1.0, 2.0]], [-1]),
        "cross_entropy: the target of example 0 is -1, and it has to be a class from",
    ),
    (lambda: cross_entropy([1.0, 2.0], 1.0), "cross_entropy: the target of example 0 is 1.0, and it has to be a class from"),
    (lambda: cross_entropy([1.0, 2.0], [2, -1]), "cross_entropy: .* example 0 is 2, and it has to be a number from 0 to 1"),
    (
        lambda: cross_entropy([[1.0, 2.0]], [0, 1]),
        r"cross_entropy: targets of shape \(2,\) do not fit logits of shape \(1, 2\)",
    ),
    (lambda: cross_entropy([], 0), "cross_entropy: the batch is empty"),
    (lambda: cross_entropy([[]], [0]), "cross_entropy: the batch is empty"),
    (lambda: cross_entropy([1.0, 2.0, 3.0, 4.0], [0, 1, 1, 0]), "cross_entropy: the targets of example 0 add up to 2, and"),
    (lambda: cross_entropy([[0.0] * 2] * 2, [[1, 0], [0, 0]]), "cross_entropy: the targets of example 1 add up to 0, and"),
    (lambda: cross_entropy([[0.0] * 2] * 2, [[1, 0], [0, 7]]), "cross_entropy: the target of example 1 is 7"),
    (lambda: hinge([1.0, 2.0], [numpy.int64(1), numpy.int64(0)]), "hinge: the target of example 1 is 0"),
    (lambda: binary_cross_entropy([1.0], [numpy.int32(5)]), "binary_cross_entropy: the target of example 0 is 5"),
    (lambda: mean_squared_error([numpy.float32("nan")], [0]), "mean_squared_error: the output for example 0 is nan"),
    (
        lambda: mean_squared_error([[1.0, 2.0], [3.0, nan]], [[0, 0], [0, 0]]),
        "mean_squared_error: the output for example 1 is",
    ),
    (
        lambda: mean_squared_error([Value(1e160)], [0.0]),
        "mean_squared_error: the loss is inf, because the outputs are too large",
    ),
    (lambda: cross_entropy(1.0, 0), "cross_entropy: targets of shape"),
]


@pytest.mark.parametrize(("call", "sentence"), REFUSED)
def test_batches_that_cannot_be(call, sentence):
    """An empty batch, other shapes, an output that is not finite and a target that cannot be are named."""
    with pytest.raises(ValueError, match=sentence):
        call()
