"""How fast are compiled programs? The part of `python tests/benchmark.py` that compares them with other libraries.

All compute a loss and all its gradients, without an optimizer, in 64 bits and on one thread. Baselines by hand are written
out below, in NumPy and in C; PyTorch, JAX and CasADi are compared where they are installed. Times are the medians of rounds
in which the contenders take turns.
"""

import ctypes
import importlib.util
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scalargrad import compile
from scalargrad.graph import placeholder
from scalargrad.losses import cross_entropy, hinge, l2_penalty
from scalargrad.nn import MLP

ALPHA = 1e-4  # of the penalty on two moons


class Work:
    """A network, its loss and a batch: two moons with hinge and penalty, or digits with cross-entropy."""

    def __init__(self, sizes, examples):
        import numpy

        generator = numpy.random.default_rng(0)
        self.sizes, self.examples, self.moons = sizes, examples, sizes[-1] == 1
        self.x = generator.normal(size=(examples, sizes[0]))
        classes = generator.integers(0, max(sizes[-1], 2), examples)
        self.y = 2.0 * classes - 1 if self.moons else numpy.eye(sizes[-1])[classes]
        self.model = MLP(sizes[0], sizes[1:], seed=0)
        neurons = [layer.neurons for layer in self.model.layers]
        self.weights = [numpy.array([[w.data for w in neuron.w] for neuron in layer]) for layer in neurons]
        self.biases = [numpy.array([neuron.b.data for neuron in layer]) for layer in neurons]
        x, y = placeholder(sizes[0], "x"), placeholder("y") if self.moons else placeholder(sizes[-1], "y")
        loss = (
            hinge([self.model(x)], [y]) + l2_penalty(self.model.parameters(), ALPHA)
            if self.moons
            else cross_entropy(self.model(x), y)
        )
        self.loss, self.inputs = loss, [x, y]

    def compiled(self, target):
        """A step as in a training loop, which reads parameters from Values and adds gradients to them."""
        step = compile(self.loss, self.inputs, self.model.parameters(), target)

        def run():
            for p in step.parameters:
                p.grad = 0
            return step(self.x, self.y)

        return run, lambda: (run(), [p.grad for p in step.parameters])

    def functional(self, target):
        """The same program called with an array of parameters, which returns an array of gradients."""
        import numpy

        step = compile(self.loss, self.inputs, self.model.parameters(), target)
        parameters = numpy.array([p.data for p in step.parameters])
        return lambda: step.value_and_grad(parameters, self.x, self.y)

    def flat(self, weights, biases):
        """Gradients in the order of the model's parameters."""
        import numpy

        return numpy.concatenate([numpy.column_stack((w, b)).ravel() for w, b in zip(weights, biases)])


def numpy_by_hand(work):
    import numpy

    def run():
        activations = [work.x]
        for w, b in zip(work.weights, work.biases):
            z = activations[-1] @ w.T + b
            activations.append(numpy.maximum(z, 0) if w is not work.weights[-1] else z)
        z = activations[-1]
        if work.moons:
            margins = numpy.maximum(1 - work.y * z[:, 0], 0)
            loss = margins.mean() + ALPHA * sum((p * p).sum() for p in (*work.weights, *work.biases))
            d = (-1.0 * (margins > 0) * work.y / len(work.x))[:, None]
        else:
            shifted = z - z.max(axis=1, keepdims=True)
            e = numpy.exp(shifted)
            total = e.sum(axis=1, keepdims=True)
            loss = -(work.y * (shifted - numpy.log(total))).sum() / len(work.x)
            d = (e / total - work.y) / len(work.x)
        weights, biases = [], []
        for k in reversed(range(len(work.weights))):
            weights.insert(0, d.T @ activations[k])
            biases.insert(0, d.sum(axis=0))
            if k:
                d = (d @ work.weights[k]) * (activations[k] > 0)
        if work.moons:
            weights, biases = (
                [g + 2 * ALPHA * p for g, p in zip(*each)] for each in ((weights, work.weights), (biases, work.biases))
            )
        return loss, work.flat(weights, biases)

    return run


C_MOONS = """
#include <math.h>
#include <string.h>
enum { N = 100, M = 104, I = 2, H = 16 };  /* examples, padded; inputs; hidden neurons */
static double h1[H][M], h2[H][M], d1[H][M], d2[H][M], d3[M];

static double dot(const double *a, const double *b)
{
    double lanes[8] = {0}, sum = 0;
    for (int n = 0; n < M; n += 8)
        for (int k = 0; k < 8; k++)
            lanes[k] += a[n + k] * b[n + k];
    for (int k = 0; k < 8; k++)
        sum += lanes[k];
    return sum;
}

double step(const double *p, const double (*x)[M], const double *y, double *g)
{
    const double *w1 = p, *w2 = p + H * (I + 1), *w3 = w2 + H * (H + 1);
    double *g1 = g, *g2 = g + H * (I + 1), *g3 = g2 + H * (H + 1), loss = 0, penalty = 0, z[M], ones[M];
    for (int n = 0; n < M; n++)
        ones[n] = 1;
    for (int i = 0; i < H; i++) {
        const double *w = w1 + i * (I + 1);
        for (int n = 0; n < M; n++) {
            double s = w[0] * x[0][n] + w[1] * x[1][n] + w[2];
            h1[i][n] = s > 0 ? s : 0;
        }
    }
    for (int i = 0; i < H; i++) {
        const double *w = w2 + i * (H + 1);
        double s[M];
        for (int n = 0; n < M; n++)
            s[n] = w[H];
        for (int j = 0; j < H; j++)
            for (int n = 0; n < M; n++)
                s[n] += w[j] * h1[j][n];
        for (int n = 0; n < M; n++)
            h2[i][n] = s[n] > 0 ? s[n] : 0;
    }
    for (int n = 0; n < M; n++)
        z[n] = w3[H];
    for (int j = 0; j < H; j++)
        for (int n = 0; n < M; n++)
            z[n] += w3[j] * h2[j][n];
    for (int n = 0; n < N; n++) {
        double margin = 1 - y[n] * z[n];
        loss += margin > 0 ? margin : 0;
        d3[n] = margin > 0 ? -y[n] / N : 0;
    }
    memset(d1, 0, sizeof d1);
    for (int i = 0; i < H; i++)
        for (int n = 0; n < M; n++)
            d2[i][n] = h2[i][n] > 0 ? w3[i] * d3[n] : 0;
    for (int i = 0; i < H; i++)
        for (int j = 0; j < H; j++)
            for (int n = 0; n < M; n++)
                d1[j][n] += w2[i * (H + 1) + j] * d2[i][n];
    for (int j = 0; j < H; j++)
        for (int n = 0; n < M; n++)
            d1[j][n] = h1[j][n] > 0 ? d1[j][n] : 0;
    for (int i = 0; i < H; i++) {
        g1[i * 3] = dot(d1[i], x[0]), g1[i * 3 + 1] = dot(d1[i], x[1]), g1[i * 3 + 2] = dot(d1[i], ones);
        for (int j = 0; j < H; j++)
            g2[i * (H + 1) + j] = dot(d2[i], h1[j]);
        g2[i * (H + 1) + H] = dot(d2[i], ones);
        g3[i] = dot(d3, h2[i]);
    }
    g3[H] = dot(d3, ones);
    for (int k = 0; k < H * (I + 1) + H * (H + 1) + H + 1; k++) {
        penalty += p[k] * p[k];
        g[k] += 2e-4 * p[k];
    }
    return loss / N + 1e-4 * penalty;
}
"""


def c_by_hand(work):
    """Two moons in C, the examples innermost, compiled with all optimizations."""
    import numpy

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "step.c").write_text(C_MOONS)
        flags = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
        subprocess.run(["cc", *flags, "step.c", "-o", "step.so", "-lm"], cwd=folder, check=True)
        function = ctypes.CDLL(str(Path(folder) / "step.so")).step
    function.restype = ctypes.c_double
    parameters = numpy.array([p.data for p in work.model.parameters()])
    x, y, gradients = numpy.zeros((2, 104)), numpy.zeros(104), numpy.zeros(len(parameters))
    x[:, :100], y[:100] = work.x.T, work.y
    arrays = (parameters, x, y, gradients)
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in arrays]
    return lambda: (function(*pointers), arrays[-1])


def pytorch(work):
    import torch

    torch.set_num_threads(1)
    weights, biases = ([torch.tensor(each, requires_grad=True) for each in part] for part in (work.weights, work.biases))
    x, y = torch.tensor(work.x), torch.tensor(work.y)

    def run():
        for p in (*weights, *biases):
            p.grad = None
        h = x
        for k, (w, b) in enumerate(zip(weights, biases)):
            h = torch.nn.functional.linear(h, w, b)
            h = torch.relu(h) if k < len(weights) - 1 else h
        if work.moons:
            loss = torch.relu(1 - y * h[:, 0]).mean() + ALPHA * sum((p * p).sum() for p in (*weights, *biases))
        else:
            loss = torch.nn.functional.cross_entropy(h, y)
        loss.backward()
        return loss, (weights, biases)

    def result():
        loss, parts = run()
        return loss.item(), work.flat(*([p.grad.numpy() for p in part] for part in parts))

    return run, result


def jax_jit(work):
    import jax
    import jax.numpy as jnp
    import numpy

    jax.config.update("jax_enable_x64", True)

    def loss(parameters):
        h = work.x
        for k, (w, b) in enumerate(zip(*parameters)):
            h = h @ w.T + b
            h = jax.nn.relu(h) if k < len(work.weights) - 1 else h
        if work.moons:
            squares = sum((p * p).sum() for part in parameters for p in part)
            return jax.nn.relu(1 - work.y * h[:, 0]).mean() + ALPHA * squares
        return -(work.y * jax.nn.log_softmax(h)).sum() / len(work.x)

    parameters = [[jnp.array(each) for each in part] for part in (work.weights, work.biases)]
    compiled = jax.jit(jax.value_and_grad(loss))

    def run():
        return jax.block_until_ready(compiled(parameters))

    def result():
        value, parts = run()
        return float(value), work.flat(*([numpy.asarray(p) for p in part] for part in parts))

    return run, result


def casadi_function(work):
    """The graph of one example in CasADi's scalar symbols, mapped over the batch, run by its own virtual machine."""
    import casadi
    import numpy

    x, y = casadi.SX.sym("x", work.sizes[0]), casadi.SX.sym("y", 1 if work.moons else work.sizes[-1])
    weights = [casadi.SX.sym(f"w{k}", *w.shape) for k, w in enumerate(work.weights)]
    biases = [casadi.SX.sym(f"b{k}", len(b)) for k, b in enumerate(work.biases)]
    h = x
    for k, (w, b) in enumerate(zip(weights, biases)):
        h = w @ h + b
        h = casadi.fmax(h, 0) if k < len(weights) - 1 else h
    parameters = casadi.vertcat(*(casadi.vec(casadi.horzcat(w, b).T) for w, b in zip(weights, biases)))
    loss = (
        casadi.fmax(1 - y * h, 0) + ALPHA * casadi.sumsqr(parameters)
        if work.moons
        else casadi.logsumexp(h) - casadi.dot(y, h)
    )
    step = casadi.Function("step", [parameters, x, y], [loss, casadi.gradient(loss, parameters)])
    numbers = work.flat(work.weights, work.biases)
    mapped = step.map(work.examples)
    arguments = (casadi.DM(numbers), casadi.DM(work.x.T), casadi.DM(numpy.atleast_2d(work.y.T)))

    def run():
        losses, gradients = mapped(casadi.repmat(arguments[0], 1, work.examples), *arguments[1:])
        return casadi.sum2(losses) / work.examples, casadi.sum2(gradients) / work.examples

    def result():
        value, gradients = run()
        return float(value), numpy.array(gradients).ravel()

    return run, result


def compare(work, contenders, rounds):
    """Run the contenders in turn; check their results against the first one's; return the median seconds of each."""
    import numpy

    expected = None
    for name, (_, result) in contenders.items():
        loss, gradients = result()
        gradients = numpy.array(gradients, float)
        expected = expected or (loss, gradients)
        worst = max(abs(loss - expected[0]), numpy.abs(gradients - expected[1]).max())
        assert worst < 1e-9, f"{name} differs by {worst}"
    times = {name: [] for name in contenders}
    repeats = {name: max(1, int(0.02 / seconds(run))) for name, (run, _) in contenders.items()}
    for _ in range(rounds):
        for name, (run, _) in contenders.items():
            times[name].append(seconds(run, repeats[name]))
    return {name: statistics.median(each) for name, each in times.items()}


def seconds(function, times=1):
    start = time.perf_counter()
    for _ in range(times):
        function()
    return (time.perf_counter() - start) / times


def report(title, times):
    """Print milliseconds a step, and how they compare with those of the target c."""
    print(title)
    for name, each in times.items():
        print(f"  {name:22} {1000 * each:9.4f} ms, {each / times['c']:7.2f} times that of c")


def installed(work, *makers):
    """Return the baselines that are installed, and print which are not."""
    found = {}
    for name, module, make in makers:
        if importlib.util.find_spec(module):
            found[name] = make(work)
        else:
            print(f"  ({name} is not installed, and not compared)")
    return found


LARGE = {
    "784-64-32-10": "m = MLP(784, [64, 32, 10], seed=0); x = placeholder(784); y = placeholder(10); n = 105_000\n"
    "loss, inputs = cross_entropy(m(x), y), [x, y]",
    "1,000,000 wide": "n = 1_000_000; w = [Value(0.5 + i / n) for i in range(n // 4)]; x = placeholder('x')\n"
    "loss, inputs = total([tanh(p * x) * p for p in w]), [x]",
    "1,000,000 in a chain": "n = 1_000_000; w, x = Value(0.999), placeholder('x'); y = x\n"
    "for _ in range(n // 2): y = tanh(y * w)\n"
    "loss, inputs = y, [x]",
}
MEASURE = """
import time
from scalargrad import Value, compile, tanh
from scalargrad.graph import placeholder
from scalargrad.losses import cross_entropy
from scalargrad.nn import MLP
from scalargrad.vectors import total
def memory():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return 1024 * int(line.split()[1])
{}
before, start = memory(), time.perf_counter()
step = compile(loss, inputs)
taken, used = time.perf_counter() - start, memory() - before
arguments = [[0.1] * len(each) if isinstance(each, tuple) else 0.1 for each in inputs]
start = time.perf_counter()
step(*arguments)
print(f"{{taken:.2f}} s, {{used / n:.0f}} bytes an operation, {{memory() / 1e6:.0f}} MB in all with the graph;",
      f"a step for one example by {{step.target}} takes {{1000 * (time.perf_counter() - start):.0f}} ms")
"""


def contenders_for(work, targets, *others):
    """Our targets, the C target with arrays, and others, each as a function to time and one that gives its results."""
    ours = {target: work.compiled(target) for target in targets}
    rest = {"c, arrays in and out": work.functional("c")} | {name: make(work) for name, make in others}
    return ours | {name: (run, run) for name, run in rest.items()}


def compare_programs(moons, example, rounds):
    """Compare compiled programs.

    moons    the seconds of a step on two moons in micrograd's style, with the collector on and off
    example  the same for one example of MNIST's size
    """
    if not importlib.util.find_spec("numpy"):
        print("compiled programs: NumPy is not installed, and they are not compared")
        return
    makers = (("PyTorch, eager", "torch", pytorch), ("jax.jit", "jax", jax_jit), ("CasADi", "casadi", casadi_function))
    hand = [("NumPy by hand", numpy_by_hand)]
    work = Work([2, 16, 16, 1], 100)
    contenders = contenders_for(work, ("python", "numpy", "c"), *hand, ("C by hand", c_by_hand)) | installed(work, *makers)
    times = compare(work, contenders, rounds)
    report("two moons, compiled: 2-16-16-1, 100 examples", times)
    for target in ("python", "numpy", "c"):
        print(f"  {target:6} is {_ratios(moons, times[target])}")
    work = Work([64, 32, 32, 10], 32)
    contenders = contenders_for(work, ("numpy", "c"), *hand) | installed(work, *makers[:2])
    report("digits, compiled: 64-32-32-10, 32 examples", compare(work, contenders, rounds))
    work = Work([784, 64, 32, 10], 128)
    contenders = contenders_for(work, ("numpy", "c"), *hand) | installed(work, *makers[:2])
    times = compare(work, contenders, rounds)
    report("MNIST's size, compiled: 784-64-32-10, 128 examples", times)
    print(f"  c      is {_ratios(example, times['c'] / work.examples)} for each example")
    print(f"  with c an epoch of 60,000 examples takes {times['c'] * 60_000 / work.examples:.1f} s")


def _ratios(micrograd, ours):
    times = ", ".join(f"{each / ours:,.0f} (its collector {name})" for name, each in micrograd.items())
    return f"{times} times faster than micrograd's style"


def compile_large_graphs():
    print("large graphs, trace and compile")
    for name, code in LARGE.items():
        printed = subprocess.run([sys.executable, "-c", MEASURE.format(code)], capture_output=True, text=True)
        print(f"  {name:22} {printed.stdout.strip() or printed.stderr.strip().splitlines()[-1]}")
