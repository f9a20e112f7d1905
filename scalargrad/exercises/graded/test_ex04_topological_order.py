"""The graded tests of exercise 4: every topological order is right."""

import random

import pytest

from scalargrad.exercises.checking import expect, expect_calls

LOOKS = 20_000


def check(order, nodes, what):
    """Check that an order has exactly these nodes, each once and after its inputs."""
    order = list(order)
    places = {id(node): i for i, node in enumerate(order)}
    for node in nodes:
        assert id(node) in places, f"{what}: {node!r} is missing; you returned {order!r:.200}"
    assert len(order) == len(nodes), f"{what}: you returned {len(order)} nodes, expected {len(nodes)}; {order!r:.200}"
    for node in nodes:
        for value in node.inputs:
            assert places[id(value)] < places[id(node)], f"{what}: {node!r} is before its input {value!r}; {order!r:.200}"


def doublings(student, count):
    """Nodes each of which is the sum of the one before with itself. They count how often somebody reads their inputs."""
    looks = 0

    class Counted(student.Node):
        @property
        def inputs(self):
            nonlocal looks
            looks += 1
            assert looks <= LOOKS, f"you read node.inputs more than {LOOKS} times, in a graph of {count + 1} nodes"
            return self._inputs

        @inputs.setter
        def inputs(self, inputs):
            self._inputs = inputs

    nodes = [Counted(label="x0")]
    for i in range(count):
        nodes.append(Counted(nodes[-1], nodes[-1], label=f"x{i + 1}"))
    return nodes


@pytest.mark.task("a leaf alone")
@pytest.mark.points(1, hint="the root is in the list too, even if it has no inputs")
def test_leaf(student):
    """The order of a leaf is the leaf, and a node that is computed from it later comes after it."""
    leaf = student.Node(label="a")
    check(student.topological_order(leaf), [leaf], "topological_order of a leaf a")
    root = student.Node(leaf, leaf, label="b")
    check(student.topological_order(root), [leaf, root], "topological_order of b = a + a, after that of the leaf a")


@pytest.mark.task("(a + b) * (b - c)")
@pytest.mark.points(1, hint="first the inputs, then the node itself")
def test_expression(student):
    """The order of the graph of the lecture, which uses b twice, is right."""
    a, b, c = (student.Node(label=name) for name in "abc")
    d, e = student.Node(a, b, label="d"), student.Node(b, c, label="e")
    y = student.Node(d, e, label="Y")
    check(student.topological_order(y), [a, b, c, d, e, y], "topological_order of Y = (a + b) * (b - c)")


@pytest.mark.task("nodes with any number of inputs, and with any labels")
@pytest.mark.points(1, hint="go through node.inputs with a loop; compare the nodes themselves, not their labels")
def test_other_nodes(student):
    """A node has one input or three; two nodes are two, even if they have the same label or none."""
    a, b, c = (student.Node(label=name) for name in "zyx")
    minus = student.Node(a, label="-z")
    total = student.Node(minus, b, c, label="total")
    what = "topological_order of a node with the three inputs -z, y and x, where -z has the input z"
    check(student.topological_order(total), [a, minus, b, c, total], what)
    twins = [student.Node(label="a") for _ in range(3)]
    root = student.Node(*twins, student.Node(), label="a")
    what = "topological_order of a node a with four inputs, three of which have the label a, and one no label"
    check(student.topological_order(root), [*root.inputs, root], what)
    nodes = [student.Node(label="x")]
    for i in range(5):
        nodes.append(student.Node(nodes[i], nodes[i // 2], label="x"))
    what = "topological_order of six nodes with the label x, each with the one before and an earlier one as inputs"
    check(student.topological_order(nodes[-1]), nodes, what)


@pytest.mark.task("an input that is used both near the root and far from it")
@pytest.mark.points(1, hint="distances from the root do not help: append a node after all of its inputs")
def test_long_and_short_way(student):
    """A node used near the root and far below it comes before both users; sorting by distance from the root fails."""
    a = student.Node(label="a")
    b = student.Node(a, label="b")
    c = student.Node(b, label="c")
    for inputs in ((b, c), (c, b)):
        root = student.Node(*inputs, label="root")
        what = f"topological_order of a root with inputs {list(inputs)}, b of a, c of b"
        check(student.topological_order(root), [a, b, c, root], what)
    nodes = [student.Node(label=f"x{i}") for i in range(20)]
    random.Random(4).shuffle(nodes)
    for i, node in enumerate(nodes[1:]):
        node.inputs = (nodes[i], nodes[i // 2])
    what = "topological_order of 20 nodes, each with the one before and an earlier one as inputs"
    check(student.topological_order(nodes[-1]), nodes, what)


@pytest.mark.task("a node used many times")
@pytest.mark.points(1, hint="skip nodes seen before, or the work doubles with every x + x")
def test_shared_nodes(student):
    """A node comes before all of its users; twenty doublings make twenty-one nodes, which are visited once each."""
    a = student.Node(label="a")
    b, c = student.Node(a, a, label="b"), student.Node(a, label="c")
    for inputs in ((b, c), (c, b)):
        root = student.Node(*inputs, label="root")
        what = f"topological_order of a root with inputs {list(inputs)}, b of a and a, c of a"
        check(student.topological_order(root), [a, b, c, root], what)
    nodes = doublings(student, 20)
    what = "topological_order of x1 = x0 + x0, x2 = x1 + x1, and so on up to x20"
    check(student.topological_order(nodes[-1]), nodes, what)


@pytest.mark.task("a second call, and the graph after it")
@pytest.mark.points(1, hint="begin each call with an empty list and an empty set, and write nothing to the nodes")
def test_calls_are_independent(student):
    """A call for another root, and for the same root again, is right, and leaves nodes and earlier lists as they are."""
    a, b = student.Node(label="a"), student.Node(label="b")
    c = student.Node(a, a, b, label="c")
    y = student.Node(c, a, label="Y")
    nodes = [a, b, c, y]
    before = [(node.inputs, node.label) for node in nodes]
    results = []
    for root in (c, y, c, y):
        results.append(student.topological_order(root))
        for node, (inputs, label) in zip(nodes, before):
            expect(f"the label of the node {label} after topological_order", node.label, label)
            text = f"topological_order changed the inputs of {label}: {list(inputs)} became {list(node.inputs)}"
            assert list(map(id, node.inputs)) == list(map(id, inputs)), text
    for found, root, count in zip(results, (c, y, c, y), (3, 4, 3, 4)):
        what = f"topological_order of c = f(a, a, b), of Y = c * a, and of both once more: that of {root!r}"
        check(found, nodes[:count], what)


@pytest.mark.task("a chain of 2000 nodes")
@pytest.mark.points(2, hint="Python allows about 1000 nested calls: use a list as a stack instead of recursion")
def test_depth(student):
    """The order of a deep graph needs no recursion, whichever inputs lead down."""
    for place, inputs in (("only", slice(1, 2)), ("second", slice(0, 2)), ("first", slice(1, 3))):
        nodes = [student.Node(label="x0")]
        for i in range(2000):
            nodes.append(student.Node(*(nodes[0], nodes[-1], nodes[0])[inputs], label=f"x{i + 1}"))
        what = f"topological_order of a chain of 2001 nodes, each the {place} input of the next"
        check(student.topological_order(nodes[-1]), nodes, what)


@pytest.mark.task("is_topological of right orders")
@pytest.mark.points(1, hint="each node comes after its inputs, wherever they are; there may be several such orders")
def test_is_topological(student):
    """Right orders are accepted: with several results, leaves anywhere, equal labels, any number of inputs, or empty."""
    a, b = student.Node(label="a"), student.Node(label="b")
    c, d = student.Node(a, b, label="c"), student.Node(a, a, label="d")
    e, other = student.Node(d, c, b, label="e"), student.Node(label="a")
    orders = [a, b, c], [b, a, c], [a], [], [a, b], [a, d, b, c, e], [b, a, c, d, e], [a, b, d, c, e], [a, other, b, d, c, e]
    expect_calls(student, "is_topological", [((list(order),), True) for order in orders])
    nodes = doublings(student, 20)
    expect("is_topological([x0, x1, ..., x20]) with x1 = x0 + x0 and so on", student.is_topological(nodes), True)


@pytest.mark.task("is_topological of wrong orders")
@pytest.mark.points(1, hint="check every input of every node, and whether a node occurs twice")
def test_is_not_topological(student):
    """A node before one of its inputs, without one of them, or twice in the list, is refused."""
    a, b, other = student.Node(label="a"), student.Node(label="b"), student.Node(label="another a")
    c = student.Node(a, b, label="c")
    d = student.Node(c, b, other, label="d")
    right = [a, b, c], [a, other, b, c, d]
    wrong = [c, a, b], [a, c, b], [b, c, a], [a, c], [c], [a, a], [a, b, a], [a, b, c, c]
    others = [other, a, b, other, c], [a, b, c, d], [a, b, c, d, other], [other, d, a, b, c], [other, b, c], [b, other, d]
    examples = [(list(order), order in right) for order in (*right, *wrong, *others)]
    expect_calls(student, "is_topological", [((order,), expected) for order, expected in examples])
    other.label = "a"
    text = "is_topological([a, b, c]), where c is computed from another node with the label a"
    expect(text, student.is_topological([other, b, c]), False)
