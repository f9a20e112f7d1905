"""Graphs of a million operations: how long they take to compile, and how much memory, each in a process of its own."""

import subprocess
import sys
from pathlib import Path

LARGE = {
    "784-64-32-10": "m = MLP(784, [64, 32, 10], seed=0); x = placeholder(784); y = placeholder(10); n = 105_000\n"
    "loss, inputs = cross_entropy(m(x), y), [x, y]",
    "1,000,000 wide": "n = 1_000_000; w = [Value(0.5 + i / n) for i in range(n // 4)]; x = placeholder('x')\n"
    "loss, inputs = total([tanh(p * x) * p for p in w]), [x]",
    "1,000,000 in a chain": "n = 1_000_000; w, x = Value(0.999), placeholder('x'); y = x\n"
    "for _ in range(n // 2): y = tanh(y * w)\n"
    "loss, inputs = y, [x]",
}
MEMORY = """
import time
def memory():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return 1024 * int(line.split()[1])
"""
COMPILE = """
from scalargrad import Value, compile, tanh
from scalargrad.graph import placeholder
from scalargrad.losses import cross_entropy
from scalargrad.nn import MLP
from scalargrad.vectors import total
{}
before, start = memory(), time.process_time()
step = compile(loss, inputs)
taken, used = time.process_time() - start, memory() - before
arguments = [[0.1] * len(each) if isinstance(each, tuple) else 0.1 for each in inputs]
start = time.process_time()
step(*arguments)
print(f"{{taken:.2f}} s, {{used / n:.0f}} bytes an operation, {{memory() / 1e6:.0f}} MB in all with the graph;",
      f"a step for one example by {{step.target}} takes {{1000 * (time.process_time() - start):.0f}} ms")
"""
TRAIN = """
from benchmarks.gpt import arrays, graph
from benchmarks.names import names
from scalargrad import compile
from scalargrad.optim import Adam
data = arrays(names(64), 16)
before, start = memory(), time.process_time()
loss, inputs, parameters = graph(16)
graphs, built = memory(), time.process_time()
train = compile(loss, inputs=inputs, optimizer=Adam(parameters), target="c")
programs, made = memory(), time.process_time()
train(*data, epochs=1, batch_size=32)
print(f"graph {{built - start:.2f}} s and {{(graphs - before) / 1e6:.0f}} MB, compiling {{made - built:.2f}} s and",
      f"{{(programs - graphs) / 1e6:.0f}} MB more, training {{(memory() - programs) / 1e6:.0f}} MB more")
"""


def compile_large_graphs():
    print("large graphs, trace and compile")
    for name, code in LARGE.items():
        print(f"  {name:22} {_printed(COMPILE.format(code))}")
    print(f"  gpt, 16 positions, batches of 32: {_printed(TRAIN.format())}")


def _printed(code):
    folder = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", MEMORY + code], capture_output=True, text=True, cwd=folder)
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]
