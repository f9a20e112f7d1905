"""The target "jax" beside JAX written by hand, and beside the target "c": compile time and steps, in 64 bits.

Compile time is that of one process on an empty cache: tracing the graph, grouping it, and XLA. A step is the loss and its
gradients, a call of one function of arrays on either side, or a whole step of training with Adam, many in one call.
"""

import functools
import importlib.util
import statistics
import time

from benchmarks import gpt
from benchmarks.gradients import on_arrays
from benchmarks.libraries import jax_loss, jax_parameters
from benchmarks.measuring import Contender, check, report, take_turns
from benchmarks.names import EDGE, HEAD, HEADS, LR, TINY, TOKENS, WIDTH, names, start
from benchmarks.networks import Work
from benchmarks.training import by_jax, compiled, report_steps
from scalargrad import compile, tanh
from scalargrad.graph import placeholder
from scalargrad.nn import MLP
from scalargrad.vectors import total

NETWORKS = {
    "2-16-16-1, 100 examples": ([2, 16, 16, 1], 100),
    "64-32-32-10, 32 examples": ([64, 32, 32, 10], 32),
    "784-64-32-10, 128 examples": ([784, 64, 32, 10], 128),
}


def timed(function):
    """Call a function, and return what it returns, and the seconds of the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    result = function()
    return result, time.perf_counter() - clock, time.process_time() - processor


def gradients(function, *arguments):
    """A contender that computes a loss and its gradients by a function compiled for these arguments; print how long that takes."""
    import jax

    compiled_for_these, clock, processor = timed(lambda: jax.jit(jax.value_and_grad(function)).lower(*arguments).compile())
    arguments = jax.device_put(arguments)
    return Contender(lambda: jax.block_until_ready(compiled_for_these(*arguments)), None), clock, processor


def gpt_by_hand(length):
    """The loss of the small language model on a batch as one writes it for JAX: a function of a dictionary of matrices."""
    import jax
    from jax import numpy as jnp

    mask = jnp.tril(jnp.ones((length, length), bool))

    def norm(x):
        return x * ((x * x).mean(-1, keepdims=True) + TINY) ** -0.5

    def loss(p, given, following):
        n = len(given)
        x = norm(given @ p["tokens"] + p["positions"])
        hidden = norm(x)
        query, key, value = (
            (hidden @ p[name].T).reshape(n, length, HEADS, HEAD).transpose(0, 2, 1, 3) for name in ("query", "key", "value")
        )
        scores = jnp.where(mask, query @ key.transpose(0, 1, 3, 2) / HEAD**0.5, -jnp.inf)
        heads = jax.nn.softmax(scores) @ value
        x = heads.transpose(0, 2, 1, 3).reshape(n, length, WIDTH) @ p["mixed"].T + x
        x = jax.nn.relu(norm(x) @ p["wide"].T) @ p["narrow"].T + x
        return -(following * jax.nn.log_softmax(x @ p["letters"].T)).sum() / n

    return loss
