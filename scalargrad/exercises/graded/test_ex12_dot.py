"""The graded tests of exercise 12 read the text back, so that all DOT that describes the graph is right."""

import re

import pytest

from scalargrad import Value, exp, tanh
from scalargrad.exercises.checking import expect, expect_calls, read_dot

SCALARGRAD_IS_ALLOWED = True
pytestmark = pytest.mark.bonus


def read(student, call, root):
    """The DOT of a graph: its labels, its arrows from label to label, and how many arrows each node has; all sorted."""
    text = student.to_dot(root)
    assert isinstance(text, str), f"{call}: you returned {text!r:.200}, expected a text"
    try:
        nodes, edges = read_dot(text)
    except ValueError as error:
        raise AssertionError(f"{call}: the text is not {error}, in\n{text}") from None
    labels = {name: attributes["label"] for name, attributes in nodes.items()}
    arrows = [f"{labels[tail]} -> {labels[head]}" for tail, head in edges]
    counts = [
        f"{label}: {sum(head == name for _, head in edges)} in, {sum(tail == name for tail, _ in edges)} out"
        for name, label in labels.items()
    ]
    return sorted(labels.values()), sorted(arrows), sorted(counts)


def leaves():
    return Value(2.0, label="a"), Value(-3.0, label="b")


@pytest.mark.task("quoted: plain texts")
@pytest.mark.points(1, hint="put a double quote before the text and one after it")
def test_quoted(student):
    """A plain text is put between quotes, with its spaces."""
    texts = "a = 2.0", "", "  two  spaces ", "it's", "x -> y; {z}"
    expect_calls(student, "quoted", [((text,), f'"{text}"') for text in texts])


@pytest.mark.task("quoted: quotes and backslashes")
@pytest.mark.points(2, hint="double the backslashes first, then put a backslash before each quote")
def test_quoted_escapes(student):
    """All quotes and backslashes are escaped, alone and together."""
    texts = 'say "a"', "a\\b", 'a\\"b', "\\", '"', "C:\\x\\y\\", '""""', '\\\\"\\\\'
    expect_calls(student, "quoted", [((text,), '"' + re.sub(r'(["\\])', r"\\\1", text) + '"') for text in texts])


@pytest.mark.task("the label of a leaf")
@pytest.mark.points(1, hint="the name, an equals sign between spaces, and the number with four decimals")
def test_label_of_a_leaf(student):
    """A leaf has its name and its number, large or small, as it is now."""
    for name, number, expected in (
        ("a", 2.0, "a = 2.0000"),
        ("w", -0.123456, "w = -0.1235"),
        ("learning rate", 1e-9, "learning rate = 0.0000"),
        ("N", 1234567.25, "N = 1234567.2500"),
    ):
        expect(f"label of the leaf {name} of {number}", student.label(Value(number, label=name)), expected)
    a = leaves()[0]
    student.label(a)
    a.data = 0.5
    expect("label of the leaf a of 2.0, after a.data = 0.5", student.label(a), "a = 0.5000")


@pytest.mark.task("the label of a computed Value")
@pytest.mark.points(1, hint="use node.operation.symbol instead of the name, even if it has a name too")
def test_label_of_a_result(student):
    """A computed Value has the symbol of its operation and its number, whatever the operation, even if it has a name."""
    a, b = leaves()
    for call, node, expected in (
        ("a * b", a * b, "* = -6.0000"),
        ("tanh(a)", tanh(a), "tanh = 0.9640"),
        ("a - b", a - b, "- = 5.0000"),
        ("a / b", a / b, "/ = -0.6667"),
        ("exp(b)", exp(b), "exp = 0.0498"),
        ("a ** 2", a**2, f"{(a**2).operation.symbol} = 4.0000"),
    ):
        expect(f"label of {call}", student.label(node), expected)
    named = a * b
    named.label = "c"
    expect("label of c = a * b, where c.label is 'c'", student.label(named), "* = -6.0000")
    named.backward()
    expect("label of c = a * b, after c.backward()", student.label(named), "* = -6.0000")


@pytest.mark.task("a leaf alone, as DOT")
@pytest.mark.points(1, hint='the lines `digraph {`, `n0 [label="a = 2.0000"]` and `}`; call `quoted` for the label')
def test_leaf(student):
    """A leaf is one node; quotes and backslashes in its name are escaped, and its number is the one it has now."""
    a = leaves()[0]
    nodes, edges, _ = read(student, "to_dot of the leaf a", a)
    expect("to_dot of the leaf a: the labels and arrows", (nodes, edges), [["a = 2.0000"], []])
    a.data = 0.5
    call = "to_dot of the leaf a, after a.data = 0.5"
    expect(f"{call}: the labels", read(student, call, a)[0], ["a = 0.5000"])
    for name in '"a"', "a\\b", "x\\", "n0 -> n1; }", "the weight of the second input of the first neuron":
        call = f"to_dot of a leaf with the name {name}"
        expect(f"{call}: the labels", read(student, call, Value(1.0, label=name))[0], [f"{name} = 1.0000"])


@pytest.mark.task("(a + b) * b, as DOT")
@pytest.mark.points(1, hint="each node once, and an arrow from each input to what is computed from it")
def test_graph(student):
    """Each node is there once, with an arrow from each of its inputs, and the graph is not changed."""
    a, b = leaves()
    total = a + b
    root = total * b
    product, sum_ = "* = 3.0000", "+ = -1.0000"
    arrows = [f"{sum_} -> {product}", f"a = 2.0000 -> {sum_}", f"b = -3.0000 -> {product}", f"b = -3.0000 -> {sum_}"]
    for call in "to_dot((a + b) * b)", "to_dot((a + b) * b), called again":
        nodes, edges, _ = read(student, call, root)
        expect(f"{call}: the labels, sorted", nodes, [product, sum_, "a = 2.0000", "b = -3.0000"])
        expect(f"{call}: the arrows, sorted", edges, arrows)
    c = tanh(Value(0.123456, label="c"))
    nodes, edges, _ = read(student, "to_dot(tanh(c))", c)
    expect(
        "to_dot(tanh(c)): the labels and arrows",
        (nodes, edges),
        [["c = 0.1235", "tanh = 0.1228"], ["c = 0.1235 -> tanh = 0.1228"]],
    )
    found = [[node.label, node.data, node.grad] for node in (a, b, total, root, *c.inputs)]
    expected = [["a", 2, 0], ["b", -3, 0], ["", -1, 0], ["", 3, 0], ["c", 0.123456, 0]]
    expect("the labels, numbers and gradients of a, b, a + b, (a + b) * b and c after to_dot", found, expected)


@pytest.mark.task("a + a, as DOT")
@pytest.mark.points(1, hint="two inputs are two arrows, even if they are the same node; two nodes may have the same label")
def test_two_edges(student):
    """a + a has two arrows, and two nodes with the same label are two nodes."""
    a, twin = leaves()[0], leaves()[0]
    arrow = "a = 2.0000 -> + = 4.0000"
    expect("to_dot(a + a): the arrows", read(student, "to_dot(a + a)", a + a)[1], [arrow] * 2)
    call = "to_dot of the sum of two leaves a of 2.0"
    counts = ["+ = 4.0000: 2 in, 0 out", "a = 2.0000: 0 in, 1 out", "a = 2.0000: 0 in, 1 out"]
    expect(f"{call}: the arrows of each node, sorted", read(student, call, a + twin)[2], counts)
    call, b = "to_dot((a * b) + (a * b)), where a * b is computed twice", leaves()[1]
    counts = ["* = -6.0000: 2 in, 1 out"] * 2
    counts += ["+ = -12.0000: 2 in, 0 out", "a = 2.0000: 0 in, 2 out", "b = -3.0000: 0 in, 2 out"]
    expect(f"{call}: the arrows of each node, sorted", read(student, call, (a * b) + (a * b))[2], counts)


@pytest.mark.task("30 doublings, as DOT")
@pytest.mark.points(1, hint="visit each node once, or the work doubles with every a + a")
def test_doublings(student):
    """Thirty doublings are 31 nodes, even if their numbers are 0."""
    y = Value(0.0, label="x")
    for _ in range(30):
        y = y + y
    nodes, edges, _ = read(student, "to_dot of 30 doublings", y)
    expect("to_dot of 30 doublings of x, whose number is 0: the labels", nodes, ["+ = 0.0000"] * 30 + ["x = 0.0000"])
    expect("to_dot of 30 doublings of x: the number of arrows", len(edges), 60)


@pytest.mark.task("the same graph, the same text")
@pytest.mark.points(1, hint="number the nodes in topological order; id() and the order of a set are different in every run")
def test_same_text(student):
    """Equal graphs that exist at the same time have the same text, and graphs with other names have it but for the names."""

    def text(name):
        xs = [Value(float(i), label=f"{name}{i}") for i in range(8)]
        return student.to_dot(sum((x * x for x in xs[1:]), xs[0]))

    first, *others = [text("alpha") for _ in range(4)]
    for other in others:
        expect("to_dot of alpha0 + alpha1 * alpha1 + ... + alpha7 * alpha7, made several times: a later text", other, first)
    # The order of a set of texts is the same within a run, but not for other texts.
    call = "to_dot of this graph with gamma for alpha in the names: the text, with alpha for gamma"
    expect(call, text("gamma").replace("gamma", "alpha"), first)
