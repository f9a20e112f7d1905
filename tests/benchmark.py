"""How fast is it, and how small? Run `python tests/benchmark.py`; it takes some minutes.

Everything is measured in one run and printed as ratios, because machines differ and are noisy. There are five parts, and
`python tests/benchmark.py training gpt` runs two of them:

    engine    one step on two moons, 100 points, an MLP 2-16-16-1, hinge loss and L2, full batch: build the graph, then
              `backward()`, beside Values in the manner of micrograd and of microgpt; the same and larger networks compiled
    training  whole training steps of compiled networks
    gpt       whole training steps of a small language model
    jax       the target "jax", beside JAX written by hand
    large     graphs of a million operations

NumPy, PyTorch, JAX and CasADi are compared where they are installed. All run on one thread.
"""

import argparse
import gc
import importlib.util
import math
import os
import platform
import random
import statistics
import sys
import tracemalloc

from benchmarks import gpt, gradients, jax_target, large, training
from benchmarks.measuring import seconds
from benchmarks.styles import ClosureValue, TupleValue

from scalargrad.engine import Value, topological_order
from scalargrad.replay import evaluate

# One thread for all. The libraries read this when they are imported, which the contenders do.
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NPROC": "1"}
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"


def moons(n):
    """Two interleaving half circles, n points in all, with the labels 1 and -1."""
    points, labels = [], []
    for i in range(n):
        angle, label = math.pi * random.random(), 1 if i % 2 else -1
        x, y = math.cos(angle), math.sin(angle)
        points.append((x, y) if label == 1 else (1 - x, 0.5 - y))
        labels.append(label)
    return points, labels


class TwoMoons:
    """The work: a model of Values of one kind, and what a training loop does with it in each step."""

    def __init__(self, kind):
        random.seed(1)
        self.kind = kind
        self.points, self.labels = moons(100)
        sizes = [2, 16, 16, 1]
        self.layers = [
            [([kind(random.uniform(-1, 1)) for _ in range(n)], kind(0.0)) for _ in range(m)]
            for n, m in zip(sizes, sizes[1:])
        ]
        self.parameters = [p for layer in self.layers for weights, bias in layer for p in (*weights, bias)]

    def loss(self):
        losses = []
        for point, label in zip(self.points, self.labels):
            outputs = [self.kind(x) for x in point]
            for layer in self.layers:
                sums = [sum((w * x for w, x in zip(weights, outputs)), bias) for weights, bias in layer]
                outputs = sums if layer is self.layers[-1] else [s.relu() for s in sums]
            losses.append((1 + -label * outputs[0]).relu())
        return sum(losses) * (1 / len(losses)) + 1e-4 * sum(p * p for p in self.parameters)

    def step(self):
        for p in self.parameters:
            p.grad = 0
        loss = self.loss()
        loss.backward()
        return loss


def two_moons(rounds):
    """Compare the engines, a few steps of one after a few of another, with the garbage collector on and off.

    Returns the seconds of a step in micrograd's style with either.
    """
    kinds = {"scalargrad": Value, "micrograd's style": ClosureValue, "microgpt's style": TupleValue}
    works = {name: TwoMoons(kind) for name, kind in kinds.items()}
    gradients = {}
    for name, work in works.items():
        work.step()
        gradients[name] = [p.grad for p in work.parameters]
    for name in kinds:
        worst = max(abs(x - y) for x, y in zip(gradients[name], gradients["scalargrad"]))
        assert worst < 1e-12, f"{name} has other gradients"
    print("two moons, milliseconds a step (median of rounds)")
    micrograd = {}
    for collector in ("on", "off"):
        times = {name: [] for name in kinds}
        for _ in range(rounds):
            for name, work in works.items():
                gc.collect()
                (gc.enable if collector == "on" else gc.disable)()
                times[name].append(1000 * seconds(work.step, 5))
                gc.enable()
        ours = statistics.median(times["scalargrad"])
        print(f"  collector {collector:3}  scalargrad {ours:.1f}")
        micrograd[collector] = statistics.median(times["micrograd's style"]) / 1000
        for name in list(kinds)[1:]:
            ratio = statistics.median(theirs / mine for theirs, mine in zip(times[name], times["scalargrad"]))
            print(f"    {name:18} {statistics.median(times[name]):8.1f}   {ratio:5.2f} times scalargrad's")
    return micrograd


def large_example():
    """Return the seconds of one example of a network 784-64-32-10 in micrograd's style, with the collector on and off."""
    random.seed(1)
    sizes = [784, 64, 32, 10]
    layers = [
        [([ClosureValue(random.uniform(-1, 1)) for _ in range(n)], ClosureValue(0.0)) for _ in range(m)]
        for n, m in zip(sizes, sizes[1:])
    ]

    def step():
        outputs = [ClosureValue(random.random()) for _ in range(784)]
        for layer in layers:
            outputs = [sum((w * x for w, x in zip(weights, outputs)), bias).relu() for weights, bias in layer]
        sum(output * output for output in outputs).backward()

    sys.setrecursionlimit(10_000)  # micrograd walks its graph by recursion
    found = {}
    for collector in ("on", "off"):
        gc.collect()
        (gc.enable if collector == "on" else gc.disable)()
        found[collector] = seconds(step)
        gc.enable()
    return found


def memory():
    """Count what the graph of one loss takes, a node, before and after backward."""
    print("memory of that graph, bytes a node")
    work = TwoMoons(Value)
    tracemalloc.start()
    loss = work.loss()
    size = len(topological_order(loss))
    before = tracemalloc.get_traced_memory()[0]
    loss.backward()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    print(f"  {before / size:.0f} before backward, {after / size:.0f} after it, {size} nodes")


def replay(rounds):
    """Compare running the recorded graph of that loss again with building it, the collector off."""
    work = TwoMoons(Value)
    loss = work.loss()
    gc.collect()
    gc.disable()
    ratios = [seconds(lambda: evaluate(loss, {}), 3) / seconds(work.loss, 3) for _ in range(rounds)]
    gc.enable()
    print(f"replaying that graph on floats takes {statistics.median(ratios):.2f} times as long as building it")


def chain(length):
    """Build, differentiate and free a chain of operations; count its memory in a second pass."""

    def build():
        x = y = Value(1.0)
        for _ in range(length):
            y = y * x
        return y

    made = []
    times = {"build": seconds(lambda: made.append(build()))}
    times["backward"] = seconds(made[0].backward)
    times["replay"] = seconds(lambda: evaluate(made[0], {}))
    times["free"] = seconds(made.clear)
    tracemalloc.start()
    y = build()
    y.backward()
    size = tracemalloc.get_traced_memory()[0] / length
    tracemalloc.stop()
    gc.collect()
    gc.disable()
    del y
    garbage = gc.collect()
    gc.enable()
    return times, size, garbage


def chains():
    print("a chain of operations, microseconds a step")
    for length in (10_000, 100_000, 1_000_000):
        times, size, garbage = chain(length)
        shown = ", ".join(f"{name} {1e6 * each / length:.2f}" for name, each in times.items())
        print(f"  {length:9,} steps: {shown}; {size:.0f} bytes a step; {garbage} objects of cyclic garbage")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"what is measured: {', '.join(PARTS)} (all of them)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the medians are printed (5)")
    options = parser.parse_args()
    unknown = set(options.parts) - PARTS.keys()
    if unknown:
        parser.error(f"the parts are {', '.join(PARTS)}, got {' '.join(sorted(unknown))}")
    print(f"Python {platform.python_version()}")
    for name in options.parts or PARTS:
        if name in ("training", "gpt", "jax") and not importlib.util.find_spec("numpy"):
            print(f"{name}: NumPy is not installed, and it is not measured")
        else:
            PARTS[name](options.rounds)


def engine(rounds):
    micrograd = two_moons(rounds)
    memory()
    replay(rounds)
    chains()
    gradients.compare_gradients(micrograd, large_example(), 3 * rounds)


PARTS = {
    "engine": engine,
    "training": lambda rounds: training.compare_training(3 * rounds),
    "gpt": lambda rounds: gpt.compare_gpt(3 * rounds),
    "jax": lambda rounds: jax_target.compare_jax(3 * rounds),
    "large": lambda _: large.compile_large_graphs(),
}

if __name__ == "__main__":
    main()
