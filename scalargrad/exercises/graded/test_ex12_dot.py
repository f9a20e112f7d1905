"""The graded tests of exercise 12: the text is read back, so that any numbering of the nodes and order of lines is right."""

import re
from collections import Counter

import pytest

from scalargrad import Value, tanh
from scalargrad.exercises.checking import expect

SCALARGRAD_IS_ALLOWED = True
pytestmark = pytest.mark.bonus

NODE = re.compile(r'\s*(\w+)\s*\[\s*label\s*=\s*"((?:[^"\\]|\\.)*)"\s*\]\s*;?\s*')
EDGE = re.compile(r"\s*(\w+)\s*->\s*(\w+)\s*;?\s*")


def read(student, root):
    """The labels, and how many arrows there are from which label to which, in the DOT of a graph."""
    text = student.to_dot(root)
    lines = text.strip().splitlines()
    first = lines[0] if lines else ""
    assert re.fullmatch(r"digraph\s*\w*\s*\{", first.strip()), f"to_dot: the first line is {first!r}, expected 'digraph {{'"
    assert lines[-1].strip() == "}", f"to_dot: the last line is {lines[-1]!r}, expected '}}'"
    nodes = [match.groups() for match in map(NODE.fullmatch, lines[1:-1]) if match]
    edges = [match.groups() for match in map(EDGE.fullmatch, lines[1:-1]) if match]
    names = dict(nodes)
    assert len(names) == len(nodes), f"to_dot: two nodes have the same name in\n{text}"
    for name in {name for edge in edges for name in edge}:
        assert name in names, f"to_dot: an arrow leads from or to {name}, which is no node in\n{text}"
    return sorted(names.values()), Counter(f"{names[tail]} -> {names[head]}" for tail, head in edges)


def leaves():
    return Value(2.0, label="a"), Value(-3.0, label="b")


@pytest.mark.task("quoted: texts without surprises")
@pytest.mark.points(1, hint="a double quote before and one behind")
def test_quoted(student):
    """A text between quotes."""
    expect('quoted("a = 2.0")', student.quoted("a = 2.0"), '"a = 2.0"')
    expect('quoted("")', student.quoted(""), '""')


@pytest.mark.task("quoted: quotes and backslashes")
@pytest.mark.points(2, hint="double the backslashes first, then put one before each quote")
def test_quoted_escapes(student):
    """Quotes and backslashes, alone and together."""
    for text in ('say "a"', "a\\b", 'a\\"b', "\\", '"'):
        expected = '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
        expect(f"quoted({text!r})", student.quoted(text), expected)


@pytest.mark.task("the label of a leaf")
@pytest.mark.points(1, hint="its name, an equals sign between spaces, and the number with four decimals")
def test_label_of_a_leaf(student):
    """Name and number."""
    expect("label of the leaf a of 2.0", student.label(Value(2.0, label="a")), "a = 2.0000")
    expect("label of the leaf w of -0.123456", student.label(Value(-0.123456, label="w")), "w = -0.1235")


@pytest.mark.task("the label of a result")
@pytest.mark.points(1, hint="node.operation.symbol, instead of the name")
def test_label_of_a_result(student):
    """Symbol and number."""
    a, b = leaves()
    expect("label of a * b", student.label(a * b), "* = -6.0000")
    expect("label of tanh(a)", student.label(tanh(a)), "tanh = 0.9640")


@pytest.mark.task("a leaf alone, as DOT")
@pytest.mark.points(1, hint='the lines `digraph {`, `n0 [label="a = 2.0000"]` and `}`, where `quoted` writes the text')
def test_leaf(student):
    """One node and no arrow, and a name with quotes does no harm."""
    expect("the labels in to_dot of the leaf a", read(student, leaves()[0])[0], ["a = 2.0000"])
    a = Value(1.0, label='"a"')
    expect('the labels in to_dot of a leaf named "a", with quotes', read(student, a)[0], ['\\"a\\" = 1.0000'])


@pytest.mark.task("(a + b) * b, as DOT")
@pytest.mark.points(2, hint="each node once, and an arrow from each input to what was made from it")
def test_graph(student):
    """Nodes once each, arrows from inputs to results."""
    a, b = leaves()
    nodes, edges = read(student, (a + b) * b)
    product, total = "* = 3.0000", "+ = -1.0000"
    expect("the labels in to_dot((a + b) * b), sorted", nodes, [product, total, "a = 2.0000", "b = -3.0000"])
    arrows = [f"{total} -> {product}", f"a = 2.0000 -> {total}", f"b = -3.0000 -> {product}", f"b = -3.0000 -> {total}"]
    expect("the arrows in to_dot((a + b) * b), sorted", sorted(edges.elements()), arrows)


@pytest.mark.task("a + a, as DOT")
@pytest.mark.points(1, hint="two inputs are two arrows, also if both are the same node; two nodes may have the same text")
def test_two_edges(student):
    """A sum of twice the same has two arrows, and one of two nodes that look the same has three nodes."""
    a, twin = leaves()[0], leaves()[0]
    expect("the arrows in to_dot(a + a)", dict(read(student, a + a)[1]), {"a = 2.0000 -> + = 4.0000": 2})
    labels = ["+ = 4.0000", "a = 2.0000", "a = 2.0000"]
    expect("the labels in to_dot of the sum of two leaves a of 2.0, sorted", read(student, a + twin)[0], labels)


@pytest.mark.task("the same graph, the same text")
@pytest.mark.points(1, hint="number the nodes; id() differs from run to run")
def test_same_text(student):
    """Two graphs made alike, both of which are there at once, have the same text."""
    first, second = (Value(1.0, label="a") * Value(2.0, label="b") for _ in range(2))
    expect("to_dot of a * b, made twice: the second text", student.to_dot(second), student.to_dot(first))
