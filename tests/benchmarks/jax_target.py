"""The target "jax" beside JAX written by hand, and beside the target "c": compile time and steps, in 64 bits.

Compile time is that of one process on an empty cache: tracing the graph, grouping it, and XLA. A step is the loss and its
gradients, a call of one function of arrays on either side, or a whole step of training with Adam, many in one call.
"""

import functools
import importlib.util
import statistics
import time

from benchmarks import gpt
from benchmarks.libraries import jax_loss, jax_parameters
from benchmarks.measuring import Contender, take_turns
from benchmarks.names import HEAD, HEADS, TINY, WIDTH, names, start
from benchmarks.networks import Work
from benchmarks.training import by_jax, compiled, report_steps
from scalargrad import compile
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
    """A contender that computes a loss and its gradients, and the seconds to compile it for these arguments."""
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


def report_compiling(title, contenders):
    """Print what it takes to make each contender's program."""
    for name, (_, clock, processor) in contenders.items():
        print(f"  {title}: {name:18} compiled in {clock:6.2f} s, {processor:6.2f} s of the processor")


def compare_steps(title, loss, inputs, parameters, data, by_hand, first, rounds):
    """Compare a loss and its gradients: the function of JAX, the program, C, and the loss written by hand.

    by_hand  the loss as a function of parameters in a tree, and of the data
    first    these parameters in the beginning
    """
    import jax
    import numpy

    start = numpy.array([p.data for p in parameters])
    program, clock, processor = timed(lambda: compile(loss, inputs, parameters, "jax"))
    made = {
        "jax, our function": gradients(program.function("jax"), start, *data),
        "jax by hand": gradients(by_hand, first, *data),
    }
    _, first_clock, first_processor = timed(lambda: program.value_and_grad(start, *data))
    made["jax, a program"] = None, clock + first_clock, processor + first_processor
    report_compiling(title, made)
    c = compile(loss, inputs, parameters, "c")
    assert numpy.allclose(program.value_and_grad(start, *data)[1], c.value_and_grad(start, *data)[1], 1e-12, 1e-12)
    assert abs(c.value_and_grad(start, *data)[0] - jax.jit(by_hand)(first, *data)) < 1e-12
    contenders = {name: contender for name, (contender, *_) in made.items() if contender}
    contenders["jax, a program"] = Contender(lambda: program.value_and_grad(start, *data), None)
    contenders["c"] = Contender(lambda: c.value_and_grad(start, *data), None)
    report_ratios(title, take_turns(contenders, rounds))


def report_ratios(title, times):
    """Print the times, and the median of the rounds' ratios to JAX written by hand."""
    for name, each in times.items():
        ratio = statistics.median(mine / theirs for mine, theirs in zip(each, times["jax by hand"]))
        print(f"  {title}: {name:18} {1e3 * statistics.median(each):9.4f} ms, {ratio:6.2f} times JAX by hand")


def compare_large(operations=100_000):
    """Print how long a layered network of so many operations takes to compile."""
    import numpy

    model, x = MLP(100, [120, 110, 10], "tanh", seed=0), placeholder(100, "x")
    loss = total(model(x) ** 2)
    step, clock, processor = timed(lambda: compile(loss, [x], target="jax"))
    count = len(step.trace.forward) + len(step.trace.backward)
    assert count > operations
    _, first, also = timed(lambda: step(numpy.ones((4, 100))))
    print(f"  {count:,} operations in layers: compiled in {clock + first:.2f} s, {processor + also:.2f} s of the processor")


def compare_jax(rounds):
    """Compare three networks and the small language model; then training with Adam, in a loop of JAX's."""
    if not importlib.util.find_spec("jax"):
        print("jax: it is not installed, and not measured")
        return
    import jax
    from jax import numpy as jnp

    print("the target jax, loss and gradients, milliseconds of the processor")
    jax.config.update("jax_enable_x64", True)
    jax.block_until_ready(jax.jit(jnp.sum)(jnp.ones(2)))  # the first program of all takes longer
    for name, (sizes, n) in NETWORKS.items():
        work = Work(sizes, n)
        hand = functools.partial(jax_loss, work)
        compare_steps(name, work.loss, work.inputs, work.parameters, (work.x, work.y), hand, jax_parameters(work), rounds)
    loss, inputs, parameters = gpt.graph(8)
    first = {name: jnp.array(matrix) for name, matrix in start(8).items()}
    data = gpt.arrays(names(32), 8)
    compare_steps("microgpt's model, 8 positions", loss, inputs, parameters, data, gpt_by_hand(8), first, rounds)
    compare_large()
    for name, (sizes, n) in NETWORKS.items():
        batches, epochs = (1, 2000) if sizes[0] == 2 else (10, 100)
        work = Work(sizes, n, batches)
        program = work.loss, work.inputs, work.parameters, work.start.tolist()
        contenders = {kind: compiled(*program, kind, (work.x, work.y), work.examples) for kind in ("c", "jax")} | {
            "jax.lax.scan by hand": by_jax(work)
        }
        times = report_steps(f"training with Adam, {name}", contenders, rounds, epochs, batches)
        print(f"  jax takes {times['jax'] / times['jax.lax.scan by hand']:.2f} times as long as jax.lax.scan by hand")
