"""Tests of the tables that C reads: they compute what the schedule says, in fewer and larger pieces."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalargrad import Value, exp, tanh
from scalargrad.graph import Variable, placeholder
from scalargrad.losses import cross_entropy
from scalargrad.nn import MLP
from scalargrad.program.schedule import INNER, LINEAR, Schedule
from scalargrad.program.tables import LINEAR_4, Tables
from scalargrad.program.trace import Trace


def schedule_of(loss, inputs, parameters):
    return Schedule(Trace([loss], inputs, parameters, "mean"))


def network(sizes, seed=0):
    """The schedule of a network with cross-entropy."""
    model, x, t = MLP(sizes[0], sizes[1:], "tanh", seed=seed), placeholder(sizes[0]), placeholder(sizes[-1])
    return schedule_of(cross_entropy(model(x), t), [*x, *t], model.parameters())


def attention(length, width):
    """The schedule of one query that looks at several rows, with weights that are used for each of them."""
    x, w = placeholder((length, width)), Variable([[0.1 * (i - j) for j in range(width)] for i in range(width)])
    rows = [w @ x[i] for i in range(length)]
    scores = [exp(rows[0] @ row) for row in rows]
    loss = sum(score * tanh(row.sum()) for score, row in zip(scores, rows))
    return schedule_of(loss, [each for row in x for each in row], [each for row in w for each in row])


def steps_of(tables):
    return zip(*(tables.steps[k::4] for k in range(4)))


def formulas(tables, input_count):
    """What each total adds up, and the outputs by example, as formulas of the inputs, from any tables."""
    numbers = {}  # the numbers that are in the rows now; a formula is kept once, and named by its place
    rows = {row: numbers.setdefault(("input", row), len(numbers)) for row in range(input_count)}
    pairs = zip(tables.broadcast[::2], tables.broadcast[1::2])
    rows.update((row, numbers.setdefault(("invariant", place), len(numbers))) for row, place in pairs)
    for code, out, x, y in steps_of(tables):
        if code in (LINEAR, LINEAR_4):
            terms = zip(tables.terms[2 * x : 2 * y : 2], tables.terms[2 * x + 1 : 2 * y : 2])
            formula = ("linear", *((weight, rows[row]) for weight, row in terms))
        elif code == INNER:
            formula = ("inner", *(rows[row] for row in tables.terms[2 * x : 2 * y]))
        else:
            formula = (code, rows[x], rows.get(y))
        rows[out] = numbers.setdefault(formula, len(numbers))
    texts = {}
    for formula, number in numbers.items():
        texts[number] = _text(formula, texts)
    found = [(total, texts[rows[x]], texts[rows[y]]) for total, x, y in zip(*(tables.products[k::3] for k in range(3)))]
    tiles = getattr(tables, "tiles", ())
    for k in range(0, len(tiles), 18):
        begin, end, *totals = tiles[k : k + 18]
        for r in range(8 * begin, 8 * end, 8):
            places = tables.tile_rows[r : r + 8]
            pairs = product(places[:4], places[4:])
            found += [(total, texts[rows[x]], texts[rows[y]]) for total, (x, y) in zip(totals, pairs)]
    return sorted(found), [texts[rows[row]] for row in tables.per_example]


def _text(formula, texts):
    """A hash of a formula that depends on nothing but what is computed."""
    name, *parts = formula
    if name in ("input", "invariant"):
        return hash(formula)
    return hash((name, *((part[0], texts[part[1]]) if isinstance(part, tuple) else texts.get(part) for part in parts)))


@settings(max_examples=15)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=3), st.integers(1, 4))
def test_the_tables_compute_what_the_schedule_computes(sizes, length):
    """Whatever the sizes, each total adds up the products that it has in the schedule, of rows computed in the same way."""
    for schedule in (network([*sizes, 3]), attention(length, sizes[0])):
        assert formulas(Tables(schedule), schedule.input_count) == formulas(schedule, schedule.input_count)


def test_four_neurons_are_computed_together():
    """Four LINEAR steps in a row, the first one a LINEAR_4, have the same rows."""
    schedule = network([6, 11, 4])
    tables = Tables(schedule)
    steps = list(steps_of(tables))
    fours = [k for k, step in enumerate(steps) if step[0] == LINEAR_4]
    assert len(fours) == 2 + 1 + 2  # 11 hidden neurons, 4 outputs, and back to 11
    for k in fours:
        assert [step[0] for step in steps[k + 1 : k + 4]] == [LINEAR] * 3
        assert len({tables.terms[2 * x + 1 : 2 * y : 2].tobytes() for _, _, x, y in steps[k : k + 4]}) == 1
    assert len(tables.steps) == len(schedule.steps)


def test_products_are_in_tiles():
    """The gradients of an 8 by 8 layer are tiles, but for those of its biases."""
    tables = Tables(network([8, 8]))
    assert len(tables.tiles) == 4 * 18 and len(tables.tile_rows) == 4 * 8
    assert len(tables.products) == 3 * (8 + 8)  # the loss, of eight terms, and eight biases


def test_a_total_of_several_places_is_one_tile():
    """A weight that is used at several places has its products added up in one tile, over all of them."""
    tables = Tables(attention(5, 4))
    (begin, end), totals = tables.tiles[:2], tables.tiles[2:]
    assert (end - begin, len(set(totals)), len(tables.tiles)) == (5, 16, 18)


@pytest.mark.parametrize("length", [100, 1000])
def test_a_chain_needs_few_rows(length):
    """Rows are used again: a chain without gradients takes as many, however long it is."""
    x, w = placeholder("x"), Value(0.5)
    y = x
    for _ in range(length):
        y = tanh(w * y)
    schedule = Schedule(Trace([y], [x], [], "none"))
    assert schedule.row_count > length and Tables(schedule).row_count <= 4
