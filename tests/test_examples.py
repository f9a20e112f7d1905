"""Tests of the examples: their gradients are right, and they learn what they are to learn."""

import gc
import gzip
import importlib.util
import math
import sys
from pathlib import Path

import numpy
import pytest

from scalargrad.losses import binary_cross_entropy, cross_entropy, hinge, mean_squared_error
from scalargrad.nn import MLP

FOLDER = Path(__file__).parent.parent / "notebooks" / "examples"


def example(name):
    """The module of an example, whose imports the garbage collector need not look at: it trains twice as fast."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    gc.freeze()
    return module


def check_gradients(model, loss):
    """The gradient of each parameter is the slope of the loss, by central differences of fourth order."""
    model.zero_grad()
    loss().backward()
    for name, p in model.named_parameters().items():
        x, h = p.data, 1e-3
        values = []
        for shift in (-2 * h, -h, h, 2 * h):
            p.data = x + shift
            values.append(loss().data)
        p.data = x
        slope = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * h)
        assert p.grad == pytest.approx(slope, rel=1e-6, abs=1e-8), name


def test_gradients_of_the_perceptron():
    """The gradients of a perceptron and of logistic regression agree with finite differences."""
    perceptron = example("perceptron")
    points, labels = perceptron.clouds(10)
    neuron = perceptron.Neuron(2, nonlin=False, seed=3)
    signs = [2 * label - 1 for label in labels]
    check_gradients(neuron, lambda: perceptron.perceptron_loss([neuron(x) for x in points], signs))
    check_gradients(neuron, lambda: binary_cross_entropy([neuron(x) for x in points], labels))


def test_gradients_of_xor():
    """The gradients of a network with a hidden layer agree with finite differences."""
    xor = example("xor")
    model = MLP(2, [4, 1], "tanh", seed=1)
    check_gradients(model, lambda: binary_cross_entropy([model(x) for x in xor.POINTS], xor.LABELS))


def test_gradients_of_two_moons():
    """The gradients of a network of relu with the hinge loss agree with finite differences."""
    model = MLP(2, [5, 5, 1], seed=4)
    points, labels = [(0.3, -0.7), (1.1, 0.4), (-0.6, 0.9)], [1, -1, 1]
    check_gradients(model, lambda: hinge([model(x) for x in points], labels))


def test_gradients_of_the_convolutional_network():
    """The gradients of shared kernels agree with finite differences."""
    convolution = example("convolution")
    model = convolution.ConvolutionalNetwork(seed=2)
    images, labels = convolution.bars(4)
    assert len(model.parameters()) == 2 * 9 + 3
    check_gradients(model, lambda: binary_cross_entropy([model(image) for image in images], labels))


@pytest.mark.parametrize("skip", [False, True])
def test_gradients_of_the_network_with_skips(skip):
    """The gradients of a deep network agree with finite differences, with skip connections and without."""
    model = example("skip").DeepNetwork(depth=4, skip=skip, seed=1)
    check_gradients(model, lambda: mean_squared_error([model(x) for x in ((0.5, -0.5), (-1.0, 0.25))], [1.0, -1.0]))


def test_gradients_of_the_recurrent_network():
    """The gradients through 20 steps with shared weights agree with finite differences."""
    recurrent = example("recurrent")
    model = recurrent.RecurrentNetwork(seed=1)
    inputs, labels = recurrent.sequences(2)
    assert len(inputs[0]) == 20
    check_gradients(model, lambda: binary_cross_entropy([model(x) for x in inputs], labels))


def test_gradients_of_the_digits():
    """The gradients of a network with softmax and cross-entropy agree with finite differences."""
    model = MLP(3, [4, 4, 5], seed=1)
    check_gradients(model, lambda: cross_entropy([model([0.1, 0.9, 0.4]), model([0.8, 0.2, 0.0])], [2, 4]))


def test_skip_connections_keep_the_gradient():
    """With skip connections at least a hundred times more gradient reaches the first of 20 layers."""
    skip = example("skip")
    assert skip.first_gradient(skip=True) > 100 * skip.first_gradient(skip=False)


def test_sessions_train(capsys):
    """The define-then-run examples separate two clouds, and the four clouds of exclusive or."""
    example("sessions").main()
    assert capsys.readouterr().out.count("100% right") == 2


SAYS = {
    "perceptron": "perceptron: 100 of 100 right\nlogistic regression: 100 of 100 right\n",
    "xor": "1 xor 0 is 1, and the network says 1\n1 xor 1 is 0, and the network says 0\n",
    "recurrent": "100 of 100 new sequences right",
}


@pytest.mark.parametrize("name", SAYS)
def test_examples_print_their_results(name, capsys):
    """Each example, run as it stands, learns its task."""
    example(name).main()
    assert SAYS[name] in capsys.readouterr().out


def test_the_convolutional_network_learns(capsys):
    """Of a hundred new images at least 95 are told right."""
    example("convolution").main()
    parameters, right = [int(word) for word in capsys.readouterr().out.split() if word.isdigit()][:2]
    assert parameters == 21 and right >= 95


def test_two_moons_are_learned(tmp_path):
    """The network gets all 100 points right, and its decision boundary can be drawn."""
    pytest.importorskip("matplotlib").use("Agg")
    moons = example("moons")
    model, points, labels, accuracies = moons.train(steps=60)
    assert accuracies[-1] == 1
    moons.draw_boundary(model, points, labels, tmp_path / "moons.png")
    assert (tmp_path / "moons.png").read_bytes().startswith(b"\x89PNG")


def test_digits_are_learned():
    """Of 360 digits that the network has not seen at least 95 % are right."""
    digits = example("digits")
    x, y, x_test, y_test = digits.load()
    assert (len(x), len(x_test), x.max()) == (1437, 360, 1)
    model = MLP(64, [32, 32, 10], seed=1)
    losses = digits.train(model, x, y, epochs=3)
    assert losses == sorted(losses, reverse=True)
    accuracy = numpy.mean(numpy.array(digits.predict(model, x_test)) == y_test)
    assert accuracy >= 0.95


def test_the_digits_example_reads_mnist(tmp_path, monkeypatch, capsys):
    """With a folder of MNIST's files the same example trains on them."""
    generator = numpy.random.default_rng(0)
    for part, n in (("train", 40), ("t10k", 20)):
        labels = generator.integers(0, 10, n).astype("u1")
        images = generator.integers(0, 256, (n, 28, 28)).astype("u1")
        for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
            header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
            (tmp_path / f"{part}-{kind}-ubyte.gz").write_bytes(gzip.compress(header + array.tobytes()))
    monkeypatch.setattr(sys, "argv", ["digits.py", str(tmp_path), "--images", "30", "--epochs", "1"])
    example("digits").main()
    assert "of 7 images that the network has not seen are right" in capsys.readouterr().out


def test_nan_in_the_data_is_named_where_it_happens():
    """An example with a nan in it is named by the loss, and a learning rate that explodes by the optimizer or the loss."""
    xor = example("xor")
    model = MLP(2, [4, 1], seed=0)
    with pytest.raises(ValueError, match="the output for example 1 is nan; the inputs may contain nan"):
        binary_cross_entropy([model((0, 1)), model((math.nan, 1))], [0, 1])
    optimizer = xor.Adam(model.parameters(), lr=1e200)
    with pytest.raises((ValueError, FloatingPointError), match="learning rate"):
        for _ in range(5):
            optimizer.zero_grad()
            mean_squared_error([model(x) for x in xor.POINTS], xor.LABELS).backward()
            optimizer.step()
