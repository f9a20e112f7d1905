"""Networks by recursion, with the bias as the weight of one more input, and lists that are joined by sum."""

import math


class linear:
    def __new__(cls, x):
        return x


def dot(xs, ys):
    return xs[0] * ys[0] + dot(xs[1:], ys[1:]) if xs else 0


class Neuron:
    def __init__(self, weights, bias, activation=math.tanh):
        self.weights = weights
        self.bias = bias
        self.activation = activation

    def __call__(self, inputs):
        return self.activation(dot(self.parameters(), [*inputs, 1]))

    def parameters(self):
        return list(self.weights) + [self.bias]


class Layer:
    def __init__(self, neurons):
        self.neurons = neurons

    def __call__(self, inputs):
        return tuple(neuron(inputs) for neuron in self.neurons)

    def parameters(self):
        return sum((neuron.parameters() for neuron in self.neurons), [])


class MLP:
    def __init__(self, layers):
        self.layers = layers

    def __call__(self, inputs, k=0):
        return inputs if k == len(self.layers) else self(self.layers[k](inputs), k + 1)

    def parameters(self):
        return sum((layer.parameters() for layer in self.layers), [])


def make_mlp(sizes, generator):
    def weights(n):
        return [generator.random() * 2 - 1] + weights(n - 1) if n else []

    nin, nout, *more = sizes
    layer = Layer([Neuron(weights(nin), 0.0, math.tanh if more else linear) for _ in range(nout)])
    return MLP([layer, *(make_mlp([nout, *more], generator).layers if more else [])])
