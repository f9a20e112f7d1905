"""Programs as pure functions, for modules whose arrays nobody can write to, such as `jax.numpy`.

The groups are those that NumPy runs, see `array_groups.py`. The difference is in `Pieces`: what a group computes is kept as
an array of its own, and what is read is put together from such arrays. A trace of few rows, such as an optimizer's formula,
is run without groups.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy

from scalargrad.program.array_groups import Index, OuterProducts
from scalargrad.program.grouping import Groups, array_name
from scalargrad.program.schedule import Schedule
from scalargrad.program.trace import Trace

MOST_RUNS = 2  # slices that are joined; XLA takes long to compile concatenations of more


class Pieces:
    """Arrays that are read as if they were one. The first dimension counts the rows of all of them.

    dtype  their kind of number
    """

    def __init__(self, xp: Any, dtype: Any, *pieces: Any) -> None:
        self._xp, self.dtype = xp, dtype
        self._pieces: list[Any] = []
        self._begins = [0]
        for piece in pieces:
            self.append(piece)

    def append(self, rows: Any) -> None:
        """Put rows after those that are there."""
        self._pieces.append(rows.astype(self.dtype))
        self._begins.append(self._begins[-1] + len(rows))

    def __setitem__(self, out: slice, rows: Any) -> None:
        """Put rows after those that are there; a single one stands for as many as there are in the slice."""
        if out.start != self._begins[-1]:
            raise IndexError(f"the next row is {self._begins[-1]}, got {out}")
        self.append(self._xp.broadcast_to(rows, (out.stop - out.start, *rows.shape[1:])))

    def __getitem__(self, index: Index) -> Any:
        """Return neighbours, or any rows."""
        places: Any = numpy.arange(index.start, index.stop) if isinstance(index, slice) else index
        if not len(places):
            return self._pieces[0][:0]
        piece = numpy.searchsorted(self._begins, places, "right") - 1
        row: Any = places - numpy.take(self._begins, piece)
        cuts: Any = numpy.flatnonzero((numpy.diff(row) != 1) | (numpy.diff(piece) != 0)) + 1
        if len(cuts) + 1 <= MOST_RUNS:
            begins = [0, *cuts.tolist()]
            runs = zip(piece[begins].tolist(), row[begins].tolist(), numpy.diff([*begins, len(places)]).tolist())
            return self._joined([self._pieces[k][begin : begin + length] for k, begin, length in runs])
        wanted = {k: numpy.unique(row[piece == k]) for k in numpy.unique(piece).tolist()}
        if sum(len(self._pieces[k]) for k in wanted) <= 4 * len(places):  # then whole pieces are joined, and read once
            wanted = {k: numpy.arange(len(self._pieces[k])) for k in wanted}
        begins = numpy.cumsum([0, *map(len, wanted.values())]).tolist()
        place: Any = numpy.empty(len(row), int)
        for begin, (k, rows) in zip(begins, wanted.items()):
            place[piece == k] = begin + numpy.searchsorted(rows, row[piece == k])
        return self._take(self._joined([self._take(self._pieces[k], rows) for k, rows in wanted.items()]), place)

    def _joined(self, parts: list) -> Any:
        return parts[0] if len(parts) == 1 else self._xp.concatenate(parts)

    def _take(self, rows: Any, places: numpy.ndarray) -> Any:
        if numpy.array_equal(places, numpy.arange(len(rows))):
            return rows
        return self._xp.take(rows, places, axis=0, mode="clip")  # no place is outside; "clip" does not look


class PureSchedule:
    """A schedule as pure functions of the numbers of its parameters, (parameters,), and of its inputs, (inputs, n).

    Both are arrays of the kind of number that is computed with. A batch may be computed in parts: `sums` of a part are added
    up, and then are `reduced` to totals.

    groups        its groups
    output_count  how many outputs by example it has
    """

    def __init__(self, schedule: Schedule) -> None:
        self.groups, self._reduction = Groups(schedule), schedule.reduction
        self.output_count = len(schedule.per_example)
        self._constants, count = numpy.array(schedule.constants), len(schedule.offsets)
        products = self.groups.products
        self._parts = _by_count([numpy.arange(count)[group.out] for group in products], count)
        self._order = numpy.argsort([total for totals, _ in self._parts for total in totals])
        self._of_loss = _factors_of_loss(products, count, schedule.row_count)
        self._offset_order: Any = numpy.zeros(count, int)
        places, _ = self.groups.offsets
        self._offset_order[places] = 1 + numpy.arange(len(self._offset_order[places]))

    def sums(self, xp: Any, parameters: Any, inputs: Any) -> tuple[Any, Any]:
        """Return the sums over examples, (totals,), and the outputs of each, (outputs, n)."""
        invariants, values = self._computed(xp, parameters, inputs)
        found, totals = Pieces(xp, values.dtype), Pieces(xp, values.dtype, inputs[:0, 0])
        for group in self.groups.products:
            found.append(group.compute(xp, invariants, values))
        for which, places in self._parts:
            if places.shape[1] == 1:
                totals.append(found[places[:, 0]])
            elif places.size:
                totals.append(found[places.ravel()].reshape(places.shape).sum(1))
            else:
                totals.append(xp.zeros(len(which), values.dtype))
        return totals[self._order], values[self.groups.per_example]

    def reduced(self, xp: Any, parameters: Any, sums: Any, n: int) -> Any:
        """Return the totals of a batch of n examples from the sums over it."""
        return self._with_offsets(xp, self._invariants(xp, parameters), sums, n)

    def loss(self, xp: Any, parameters: Any, inputs: Any) -> Any:
        """Return the first total alone; what only others need is not used, so that it is not computed."""
        invariants, values = self._computed(xp, parameters, inputs)
        x, y = self._of_loss
        sums = (values[x] * values[y]).sum(keepdims=True)[0]
        return self._with_offsets(xp, invariants, sums, inputs.shape[1])[0]

    def _with_offsets(self, xp: Any, invariants: Pieces, sums: Any, n: int) -> Any:
        weight, divisor = self._reduction(n)
        order = self._offset_order[: len(sums)]
        if not order.any():
            return sums / divisor
        offsets = Pieces(xp, sums.dtype, xp.zeros(1, sums.dtype), invariants[self.groups.offsets[1]][:, 0])
        return sums / divisor + weight * offsets[order]

    def _invariants(self, xp: Any, parameters: Any) -> Pieces:
        constants = xp.asarray(self._constants, parameters.dtype)
        invariants = Pieces(xp, parameters.dtype, constants[:, None], parameters[:, None])
        for group in self.groups.invariant_steps:
            invariants[group.out] = group.compute(xp, invariants, invariants)
        return invariants

    def _computed(self, xp: Any, parameters: Any, inputs: Any) -> tuple[Pieces, Pieces]:
        """Return the invariants and the rows."""
        invariants = self._invariants(xp, parameters)
        broadcast = invariants[self.groups.broadcast]
        broadcast = xp.broadcast_to(broadcast, (len(broadcast), inputs.shape[1]))
        values = Pieces(xp, inputs.dtype, xp.concatenate([inputs, broadcast]))
        for group in self.groups.steps:
            values[group.out] = group.compute(xp, invariants, values)
        return invariants, values


def run_trace(xp: Any, trace: Trace, parameters: Sequence[Any], inputs: Sequence[Any]) -> list[Any]:
    """Return the outputs by example of a trace, run instruction by instruction: arrays, or numbers if they are constants.

    parameters, inputs  an array for each
    """
    values: dict[int, Any] = dict(trace.numbers) | dict(zip(trace.parameters, parameters)) | dict(zip(trace.inputs, inputs))
    for i in trace.forward:
        found = getattr(xp, array_name(trace.operations[i]))(*(values[operand] for operand in trace.operands(i)))
        values[i] = found.astype(parameters[0].dtype)  # of a comparison, too
    return [values[i] for i in trace.per_example]


def _by_count(totals: list[numpy.ndarray], count: int) -> list[tuple[list[int], numpy.ndarray]]:
    """Return for totals with equally many parts these totals, and where the parts of each are, (totals, parts).

    totals  which total each part belongs to, by group; the parts follow one another
    count   how many totals there are
    """
    of_part = numpy.array([*chain.from_iterable(totals)], int)
    by_total, counts = numpy.argsort(of_part, kind="stable"), numpy.bincount(of_part, minlength=count)
    begins, found = numpy.cumsum(counts) - counts, []
    for length in numpy.unique(counts).tolist():
        (which,) = numpy.nonzero(counts == length)
        places = begins[which][:, None] + numpy.arange(length)
        found.append((which.tolist(), by_total[places] if length else places))
    return found


def _factors_of_loss(products: Sequence[Any], count: int, row_count: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Return the rows of both factors of all products that are part of the first total."""
    xs: list[Any] = [numpy.zeros(0, int)]
    ys: list[Any] = [numpy.zeros(0, int)]
    for group in products:
        (found,) = numpy.nonzero(numpy.arange(count)[group.out] == 0)
        x, y = (numpy.arange(row_count)[index] for index in (group.x, group.y))
        if isinstance(group, OuterProducts):
            x, y = x.reshape(group.blocks, -1), y.reshape(group.blocks, -1)
            x, y = x[:, found // y.shape[1]].ravel(), y[:, found % y.shape[1]].ravel()
        else:
            x, y = x[found], y[found]
        xs.append(x)
        ys.append(y)
    return numpy.concatenate(xs), numpy.concatenate(ys)
