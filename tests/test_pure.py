"""Tests of schedules as pure functions, by NumPy, whose arrays are never written to here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registered import OPTIMIZERS
from test_array_groups import graphs

from scalargrad import Value, compile
from scalargrad.graph import placeholder
from scalargrad.program.schedule import Schedule
from scalargrad.program.trace import Trace
from scalargrad.program.update import Update
from scalargrad.vectors import total

numpy = pytest.importorskip("numpy")
pure = pytest.importorskip("scalargrad.program.pure")


class ReadOnly:
    """NumPy, with functions that return arrays nobody can write to."""

    def __getattr__(self, name):
        function = getattr(numpy, name)

        def call(*arguments, **options):
            found = function(*arguments, **options)
            if isinstance(found, numpy.ndarray):
                found.flags.writeable = False
            return found

        return call


def compare(loss, inputs, parameters, n, reduction):
    """Check the totals of a batch, computed whole and in two parts, and the loss alone, against Python's."""
    batch, numbers = numpy.random.default_rng(n).normal(size=(len(inputs), n)), [p.data for p in parameters]
    schedule = pure.PureSchedule(Schedule(Trace([loss, *inputs[:2]], inputs, parameters, reduction)))
    step = compile(loss, inputs, parameters, "python", reduction)
    value, gradients = step.value_and_grad(numbers, *batch.tolist())
    expected, xp, p = numpy.array([value, *gradients]), ReadOnly(), numpy.array(numbers)
    for array in (batch, p):
        array.flags.writeable = False
    scale = 1e-12 * max(1.0, numpy.abs(expected).max())
    parts = [part for part in (batch[:, : n // 2], batch[:, n // 2 :]) if part.shape[1]]
    for found in ([batch], parts):
        sums, outputs = zip(*(schedule.sums(xp, p, part) for part in found))
        assert numpy.abs(schedule.reduced(xp, p, sum(sums), n) - expected).max() < scale
        assert (numpy.concatenate(outputs, 1) == batch[:2]).all()
    assert abs(schedule.loss(xp, p, batch) - value) < scale


@pytest.mark.slow("compiles a hundred random graphs")
@given(graphs(), st.integers(1, 5), st.sampled_from(("mean", "sum")))
def test_pure_functions_compute_what_python_computes(graph, n, reduction):
    """On random graphs the totals, whole and in parts, and the loss alone are Python's to 1e-12."""
    compare(*graph, n, reduction)


def test_a_loss_of_products():
    """The loss alone is right where it shares a group of products with its gradients, and where nothing is added up."""
    x, y, w = placeholder(5), placeholder(5), [Value(0.1 * k) for k in range(5)]
    grid = total(a * b for a in x for b in y)
    for loss in (grid + total(w), grid * w[0] + w[1] * w[1], total(w) + 0 * x[0]):
        compare(loss, [*x, *y], w, 3, "mean")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_formula_is_run_without_groups(name):
    """An optimizer's formula, run instruction by instruction on arrays, is the formula on numbers, within 1e-13."""
    optimizer = OPTIMIZERS[name]([Value(0.0)], lr=0.1)
    memory = [tuple(0.5 + i + k for i, _ in enumerate(optimizer.remembers)) for k in (0, 0.25, 7)]
    columns = list(zip(*([x, *m, g] for x, m, g in zip((1.0, -2.0, 3.0), memory, (0.75, -0.5, 0.25)))))
    expected = [optimizer.update(x, g, 0.1, tuple(m)) for x, *m, g in zip(*columns)]
    trace = Update(optimizer).trace(())
    found = pure.run_trace(ReadOnly(), trace, [numpy.float64(0.1), numpy.float64(3.0)], [*map(numpy.array, columns)])
    rows = [[x for x, _ in expected], *([m[i] for _, m in expected] for i, _ in enumerate(optimizer.remembers)), columns[-1]]
    assert numpy.allclose(found, rows, 1e-13, 1e-13)


@given(st.data())
def test_pieces_are_read_as_one_array(data):
    """Neighbours, any rows, and rows more than once are those of the pieces one below the other."""
    heights = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    whole = numpy.arange(3.0 * sum(heights)).reshape(-1, 3)
    pieces, begin = pure.Pieces(ReadOnly(), float), 0
    for height in heights:
        pieces[begin : begin + height] = whole[begin : begin + height]
        begin += height
    places = data.draw(st.lists(st.integers(0, begin - 1), max_size=20))
    first, last = sorted((data.draw(st.integers(0, begin)), data.draw(st.integers(0, begin))))
    for index in (numpy.array(places, int), slice(first, last), numpy.arange(first, last)):
        assert numpy.array_equal(pieces[index], whole[index])


def test_pieces_are_written_once_and_in_order():
    """A single row stands for as many as there are in the slice, comparisons become numbers, and nothing is overwritten."""
    pieces = pure.Pieces(numpy, "float32", numpy.ones((2, 3)))
    pieces[2:5] = numpy.array([[True, False, True]])
    assert pieces[0:5].dtype == "float32" and pieces[2:5].tolist() == [[1, 0, 1]] * 3
    for begin in (0, 6):
        with pytest.raises(IndexError, match=rf"^the next row is 5, got slice\({begin}, 7, None\)$"):
            pieces[begin:7] = numpy.ones((7 - begin, 3))
