"""One loss and all its gradients, without an optimizer, in 64 bits and on one thread."""

import importlib.util

from benchmarks.by_hand import MoonsInC, numpy_gradients
from benchmarks.libraries import casadi_gradients, jax_gradients, torch_gradients
from benchmarks.measuring import Contender, compare, installed, report
from benchmarks.networks import Work
from scalargrad import compile


def in_a_loop(work, target):
    """A step as in a training loop, which reads parameters from Values and adds gradients to them."""
    step = compile(work.loss, work.inputs, work.parameters, target)

    def run():
        for p in step.parameters:
            p.grad = 0
        return step(work.x, work.y)

    return Contender(run, lambda: [run(), *(p.grad for p in step.parameters)])


def on_arrays(work, target):
    """The same program called with an array of parameters, which returns an array of gradients."""
    step = compile(work.loss, work.inputs, work.parameters, target)

    def run():
        return step.value_and_grad(work.start, work.x, work.y)

    def result():
        loss, gradients = run()
        return [loss, *gradients]

    return Contender(run, result)


def by_numpy(work):
    function = numpy_gradients(work)

    def run():
        return function(work.start, work.x, work.y)

    def result():
        loss, gradients = run()
        return [loss, *gradients]

    return Contender(run, result)


def by_c(work):
    moons = MoonsInC(work)
    return Contender(moons.step, lambda: [moons.step(), *moons.gradients])


LIBRARIES = {"torch": ("PyTorch, eager", torch_gradients), "jax": ("jax.jit", jax_gradients)}
CASADI = {"casadi": ("CasADi", casadi_gradients)}


def contenders_for(work, targets, makers):
    """Our targets, the C target on arrays, and others."""
    ours = {target: in_a_loop(work, target) for target in targets} | {"c, arrays in and out": on_arrays(work, "c")}
    return ours | {name: make(work) for name, make in makers.items()}


def compare_gradients(moons, example, rounds):
    """Compare compiled programs.

    moons    the seconds of a step on two moons in micrograd's style, with the collector on and off
    example  the same for one example of MNIST's size
    """
    if not importlib.util.find_spec("numpy"):
        print("compiled programs: NumPy is not installed, and they are not compared")
        return
    hand = {"NumPy by hand": by_numpy}
    work = Work([2, 16, 16, 1], 100)
    makers = hand | {"C by hand": by_c} | installed(**LIBRARIES, **CASADI)
    times = compare(contenders_for(work, ("python", "numpy", "c"), makers), rounds)
    report("two moons, loss and gradients: 2-16-16-1, 100 examples", times, "c")
    for target in ("python", "numpy", "c"):
        print(f"  {target:6} is {_ratios(moons, times[target])}")
    makers = hand | installed(**LIBRARIES)
    work = Work([64, 32, 32, 10], 32)
    times = compare(contenders_for(work, ("numpy", "c"), makers), rounds)
    report("digits, loss and gradients: 64-32-32-10, 32 examples", times, "c")
    work = Work([784, 64, 32, 10], 128)
    times = compare(contenders_for(work, ("numpy", "c"), makers), rounds)
    report("MNIST's size, loss and gradients: 784-64-32-10, 128 examples", times, "c")
    print(f"  c      is {_ratios(example, times['c'] / work.examples)} for each example")


def _ratios(micrograd, ours):
    times = ", ".join(f"{each / ours:,.0f} (its collector {name})" for name, each in micrograd.items())
    return f"{times} times faster than micrograd's style"
