"""Training compiled: what `compile` returns when it is given an optimizer.

An optimizer's formula is a graph like any other. It is recorded on placeholders and becomes a program, of which the
parameters are the batch: from the number of each, its gradient and its memory it computes the new ones. The loss and this
update run in turn where the programs run (`loops.py`), and the Values are read before and written after.

>>> from scalargrad.graph import placeholder
>>> from scalargrad.optim import SGD
>>> from scalargrad.program.compiler import compile
>>> w, x, t = Value(0.0, "w"), placeholder("x"), placeholder("t")
>>> train = compile((w * x - t) ** 2, inputs=[x, t], optimizer=SGD([w], lr=0.25))
>>> train([1.0], [2.0], epochs=3)
((4.0,), (1.0,), (0.25,))
>>> w.data
1.75
"""

import functools
import math
import numbers
import operator
import random
import sys
import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from itertools import islice, repeat
from typing import Any

from scalargrad.elementary import is_array
from scalargrad.engine import Value
from scalargrad.feeds import Feeds
from scalargrad.nested import flatten, rebuilt
from scalargrad.optimizer import Optimizer
from scalargrad.program.control import interrupts_held, orders, progress_bar
from scalargrad.program.languages import LANGUAGES
from scalargrad.program.loops import Loop, Plan, State, loop_of
from scalargrad.program.native import zeros
from scalargrad.program.program import Program, make_runner
from scalargrad.program.source import training_text
from scalargrad.program.trace import Trace
from scalargrad.program.update import Update
from scalargrad.shapes import Vector, vector_of

INTERRUPTIBLE = 0.05  # seconds between two looks at Ctrl-C and at the progress
STEPS, EXAMPLES = 1 << 12, 1 << 20  # planned at a time, at most, unless an epoch has more


class Training:
    """A function of the examples, which trains.

    program    the program of the loss: `train.program(X, T)` adds up gradients, as if there were no optimizer
    optimizer  the optimizer, whose steps, memory and schedule go on where they were, here and in its method `step`. Its
               other options, such as betas, are those it had when it was compiled.
    target     what runs it: "python", "numpy", "c" or "jax"
    """

    def __init__(self, program: Program, optimizer: Optimizer) -> None:
        self.program, self.optimizer, self.target = program, optimizer, program.target
        self._update = Update(optimizer)
        self._loop = loop_of(self.target)
        self._updates: dict[tuple[int, ...], Callable] = {}  # its runners, by what is the same for all parameters

    def __call__(
        self,
        *arguments: Any,
        epochs: int = 1,
        batch_size: int | None = None,
        shuffle: bool = True,
        seed: int | random.Random | None = None,
        progress: bool = False,
        callback: Callable[[int, Any], Any] | None = None,
    ) -> Any:
        """Train, and return the loss of each step before it, in the shape (epochs, steps).

        arguments   one for each input, with all examples, as for a program
        epochs      how often to go through the examples
        batch_size  examples a step, all by default; the last step of an epoch takes what is left
        shuffle     whether each epoch takes the examples in a new order, if it has more than one step
        seed        of these orders: a whole number, or a `random.Random`, which goes on from call to call
        progress    whether to show the loss and the steps a second, with tqdm
        callback    a function of the epoch, from 0 on, and its losses, which is called after each epoch; if it returns True,
                    the training ends. It may look at the parameters, and change them or the learning rate.

        Losses are a NumPy array if any argument is one, else a Vector. If the program has other outputs, they are returned
        with the losses in the structure of the outputs, for each epoch and example, in the shape (epochs, n, ...), as they
        were when the example was trained on.

        The parameters, what the optimizer remembers, and the gradients of the last step are written back to the Values at
        the end, before a callback, and when something stops the training, such as Ctrl-C.

        Raises what `optimizer.step` raises if a gradient or a parameter is not finite, or FloatingPointError if a loss is
        not, before any parameter has moved.
        """
        for name, count in (("epochs", epochs), ("batch_size", 1 if batch_size is None else batch_size)):
            if not isinstance(count, numbers.Integral) or isinstance(count, bool) or count < 1:
                raise ValueError(f"train: {name} is a whole number from 1 on, got {count!r}")
        if callback is not None and not callable(callback):
            raise TypeError(f"train: a callback is a function of the epoch and its losses, got {callback!r}")
        fed = Feeds("train", [(self.program.slots, arguments)])
        n = math.prod(fed.outer)
        size = min(batch_size or n, n)
        steps = -(-n // size)
        examples, order_of_epochs = (
            self._loop.prepared(self.program.run, fed.rows()),
            orders(n, shuffle and size < n, seed, fed.arrays),
        )
        count = len(self.program.trace.per_example)
        block = 1 if callback or count else max(1, min(STEPS // steps, EXAMPLES // n))  # epochs at a time
        losses, results = array("d"), []
        with progress_bar(epochs * steps if progress else 0) as show:
            for epoch in range(0, epochs, block):
                order = functools.reduce(operator.iadd, islice(order_of_epochs, min(block, epochs - epoch)), array("i"))
                found, outputs = zeros(len(order) // n * steps), zeros(n * count)
                rates = self._rates(len(found))
                self._take(examples, Plan(n, size, order, rates, self.optimizer.steps, found, outputs), show)
                losses.extend(found)
                results.append([outputs[i : i + n] for i in range(0, n * count, n)])
                if callback and callback(epoch, _as_results(found, fed.arrays)) is True:
                    break
        by_epoch = [losses[i : i + steps] for i in range(0, len(losses), steps)]
        if isinstance(self.program.outputs, Value):
            return _as_results(by_epoch, fed.arrays)
        return _stacked([self._results(fed, loss, outputs) for loss, outputs in zip(by_epoch, results)])

    def source(self, language: str = "python") -> str:
        """Return the text of the training in "python", "c" or "javascript", to be read.

        It has three functions: `step`, the loss and its gradients; `update`, the formula of the optimizer, of which each
        example is a parameter, with its memory and its gradient; and `train`, the loop. Other outputs are left out.
        """
        if language not in LANGUAGES:
            raise ValueError(f"source({language!r}): the languages are {', '.join(map(repr, LANGUAGES))}")
        program = self.program
        loss = Trace(flatten(program.outputs)[:1], program.inputs, program.parameters, program.trace.reduction)
        return training_text(loss, self._update.readable(), language)

    def __repr__(self) -> str:
        count, name = len(self.program.parameters), type(self.optimizer).__name__
        return f"<Training of {count} parameters with {name}, run by {self.target!r}; see .source()>"

    def _results(self, fed: Feeds, losses: array, outputs: list[array]) -> Any:
        """Return what an epoch returns, in the structure of the outputs."""
        convert = sys.modules["numpy"].asarray if fed.arrays else list
        rows = iter([_as_results(losses, fed.arrays), *map(convert, outputs)])
        return fed.results(self.program.outputs, lambda _: next(rows))

    def _rates(self, steps: int) -> array:
        """Return the learning rates of the next steps."""
        done = self.optimizer.steps
        return array("d", map(self.optimizer.learning_rate, range(done, done + steps)))

    def _take(self, examples: Any, plan: Plan, show: Callable) -> None:
        """Take the steps of a plan."""
        steps, done = len(plan.rates), 0
        while done < steps:
            memory = [self.optimizer.memory[p] for p in self.program.parameters]
            same = self._update.same(memory)
            state, varying = self._read(memory, same)
            loop = self._loop(self.program.run, self._update_runner(same), examples, plan, done, state, varying)
            with interrupts_held() as interrupts:
                try:
                    _run(loop, steps, show, interrupts)
                finally:
                    self._write(loop.state, same, loop.done - done)
            done = loop.done
            if done < steps:
                self._step_on_values(loop, plan)
                done += 1

    def _update_runner(self, same: tuple[int, ...]) -> Callable:
        """Return the runner of the update."""
        if same not in self._updates:
            _, self._updates[same] = make_runner(self._update.trace(same), self.target, self.program.dtype)
        return self._updates[same]

    def _read(self, memory: Sequence[tuple], same: tuple[int, ...]) -> tuple[State, int]:
        """Return the state that the Values and the memory have, and how many of its rows depend on the parameter."""
        order = [i for i in range(len(memory[0])) if i not in same]
        x, *rest = [p.data for p in self.program.parameters], *([each[i] for each in memory] for i in (*order, *same))
        rows = [x, *rest[: len(order)], [0.0] * len(x), *rest[len(order) :]]
        return [array("d", row) for row in rows], len(order) + 2

    def _write(self, state: State, same: tuple[int, ...], steps: int) -> None:
        """Write the state after some steps to the Values and to the optimizer."""
        if not steps:
            return
        optimizer, count = self.optimizer, len(self.optimizer.remembers)
        order = [i for i in range(count) if i not in same] + [count, *same]  # count is the place of the gradient
        x, *rest = map(list, state)
        *memory, gradients = (row for _, row in sorted(zip(order, rest)))
        optimizer.zero_grad()
        optimizer.steps += steps
        remembered = zip(*memory) if memory else repeat(())
        for p, number, gradient, each in zip(self.program.parameters, x, gradients, remembered):
            p.data, p.grad, optimizer.memory[p] = number, gradient, each

    def _step_on_values(self, loop: Loop, plan: Plan) -> None:
        """Take a step at which a loop has stopped; if a number that is needed is not finite, this says so."""
        optimizer, parameters, batch = self.optimizer, self.program.parameters, plan.batch(loop.done)
        names = [f"example {k}: " for k in batch]
        (loss, *gradients), outputs = self.program.compute([p.data for p in parameters], loop.rows(batch), len(batch), names)
        optimizer.zero_grad()
        for p, gradient in zip(parameters, gradients):
            p.grad = gradient
            optimizer.check_gradient(p)
        if not math.isfinite(loss):
            optimizer.refuse("loss", loss)
        optimizer.step()
        plan.keep(loop.done, loss, outputs)


def _run(loop: Loop, steps: int, show: Callable, interrupts: list) -> None:
    """Take steps until so many are done, the next one is not finite, or somebody interrupts; show them now and then."""
    count = 1
    while (before := loop.done) < steps and not interrupts:
        start = time.perf_counter()
        loop.run(min(count, steps - before))
        taken = time.perf_counter() - start
        if loop.done > before:
            show(loop.done - before, loop.plan.losses[loop.done - 1])
        if loop.done < before + min(count, steps - before):
            return
        count = max(1, int(count * min(INTERRUPTIBLE / max(taken, 1e-9), 100)))


def _as_results(numbers: Sequence, arrays: bool) -> Any:
    """Return numbers, or rows of them, as NumPy arrays, or as Vectors."""
    if arrays:
        return sys.modules["numpy"].array(numbers)
    return vector_of(vector_of(row) if isinstance(row, array) else row for row in numbers)


def _stacked(parts: Sequence) -> Any:
    """Return the results of epochs, of one structure, as one of that structure, with the epochs first."""
    first = parts[0]
    if isinstance(first, Mapping):
        return {key: _stacked([part[key] for part in parts]) for key in first}
    if isinstance(first, (tuple, list)) and not isinstance(first, Vector):
        return rebuilt(first, map(_stacked, zip(*parts)))
    return sys.modules["numpy"].stack(parts) if is_array(first) else vector_of(parts)
