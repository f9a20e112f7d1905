"""Tests of networks as circles and lines."""

import math
import re

import pytest

from scalargrad import draw
from scalargrad.nn import MLP, Layer, Module, Neuron
from scalargrad.pictures.render import render
from scalargrad.pictures.themes import THEMES


def lines_of(source):
    """Each line with its two ends, whether it is dashed, and its width."""
    found = re.findall(r"  (n\d+_\d+) -> (n\d+_\d+) \[(.*) penwidth=([\d.]+)\]", source)
    return {(tail, head): ("dashed" in look, float(width)) for tail, head, look, width in found}


@pytest.mark.parametrize("theme", THEMES)
def test_lines_are_weights(theme):
    """There is a line for each weight, dashed where it is negative in every theme, and the wider the larger it is."""
    model = MLP(3, [4, 2], "tanh", seed=1)
    lines = lines_of(draw(model, theme=theme).source)
    weights = {
        (f"n{k}_{j}", f"n{k + 1}_{i}"): w.data
        for k, layer in enumerate(model.layers)
        for i, neuron in enumerate(layer.neurons)
        for j, w in enumerate(neuron.w)
    }
    assert lines.keys() == weights.keys()
    assert {ends for ends, (dashed, _) in lines.items() if dashed} == {ends for ends, w in weights.items() if w < 0}
    by_weight = [lines[ends][1] for ends in sorted(weights, key=lambda ends: abs(weights[ends]))]
    assert by_weight == sorted(by_weight) and by_weight[-1] == 5


def test_a_network_without_weights():
    """Weights that are all 0 are thin lines."""
    neuron = Neuron(2, seed=0)
    for p in neuron.parameters():
        p.data = 0.0
    assert lines_of(draw(neuron).source) == {("n0_0", "n1_0"): (False, 0.4), ("n0_1", "n1_0"): (False, 0.4)}


@pytest.mark.parametrize("x", [math.inf, -math.inf, math.nan])
def test_weights_that_are_no_numbers(x):
    """Where training has diverged, such a weight has the widest line, and the others those they would have without it."""
    model = MLP(2, [2, 1], seed=0)
    model.layers[0].neurons[0].w[0].data = 0.0
    before = lines_of(draw(model).source)
    model.layers[0].neurons[0].w[0].data = x
    lines = lines_of(draw(model).source)
    assert lines.pop(("n0_0", "n1_0"))[1] == 5
    del before["n0_0", "n1_0"]
    assert lines == before


def test_every_kind_of_network():
    """An MLP, a Layer and a Neuron are drawn, with the sizes and the activations of their layers."""
    assert ">2 &#215; <B>tanh</B>" in draw(Layer(3, 2, activation="tanh", seed=0)).source
    assert ">1 input<" in draw(Neuron(1, seed=0)).source
    assert "<B>neuron</B></I><BR/>1 &#215; <B>relu</B>" in draw(Neuron(3, seed=0)).source
    source = draw(MLP(3, [2, 1], seed=0)).source
    assert ">3 inputs<" in source and ">2 &#215; <B>relu</B>" in source and ">1 &#215; <B>linear</B>" in source


def test_large_layers_are_shortened():
    """Of more than 16 circles the first and the last are shown, with dots between them."""
    source = draw(MLP(64, [16, 17], seed=0)).source
    assert re.findall(r"n\d_dots(?= \[)", source) == ["n0_dots", "n2_dots"]
    assert [len(set(re.findall(rf"n{k}_\d+", source))) for k in range(3)] == [15, 16, 15]
    assert re.findall(r"label=<x<SUB>(\d+)</SUB>>", source) == [str(i) for i in (*range(8), *range(57, 64))]


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_the_circles_are_in_order(rankdir):
    """The inputs, and the neurons of each layer, are beside each other in their order."""
    svg = render(draw(MLP(4, [5, 3], seed=2), rankdir=rankdir).source, "svg").decode()
    centres = dict(re.findall(r'<title>(n\d_\d+)</title>\s*<ellipse[^>]*cx="[^"]*" cy="([^"]*)"', svg))
    if rankdir == "TB":
        centres = dict(re.findall(r'<title>(n\d_\d+)</title>\s*<ellipse[^>]*cx="([^"]*)"', svg))
    for k, count in enumerate((4, 5, 3)):
        row = [float(centres[f"n{k}_{i}"]) for i in range(count)]
        assert row == sorted(row)


def test_other_modules():
    """A model of another form is refused with a sentence that says what can be drawn of it."""

    class Mine(Module):
        def __repr__(self):
            return "Mine()"

    with pytest.raises(TypeError, match=r"draw\(model\) is the picture of an MLP, a Layer or a Neuron, got Mine\(\)"):
        draw(Mine())
