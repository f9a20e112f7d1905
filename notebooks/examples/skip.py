"""A deep network with skip connections: each block adds what it computes to what it was given, x + f(x).

Twenty layers of tanh forget their input, and hardly any gradient comes back through them to the first. With skip
connections there is a way round every layer, for the data forward and for the gradient back.
"""

import random

from scalargrad import tanh
from scalargrad.losses import mean_squared_error
from scalargrad.nn import Layer, Module, Neuron
from scalargrad.vectors import add


class DeepNetwork(Module):
    """(2,) to one number, through `depth` layers of two neurons."""

    def __init__(self, depth=20, skip=True, seed=0):
        generator = random.Random(seed)
        self.skip = skip
        self.blocks = [Layer(2, 2, activation=tanh, seed=generator, index=(i,)) for i in range(depth)]
        self.output = Neuron(2, nonlin=False, seed=generator, index=(depth,))

    def __call__(self, x):
        for block in self.blocks:
            x = add(x, block(x)) if self.skip else block(x)
        return self.output(x)


def first_gradient(skip):
    """How large the gradient in the first layer is, the largest of its weights counted."""
    model = DeepNetwork(skip=skip)
    mean_squared_error([model(x) for x in ((0.5, -0.5), (-1.0, 0.25))], [1.0, -1.0]).backward()
    return max(abs(p.grad) for p in model.blocks[0].parameters())


def main():
    for skip in (False, True):
        print(f"{'with' if skip else 'without'} skip connections the gradient in the first layer is {first_gradient(skip):.2g}")


if __name__ == "__main__":
    main()
