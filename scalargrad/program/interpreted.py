"""Programs run by Python alone, with nothing but the standard library: what runs is the function that `source.py` writes."""

from collections.abc import Sequence
from typing import Any

from scalargrad.elementary import is_array
from scalargrad.program.source import source_text
from scalargrad.program.trace import Trace


class SourceRunner:
    """Runs the function that `source.py` writes; see `program.py` for the arguments."""

    def __init__(self, trace: Trace) -> None:
        namespace: dict = {}
        exec(source_text(trace, "python"), namespace)  # safe: it has only letters, digits and underscores of labels
        self._step = namespace.pop("step")  # a function in its own namespace would keep itself alive
        self._reduced = trace.reduction != "none"

    def __call__(self, parameters: Sequence[float], rows: Sequence, n: int) -> tuple[Sequence[float], list]:
        results = self._step(_as_list(parameters), _examples(rows, n))
        if not self._reduced:
            return [], list(zip(*results))
        total, gradients, *per_example = results
        return [total, *gradients], list(zip(*per_example[0])) if per_example else []


def _examples(rows: Sequence, n: int) -> list[tuple]:
    """Return the numbers of the inputs, example by example."""
    return list(zip(*_as_list(rows))) if len(rows) else [()] * n


def _as_list(numbers: Any) -> Sequence:
    return numbers.tolist() if is_array(numbers) else numbers
