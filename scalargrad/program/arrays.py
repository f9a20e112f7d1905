"""Schedules run by NumPy.

With this module a `Schedule` runs many of its steps at a time. Steps of the same kind that need not wait for one another
make a group, which is one call of NumPy, and weighted sums of the same rows are a product of matrices: so the layers of a
network are found again, of which its graph of scalars knows nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy

from scalargrad.elementary import on_arrays
from scalargrad.program.schedule import LINEAR, Schedule

OPERATORS: dict[str, numpy.ufunc] = {
    "*": numpy.multiply,
    "/": numpy.divide,
    ">": numpy.greater,
    ">=": numpy.greater_equal,
    "==": numpy.equal,
    "abs": numpy.absolute,
}
SMALLEST = 16  # numbers in a matrix; smaller ones are added up in the order of the graph, which a matrix product is not
EXAMPLES = 1024  # computed at a time, which bounds the memory


class ArrayRunner:
    """Runs a schedule by NumPy; see `program.py` for the arguments."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        used = schedule.kinds_used() - {"linear"}
        ufuncs = {schedule.kinds.index(name): OPERATORS.get(name) or on_arrays(name) for name in used}
        computed = set(schedule.still_steps[1::4])
        places = {i: i for i in range(schedule.stills - len(computed))}
        self._still_calls = list(_calls(schedule.still_steps, schedule.terms, places, places, ufuncs))
        known = (*range(schedule.inputs), *schedule.spread[::2])
        rows = {row: i for i, row in enumerate(known)}
        self._calls = list(_calls(schedule.steps, schedule.terms, places, rows, ufuncs))
        self._spread = [places[i] for i in schedule.spread[1::2]]
        self._products = list(_products(schedule.products, rows))
        self._each = [rows[i] for i in schedule.each]
        self._fixed = [(total, places[i]) for total, i in enumerate(schedule.fixed) if i >= 0]

    def __call__(self, parameters: Sequence[float], rows: Sequence, n: int) -> tuple[Sequence[float], list]:
        schedule = self._schedule
        still = numpy.empty((schedule.stills, 1))
        known = (*schedule.constants, *parameters)
        still[: len(known), 0] = known
        totals, each = numpy.zeros(len(schedule.fixed)), numpy.empty((len(self._each), n))
        inputs = numpy.asarray(rows, float).reshape(-1, n)
        with numpy.errstate(all="ignore"):
            for call in self._still_calls:
                call(still, still)
            for start in range(0, n, EXAMPLES):
                part = inputs[:, start : start + EXAMPLES]
                values = numpy.empty((schedule.rows, part.shape[1]))
                values[: schedule.inputs] = part
                values[schedule.inputs : schedule.inputs + len(self._spread)] = still[self._spread]
                for call in self._calls:
                    call(still, values)
                for call in self._products:
                    call(totals, values)
                each[:, start : start + EXAMPLES] = values[self._each]
            weight, divisor = schedule.reduction(n)
            totals /= divisor
            for total, place in self._fixed:
                totals[total] += weight * still[place, 0]
        return totals.tolist(), each.tolist()


def _calls(
    steps: Sequence[int], terms: Sequence[int], stills: dict[int, int], rows: dict[int, int], ufuncs: dict[int, numpy.ufunc]
) -> Iterator[Callable]:
    """Yield a function of the still numbers and the rows for each group of steps.

    stills, rows  the new place of each still number and of each row; the results of a group get places in a row
    ufuncs        NumPy's function for each code
    """
    level = dict.fromkeys(rows, 0)
    groups: dict[tuple, list[tuple[int, tuple, tuple]]] = defaultdict(list)
    for k in range(0, len(steps), 4):
        code, result, x, y = steps[k : k + 4]
        weights: tuple = ()
        if code == LINEAR:
            weights, operands = tuple(terms[2 * x : 2 * y : 2]), tuple(terms[2 * x + 1 : 2 * y : 2])
        else:
            operands = (x, y)[: ufuncs[code].nin]
        # Among the steps of still numbers, what is weighted with may be a result that has to be waited for.
        level[result] = 1 + max(level[i] for i in (*operands, *(weights if stills is rows else ())))
        groups[level[result], code, operands if code == LINEAR else ()].append((result, operands, weights))
    # Sums of the same rows make a matrix; where it would be small, sums of as many rows go together.
    merged: dict[tuple, list] = defaultdict(list)
    for (depth, code, same), group in groups.items():
        small = code == LINEAR and len(same) * len(group) < SMALLEST
        merged[depth, code, small, len(same) if small else same] += group
    for (_, code, small, _), group in sorted(merged.items(), key=lambda item: item[0][0]):
        outs, operands, weights = zip(*group)
        out = slice(len(rows), len(rows) + len(outs))
        rows.update(zip(outs, range(out.start, out.stop)))
        if code != LINEAR:
            yield _function(ufuncs[code], out, *(_index(rows[i] for i in column) for column in zip(*operands)))
        elif small:
            columns = zip(zip(*operands), zip(*weights))
            yield _sum(out, [(_index(stills[i] for i in w), _index(rows[i] for i in x)) for x, w in columns])
        else:
            flat = _index(stills[i] for row in weights for i in row)
            yield _matrix(out, flat, len(outs), _index(rows[i] for i in operands[0]))


def _function(function, out, *operands):
    return lambda _, rows: function(*(rows[x] for x in operands), out=rows[out])


def _sum(out, terms):
    def call(still, rows):
        (weight, x), *others = terms
        total = still[weight] * rows[x]
        for weight, x in others:
            total += still[weight] * rows[x]
        rows[out] = total

    return call


def _matrix(out, weights, height, x):
    return lambda still, rows: numpy.matmul(still[weights].reshape(height, -1), rows[x], out=rows[out])


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
            yield _outer(_index(xs), _index(ys), numpy.ravel(totals))
    if single:
        yield _inner(*map(_index, zip(*single)))


def _outer(xs, ys, totals):
    return lambda sums, rows: numpy.add.at(sums, totals, (rows[xs] @ rows[ys].T).ravel())


def _inner(xs, ys, totals):
    return lambda sums, rows: numpy.add.at(sums, totals, numpy.einsum("ij,ij->i", rows[xs], rows[ys]))


def _index(places: Iterable[int]) -> slice | numpy.ndarray:
    """Return an index of these places, a slice where they are in a row, for that is read without a copy."""
    places = list(places)
    begin, end = places[0], places[0] + len(places)
    return slice(begin, end) if places == list(range(begin, end)) else numpy.array(places)
