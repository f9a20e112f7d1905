"""The graded tests of exercise 2: every intermediate number counts, not only the last."""

import math

import pytest

from scalargrad.exercises.checking import expect


@pytest.mark.task("the steps of (a + b) * (b - c)")
@pytest.mark.points(2, hint="return all three numbers, d, e and Y, in this order")
def test_expression(student):
    """All three numbers are right, for numbers of either sign."""
    for a, b, c in ((2.0, 3.0, 1.0), (-1.0, 0.5, 4.0), (0.0, -2.0, -2.5)):
        expect(f"expression({a}, {b}, {c})", student.expression(a, b, c), (a + b, b - c, (a + b) * (b - c)))


@pytest.mark.task("the steps of a neuron")
@pytest.mark.points(2, hint="weights times inputs, then their sum with the bias, then tanh of that sum")
def test_neuron(student):
    """All four numbers of the neuron are right."""
    for x1, x2, w1, w2, b in ((2.0, 0.0, -3.0, 1.0, 6.5), (0.5, -1.5, 0.7, 0.2, 0.0), (1.0, 2.0, 0.3, 0.4, -1.0)):
        s = w1 * x1 + w2 * x2 + b
        found = student.neuron(x1, x2, w1, w2, b)
        expect(f"neuron({x1}, {x2}, {w1}, {w2}, {b})", found, (w1 * x1, w2 * x2, s, math.tanh(s)))


@pytest.mark.task("one step of a program")
@pytest.mark.points(1, hint="look up the operation in OPERATIONS, and its inputs in the numbers known so far")
def test_run_one_step(student):
    """One operation on two given numbers is computed, and the given numbers are in the result too."""
    found = student.run([("d", "+", "a", "b")], {"a": 2.0, "b": 3.0})
    expect('run([("d", "+", "a", "b")], {"a": 2.0, "b": 3.0})', found, {"a": 2.0, "b": 3.0, "d": 5.0})


@pytest.mark.task("the order of the inputs of a step")
@pytest.mark.points(1, hint="b - c is not c - b: pass the inputs in the order of the step")
def test_run_in_order(student):
    """A difference keeps the order of its inputs, and may have the same input twice."""
    found = student.run([("e", "-", "b", "a"), ("f", "-", "e", "e")], {"a": 2.0, "b": 3.0})
    expect("run of e = b - a; f = e - e", found, {"a": 2.0, "b": 3.0, "e": 1.0, "f": 0.0})


@pytest.mark.task("steps that use earlier steps")
@pytest.mark.points(2, hint="add each result to the known numbers at once, because the next step may need it")
def test_run_a_chain(student):
    """A step can use the results of earlier steps, and may have a single input."""
    steps = [("d", "+", "a", "b"), ("e", "-", "b", "c"), ("Y", "*", "d", "e"), ("t", "tanh", "Y")]
    found = student.run(steps, {"a": 0.2, "b": 0.3, "c": 0.1})
    numbers = {"a": 0.2, "b": 0.3, "c": 0.1, "d": 0.5, "e": 0.2, "Y": 0.1, "t": math.tanh(0.1)}
    expect("run of d = a + b; e = b - c; Y = d * e; t = tanh(Y)", found, numbers)


@pytest.mark.task("the given numbers are not changed")
@pytest.mark.points(2, hint="begin with a copy, dict(numbers), because the caller may run the program again")
def test_run_leaves_its_argument(student):
    """The dictionary of the caller is not changed."""
    numbers = {"a": 2.0}
    expect('run([("d", "*", "a", "a")], {"a": 2.0})', student.run([("d", "*", "a", "a")], numbers), {"a": 2.0, "d": 4.0})
    assert numbers == {"a": 2.0}, f"run changed the dictionary it got: {{'a': 2.0}} became {numbers}"
