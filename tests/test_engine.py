"""Tests of the engine: Values, their gradients, and what they refuse."""

import cmath
import copy
import gc
import math
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import graphviz
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import draw
from scalargrad.engine import Constant, Value, topological_order
from scalargrad.graph import Session, Variable, placeholder
from scalargrad.nn import Neuron
from scalargrad.operations import add, exp, maximum, multiply, relu, sin, subtract, tanh
from scalargrad.replay import differentiate


def chain(length):
    """A leaf and what `length` additions in a row make of it."""
    leaf = Value(1.0)
    y = leaf
    for _ in range(length):
        y = y + leaf
    return leaf, y


def test_the_example_of_micrograds_readme():
    """micrograd's own example prints micrograd's own numbers."""
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert [f"{x:.4f}" for x in (g.data, a.grad, b.grad)] == ["24.7041", "138.8338", "645.5773"]


# The operations of random graphs, each beside its formula for complex numbers.
ANALYTIC = {
    add: lambda x, y: x + y,
    subtract: lambda x, y: x - y,
    multiply: lambda x, y: x * y,
    tanh: cmath.tanh,
    sin: cmath.sin,
}


@given(
    leaves=st.lists(st.floats(-2, 2), min_size=1, max_size=4),
    steps=st.lists(
        st.tuples(st.sampled_from(list(ANALYTIC)), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=12
    ),
)
def test_gradients_of_random_graphs(leaves, steps):
    """backward gives the derivatives of any graph, however its nodes are shared, to nearly all digits.

    The reference is the complex step: the imaginary part of f(x + ih) is h f'(x), with no difference to round off.
    """

    def build(numbers, functions):
        nodes = list(numbers)
        for operation, i, j in steps:
            function = functions[operation]
            first, second = nodes[-1 - i % len(nodes)], nodes[-1 - j % len(nodes)]
            nodes.append(function(first) if operation in (tanh, sin) else function(first, second))
        return nodes[-1]

    values = [Value(x) for x in leaves]
    y = build(values, {operation: operation for operation in ANALYTIC})
    if not abs(y.data) < 1e6:
        return
    y.backward()
    for k, value in enumerate(values):
        shifted = [x + 1e-30j * (i == k) for i, x in enumerate(leaves)]
        expected = build(shifted, ANALYTIC).imag / 1e-30
        assert value.grad == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_a_value_used_twice_gets_both_gradients():
    """x + x and x * x have two edges, and both of them count."""
    x = Value(3.0)
    (x + x).backward()
    assert x.grad == 2
    x.grad = 0
    y = x * x
    y.backward()
    assert x.grad == 6
    assert y.inputs == (x, x)
    assert y.partials == (3, 3)


def test_a_node_waits_for_all_its_consumers():
    """b = a + a; c = b + b gives a the gradient 4, for b's is complete before it is passed on."""
    a = Value(2.0)
    b = a + a
    c = b + b
    c.backward()
    assert (c.grad, b.grad, a.grad) == (1, 2, 4)


def test_inner_nodes_start_anew_and_leaves_accumulate():
    """A second backward doubles the gradients of leaves and leaves those of inner nodes as they were."""
    a, b = Value(2.0), Value(3.0)
    c = a * b
    y = c * c
    y.backward()
    assert (a.grad, b.grad, c.grad, y.grad) == (36, 24, 12, 1)
    y.backward()
    assert (a.grad, b.grad, c.grad, y.grad) == (72, 48, 12, 1)


def test_several_losses_share_their_leaves():
    """The gradients of two losses with a common part add up in the leaves, to those of the losses' sum."""
    a, b = Value(2.0), Value(-1.0)
    common = tanh(a * b)
    common.backward()
    (common * a).backward()
    separate = a.grad, b.grad
    a.grad = b.grad = 0
    common = tanh(a * b)
    (common + common * a).backward()
    assert separate == pytest.approx((a.grad, b.grad), rel=1e-15)


def scaled(seed):
    """The gradients of a graph in which a leaf is used twice, seeded."""
    x, w = Value(1.5), Value(-2.0)
    y = tanh(x * w) + x
    y.backward() if seed is None else y.backward(seed)
    return [x.grad, w.grad, y.grad]


@pytest.mark.parametrize("seed", [2.0, -1, 0, True, Fraction(1, 4), numpy.float32(0.5)])
def test_a_seed_scales_all_gradients(seed):
    """backward(seed) gives each gradient times the seed, and the seed is 1 unless given."""
    assert scaled(None) == scaled(1)
    assert scaled(seed) == [float(seed) * g for g in scaled(None)]
    assert {type(g) for g in scaled(seed)} == {float}


@pytest.mark.parametrize("seed", ["1", None, 1j, [1.0], Value(1.0)])
def test_a_seed_is_a_real_number(seed):
    """Anything else is refused in a sentence, and no gradient has changed."""
    x = Value(2.0)
    y = x * x
    with pytest.raises(TypeError) as error:
        y.backward(seed)
    assert str(error.value) == f"backward({seed!r}): the seed is a real number, as in y.backward(2.0)"
    assert (x.grad, y.grad) == (0, 0)


def test_backward_on_a_leaf():
    """The derivative of a leaf with respect to itself is 1, and accumulates like any other."""
    x = Value(5.0)
    x.backward()
    x.backward()
    assert x.grad == 2


def test_a_gradient_not_computed_yet_is_the_integer_zero():
    """One can tell a gradient that is zero from one that nobody has computed."""
    x, y = Value(2.0), Value(0.0)
    assert type(x.grad) is type((x * y).grad) is type(tanh(x).grad) is int
    (x * y).backward()
    assert x.grad == 0 and type(x.grad) is float


def test_topological_order_has_inputs_first_and_each_node_once():
    """Every node comes after its inputs and only once, in the order in which the expression reads."""
    a, b, c = (Value(x, name) for x, name in enumerate("abc"))
    d = a + b
    e = b - c
    y = d * e
    assert topological_order(y, d, e, e) == [a, b, d, c, e, y]
    assert topological_order() == []


@pytest.mark.slow("a million operations")
def test_a_million_operations():
    """A chain of a million operations is built, differentiated, refused by draw and freed, without recursion."""
    assert sys.getrecursionlimit() <= 1000 or "pydevd" in sys.modules
    leaf, y = chain(1_000_000)
    y.backward()
    assert (y.data, leaf.grad) == (1_000_001, 1_000_001)
    with pytest.raises(ValueError, match="1000001 nodes"):
        draw(y)
    del y


def test_a_dropped_graph_is_freed_by_reference_counting():
    """Nothing refers back to what it made, so the cyclic collector finds nothing to do."""
    gc.collect()
    gc.disable()
    try:
        x = Value(0.5)
        y = sum(tanh(x * i) ** 2 + exp(-x) / maximum(x, 1) for i in range(100))
        y.backward()
        draw(y, max_nodes=2000)
        del y
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_node_is_small():
    """A node takes no more memory than its nine slots, for it has neither a dictionary nor a closure."""
    node = Value(1.0) * Value(2.0)
    assert sys.getsizeof(node) <= 9 * 8 + 40
    assert not hasattr(node, "__dict__")


@pytest.mark.parametrize("function", [float, int, complex, bool, round, math.exp, math.floor, [1, 2].__getitem__])
def test_nothing_drops_the_graph_in_silence(function):
    """What would turn a Value into a plain number raises, and says what to write instead."""
    with pytest.raises(
        TypeError,
        match="would drop its graph: write v.data if you mean the number, and take functions such as exp from scalargrad",
    ):
        function(Value(1.0))


def test_comparisons_compare_numbers_and_equality_is_identity():
    """< <= > >= look at the numbers, with Values and numbers on either side, and == at the node."""
    one, two = Value(1), Value(2)
    assert one < two and one <= two and two > one and two >= one
    assert not (two < one or two <= one or one > two or one >= two)
    assert one < 1.5 < two and 1 <= one <= 1
    assert numpy.float64(1.5) < two
    assert max(one, two) is two
    assert one == one and one != Value(1)
    assert len({one, two, Value(1)}) == 3
    assert +one is one


def test_formatting():
    """A format specification applies to the number, and a Value without one prints as it is."""
    x = Value(2 / 3, label="x")
    assert f"{x:.3f}" == "0.667"
    assert f"{x}" == str(x) == repr(x) == "Value(data=0.6666666666666666, grad=0, label='x')"
    assert repr(Value(1)) == "Value(data=1.0, grad=0)"


@pytest.mark.parametrize("number", [2, 2.0, True + 1, numpy.float32(2), numpy.float64(2), numpy.int64(2)])
def test_numbers_on_either_side(number):
    """A number, NumPy's scalars included, joins a Value from the left and from the right."""
    v = Value(3.0)
    results = [
        number + v,
        v + number,
        number - v,
        v - number,
        number * v,
        v * number,
        number / v,
        v / number,
        number**v,
        v**number,
    ]
    assert [type(result) for result in results] == [Value] * 10
    assert [result.data for result in results] == pytest.approx([5, 5, -1, 1, 6, 6, 2 / 3, 1.5, 8, 9])
    for result in results:
        v.grad = 0
        result.backward()
        assert v.grad != 0


def test_arrays_of_values():
    """Operators and functions reach into NumPy arrays, on either side of a Value."""
    v, numbers = Value(3.0), numpy.array([1.0, -2.0])
    for products in (v * numbers, numbers * v, multiply(v, numbers)):
        assert [product.data for product in products] == [3, -6]
    assert [x.data for x in relu(v * numbers)] == [3, 0]
    assert [x.data for x in numpy.tanh(v * numbers)] == [math.tanh(3), math.tanh(-6)]
    assert list(relu(numbers)) == [1, 0]
    assert [x.data for x in v**numbers] == [3, 1 / 9]
    with numpy.errstate(all="raise"):
        assert list(relu(numbers)) == [1, 0]
    total = (v * numbers) @ numbers
    total.backward()
    assert (total.data, v.grad) == (15, 5)


@pytest.mark.parametrize("data", ["1", None, 1j, [1.0], Value(1)])
def test_a_value_holds_one_real_number(data):
    """Anything but a real number is refused, in a sentence that shows it."""
    with pytest.raises(TypeError, match=r"^Value\(.*\): a Value holds one real number, as in Value\(2.0\), not a \w+$"):
        Value(data)


def test_numbers_in_expressions_are_constants():
    """A number becomes a Constant, told from the leaves that gradients are wanted for."""
    x = Value(1.0)
    two, leaf = (2 * x).inputs
    assert type(two) is Constant and two.data == 2
    assert leaf is x and type(leaf) is Value


@pytest.mark.parametrize(
    "arguments", [(1.0, (Value(2.0),)), (1.0, (Value(2.0),), "*"), (1.0, "y", "*"), (1.0, 3), (1.0, None)]
)
def test_a_label_is_a_text(arguments):
    """Inputs and a symbol given as in micrograd are refused, in a sentence that shows an operation."""
    sentence = (
        r"^Value\(1.0, .*\): a Value takes its number and a label, which is a text; .* @operation\('square'\) above def"
    )
    with pytest.raises(TypeError, match=sentence):
        Value(*arguments)


def test_the_local_rule_of_a_node_cannot_be_set():
    """micrograd's `out._backward = f` is refused, in a sentence that shows an operation."""
    y = Value(1.0) * Value(2.0)
    with pytest.raises(AttributeError, match=r"^_backward cannot be set, because .* @operation\('square'\) above def"):
        y._backward = lambda: None


def numbers(y):
    """All that backward leaves in a graph, and what it is made of."""
    return [(node.data, node.partials, node.grad) for node in topological_order(y)]


@given(st.lists(st.floats(0.1, 2), min_size=2, max_size=2), st.lists(st.floats(0.1, 2), min_size=2, max_size=2))
def test_forward_computes_what_building_again_would(first, second):
    """After a change of the leaves forward gives the numbers, derivatives and gradients of a graph built from them."""

    def build(x, y):
        z = tanh(x * y) ** 2 / exp(-x)
        return maximum(z, y) + z * sin(2 * x)

    leaves = [Value(x) for x in first]
    root = build(*leaves)
    for leaf, number in zip(leaves, second):
        leaf.data = number
    root.forward()
    root.backward()
    other = build(*map(Value, second))
    other.backward()
    assert numbers(root) == numbers(other)


@pytest.mark.slow("a long chain of operations")
def test_forward_keeps_gradients_and_has_no_depth():
    """forward goes through a hundred thousand operations without recursion, and changes no gradient."""
    leaf, y = chain(100_000)
    y.backward()
    leaf.data = 2.0
    y.forward()
    assert (y.data, leaf.grad) == (200_002, 100_001)


def test_forward_says_what_has_no_result():
    """An operation that refuses the new numbers says so as when the graph was built."""
    x = Value(2.0)
    y = x.log()
    x.data = -1.0
    with pytest.raises(ValueError, match=r"^log\(-1.0\): the logarithm needs a positive number"):
        y.forward()


@pytest.mark.parametrize("walk", [Value.forward, Value.backward])
@pytest.mark.parametrize("wrong", [Value(2.0), numpy.ones(2), 1j], ids=lambda wrong: type(wrong).__name__)
def test_a_leaf_that_became_something_else_is_named(walk, wrong):
    """A leaf that was given a Value or an array in place of a number is named, with the step as it should be."""
    w = Value(1.0, "w")
    w.data = wrong
    with pytest.raises(
        TypeError, match=rf"^{walk.__name__}: the number of w has become a .*, as in w.data -= 0.1 \* w.grad$"
    ):
        walk(w * 3.0)


def test_none_is_no_gradient():
    """A gradient set to None, as PyTorch leaves it, is one that is not there yet, and 0.0 is one that is zero."""
    x, y = Value(2.0), Value(3.0)
    z = x * y
    x.grad = y.grad = z.grad = None
    assert not x.has_gradient
    z.backward()
    assert (x.grad, y.grad, z.grad) == (3, 2, 1)
    x.grad = None
    z._backward()
    assert (x.grad, y.grad) == (3, 4)
    x.grad = None
    x.backward()
    assert x.grad == 1
    x.grad = 0.0
    assert x.has_gradient


@pytest.mark.slow("many walks")
def test_threads_walk_one_after_the_other():
    """Several threads that differentiate one graph at a time each get its derivative."""
    x = Value(0.5)
    y = x
    for _ in range(300):
        y = sin(y) * x + y
    (expected,) = differentiate(y, [x], {})[1]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(lambda _: differentiate(y, [x], {})[1], range(64)))
    finally:
        sys.setswitchinterval(interval)
    assert results == [[expected]] * 64


@pytest.mark.slow("a chain of a hundred thousand operations")
def test_copies_have_no_depth_and_share_what_roots_share():
    """A deep copy of a list of roots, of any depth, shares the nodes that the roots share, and none with the original."""
    leaf, y = chain(100_000)
    z = y * leaf
    first, second = copy.deepcopy([y, z])
    assert second.inputs[0] is first and first is not y
    assert leaf not in topological_order(second)
    leaf.data = 5.0
    second.backward()
    assert second.data == 100_001 and leaf.grad == 0


def test_a_copy_of_one_node_has_the_same_inputs():
    """A shallow copy of a node is a node of the same graph."""
    x = Value(2.0, "x")
    y = x * x
    twin = copy.copy(y)
    assert twin is not y and twin.inputs == (x, x)
    twin.backward()
    assert (x.grad, y.grad) == (4, 0)


@pytest.mark.parametrize("parameter", [lambda: Variable([0.5])[0], lambda: Neuron(1, seed=0).w[0]], ids=["Variable", "nn"])
def test_parameters_take_attributes(parameter):
    """What a hand-written Adam keeps on a parameter is there, also after a copy, and through pickle."""
    p = parameter()
    p.m, p.v = 0.0, [1.0]
    (p * p).backward()
    p.m = 0.9 * p.m + 0.1 * p.grad
    for copied in (copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))):
        twin = copied(p)
        assert type(twin) is type(p)
        assert (twin.data, twin.grad, twin.label, twin.m, twin.v) == (p.data, p.grad, p.label, 0.1 * p.grad, [1.0])
        twin.m = 7.0
        assert p.m == 0.1 * p.grad
    assert copy.deepcopy(p).v is not p.v


@pytest.mark.parametrize(
    "node", [Value(1.0), Value(1.0) * 2, Constant(2.0), placeholder("x"), 2 * placeholder("x")], ids=lambda node: node._op
)
def test_nothing_else_takes_attributes(node):
    """A name that is misspelt raises, as in w.dta = 3, on all Values but parameters."""
    with pytest.raises(AttributeError, match="dta"):
        node.dta = 3


def test_a_copy_of_placeholders():
    """A graph that waits for its numbers is copied with its placeholders."""
    x = placeholder("x")
    y, w = copy.deepcopy((2 * x, x))
    assert Session().run(y, {w: 3.0}) == 6


def test_leaves_are_pickled_and_graphs_are_not():
    """A leaf keeps what it holds through pickle, and a computed Value is refused with what to keep instead."""
    x = Value(2.0, "x")
    y = x * x
    y.backward()
    twin = pickle.loads(pickle.dumps(x))
    assert (twin.data, twin.grad, twin.label, twin.operation) == (2, 4, "x", None)
    (twin * twin).backward()
    assert twin.grad == 8
    with pytest.raises(TypeError, match=r"was computed, and graphs are not pickled; .* model.state_dict\(\)"):
        pickle.dumps(y)


def test_copies_are_independent():
    """A deep copy of a graph has nodes of its own and gives the same gradients."""
    x = Value(0.5, label="x")
    y = tanh(x * x)
    twin = copy.deepcopy(y)
    twin.backward()
    assert x.grad == 0
    y.backward()
    assert [node.grad for node in topological_order(twin)] == [node.grad for node in topological_order(y)]


def test_micrograds_drawing_works():
    """A drawing in micrograd's manner finds the children in _prev and the operation in _op, a string."""
    x, y = Value(2.0), Value(-3.0)
    root = (x * y + x).relu()
    dot = graphviz.Digraph()

    def visit(node, seen):
        if node in seen:
            return
        seen.add(node)
        dot.node(str(id(node)), "data %.4f | grad %.4f" % (node.data, node.grad), shape="record")
        if node._op:
            dot.node(str(id(node)) + node._op, node._op)
        for child in node._prev:
            dot.edge(str(id(child)), str(id(node)) + node._op)
            visit(child, seen)

    visit(root, set())
    assert dot.source.count("->") == 5
    assert [node._op for node in topological_order(root)] == ["", "", "*", "+", "relu"]
    assert (x * x)._prev == {x}


def test_the_local_backward_rule_of_one_node():
    """_backward passes the gradient of one node on to its inputs, for a backward pass by hand."""
    x, y = Value(2.0), Value(-3.0)
    z = x * y
    z.grad = 10.0
    z._backward()
    x._backward()
    assert (x.grad, y.grad) == (-30, 20)
