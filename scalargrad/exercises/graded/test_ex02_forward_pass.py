"""The graded tests of exercise 2: every intermediate number counts, not only the last."""

import itertools
import math

import pytest

from scalargrad.exercises.checking import expect, expect_calls, expect_error


@pytest.mark.task("the steps of (a + b) * (b - c)")
@pytest.mark.points(2, hint="return all three numbers, d, e and Y, in this order")
def test_expression(student):
    """All three numbers are right, for numbers of either sign."""
    numbers = (2.0, 3.0, 1.0), (-1.0, 0.5, 4.0), (0.0, -2.0, -2.5), (2.0, 0.25, 3.0), (0.1234567, 0.7654321, -0.3333333)
    expect_calls(student, "expression", [((a, b, c), (a + b, b - c, (a + b) * (b - c))) for a, b, c in numbers])


@pytest.mark.task("the steps of a neuron")
@pytest.mark.points(2, hint="weights times inputs, then their sum with the bias, then tanh of that sum")
def test_neuron(student):
    """All four numbers of the neuron are right, for several weights and the same inputs, and for a large sum."""
    examples = []
    for x1, x2, w1, w2, b in (
        (2.0, 0.0, -3.0, 1.0, 6.5),
        (0.5, -1.5, 0.7, 0.2, 0.0),
        (1.0, 2.0, 0.3, 0.4, -1.0),
        (1.0, 2.0, -0.6, 2.5, 0.1),
    ):
        s = w1 * x1 + w2 * x2 + b
        examples.append(((x1, x2, w1, w2, b), (w1 * x1, w2 * x2, s, math.tanh(s))))
    expect_calls(student, "neuron", examples)


def check(student, steps, numbers, computed):
    """Check a run, whatever it does to its arguments."""
    found = student.run(list(steps), dict(numbers))
    expect(f"run({steps}, {numbers})", found, {**numbers, **computed})


@pytest.mark.task("one step of a program")
@pytest.mark.points(1, hint="look up the operation in OPERATIONS, and its inputs in the numbers known so far")
def test_run_one_step(student):
    """One operation is computed on any numbers; the given numbers are in the result, whether a step uses them or not."""
    check(student, [("d", "+", "a", "b")], {"a": 2.0, "b": 3.0}, {"d": 5.0})
    check(student, [("d", "+", "a", "b")], {"a": 0.12345678, "b": -0.5, "c": 7.0}, {"d": -0.37654322})
    check(student, [("d", "-", "a", "b")], {"a": 2.0, "b": 3.0}, {"d": -1.0})
    check(student, [], {"a": 2.0}, {})


@pytest.mark.task("the order of the inputs of a step")
@pytest.mark.points(1, hint="b - c is not c - b: pass the inputs in the order of the step")
def test_run_in_order(student):
    """A difference keeps the order of its inputs, whatever their names, and may have the same input twice."""
    numbers = {"a": 2.0, "b": 3.0, "x1": -1.5, "x2": 0.25, "left": 0.0, "right": 10.0}
    check(student, [("e", "-", "b", "a"), ("f", "-", "e", "e")], numbers, {"e": 1.0, "f": 0.0})
    for x, y in itertools.permutations(numbers, 2):
        check(student, [("e", "-", x, y)], numbers, {"e": numbers[x] - numbers[y]})


@pytest.mark.task("steps that use earlier steps")
@pytest.mark.points(1, hint="add each result to the known numbers at once, because the next step may need it")
def test_run_a_chain(student):
    """Steps use the results of earlier ones, also where those are 0, have one input, or give a name a new number."""
    steps = [("d", "+", "a", "b"), ("e", "-", "b", "c"), ("Y", "*", "d", "e"), ("t", "tanh", "Y")]
    check(student, steps, {"a": 0.2, "b": 0.3, "c": 0.1}, {"d": 0.5, "e": 0.2, "Y": 0.1, "t": math.tanh(0.1)})
    steps = [
        ("zero", "-", "a", "a"),
        ("p", "*", "zero", "b"),
        ("q", "+", "p", "b"),
        ("r", "-", "a", "q"),
        ("s", "*", "r", "r"),
    ]
    check(student, steps, {"a": 2.0, "b": 5.0}, {"zero": 0.0, "p": 0.0, "q": 5.0, "r": -3.0, "s": 9.0})
    check(student, [("a", "*", "a", "a"), ("a", "+", "a", "b")], {"a": 3.0, "b": 1.0}, {"a": 10.0})
    check(student, [("a", "+", "a", "a"), ("a", "+", "a", "a")], {"a": 3.0}, {"a": 12.0})


@pytest.mark.task("operations that somebody adds to OPERATIONS")
@pytest.mark.points(1, hint="do not compare with the names of operations: OPERATIONS[operation](*inputs) works for all")
def test_run_other_operations(student):
    """Operations come from the table at the time of the run, and have any number of inputs."""
    added = {"one": lambda: 1.0, "half": lambda x: x / 2, "within": lambda x, low, high: max(low, min(x, high))}
    student.OPERATIONS.update(added)
    try:
        steps = [("i", "one"), ("h", "half", "a"), ("w", "within", "h", "i", "b")]
        found = student.run(list(steps), {"a": 9.0, "b": 3.0})
        expected = {"a": 9.0, "b": 3.0, "i": 1.0, "h": 4.5, "w": 3.0}
        text = "with the new operations one() = 1, half(x) = x / 2 and within(x, low, high) = max(low, min(x, high))"
        expect(f"run({steps}, {{'a': 9.0, 'b': 3.0}}), {text}", found, expected)
    finally:
        for name in added:
            del student.OPERATIONS[name]


@pytest.mark.task("inputs that nobody knows")
@pytest.mark.points(1, hint="known[name] raises KeyError by itself; do not catch it, and do not use known.get")
def test_run_unknown_inputs(student):
    """An input that is neither given nor computed before raises KeyError, though a later step computes it."""
    for steps in [("d", "+", "a", "b")], [("d", "tanh", "e"), ("e", "tanh", "a")]:
        expect_error(f"run({steps}, {{'a': 2.0}})", KeyError, student.run, list(steps), {"a": 2.0})


@pytest.mark.task("the arguments are not changed")
@pytest.mark.points(1, hint="begin with a copy, dict(numbers), because the caller may run the program again")
def test_run_leaves_its_arguments(student):
    """The steps and numbers of the caller stay as they are, and each result is a new dictionary."""
    square, twice = [("d", "*", "a", "a")], [("a", "+", "a", "a"), ("b", "+", "a", "a")]
    examples = [
        ((square, {"a": 2.0}), {"a": 2.0, "d": 4.0}),
        ((twice, {"a": 2.0}), {"a": 4.0, "b": 8.0}),
        ((square, {"a": 5.0}), {"a": 5.0, "d": 25.0}),
    ]
    expect_calls(student, "run", examples)
    numbers = {"a": 2.0}
    assert student.run([], numbers) is not numbers, "run([], {'a': 2.0}) returned the dictionary it got, expected a copy"
