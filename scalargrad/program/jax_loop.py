"""The loop of training on JAX's devices: as many steps as fit in one call, compiled as one program.

What XLA makes of it is what it makes of `jax.lax.scan`, a loop; but it stops before a step of which a number is not finite,
and any number of steps is taken by the same program. An epoch's last batch may be smaller: it is the other branch of a step.
"""

from array import array
from collections.abc import Callable
from typing import Any

import numpy

from scalargrad.program.jaxed import BATCH, Devices, JaxRunner, as_array, batch_totals
from scalargrad.program.loops import Plan, State
from scalargrad.program.pure import PureSchedule, run_trace
from scalargrad.program.trace import Trace

STEPS, EXAMPLES = 1 << 8, 1 << 20  # in one call, at most, unless an epoch has more


class JaxLoop:
    """The loop on JAX's devices; see `TwoPrograms` for the arguments.

    examples  as `prepared` returns them
    """

    def __init__(
        self, loss: JaxRunner, update: JaxRunner, examples: Any, plan: Plan, done: int, state: State, varying: int
    ) -> None:
        import jax

        self.plan, self.done, self._devices, self._examples = plan, done, loss.devices, examples
        self._steps = -(-plan.n // plan.size)  # of an epoch
        self._epochs = max(1, min(STEPS // self._steps, EXAMPLES // plan.n)) if not plan.outputs else 1  # in one call
        self._together = jax.process_count() > 1
        self._loss, self._key = loss, (update, plan.n, plan.size, self._epochs, varying)
        with self._devices.precision():
            rows = [*state[:varying], *(row[0] for row in state[varying:])]
            self._state = tuple(self._devices.everywhere(numpy.array(row, self._devices.dtype)) for row in rows)
            if self._together:
                from jax.experimental import multihost_utils

                order = multihost_utils.broadcast_one_to_all(numpy.array(plan.order))
                plan.order[:] = array("i", numpy.asarray(order, "i").tobytes())

    @staticmethod
    def prepared(loss: JaxRunner, rows: Any) -> tuple[numpy.ndarray, Any]:
        """Return examples as this loop takes them, from a row of numbers for each input: here, and on the devices."""
        examples = numpy.asarray(rows, float).T
        with loss.devices.precision():
            return examples, loss.devices.kept(numpy.ascontiguousarray(examples, loss.devices.dtype))

    @property
    def state(self) -> State:
        """The state after the steps that are done."""
        count = len(self._state[0])
        return [numpy.broadcast_to(numpy.asarray(row, float), count).tolist() for row in self._state]

    def rows(self, batch: array) -> Any:
        """Return a row of numbers for each input, of the examples of a batch."""
        return self._examples[0][batch].T

    def run(self, count: int) -> None:
        """Take so many steps, or fewer if a number of the next one is not finite.

        Several processes have to take equally many, whatever time they need: all that one call takes, and those to the end.
        """
        plan, limit = self.plan, self._epochs * self._steps
        end = min(self.done + count, len(plan.rates)) if not self._together else len(plan.rates)
        while self.done < end:
            first = self.done // limit * limit  # the first step for which the order is handed over
            last = min(end, first + limit)
            if self._take(first, last) < last:
                return

    def _take(self, first: int, last: int) -> int:
        """Take the steps before the last one, and return how many are done."""
        plan, devices, begin = self.plan, self._devices, self.done
        epoch = first // self._steps
        order = _padded(plan.order[epoch * plan.n : (epoch + self._epochs) * plan.n], self._epochs * plan.n, "i")
        rates = _padded(plan.rates[first : first + self._epochs * self._steps], self._epochs * self._steps, devices.dtype)
        with devices.precision():
            numbers = map(devices.everywhere, (order, rates, plan.before + first, begin - first, last - first))
            arguments = self._state, self._examples[1], *numbers
            count, state, losses, outputs = self._advance(False)(*arguments)
            if int(count) < last - first or not numpy.isfinite(state[0]).all():
                count, state, losses, outputs = self._advance(True)(*arguments)
            done = first + int(count)
        self._state, self.done = state, done
        plan.losses[begin:done] = as_array(numpy.asarray(losses)[begin - first : done - first])
        if plan.outputs:
            found = numpy.asarray(outputs, float)
            for step in range(begin, done):
                batch = plan.batch(step)
                plan.keep(step, plan.losses[step], found[:, batch])
        return done

    def _advance(self, careful: bool) -> Callable:
        """Return the compiled function that takes steps, see `advance`."""
        loss, key = self._loss, (careful, *self._key)
        if key not in loss.loops:
            update, n, size, epochs, varying = self._key
            function = advance(loss.pure, update.trace, loss.devices, n, size, epochs, varying, careful)
            loss.loops[key] = loss.devices.compiled(function, (False,) * 7)
        return loss.loops[key]


def _padded(numbers: array, length: int, dtype: str) -> numpy.ndarray:
    padded: Any = numpy.zeros(length, dtype)
    padded[: len(numbers)] = numbers
    return padded


def advance(
    loss: PureSchedule, update: Trace, devices: Devices, n: int, size: int, epochs: int, varying: int, careful: bool
) -> Callable:
    """Return the function that takes steps on one device, together with the others, if there are any.

    If it is careful, it returns the state before a step of which a number is not finite. If it is not, it only stops at such
    a step, which is quicker, because no state has to be kept; then somebody has to look at the last parameters, too.

    Its arguments are the state, the examples, (n, inputs), the order of those of some epochs, the learning rate of each
    step, the number of steps done before the first of these, and which of them begins and which is not taken any more. In
    the state, what is the same for all parameters is one number. It returns how many steps are done, the state after them,
    the loss of each, and the outputs by example, (outputs, n).
    """
    from jax import lax
    from jax import numpy as jnp

    steps = -(-n // size)

    def totals(parameters, examples, order, start, count):
        """Return the totals and the outputs of so many examples, and which they are."""
        batch = lax.dynamic_slice(order, (start,), (count,))
        each = count // devices.count
        begin = lax.axis_index(BATCH) * each if devices.count > 1 else 0
        parts = lax.dynamic_slice(batch, (begin,), (each,)), batch[each * devices.count :]
        found, outputs = batch_totals(loss, devices, parameters, *(examples[part].T for part in parts))
        return found, outputs, batch

    def advance(state, examples, order, rates, before, begin, end):
        dtype = rates.dtype

        def step(carry):
            k, state, losses, results, _ = carry
            parameters = state[0]

            def of_size(count):
                def taken(start):
                    found, outputs, batch = totals(parameters, examples, order, start, count)
                    return found, jnp.isfinite(outputs).all(), results.at[:, batch].set(outputs) if len(results) else results

                return taken

            epoch, number = k // steps, k % steps
            start, rest = epoch * n + number * size, n % size
            if rest:
                found, fine, results = lax.cond(number == steps - 1, of_size(rest), of_size(size), start)
            else:
                found, fine, results = of_size(size)(start)
            gradients = found[1:]
            shared = rates[k], (before + k).astype(dtype), *state[varying:]
            rows = run_trace(jnp, update, shared, (*state[: varying - 1], gradients))
            after = [jnp.broadcast_to(jnp.asarray(row, dtype), old.shape) for row, old in zip(rows, state)]
            fine &= jnp.isfinite(found[0]) & jnp.isfinite(gradients * gradients).all()
            fine &= jnp.isfinite(after[0] if careful else parameters).all()
            return (
                k + fine,
                tuple(jnp.where(fine, *rows) for rows in zip(after, state)) if careful else tuple(after),
                losses.at[k].set(found[0]),
                results,
                fine,
            )

        def goes_on(carry):
            return (carry[0] < end) & carry[4]

        losses = jnp.zeros(epochs * steps, dtype)
        results = jnp.zeros((loss.output_count, n), dtype)
        return lax.while_loop(goes_on, step, (begin, state, losses, results, jnp.array(True)))[:4]

    return advance
