"""Networks as dataclasses, with NumPy's dot product."""

import functools
import itertools
import math
from dataclasses import dataclass
from typing import Callable

import numpy as np


def linear(x):
    return x


@dataclass
class Neuron:
    weights: list
    bias: float
    activation: Callable = math.tanh

    def __call__(self, inputs):
        return self.activation(np.dot(self.weights, inputs) + self.bias)

    def parameters(self):
        return np.append(self.weights, self.bias)


@dataclass
class Layer:
    neurons: list

    def __call__(self, inputs):
        return np.array([neuron(inputs) for neuron in self.neurons])

    def parameters(self):
        return np.concatenate([neuron.parameters() for neuron in self.neurons])


@dataclass
class MLP:
    layers: list

    def __call__(self, inputs):
        return functools.reduce(lambda x, layer: layer(x), self.layers, inputs)

    def parameters(self):
        return tuple(itertools.chain(*(layer.parameters() for layer in self.layers)))


def make_mlp(sizes, generator):
    layers = []
    while len(layers) < len(sizes) - 1:
        nin, nout = sizes[len(layers) : len(layers) + 2]
        layers.append(Layer([Neuron([generator.uniform(-1, 1) for _ in range(nin)], 0) for _ in range(nout)]))
    for neuron in layers[-1].neurons:
        neuron.activation = linear
    return MLP(layers)
