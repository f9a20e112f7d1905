"""The update of an optimizer, recorded: its formula as a graph, and as traces.

>>> from scalargrad.optim import SGD
>>> trace = Update(SGD([Value(0.0)])).readable()
>>> [trace.operations[i] for i in trace.forward]
['*', '-']
"""

import copy
from collections.abc import Sequence

from scalargrad.engine import Constant, Value, topological_order
from scalargrad.graph import placeholder
from scalargrad.nodes import NotKnownYet
from scalargrad.optim import Optimizer
from scalargrad.program.symbols import UnknownInTrace
from scalargrad.program.trace import Trace


class Update:
    """The update of an optimizer, recorded.

    Some of what is remembered may be the same for all parameters, in the next step too, such as the number of steps: it is
    computed once for all of them. `same` says what that is.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self._x, self._gradient, self._lr, self._steps = map(placeholder, ("x", "gradient", "lr", "steps"))
        self._before = tuple(map(placeholder, optimizer.remembers))
        recording = copy.copy(optimizer)
        recording.steps = self._steps  # a formula may ask for it
        try:
            result = recording.update(self._x, self._gradient, self._lr, self._before)
        except NotKnownYet as error:
            raise UnknownInTrace(
                f"compile: {type(optimizer).__name__}.update decides by a number, as in `if gradient > 0`, that is not "
                "known while it is compiled; step, maximum and minimum from scalargrad.elementary decide in each run"
            ) from error
        optimizer.check_result(result)
        new, after = result
        self._new, *self._after = (each if isinstance(each, Value) else Constant(each) for each in (new, *after))
        self._made_of = [set(topological_order(each)) for each in self._after]

    def same(self, memory: Sequence[tuple]) -> tuple[int, ...]:
        """Return the places of what is the same for all parameters, from now on, in the memory of each."""
        same = self._independent(set(range(len(self._before))))
        return tuple(sorted(self._independent({i for i in same if len({numbers[i] for numbers in memory}) == 1})))

    def _independent(self, places: set[int]) -> set[int]:
        """Return those places of the memory whose next numbers are made of nothing but each other and what all share."""
        own = {self._x, self._gradient, *(before for i, before in enumerate(self._before) if i not in places)}
        kept = {i for i in places if not self._made_of[i] & own}
        return places if kept == places else self._independent(kept)

    def trace(self, same: tuple[int, ...]) -> Trace:
        """Return the trace from the rows of a state that depend on the parameter to all rows, see `loops.py`."""
        own = [i for i in range(len(self._before)) if i not in same]
        outputs = [self._new, *(self._after[i] for i in own), self._gradient, *(self._after[i] for i in same)]
        inputs = [self._x, *(self._before[i] for i in own), self._gradient]
        return Trace(outputs, inputs, [self._lr, self._steps, *(self._before[i] for i in same)], "none")

    def readable(self) -> Trace:
        """Return the trace from a parameter, its memory and its gradient to the new number and memory."""
        shared = [self._lr, *({self._steps} & set(topological_order(self._new, *self._after)))]
        return Trace([self._new, *self._after], [self._x, *self._before, self._gradient], shared, "none")
