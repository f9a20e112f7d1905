"""Tests of all numbers of a graph as Values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registered import OPERATIONS, arity

from scalargrad import Value, compile, operation, parse
from scalargrad.engine import topological_order
from scalargrad.nodes import registry
from scalargrad.pages.numbers import Numbers


def everything(y):
    """The numbers of a graph as a compiled program gives them: data, gradients and local derivatives."""
    numbers = Numbers(y)
    wanted = [numbers.data, numbers.gradients, [partial for node in numbers.data for partial in numbers.local.get(node, ())]]
    return compile(wanted, inputs=numbers.leaves, reduction="none", target="python")(
        *([leaf.data] for leaf in numbers.leaves)
    )


def expected(y):
    """The same numbers by the engine."""
    y.backward()
    order = topological_order(y)
    return [node.data for node in order], [node.grad for node in order], [each for node in order for each in node.partials]


def check(y):
    """The program gives what the engine gives, bit for bit but for what an order of terms changes."""
    for found, wanted in zip(everything(y), expected(y)):
        assert [each[0] if isinstance(each, tuple) else each for each in found] == pytest.approx(
            wanted, rel=1e-12, abs=1e-15, nan_ok=True
        )


@pytest.mark.parametrize("name", OPERATIONS)
@given(st.floats(0.1, 0.9), st.floats(0.1, 3))
def test_each_operation(name, x, y):
    """All numbers of a graph with an operation of the registry are those of the engine."""
    apply = registry[name]
    a, b = Value(x, "a"), Value(y, "b")
    check(a * apply(*(a, b)[: arity(apply)]) + b)


def test_a_custom_operation():
    """A rule that somebody else has written is in the program, too."""

    @operation("cube")
    def cube(x):
        return x * x * x, 3 * x * x

    check(cube(Value(2.0, "a") * 3))


def test_the_graph_stays_as_it_is():
    """Names are given to a copy: the labels of the graph, and its gradients, are what they were."""
    y, _ = parse("a * b + log(a)", a=2, b=3)
    before = [(node, node.label, node.has_gradient) for node in topological_order(y)]
    Numbers(y)
    assert [(node, node.label, node.has_gradient) for node in topological_order(y)] == before


def test_numbers_have_names():
    """The program calls results v1, v2, ... as steps and pictures do, and their gradients d_v1, d_v2."""
    numbers = Numbers(parse("log(a * b) * a", a=2, b=3)[0])
    assert [node.label for node in numbers.data] == ["a", "b", "v1", "v2", "v3"]
    assert {"d_v1", "d_a"} <= {gradient.label for gradient in numbers.gradients}
