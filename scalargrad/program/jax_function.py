"""A compiled loss as a function of JAX, whose derivative rule is the engine's gradient."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy

from scalargrad.feeds import Slot, labels
from scalargrad.program.jaxed import compilable
from scalargrad.program.schedule import Schedule
from scalargrad.program.trace import Trace


def loss_function(trace: Trace, slots: tuple, is_fed: Sequence[bool]) -> Callable:
    """Return loss(parameters, *inputs), see `Program.function`.

    slots   what it is fed
    is_fed  for each leaf that gets a gradient whether it is an input
    """
    import jax
    from jax import numpy as jnp

    pure, free = compilable(Schedule(trace)), numpy.flatnonzero(~numpy.array(is_fed, bool))

    def of_rows(numbers, rows):
        return pure.loss(jnp, numbers, rows)

    def forward(numbers, rows):
        if rows.perturbed:
            raise TypeError(
                "function('jax'): the loss has a derivative toward its first argument, the parameters, and none toward "
                "inputs; a leaf that is not among the inputs= of compile is a parameter"
            )
        sums, _ = pure.sums(jnp, numbers.value, rows.value)
        totals = pure.reduced(jnp, numbers.value, sums, rows.value.shape[1])
        return totals[0], totals[1:] if len(free) == len(is_fed) else totals[1 + free]

    def backward(gradients, cotangent):
        return cotangent * gradients, None

    with_rule = jax.custom_vjp(of_rows)
    with_rule.defvjp(forward, backward, symbolic_zeros=True)

    def loss(parameters, *inputs):
        return with_rule(*_read(len(free), slots, parameters, inputs))

    return loss


def _read(count: int, slots: tuple, parameters: Any, inputs: tuple) -> tuple[Any, Any]:
    """Return the numbers of the parameters, and the rows of the inputs, of the same kind of number."""
    from jax import numpy as jnp

    numbers = jnp.asarray(parameters)
    if numbers.shape != (count,):
        raise ValueError(
            f"function('jax'): the parameters are {count} numbers, in this shape, got the shape {numbers.shape}"
        )
    numbers = numbers if jnp.issubdtype(numbers.dtype, jnp.floating) else numbers.astype(float)
    blocks = _blocks(slots, inputs) or [jnp.zeros((0, 1))]
    sizes = {block.shape[1] for block in blocks}
    n = max(sizes)
    if sizes - {1, n}:
        found = ", ".join(map(str, sorted(sizes)))
        raise ValueError(f"function('jax'): a batch has as many examples for every input, got batches of {found}")
    rows = [jnp.broadcast_to(block, (len(block), n)).astype(numbers.dtype) for block in blocks]
    return numbers, jnp.concatenate(rows)


def _blocks(slots: tuple, inputs: Any) -> list:
    """Return the rows of each input, (leaves, n)."""
    from jax import numpy as jnp

    if not isinstance(inputs, (tuple, list)) or len(inputs) != len(slots):
        raise ValueError(f"function('jax'): {len(slots)} inputs, {labels(_leaves(slots))}, take one argument each")
    found = []
    for slot, part in zip(slots, inputs):
        if not isinstance(slot, Slot):
            found += _blocks(slot, part)
            continue
        content = jnp.asarray(part)
        if content.shape[-len(slot.wanted) or content.ndim :] != slot.wanted or content.ndim > 1 + len(slot.wanted):
            raise ValueError(
                f"function('jax'): {labels(slot.leaves)} takes an example of shape {slot.wanted}, or a batch of them, which "
                f"comes first, got the shape {content.shape}"
            )
        found.append(content.reshape(-1, len(slot.leaves)).T)
    return found


def _leaves(slots: tuple) -> tuple:
    return tuple(leaf for slot in slots for leaf in (slot.leaves if isinstance(slot, Slot) else _leaves(slot)))
