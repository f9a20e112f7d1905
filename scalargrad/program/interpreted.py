"""Programs run by Python alone.

With this module a `Trace` runs without anything but the standard library, as the function that `source.py` writes.
"""

from collections.abc import Sequence

from scalargrad.elementary import is_array
from scalargrad.program.source import write
from scalargrad.program.trace import Trace


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


def _examples(rows, n):
    """The numbers of the inputs, example by example."""
    return list(zip(*_plain(rows))) if len(rows) else [()] * n


def _plain(numbers):
    return numbers.tolist() if is_array(numbers) else numbers
