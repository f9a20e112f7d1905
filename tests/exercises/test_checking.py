"""Tests of the comparison that graded tests make."""

import collections
import inspect
import itertools
import math
import types

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value
from scalargrad.exercises.checking import agree, expect, expect_calls, expect_error, read_dot, shown

numbers = st.floats(-1e9, 1e9)


class Anything:
    """An object that is equal to everything."""

    def __eq__(self, other):
        return True


@given(st.recursive(numbers | st.booleans() | st.none() | st.text(max_size=5), st.lists, max_leaves=8))
def test_a_result_agrees_with_itself(x):
    """A right result is accepted, as a list and as a tuple."""
    assert agree(x, x)
    assert agree([x], (x,)) and agree((x,), [x])


@given(st.lists(numbers, min_size=1))
def test_numbers_of_numpy_agree(xs):
    """Arrays count as sequences, and their elements as numbers."""
    assert agree(numpy.array(xs), xs) and agree(list(numpy.array(xs)), tuple(xs)) and agree(numpy.float64(xs[0]), xs[0])
    assert agree(numpy.array(xs) > 0, [x > 0 for x in xs])


def test_what_reads_like_a_dictionary_agrees():
    """Where a dictionary is expected, every mapping with its keys and values is right."""
    assert agree(collections.ChainMap({"a": 1.0}, {"b": 2.0}), {"a": 1.0, "b": 2.0})
    assert not agree(collections.ChainMap({"a": 1.0}), {"a": 1.0, "b": 2.0})


@given(numbers, st.floats(1e-5, 1e3))
def test_other_numbers_do_not(x, by):
    """A number that differs by more than rounding is refused, alone and in a sequence."""
    wrong = x + by * max(abs(x), 1)
    assert not agree(wrong, x) and not agree([x, wrong], [x, x]) and not agree({"a": wrong}, {"a": x})


@pytest.mark.parametrize(
    "found",
    [None, False, "1.0", [1.0], math.nan, math.inf, Anything(), numpy.array([1.0, 1.0]), -1, 1j, Value(1.0), 10**999],
)
def test_other_objects_are_not_that_number(found):
    """Where 1.0 is expected nothing else is accepted, whatever its == says, and the message shows what it was."""
    with pytest.raises(AssertionError, match=r"^f\(\): you returned .*, expected 1.0$"):
        expect("f()", found, 1.0)


@pytest.mark.parametrize("found", [1, 0.0, None, "True", Anything(), numpy.array([True, True])])
def test_other_objects_are_not_a_bool(found):
    """Where a bool is expected a number is refused, but a bool is accepted for the numbers 1 and 0."""
    assert not agree(found, True) and not agree(found, False)
    assert agree((True, False), (1.0, 0.0))


@pytest.mark.parametrize(
    "found", [(1.0,), (1.0, 2.0, 3.0), 1.0, {1.0, 2.0}, {1.0: 2.0}, "12", (2.0, 1.0), itertools.count(1)]
)
def test_other_objects_are_not_that_sequence(found):
    """Sequences that are too short, too long, endless, or in another order, and sets, are refused."""
    assert not agree(found, (1.0, 2.0))


def test_what_a_student_reads():
    """Numbers have four decimals, and more only if the difference shows later."""
    assert shown((0.29829, [1, 2e-9], None, True, "x")) == "(0.2983, [1, 2e-09], None, True, 'x')"
    assert shown(numpy.array([0.5, 1e7])) == "[0.5, 10000000.0]"
    assert len(shown(list(range(10**6)))) < 100 and len(shown("x" * 10**6)) < 300
    with pytest.raises(AssertionError, match="f: you returned 0.0, expected -0.2983"):
        expect("f", 0.0, -0.298291)
    with pytest.raises(AssertionError, match=r"f: you returned 0.12345 \(float\), expected 0.12346"):
        expect("f", 0.12345, 0.12346)
    with pytest.raises(AssertionError, match=r"f: you returned \[1.0, 0.12345\] \(list\), expected \(..., 0.12346\)"):
        expect("f", [1.0, 0.12345], (..., 0.12346))


def test_parts_of_a_result():
    """Where `...` is expected, everything is right, and the message shows it."""
    expect("f()", (1.0, "x", None), (1.0, ..., ...))
    with pytest.raises(AssertionError, match=r"^f\(\): you returned \(2.0, 'x'\), expected \(1.0, ...\)$"):
        expect("f()", (2.0, "x"), (1.0, ...))


def test_an_error_is_expected():
    """That error, or one of its kind, is right; no error is a failure, and another error is raised."""
    expect_error("f()", LookupError, {}.__getitem__, "a")
    expect_error("f()", ZeroDivisionError, lambda: (1 / x for x in (1, 0)))
    with pytest.raises(AssertionError, match=r"^f\(\): you returned 2.0, expected KeyError$"):
        expect_error("f()", KeyError, abs, -2.0)
    with pytest.raises(TypeError):
        expect_error("f()", KeyError, abs, "x")


def test_small_numbers_are_compared_too():
    """Six digits are too few, and 0 is not a small number; the rounding of another formula is accepted."""
    assert not agree(0.462117, math.tanh(0.5)) and not agree(0.0, 1e-11)
    assert agree(1 - math.tanh(6) ** 2, 1 / math.cosh(6) ** 2)


def changing(xs):
    xs[0].append(3.0)
    return 0.0


def collecting(x, found=[]):  # noqa: B006, because this is the mistake
    found.append(x)
    return list(found)


def dividing(xs):
    yield 1 / sum(xs)


def sharing(x, found=[0.0]):  # noqa: B006
    found[0] = x
    return found


@pytest.mark.parametrize(
    ("function", "examples", "said"),
    [
        (abs, [((-1.0,), 2.0)], "f(-1.0): you returned 1.0, expected 2.0"),
        (dividing, [(([0.0],), [0.0])], "f([0.0]) raised ZeroDivisionError: float division by zero\nin line {line}: {code}"),
        (abs, [(("x",), 0.0)], "f('x') raised TypeError: bad operand type for abs(): 'str'"),
        (changing, [(([[1.0]],), 0.0)], "f([[1.0]]) changed its argument: [[1.0]] became [[1.0, 3.0]]; work on a copy"),
        (collecting, [((1.0,), [1.0])], "f(1.0), called once more: you returned [1.0, 1.0], expected [1.0]"),
        (
            sharing,
            [((1.0,), [1.0]), ((2.0,), [2.0])],
            "f(1.0): a later call has changed what this one returned, [1.0], to [2.0]; return a new object each time",
        ),
    ],
)
def test_calls_depend_on_their_arguments_alone(function, examples, said):
    """A wrong result, an error, a changed argument, a memory of earlier calls, and a shared result are told."""
    with pytest.raises(AssertionError) as raised:
        expect_calls(types.SimpleNamespace(f=function), "f", examples)
    line = inspect.getsourcelines(dividing)[1] + 1
    code = "yield 1 / sum(xs)"
    assert str(raised.value) == said.replace("{line}", str(line)).replace("{code}", code)


def test_what_is_not_written_yet_is_said_so():
    """Stubs raise their own error, which tells that there is nothing to test."""

    def stub():
        raise NotImplementedError("f is not written yet")

    with pytest.raises(NotImplementedError):
        expect_calls(types.SimpleNamespace(f=stub), "f", [((), 0.0)])


def test_right_calls_are_accepted():
    """A function that is right may return a generator, and take a list inside a tuple."""
    student = types.SimpleNamespace(f=lambda xs: (x[0] for x in xs))
    expect_calls(student, "f", [((([1.0], [2.0]),), (1.0, 2.0)), (((),), ())])
    expect_calls(types.SimpleNamespace(f=math.isnan), "f", [((math.nan,), True)])


@pytest.mark.parametrize(
    "text",
    [
        'digraph {\na [label="x = 1"]\nb\na -> b\na -> b\n}',
        'DiGraph G { rankdir=LR; node [shape=box] a [label="x = 1", color="red"]; a -> b; a:e -> b:w [penwidth=2]; }',
        'digraph "my graph" { graph [dpi=96]; edge [color=blue] /* two\nlines */ "a"->"b"//c\n# d\n"a"[label="x = 1";]a->b}',
        'digraph { subgraph cluster_1 { "a" [label="x = 1"][shape=box] } subgraph { a } -> { b; b } }',
        'digraph { b a -> b a -> b; a [label="\\x\\ = 1"] }',
    ],
)
def test_dot_is_what_it_describes(text):
    """One graph may be written in many ways."""
    nodes, edges = read_dot(text)
    assert {name: attributes["label"] for name, attributes in nodes.items()} == {"a": "x = 1", "b": "b"}
    assert edges == [("a", "b"), ("a", "b")]


def test_dot_of_other_graphs():
    """Chains, groups, strict graphs, HTML labels, lines and escapes are read as Graphviz reads them."""
    assert read_dot("digraph { a -> b -> {c d} }")[1] == [("a", "b"), ("b", "c"), ("b", "d")]
    assert read_dot("strict digraph { a -> b a -> b }")[1] == [("a", "b")]
    nodes, _ = read_dot(r'digraph { 1.5 [label=<<b>x</b>>] y [label="a\\b\"c\nd"] "node" {node [label=z] u} v }')
    labels = [attributes["label"] for attributes in nodes.values()]
    assert labels == ["<<b>x</b>>", 'a\\b"c\nd', "node", "z", "v"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("graph { a }", "expected digraph, got graph"),
        ("digraph { a -> }", "expected a name, got }"),
        ("digraph { a", "expected a name, got the end of the text"),
        ("digraph { a [label=a = 2.0] }", "expected a name, got ="),
        ('digraph { a [label="say "hi""] }', 'expected =, got ""'),
        ("digraph { a -- b }", "expected a name, got -"),
        ("digraph { } }", "expected nothing after the last brace, got }"),
        ("digraph { a [label=x } ", "expected a name, got }"),
        ("digraph a", "expected {, got the end of the text"),
        ("", "expected digraph, got the end of the text"),
    ],
)
def test_what_is_not_dot_is_refused(text, said):
    """A mistake is told with what was expected and what is there."""
    with pytest.raises(ValueError) as raised:
        read_dot(text)
    assert str(raised.value) == f"DOT: {said}"
