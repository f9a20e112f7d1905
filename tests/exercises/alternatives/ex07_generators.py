"""Networks whose parameters come from generators, and whose weights are drawn by an iterator, from the last layer on."""

import math
from functools import partial
from itertools import islice


def linear(x):
    return x


class Neuron:
    def __init__(self, weights, bias, activation=math.tanh):
        self.weights, self.bias, self.activation = weights, bias, activation

    def __call__(self, inputs):
        total = self.bias
        for i in range(len(inputs)):
            total = total + inputs[i] * self.weights[i]
        return self.activation(total)

    def parameters(self):
        yield from self.weights
        yield self.bias


class Layer:
    def __init__(self, neurons):
        self.neurons = neurons

    def __call__(self, inputs):
        return list(map(lambda neuron: neuron(inputs), self.neurons))  # noqa: C417

    def parameters(self):
        for neuron in self.neurons:
            yield from neuron.parameters()


class MLP:
    def __init__(self, layers):
        self.layers = layers

    def __call__(self, inputs):
        outputs = list(inputs)
        for i in range(len(self.layers)):
            outputs[:] = self.layers[i](outputs)
        return outputs

    def parameters(self):
        for layer in self.layers:
            yield from layer.parameters()


def make_mlp(sizes, generator):
    draws, layers, activation = iter(partial(generator.uniform, -1, 1), None), [], linear
    for k in range(len(sizes) - 1, 0, -1):
        layers.insert(0, Layer([Neuron(list(islice(draws, sizes[k - 1])), 0, activation) for _ in range(sizes[k])]))
        activation = math.tanh
    return MLP(layers)
