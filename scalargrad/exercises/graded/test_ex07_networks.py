"""The graded tests of exercise 7: outputs, and the number and order of parameters."""

import math
import random

import pytest

from scalargrad.exercises.checking import expect


def layer(student, rows, biases, *activation):
    return student.Layer([student.Neuron(row, bias, *activation) for row, bias in zip(rows, biases)])


def expect_output(call, called, inputs, expected):
    """Call a neuron, a layer or a network; fail if the output is wrong, or the caller's list has changed."""
    given = list(inputs)
    found = called(given)
    expect(f"{call} of {inputs}", found, expected)
    assert given == inputs, f"{call} changed the list of inputs it got: {inputs} became {given}; work on a copy"
    return found


def changed(neuron, weights, bias):
    """Set the weights and the bias; return whether that was possible, because a class may be frozen."""
    try:
        neuron.weights, neuron.bias = weights, bias
    except AttributeError:
        return False
    return True


@pytest.mark.task("a neuron")
@pytest.mark.points(1, hint="add weights times inputs and the bias, then apply the activation")
def test_neuron(student):
    """Neurons of one to four inputs are right, with tanh and with other activations, for small and large numbers."""
    expect("Neuron([-3, 1], 6.5)([2, 0])", student.Neuron([-3.0, 1.0], 6.5)([2.0, 0.0]), math.tanh(0.5))
    neuron = student.Neuron([0.5, -1.0, 0.25], -0.5, lambda x: x * x)
    expect("Neuron([0.5, -1, 0.25], -0.5, square)([1, 1, 2])", neuron([1.0, 1.0, 2.0]), 0.25)
    for weights, bias, inputs, expected in (
        ([0.3], 0.0, [0.0007], 0.00021),
        ([100.0, -50.5], 1000.0, [3.0, 2.0], 1199.0),
        ([0.5, 0.5, 0.5, 0.5], 0.25, [0.5, 0.5, 1.5, 0.75], 1.875),
        ([1.0, 0.5, 0.0, 0.25, 2.0, 4.0], 0.0, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 37.0),
        ([1e-4], 0.0, [2e-4], 2e-8),
    ):
        found = student.Neuron(weights, bias, student.linear)(inputs)
        expect(f"Neuron({weights}, {bias}, linear)({inputs})", found, expected)


@pytest.mark.task("a neuron, called again")
@pytest.mark.points(1, hint="a call changes neither the neuron nor its inputs, and remembers nothing")
def test_neuron_again(student):
    """A call depends on the inputs, and on the weights and the bias as they are now; it changes none of them."""
    neuron, other = student.Neuron([1.0, 2.0], 0.5, student.linear), student.Neuron([-1.0], 0.25, student.linear)
    for inputs, expected in (([3.0, 4.0], 11.5), ([0.0, 1.0], 2.5), ([3.0, 4.0], 11.5)):
        expect_output("the neuron Neuron([1, 2], 0.5, linear), called several times,", neuron, inputs, expected)
        expect_output("a second neuron, Neuron([-1], 0.25, linear),", other, [2.0], -1.75)
    if changed(neuron, [10.0, 20.0], 1.0):
        call = "Neuron([1, 2], 0.5, linear), after its weights are set to [10, 20] and its bias to 1,"
        expect_output(call, neuron, [3.0, 4.0], 111.0)


@pytest.mark.task("the parameters of a neuron")
@pytest.mark.points(1, hint="return a new list: the weights in order, then the bias")
def test_neuron_parameters(student):
    """The parameters are the weights and the bias as they are now, in every call."""
    neuron = student.Neuron([-3.0, 1.0], 6.5)
    expect("Neuron([-3, 1], 6.5).parameters()", neuron.parameters(), [-3.0, 1.0, 6.5])
    expect("Neuron([-3, 1], 6.5).parameters(), called again", neuron.parameters(), [-3.0, 1.0, 6.5])
    if changed(neuron, [0.5, 0.0], 0.5):
        call = "Neuron([-3, 1], 6.5).parameters(), after its weights are set to [0.5, 0] and its bias to 0.5"
        expect(call, neuron.parameters(), [0.5, 0.0, 0.5])


@pytest.mark.task("a layer")
@pytest.mark.points(1, hint="each neuron gets all inputs and has one output")
def test_layer(student):
    """Three neurons give three outputs, six give six, and one gives a list of one, a new list in every call."""
    three = layer(student, [[1.0, 1.0], [1.0, -1.0], [0.0, 2.0]], [0.0, 0.5, -1.0], student.linear)
    one = layer(student, [[0.5, 0.25, 0.5]], [0.0], student.linear)
    for again in "", ", called again,":
        call = f"a linear Layer with weights [1, 1], [1, -1], [0, 2] and biases 0, 0.5, -1{again}"
        expect_output(call, three, [2.0, 3.0], [5.0, -0.5, 5.0])
        expect_output(f"a linear Layer with weights [0.5, 0.25, 0.5] and bias 0{again}", one, [1.0, 1.0, 1.0], [1.25])
    six = layer(student, [[float(i)] for i in range(6)], [0.5] * 6, student.linear)
    expect_output("a linear Layer with weights 0, 1, 2, 3, 4, 5 and biases 0.5", six, [2.0], [0.5, 2.5, 4.5, 6.5, 8.5, 10.5])
    found = expect_output("the Layer with three neurons, for other inputs,", three, [0.5, 0.0], [0.5, 1.0, -1.0])
    three([2.0, 3.0])
    expect("the list a Layer returned, looked at after a later call", found, [0.5, 1.0, -1.0])


@pytest.mark.task("the parameters of a layer")
@pytest.mark.points(1, hint="return a flat list: the parameters of the first neuron, then of the second")
def test_layer_parameters(student):
    """The parameters are those of all neurons, in order, even those that are 0 or equal."""
    for rows, biases, expected in (
        ([[1.0, 2.0], [4.0, 5.0]], [3.0, 6.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        ([[0.5], [0.5], [0.0]], [0.0, 0.5, 0.0], [0.5, 0.0, 0.5, 0.5, 0.0, 0.0]),
    ):
        found = layer(student, rows, biases)
        for again in "", ", called again":
            call = f"parameters() of a Layer with weights {rows} and biases {biases}{again}"
            expect(call, found.parameters(), expected)
        if changed(found.neurons[0], [7.5] * len(rows[0]), 8.5):
            call = (
                f"parameters() of a Layer with weights {rows} and biases {biases}, after those of its first neuron were set"
            )
            expect(call, found.parameters(), [7.5] * len(rows[0]) + [8.5] + expected[len(rows[0]) + 1 :])


@pytest.mark.task("a network")
@pytest.mark.points(1, hint="the outputs of one layer are the inputs of the next; compute each layer once")
def test_mlp(student):
    """Every layer of three is applied, in order, with its weights as they are now; each neuron is computed once."""
    first = layer(student, [[1.0, 1.0], [1.0, -1.0]], [0.0, 0.5], student.linear)
    second = layer(student, [[1.0, 2.0], [0.0, 1.0]], [1.0, 0.0], student.linear)
    third = layer(student, [[1.0, 10.0]], [0.0], student.linear)
    network = student.MLP([first, second, third])
    for again in "", ", called again,":
        expect_output(f"an MLP of three linear layers{again}", network, [2.0, 3.0], [0.0])
        expect_output(f"an MLP of the first of them{again}", student.MLP([first]), [2.0, 3.0], [5.0, -0.5])
    expect_output("an MLP whose two layers are the first of them", student.MLP([first, first]), [2.0, 3.0], [4.5, 6.0])
    found = network([0.0, 0.0])
    network([2.0, 3.0])
    expect("the list that the MLP returned for [0.0, 0.0], looked at after a later call", found, [7.0])
    if changed(third.neurons[0], [1.0, 10.0], 0.75):
        expect_output("the MLP of three linear layers, after its last bias was set to 0.75,", network, [2.0, 3.0], [0.75])
    computed = []

    def counted(x):
        computed.append(x)
        often = "an MLP of 10 layers of 2 neurons computed more than 60 outputs, expected 20; compute each layer once"
        assert len(computed) <= 60, often  # more than 20, because np.vectorize tries a function first
        return x

    deep = student.MLP([layer(student, [[0.5, 0.5], [0.25, 0.75]], [0.0, 0.0], counted) for _ in range(10)])
    expect_output("an MLP of 10 layers of 2 neurons", deep, [1.0, 1.0], [1.0, 1.0])


@pytest.mark.task("the parameters of a network")
@pytest.mark.points(1, hint="return a flat list: the parameters of the first layer, then of the second")
def test_mlp_parameters(student):
    """The parameters are those of all layers, in order, even those that are equal, in every call."""
    network = student.MLP([layer(student, [[1.0], [3.0]], [2.0, 4.0]), layer(student, [[5.0, 6.0]], [7.0])])
    zeros = student.MLP([layer(student, [[0.5], [0.5]], [0.0, 0.0]), layer(student, [[0.5, 0.5]], [0.0])])
    for again in "", ", called again":
        found = network.parameters()
        expect(f"parameters() of an MLP{again}", found, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
        call = f"parameters() of an MLP whose weights are all 0.5 and whose biases are 0{again}"
        expect(call, zeros.parameters(), [0.5, 0.0, 0.5, 0.0, 0.5, 0.5, 0.0])
    if changed(zeros.layers[0].neurons[1], [7.5], 8.5):
        call = "parameters() of this MLP, after those of the second neuron were set to 7.5 and 8.5"
        expect(call, zeros.parameters(), [0.5, 0.0, 7.5, 8.5, 0.5, 0.5, 0.0])


SIZES = ([2, 4, 1], [3, 5, 4, 2], [2, 3], [2, 2, 2, 2], [1, 3, 1, 2], [3, 2, 1, 2], [2, 3, 1, 4, 2, 1])


@pytest.mark.task("make_mlp: sizes")
@pytest.mark.points(1, hint="a neuron has one weight for each neuron of the layer before, and the bias 0")
def test_make_mlp_sizes(student):
    """The sizes decide how many layers, neurons and weights there are; the biases are 0, and the sizes are not changed."""
    for sizes in SIZES:
        given = list(sizes)
        network = student.make_mlp(given, random.Random(1))
        assert given == sizes, f"make_mlp changed the list of sizes it got: {sizes} became {given}; work on a copy"
        weights = [[len(neuron.weights) for neuron in each.neurons] for each in network.layers]
        expected = [[nin] * nout for nin, nout in zip(sizes, sizes[1:])]
        expect(f"the number of weights of each neuron of make_mlp({sizes}, generator), layer by layer", weights, expected)
        found = len(network([0.5] * sizes[0]))
        expect(f"the number of outputs of make_mlp({sizes}, generator)", found, sizes[-1])
        biases = [neuron.bias for each in network.layers for neuron in each.neurons]
        expect(f"the biases of make_mlp({sizes}, generator)", biases, [0.0] * len(biases))


@pytest.mark.task("make_mlp: random weights")
@pytest.mark.points(1, hint="call generator.uniform(-1, 1) once for each weight")
def test_make_mlp_weights(student):
    """All weights are different numbers that the generator has drawn, in a second network too."""
    for sizes, count in (([4, 8, 1], 40), ([3, 3, 3, 3], 27)):
        generator, same = random.Random(1), random.Random(1)
        drawn = [same.uniform(-1, 1) for _ in range(500)]
        networks = [student.make_mlp(list(sizes), generator) for _ in range(2)]
        first, second = ([w for each in net.layers for n in each.neurons for w in n.weights] for net in networks)
        call = f"make_mlp({sizes}, generator)"
        expect(f"the number of different weights of {call}", len(set(first)), count)
        for weight in first:
            assert any(math.isclose(weight, x, rel_tol=1e-9) for x in drawn), (
                f"{call}: the weight {weight!r:.50} is not a number that generator.uniform(-1, 1) has returned"
            )
        assert not set(first) & set(second), f"{call}: a second network from the same generator has weights of the first"


@pytest.mark.task("make_mlp: activations")
@pytest.mark.points(1, hint="use tanh in all layers but the last, whose outputs may be of any size")
def test_make_mlp_activations(student):
    """Hidden layers have tanh, and the last layer is linear, however many there are and whatever their sizes."""
    for sizes in SIZES:
        network = student.make_mlp(list(sizes), random.Random(1))
        for i, each in enumerate(network.layers):
            for neuron in each.neurons:
                for x in (2.0, -2.0, 0.3):
                    what = f"activation({x}) of a neuron in layers[{i}] of make_mlp({sizes}, generator)"
                    expect(what, neuron.activation(x), x if i == len(sizes) - 2 else math.tanh(x))
