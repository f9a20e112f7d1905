"""The steps of a schedule that run together, as data.

Steps of one kind that do not wait for one another are a group, which is one call of an array module, and weighted sums of
the same rows are a product of matrices. So the layers of a network are found again, although its graph of scalars does not
know them.

A group says where it reads, and computes an array from arrays: nothing in it depends on NumPy alone, and nothing is written
in place. The results of a group become neighbours. Its members are sorted by what they read, the rows and columns of a matrix
by the places of the weights: then most of what the next group reads lies side by side, and a matrix and its transpose are
both views of the parameters. What the arrays are is up to the runner; `array[index]` must work, for a slice and for whole
numbers.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy

from scalargrad.elementary import functions, on_arrays
from scalargrad.program.schedule import LINEAR, ONE, Schedule

SMALLEST = 16  # numbers in a matrix; smaller sums are added up in the order of the graph, unlike a product of matrices
OPERATORS = {"*": "multiply", "/": "divide", ">": "greater", ">=": "greater_equal", "==": "equal", "abs": "absolute"}

Index = slice | numpy.ndarray


class Elementwise(NamedTuple):
    """One function of one or two numbers, many times.

    function  its name in an array module, or the function itself
    operands  the rows that it reads; a single row stands for as many as there are results
    """

    out: slice
    function: str | Callable
    operands: tuple[Index, ...]

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        function = getattr(xp, self.function) if isinstance(self.function, str) else self.function
        return function(*[values[x] for x in self.operands])


class WeightedSum(NamedTuple):
    """Sums of few terms, added up in the order of the graph.

    terms  for each term the invariants, or None where all are 1, and the rows that they are multiplied by
    """

    out: slice
    terms: tuple[tuple[Index | None, Index], ...]

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        total = None
        for weights, x in self.terms:
            term = values[x] if weights is None else invariants[weights] * values[x]
            total = term if total is None else total + term
        return total


class MatrixProduct(NamedTuple):
    """Weighted sums of the same rows; several matrices of the same shape at a time.

    weights  where the matrices are among the invariants: an array of this
    shape    of which these
    columns  are the matrices, one below the other
    transposed  if they are
    x        the rows
    count    how many blocks of rows there are
    """

    out: slice
    weights: Index
    shape: tuple[int, ...]
    columns: slice
    transposed: bool
    x: Index
    count: int

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        weights = invariants[self.weights].reshape(self.shape)[..., self.columns]
        if self.transposed:
            weights = weights.T
        x = values[self.x]
        if self.count == 1:
            return weights @ x
        n = x.shape[-1]
        return (weights @ x.reshape(self.count, -1, n)).reshape(-1, n)


class OuterProducts(NamedTuple):
    """Products of each of some rows and each of others, added up over the batch, and over `count` blocks of rows."""

    totals: Index
    x: Index
    y: Index
    count: int

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        x, y = values[self.x], values[self.y]
        if self.count == 1:
            return (x @ y.T).reshape(-1)
        n = x.shape[-1]
        x, y = x.reshape(self.count, -1, n), y.reshape(self.count, -1, n)
        return (x @ y.swapaxes(1, 2)).sum(0).reshape(-1)


class InnerProducts(NamedTuple):
    """Products of pairs of rows, added up over the batch."""

    totals: Index
    x: Index
    y: Index

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        return xp.einsum("ij,ij->i", values[self.x], values[self.y])


class Groups:
    """The groups of a schedule, in the order in which they run.

    invariant_steps  compute invariants from invariants: an array of a column
    steps            compute rows from invariants and rows: an array with a row for each number of an example
    products         compute parts of the totals from rows
    broadcast        the invariants that are the rows after those of the inputs
    per_example      the rows of the outputs by example
    offsets          the totals with an offset, and the invariants that it is
    """

    def __init__(self, schedule: Schedule) -> None:
        self.invariant_steps, self.steps = [], []
        computed = set(schedule.invariant_steps[1::4])
        broadcast = sorted((invariant, row) for row, invariant in zip(schedule.broadcast[::2], schedule.broadcast[1::2]))
        invariants, rows = [-1] * schedule.invariant_count, [-1] * schedule.row_count
        for place in range(schedule.invariant_count - len(computed)):
            invariants[place] = place
        for place, i in enumerate((*range(schedule.input_count), *(row for _, row in broadcast))):
            rows[i] = place
        known = schedule.invariant_count - len(computed)
        self.invariant_steps = list(_groups(schedule, schedule.invariant_steps, invariants, invariants, known))
        known = schedule.input_count + len(broadcast)
        self.steps = list(_groups(schedule, schedule.steps, invariants, rows, known))
        self.broadcast = _index([invariants[i] for i, _ in broadcast])
        self.products = list(_products(schedule.products, rows))
        self.per_example = _index([rows[i] for i in schedule.per_example])
        offsets = [(total, invariants[i]) for total, i in enumerate(schedule.offsets) if i >= 0]
        self.offsets = tuple(map(_index, zip(*offsets))) if offsets else None


def _groups(schedule: Schedule, steps: Sequence[int], invariants: list[int], rows: list[int], known: int) -> Iterator:
    """Yield the groups of steps.

    invariants, rows  the new place of each invariant and of each row; those of the results are written here
    known             the number of rows that are there already
    """
    names = [OPERATORS.get(name) or functions[name].numpy for name in schedule.kinds[1:]]
    for members in _agenda(schedule, steps, invariants is rows):
        code = members[0][0]
        place = lambda i: rows[i]
        if code != LINEAR:
            members = [(rows[x], rows[y], result) for _, result, x, y in members]
            members.sort()
            *operands, results = zip(*members)
            out = _place(results, rows, known)
            known = out.stop
            count = 1 if schedule.kinds[code] == "abs" else on_arrays(schedule.kinds[code]).nin if schedule.kinds[code] in functions else 2
            yield Elementwise(out, names[code - 1], tuple(_index(x, True) for x in operands[:count]))
        else:
            same = defaultdict(list)
            for _, result, x, y in members:
                terms = schedule.terms
                same[terms[2 * x + 1 : 2 * y : 2].tobytes()].append((result, x, y))
            small, matrices = [], defaultdict(list)
            for group in same.values():
                _, x, y = group[0]
                if (y - x) * len(group) < SMALLEST:
                    small += group
                else:
                    matrices[len(group)].append(group)
            if small:
                small = [
                    ([rows[i] for i in terms[2 * x + 1 : 2 * y : 2]], [invariants[i] for i in terms[2 * x : 2 * y : 2]], r)
                    for r, x, y in small
                ]
                small.sort()
                operands, weights, results = zip(*small)
                columns = zip(zip(*weights), zip(*operands))
                out = _place(results, rows, known)
                known = out.stop
                yield WeightedSum(
                    out,
                    tuple((None if set(w) == {ONE} else _index(w, True), _index(x, True)) for w, x in columns),
                )
            for height, group in matrices.items():
                blocks = []
                for block in group:
                    block = [
                        ([invariants[i] for i in terms[2 * x : 2 * y : 2]], r, [rows[i] for i in terms[2 * x + 1 : 2 * y : 2]])
                        for r, x, y in block
                    ]
                    block.sort()
                    first, _, operands = block[0]
                    order = sorted(range(len(first)), key=lambda k: (first[k], operands[k]))
                    block.sort(key=lambda row: row[0][order[0]])
                    weights = [[row[0][k] for k in order] for row in block]
                    blocks.append(([operands[k] for k in order], weights, [row[1] for row in block]))
                blocks.sort()
                xs = [x for block in blocks for x in block[0]]
                out = _place([r for block in blocks for r in block[2]], rows, known)
                known = out.stop
                if all(block[1] == blocks[0][1] for block in blocks):
                    yield MatrixProduct(out, *_matrix(blocks[0][1], len(invariants)), _index(xs), len(blocks))
                else:
                    weights = numpy.array([block[1] for block in blocks])
                    yield MatrixProduct(
                        out, _index(weights.ravel().tolist()), weights.shape, slice(None), False, _index(xs), len(blocks)
                    )


def _place(results, rows, known):
    for place, i in enumerate(results, known):
        rows[i] = place
    return slice(known, known + len(results))


def _agenda(schedule: Schedule, steps: Sequence[int], weights_too: bool) -> Iterator[list[tuple[int, int, int, int]]]:
    """Yield the steps that run together: of the kinds with steps that are ready the one that is farthest from the end."""
    table = list(zip(*(steps[k::4] for k in range(4))))
    maker = {result: k for k, (_, result, _, _) in enumerate(table)}
    kinds, makers, users = [], [], []
    for k, (code, _, x, y) in enumerate(table):
        needs = schedule.terms[2 * x + (not weights_too) : 2 * y : 1 if weights_too else 2] if code == LINEAR else (x, y)
        kinds.append((code, y - x) if code == LINEAR else code)
        found = [maker[i] for i in needs if i in maker]
        makers += found
        users += [k] * len(found)
    height, waiting = [1] * len(table), [0] * len(table)
    for maker, user in zip(reversed(makers), reversed(users)):
        height[maker] = max(height[maker], height[user] + 1)
        waiting[user] += 1
    order = numpy.argsort(makers, kind="stable")
    starts = numpy.searchsorted(numpy.array(makers)[order], range(len(table) + 1)).tolist()
    users = numpy.array(users, int)[order].tolist()
    ready, heights = defaultdict(list), defaultdict(int)
    free = [k for k, count in enumerate(waiting) if not count]
    while free or ready:
        for k in free:
            ready[kinds[k]].append(k)
            heights[kinds[k]] += height[k]
        kind = max(ready, key=lambda kind: heights[kind] / len(ready[kind]))
        members = ready.pop(kind)
        del heights[kind]
        yield [table[k] for k in members]
        free = []
        for k in members:
            for user in users[starts[k] : starts[k + 1]]:
                waiting[user] -= 1
                if not waiting[user]:
                    free.append(user)


def _matrix(rows, size):
    """Return how a matrix is read: as a view if its rows, or its columns, are equally far from one another."""
    index = numpy.array(rows)
    height, width = index.shape
    base = int(index[0, 0])
    down = int(index[1, 0]) - base if height > 1 else width
    right = int(index[0, 1]) - base if width > 1 else 1
    if (index == base + down * numpy.arange(height)[:, None] + right * numpy.arange(width)).all():
        for n, step, m, unit, transposed in ((height, down, width, right, False), (width, right, height, down, True)):
            begin = min(base, size - n * step)
            if unit == 1 and step >= m and begin >= 0 and base - begin + m <= step:
                return slice(begin, begin + n * step), (n, step), slice(base - begin, base - begin + m), transposed
    return _index(index.ravel().tolist()), index.shape, slice(None), False


def _products(products: Sequence[int], rows: list[int]) -> Iterator:
    """Yield the groups of products to be added up over the batch."""
    partners, blocks = defaultdict(list), defaultdict(list)
    for total, x, y in zip(products[::3], products[1::3], products[2::3]):
        x, y = sorted((rows[x], rows[y]), reverse=True)  # derivatives come after activations
        partners[x].append((y, total))
    for x, pairs in partners.items():
        ys, totals = zip(*pairs)
        blocks[ys].append((totals, x))
    single, same = [], defaultdict(list)
    for ys, block in blocks.items():
        block.sort()
        totals, xs = zip(*block)
        if len(xs) * len(ys) < SMALLEST:
            single += [(total, x, y) for x, row in zip(xs, totals) for y, total in zip(ys, row)]
        else:
            totals, xs, ys = numpy.array(totals), numpy.array(xs), numpy.array(ys)
            if len(xs) > 1 and totals[1, 0] - totals[0, 0] == 1:
                totals, xs, ys = totals.T, ys, xs
            down, right = numpy.argsort(totals[:, 0]), numpy.argsort(totals[0])
            totals = totals[down][:, right]
            same[tuple(totals.ravel().tolist())].append((xs[down].tolist(), ys[right].tolist()))
    for totals, pairs in same.items():
        xs, ys = ([i for pair in pairs for i in pair[k]] for k in (0, 1))
        yield OuterProducts(_index(totals), _index(xs), _index(ys), len(pairs))
    if single:
        yield InnerProducts(*map(_index, zip(*sorted(single))))


def _index(places: Iterable[int], repeats: bool = False) -> Index:
    """Return an index of these places: a slice if they are consecutive, because it is read without a copy."""
    places = list(places)
    if not places:
        return slice(0, 0)
    if repeats and len(set(places)) == 1:
        places = places[:1]
    begin, end = places[0], places[0] + len(places)
    return slice(begin, end) if places == list(range(begin, end)) else numpy.array(places)
