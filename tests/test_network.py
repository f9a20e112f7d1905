"""Tests of networks as pages show them: their units, and the graphs of their neurons."""

import math

import pytest

from scalargrad import Value, sigmoid
from scalargrad.graph import placeholder
from scalargrad.losses import binary_cross_entropy
from scalargrad.nn import MLP, Layer, Neuron
from scalargrad.pages.network import columns_of, described, first_ranges
from scalargrad.pages.neurons import Neurons
from scalargrad.program.program import make_runner
from scalargrad.shapes import Vector

X = Vector([placeholder("x0"), placeholder("x1")])


def columns(model):
    """The units of a model, by columns."""
    scores = model(X)
    return columns_of(X, scores if isinstance(scores, Vector) else [scores])


def test_layers_are_columns():
    """An MLP has a column for its inputs and one for each layer, with the neurons, their sources and weights in order."""
    model = MLP(2, [3, 2], "tanh", seed=0)
    inputs, *layers = columns(model)
    assert [unit.value for unit in inputs] == list(X)
    for before, units, layer in zip((inputs, layers[0]), layers, model.layers):
        assert [unit.weights for unit in units] == [neuron.w for neuron in layer.neurons]
        assert [unit.bias for unit in units] == [neuron.b for neuron in layer.neurons]
        assert [unit.sources for unit in units] == [[unit.value for unit in before]] * len(units)
    assert [[(unit.layer, unit.kind) for unit in units] for units in layers] == [
        [("layer 0", "tanh")] * 3,
        [("layer 1", "linear")] * 2,
    ]


@pytest.mark.parametrize("model, name", [(Neuron(2, seed=0), "neuron"), (Layer(2, 2, seed=0), "layer")])
def test_parts_of_networks(model, name):
    """A neuron or a layer alone is a column."""
    (_, units) = columns(model)
    assert {unit.layer for unit in units} == {name}


def test_what_is_no_neuron():
    """What neurons are fed, and what the outputs are made of, are units too, in columns of their own."""
    inner = MLP(4, [2, 1], seed=0)
    found = columns(lambda x: sigmoid(inner([*x, x[0] * x[1], 1.0])))
    names = [[(unit.layer, unit.kind) for unit in units] for units in found]
    assert names[0] == [("inputs", ""), ("inputs", ""), ("features", "constant")]
    assert names[1:] == [
        [("features", "*")],
        [("layer 0", "relu")] * 2,
        [("layer 1", "linear")],
        [("output", "sigmoid")],
    ]
    assert found[1][0].sources == list(X) and found[-1][0].sources == [found[-2][0].value]


def test_a_neuron_that_is_used_twice():
    """A neuron that is used twice is two units, with the same weights."""
    neuron = Neuron(2, "tanh", seed=0)
    *_, first, last = columns(lambda x: neuron([neuron(x), x[1]]))
    assert first[0].weights == last[0].weights == neuron.w and last[0].sources == [first[0].value, X[1]]


def test_described():
    """Ready for JSON, units and parameters are named by their places."""
    model = MLP(2, [2, 1], "tanh", seed=0)
    parameters = model.parameters()
    inputs, hidden, (output,) = described(columns(model), parameters)
    assert inputs[0] == {"name": "x0", "layer": "inputs", "kind": "", "sources": [], "weights": [], "bias": -1}
    assert [unit["sources"] for unit in hidden] == [[0, 1]] * 2 and output["sources"] == [2, 3]
    assert [parameters[i] for i in (*output["weights"], output["bias"])] == model.layers[1].parameters()


def test_first_weights_are_within_their_ranges():
    """The first weights of many networks are within the ranges, and come close to them; biases are 0."""
    models = [MLP(2, [4, 1], seed=seed) for seed in range(60)]
    for p, twins in zip(models[0].parameters(), zip(*(model.parameters() for model in models))):
        bound = first_ranges(unit for units in columns(models[0]) for unit in units)[p]
        largest = max(abs(twin.data) for twin in twins)
        assert largest == 0 == bound if p.label[0] == "b" else 0.9 * bound < largest <= bound


def test_the_numbers_of_neurons():
    """The trace gives the data and the gradients of all nodes of all neurons as the engine computes them."""
    model, t = MLP(2, [3, 2, 1], "tanh", seed=0), placeholder("t")
    parameters, units = model.parameters(), [unit for column in columns(model) for unit in column]
    loss = binary_cross_entropy([units[-1].value], [t])
    neurons = Neurons(units, loss, [*X, t], parameters)
    _, run = make_runner(neurons.trace, "python")
    _, rows = run([p.data for p in parameters], [[0.5], [-1.0], [1.0]], 1)
    x = Vector([Value(0.5), Value(-1.0)])
    layers = [list(x)]
    for layer in model.layers:
        layers.append([neuron(layers[-1]) for neuron in layer.neurons])
    binary_cross_entropy(layers[-1], [1.0]).backward()
    expected = [unit for layer in layers for unit in layer]
    for unit, shown, value in zip(units, neurons.units, expected):
        if shown is None:
            assert unit.value in X
            continue
        out = shown["nodes"][-1]
        assert neurons.nodes[out] is unit.value
        assert [rows[out][0], rows[out + len(neurons.nodes)][0]] == pytest.approx([value.data, value.grad], rel=1e-12)
        for p in (*unit.weights, unit.bias):
            place = neurons.nodes.index(p)
            assert place in shown["nodes"]
            assert [rows[place][0], rows[place + len(neurons.nodes)][0]] == pytest.approx([p.data, p.grad], rel=1e-12)
    assert not any(map(math.isnan, (row[0] for row in rows)))


def test_neurons_of_one_shape_share_a_picture():
    """There is a picture for each shape of neuron, and its nodes stand for those of each neuron."""
    model, t = MLP(2, [3, 3, 1], "tanh", seed=0), placeholder("t")
    units = [unit for column in columns(model) for unit in column]
    neurons = Neurons(units, (units[-1].value - t) ** 2, [*X, t], model.parameters())
    assert len(neurons.pictures) == 3
    assert [shown and shown["picture"] for shown in neurons.units] == [None, None, 0, 0, 0, 1, 1, 1, 2]
    assert all(picture.count('class="data"') >= 9 for picture in neurons.pictures)
