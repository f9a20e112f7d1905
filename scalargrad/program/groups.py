"""The steps of a schedule in groups that run at once, as data.

A group is one call of an array module, or a few: a function of many numbers, or a product of matrices. So the layers of a
network are found again, although its graph of scalars does not know them. A group says what it reads, and `compute` makes an
array of arrays. It writes nothing, so that any array module `xp` with NumPy's functions can run it.

    invariants  a column of numbers
    values      a row for each number of an example, with a number for each example of the batch

The results of a group are neighbours in one of the two. The members of a group are sorted by what they read, and the rows
and columns of a matrix by the places of the weights. Then the next group finds most of what it reads side by side, and a
layer's matrix and its transpose are views of the parameters.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy

from scalargrad.elementary import functions, on_arrays
from scalargrad.program.agenda import agenda
from scalargrad.program.schedule import INNER, LINEAR, ONE, Schedule

SMALLEST = 16  # numbers in a matrix; smaller sums are added up in the order of the graph, unlike a product of matrices
OPERATORS = {"*": "multiply", "/": "divide", ">": "greater", ">=": "greater_equal", "==": "equal", "abs": "absolute"}

Index = slice | numpy.ndarray  # which rows are read: neighbours, or any


class Elementwise(NamedTuple):
    """A function of one or two numbers.

    out       where the results are; a single row stands for as many
    function  its name in an array module, or the function itself
    operands  what it reads, one below the other; a single row stands for as many
    """

    out: slice
    function: str | Callable
    operands: tuple[Index, ...]

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        function = getattr(xp, self.function) if isinstance(self.function, str) else self.function
        return function(*(values[x] for x in self.operands))


class Sums(NamedTuple):
    """Sums of products, each with the same number of terms, added up in the order of the graph.

    inner  whether the first factors are rows too, and not invariants
    terms  for each term its two factors; the first is None where it is 1 in all sums
    """

    out: slice
    inner: bool
    terms: tuple[tuple[Index | None, Index], ...]

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        factors = values if self.inner else invariants
        products = (values[y] if x is None else factors[x] * values[y] for x, y in self.terms)
        total = next(products)
        for product in products:
            total = total + product
        return total


class LongSums(NamedTuple):
    """A few sums of many products of rows: `x` and `y` are the factors of the first sum, then those of the second."""

    out: slice
    x: Index
    y: Index

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        products = values[self.x] * values[self.y]
        return products.reshape(self.out.stop - self.out.start, -1, products.shape[-1]).sum(1)


class Matrix(NamedTuple):
    """Where a matrix, or several of one shape, are among the invariants.

    It is a part of the columns of what is read, in this shape, or the transpose of that.
    """

    index: Index
    shape: tuple[int, ...]
    columns: slice
    transposed: bool

    def read(self, invariants: Any) -> Any:
        found = invariants[self.index].reshape(self.shape)[..., self.columns]
        return found.T if self.transposed else found


class MatrixProducts(NamedTuple):
    """Weighted sums of the same rows.

    weights  a matrix for each block of rows, or one for all
    x        the rows, block after block
    blocks   how many blocks there are
    """

    out: slice
    weights: Matrix
    x: Index
    blocks: int

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        weights, x = self.weights.read(invariants), values[self.x]
        if self.blocks == 1:
            return weights @ x
        n = x.shape[-1]
        return (weights @ x.reshape(self.blocks, -1, n)).reshape(-1, n)


class OuterProducts(NamedTuple):
    """Products of each row of one block and each of another, added up over the batch, and over pairs of blocks.

    out   the totals that they are part of
    x, y  the rows, block after block
    """

    out: Index
    x: Index
    y: Index
    blocks: int

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        x, y = values[self.x], values[self.y]
        if self.blocks == 1:
            return (x @ y.T).reshape(-1)
        n = x.shape[-1]
        x, y = x.reshape(self.blocks, -1, n), y.reshape(self.blocks, -1, n)
        return (x @ y.swapaxes(1, 2)).sum(0).reshape(-1)


class InnerProducts(NamedTuple):
    """Products of pairs of rows, added up over the batch; `out` are the totals that they are part of, each once or more."""

    out: Index
    x: Index
    y: Index

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        return xp.einsum("ij,ij->i", values[self.x], values[self.y])


class Groups:
    """The groups of a schedule, in the order in which they run.

    invariant_steps  groups that make invariants of invariants, which are their `values` too; the first are known
    broadcast        the invariants that are repeated in the rows after those of the inputs
    steps            groups that make rows
    products         groups that make parts of the totals
    per_example      the rows of the outputs by example
    offsets          totals, and the invariants that are added to them
    """

    def __init__(self, schedule: Schedule) -> None:
        computed = len(schedule.invariant_steps) // 4
        broadcast = sorted(zip(schedule.broadcast[1::2], schedule.broadcast[::2]))
        invariants = _Places(schedule.invariant_count, range(schedule.invariant_count - computed))
        rows = _Places(schedule.row_count, (*range(schedule.input_count), *(row for _, row in broadcast)))
        self.invariant_steps = list(_groups(schedule, schedule.invariant_steps, invariants, invariants))
        self.steps = list(_groups(schedule, schedule.steps, invariants, rows))
        self.broadcast = invariants.index(i for i, _ in broadcast)
        self.products = list(_products(schedule, rows))
        self.per_example = rows.index(schedule.per_example)
        offsets = [(total, i) for total, i in enumerate(schedule.offsets) if i >= 0]
        self.offsets = _index([total for total, _ in offsets]), invariants.index(i for _, i in offsets)


class _Places:
    """The new places of a schedule's invariants or rows, by the old ones."""

    def __init__(self, size: int, known: Iterable[int]) -> None:
        self.size, self._count, self._places = size, 0, [-1] * size
        self.add(known)

    def add(self, results: Iterable[int]) -> slice:
        begin = self._count
        for i in results:
            self._places[i] = self._count
            self._count += 1
        return slice(begin, self._count)

    def of(self, numbers: Iterable[int]) -> tuple[int, ...]:
        return tuple([self._places[i] for i in numbers])

    def index(self, numbers: Iterable[int]) -> Index:
        return _index(self.of(numbers))


def _groups(schedule: Schedule, steps: Sequence[int], invariants: _Places, rows: _Places) -> Iterator:
    """Yield the groups of steps, and give their results places; those of invariant steps are rows here, too."""
    terms, of_invariants = schedule.terms, invariants is rows
    made, kinds, makers, users = {}, [], [], []
    for step, (code, result, x, y) in enumerate(zip(*(steps[k::4] for k in range(4)))):
        needed: Sequence[int] = (x, y)
        length = 0
        if code in (LINEAR, INNER):
            length = y - x
            # The weights of a row are there before; those of an invariant may be results, too.
            needed = terms[2 * x : 2 * y] if code == INNER or of_invariants else terms[2 * x + 1 : 2 * y : 2]
        found = [made[i] for i in needed if i in made]
        kinds.append(length * len(schedule.kinds) + code)
        makers += found
        users += [step] * len(found)
        made[result] = step
    del made
    for numbers in agenda(kinds, makers, users):
        members = [steps[4 * step : 4 * step + 4] for step in numbers]
        code = members[0][0]
        if code == LINEAR:
            yield from _linear(schedule, members, invariants, rows)
        elif code == INNER:
            yield _inner(terms, members, rows)
        else:
            yield _elementwise(schedule.kinds[code], members, rows)


def _elementwise(kind: str, members: list, rows: _Places) -> Elementwise:
    function = OPERATORS.get(kind) or functions[kind].numpy
    count = (getattr(numpy, OPERATORS[kind]) if kind in OPERATORS else on_arrays(kind)).nin
    read = sorted((rows.of(member[2 : 2 + count]), member[1]) for member in members)
    operands = zip(*(places for places, _ in read))
    return Elementwise(rows.add(result for _, result in read), function, tuple(map(_row_or_index, operands)))


def _inner(terms: Sequence[int], members: list, rows: _Places) -> Sums | LongSums:
    read = sorted((rows.of(terms[2 * x : 2 * y]), result) for _, result, x, y in members)
    out = rows.add(result for _, result in read)
    if len(read) < SMALLEST <= len(read[0][0]) // 2:
        xs, ys = ([i for places, _ in read for i in places[k::2]] for k in (0, 1))
        return LongSums(out, _index(xs), _index(ys))
    columns = list(zip(*(places for places, _ in read)))
    return Sums(out, True, tuple((_row_or_index(x), _row_or_index(y)) for x, y in zip(columns[::2], columns[1::2])))


def _linear(schedule: Schedule, members: list, invariants: _Places, rows: _Places) -> Iterator:
    """Yield the groups of weighted sums with the same number of terms: one of small ones, and matrices by their heights."""
    terms, small, matrices = schedule.terms, [], defaultdict(list)
    by_rows = defaultdict(list)
    for _, result, x, y in members:
        by_rows[terms[2 * x + 1 : 2 * y : 2].tobytes()].append((invariants.of(terms[2 * x : 2 * y : 2]), result, 2 * x + 1, 2 * y))
    for sums in by_rows.values():
        _, _, begin, end = sums[0]
        read = rows.of(terms[begin:end:2])
        if len(sums) * len(read) < SMALLEST:
            small += [(read, weights, result) for weights, result, _, _ in sums]
        else:
            matrices[len(sums)].append(_sorted_matrix(read, sums))
    if small:
        read, weights, results = zip(*sorted(small))
        columns = zip(zip(*weights), zip(*read))
        yield Sums(
            rows.add(results),
            False,
            tuple((None if set(w) == {ONE} else _row_or_index(w), _row_or_index(x)) for w, x in columns),
        )
    for blocks in matrices.values():
        blocks.sort(key=lambda block: block[0])
        for part in _parts(blocks, len(blocks[0][0]), schedule.row_count):
            read, weights, results = zip(*part)
            same = all(each == weights[0] for each in weights)
            yield MatrixProducts(
                rows.add(i for block in results for i in block),
                _matrix(weights[0] if same else weights, invariants.size),
                _index([i for block in read for i in block]),
                len(part),
            )


def _sorted_matrix(read: tuple[int, ...], sums: list) -> tuple:
    """Return what a matrix reads, its weights by rows, and its results, all in the order of the places of the weights."""
    first = min(sums)[0]
    columns = sorted(range(len(read)), key=lambda k: (first[k], read[k]))
    sums.sort(key=lambda each: (each[0][columns[0]], each[1]))
    weights = tuple(tuple([row[k] for k in columns]) for row, *_ in sums)
    return tuple([read[k] for k in columns]), weights, [each[1] for each in sums]


def _matrix(weights: Sequence, size: int) -> Matrix:
    """Return how a matrix is read: as a view if neighbours in a row, or in a column, are neighbours among the invariants."""
    places = numpy.array(weights)
    if places.ndim == 2:
        height, width = places.shape
        base = int(places[0, 0])
        down = int(places[1, 0]) - base if height > 1 else width
        right = int(places[0, 1]) - base if width > 1 else 1
        if (places == base + down * numpy.arange(height)[:, None] + right * numpy.arange(width)).all():
            for n, far, m, near, transposed in ((height, down, width, right, False), (width, right, height, down, True)):
                begin = min(base, size - n * far)  # what is read, n times far, must not reach beyond the end
                offset = base - begin
                if near == 1 and begin >= 0 and offset + m <= far:
                    return Matrix(slice(begin, begin + n * far), (n, far), slice(offset, offset + m), transposed)
    return Matrix(_index(places.ravel().tolist()), places.shape, slice(None), False)


def _products(schedule: Schedule, rows: _Places) -> Iterator:
    """Yield the groups of products that are added up over the batch."""
    products, partners, blocks = schedule.products, defaultdict(list), defaultdict(list)
    for total, *pair in zip(products[::3], products[1::3], products[2::3]):
        y, x = sorted(rows.of(pair))  # a derivative comes after the row that it is multiplied by
        partners[x].append((y, total))
    for x, pairs in partners.items():
        ys, totals = zip(*pairs)
        blocks[ys].append((totals, x))
    single, by_totals = [], defaultdict(list)
    for ys, block in blocks.items():
        if len(block) * len(ys) < SMALLEST:
            single += [(total, x, y) for totals, x in block for y, total in zip(ys, totals)]
            continue
        totals, x, y = numpy.array([totals for totals, _ in block]), numpy.array([x for _, x in block]), numpy.array(ys)
        down, right = numpy.argsort(totals[:, 0]), numpy.argsort(totals[0])
        totals, x, y = totals[down][:, right], x[down], y[right]
        if len(x) > 1 and totals[1, 0] - totals[0, 0] == 1:  # the neighbours are in columns
            totals, x, y = totals.T, y, x
        by_totals[totals.tobytes(), len(x)].append((totals, x, y))
    for group in by_totals.values():
        for part in _parts(group, max(map(len, group[0][1:])), schedule.row_count):
            totals, x, y = zip(*part)
            yield OuterProducts(*(_index(numpy.ravel(each).tolist()) for each in (totals[0], x, y)), len(part))
    if single:
        yield InnerProducts(*map(_index, zip(*sorted(single))))


def _parts(blocks: list, height: int, row_count: int) -> Iterator[list]:
    """Yield blocks of rows in parts, none of which reads more rows than there are, because what is read may be a copy."""
    size = max(1, row_count // height)
    for begin in range(0, len(blocks), size):
        yield blocks[begin : begin + size]


def _index(places: Sequence[int]) -> Index:
    """Return an index of these places: a slice if they are neighbours, because it is read without a copy."""
    begin, end = (places[0], places[0] + len(places)) if places else (0, 0)
    return slice(begin, end) if list(places) == list(range(begin, end)) else numpy.array(places)


def _row_or_index(places: Sequence[int]) -> Index:
    """Return an index of these places, or of one if they are all the same."""
    return _index(places[:1] if len(set(places)) == 1 else places)
