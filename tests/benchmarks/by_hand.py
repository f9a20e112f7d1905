"""The networks written out by hand, in NumPy and in C, with their gradients and with Adam."""

import ctypes
import subprocess
import tempfile
from pathlib import Path

from benchmarks.networks import ALPHA

BETAS, EPS = (0.9, 0.999), 1e-8  # of Adam


def numpy_gradients(work):
    """Return a function from flat parameters and a batch to the loss and the flat gradients."""
    import numpy

    def function(numbers, x, y):
        gradients = numpy.empty_like(numbers)
        matrices, activations = work.layers(numbers), [x]
        for matrix in matrices:
            z = activations[-1] @ matrix[:, :-1].T + matrix[:, -1]
            activations.append(numpy.maximum(z, 0) if matrix is not matrices[-1] else z)
        if work.moons:
            margins = numpy.maximum(1 - y * z[:, 0], 0)
            loss = margins.mean() + ALPHA * (numbers @ numbers)
            d = (-1.0 * (margins > 0) * y / len(x))[:, None]
        else:
            shifted = z - z.max(axis=1, keepdims=True)
            e = numpy.exp(shifted)
            total = e.sum(axis=1, keepdims=True)
            loss = -(y * (shifted - numpy.log(total))).sum() / len(x)
            d = (e / total - y) / len(x)
        for k, gradient in reversed([*enumerate(work.layers(gradients))]):
            gradient[:, :-1] = d.T @ activations[k]
            gradient[:, -1] = d.sum(axis=0)
            if k:
                d = (d @ matrices[k][:, :-1]) * (activations[k] > 0)
        if work.moons:
            gradients += 2 * ALPHA * numbers
        return loss, gradients

    return function


class NumPyAdam:
    """Adam on flat parameters: `x` moves with each call."""

    def __init__(self, start, lr):
        import numpy

        self.sqrt, self.lr, self.t = numpy.sqrt, lr, 0
        self.x, self.m, self.v = start.copy(), numpy.zeros_like(start), numpy.zeros_like(start)

    def __call__(self, gradients):
        (beta1, beta2), self.t = BETAS, self.t + 1
        self.m *= beta1
        self.m += (1 - beta1) * gradients
        self.v *= beta2
        self.v += (1 - beta2) * gradients * gradients
        self.x -= self.lr / (1 - beta1**self.t) * self.m / (self.sqrt(self.v / (1 - beta2**self.t)) + EPS)


class MoonsInC:
    """Two moons in C, the examples innermost, with all optimizations: one loss with its gradients, or whole training."""

    def __init__(self, work):
        import numpy

        with tempfile.TemporaryDirectory() as folder:
            flags = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
            source, library = Path(__file__).with_name("moons.c"), Path(folder) / "moons.so"
            subprocess.run(["cc", *flags, source, "-o", library, "-lm"], check=True)
            loaded = ctypes.CDLL(str(library))
        loaded.moons_loss.restype = ctypes.c_double
        self._loss, self._train = loaded.moons_loss, loaded.moons_train
        self.start, self.gradients = work.start, numpy.zeros_like(work.start)
        self.x, y = numpy.zeros((2, 104)), numpy.zeros(104)
        self.x[:, :100], y[:100] = work.x.T, work.y
        self.memory = numpy.zeros((2, len(self.start)))
        self.parameters = self.start.copy()
        self.data = (self.x, y)

    def reset(self):
        self.parameters[:] = self.start
        self.memory[:] = 0

    def step(self):
        """The loss; the gradients are left in `gradients`."""
        return self._loss(*map(_pointer, (self.parameters, *self.data, self.gradients)))

    def train(self, steps, lr):
        """Take the first steps of Adam; return the losses."""
        import numpy

        losses = numpy.zeros(steps)
        arrays = (self.parameters, self.memory, *self.data, self.gradients, losses)
        self._train(*map(_pointer, arrays), ctypes.c_int(steps), ctypes.c_double(lr))
        return losses


def _pointer(array):
    return ctypes.c_void_p(array.ctypes.data)
