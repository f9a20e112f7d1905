"""The graded tests of exercise 11: what a run computes, how often, and on which numbers."""

import pytest

from scalargrad.exercises.checking import expect

pytestmark = pytest.mark.bonus


def counted(student, calls, name, *inputs):
    """An operation, the sum of its inputs, that records in `calls` each time it is computed."""

    def function(*numbers):
        calls.append(name)
        return sum(numbers)

    return student.Operation(function, *inputs)


@pytest.mark.task("the operators + and *")
@pytest.mark.points(2, hint="return an Operation with a function of two numbers and both inputs, in order")
def test_operators(student):
    """Sums and products of nodes without numbers have the right function and inputs."""
    a, b = student.Placeholder("a"), student.Placeholder("b")
    for name, node, expected in (("a + b", a + b, 5.0), ("a * b", a * b, 6.0)):
        assert isinstance(node, student.Operation), f"{name}: you returned {node!r:.100}, expected an Operation"
        assert tuple(node.inputs) == (a, b), f"{name}: the inputs of the operation are not a and b, in this order"
        expect(f"the function of {name} of 2.0 and 3.0", node.function(2.0, 3.0), expected)


@pytest.mark.task("the placeholders of a node")
@pytest.mark.points(1, hint="collect those of all inputs; visit each node once, or the work doubles with every a + a")
def test_placeholders(student):
    """Exactly the placeholders that a node depends on are found, even after forty doublings."""
    a, b, c = map(student.Placeholder, "abc")
    w = student.Variable(1.0)
    doubled = c
    for _ in range(40):
        doubled = doubled + doubled
    cases = [("a", a, {a}), ("w", w, set()), ("a * b + a * w", a * b + a * w, {a, b}), ("40 times c + c", doubled, {c})]
    for name, node, expected in cases:
        found = set(student.placeholders(node))
        names = sorted(getattr(each, "name", "no placeholder") for each in found)
        assert found == expected, f"placeholders({name}): you returned {names}, expected {sorted(e.name for e in expected)}"


@pytest.mark.task("a run")
@pytest.mark.points(2, hint="compute the numbers of the inputs first, then the function")
def test_run(student):
    """Placeholders, variables and operations have the right numbers."""
    a, b, w = student.Placeholder("a"), student.Placeholder("b"), student.Variable(10.0)
    run = student.Session().run
    expect("run(a, {a: 2.0})", run(a, {a: 2.0}), 2.0)
    expect("run(w) for the Variable w of 10.0", run(w), 10.0)
    expect("run(a * b + w, {a: 2.0, b: -3.0})", run(a * b + w, {a: 2.0, b: -3.0}), 4.0)
    expect("run(a + w, {a: 0.0}), fed the number 0", run(a + w, {a: 0.0}), 10.0)


@pytest.mark.task("several nodes in one run")
@pytest.mark.points(1, hint="for a list of nodes return the list of their numbers, in order")
def test_list(student):
    """Fetching a list gives a list."""
    a, w = student.Placeholder("a"), student.Variable(10.0)
    expect("run([w, a * w, a], {a: 2.0})", student.Session().run([w, a * w, a], {a: 2.0}), [10.0, 20.0, 2.0])


@pytest.mark.task("each operation once, and only if needed")
@pytest.mark.points(1, hint="remember the numbers of this run in a dictionary, from node to number")
def test_once(student):
    """An operation that two fetches use three times is computed once, and one that is not needed is not computed."""
    a, calls = student.Placeholder("a"), []
    shared = counted(student, calls, "shared", a, a)
    counted(student, calls, "not needed", shared)
    first, second = counted(student, calls, "first", shared, shared), counted(student, calls, "second", shared)
    expect("run of two sums of a shared sum", student.Session().run([first, second], {a: 1.0}), [4.0, 2.0])
    expect("the operations computed in this run, sorted", sorted(calls), ["first", "second", "shared"])


@pytest.mark.task("a second run on other numbers")
@pytest.mark.points(2, hint="keep nothing between runs: begin each with a new dictionary, and read variable.value again")
def test_second_run(student):
    """A session computes new numbers for other feeds and for a changed variable."""
    a, w = student.Placeholder("a"), student.Variable(10.0)
    y, session, feeds = a * w, student.Session(), {a: 2.0}
    expect("run(a * w, {a: 2.0})", session.run(y, feeds), 20.0)
    assert feeds == {a: 2.0}, "run changed the feed_dict it got"
    expect("run(a * w, {a: 3.0}) as the second run of a session", session.run(y, {a: 3.0}), 30.0)
    w.value = -1.0
    expect("run(a * w, {a: 3.0}) after w.value = -1.0", session.run(y, {a: 3.0}), -3.0)


@pytest.mark.task("a placeholder that is not fed")
@pytest.mark.points(1, hint="raise ValueError with the name of the placeholder, but only if it is needed")
def test_not_fed(student):
    """The error names the placeholder; placeholders that are not needed need no number."""
    a, rate = student.Placeholder("a"), student.Placeholder("rate")
    for feeds in (None, {}, {a: 1.0}):
        shown = "" if feeds is None else ", {a: 1.0}" if feeds else ", {}"
        try:
            found = student.Session().run(a * rate if feeds else rate, feeds)
        except ValueError as error:
            assert "rate" in str(error), f"run without rate: the error says {str(error)!r}, expected the name, rate"
        else:
            raise AssertionError(f"run(y{shown}), y needs rate: you returned {found!r}, expected a ValueError")
    expect("run(a, {a: 1.0}) with another placeholder around", student.Session().run(a, {a: 1.0}), 1.0)
