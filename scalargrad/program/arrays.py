"""Schedules run by NumPy, a group of steps at a time; see `array_groups.py` and `grouping.py`."""

from array import array
from collections.abc import Sequence

import numpy

from scalargrad.program.grouping import Groups
from scalargrad.program.schedule import Schedule

EXAMPLES = 1024  # computed at a time, to bound the memory


class ArrayRunner:
    """Runs a schedule by NumPy; see `program.py` for the arguments."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._groups = Groups(schedule)
        self._constants = numpy.array(schedule.constants)

    def __call__(self, parameters: Sequence[float], rows: Sequence, n: int) -> tuple[Sequence[float], list]:
        schedule, groups = self._schedule, self._groups
        invariants = numpy.empty((schedule.invariant_count, 1))
        constants = len(schedule.constants)
        invariants[:constants, 0] = self._constants
        invariants[constants : constants + len(parameters), 0] = parameters
        totals, per_example = numpy.zeros(len(schedule.offsets)), numpy.empty((len(schedule.per_example), n))
        inputs = numpy.asarray(rows, float).reshape(-1, n)
        with numpy.errstate(all="ignore"):
            for group in groups.invariant_steps:
                invariants[group.out] = group.compute(numpy, invariants, invariants)
            broadcast = invariants[groups.broadcast]
            known = schedule.input_count + len(broadcast)
            for start in range(0, n, EXAMPLES):
                part = inputs[:, start : start + EXAMPLES]
                values = numpy.empty((schedule.row_count, part.shape[1]))
                values[: schedule.input_count] = part
                values[schedule.input_count : known] = broadcast
                for group in groups.steps:
                    values[group.out] = group.compute(numpy, invariants, values)
                for group in groups.products:
                    parts = group.compute(numpy, invariants, values)
                    if isinstance(group.out, slice):
                        totals[group.out] += parts
                    else:
                        numpy.add.at(totals, group.out, parts)
                per_example[:, start : start + EXAMPLES] = values[groups.per_example]
            weight, divisor = schedule.reduction(n)
            totals /= divisor
            places, offsets = groups.offsets
            totals[places] += weight * invariants[offsets, 0]
        return array("d", totals.tobytes()), [array("d", row.tobytes()) for row in per_example]
