"""The update of an optimizer, recorded: its formula as a graph, and as traces.

>>> from scalargrad.optim import SGD
>>> trace = Update(SGD([Value(0.0)])).readable()
>>> [trace.operations[i] for i in trace.forward]
['*', '-']
"""

import contextlib
import copy
import math
from array import array
from collections.abc import Sequence
from itertools import product

from scalargrad.engine import Constant, Value, topological_order
from scalargrad.graph import placeholder
from scalargrad.nodes import NotKnownYet
from scalargrad.optimizer import Optimizer
from scalargrad.program.symbols import UnknownInTrace
from scalargrad.program.trace import Trace
from scalargrad.replay import evaluate


class Update:
    """The update of an optimizer, recorded.

    Some of what is remembered may be the same for all parameters, in the next step too, such as the number of steps: it is
    computed once for all of them. `same` says what that is.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        """Record the formula. Raises TypeError if it decides by a number, or if steps of the optimizer do something else."""
        self._x, self._gradient, self._lr, self._steps = map(placeholder, ("x", "gradient", "lr", "steps"))
        self._before = tuple(map(placeholder, optimizer.remembers))
        for name in ("step", "zero_grad"):
            if getattr(type(optimizer), name) is not getattr(Optimizer, name):
                raise TypeError(
                    f"compile: {type(optimizer).__name__} has a method `{name}` of its own, which compiled training does "
                    "not call; write what it does in `update`"
                )
        recording = copy.copy(optimizer)
        recording.steps = self._steps  # a formula may ask for it
        try:
            result = recording.update(self._x, self._gradient, self._lr, self._before)
        except NotKnownYet as error:
            raise _decides(optimizer) from error
        optimizer.check_result(result)
        new, after = result
        self._new, *self._after = (each if isinstance(each, Value) else Constant(each) for each in (new, *after))
        self._made_of = [set(topological_order(each)) for each in self._after]
        self._compare(optimizer)

    def _compare(self, optimizer: Optimizer) -> None:
        """Refuse a formula that computes something else on numbers, such as one with `if self.steps == 0`."""
        leaves = (self._x, self._gradient, self._lr, self._steps, *self._before)
        probe = copy.copy(optimizer)
        for steps, (x, gradient, scale) in product((0, 1, 2, 1000), product((0.0, 0.5, -1.0), repeat=3)):
            probe.steps = steps
            lr, memory = 0.25, tuple(scale * (i + 1) for i, _ in enumerate(self._before))
            with contextlib.suppress(ArithmeticError, ValueError):
                new, after = probe.update(x, gradient, lr, memory)
                feeds = dict(zip(leaves, (x, gradient, lr, steps, *memory)))
                found = evaluate((self._new, *self._after), feeds)
                if not all(map(_are_equal, found, (new, *after))):
                    raise _decides(optimizer)

    def same(self, memory: Sequence[tuple]) -> tuple[int, ...]:
        """Return the places of what is the same for all parameters, from now on, in the memory of each."""
        same = self._independent(set(range(len(self._before))))
        columns = ((i, array("d", [numbers[i] for numbers in memory])) for i in same)
        equal = {i for i, column in columns if column.tobytes() == column[:1].tobytes() * len(column)}  # 0.0 is not -0.0
        return tuple(sorted(self._independent(equal)))

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


def _decides(optimizer):
    return UnknownInTrace(
        f"compile: {type(optimizer).__name__}.update decides by a number, as in `if gradient > 0`, that is not known while "
        "it is compiled; step, maximum and minimum from scalargrad.elementary decide in each run"
    )


def _are_equal(x, y):
    return math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-300) or x != x and y != y
