"""The graded tests of exercise 10: the numbers of a loop on a small problem, then exclusive or."""

import pytest

from scalargrad import Value
from scalargrad.exercises.checking import expect
from scalargrad.optim import SGD, Momentum

SCALARGRAD_IS_ALLOWED = True
POINTS, LABELS = [(1.0,), (2.0,), (-1.0,)], [2.0, 3.0, -1.0]


class Line:
    """The model w x + b, whose mean squared error and gradient are known without an engine."""

    def __init__(self):
        self.w, self.b = Value(0.5), Value(0.25)

    def __call__(self, point):
        return self.w * point[0] + self.b


def loss(outputs, labels):
    total = Value(0.0)
    for y, t in zip(outputs, labels, strict=True):
        total = total + (y - t) ** 2
    return total / len(outputs)


def expected(steps, lr):
    """The losses, and the parameters after the last step."""
    w, b, losses = 0.5, 0.25, []
    for _ in range(steps):
        errors = [w * x + b - t for (x,), t in zip(POINTS, LABELS)]
        losses.append(sum(e * e for e in errors) / 3)
        dw = sum(2 * e * x for e, (x,) in zip(errors, POINTS)) / 3
        db = sum(2 * e for e in errors) / 3
        w, b = w - lr * dw, b - lr * db
    return losses, w, b


@pytest.mark.task("one step of training")
@pytest.mark.points(2, hint="compute the outputs of all points, then their loss, call backward, then step")
def test_one_step(student):
    """One step is a step of gradient descent on all points."""
    model = Line()
    student.train(model, loss, SGD([model.w, model.b], lr=0.1), POINTS, LABELS, 1)
    expect("w, b after train(..., steps=1) by SGD(lr=0.1)", (model.w.data, model.b.data), expected(1, 0.1)[1:])


@pytest.mark.task("many steps of training")
@pytest.mark.points(2, hint="call zero_grad in each step, or the gradients of all steps add up")
def test_many_steps(student):
    """Five steps are right too; without zero_grad only the first would be."""
    model = Line()
    student.train(model, loss, SGD([model.w, model.b], lr=0.1), POINTS, LABELS, 5)
    expect("w, b after train(..., steps=5) by SGD(lr=0.1)", (model.w.data, model.b.data), expected(5, 0.1)[1:])


@pytest.mark.task("gradients left from before")
@pytest.mark.points(1, hint="call zero_grad before backward in the first step too: somebody may have called backward")
def test_gradients_from_before(student):
    """Gradients from before the training do not change the parameters."""
    model = Line()
    loss([model((7.0,))], [1.0]).backward()
    student.train(model, loss, SGD([model.w, model.b], lr=0.1), POINTS, LABELS, 1)
    found = (model.w.data, model.b.data)
    expect("w, b after train(..., steps=1), where backward had been called before", found, expected(1, 0.1)[1:])


@pytest.mark.task("the list of losses")
@pytest.mark.points(1, hint="one float for each step: the .data of the loss before the parameters change")
def test_losses(student):
    """There is a loss for each step, and none without steps."""
    for steps in (4, 1, 0):
        model = Line()
        found = student.train(model, loss, SGD([model.w, model.b], lr=0.1), POINTS, LABELS, steps)
        expect(f"train(..., steps={steps}) by SGD(lr=0.1)", found, expected(steps, 0.1)[0])


@pytest.mark.task("the optimizer that is given")
@pytest.mark.points(1, hint="call optimizer.step(); the loop needs neither the formula nor the learning rate")
def test_other_optimizer(student):
    """The loop works with Momentum too, by its own formula."""
    ours, theirs = Line(), Line()
    optimizer = Momentum([theirs.w, theirs.b], lr=0.05)
    for _ in range(4):
        optimizer.zero_grad()
        loss([theirs(point) for point in POINTS], LABELS).backward()
        optimizer.step()
    student.train(ours, loss, Momentum([ours.w, ours.b], lr=0.05), POINTS, LABELS, 4)
    found = (ours.w.data, ours.b.data)
    expect("w, b after train(..., steps=4) by Momentum(lr=0.05)", found, (theirs.w.data, theirs.b.data))


@pytest.mark.task("predictions")
@pytest.mark.points(1, hint="for each point, 1 if the output is greater than 0, else 0")
def test_predict(student):
    """The sign of the logit decides, whether it is a Value or a number."""
    points = [(-3.0,), (0.0,), (0.2,), (4.0,)]
    expect(f"predict(lambda p: p[0], {points})", student.predict(lambda p: p[0], points), [0, 0, 1, 1])
    expect(f"predict(lambda p: Value(-p[0]), {points})", student.predict(lambda p: Value(-p[0]), points), [1, 0, 0, 0])


@pytest.mark.task("exclusive or")
@pytest.mark.points(2, hint="use a hidden layer and enough steps; print the losses to see whether they still fall")
def test_solve_xor(student):
    """The network predicts the class of every point, and the loss falls below 0.1."""
    model, losses = student.solve_xor()
    outputs = [model(point) for point in ((0, 0), (0, 1), (1, 0), (1, 1))]
    for output in outputs:
        computed = isinstance(output, Value) and output.inputs
        assert computed, f"solve_xor(): the model returned {output!r:.100}, expected a Value that a network computed"
    found = [output > 0 for output in outputs]
    expect("the classes of (0, 0), (0, 1), (1, 0), (1, 1) by the model of solve_xor()", found, [0, 1, 1, 0])
    course = f"from {losses[0]:.4f} to {losses[-1]:.4f}"
    assert losses[0] > 0.1 > losses[-1], f"solve_xor(): the losses go {course}, expected from above 0.1 to below"
