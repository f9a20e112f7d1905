"""Networks of frozen dataclasses and named tuples, with NumPy's products and vectorized activations."""

import math
from dataclasses import dataclass, field
from typing import Callable, NamedTuple

import numpy as np


def linear(x):
    return x


class Neuron(NamedTuple):
    weights: list
    bias: float
    activation: Callable = math.tanh

    def __call__(self, inputs):
        return float(np.vectorize(self.activation)(np.asarray(self.weights) @ np.asarray(inputs, float) + self.bias))

    def parameters(self):
        return [*self.weights, self.bias]


@dataclass(frozen=True)
class Layer:
    neurons: list = field(default_factory=list)

    def __call__(self, inputs):
        return np.fromiter((neuron(inputs) for neuron in self.neurons), float)

    def parameters(self):
        return [p for neuron in self.neurons for p in neuron.parameters()]


@dataclass(frozen=True)
class MLP:
    layers: list

    def __call__(self, inputs):
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs.tolist()

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]


def make_mlp(sizes, generator):
    activations = [math.tanh] * (len(sizes) - 2) + [linear]
    layers = [
        Layer([Neuron([generator.uniform(-1, 1) for _ in range(nin)], 0.0, activation) for _ in range(nout)])
        for nin, nout, activation in zip(sizes, sizes[1:], activations)
    ]
    return MLP(layers)
