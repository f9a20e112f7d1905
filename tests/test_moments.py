"""Tests of the passes, one moment at a time: their order and their numbers."""

import re

from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value, parse
from scalargrad.engine import topological_order
from scalargrad.passes.moments import passes


@given(st.lists(st.sampled_from(["a + x", "a * x", "x - a", "sin(x)", "x * x"]), min_size=1, max_size=8), st.floats(-3, 3))
def test_the_moments_end_with_the_gradients_of_backward(steps, start):
    """The last gradient of each node is that of backward, and each comes once its consumers' gradients are whole."""
    a, x = Value(0.5, "a"), Value(start, "x")
    y = x
    for step in steps:
        y, _ = parse(step, **{name: value for name, value in (("a", a), ("x", y)) if name in re.findall(r"\b[ax]\b", step)})
    order = topological_order(y)
    moments = list(passes((y,), order))
    gradients, numbers = {}, [node for moment in moments if moment.gradient is None for node in moment.nodes]
    for moment in moments:
        if moment.gradient is not None:
            gradients[moment.nodes[0]] = moment.gradient
    assert sorted(map(id, numbers)) == sorted(map(id, order))
    assert all(value in numbers[: numbers.index(node)] for node in order for value in node.inputs)
    assert not any(node.has_gradient for node in order)
    y.backward()
    assert {node: node.grad for node in gradients} == gradients
    ends = {moment.nodes[0]: i for i, moment in enumerate(moments) if moment.gradient is not None}
    assert all(ends[moment.edge[0]] < i for i, moment in enumerate(moments) if moment.edge)


def test_several_roots():
    """With several results the backward pass is that of their sum."""
    a, b = Value(2, "a"), Value(3, "b")
    roots = (a * b, a + b)
    gradients = {moment.nodes[0]: moment.gradient for moment in passes(roots, topological_order(*roots))}
    assert (gradients[a], gradients[b]) == (4, 3)
