"""Whole training steps by Adam: the loss, its gradients, and the parameters moved, several epochs a call.

All go through the same batches in the same order, in 64 bits and on one thread, and end with the same parameters. Here a
contender's `run` is given the number of epochs.
"""

import functools
import statistics

from benchmarks.by_hand import MoonsInC, NumPyAdam, numpy_gradients
from benchmarks.libraries import jax_loss, jax_parameters, torch_loss, torch_tensors
from benchmarks.measuring import Contender, check, installed, take_turns
from benchmarks.networks import Work
from scalargrad import compile
from scalargrad.optim import Adam

LR = 0.01


class Ours:
    """What our contenders share: an optimizer over Values, which begins anew."""

    def __init__(self, parameters, start):
        self.parameters, self.start = parameters, start
        self.optimizer = Adam(parameters, lr=LR)
        self.memory = dict(self.optimizer.memory)

    def reset(self):
        for p, x in zip(self.parameters, self.start):
            p.data = x
        self.optimizer.memory |= self.memory
        self.optimizer.steps = 0

    def contender(self, run):
        return Contender(run, lambda: [p.data for p in self.parameters], self.reset)


def over_values(loss, inputs, parameters, start, target, batches):
    """The loop of three lines: the compiled loss adds gradients to Values, and the optimizer moves Values."""
    ours = Ours(parameters, start)
    step = compile(loss, inputs, parameters, target)

    def run(epochs):
        for _ in range(epochs):
            for batch in batches:
                ours.optimizer.zero_grad()
                step(*batch)
                ours.optimizer.step()

    return ours.contender(run)


def compiled(loss, inputs, parameters, start, target, data, size):
    """Training compiled whole."""
    ours = Ours(parameters, start)
    train = compile(loss, inputs=inputs, optimizer=ours.optimizer, target=target)
    return ours.contender(lambda epochs: train(*data, epochs=epochs, batch_size=size, shuffle=False))


def by_numpy(work):
    gradients, adam = numpy_gradients(work), NumPyAdam(work.start, LR)

    def run(epochs):
        for _ in range(epochs):
            for k in range(work.batches):
                _, gradient = gradients(adam.x, *work.batch(k))
                adam(gradient)

    return Contender(run, lambda: adam.x, lambda: adam.__init__(work.start, LR))


def by_c(work):
    moons = MoonsInC(work)
    return Contender(lambda epochs: moons.train(epochs, LR), lambda: moons.parameters, moons.reset)


def by_torch(work):
    """Eager tensors, and Adam as one kernel for all parameters."""
    import torch

    weights, biases, x, y = torch_tensors(work)
    parameters, start = [*weights, *biases], [p.detach().clone() for p in (*weights, *biases)]
    batches = list(zip(x.split(work.examples), y.split(work.examples)))
    made = {}

    def reset():
        with torch.no_grad():
            for p, numbers in zip(parameters, start):
                p.copy_(numbers)
        made["optimizer"] = torch.optim.Adam(parameters, lr=LR, fused=True)

    def run(epochs):
        optimizer = made["optimizer"]
        for _ in range(epochs):
            for batch in batches:
                optimizer.zero_grad()
                torch_loss(work, weights, biases, *batch).backward()
                optimizer.step()

    return Contender(run, lambda: work.flat(*([p.detach().numpy() for p in part] for part in (weights, biases))), reset)


def by_jax(work):
    """One compiled program of all steps: a scan over the batches in a scan over the epochs."""
    import jax
    import jax.numpy as jnp

    parameters = jax_parameters(work)
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    batches = jax.tree.map(lambda a: jnp.array(a).reshape(work.batches, work.examples, *a.shape[1:]), (work.x, work.y))

    def step(state, batch):
        p, m, v, t = state
        t = t + 1
        loss, g = jax.value_and_grad(lambda p: jax_loss(work, p, *batch))(p)
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        first, second = 1 - 0.9**t, 1 - 0.999**t
        p = jax.tree.map(lambda p, m, v: p - LR * (m / first) / (jnp.sqrt(v / second) + 1e-8), p, m, v)
        return (p, m, v, t), loss

    @functools.partial(jax.jit, static_argnums=0)
    def train(epochs, state, batches):
        return jax.lax.scan(lambda state, _: jax.lax.scan(step, state, batches), state, length=epochs)

    made = {}

    def run(epochs):
        made["state"], losses = jax.block_until_ready(train(epochs, (parameters, zeros, zeros, 0.0), batches))
        return losses

    return Contender(run, lambda: work.flat(*made["state"][0]))


LIBRARIES = {"torch": ("PyTorch, fused Adam", by_torch), "jax": ("jax.lax.scan", by_jax)}


def contenders_for(work, targets, makers):
    """Ours by target, compiled whole and as a loop over Values; then others."""
    program = (work.loss, work.inputs, work.parameters, work.start.tolist())
    batches = [work.batch(k) for k in range(work.batches)]
    found = {}
    for target in targets:
        found[target] = compiled(*program, target, (work.x, work.y), work.examples)
        found[f"loop over Values, {target}"] = over_values(*program, target, batches)
    return found | {name: make(work) for name, make in makers.items()}


def report_steps(title, contenders, rounds, epochs, count, unit="step"):
    """Print microseconds a step, or another unit of which there are `count` in an epoch, and how they compare with c's.

    A ratio is the median of the rounds' ratios. The loops over Values, whose steps all take equally long, run for a
    twentieth of the epochs, and so do all to be checked.
    """
    few = max(1, epochs // 20)

    check({name: _for(few, each) for name, each in contenders.items()})
    lengths = {name: few if name.startswith("loop") else epochs for name in contenders}
    runs = {name: _for(lengths[name], each) for name, each in contenders.items()}
    for run in runs.values():  # some compile for this number of epochs
        run.reset()
        run.run()
    times = {name: [each / lengths[name] / count for each in seconds] for name, seconds in take_turns(runs, rounds).items()}
    print(f"{title}: microseconds a {unit}, and times as long as c")
    for name, each in times.items():
        ratio = statistics.median(theirs / mine for theirs, mine in zip(each, times["c"]))
        print(f"  {name:26} {1e6 * statistics.median(each):12.1f} {ratio:9.2f}")
    return {name: statistics.median(each) for name, each in times.items()}


def _for(epochs, contender):
    return contender._replace(run=functools.partial(contender.run, epochs))


def compare_training(rounds):
    """Compare the three networks."""
    makers = {"NumPy by hand": by_numpy}
    libraries = installed(**LIBRARIES)
    work = Work([2, 16, 16, 1], 100)
    contenders = contenders_for(work, ("c", "numpy"), makers | {"C by hand": by_c} | libraries)
    report_steps("two moons, training: 2-16-16-1, 100 examples, full batch", contenders, rounds, 200, 1)
    report_steps("two moons, training in Python alone", contenders_for(work, ("c", "python"), {}), rounds, 10, 1)
    work = Work([64, 32, 32, 10], 32, batches=10)
    contenders = contenders_for(work, ("c", "numpy"), makers | libraries)
    report_steps("digits, training: 64-32-32-10, batches of 32", contenders, rounds, 20, 10)
    work = Work([784, 64, 32, 10], 128, batches=10)
    contenders = contenders_for(work, ("c", "numpy"), makers | libraries)
    times = report_steps("MNIST's size, training: 784-64-32-10, batches of 128", contenders, rounds, 10, 10)
    print(f"  with c an epoch of 60,000 examples takes {times['c'] * 60_000 / work.examples:.1f} s")
