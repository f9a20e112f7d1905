"""The graded tests of exercise 10: the numbers of a loop on a small problem, then exclusive or."""

import math

import pytest

from scalargrad import Value
from scalargrad.exercises.checking import agree, expect
from scalargrad.optim import SGD, Momentum

SCALARGRAD_IS_ALLOWED = True

# Seven points with three features; the first and the third are equal, but not their labels.
POINTS = [(1.0, 0.5, -0.5), (2.0, -1.5, 0.25), (1.0, 0.5, -0.5), (-1.0, 0.0, 1.5), (0.0, -2.5, 0.5), (0.25, 1.0, 1.0)]
POINTS += [(-0.5, 0.25, -1.0)]
LABELS = [2.5, 3.0, 0.25, -1.5, 0.75, 0.5, -0.25]


class Plane:
    """The model w1 x1 + w2 x2 + w3 x3 + b, whose loss and gradient are known without an engine."""

    def __init__(self, *numbers):
        self.parameters = [Value(x) for x in numbers or (0.5, -0.25, 0.125, 0.25)]

    def __call__(self, point):
        x1, x2, x3 = point
        w1, w2, w3, b = self.parameters
        return w1 * x1 + w2 * x2 + w3 * x3 + b

    def numbers(self):
        return [p.data for p in self.parameters]


def loss(outputs, labels):
    """The mean of the squared errors, and the square of their sum, less 2: neither a mean over the points nor positive."""
    errors = [y - t for y, t in zip(outputs, labels, strict=True)]
    return sum(e * e for e in errors) / len(errors) + sum(errors) ** 2 / 50 - 2


def expected(steps, lr, labels=LABELS, numbers=(0.5, -0.25, 0.125, 0.25)):
    """The losses, and the parameters after the last step."""
    numbers, losses, rows = list(numbers), [], [(*point, 1.0) for point in POINTS]
    for _ in range(steps):
        errors = [sum(p * x for p, x in zip(numbers, row)) - t for row, t in zip(rows, labels)]
        losses.append(sum(e * e for e in errors) / 7 + sum(errors) ** 2 / 50 - 2)
        slopes = [2 * e / 7 + sum(errors) / 25 for e in errors]
        numbers = [p - lr * sum(slope * row[i] for slope, row in zip(slopes, rows)) for i, p in enumerate(numbers)]
    return losses, numbers


def trained(student, model, optimizer, steps, labels=LABELS):
    """The losses of a training on lists that no other test uses."""
    return student.train(model, loss, optimizer, list(POINTS), list(labels), steps)


@pytest.mark.task("one step of training")
@pytest.mark.points(2, hint="compute the outputs of all points, then their loss, call backward, then step")
def test_one_step(student):
    """One step is a step of gradient descent on all points."""
    model = Plane()
    trained(student, model, SGD(model.parameters, lr=0.1), 1)
    expect("the parameters after train(..., steps=1) by SGD(lr=0.1)", model.numbers(), expected(1, 0.1)[1])


@pytest.mark.task("many steps of training")
@pytest.mark.points(1, hint="call zero_grad in each step, or the gradients of all steps add up")
def test_many_steps(student):
    """Thirty steps are right too; without zero_grad only the first would be."""
    for steps in (5, 30):
        model = Plane()
        trained(student, model, SGD(model.parameters, lr=0.05), steps)
        what = f"the parameters after train(..., steps={steps}) by SGD(lr=0.05)"
        expect(what, model.numbers(), expected(steps, 0.05)[1])


@pytest.mark.task("the lists that are given")
@pytest.mark.points(1, hint="change neither points nor labels; work on a copy if you want another order")
def test_lists(student):
    """The training does not change the caller's lists."""
    for steps in 1, 2, 3:  # a shuffle may leave a list as it is, but hardly three times
        model, points, labels = Plane(), list(POINTS), list(LABELS)
        student.train(model, loss, SGD(model.parameters, lr=0.05), points, labels, steps)
        for what, found, before in ("points", points, POINTS), ("labels", labels, LABELS):
            assert found == before, f"train changed the list of {what} it got: {before} became {found}"
        what = f"the parameters after train(..., steps={steps}) by SGD(lr=0.05)"
        expect(what, model.numbers(), expected(steps, 0.05)[1])


@pytest.mark.task("gradients left from before")
@pytest.mark.points(1, hint="call zero_grad before backward in the first step too: somebody may have called backward")
def test_gradients_from_before(student):
    """Gradients from before the training do not change the parameters."""
    model = Plane()
    loss([model((7.0, 1.0, 1.0))], [1.0]).backward()
    trained(student, model, SGD(model.parameters, lr=0.1), 1)
    what = "the parameters after train(..., steps=1), where backward had been called before"
    expect(what, model.numbers(), expected(1, 0.1)[1])


@pytest.mark.task("the list of losses")
@pytest.mark.points(1, hint="one float for each step: the .data of the loss before the parameters change")
def test_losses(student):
    """There is a loss for each step, also where it rises or stays, none without steps, and a new list for each call."""
    earlier = []
    for steps, lr in ((4, 0.1), (1, 0.1), (0, 0.1), (12, 0.1), (6, 1.0)):
        model = Plane()
        found = trained(student, model, SGD(model.parameters, lr=lr), steps)
        expect(f"train(..., steps={steps}) by SGD(lr={lr})", found, expected(steps, lr)[0])
        earlier.append(
            (f"the list that train(..., steps={steps}) returned, looked at after later calls", found, list(found))
        )
    for what, found, before in earlier:
        expect(what, found, before)
    numbers = (1.0, 0.5, -0.5, 0.25)
    model, labels = Plane(*numbers), [sum(p * x for p, x in zip(numbers, (*point, 1.0))) for point in POINTS]
    found = trained(student, model, SGD(model.parameters, lr=0.1), 5, labels)
    expect("train(..., steps=5) of a model that has the smallest loss already", found, [-2.0] * 5)


class Jumps:
    """An optimizer with zero_grad and step and nothing else: it moves each parameter by 0.01 against its gradient's sign."""

    __slots__ = ("step", "zero_grad")

    def __init__(self, parameters):
        def zero_grad():
            for p in parameters:
                p.grad = 0

        def step():
            for p in parameters:
                p.data -= math.copysign(0.01, p.grad)

        self.zero_grad, self.step = zero_grad, step


@pytest.mark.task("the optimizer that is given")
@pytest.mark.points(
    1, hint="call optimizer.zero_grad() and optimizer.step(); the loop needs no formula and no learning rate"
)
def test_other_optimizer(student):
    """The loop works with Momentum too, and with an optimizer that has nothing but zero_grad and step."""
    for name, make in (
        ("Momentum(lr=0.02)", lambda parameters: Momentum(parameters, lr=0.02)),
        ("an optimizer that moves each parameter by 0.01", Jumps),
    ):
        ours, theirs = Plane(), Plane()
        optimizer = make(theirs.parameters)
        for _ in range(4):
            optimizer.zero_grad()
            loss([theirs(point) for point in POINTS], LABELS).backward()
            optimizer.step()
        trained(student, ours, make(ours.parameters), 4)
        expect(f"the parameters after train(..., steps=4) by {name}", ours.numbers(), theirs.numbers())


def first(point):
    return point[0]


def negative(point):
    return Value(-point[0])


def difference(point):
    return point[0] - point[1]


@pytest.mark.task("predictions")
@pytest.mark.points(1, hint="for each point, 1 if the output is greater than 0, else 0")
def test_predict(student):
    """The sign of the logit decides, of a Value or a number, for any number of points; nan is not greater than 0."""
    for call, model, points, classes in (
        ("lambda p: p[0]", first, [(-3.0,), (0.0,), (0.2,), (4.0,)], [0, 0, 1, 1]),
        ("lambda p: Value(-p[0])", negative, [(-3.0,), (0.0,), (0.2,), (4.0,)], [1, 0, 0, 0]),
        ("lambda p: p[0]", first, [(1e-12,), (-1e-12,), (1000.0,), (-1000.0,), (math.nan,)], [1, 0, 1, 0, 0]),
        ("lambda p: Value(-p[0])", negative, [(-1e-12,), (1000.0,), (-1000.0,)], [1, 0, 1]),
        (
            "lambda p: p[0] - p[1]",
            difference,
            [(1.0, 2.0), (3.0, 2.0), (1.0, 2.0), (1.0, -1.0), (2.0, 1.0)],
            [0, 1, 0, 1, 1],
        ),
        ("lambda p: p[0]", first, [], []),
    ):
        given = list(points)
        found = student.predict(model, given)
        expect(f"predict({call}, {points})", found, classes)
        assert given == points, f"predict changed the list of points it got: {points} became {given}"
        student.predict(model, [(7.0, 8.0)])
        expect(f"the list that predict({call}, {points}) returned, looked at after a later call", found, classes)


def check_solution(student, call):
    """Fail unless solve_xor returns a network that is right, and the losses of its training."""
    called, backward = [], Value.backward

    def recorded(value, *arguments):
        called.append(value.data)
        return backward(value, *arguments)

    Value.backward = recorded
    try:
        model, losses = student.solve_xor()
    finally:
        Value.backward = backward
    outputs, losses = [model(point) for point in ((0, 0), (0, 1), (1, 0), (1, 1))], list(losses)
    for output in outputs:
        computed = isinstance(output, Value) and output.inputs
        assert computed, f"{call}: the model returned {output!r:.100}, expected a Value that a network computed"
    found = [output > 0 for output in outputs]
    expect(f"the classes of (0, 0), (0, 1), (1, 0), (1, 1) by the model of {call}", found, [0, 1, 1, 0])
    assert losses, f"{call}: the list of losses is empty"
    course = f"from {losses[0]:.4f} to {losses[-1]:.4f}"
    assert losses[0] > 0.1 > losses[-1], f"{call}: the losses go {course}, expected from above 0.1 to below"
    places = range(len(called) - len(losses) + 1)
    real = any(agree(losses, called[i : i + len(losses)]) for i in places)
    assert real, f"{call}: the losses, {course}, are not those of a training; return the list that train returns"
    last = sum(math.log1p(math.exp(-y.data if t else y.data)) for y, t in zip(outputs, (0, 1, 1, 0))) / 4
    sentence = (
        f"the last of the losses is {losses[-1]:.4f}, but the loss of the model is {last:.4f}, expected about the same"
    )
    assert last < 2 * losses[-1], f"{call}: {sentence}"


@pytest.mark.task("exclusive or")
@pytest.mark.points(1, hint="use a hidden layer and enough steps; print the losses to see whether they still fall")
def test_solve_xor(student):
    """The network predicts the class of every point, and the loss falls below 0.1."""
    check_solution(student, "solve_xor()")


@pytest.mark.task("exclusive or, once more")
@pytest.mark.points(1, hint="each call makes a new network, trains it, and returns the losses of its own training")
def test_solve_xor_again(student):
    """The same is true after the call of the test before."""
    check_solution(student, "solve_xor(), called again")
