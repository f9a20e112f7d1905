"""Tests of neurons, layers and networks."""

import functools
import json
import math
import pickle
import random
import statistics

import numpy
import pytest

from scalargrad import Value, draw, leaky_relu, relu, sigmoid, softplus, tanh
from scalargrad.engine import Constant, topological_order
from scalargrad.losses import binary_cross_entropy, cross_entropy, hinge, mean_squared_error, perceptron_loss
from scalargrad.nn import MLP, Layer, Module, Neuron, first_weight
from scalargrad.vectors import add, convolve2d, max_pool2d, reshape


def test_a_neuron_is_a_weighted_sum():
    """A neuron computes activation(w1 x1 + w2 x2 + b), on numbers and on Values."""
    neuron = Neuron(2, activation="tanh")
    for p, x in zip(neuron.parameters(), (0.5, -1.5, 0.25)):
        p.data = x
    assert neuron([2, 3]).data == math.tanh(0.5 * 2 - 1.5 * 3 + 0.25)
    assert neuron([Value(2), Value(3)]).data == neuron((2, 3)).data
    assert Neuron(1, nonlin=False)([1.0]).operation.symbol == "+"


def test_a_network_is_an_expression():
    """An MLP is its layers one behind the other, the last without an activation."""
    model = MLP(2, [3, 2, 1], seed=1)
    x = [0.5, -1.0]
    y = model(x)

    def layer(inputs, layer, activation):
        return [activation(sum((w * i for w, i in zip(n.w, inputs)), Value(0)) + n.b) for n in layer.neurons]

    expected = layer(layer(layer(x, model.layers[0], relu), model.layers[1], relu), model.layers[2], lambda s: s)
    assert y.data == pytest.approx(expected[0].data, rel=1e-14)
    assert y.operation.symbol == "+"


def test_micrograds_calls():
    """What micrograd's demo calls is there, and gives what it gives there."""
    model = MLP(2, [16, 16, 1])
    assert len(model.parameters()) == 337
    assert [len(layer.neurons) for layer in model.layers] == [16, 16, 1]
    y = model([Value(1.0), Value(-1.0)])
    assert isinstance(y, Value)
    y.backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert not any(p.grad for p in model.parameters())
    assert len(Layer(3, 2)([1, 2, 3])) == 2
    assert isinstance(Layer(3, 1)([1, 2, 3]), Value)
    assert Neuron(2, nonlin=False).parameters()[-1].data == 0


def test_inputs_come_in_every_form():
    """A list, a tuple, an array, a generator and, for one input, the number itself are inputs, with one node for each."""
    model = MLP(2, [3, 1], seed=0)
    results = {model(inputs).data for inputs in ([1.0, 2.0], (1, 2), numpy.array([1, 2]), iter([1, Value(2)]))}
    assert len(results) == 1
    assert sum(type(node) is Constant for node in topological_order(model([1.0, 2.0]))) == 2
    single = MLP(1, [1, 2, 1], seed=0)
    assert single(0.5).data == single([0.5]).data == single(Value(0.5)).data


def test_every_hidden_layer_has_the_activation():
    """The activation is that of all layers but the last, whose weights are drawn for none."""
    model = MLP(2, [3, 3, 3, 1], "tanh", seed=0)
    assert [layer.neurons[0].activation for layer in model.layers] == [tanh, tanh, tanh, None]
    for layer, spread in (
        (Layer(10, 1000, activation=tanh, seed=0), math.sqrt(6 / 1010)),
        (Layer(100, 20, seed=0), math.sqrt(6 / 100)),
        (Layer(100, 20, nonlin=False, seed=0), math.sqrt(6 / 120)),
    ):
        assert 0.9 * spread < max(abs(p.data) for p in layer.parameters()) <= spread


def test_the_activation_may_come_second():
    """Neuron(3, "tanh") and Layer(3, 4, "tanh") are what MLP(3, [4, 1], "tanh") is made of; False stays micrograd's."""
    for kind in ("tanh", tanh):
        for second, named in (
            (Neuron(3, kind, seed=0), Neuron(3, activation=kind, seed=0)),
            (Layer(3, 4, kind, seed=0), Layer(3, 4, activation=kind, seed=0)),
            (MLP(3, [4, 4, 1], kind, seed=0), MLP(3, [4, 4, 1], activation=kind, seed=0)),
        ):
            assert repr(second) == repr(named) and "tanh" in repr(second)
            assert second.state_dict() == named.state_dict()
    for linear in (Neuron(3, False), Neuron(3, nonlin=False), Neuron(3, False, "tanh"), Layer(3, 1, False).neurons[0]):
        assert linear.activation is None
    assert Neuron(3, True).activation is Neuron(3).activation is relu
    assert Neuron(3, True, "tanh").activation is tanh


@pytest.mark.parametrize("activation", ["tanh", tanh, lambda x: x.tanh()])
def test_activations_by_name_and_by_function(activation):
    """An activation may be the name of an operation, the operation, or any function of a Value."""
    neuron = Neuron(1, activation=activation, seed=0)
    assert neuron([2.0]).data == math.tanh(2 * neuron.w[0].data)


def test_a_seed_makes_a_model_reproducible():
    """The same seed gives the same weights, another seed others, and without one random.seed decides."""
    numbers = [list(MLP(2, [3, 1], seed=seed).state_dict().values()) for seed in (1, numpy.int64(1), random.Random(1), 2)]
    assert numbers[0] == numbers[1] == numbers[2] != numbers[3]
    weights = [p.data for p in MLP(2, [2, 2, 2], seed=1).parameters() if p.label.startswith("w")][:8]
    assert len(set(weights)) == len(weights)
    free = []
    for _ in range(2):
        random.seed(7)
        free.append(MLP(2, [3, 1]).state_dict())
    assert free[0] == free[1]


@pytest.mark.parametrize(
    ("activation", "variance"),
    [(relu, 2 / 8), (leaky_relu, 2 / 8), (softplus, 2 / 8), (tanh, 2 / (8 + 4)), (None, 2 / (8 + 4)), (sigmoid, 2 / 12)],
)
def test_first_weights_have_the_variance_of_he_and_glorot(activation, variance):
    """The variance is 2 / nin for rectifiers and 2 / (nin + nout) for the others, with mean 0."""
    generator = random.Random(0)
    weights = [first_weight(activation, 8, 4, generator) for _ in range(20_000)]
    assert statistics.variance(weights) == pytest.approx(variance, rel=0.05)
    assert statistics.mean(weights) == pytest.approx(0, abs=0.02)


def test_labels_show_the_place():
    """Parameters are called w[neuron][input] in a layer, with the layer in front in a network, and so in pictures."""
    assert [p.label for p in Neuron(2).parameters()] == ["w[0]", "w[1]", "b"]
    assert [p.label for p in Layer(2, 2).parameters()] == ["w[0][0]", "w[0][1]", "b[0]", "w[1][0]", "w[1][1]", "b[1]"]
    model = MLP(1, [1, 1])
    assert [p.label for p in model.parameters()] == ["w[0][0][0]", "b[0][0]", "w[1][0][0]", "b[1][0]"]
    assert "w<SUB>1,0,0</SUB>" in draw(model([1.0])).source


class Shared(Module):
    """A module with parameters in every place where they are looked for."""

    def __init__(self):
        self.scale = Value(1.0)
        self.again = self.scale
        self.layers = [Layer(1, 1), {"last": (Neuron(1), Value(2.0))}]
        self.computed = self.scale * 2
        self.constant = self.computed.inputs[1]
        self.name = "shared"
        self.array = numpy.array([Value(3.0)])
        self.myself = self


def test_named_parameters():
    """Parameters are found in attributes, modules, lists and dictionaries, once each, and nothing else is one."""
    model = Shared()
    assert list(model.named_parameters()) == [
        "scale",
        "layers[0].neurons[0].w[0]",
        "layers[0].neurons[0].b",
        "layers[1]['last'][0].w[0]",
        "layers[1]['last'][0].b",
        "layers[1]['last'][1]",
        "array[0]",
    ]
    assert model.parameters()[0] is model.scale


def test_the_state_goes_through_json():
    """What state_dict returns is plain data, and makes another model the same."""
    model, twin = MLP(2, [3, 1], seed=1), MLP(2, [3, 1], seed=2)
    twin.load_state_dict(json.loads(json.dumps(model.state_dict())))
    assert twin.state_dict() == model.state_dict()
    assert twin([1, 2]).data == model([1, 2]).data


def test_models_go_through_pickle():
    """A pickled model has the same numbers, and its parameters are still its own."""
    model = MLP(2, [3, 1], "tanh", seed=1)
    twin = pickle.loads(pickle.dumps(model))
    assert twin([1, 2]).data == model([1, 2]).data
    assert twin.state_dict() == model.state_dict()
    assert not {*twin.parameters()} & {*model.parameters()}


def test_a_state_that_does_not_fit_changes_nothing():
    """A name too few, a name too many, or something that is no number is refused before the first parameter changes."""
    model = MLP(1, [1], seed=0)
    state = model.state_dict()
    name = "layers[0].neurons[0].w[0]"
    for wrong, sentence in (
        ({k: v for k, v in state.items() if k != name}, rf"'{name}' is missing, so this is the state of another model"),
        ({**state, "w": 1.0}, "'w' is not a parameter, so this is the state of another model"),
        ({**dict.fromkeys(state, 9.0), "layers[0].neurons[0].b": "nine"}, "a Value holds one real number"),
        (
            {**dict.fromkeys(state, 9.0), "layers[0].neurons[0].b": math.nan},
            r"load_state_dict: 'layers[0].neurons[0].b' is nan",
        ),
        ({**dict.fromkeys(state, 9.0), name: math.inf}, rf"load_state_dict: '{name}' is inf"),
    ):
        with pytest.raises((ValueError, TypeError), match=sentence.replace("[", r"\[")):
            model.load_state_dict(wrong)
        assert model.state_dict() == state


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: Neuron(3)([1, 2]), "Neuron with 3 weights was given 2 inputs"),
        (lambda: MLP(2, [2, 1])([1, 2, 3]), "Neuron with 2 weights was given 3 inputs"),
        (lambda: MLP(2, [2, 1])(numpy.ones((2, 5))), "a network takes one example at a time, a number or Value for each"),
        (lambda: Neuron(2)(["1", "2"]), "a network takes one example at a time"),
        (lambda: Neuron(2, seed=1.5), "seed=1.5: a seed is a whole number or a random.Random"),
        (lambda: Neuron(0), "Neuron(0): a neuron needs one input or more"),
        (lambda: Layer(2, 0), "Layer(2, 0): a layer needs one neuron or more"),
        (lambda: MLP(2, []), "MLP(2, []): a network needs the sizes of one layer or more"),
        (
            lambda: Neuron(2, activation="rellu"),
            "activation='rellu': there is no such operation of one number; take one like 'relu'",
        ),
        (lambda: MLP(2, 3), "MLP(2, 3): a network needs the sizes of one layer or more, as in MLP(2, [16, 1])"),
        (lambda: MLP(2, [1], "rleu"), "activation='rleu': there is no such operation of one number"),
        (lambda: Neuron(2, False, "rleu"), "activation='rleu': there is no such operation of one number"),
        (lambda: Neuron(2, activation="maximum"), "activation='maximum': there is no such operation of one number"),
        (lambda: Neuron(2, activation=["relu"]), "activation=['relu']: there is no such operation of one number"),
        (lambda: Layer(2, 3, "rleu"), "activation='rleu': there is no such operation of one number"),
        (lambda: Neuron(2, 1), "activation=1: there is no such operation of one number"),
        (
            lambda: Neuron(2, "tanh", "sigmoid"),
            "Neuron(2, 'tanh', activation='sigmoid'): there is one activation, so give one",
        ),
        (lambda: Neuron(2, activation=None), "activation=None: there is no such operation"),
    ],
)
def test_what_is_no_network(call, sentence):
    """Sizes and names that cannot be are refused, and inputs are never cut to fit."""
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    assert str(error.value).startswith(sentence)


def test_representations():
    """A module says how it is built."""
    assert repr(MLP(2, [3, 1], "tanh")) == "MLP of [Layer(2, 3, tanh), Layer(3, 1, linear)]"
    assert repr(Neuron(2)) == "Neuron(2, relu)"
    assert repr(Layer(2, 3)) == "Layer(2, 3, relu)"
    assert repr(Neuron(1, activation=functools.partial(leaky_relu, slope=0.1))).startswith("Neuron(1, functools.partial(")


class Convolutional(Module):
    """A kernel, shared by all windows of an image, with pooling."""

    def __init__(self):
        self.kernel = [[Value(0.5), Value(-1.0)], [Value(1.5), Value(0.25)]]
        self.output = Neuron(4, nonlin=False, seed=0)

    def __call__(self, image):
        return self.output(reshape(max_pool2d([[relu(x) for x in row] for row in convolve2d(image, self.kernel)], 2), -1))


class Skipping(Module):
    """Four layers, round each of which there is a skip connection."""

    def __init__(self):
        self.layers = [Layer(2, 2, activation="sigmoid", seed=seed) for seed in range(4)]

    def __call__(self, x):
        for layer in self.layers:
            x = add(x, layer(x))
        return x[0]


class Recurrent(Module):
    """A cell, used again for each element of a sequence."""

    def __init__(self):
        self.cell = Layer(3, 2, activation="tanh", seed=0)

    def __call__(self, sequence):
        state = [0.0, 0.0]
        for x in sequence:
            state = self.cell([x, *state])
        return state[0]


IMAGES = [[[math.sin(k * (5 * i + j + 1)) for j in range(5)] for i in range(5)] for k in (1, 2, 3)]
POINTS = [(0.3, -0.7), (1.1, 0.4), (-0.6, 0.9)]


@pytest.mark.parametrize(
    ("model", "inputs", "loss", "targets"),
    [
        (Neuron(2, nonlin=False, seed=3), POINTS, perceptron_loss, [1, -1, 1]),
        (MLP(2, [4, 1], "tanh", seed=1), POINTS, binary_cross_entropy, [0, 1, 1]),
        (MLP(2, [5, 5, 1], seed=4), POINTS, hinge, [1, -1, 1]),
        (MLP(2, [4, 4, 5], seed=1), POINTS, cross_entropy, [2, 4, 0]),
        (Convolutional(), IMAGES, binary_cross_entropy, [0, 1, 1]),
        (Skipping(), POINTS, mean_squared_error, [1.0, -1.0, 0.5]),
        (Recurrent(), [image[0] * 4 for image in IMAGES], mean_squared_error, [1.0, -1.0, 0.5]),
    ],
)
def test_gradients_are_slopes(model, inputs, loss, targets):
    """The gradient of each parameter of a network is the slope of the loss, by central differences of fourth order."""

    def losses(p, shifts):
        x, results = p.data, []
        for shift in shifts:
            p.data = x + shift
            results.append(loss([model(each) for each in inputs], targets).data)
        p.data = x
        return results

    loss([model(each) for each in inputs], targets).backward()
    h = 1e-3
    for name, p in model.named_parameters().items():
        a, b, c, d = losses(p, (-2 * h, -h, h, 2 * h))
        assert p.grad == pytest.approx((a - 8 * b + 8 * c - d) / (12 * h), rel=1e-6, abs=1e-8), name
    assert sum(p.grad != 0 for p in model.parameters()) > 2


def test_nan_in_the_data_reaches_the_loss():
    """An example with a nan in it is named by the loss, whatever the network has made of it."""
    model = MLP(2, [4, 1], seed=0)
    with pytest.raises(ValueError, match="the output for example 1 is nan; the inputs may contain nan"):
        binary_cross_entropy([model((0, 1)), model((math.nan, 1))], [0, 1])
