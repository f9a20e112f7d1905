"""The networks that are measured, their losses and their data."""

from scalargrad.graph import placeholder
from scalargrad.losses import cross_entropy, hinge, l2_penalty
from scalargrad.nn import MLP

ALPHA = 1e-4  # of the penalty on two moons


class Work:
    """A network, its loss and its data: two moons with hinge and penalty, or digits with cross-entropy.

    examples  in a batch
    batches   in an epoch
    x, y      the data, (examples * batches, inputs) and (examples * batches,) or (examples * batches, classes)
    start     the numbers of the parameters: for each neuron its weights, then its bias
    """

    def __init__(self, sizes, examples, batches=1):
        import numpy

        generator = numpy.random.default_rng(0)
        self.sizes, self.examples, self.batches, self.moons = sizes, examples, batches, sizes[-1] == 1
        self.x = generator.normal(size=(examples * batches, sizes[0]))
        classes = generator.integers(0, max(sizes[-1], 2), examples * batches)
        self.y = 2.0 * classes - 1 if self.moons else numpy.eye(sizes[-1])[classes]
        self.model = MLP(sizes[0], sizes[1:], seed=0)
        self.parameters = self.model.parameters()
        self.start = numpy.array([p.data for p in self.parameters])
        x, y = placeholder(sizes[0], "x"), placeholder("y") if self.moons else placeholder(sizes[-1], "y")
        self.loss = (
            hinge([self.model(x)], [y]) + l2_penalty(self.parameters, ALPHA)
            if self.moons
            else cross_entropy(self.model(x), y)
        )
        self.inputs = [x, y]

    def layers(self, numbers):
        """Views of flat numbers, a matrix for each layer, (neurons, inputs + 1), with the biases in the last column."""
        matrices, begin = [], 0
        for n, m in zip(self.sizes, self.sizes[1:]):
            matrices.append(numbers[begin : begin + m * (n + 1)].reshape(m, n + 1))
            begin += m * (n + 1)
        return matrices

    def weights_and_biases(self):
        """Copies of the numbers in the beginning, as other libraries have them: matrices (neurons, inputs), and vectors."""
        matrices = self.layers(self.start)
        return [matrix[:, :-1].copy() for matrix in matrices], [matrix[:, -1].copy() for matrix in matrices]

    def flat(self, weights, biases):
        """Matrices and vectors in the order of the parameters."""
        import numpy

        return numpy.concatenate([numpy.column_stack((w, b)).ravel() for w, b in zip(weights, biases)])

    def batch(self, k):
        """The data of a batch."""
        part = slice(k * self.examples, (k + 1) * self.examples)
        return self.x[part], self.y[part]
