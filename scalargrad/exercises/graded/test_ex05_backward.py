"""The graded tests of exercise 5, with shared nodes and repeated calls, where most first attempts fail."""

import pytest

from scalargrad.exercises.checking import expect


def add(student, x, y):
    return student.Node(x.data + y.data, (x, y), (1.0, 1.0))


def multiply(student, x, y):
    return student.Node(x.data * y.data, (x, y), (y.data, x.data))


@pytest.mark.task("push: one node passes its gradient on")
@pytest.mark.points(1, hint="multiply the local derivative by the gradient of the node")
def test_push(student):
    """Each input gets its own local derivative times the gradient."""
    a, b = student.Node(2.0), student.Node(3.0)
    y = multiply(student, a, b)
    y.grad = 10.0
    student.push(y)
    expect("a.grad, b.grad after push of y = a * b with a = 2, b = 3, y.grad = 10", (a.grad, b.grad), (30.0, 20.0))


@pytest.mark.task("push: gradients add up")
@pytest.mark.points(1, hint="write +=, not =, because the input may have a gradient from another path")
def test_push_adds(student):
    """A gradient is added to the one an input has, and an input that is there twice gets both."""
    a, b = student.Node(2.0), student.Node(5.0)
    a.grad, y = 4.0, add(student, a, b)
    y.grad = 10.0
    student.push(y)
    expect("a.grad after push of y = a + b with y.grad = 10, where a.grad was 4", a.grad, 14.0)
    z = add(student, b, b)
    z.grad, b.grad = 3.0, 0.0
    student.push(z)
    expect("b.grad after push of z = b + b with z.grad = 3", b.grad, 6.0)


@pytest.mark.task("backward of a product of a sum")
@pytest.mark.points(1, hint="set the gradient of the result to 1, then push each node, from the result back")
def test_backward(student):
    """The gradients of two steps in a row are right."""
    a, b, c = (student.Node(x) for x in (2.0, -3.0, 10.0))
    d = add(student, a, b)
    y = multiply(student, d, c)
    student.backward([a, b, d, c, y])
    found = tuple(node.grad for node in (a, b, c, d, y))
    expect("gradients of a, b, c, d, y after backward of d = a + b; y = d * c", found, (10.0, 10.0, -1.0, 10.0, 1.0))


@pytest.mark.task("backward of a leaf")
@pytest.mark.points(1, hint="dY/dY is 1 even if Y is a leaf; add it to the gradient the leaf has")
def test_leaf(student):
    """A leaf that is the result accumulates, like every leaf."""
    a = student.Node(2.0)
    student.backward([a])
    expect("a.grad after backward of the leaf a", a.grad, 1.0)
    student.backward([a])
    expect("a.grad after backward of the leaf a, twice", a.grad, 2.0)


@pytest.mark.task("backward with a shared node")
@pytest.mark.points(2, hint="push a node only after everything computed from it: go through the order in reverse")
def test_shared_node(student):
    """A node that is used on two levels is pushed once, after both of its users."""
    a = student.Node(3.0)
    b = add(student, a, a)
    c = multiply(student, b, b)
    y = multiply(student, c, b)
    student.backward([a, b, c, y])
    found = tuple(node.grad for node in (a, b, c))
    expect("gradients of a, b, c after backward of b = a + a; c = b * b; y = c * b, a = 3", found, (216.0, 108.0, 6.0))


@pytest.mark.task("backward called twice: leaves add up")
@pytest.mark.points(1, hint="leaves keep their gradients between calls; only computed nodes start at 0")
def test_leaves_accumulate(student):
    """Two calls double the gradients of leaves."""
    a, b = student.Node(2.0), student.Node(3.0)
    y = multiply(student, a, b)
    student.backward([a, b, y])
    student.backward([a, b, y])
    expect("a.grad, b.grad after backward of y = a * b, twice, a = 2, b = 3", (a.grad, b.grad), (6.0, 4.0))


@pytest.mark.task("backward called twice: computed nodes start at 0")
@pytest.mark.points(2, hint="first set the gradients of nodes with inputs to 0, or the last call is pushed again")
def test_computed_nodes_are_fresh(student):
    """A later call pushes nothing that is left from an earlier one."""
    a = student.Node(3.0)
    b = add(student, a, a)
    y = multiply(student, b, b)
    for call in (1, 2, 3):
        student.backward([a, b, y])
        what = f"gradients of a, b, y after call {call} of backward of b = a + a; y = b * b; a = 3"
        expect(what, (a.grad, b.grad, y.grad), (24.0 * call, 12.0, 1.0))


@pytest.mark.task("two results that share nodes")
@pytest.mark.points(1, hint="leaves add up both gradients; the shared node has the gradient of the last call")
def test_two_results(student):
    """The gradients of two results add up in the leaves only."""
    a = student.Node(2.0)
    b = multiply(student, a, a)
    first, second = add(student, b, a), multiply(student, b, a)
    student.backward([a, b, first])
    student.backward([a, b, second])
    found = (a.grad, b.grad, first.grad, second.grad)
    expect("gradients of a, b, y, z after backward of y = b + a, then of z = b * a; b = a * a", found, (17.0, 2.0, 1.0, 1.0))
