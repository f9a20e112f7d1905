"""The graded tests of exercise 11: what a run computes, how often, and on which numbers."""

from collections.abc import Set

import pytest

from scalargrad.exercises.checking import expect

pytestmark = pytest.mark.bonus


def counted(student, calls, name, *inputs):
    """An operation, the sum of its inputs, that records in `calls` each time it is computed."""

    def function(*numbers):
        calls.append(name)
        return sum(numbers)

    return student.Operation(function, *inputs)


def doubled(node):
    """Thirty doublings: the node is used a thousand million times, by thirty operations."""
    for _ in range(30):
        node = node + node
    return node


@pytest.mark.task("the operators + and *")
@pytest.mark.points(2, hint="return an Operation with a function of two numbers and both inputs, in order")
def test_operators(student):
    """Sums and products of nodes have the right function and inputs, and take no number of a variable."""
    a, b, v, w = student.Placeholder("a"), student.Placeholder("b"), student.Variable(10.0), student.Variable(20.0)
    for left, right, x, y in ((a, b, "a", "b"), (v, w, "v", "w"), (a, w, "a", "w"), (v, b, "v", "b"), (a, a, "a", "a")):
        for name, node, expected in (
            (f"{x} + {y}", left + right, (5.0, 1.25, 2e-4)),
            (f"{x} * {y}", left * right, (6.0, -3.125, 1e-8)),
        ):
            what = f"{name}, of placeholders a, b and variables v, w"
            assert isinstance(node, student.Operation), f"{what}: you returned {node!r:.100}, expected an Operation"
            assert tuple(node.inputs) == (left, right), (
                f"{what}: the inputs of the operation are not {x} and {y}, in this order"
            )
            for numbers, number in zip(((2.0, 3.0), (2.5, -1.25), (1e-4, 1e-4)), expected):
                expect(f"the function of {name} of {numbers[0]} and {numbers[1]}", node.function(*numbers), number)


@pytest.mark.task("the placeholders of a node")
@pytest.mark.points(1, hint="collect those of all inputs; visit each node once, or the work doubles with every a + a")
def test_placeholders(student):
    """Exactly the placeholders that a node depends on are found, in every call, even after thirty doublings."""
    a, b, c, twin = map(student.Placeholder, "abca")
    w, three = student.Variable(1.0), student.Operation(max, a, b, c)
    double = student.Operation(lambda x: 2 * x, b)
    cases = [
        ("a", a, {a}),
        ("w", w, set()),
        ("a * b + a * w", a * b + a * w, {a, b}),
        ("a + twin, where twin is another placeholder with the name a", a + twin, {a, twin}),
        ("an Operation of a, b and c", three, {a, b, c}),
        ("an Operation of b alone", double, {b}),
        ("30 times c + c", doubled(c), {c}),
    ]
    inputs = [getattr(node, "inputs", None) for _, node, _ in cases]
    for again in "", ", called again":
        for name, node, expected in cases:
            found, call = student.placeholders(node), f"placeholders({name}){again}"
            assert isinstance(found, Set), f"{call}: you returned {found!r:.200}, expected a set"
            names = sorted(getattr(each, "name", "no placeholder") for each in found)
            assert found == expected, f"{call}: you returned {names}, expected {sorted(e.name for e in expected)}"
    now = [getattr(node, "inputs", None) for _, node, _ in cases]
    assert now == inputs, "placeholders changed the inputs of an operation; it only looks at them"


@pytest.mark.task("a run")
@pytest.mark.points(2, hint="compute the numbers of the inputs first, then the function")
def test_run(student):
    """Placeholders, variables and operations of any number of inputs have the right numbers."""
    a, b, w = student.Placeholder("a"), student.Placeholder("b"), student.Variable(10.0)
    run = student.Session().run
    expect("run(a, {a: 2.0})", run(a, {a: 2.0}), 2.0)
    expect("run(w) for the Variable w of 10.0", run(w), 10.0)
    expect("run(v * a, {a: 0.5}) for the Variable v of 0.25", run(student.Variable(0.25) * a, {a: 0.5}), 0.125)
    expect("run(a * b + w, {a: 2.0, b: -3.0})", run(a * b + w, {a: 2.0, b: -3.0}), 4.0)
    expect("run(a + w, {a: 0.0}), fed the number 0", run(a + w, {a: 0.0}), 10.0)
    expect("run(a * b, {a: 0.5, b: -0.25})", run(a * b, {a: 0.5, b: -0.25}), -0.125)
    subtract, twin = (lambda x, y: x - y), student.Placeholder("a")
    first, second = student.Operation(subtract, a, b), student.Operation(subtract, b, w)
    expect("run of the difference a - b, {a: 2.0, b: -3.0}", run(first, {a: 2.0, b: -3.0}), 5.0)
    product = first * second
    expect("run of the product of the differences a - b and b - w, fed 2.0 and -3.0", run(product, {a: 2.0, b: -3.0}), -65.0)
    expect("run(a * twin), two placeholders with the same name, fed 2.0 and 5.0", run(a * twin, {a: 2.0, twin: 5.0}), 10.0)
    three = student.Operation(lambda x, y, z: 100 * x + 10 * y + z, a, w, b)
    expect("run of an Operation that is 100 x + 10 y + z, of 2.0, 10.0 and -3.0", run(three, {a: 2.0, b: -3.0}), 297.0)
    expect("run of an Operation that is -x, of 2.0", run(student.Operation(lambda x: -x, a), {a: 2.0}), -2.0)
    expect("run(a, {a: 2.0, b: 3.0}), where b is not needed", run(a, {a: 2.0, b: 3.0}), 2.0)


@pytest.mark.task("several nodes in one run")
@pytest.mark.points(1, hint="for a list of nodes return the list of their numbers, in order, even if a node is there twice")
def test_list(student):
    """Fetching a list gives a list of the same length, in the same order, and does not change the list."""
    a, w = student.Placeholder("a"), student.Variable(10.0)
    many = [a + student.Variable(float(i * 7 % 10)) for i in range(10)]
    for name, fetch, expected in (
        ("[w, a * w, a]", [w, a * w, a], [10.0, 20.0, 2.0]),
        ("[a, w, a]", [a, w, a], [2.0, 10.0, 2.0]),
        ("[a]", [a], [2.0]),
        ("[]", [], []),
        ("ten sums", many, [2.0 + i * 7 % 10 for i in range(10)]),
    ):
        given, session = list(fetch), student.Session()
        found = session.run(given, {a: 2.0})
        expect(f"run({name}, {{a: 2.0}})", found, expected)
        session.run([w, w, w], {a: 2.0})
        expect(f"the list that run({name}, {{a: 2.0}}) returned, looked at after a later run", found, expected)
        assert given == fetch, f"run({name}, ...) changed the list it got: {len(fetch)} nodes became {len(given)}, or others"


@pytest.mark.task("each operation once, and only if needed")
@pytest.mark.points(1, hint="remember the numbers of this run in a dictionary, and ask whether a node is `in` it")
def test_once(student):
    """An operation that two fetches use three times is computed once, and one that is not needed is not computed."""
    for number in (1.0, 0.0):
        a, calls = student.Placeholder("a"), []
        shared = counted(student, calls, "shared", a, a)
        counted(student, calls, "not needed", shared)
        first, second = counted(student, calls, "first", shared, shared), counted(student, calls, "second", shared)
        found = student.Session().run([first, second], {a: number})
        expect(f"run of two sums of a shared sum of a, fed {number}", found, [4 * number, 2 * number])
        expect(f"the operations computed in the run with {number}, sorted", sorted(calls), ["first", "second", "shared"])
    expect("run of 30 doublings of a, {a: 1.0}", student.Session().run(doubled(a), {a: 1.0}), 2.0**30)


@pytest.mark.task("a second run on other numbers")
@pytest.mark.points(2, hint="keep nothing between runs: begin each with a new dictionary, and read variable.value again")
def test_second_run(student):
    """A session computes new numbers for other feeds and for a changed variable, and keeps no feed."""
    a, b, w = student.Placeholder("a"), student.Placeholder("b"), student.Variable(10.0)
    y, total, square, session, feeds = a * w, a + w, w * w, student.Session(), {a: 2.0}
    expect("run(a * w, {a: 2.0})", session.run(y, feeds), 20.0)
    assert feeds == {a: 2.0}, "run changed the feed_dict it got"
    expect("run(a * w, {a: 3.0}) as the second run of a session", session.run(y, {a: 3.0}), 30.0)
    w.value = -1.0
    for name, node, expected in ("a * w", y, -3.0), ("a + w", total, 2.0), ("w * w", square, 1.0), ("w", w, -1.0):
        expect(f"run({name}, {{a: 3.0}}) after w.value = -1.0", session.run(node, {a: 3.0}), expected)
    expect("run(w), without feeds, after w.value = -1.0", session.run(w), -1.0)
    expect("run(a + b, {a: 1.0, b: 2.0})", session.run(a + b, {a: 1.0, b: 2.0}), 3.0)
    for name, each in (("the same session", session), ("another session", student.Session())):
        for feeds in {a: 1.0}, {}, None:
            try:
                found = each.run(a + b, feeds)
            except ValueError:
                continue
            raise AssertionError(
                f"a run of a + b without b, in {name}, after a run with b: you returned {found!r:.50}, expected a ValueError"
            )


@pytest.mark.task("a placeholder that is not fed")
@pytest.mark.points(
    1, hint="raise ValueError with the name of the placeholder, but only if it is needed; catch no other errors"
)
def test_not_fed(student):
    """The error names the placeholder; placeholders that are not needed need no number; errors of functions pass through."""
    a, rate, _ = map(student.Placeholder, ("a", "rate", "later"))
    for name, fetch, feeds in (
        ("rate", rate, None),
        ("rate, {}", rate, {}),
        ("a * rate, {a: 1.0}", a * rate, {a: 1.0}),
        ("rate + a, {a: 1.0}", rate + a, {a: 1.0}),
        ("[a, a * rate], {a: 1.0}", [a, a * rate], {a: 1.0}),
    ):
        try:
            found = student.Session().run(fetch, feeds)
        except ValueError as error:
            assert "rate" in str(error), f"run({name}): the error says {str(error)!r}, expected the name, rate"
        else:
            raise AssertionError(f"run({name}), without rate: you returned {found!r:.100}, expected a ValueError")
    expect("run(a, {a: 1.0}) with another placeholder around", student.Session().run(a, {a: 1.0}), 1.0)
    inverse = student.Operation(lambda x: 1 / x, a)
    try:
        found = student.Session().run(inverse, {a: 0.0})
    except ZeroDivisionError:
        return
    raise AssertionError(
        f"run of 1 / a, {{a: 0.0}}: you returned {found!r:.100}, expected the ZeroDivisionError of the function"
    )
