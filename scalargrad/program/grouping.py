"""A schedule's steps put into groups.

So the layers of a network are found again, although its graph of scalars does not know them. The results of a group become
neighbours. Its members are sorted by what they read, and the rows and columns of a matrix by the places of the weights. Then
most of what a group reads lies side by side, and a layer's matrix and its transpose are views of the parameters.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy

from scalargrad.elementary import on_arrays
from scalargrad.program.agenda import agenda
from scalargrad.program.array_groups import (
    Elementwise,
    Index,
    InnerProducts,
    LongSums,
    Matrix,
    MatrixProducts,
    OuterProducts,
    Sums,
)
from scalargrad.program.schedule import INNER, LINEAR, ONE, Schedule, product_blocks

SMALLEST = 16  # numbers in a matrix; smaller sums are added up in the order of the graph, unlike a product of matrices
OPERATORS = {"+": "add", "-": "subtract", "neg": "negative", "*": "multiply", "/": "divide", "abs": "absolute"}
OPERATORS |= {">": "greater", ">=": "greater_equal", "==": "equal"}


class Groups:
    """The groups of a schedule, in the order in which they run.

    invariant_steps  groups that make invariants; what they read as values are invariants too
    broadcast        which invariants are repeated in the rows that come after those of the inputs
    steps            groups that make rows
    products         groups that make parts of the totals
    per_example      the rows of the outputs by example
    offsets          which totals have an offset, and which invariants it is
    """

    def __init__(self, schedule: Schedule) -> None:
        computed = len(schedule.invariant_steps) // 4
        invariants = _Places(schedule.invariant_count, range(schedule.invariant_count - computed))
        rows = _Places(schedule.row_count, (*range(schedule.input_count), *schedule.broadcast[::2]))
        self.invariant_steps = list(_groups(schedule, schedule.invariant_steps, invariants, invariants))
        self.broadcast = _index(invariants.of(schedule.broadcast[1::2]))
        self.steps = list(_groups(schedule, schedule.steps, invariants, rows))
        self.products = list(_products(schedule.products, rows))
        self.per_example = _index(rows.of(schedule.per_example))
        offsets = [total for total, i in enumerate(schedule.offsets) if i >= 0]
        self.offsets = _index(offsets), _index(invariants.of(schedule.offsets[total] for total in offsets))


class _Places:
    """Where invariants, or rows, are: new places for those of the schedule, `size` in all."""

    def __init__(self, size: int, known: Iterable[int]) -> None:
        self.size = size
        self._count, self._places = 0, [-1] * size
        self.add(known)

    def add(self, numbers: Iterable[int]) -> slice:
        """Put these after all others."""
        begin = self._count
        for i in numbers:
            self._places[i] = self._count
            self._count += 1
        return slice(begin, self._count)

    def of(self, numbers: Iterable[int]) -> tuple[int, ...]:
        return tuple([self._places[i] for i in numbers])


def _groups(schedule: Schedule, steps: Sequence[int], invariants: _Places, rows: _Places) -> Iterator[Any]:
    """Yield the groups of steps, which get places for their results; of invariant steps the rows are the invariants."""
    terms, made = schedule.terms, dict[int, int]()
    kinds, makers, users = [], [], []
    for step, (code, result, x, y) in enumerate(zip(*(steps[k::4] for k in range(4)))):
        length, needed = 0, array("i", (x, y))
        if code in (LINEAR, INNER):
            length, needed = y - x, terms[2 * x : 2 * y]
            if code == LINEAR and rows is not invariants:
                needed = needed[1::2]  # the weights are there beforehand; those of an invariant may be results
        found = [made[i] for i in needed if i in made]
        kinds.append(length * len(schedule.kinds) + code)
        makers += found
        users += [step] * len(found)
        made[result] = step
    for together in agenda(kinds, makers, users):
        members = [tuple(steps[4 * step : 4 * step + 4]) for step in together]
        code = members[0][0]
        if code == LINEAR:
            sums = [(terms[2 * x + 1 : 2 * y : 2], terms[2 * x : 2 * y : 2], result) for _, result, x, y in members]
            yield from _weighted_sums(sums, invariants, rows)
        elif code == INNER:
            yield from _sums_of_products([(rows.of(terms[2 * x : 2 * y]), result) for _, result, x, y in members], rows)
        else:
            yield _elementwise(schedule.kinds[code], members, rows)


def array_function(kind: str) -> Any:
    """Return NumPy's function that computes an operation of a trace on arrays."""
    return getattr(numpy, OPERATORS[kind]) if kind in OPERATORS else on_arrays(kind)


def array_name(kind: str) -> Any:
    """Return the name that this function has in an array module, or, if it has none in NumPy, the function itself."""
    function = array_function(kind)
    name = function.__name__
    return name if getattr(numpy, name, None) is function else function


def _elementwise(kind: str, members: list[tuple], rows: _Places) -> Elementwise:
    operands = array_function(kind).nin
    read, results = zip(*sorted((rows.of(member[2 : 2 + operands]), member[1]) for member in members))
    return Elementwise(rows.add(results), array_name(kind), tuple(map(_row_or_index, zip(*read))))


def _sums_of_products(sums: list[tuple], rows: _Places) -> Iterator[Sums | LongSums]:
    """Yield the groups of sums of as many products of rows: the rows and the result of each are given."""
    sums.sort()
    length = len(sums[0][0]) // 2
    if len(sums) < SMALLEST <= length:
        for part in _parts(sums, length, rows.size):
            read, results = zip(*part)
            yield LongSums(rows.add(results), *(_index([i for places in read for i in places[k::2]]) for k in (0, 1)))
    else:
        read, results = zip(*sums)
        factors = map(_row_or_index, zip(*read))
        yield Sums(rows.add(results), True, tuple(zip(factors, factors)))


def _weighted_sums(sums: list[tuple], invariants: _Places, rows: _Places) -> Iterator[Sums | MatrixProducts]:
    """Yield the groups of sums with the same number of terms: the rows, the weights and the result of each are given."""
    by_rows, small, by_height = defaultdict(list), [], defaultdict(list)
    for read, weights, result in sums:
        by_rows[read.tobytes()].append((read, weights, result))
    for same in by_rows.values():
        read = rows.of(same[0][0])
        block = [(invariants.of(weights), result) for _, weights, result in same]
        if len(block) * len(read) < SMALLEST:
            small += [(read, *row) for row in block]
        else:
            by_height[len(block)].append(_sorted_block(read, block))
    if small:
        reads, weights, results = zip(*sorted(small))
        factors = [None if set(column) == {ONE} else _row_or_index(column) for column in zip(*weights)]
        yield Sums(rows.add(results), False, tuple(zip(factors, map(_row_or_index, zip(*reads)))))
    for blocks in by_height.values():
        for part in _parts(sorted(blocks), len(blocks[0][0]), rows.size):
            reads, weights, results = zip(*part)
            yield MatrixProducts(
                rows.add(i for block in results for i in block),
                _matrix(weights if any(each != weights[0] for each in weights) else weights[0], invariants.size),
                _index([i for read in reads for i in read]),
                len(part),
            )


def _sorted_block(read: tuple[int, ...], block: list[tuple]) -> tuple[tuple, tuple, list[int]]:
    """Return what a matrix reads, its weights, row by row, and its results, all in the order of the weights' places."""
    first, _ = min(block)
    columns = sorted(range(len(read)), key=lambda k: (first[k], read[k]))
    block.sort(key=lambda row: row[0][columns[0]])
    weights = tuple(tuple([row[k] for k in columns]) for row, _ in block)
    return tuple([read[k] for k in columns]), weights, [result for _, result in block]


def _matrix(weights: Sequence, size: int) -> Matrix:
    """Return how to read a matrix of invariants: as a view if neighbours in its rows, or in its columns, are neighbours."""
    places = numpy.array(weights)
    if places.ndim == 2:
        height, width = places.shape
        base = int(places[0, 0])
        down = int(places[1, 0]) - base if height > 1 else width
        right = int(places[0, 1]) - base if width > 1 else 1
        if (places == base + down * numpy.arange(height)[:, None] + right * numpy.arange(width)).all():
            for n, far, m, near, transposed in ((height, down, width, right, False), (width, right, height, down, True)):
                begin = min(base, size - n * far)  # the last of n rows, too, is read as a whole
                offset = base - begin
                if near == 1 and begin >= 0 and offset + m <= far:
                    return Matrix(slice(begin, begin + n * far), (n, far), slice(offset, offset + m), transposed)
    return Matrix(_index(places.ravel().tolist()), places.shape, slice(None), False)


def _products(products: Sequence[int], rows: _Places) -> Iterator[OuterProducts | InnerProducts]:
    """Yield the groups of products that are added up over the batch."""
    moved: list[int] = []
    for total, *pair in zip(products[::3], products[1::3], products[2::3]):
        y, x = sorted(rows.of(pair))  # a derivative comes after the row that it is multiplied by
        moved += total, x, y
    single, by_totals = [], defaultdict(list)
    for xs, ys, matrix in product_blocks(moved):
        if len(xs) * len(ys) < SMALLEST:
            single += [(total, x, y) for x, totals in zip(xs, matrix) for y, total in zip(ys, totals)]
        else:
            block = _sorted_products(*map(numpy.array, (matrix, xs, ys)))
            by_totals[block[0].tobytes(), len(block[1])].append(block)
    for equal in by_totals.values():
        equal.sort(key=lambda block: block[2].tolist())
        for part in _parts(equal, max(equal[0][0].shape), rows.size):
            matrices, *read = zip(*part)
            out, above, below = (_index(numpy.ravel(each).tolist()) for each in (matrices[0], *read))
            yield OuterProducts(out, above, below, len(part))
    if single:
        yield InnerProducts(*map(_index, zip(*sorted(single))))


def _sorted_products(totals: Any, x: Any, y: Any) -> tuple[Any, Any, Any]:
    """Return a matrix of totals, and the rows whose products they are, so that totals that are neighbours come in a row."""
    down, right = numpy.argsort(totals[:, 0]), numpy.argsort(totals[0])
    totals, x, y = totals[down][:, right], x[down], y[right]
    return (totals.T, y, x) if len(x) > 1 and totals[1, 0] - totals[0, 0] == 1 else (totals, x, y)


def _parts(blocks: list, height: int, size: int) -> Iterator[list]:
    """Yield blocks of rows in parts that do not read more rows than there are, because what is read may be a copy."""
    count = max(1, size // height)
    for begin in range(0, len(blocks), count):
        yield blocks[begin : begin + count]


def _index(places: Sequence[int]) -> Index:
    """Return an index of these places: a slice if they are neighbours, because it is read without a copy."""
    begin, end = (places[0], places[0] + len(places)) if places else (0, 0)
    return slice(begin, end) if list(places) == list(range(begin, end)) else numpy.array(places)


def _row_or_index(places: Sequence[int]) -> Index:
    """Return an index of these places, or of one if they are all the same."""
    return _index(places[:1] if len(set(places)) == 1 else places)
