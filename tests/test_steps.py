"""Tests of the passes, one step at a time."""

import dataclasses
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value, maximum, operation, parse, relu, sigmoid, steps, tanh
from scalargrad.engine import Constant, topological_order
from scalargrad.graph import placeholder
from scalargrad.nn import MLP
from scalargrad.passes.steps import node_names


def random_graph(seed):
    """A graph of shared nodes, constants and operations of one and of two inputs."""
    choose = random.Random(seed)
    nodes = [Value(choose.uniform(-2, 2)) for _ in range(3)]
    for _ in range(choose.randrange(1, 12)):
        x, y = choose.choice(nodes), choose.choice(nodes)
        nodes.append(choose.choice([lambda: x + y, lambda: x * y, lambda: 2 - x, lambda: tanh(x), lambda: maximum(x, y)])())
    return nodes[-1]


def test_the_steps_of_a_neuron():
    """Each step is one line in symbols and in numbers, as text and in LaTeX."""
    e, _ = parse("c = a*x; d = c + b; e = sigmoid(d)", a=2, x=-1, b=0.5)
    assert [str(step) for step in steps(e)] == [
        "a = 2",
        "x = -1",
        "c = a * x = 2 * (-1) = -2",
        "b = 0.5",
        "d = c + b = (-2) + 0.5 = -1.5",
        "e = sigmoid(d) = sigmoid(-1.5) ≈ 0.1824",
        "de/de = 1, so e.grad = 1",
        "∂e/∂d = e*(1 - e), so d.grad += 0.1491 * 1 ≈ 0.1491",
        "∂d/∂c = 1, so c.grad += 1 * 0.1491 ≈ 0.1491",
        "∂d/∂b = 1, so b.grad += 1 * 0.1491 ≈ 0.1491",
        "∂c/∂a = x, so a.grad += (-1) * 0.1491 ≈ -0.1491",
        "∂c/∂x = a, so x.grad += 2 * 0.1491 ≈ 0.2983",
    ]
    assert steps(e)[5].latex == r"e = \sigma(d) = \sigma(-1.5) \approx 0.1824"
    gains = r"\overline{a} \mathrel{+}= (-1) \cdot 0.1491 \approx -0.1491"
    assert steps(e)[10].latex == rf"\frac{{\partial c}}{{\partial a}} = x, \quad {gains}"
    assert steps(e)[10]._repr_latex_() == rf"$\displaystyle {steps(e)[10].latex}$"


def test_captions():
    """The caption of a step is one sentence as it is printed, with what a gradient was before where there was one."""
    y, _ = parse("d = a + b; e = b - c; Y = d * e", a=2, b=-3, c=1)
    captions = [step.caption for step in steps(y)]
    assert captions[2] == "d = a + b = 2 + (−3) = −1"
    assert captions[-2:] == ["a.grad += 1 · (−4) = −4", "b.grad += 1 · (−4): −1 + (−4) = −5"]
    theta = Value(2, "theta_1")
    square, root = (theta**2, theta**0.5)
    assert [step.caption for step in steps(square)][1:] == ["v₁ = θ₁² = 2² = 4", "v₁.grad = 1", "θ₁.grad += 4 · 1 = 4"]
    assert steps(square)[1].markup == "v<SUB>1</SUB> = θ<SUB>1</SUB><SUP>2</SUP> = 2<SUP>2</SUP> = 4"
    assert steps(root)[1].caption == "v₁ = θ₁^{0.5} = 2^{0.5} ≈ 1.414"


def test_what_is_rounded_is_said_to_be():
    """An equals sign stands only between what is equal as it is written; what floats get wrong does not count."""
    third, y = Value(1 / 3, "t"), Value(0.1, "x") + Value(0.2, "y")
    assert str(steps(third)[0]) == "t ≈ 0.3333"
    assert str(steps(third * 3)[1]) == "v1 = t * 3 ≈ 0.3333 * 3 ≈ 1"
    assert str(steps(y)[2]) == "v1 = x + y = 0.1 + 0.2 = 0.3"


@given(st.integers(0, 10**6))
def test_the_gradients_are_those_of_backward(seed):
    """After the last step every node has the value and, to the last bit, the gradient that the engine computes."""
    y = random_graph(seed)
    found = steps(y)
    y.backward()
    values = {step.node: step.result for step in found if step.is_forward}
    gradients = {step.node: step.result for step in found if not step.is_forward}  # of several steps the last one
    nodes = [node for node in topological_order(y) if not isinstance(node, Constant)]
    assert values == {node: node.data for node in nodes}
    assert gradients == {node: node.grad for node in nodes}


@given(st.integers(0, 10**6))
def test_every_edge_has_its_step(seed):
    """Forward every node comes after its inputs; backward there is one step for each edge to what is not constant."""
    y = random_graph(seed)
    found = steps(y)
    forward = [step.node for step in found if step.is_forward]
    assert forward == [node for node in topological_order(y) if not isinstance(node, Constant)]
    edges = [(step.consumer, step.index) for step in found if step.consumer is not None]
    expected = {(node, i) for node in forward for i, x in enumerate(node.inputs) if not isinstance(x, Constant)}
    assert len(edges) == len(expected) and set(edges) == expected
    assert all(step.consumer.inputs[step.index] is step.node for step in found if step.consumer is not None)
    assert all(step.partial == step.consumer.partials[step.index] for step in found if step.consumer is not None)


@pytest.mark.parametrize("backward_before", [False, True])
def test_the_graph_is_left_alone(backward_before):
    """Neither values nor gradients nor labels change, whether or not backward has been there."""
    y = random_graph(7)
    if backward_before:
        y.backward()
    before = [(node.data, node.grad, node.label, node.partials) for node in topological_order(y)]
    steps(y)
    assert [(node.data, node.grad, node.label, node.partials) for node in topological_order(y)] == before


def test_the_numbers_are_those_of_today():
    """A leaf that has changed since the graph was made, as in training, has its new number in both passes."""
    x = Value(2, "x")
    y = x * x
    x.data = 3.0
    assert [step.result for step in steps(y)] == [3, 9, 1, 3, 6]


def test_the_rule_is_that_of_today():
    """Where a rule has changed its mind with the number of a leaf, in symbols and in numbers it is that of the new one."""

    @operation("hinge")
    def hinge(x):
        return (x, 1) if x < 1 else (1, 0)  # whole numbers, as students write them

    x = Value(2, "x")
    y = hinge(x + x)
    x.data = 0.25
    assert [step.rule for step in steps(y)][4] == "∂v2/∂v1 = 1"
    x.data = 4.0
    *_, last, _, _ = found = steps(y)
    assert str(last) == "∂v2/∂v1 = 0, so v1.grad += 0 * 1 = 0"
    assert {type(step.result) for step in found} | {type(last.partial)} == {float}
    assert found[2].latex == r"v_{2} = \operatorname{hinge}(v_{1}) = \operatorname{hinge}(8) = 1"


def test_a_value_used_twice_by_one_operation():
    """x * x has two edges, and they are told apart."""
    x = Value(3, "x")
    first, second = [step for step in steps(x * x) if step.consumer is not None]
    assert (first.rule, second.rule) == ("∂v1/∂x (left) = x", "∂v1/∂x (right) = x")
    assert r"\right|_{\text{right}}" in second.rule_latex


def test_a_leaf_alone():
    """A Value that was not computed has a value and a gradient of 1."""
    assert [str(step) for step in steps(Value(3, "x"))] == ["x = 3", "dx/dx = 1, so x.grad = 1"]


def test_labels_that_are_expressions():
    """Labels as in micrograd's lecture are kept together, and odd characters do not break lines."""
    x = Value(3, "x1*w1")
    y = x * 2
    y.label = "\n"
    _, forward, _, backward = map(str, steps(y))
    assert forward == "\ufffd = (x1*w1) * 2 = 3 * 2 = 6"
    assert backward == "∂\ufffd/∂(x1*w1) = 2, so x1*w1.grad += 2 * 1 = 2"


@pytest.mark.parametrize(("constant", "text"), [(1e-7, "x * 1e-07"), (-2, "x * (-2)")])
def test_constants_in_formulas(constant, text):
    """A constant has parentheses only where it is negative."""
    assert steps(Value(3, "x") * constant)[1].rule == f"v1 = {text}"


def test_names():
    """Labels are names, constants are called by their number, and the numbered names are free ones."""
    y, _ = parse("v2 * x + 1", v2=3, x=5)
    assert list(node_names(topological_order(y)).values()) == ["v2", "x", "v1", "1", "v3"]


def test_one_label_several_values():
    """Values with one label are told apart by primes, and then by numbers, that are no other label."""
    x = [Value(i, "x") for i in range(6)]
    y = Value(0, "x″") + x[0] + x[1] + x[2] + x[3] + x[4] + x[5]
    names = [name for name in node_names(topological_order(y)).values() if name[0] == "x"]
    assert names == ["x″", "x", "x′", "x‴", "x^(4)", "x^(5)", "x^(6)"]
    assert str(steps(x[0] * x[1])[3]) == "dv1/dv1 = 1, so v1.grad = 1"
    assert str(steps(x[0] * x[1])[4]) == "∂v1/∂x = x′, so x.grad += 1 * 1 = 1"


def test_steps_are_frozen():
    """A step is a record that nobody changes by accident."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        steps(Value(1))[0].result = 2


def test_large_graphs_are_refused():
    """Beyond max_nodes there is a sentence with both numbers."""
    y = MLP(2, [16, 16, 1], "tanh", seed=0)([1.0, 2.0])
    with pytest.raises(
        ValueError, match="has .* nodes, and the steps of more than 500 cannot be read: .* raise max_nodes to"
    ):
        steps(y)


@pytest.mark.slow("a long chain of operations")
def test_depth_is_no_problem():
    """There is no recursion along the graph."""
    y = Value(1.0)
    for _ in range(5000):
        y = relu(y)
    assert len(steps(y, max_nodes=5001)) == 2 * 5001


def test_wrong_arguments():
    """What is no Value, and a placeholder without a number, are refused with a sentence."""
    with pytest.raises(TypeError, match=r"steps and explain take one Value, as in explain\(y\), got 3"):
        steps(3)
    with pytest.raises(AttributeError, match="there is no number yet: feed x"):
        steps(sigmoid(placeholder("x")))
