"""Tests of traces: nothing is computed twice, or in vain."""

from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value, exp, sigmoid, tanh
from scalargrad.engine import Constant
from scalargrad.program.trace import Trace


def instructions(trace):
    """How many there are of each operation."""
    names = [trace.operations[i] for i in (*trace.forward, *trace.backward)]
    return {name: names.count(name) for name in names}


def test_constants_are_folded():
    """What is made of constants alone is a number in the trace, also in the derivatives."""
    x = Value(2.0, "x")
    trace = Trace([x * (Constant(3.0) * 4 + exp(Constant(0.0)))], [x], [x], "mean")
    assert instructions(trace) == {"*": 1}
    assert 13.0 in trace.numbers.values() and trace.numbers[trace.totals[1]] == 13.0


def test_equal_expressions_are_computed_once():
    """Expressions that were written twice, with factors in either order, are one instruction."""
    x, y = Value(2.0), Value(3.0)
    trace = Trace([tanh(x * y + x) * tanh(x + y * x)], [x, y], [], "none")
    assert instructions(trace) == {"*": 2, "tanh": 1, "+": 1}


def test_zero_has_a_sign():
    """0.0 and -0.0 are two constants."""
    x = Value(2.0)
    trace = Trace([x * 0.0, x * -0.0], [x], [], "none")
    assert instructions(trace) == {"*": 2}


@given(st.booleans(), st.booleans())
def test_what_is_not_needed_is_left_out(with_x, with_w):
    """Gradients toward what is not asked for are not in the trace, and nothing is only for them."""
    x, w = Value(0.5, "x"), Value(2.0, "w")
    h = exp(x) * w  # toward w the factor exp(x), toward x one more product
    trace = Trace([h], [x], [x] * with_x + [w] * with_w, "mean")
    assert instructions(trace) == {"exp": 1, "*": 1}  # h is its own derivative toward x
    trace = Trace([tanh(h)], [x], [x] * with_x + [w] * with_w, "mean")
    assert len(trace.backward) == (with_x or with_w) * 2 + 2 * with_x + with_w  # 1 - t * t, and the products


def test_what_is_multiplied_by_one_is_not_multiplied():
    """Factors of 1 and -1, and divisions by 1, cost nothing or a sign."""
    x = Value(2.0)
    trace = Trace([1 * x / 1 * -1], [x], [], "none")
    assert instructions(trace) == {"neg": 1}


def test_labels_name_instructions():
    """Nodes with a label name their instruction, and d_ and the label that of the derivative toward them."""
    x, w = Value(1.0, "x"), Value(2.0, "w")
    s = x * w
    s.label = "s"
    trace = Trace([sigmoid(s)], [x], [w], "mean")
    assert set(trace.labels.values()) == {"x", "w", "s", "d_s"}
    trace = Trace([s * w], [x], [w], "mean")  # the derivative toward s is w, which keeps its name
    assert set(trace.labels.values()) == {"x", "w", "s"}


def test_what_is_the_same_for_every_example():
    """Only what depends on the inputs varies."""
    x, w = Value(1.0, "x"), Value(2.0, "w")
    trace = Trace([exp(w) * x + w * w + x * x + w], [x], [w], "mean")
    invariant = {trace.operations[i] for i in trace.forward if not trace.varying[i]}
    assert invariant == {"exp", "*"}
    parts = [[trace.operations[i] for i in part] for part in trace.parts[0]]
    assert parts == [["*", "parameter"], ["*", "*"], ["+"] * 3]
