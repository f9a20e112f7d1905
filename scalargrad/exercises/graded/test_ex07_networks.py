"""The graded tests of exercise 7: outputs, and the number and order of parameters."""

import math
import random

import pytest

from scalargrad.exercises.checking import expect


def layer(student, rows, biases, *activation):
    return student.Layer([student.Neuron(row, bias, *activation) for row, bias in zip(rows, biases)])


@pytest.mark.task("a neuron")
@pytest.mark.points(2, hint="add weights times inputs and the bias, then apply the activation")
def test_neuron(student):
    """Neurons of two and three inputs are right, with tanh and with another activation."""
    expect("Neuron([-3, 1], 6.5)([2, 0])", student.Neuron([-3.0, 1.0], 6.5)([2.0, 0.0]), math.tanh(0.5))
    neuron = student.Neuron([0.5, -1.0, 0.25], -0.5, lambda x: x * x)
    expect("Neuron([0.5, -1, 0.25], -0.5, square)([1, 1, 2])", neuron([1.0, 1.0, 2.0]), 0.25)


@pytest.mark.task("the parameters of a neuron")
@pytest.mark.points(1, hint="return a new list: the weights in order, then the bias")
def test_neuron_parameters(student):
    """The parameters are the weights and the bias, in every call."""
    neuron = student.Neuron([-3.0, 1.0], 6.5)
    expect("Neuron([-3, 1], 6.5).parameters()", neuron.parameters(), [-3.0, 1.0, 6.5])
    expect("Neuron([-3, 1], 6.5).parameters(), called again", neuron.parameters(), [-3.0, 1.0, 6.5])


@pytest.mark.task("a layer")
@pytest.mark.points(1, hint="each neuron gets all inputs and has one output")
def test_layer(student):
    """Three neurons of two inputs give three outputs."""
    found = layer(student, [[1.0, 1.0], [1.0, -1.0], [0.0, 2.0]], [0.0, 0.5, -1.0], student.linear)([2.0, 3.0])
    expect("a linear Layer with weights [1, 1], [1, -1], [0, 2] and biases 0, 0.5, -1 of [2, 3]", found, [5.0, -0.5, 5.0])


@pytest.mark.task("the parameters of a layer")
@pytest.mark.points(1, hint="return a flat list: the parameters of the first neuron, then of the second")
def test_layer_parameters(student):
    """The parameters are those of all neurons, in order."""
    found = layer(student, [[1.0, 2.0], [4.0, 5.0]], [3.0, 6.0]).parameters()
    expect("parameters() of a Layer with weights [1, 2], [4, 5] and biases 3, 6", found, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])


@pytest.mark.task("a network")
@pytest.mark.points(1, hint="the outputs of one layer are the inputs of the next")
def test_mlp(student):
    """Every layer of three is applied, in order."""
    first = layer(student, [[1.0, 1.0], [1.0, -1.0]], [0.0, 0.5], student.linear)
    second = layer(student, [[1.0, 2.0], [0.0, 1.0]], [1.0, 0.0], student.linear)
    third = layer(student, [[1.0, 10.0]], [0.0], student.linear)
    found = student.MLP([first, second, third])([2.0, 3.0])
    expect("an MLP of three linear layers of [2, 3]", found, [0.0])
    expect("an MLP of the first of them of [2, 3]", student.MLP([first])([2.0, 3.0]), [5.0, -0.5])


@pytest.mark.task("the parameters of a network")
@pytest.mark.points(1, hint="return a flat list: the parameters of the first layer, then of the second")
def test_mlp_parameters(student):
    """The parameters are those of all layers, in order."""
    network = student.MLP([layer(student, [[1.0], [3.0]], [2.0, 4.0]), layer(student, [[5.0, 6.0]], [7.0])])
    expect("parameters() of an MLP", network.parameters(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])


@pytest.mark.task("make_mlp: sizes")
@pytest.mark.points(1, hint="a neuron has one weight for each neuron of the layer before")
def test_make_mlp_sizes(student):
    """The sizes decide how many parameters and outputs there are, and the biases are 0."""
    for sizes, count in (([2, 4, 1], 17), ([3, 5, 4, 2], 54), ([2, 3], 9)):
        network = student.make_mlp(sizes, random.Random(1))
        expect(f"the number of parameters of make_mlp({sizes}, generator)", len(network.parameters()), count)
        found = len(network([0.5] * sizes[0]))
        expect(f"the number of outputs of make_mlp({sizes}, generator)", found, sizes[-1])
    expect("the bias of a neuron of make_mlp([2, 3], generator)", network.layers[0].neurons[1].bias, 0.0)


@pytest.mark.task("make_mlp: random weights")
@pytest.mark.points(1, hint="call generator.uniform(-1, 1) once for each weight")
def test_make_mlp_weights(student):
    """All weights are different and spread between -1 and 1, and the seed decides them."""
    networks = [student.make_mlp([4, 8, 1], random.Random(seed)) for seed in (1, 1, 2)]
    first, same, other = ([w for each in net.layers for n in each.neurons for w in n.weights] for net in networks)
    expect("the number of different weights of make_mlp([4, 8, 1], generator)", len(set(first)), 40)
    assert all(-1 <= w <= 1 for w in first), f"make_mlp: a weight is not between -1 and 1: {first!r:.200}"
    assert min(first) < -0.5 and max(first) > 0.5, f"make_mlp: no weight is below -0.5, or none above 0.5: {first!r:.200}"
    assert first == same, "make_mlp: two generators with the same seed made different networks"
    assert first != other, "make_mlp: two generators with different seeds made the same network"


@pytest.mark.task("make_mlp: activations")
@pytest.mark.points(1, hint="use tanh in all layers but the last, whose outputs may be of any size")
def test_make_mlp_activations(student):
    """Hidden layers have tanh, and the last layer is linear."""
    network = student.make_mlp([1, 3, 1, 2], random.Random(1))
    for i, each in enumerate(network.layers):
        for neuron in each.neurons:
            what = f"activation(2.0) of a neuron in layers[{i}] of make_mlp([1, 3, 1, 2], generator)"
            expect(what, neuron.activation(2.0), 2.0 if i == 2 else math.tanh(2.0))
