"""The loop of training: the program of a loss and that of an optimizer's update run in turn.

`TwoPrograms` is the loop in Python, over two runners of any target. `NativeLoop` is the same loop in C (`train.h`), and
`JaxLoop` (`jax_loop.py`) on JAX's devices, without Python between the steps. All stop before a step of which a number is not
finite, and can be asked at any time how many steps are done, and for the state after them.

A state is a list of rows with a number for each parameter: the parameter itself; what the optimizer remembers of each; the
gradient; and what it remembers that is the same for all of them.
"""

import ctypes
import functools
import math
import operator
from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple, Protocol

from scalargrad.elementary import is_array
from scalargrad.program.native import NativeRunner, address, zeros

State = list[Sequence[float]]


class Plan(NamedTuple):
    """The steps of a loop, and where it writes what they return.

    n        how many examples an epoch has
    size     how many a step has; the last one of an epoch has what is left
    order    the examples of all steps: those of an epoch in its order, one epoch after the other
    rates    the learning rate of each step
    before   how many steps the optimizer has done before
    losses   the loss of each step
    outputs  what the loss returns for each example of an epoch: n numbers of the first output, then of the next
    """

    n: int
    size: int
    order: array
    rates: array
    before: int
    losses: array
    outputs: array

    def batch(self, step: int) -> array:
        """Return the examples of a step."""
        epoch, k = divmod(step, -(-self.n // self.size))
        begin = epoch * self.n + k * self.size
        return self.order[begin : min(begin + self.size, (epoch + 1) * self.n)]

    def keep(self, step: int, loss: float, outputs: Sequence[Sequence[float]]) -> None:
        """Keep what the loss returned for a step."""
        self.losses[step] = loss
        for i, row in enumerate(outputs):
            for k, number in zip(self.batch(step), row):
                self.outputs[i * self.n + k] = number


class Loop(Protocol):
    """What runs a plan.

    plan   the plan
    done   how many of its steps are done
    state  the state after these steps
    """

    plan: Plan
    done: int
    state: State

    def rows(self, batch: array) -> Any:
        """Return a row of numbers for each input, of the examples of a batch."""

    def run(self, count: int) -> None:
        """Take so many steps, or fewer if a number of the next one is not finite."""


class TwoPrograms:
    """The loop in Python.

    loss      the runner of the loss, see `program.py`
    update    the runner of the update: it returns a state, for the rows of a state that depend on the parameter, and for the
              learning rate, the number of steps done, and what is the same for all parameters
    examples  a row of numbers for each input of the loss
    done      the steps that are done before
    varying   how many rows of a state depend on the parameter
    """

    def __init__(self, loss: Any, update: Any, examples: Any, plan: Plan, done: int, state: State, varying: int) -> None:
        self._loss, self._update, self._examples, self.plan, self._varying = loss, update, examples, plan, varying
        self._reached = done, state  # in one piece, so that an interrupted loop has no step without its state

    @property
    def done(self) -> int:
        return self._reached[0]

    @property
    def state(self) -> State:
        return self._reached[1]

    @staticmethod
    def prepared(loss: Any, rows: Any) -> Any:
        """Return examples as this loop takes them, from a row of numbers for each input."""
        return rows

    def rows(self, batch: array) -> Any:
        """Return a row of numbers for each input, of the examples of a batch."""
        examples = self._examples
        return examples[:, batch] if is_array(examples) else [[row[k] for k in batch] for row in examples]

    def run(self, count: int) -> None:
        """Take so many steps, or fewer if a number of the next one is not finite."""
        for step in range(self.done, self.done + count):
            try:
                state = self._after(step)
            except (ArithmeticError, ValueError, TypeError):  # Python raises where others have nan
                return
            if state is None:
                return
            self._reached = step + 1, state

    def _after(self, step: int) -> State | None:
        """Return the state after a step, or None if it is not finite."""
        plan, state, batch = self.plan, self.state, self.plan.batch(step)
        (loss, *gradients), outputs = self._loss(state[0], self.rows(batch), len(batch))
        squares = list(map(operator.mul, gradients, gradients))  # most formulas need them
        if not all(map(_are_finite, ([loss], squares, *outputs))):
            return None
        shared = plan.rates[step], plan.before + step, *(row[0] for row in state[self._varying :])
        _, after = self._update(shared, [*state[: self._varying - 1], gradients], len(gradients))
        if not _are_finite(after[0]):
            return None
        plan.keep(step, loss, outputs)
        return after


def _are_finite(numbers):
    return math.isfinite(sum(numbers)) or all(map(math.isfinite, numbers))  # a sum is quick; that of large ones may be inf


class _Training(ctypes.Structure):
    """`struct training` of train.h."""

    _fields_ = [
        *((name, ctypes.c_void_p) for name in ("loss", "update")),
        ("states", ctypes.c_void_p * 2),
        *((name, ctypes.c_void_p) for name in ("loss_invariants", "update_invariants", "totals", "each")),
        *((name, ctypes.c_void_p) for name in ("loss_memory", "update_memory")),
        *((name, ctypes.c_void_p) for name in ("examples", "order", "rates", "losses", "outputs")),
        *((name, ctypes.c_ssize_t) for name in ("parameter_count", "row_count", "parameters", "shared")),
        *((name, ctypes.c_ssize_t) for name in ("n", "size", "before", "done")),
        *((name, ctypes.c_int) for name in ("current", "is_mean")),
    ]


class NativeLoop:
    """The loop in C, without Python between the steps; see `TwoPrograms` for the arguments.

    examples  the numbers of the inputs, one example after the other
    """

    def __init__(
        self, loss: NativeRunner, update: NativeRunner, examples: array, plan: Plan, done: int, state: State, varying: int
    ) -> None:
        self.plan, self._loss, self._examples = plan, loss, examples
        count, outputs = len(state[0]), len(loss.schedule.per_example)
        self._states = functools.reduce(operator.iadd, state, array("d")), zeros(len(state) * count)
        self._kept = (
            *(loss.invariants(), update.invariants()),
            *(zeros(1 + count), zeros(outputs * plan.size)),
            *(loss.memory(plan.size, plan.n % plan.size or 1), update.memory(count)),
            *(examples, plan.order, plan.rates, plan.losses, plan.outputs),
        )
        self._programs = loss.tables, update.tables
        self._training = _Training(
            *map(ctypes.addressof, self._programs),
            (ctypes.c_void_p * 2)(*map(address, self._states)),
            *map(address, self._kept),
            *(count, len(state), len(loss.schedule.constants), len(update.schedule.constants)),
            *(plan.n, plan.size, plan.before, done),
            *(0, loss.schedule.is_mean),
        )

    @property
    def done(self) -> int:
        return self._training.done

    @property
    def state(self) -> State:
        numbers, count = self._states[self._training.current], self._training.parameter_count
        return [numbers[i : i + count] for i in range(0, len(numbers), count)]

    @staticmethod
    def prepared(loss: NativeRunner, rows: Any) -> array:
        """Return examples as this loop takes them, from a row of numbers for each input."""
        if is_array(rows):
            return array("d", rows.T.tobytes())
        return array("d", chain.from_iterable(zip(*rows)))

    def rows(self, batch: array) -> Any:
        """Return a row of numbers for each input, of the examples of a batch."""
        count = self._loss.schedule.input_count
        return [[self._examples[k * count + i] for k in batch] for i in range(count)]

    def run(self, count: int) -> None:
        """Take so many steps, or fewer if a number of the next one is not finite."""
        self._loss.library.train(ctypes.byref(self._training), count)


def loop_of(target: str) -> Any:
    """Return the loop that runs the programs of a target."""
    if target == "jax":
        from scalargrad.program.jax_loop import JaxLoop

        return JaxLoop
    return NativeLoop if target == "c" else TwoPrograms
