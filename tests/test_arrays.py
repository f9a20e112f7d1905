"""Tests of programs run by NumPy: how much memory they take."""

import random
import tracemalloc

import pytest

from scalargrad import Value, compile, tanh
from scalargrad.graph import placeholder
from scalargrad.vectors import total

numpy = pytest.importorskip("numpy")


def test_the_memory_is_bounded():
    """Rows are kept for a part of the batch at a time, so that a batch ten times as large takes hardly more memory."""
    w, x = [Value(k / 100) for k in range(200)], placeholder("x")
    step = compile(total(tanh(each * x) for each in w), [x], target="numpy")
    peaks = []
    for n in (2_000, 20_000):
        batch = numpy.linspace(-1, 1, n)
        step(batch)
        tracemalloc.start()
        step(batch)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 4 * 8 * 18_000  # the batch, and no more than two copies of it


@pytest.mark.parametrize("n", [1023, 1024, 1025, 3000])
def test_parts_of_a_batch_are_added_up(n):
    """The totals of a batch that is computed in parts are those of its examples, and outputs come for each of them."""
    w, x = Value(0.5), placeholder("x")
    generator = random.Random(n)
    points = [generator.uniform(-1, 1) for _ in range(n)]
    results = [
        (compile([tanh(w * x), w * x], [x], target=target, reduction="sum"), target) for target in ("python", "numpy")
    ]
    (python, gradients), (found, other) = (step.value_and_grad([0.5], points) for step, _ in results)
    assert found[0] == pytest.approx(python[0], rel=1e-12, abs=1e-12 * n) and found[1] == python[1]
    assert other == pytest.approx(gradients, rel=1e-12)
