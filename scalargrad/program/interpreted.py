"""Programs run by Python alone.

With this module a `Trace` runs without anything but the standard library: as the function that `source.py` writes, or, where
that would be a very long one, which takes Python much memory to compile, from the tables of a `Schedule`.
"""

import operator
from collections.abc import Callable, Sequence

from scalargrad import elementary
from scalargrad.elementary import is_array
from scalargrad.program.schedule import LINEAR, STEPS, Schedule
from scalargrad.program.source import write
from scalargrad.program.trace import Trace

LONGEST = 20_000  # instructions of a function

FUNCTIONS: dict[str, Callable] = {
    "*": operator.mul,
    "/": operator.truediv,
    ">": lambda x, y: 1.0 if x > y else 0.0,
    ">=": lambda x, y: 1.0 if x >= y else 0.0,
    "==": lambda x, y: 1.0 if x == y else 0.0,
    "abs": lambda x, _: abs(x),
    **{name: getattr(elementary, name) for name in ("power", "maximum", "minimum")},
}
BY_CODE = [FUNCTIONS.get(name, lambda x, _, name=name: getattr(elementary, name)(x)) for name in STEPS]


def runner(trace: Trace) -> Callable:
    """Return what runs a trace by Python alone."""
    short = len(trace.forward) + len(trace.backward) <= LONGEST
    return SourceRunner(trace) if short else TableRunner(Schedule(trace))


class SourceRunner:
    """Runs the function that `source.py` writes; see `program.py` for the arguments."""

    def __init__(self, trace: Trace) -> None:
        namespace: dict = {}
        exec(write(trace, "python"), namespace)  # of labels only letters, digits and underscores are in it
        self._step, self._reduced = namespace["step"], trace.reduction != "none"

    def __call__(self, parameters: Sequence[float], rows: Sequence, n: int) -> tuple[Sequence[float], list]:
        results = self._step(_plain(parameters), _examples(rows, n))
        if not self._reduced:
            return [], list(zip(*results))
        total, gradients, *each = results
        return [total, *gradients], list(zip(*each[0])) if each else []


class TableRunner:
    """Runs a schedule; see `program.py` for the arguments."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def __call__(self, parameters: Sequence[float], rows: Sequence, n: int) -> tuple[Sequence[float], list]:
        schedule = self._schedule
        still, totals, each = [*schedule.constants, *_plain(parameters)], [0.0] * len(schedule.fixed), []
        still += [0.0] * (schedule.stills - len(still))
        self._run(schedule.still_steps, still, still)
        for example in _examples(rows, n):
            values = [*example, *[0.0] * (schedule.rows - len(example))]
            for row, place in zip(schedule.spread[::2], schedule.spread[1::2]):
                values[row] = still[place]
            self._run(schedule.steps, still, values)
            for total, x, y in zip(*(schedule.products[k::3] for k in range(3))):
                totals[total] += values[x] * values[y]
            each.append([values[i] for i in schedule.each])
        weight, divisor = schedule.reduction(n)
        fixed = (0.0 if i < 0 else weight * still[i] for i in schedule.fixed)
        return [total / divisor + number for total, number in zip(totals, fixed)], list(zip(*each))

    def _run(self, steps, still, values):
        terms = self._schedule.terms
        for code, out, x, y in zip(*(steps[k::4] for k in range(4))):
            if code == LINEAR:
                total = still[terms[2 * x]] * values[terms[2 * x + 1]]
                for k in range(2 * x + 2, 2 * y, 2):
                    total += still[terms[k]] * values[terms[k + 1]]
                values[out] = total
            else:
                values[out] = BY_CODE[code](values[x], values[y])


def _examples(rows, n):
    """The numbers of the inputs, example by example."""
    return list(zip(*_plain(rows))) if len(rows) else [()] * n


def _plain(numbers):
    return numbers.tolist() if is_array(numbers) else numbers
