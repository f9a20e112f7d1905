"""Schedules run by NumPy.

Many steps of a `Schedule` run at a time. Steps of the same kind that do not wait for one another are a group, which is one
call of NumPy, and weighted sums of the same rows are a product of matrices. So the layers of a network are found again,
although its graph of scalars does not know them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy

from scalargrad.elementary import on_arrays
from scalargrad.program.schedule import INNER, LINEAR, Schedule

OPERATORS: dict[str, numpy.ufunc] = {
    "*": numpy.multiply,
    "/": numpy.divide,
    ">": numpy.greater,
    ">=": numpy.greater_equal,
    "==": numpy.equal,
    "abs": numpy.absolute,
}
SMALLEST = 16  # numbers in a matrix; smaller sums are added up in the order of the graph, unlike a product of matrices
EXAMPLES = 1024  # computed at a time, to bound the memory


class ArrayRunner:
    """Runs a schedule by NumPy; see `program.py` for the arguments."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        used = schedule.kinds_used() - {"linear", "inner"}
        ufuncs = {schedule.kinds.index(name): OPERATORS.get(name) or on_arrays(name) for name in used}
        computed = set(schedule.invariant_steps[1::4])
        invariants = {i: i for i in range(schedule.invariant_count - len(computed))}
        self._invariant_calls = list(_calls(schedule.invariant_steps, schedule.terms, invariants, invariants, ufuncs))
        known = (*range(schedule.input_count), *schedule.broadcast[::2])
        rows = {row: i for i, row in enumerate(known)}
        self._calls = list(_calls(schedule.steps, schedule.terms, invariants, rows, ufuncs))
        self._broadcast = [invariants[i] for i in schedule.broadcast[1::2]]
        self._products = list(_products(schedule.products, rows))
        self._per_example = [rows[i] for i in schedule.per_example]
        self._offsets = [(total, invariants[i]) for total, i in enumerate(schedule.offsets) if i >= 0]

    def __call__(self, parameters: Sequence[float], rows: Sequence, n: int) -> tuple[Sequence[float], list]:
        schedule = self._schedule
        invariants = numpy.empty((schedule.invariant_count, 1))
        known = (*schedule.constants, *parameters)
        invariants[: len(known), 0] = known
        totals, per_example = numpy.zeros(len(schedule.offsets)), numpy.empty((len(self._per_example), n))
        inputs = numpy.asarray(rows, float).reshape(-1, n)
        with numpy.errstate(all="ignore"):
            for call in self._invariant_calls:
                call(invariants, invariants)
            for start in range(0, n, EXAMPLES):
                part = inputs[:, start : start + EXAMPLES]
                values = numpy.empty((schedule.row_count, part.shape[1]))
                values[: schedule.input_count] = part
                values[schedule.input_count : schedule.input_count + len(self._broadcast)] = invariants[self._broadcast]
                for call in self._calls:
                    call(invariants, values)
                for call in self._products:
                    call(totals, values)
                per_example[:, start : start + EXAMPLES] = values[self._per_example]
            weight, divisor = schedule.reduction(n)
            totals /= divisor
            for total, place in self._offsets:
                totals[total] += weight * invariants[place, 0]
        return totals.tolist(), per_example.tolist()


def _calls(
    steps: Sequence[int],
    terms: Sequence[int],
    invariants: dict[int, int],
    rows: dict[int, int],
    ufuncs: dict[int, numpy.ufunc],
) -> Iterator[Callable]:
    """Yield a function of the invariants and the rows for each group of steps.

    invariants, rows  the new place of each invariant and of each row; the results of a group get neighbouring places
    ufuncs            NumPy's function for each code
    """
    level = dict.fromkeys(rows, 0)
    groups: dict[tuple, list[tuple[int, tuple, tuple]]] = defaultdict(list)
    for k in range(0, len(steps), 4):
        code, result, x, y = steps[k : k + 4]
        weights: tuple = ()
        if code == LINEAR:
            weights, operands = tuple(terms[2 * x : 2 * y : 2]), tuple(terms[2 * x + 1 : 2 * y : 2])
        elif code == INNER:
            operands = tuple(terms[2 * x : 2 * y])
        else:
            operands = (x, y)[: ufuncs[code].nin]
        # In a step of invariants the weights, too, may be results that must be there first.
        level[result] = 1 + max(level[i] for i in (*operands, *(weights if invariants is rows else ())))
        same = operands if code == LINEAR else (len(operands),)
        groups[level[result], code, same].append((result, operands, weights))
    # Sums of the same rows make a matrix. If it would be small, sums of the same number of rows are computed together.
    merged: dict[tuple, list] = defaultdict(list)
    for (depth, code, same), group in groups.items():
        small = code == LINEAR and len(same) * len(group) < SMALLEST
        merged[depth, code, small, len(same) if small else same] += group
    for (_, code, small, _), group in sorted(merged.items(), key=lambda item: item[0][0]):
        outs, operands, weights = zip(*group)
        out = slice(len(rows), len(rows) + len(outs))
        rows.update(zip(outs, range(out.start, out.stop)))
        if code == INNER:
            xs, ys = (_index(rows[i] for row in operands for i in row[start::2]) for start in (0, 1))
            yield _sums_of_products(out, xs, ys)
        elif code != LINEAR:
            yield _elementwise(ufuncs[code], out, *(_index(rows[i] for i in column) for column in zip(*operands)))
        elif small:
            columns = zip(zip(*operands), zip(*weights))
            yield _weighted_sum(out, [(_index(invariants[i] for i in w), _index(rows[i] for i in x)) for x, w in columns])
        else:
            flat = _index(invariants[i] for row in weights for i in row)
            yield _matrix_product(out, flat, len(outs), _index(rows[i] for i in operands[0]))


def _elementwise(function, out, *operands):
    return lambda _, rows: function(*(rows[x] for x in operands), out=rows[out])


def _weighted_sum(out, terms):
    def call(invariants, rows):
        (weight, x), *others = terms
        total = invariants[weight] * rows[x]
        for weight, x in others:
            total += invariants[weight] * rows[x]
        rows[out] = total

    return call


def _sums_of_products(out, xs, ys):
    def call(_, rows):
        products = rows[xs] * rows[ys]
        rows[out] = products.reshape(out.stop - out.start, -1, rows.shape[1]).sum(axis=1)

    return call


def _matrix_product(out, weights, height, x):
    return lambda invariants, rows: numpy.matmul(invariants[weights].reshape(height, -1), rows[x], out=rows[out])


def _products(products: Sequence[int], rows: dict[int, int]) -> Iterator[Callable]:
    """Yield a function of the totals and the rows for each group of products to be added up over the batch."""
    partners, blocks = defaultdict(list), defaultdict(list)
    for k in range(0, len(products), 3):
        total, x, y = products[k : k + 3]
        partners[rows[x]].append((rows[y], total))
    for x, pairs in partners.items():
        ys, totals = zip(*pairs)
        blocks[ys].append((x, totals))
    single: list[tuple[int, int, int]] = []
    for ys, block in blocks.items():
        xs, totals = zip(*block)
        if len(xs) * len(ys) < SMALLEST:
            single += [(x, y, total) for x, row in block for y, total in zip(ys, row)]
        else:
            yield _outer_products(_index(xs), _index(ys), numpy.ravel(totals))
    if single:
        yield _inner_products(*map(_index, zip(*single)))


def _outer_products(xs, ys, totals):
    return lambda sums, rows: numpy.add.at(sums, totals, (rows[xs] @ rows[ys].T).ravel())


def _inner_products(xs, ys, totals):
    return lambda sums, rows: numpy.add.at(sums, totals, numpy.einsum("ij,ij->i", rows[xs], rows[ys]))


def _index(places: Iterable[int]) -> slice | numpy.ndarray:
    """Return an index of these places: a slice if they are consecutive, because it is read without a copy."""
    places = list(places)
    begin, end = places[0], places[0] + len(places)
    return slice(begin, end) if places == list(range(begin, end)) else numpy.array(places)
