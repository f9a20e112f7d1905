"""The graded tests of exercise 4: every topological order is right."""

import pytest

from scalargrad.exercises.checking import expect


def check(student, root, nodes, what):
    """Check that the order has exactly these nodes, each once and after its inputs."""
    order = list(student.topological_order(root))
    places = {id(node): i for i, node in enumerate(order)}
    for node in nodes:
        assert id(node) in places, f"{what}: {node!r} is missing; you returned {order!r:.200}"
    assert len(order) == len(nodes), f"{what}: you returned {len(order)} nodes, expected {len(nodes)}; {order!r:.200}"
    for node in nodes:
        for value in node.inputs:
            assert places[id(value)] < places[id(node)], f"{what}: {node!r} is before its input {value!r}; {order!r:.200}"


@pytest.mark.task("a leaf alone")
@pytest.mark.points(1, hint="the root is in the list too, even if it has no inputs")
def test_leaf(student):
    """The order of a leaf is the leaf."""
    leaf = student.Node(label="a")
    check(student, leaf, [leaf], "topological_order of a leaf a")


@pytest.mark.task("(a + b) * (b - c)")
@pytest.mark.points(1, hint="first the inputs, then the node itself")
def test_expression(student):
    """The order of the graph of the lecture, which uses b twice, is right."""
    a, b, c = (student.Node(label=name) for name in "abc")
    d, e = student.Node(a, b, label="d"), student.Node(b, c, label="e")
    y = student.Node(d, e, label="Y")
    check(student, y, [a, b, c, d, e, y], "topological_order of Y = (a + b) * (b - c)")


@pytest.mark.task("an input that is used both near the root and far from it")
@pytest.mark.points(2, hint="distances from the root do not help: append a node after all of its inputs")
def test_long_and_short_way(student):
    """A node used near the root and far below it comes before both users; sorting by distance from the root fails."""
    a = student.Node(label="a")
    b = student.Node(a, label="b")
    c = student.Node(b, label="c")
    for inputs in ((b, c), (c, b)):
        root = student.Node(*inputs, label="root")
        check(student, root, [a, b, c, root], f"topological_order of a root with inputs {list(inputs)}, b of a, c of b")


@pytest.mark.task("a node used many times")
@pytest.mark.points(2, hint="skip nodes seen before, or the work doubles with every x + x")
def test_shared_nodes(student):
    """Thirty doublings make thirty-one nodes, which are visited once each."""
    looks = 0

    class Counted(student.Node):
        @property
        def inputs(self):
            nonlocal looks
            looks += 1
            assert looks <= 1000, "you read node.inputs more than 1000 times, in a graph of 31 nodes"
            return self._inputs

        @inputs.setter
        def inputs(self, inputs):
            self._inputs = inputs

    nodes = [Counted(label="x0")]
    for i in range(30):
        nodes.append(Counted(nodes[-1], nodes[-1], label=f"x{i + 1}"))
    check(student, nodes[-1], nodes, "topological_order of x1 = x0 + x0, x2 = x1 + x1, and so on up to x30")


@pytest.mark.task("a chain of 20000 nodes")
@pytest.mark.points(2, hint="Python allows about 1000 nested calls: use a list as a stack instead of recursion")
def test_depth(student):
    """The order of a deep graph needs no recursion."""
    nodes = [student.Node(label="x0")]
    for i in range(20000):
        nodes.append(student.Node(nodes[-1], label=f"x{i + 1}"))
    check(student, nodes[-1], nodes, "topological_order of a chain of 20000 nodes")


@pytest.mark.task("is_topological of right orders")
@pytest.mark.points(1, hint="each node comes after its inputs; there may be several such orders")
def test_is_topological(student):
    """Both orders of two inputs are accepted, and so is an empty list."""
    a, b = student.Node(label="a"), student.Node(label="b")
    c = student.Node(a, b, label="c")
    for order in ([a, b, c], [b, a, c], [a], []):
        expect(f"is_topological({order})", student.is_topological(order), True)


@pytest.mark.task("is_topological of wrong orders")
@pytest.mark.points(1, hint="check every input of every node, and whether a node occurs twice")
def test_is_not_topological(student):
    """A node before one of its inputs, without one of them, or twice in the list, is refused."""
    a, b = student.Node(label="a"), student.Node(label="b")
    c = student.Node(a, b, label="c")
    for order in ([c, a, b], [a, c, b], [b, c, a], [a, c], [c], [a, a], [a, b, a], [a, b, c, c]):
        expect(f"is_topological({order})", student.is_topological(order), False)
