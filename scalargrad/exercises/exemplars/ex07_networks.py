"""Exercise 7: a neuron, a layer, a network.

A neuron is the expression of exercise 2 with any number of inputs. A layer is a list of neurons with the same inputs. A
network, an MLP, is a list of layers; the inputs of a layer are the outputs of the layer before. A call takes the weights and
biases as they are now. It changes neither them nor the list of inputs.
"""

import math


def linear(x):
    """The activation of the last layer: it returns x unchanged."""
    return x


class Neuron:
    """A neuron: weights, a bias, and an activation."""

    def __init__(self, weights, bias, activation=math.tanh):
        self.weights = weights
        self.bias = bias
        self.activation = activation

    def __call__(self, inputs):
        """Return the output of the neuron.

        Formula: activation(w1 x1 + w2 x2 + ... + bias).

        >>> Neuron([-3.0, 1.0], 6.5, linear)([2.0, 0.0])
        0.5

        Hint: the second argument of sum is the number it begins with.
        """
        ### SOLUTION
        return self.activation(sum((w * x for w, x in zip(self.weights, inputs)), self.bias))
        ### END

    def parameters(self):
        """Return the list of numbers that training changes: the weights in order, then the bias.

        >>> Neuron([-3.0, 1.0], 6.5).parameters()
        [-3.0, 1.0, 6.5]

        Formula: n + 1 numbers for n inputs.

        Hint: the bias is a parameter too.
        """
        ### SOLUTION
        return [*self.weights, self.bias]
        ### END


class Layer:
    """Neurons side by side."""

    def __init__(self, neurons):
        self.neurons = neurons

    def __call__(self, inputs):
        """Return a list with the output of each neuron.

        Formula: output i is neuron i applied to all inputs.

        >>> Layer([Neuron([1.0, 1.0], 0.0, linear), Neuron([1.0, -1.0], 0.5, linear)])([2.0, 3.0])
        [5.0, -0.5]

        Hint: one list comprehension.
        """
        ### SOLUTION
        return [neuron(inputs) for neuron in self.neurons]
        ### END

    def parameters(self):
        """Return one list with the parameters of all neurons, in order.

        >>> Layer([Neuron([1.0], 2.0), Neuron([3.0], 4.0)]).parameters()
        [1.0, 2.0, 3.0, 4.0]

        Formula: m (n + 1) numbers for m neurons with n inputs.

        Hint: return a flat list of numbers, not a list of lists.
        """
        ### SOLUTION
        return [p for neuron in self.neurons for p in neuron.parameters()]
        ### END


class MLP:
    """A network of layers, one after the other."""

    def __init__(self, layers):
        self.layers = layers

    def __call__(self, inputs):
        """Return the list of the outputs of the last layer.

        Formula: layer k of (layer k - 1 of (... layer 1 of the inputs)). Each neuron is computed once.

        >>> MLP([Layer([Neuron([2.0], 1.0, linear)]), Layer([Neuron([10.0], 0.0, linear)])])([3.0])
        [70.0]

        Hint: assign the outputs of each layer to the name inputs.
        """
        ### SOLUTION
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs
        ### END

    def parameters(self):
        """Return one list with the parameters of all layers, in order.

        Formula: the sum over the layers of m (n + 1) numbers, for m neurons with n inputs.

        >>> MLP([Layer([Neuron([1.0], 2.0)]), Layer([Neuron([3.0], 4.0)])]).parameters()
        [1.0, 2.0, 3.0, 4.0]

        Hint: as in Layer, with layers in place of neurons.
        """
        ### SOLUTION
        return [p for layer in self.layers for p in layer.parameters()]
        ### END


def make_mlp(sizes, generator):
    """Return an MLP with random weights between -1 and 1, and biases 0.

    sizes      a list, which is not changed: the number of inputs, then the number of neurons in each layer
    generator  a random.Random; its method uniform(-1, 1) returns a weight

    Formula: a neuron of layer k has sizes[k - 1] weights. The activation is linear in the last layer, and tanh elsewhere.

    >>> import random
    >>> len(make_mlp([2, 4, 1], random.Random(0)).parameters())
    17

    Hint: zip(sizes, sizes[1:]) gives the number of inputs and outputs of each layer. Draw each weight separately.
    """
    ### SOLUTION
    layers = []
    for i, (nin, nout) in enumerate(zip(sizes, sizes[1:]), start=2):
        activation = linear if i == len(sizes) else math.tanh
        layers.append(Layer([Neuron([generator.uniform(-1, 1) for _ in range(nin)], 0.0, activation) for _ in range(nout)]))
    return MLP(layers)
    ### END
