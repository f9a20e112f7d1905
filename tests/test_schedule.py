"""Tests of schedules: what a network becomes, and that sums keep their order."""

import functools
import math
import shutil

from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value, compile, operations, tanh
from scalargrad.graph import placeholder
from scalargrad.nn import MLP
from scalargrad.program.native import COMPILERS
from scalargrad.program.schedule import LINEAR, Schedule
from scalargrad.program.trace import Trace
from scalargrad.vectors import dot


def test_a_neuron_is_one_step():
    """Each weighted sum of a network is one step, with a term for each weight and the bias; gradients are products alone."""
    model, x = MLP(3, [4, 5], seed=0), placeholder(3)
    schedule = Schedule(Trace([tanh(sum(model(x)))], x, model.parameters(), "mean"))
    sums = [(end - begin) for code, _, begin, end in zip(*(schedule.steps[k::4] for k in range(4))) if code == LINEAR]
    # 1 - t * t; hidden neurons; outputs, and derivatives toward hidden neurons; 0 + y1 + ... + y5
    assert sorted(sums) == [2, *[4] * 4, *[5] * 5, *[5] * 4, 6]
    assert len(schedule.products) == 3 * (1 + len(model.parameters()))


def test_a_dot_product_of_rows_is_one_step():
    """A sum of products of rows is one INNER step, terms of 1 included; a lone product is none."""
    x, y = placeholder(5, "x"), placeholder(5, "y")

    def steps(output):
        schedule = Schedule(Trace([output], [*x, *y], [], "none"))
        codes = (schedule.kinds[code] for code in schedule.steps[::4])
        return [(name, end - begin) for name, begin, end in zip(codes, schedule.steps[2::4], schedule.steps[3::4])]

    assert steps(dot(x, y)) == [("inner", 5)]
    assert steps(tanh(x[0] * y[0]))[0][0] == "*"
    # The step of the two products goes on from that of the two terms with weights.
    assert steps(2 * x[0] + 3 * x[1] - x[2] + x[3] * x[4] + y[0] * y[1]) == [("linear", 2), ("inner", 4)]


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=12), st.data())
def test_numbers_are_added_in_the_order_of_the_graph(numbers, data):
    """Sums and differences of products, in whatever order they were written, are the engine's to the last bit."""
    x, weights = placeholder("x"), [Value(number) for number in numbers]
    signs = data.draw(st.lists(st.sampled_from((operations.add, operations.subtract)), min_size=len(numbers)))

    def total(x):
        kinds = (lambda w: w * x, lambda w: w * -x, lambda w: (w * x) * x, lambda w: w)
        terms = [kinds[i % 4](w) for i, w in enumerate(weights)]
        left = functools.reduce(lambda sums, pair: pair[0](sums, pair[1]), zip(signs, terms), x)
        return operations.multiply(left + (terms[0] + terms[1]), 1.5) - x

    expected = total(Value(0.1)).data
    for target in ("python", "c") if any(map(shutil.which, COMPILERS)) else ("python",):
        found = compile(total(x), [x], target=target)(0.1)
        assert found == expected or math.isnan(expected)
