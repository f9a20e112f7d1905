"""The graded tests of exercise 4: any topological order is right, and none is prescribed."""

import pytest

from scalargrad.exercises.checking import expect


def check(student, root, nodes, what):
    """Each of the nodes is there once, none else is, and each comes after its inputs."""
    order = list(student.topological_order(root))
    places = {id(node): i for i, node in enumerate(order)}
    for node in nodes:
        assert id(node) in places, f"{what}: {node!r} is missing; you returned {order!r:.200}"
    assert len(order) == len(nodes), f"{what}: you returned {len(order)} nodes, expected {len(nodes)}; {order!r:.200}"
    for node in nodes:
        for value in node.inputs:
            assert places[id(value)] < places[id(node)], f"{what}: {node!r} is before its input {value!r}; {order!r:.200}"


@pytest.mark.task("a leaf alone")
@pytest.mark.points(1, hint="the root is on the list too, also where it has no inputs")
def test_leaf(student):
    """The order of a leaf is the leaf."""
    leaf = student.Node(label="a")
    check(student, leaf, [leaf], "topological_order of a leaf a")


@pytest.mark.task("(a + b) * (b - c)")
@pytest.mark.points(1, hint="first the inputs, then the node itself")
def test_expression(student):
    """The graph of the lecture, in which b is used twice."""
    a, b, c = (student.Node(label=name) for name in "abc")
    d, e = student.Node(a, b, label="d"), student.Node(b, c, label="e")
    y = student.Node(d, e, label="Y")
    check(student, y, [a, b, c, d, e, y], "topological_order of Y = (a + b) * (b - c)")


@pytest.mark.task("an input that is deep on one side and near on the other")
@pytest.mark.points(2, hint="a node waits for the longest way to it, not the shortest: put it down after all of its inputs")
def test_long_and_short_way(student):
    """A node that is used next to the root and far below it: orders by distance from the root go wrong here."""
    a = student.Node(label="a")
    b = student.Node(a, label="b")
    c = student.Node(b, label="c")
    for inputs in ((b, c), (c, b)):
        root = student.Node(*inputs, label="root")
        check(student, root, [a, b, c, root], f"topological_order of a root with inputs {list(inputs)}, b of a, c of b")


@pytest.mark.task("a node used many times")
@pytest.mark.points(2, hint="a node seen before is passed over, or the work doubles with every x + x")
def test_shared_nodes(student):
    """Of thirty doublings there are thirty-one nodes, and not a thousand million."""
    looks = 0

    class Counted(student.Node):
        @property
        def inputs(self):
            nonlocal looks
            looks += 1
            assert looks <= 1000, "you looked more than 1000 times at the inputs of 31 nodes, x, x + x, and so on"
            return self._inputs

        @inputs.setter
        def inputs(self, inputs):
            self._inputs = inputs

    nodes = [Counted(label="x0")]
    for i in range(30):
        nodes.append(Counted(nodes[-1], nodes[-1], label=f"x{i + 1}"))
    check(student, nodes[-1], nodes, "topological_order of x1 = x0 + x0, x2 = x1 + x1, and so on up to x30")


@pytest.mark.task("a chain of 20000 nodes")
@pytest.mark.points(2, hint="recursion ends after 1000 calls: keep your own stack, a list")
def test_depth(student):
    """Depth costs nothing."""
    nodes = [student.Node(label="x0")]
    for i in range(20000):
        nodes.append(student.Node(nodes[-1], label=f"x{i + 1}"))
    check(student, nodes[-1], nodes, "topological_order of a chain of 20000 nodes")


@pytest.mark.task("to tell a topological order: right ones")
@pytest.mark.points(1, hint="each node after its inputs; there may be several such orders")
def test_is_topological(student):
    """Both orders of two inputs are right, and so is the empty one."""
    a, b = student.Node(label="a"), student.Node(label="b")
    c = student.Node(a, b, label="c")
    for order in ([a, b, c], [b, a, c], [a], []):
        expect(f"is_topological({order})", student.is_topological(order), True)


@pytest.mark.task("to tell a topological order: wrong ones")
@pytest.mark.points(1, hint="look at every input of every node, and whether a node is there twice")
def test_is_not_topological(student):
    """A node before one of its inputs, without one, or there twice."""
    a, b = student.Node(label="a"), student.Node(label="b")
    c = student.Node(a, b, label="c")
    for order in ([c, a, b], [a, c, b], [b, c, a], [a, c], [c], [a, a], [a, b, a], [a, b, c, c]):
        expect(f"is_topological({order})", student.is_topological(order), False)
