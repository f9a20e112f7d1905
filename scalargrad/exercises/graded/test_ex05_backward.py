"""The graded tests of exercise 5, with shared nodes and repeated calls, where most first attempts fail."""

import pytest

from scalargrad.exercises.checking import expect

LOOKS = 20_000


def add(student, x, y):
    return student.Node(x.data + y.data, (x, y), (1.0, 1.0))


def multiply(student, x, y):
    return student.Node(x.data * y.data, (x, y), (y.data, x.data))


def gradients(*nodes):
    return tuple(node.grad for node in nodes)


@pytest.mark.task("push: one node passes its gradient on")
@pytest.mark.points(1, hint="multiply the local derivative by the gradient of the node, for every input")
def test_push(student):
    """Each input gets its own local derivative times the gradient, whatever the operation and however many inputs."""
    a, b = student.Node(2.0), student.Node(3.0)
    y = multiply(student, a, b)
    y.grad = 10.0
    student.push(y)
    expect("a.grad, b.grad after push of y = a * b with a = 2, b = 3, y.grad = 10", gradients(a, b), (30.0, 20.0))
    for partials, grad in (((-0.25,), 0.5), ((3.0, -0.125, 1.5), -2.5), ((1e5, 0.0, 1e-6, 2.0), -0.7), ((), 3.0)):
        inputs = tuple(student.Node(2.0) for _ in partials)
        y = student.Node(7.0, inputs, partials)
        y.grad = grad
        student.push(y)
        text = f"gradients of the inputs after push of a node with the partials {partials} and the gradient {grad}"
        expect(text, gradients(*inputs), tuple(partial * grad for partial in partials))


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
    student.push(z)
    expect("b.grad after push of z = b + b with z.grad = 3, twice", b.grad, 12.0)
    b.grad, z = 0.0, student.Node(4.0, (b, a, b), (0.5, 1.0, -2.0))
    z.grad = 3.0
    student.push(z)
    expect("b.grad after push of a node with the inputs b, a, b, the partials 0.5, 1, -2 and the gradient 3", b.grad, -4.5)


@pytest.mark.task("backward of a product of a sum")
@pytest.mark.points(1, hint="set the gradient of the result to 1, then push each node, from the result back")
def test_backward(student):
    """The gradients of two steps in a row are right, and so are those of four."""
    a, b, c = (student.Node(x) for x in (2.0, -3.0, 10.0))
    d = add(student, a, b)
    y = multiply(student, d, c)
    student.backward([a, b, d, c, y])
    found = gradients(a, b, c, d, y)
    expect("gradients of a, b, c, d, y after backward of d = a + b; y = d * c", found, (10.0, 10.0, -1.0, 10.0, 1.0))
    a = student.Node(0.5)
    order = [a]
    for partial in (-0.5, 3.0, 0.25, -1.0):
        order.append(student.Node(order[-1].data * partial, (order[-1],), (partial,)))
    student.backward(order)
    text = "gradients after backward of a chain of five nodes with the partials -0.5, 3, 0.25, -1"
    expect(text, gradients(*order), (0.375, -0.75, -0.25, -1.0, 1.0))


@pytest.mark.task("backward of a leaf")
@pytest.mark.points(1, hint="dY/dY is 1 even if Y is a leaf; add it to the gradient the leaf has")
def test_leaf(student):
    """A leaf that is the result accumulates, like every leaf."""
    a = student.Node(2.0)
    student.backward([a])
    expect("a.grad after backward of the leaf a", a.grad, 1.0)
    student.backward([a])
    expect("a.grad after backward of the leaf a, twice", a.grad, 2.0)
    b = student.Node(3.0)
    y = multiply(student, a, b)
    for call in (1, 2):
        student.backward([a, y, b])
        text = f"gradients of a, y, b after call {call} of backward([a, y, b]), where b is a leaf, and a.grad was 2"
        expect(text, gradients(a, y, b), (2.0, 0.0, float(call)))


@pytest.mark.task("backward with a shared node")
@pytest.mark.points(1, hint="push a node only after everything computed from it: go through the order in reverse")
def test_shared_node(student):
    """A node that is used on two levels is pushed once, after both of its users; equal numbers do not make nodes equal."""
    for swapped in (False, True):
        a = student.Node(3.0)
        b = add(student, a, a)
        c = multiply(student, b, b)
        y = multiply(student, b, c) if swapped else multiply(student, c, b)
        student.backward([a, b, c, y])
        text = f"b = a + a; c = b * b; y = {'b * c' if swapped else 'c * b'}, a = 3"
        expect(f"gradients of a, b, c after backward of {text}", gradients(a, b, c), (216.0, 108.0, 6.0))
    a, b = student.Node(2.0), student.Node(2.0)
    c, d = add(student, a, b), multiply(student, a, b)
    y = student.Node(-4.0, (c, d), (-4.0, 3.0))
    student.backward([a, b, c, d, y])
    text = "gradients of a, b, c, d after backward of c = a + b; d = a * b; and y with the partials -4 and 3, a = b = 2"
    expect(text, gradients(a, b, c, d), (2.0, 2.0, -4.0, 3.0))


@pytest.mark.task("backward with a node used many times")
@pytest.mark.points(1, hint="push each node once; following each path on its own doubles the work with every x + x")
def test_many_paths(student):
    """Twenty doublings have a million paths, but only twenty-one nodes to push."""
    looks = 0

    class Counted(student.Node):
        @property
        def inputs(self):
            nonlocal looks
            looks += 1
            assert looks <= LOOKS, f"you read node.inputs more than {LOOKS} times, in a graph of 21 nodes"
            return self._inputs

        @inputs.setter
        def inputs(self, inputs):
            self._inputs = inputs

    order = [Counted(1.0)]
    for _ in range(20):
        order.append(Counted(2 * order[-1].data, (order[-1], order[-1]), (1.0, 1.0)))
    student.backward(order)
    expect("x0.grad after backward of x1 = x0 + x0, x2 = x1 + x1, and so on up to x20", order[0].grad, 2.0**20)


@pytest.mark.task("backward called twice: leaves add up")
@pytest.mark.points(1, hint="leaves keep their gradients between calls; only computed nodes start at 0")
def test_leaves_accumulate(student):
    """Two calls double the gradients of leaves, wherever in the order they are."""
    a, b, c = student.Node(2.0), student.Node(3.0), student.Node(0.5)
    d = multiply(student, a, b)
    y = multiply(student, d, c)
    for call in (1, 2):
        student.backward([a, b, d, c, y])
        text = f"gradients of a, b, c after call {call} of backward of y = (a * b) * c, 2 * 3 * 0.5"
        expect(text, gradients(a, b, c), (1.5 * call, 1.0 * call, 6.0 * call))


@pytest.mark.task("backward called twice: computed nodes start at 0")
@pytest.mark.points(1, hint="first set the gradients of nodes with inputs to 0, or the last call is pushed again")
def test_computed_nodes_are_fresh(student):
    """A later call pushes nothing that is left from an earlier one."""
    a = student.Node(3.0)
    b = add(student, a, a)
    y = multiply(student, b, b)
    for call in (1, 2, 3):
        student.backward([a, b, y])
        what = f"gradients of a, b, y after call {call} of backward of b = a + a; y = b * b; a = 3"
        expect(what, gradients(a, b, y), (24.0 * call, 12.0, 1.0))


@pytest.mark.task("two results that share nodes")
@pytest.mark.points(1, hint="only the last node of the order is the result; what it does not depend on has the gradient 0")
def test_two_results(student):
    """The gradients of two results add up in the leaves only, also where both are in one order."""
    a = student.Node(2.0)
    b = multiply(student, a, a)
    first, second = add(student, b, a), multiply(student, b, a)
    student.backward([a, b, first])
    student.backward([a, b, second])
    found = gradients(a, b, first, second)
    expect("gradients of a, b, y, z after backward of y = b + a, then of z = b * a; b = a * a", found, (17.0, 2.0, 1.0, 1.0))
    student.backward([a, b, second, first])
    found = gradients(a, b, first, second)
    text = "gradients of a, b, y, z after another backward of y, with the order [a, b, z, y]"
    expect(text, found, (22.0, 1.0, 1.0, 0.0))


@pytest.mark.task("nothing but gradients is changed")
@pytest.mark.points(1, hint="reversed(order) leaves the list as it is; order.reverse() and order.pop() do not")
def test_arguments_stay(student):
    """The order, and the numbers, inputs and local derivatives of its nodes, are the same after a call."""
    a, b = student.Node(2.0), student.Node(3.0)
    y = multiply(student, a, b)
    nodes, names = (a, b, y), ("a", "b", "y")

    def named(found):
        return [next((name for name, node in zip(names, nodes) if node is each), repr(each)) for each in found]

    y.grad = 10.0
    for call in ("push(y)", "backward([a, b, y])"):
        before = [(node.data, node.inputs, node.partials) for node in nodes]
        order = [a, b, y]
        student.push(y) if call == "push(y)" else student.backward(order)
        expect(f"the order after {call}, y = a * b", named(order), ["a", "b", "y"])
        for name, node, (data, inputs, partials) in zip(names, nodes, before):
            expect(f"{name}.data after {call}, y = a * b", node.data, data)
            expect(f"{name}.inputs after {call}, y = a * b", named(node.inputs), named(inputs))
            expect(f"{name}.partials after {call}, y = a * b", node.partials, partials)
        expect(f"y.grad after {call}, where it was 10", y.grad, 10.0 if call == "push(y)" else 1.0)
