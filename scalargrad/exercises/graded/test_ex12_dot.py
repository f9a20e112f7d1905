"""The graded tests of exercise 12 read the text back, so that any numbering of nodes and any order of lines is right."""

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
    """The labels in the DOT of a graph, and the number of arrows from each label to each other."""
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
        assert name in names, f"to_dot: an arrow begins or ends at {name}, which is not a node in\n{text}"
    return sorted(names.values()), Counter(f"{names[tail]} -> {names[head]}" for tail, head in edges)


def leaves():
    return Value(2.0, label="a"), Value(-3.0, label="b")


@pytest.mark.task("quoted: plain texts")
@pytest.mark.points(1, hint="put a double quote before the text and one after it")
def test_quoted(student):
    """A plain text is put between quotes."""
    expect('quoted("a = 2.0")', student.quoted("a = 2.0"), '"a = 2.0"')
    expect('quoted("")', student.quoted(""), '""')


@pytest.mark.task("quoted: quotes and backslashes")
@pytest.mark.points(2, hint="double the backslashes first, then put a backslash before each quote")
def test_quoted_escapes(student):
    """Quotes and backslashes are escaped, alone and together."""
    for text in ('say "a"', "a\\b", 'a\\"b', "\\", '"'):
        expected = '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
        expect(f"quoted({text!r})", student.quoted(text), expected)


@pytest.mark.task("the label of a leaf")
@pytest.mark.points(1, hint="the name, an equals sign between spaces, and the number with four decimals")
def test_label_of_a_leaf(student):
    """A leaf has its name and its number."""
    expect("label of the leaf a of 2.0", student.label(Value(2.0, label="a")), "a = 2.0000")
    expect("label of the leaf w of -0.123456", student.label(Value(-0.123456, label="w")), "w = -0.1235")


@pytest.mark.task("the label of a computed Value")
@pytest.mark.points(1, hint="use node.operation.symbol instead of the name")
def test_label_of_a_result(student):
    """A computed Value has the symbol of its operation and its number."""
    a, b = leaves()
    expect("label of a * b", student.label(a * b), "* = -6.0000")
    expect("label of tanh(a)", student.label(tanh(a)), "tanh = 0.9640")


@pytest.mark.task("a leaf alone, as DOT")
@pytest.mark.points(1, hint='the lines `digraph {`, `n0 [label="a = 2.0000"]` and `}`; call `quoted` for the label')
def test_leaf(student):
    """A leaf is one node, and quotes in its name are escaped."""
    expect("the labels in to_dot of the leaf a", read(student, leaves()[0])[0], ["a = 2.0000"])
    a = Value(1.0, label='"a"')
    expect('the labels in to_dot of a leaf named "a", with quotes', read(student, a)[0], ['\\"a\\" = 1.0000'])


@pytest.mark.task("(a + b) * b, as DOT")
@pytest.mark.points(2, hint="each node once, and an arrow from each input to what is computed from it")
def test_graph(student):
    """Each node is there once, with an arrow from each of its inputs."""
    a, b = leaves()
    nodes, edges = read(student, (a + b) * b)
    product, total = "* = 3.0000", "+ = -1.0000"
    expect("the labels in to_dot((a + b) * b), sorted", nodes, [product, total, "a = 2.0000", "b = -3.0000"])
    arrows = [f"{total} -> {product}", f"a = 2.0000 -> {total}", f"b = -3.0000 -> {product}", f"b = -3.0000 -> {total}"]
    expect("the arrows in to_dot((a + b) * b), sorted", sorted(edges.elements()), arrows)


@pytest.mark.task("a + a, as DOT")
@pytest.mark.points(1, hint="two inputs are two arrows, even if they are the same node; two nodes may have the same label")
def test_two_edges(student):
    """a + a has two arrows, and a sum of two leaves with the same label has three nodes."""
    a, twin = leaves()[0], leaves()[0]
    expect("the arrows in to_dot(a + a)", dict(read(student, a + a)[1]), {"a = 2.0000 -> + = 4.0000": 2})
    labels = ["+ = 4.0000", "a = 2.0000", "a = 2.0000"]
    expect("the labels in to_dot of the sum of two leaves a of 2.0, sorted", read(student, a + twin)[0], labels)


@pytest.mark.task("the same graph, the same text")
@pytest.mark.points(1, hint="number the nodes; id() is different in every run")
def test_same_text(student):
    """Two equal graphs that exist at the same time have the same text."""
    first, second = (Value(1.0, label="a") * Value(2.0, label="b") for _ in range(2))
    expect("to_dot of a * b, made twice: the second text", student.to_dot(second), student.to_dot(first))
