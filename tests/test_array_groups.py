"""Tests of groups: what they compute, from any arrays, and that they write nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registered import OPERATIONS, arity

from scalargrad import Value, compile, operations
from scalargrad.graph import placeholder
from scalargrad.nodes import registry
from scalargrad.program.schedule import Schedule
from scalargrad.program.trace import Trace
from scalargrad.vectors import dot, total

numpy = pytest.importorskip("numpy")
Groups = pytest.importorskip("scalargrad.program.grouping").Groups

BOUNDED = ("tanh", "sigmoid", "sin", "multiply", "subtract", "maximum", "relu")  # for any number


class Pieces:
    """Arrays that nobody may write to, one for each group, which are read as if they were one array."""

    def __init__(self, first):
        self.pieces = []
        self.append(first, len(first))

    def append(self, piece, height):
        piece = numpy.broadcast_to(piece, (height, piece.shape[1])).astype(float)
        piece.flags.writeable = False
        self.pieces.append(piece)

    def __getitem__(self, index):
        found = numpy.concatenate(self.pieces)[index]
        found.flags.writeable = False
        return found


def run(schedule, parameters, inputs):
    """The totals of a batch, computed by pure functions."""
    groups = Groups(schedule)
    invariants = Pieces(numpy.array([*schedule.constants, *parameters])[:, None])
    for group in groups.invariant_steps:
        invariants.append(group.compute(numpy, invariants, invariants), group.out.stop - group.out.start)
    n = inputs.shape[1]
    values = Pieces(numpy.concatenate([inputs, numpy.repeat(invariants[groups.broadcast], n, 1)]))
    for group in groups.steps:
        values.append(group.compute(numpy, invariants, values), group.out.stop - group.out.start)
    totals = numpy.zeros(len(schedule.offsets))
    for group in groups.products:
        numpy.add.at(totals, group.out, group.compute(numpy, invariants, values))
    weight, divisor = schedule.reduction(n)
    totals /= divisor
    totals[groups.offsets[0]] += weight * invariants[groups.offsets[1]][:, 0]
    return totals


@st.composite
def graphs(draw):
    """A random graph of layers, dot products and operations, beside one another: its loss, inputs and parameters."""
    inputs = list(placeholder(draw(st.integers(1, 6)), "x"))
    numbers = st.floats(-1, 1).map(lambda x: round(x, 3))
    parameters = [Value(draw(numbers)) for _ in range(draw(st.integers(1, 30)))]
    nodes = [*inputs, *parameters]
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(("layer", "dots", "operations", "sum")))
        read = draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=20))
        size = draw(st.integers(1, 8))
        start = draw(st.integers(0, len(parameters) - 1))
        if kind == "layer":
            weights = [parameters[(start + k) % len(parameters)] for k in range(size * len(read))]
            nodes += [dot(weights[k::size][: len(read)], read) for k in range(size)]
        elif kind == "dots":
            nodes += [dot(read, [nodes[-1 - (i + k) % len(nodes)] for i in range(len(read))]) for k in range(size)]
        elif kind == "sum":
            nodes.append(total(read) / len(read))
        else:
            apply = registry[draw(st.sampled_from(BOUNDED))]
            nodes += [apply(*(nodes[-1 - k], read[0])[: arity(apply)]) for k in range(min(size, len(nodes)))]
        nodes[-size:] = [operations.tanh(node) for node in nodes[-size:]]
    return total(nodes), inputs, parameters


@pytest.mark.slow("compiles many random graphs")
@given(graphs(), st.integers(1, 5))
def test_groups_compute_what_python_computes(graph, n):
    """On random graphs the totals are Python's to 1e-12, computed from arrays that cannot be written to."""
    loss, inputs, parameters = graph
    batch, numbers = numpy.random.default_rng(n).normal(size=(len(inputs), n)), [p.data for p in parameters]
    schedule = Schedule(Trace([loss], inputs, parameters, "mean"))
    totals = run(schedule, numbers, batch)
    expected, gradients = compile(loss, inputs, parameters, "python").value_and_grad(numbers, *batch.tolist())
    scale = max(1.0, abs(expected), *map(abs, gradients))
    assert totals == pytest.approx([expected, *gradients], rel=1e-12, abs=1e-12 * scale)


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_run_in_groups(name):
    """Five results of an operation and their gradients, computed together, are Python's to 1e-12."""
    apply, inputs, parameters = registry[name], list(placeholder(5)), [Value(0.3 + k / 10) for k in range(5)]
    results = [apply(*pair[: arity(apply)]) for pair in zip(inputs, parameters)]
    loss = dot(results, [x + 1 for x in inputs])
    batch, numbers = numpy.random.default_rng(0).uniform(0.2, 0.8, (5, 3)), [p.data for p in parameters]
    wanted = [*parameters, *inputs]
    totals = run(Schedule(Trace([loss], inputs, wanted, "sum")), numbers, batch)
    step = compile(loss, inputs, wanted, "python", "sum")
    expected, gradients = step.value_and_grad(numbers, *batch.tolist())
    assert totals == pytest.approx([expected, *gradients], rel=1e-12, abs=1e-12)
