"""Tests of the neurons and layers that are found in graphs, and of their pictures."""

import copy
import pickle
import re

import pytest

from scalargrad import Value, draw, relu, tanh
from scalargrad.calculus import gradient
from scalargrad.engine import topological_order
from scalargrad.graph import placeholder
from scalargrad.nn import MLP, Layer, Neuron, NeuronParameter
from scalargrad.passes.notation import markup_number
from scalargrad.pictures.boxes import dot_text
from scalargrad.pictures.folding import drawn_as, find_groups
from scalargrad.pictures.render import render
from scalargrad.replay import evaluate


def groups_of(*roots):
    return find_groups(topological_order(*roots))


def inputs(count):
    return [Value(i + 1, f"x{i}") for i in range(count)]


@pytest.mark.parametrize("activation", ["tanh", "leaky_relu", lambda x: x.sigmoid(), None])
@pytest.mark.parametrize("nin", [1, 2, 5])
def test_a_neuron_is_all_that_was_made_of_its_parameters(nin, activation):
    """A neuron's group is its parameters, its products, its sums and its activation, which is last; not its inputs."""
    neuron = Neuron(nin, activation=activation, seed=0) if activation else Neuron(nin, nonlin=False, seed=0)
    x = inputs(nin)
    y = neuron(x)
    (group,) = groups_of(y.exp())
    assert set(group.nodes) == set(topological_order(y)) - set(x)
    assert group.inputs == tuple(x)
    assert group.output is y
    assert len(group.nodes) == len(set(group.nodes))


def test_an_activation_of_several_operations_stays_outside():
    """Of an activation that is no single operation the graph does not say where it ends, so that the sum is the output."""
    y = Neuron(2, activation=lambda x: x * x.sigmoid(), seed=0)(inputs(2))
    (group,) = groups_of(y)
    assert group.output is y.inputs[0] and y not in group.nodes


def test_layers_hold_their_neurons():
    """In an MLP the neurons are in layers, whose inputs are what the layer before them made."""
    model = MLP(2, [3, 2], "tanh", seed=0)
    x = inputs(2)
    y = model(x)
    first, second = groups_of(*y)
    assert [group.name for group in (first, second)] == ["layer 0", "layer 1"]
    assert [part.name for part in first.parts] == ["neuron 0", "neuron 1", "neuron 2"]
    assert (first.activation, second.activation) == ("tanh", "linear")
    assert first.inputs == tuple(x)
    assert second.inputs == tuple(part.output for part in first.parts)
    assert [part.output for part in second.parts] == list(y)
    assert [group.name for group in groups_of(*Layer(2, 2, seed=0)(x))] == ["layer"]


def test_every_use_is_a_group_of_its_own():
    """A network that sees two examples is there twice, and its parameters are in neither."""
    model = MLP(2, [2, 1], seed=0)
    loss = model([1.0, 2.0]) + model([3.0, 4.0])
    groups = groups_of(loss)
    assert [group.name for group in groups] == ["layer 0", "layer 1"] * 2
    assert not any(isinstance(node, NeuronParameter) for group in groups for node in group.all_nodes())


def test_a_recurrent_neuron_is_drawn_once_a_step():
    """A neuron that is fed its own output is a box at each step."""
    neuron = Neuron(2, activation="tanh", seed=0)
    state = Value(0, "h")
    for x in inputs(3):
        state = neuron([x, state])
    source = draw(state, depth=1).source
    assert source.count("<I><B>neuron</B></I>") == 3
    assert source.count("<B>x") == 3 and "w<SUB>" not in source


def test_what_is_no_neuron_has_no_frame():
    """Sums and products of other leaves, and of parameters alone, are no neurons."""
    neuron, other = Neuron(2, seed=0), Neuron(1, index=(1,), seed=0)
    w, b = neuron.w, neuron.b
    a, x = inputs(2)
    for y in (w[0] * x + other.b, a * x + b, a + b, w[0] * x + a, w[0] * w[1], relu(b), b + b):
        assert groups_of(y) == []
        assert "cluster" not in draw(y).source


def test_each_depth_shows_more():
    """At depth 1 layers are boxes, at depth 2 neurons, from depth 3 on all is shown, as without a depth."""
    model = MLP(2, [3, 1], "tanh", seed=0)
    y = model(inputs(2))
    order = topological_order(y)
    groups = find_groups(order)
    count = [len(set(drawn_as(order, groups, depth).values())) for depth in (1, 2, 3, None)]
    assert count == [4, 6, len(order), len(order)]
    assert draw(y, depth=3).source == draw(y).source
    single = Neuron(2, seed=0)(inputs(2))
    assert draw(single, depth=2).source == draw(single).source
    assert len(re.findall(r"label=<<TABLE", draw(single, depth=1).source)) == 3


def test_a_large_network_is_a_picture_of_its_layers():
    """What is drawn counts, not what is in it: a network of hundreds of nodes has one box for each layer."""
    y = MLP(2, [16, 16, 1], seed=0)(inputs(2))
    with pytest.raises(ValueError, match=r"the graph has \d\d\d\d? nodes"):
        draw(y)
    source = draw(y, depth=1).source
    assert re.findall(r"n\d+:e -> n\d+:w", source) == ["n1:e -> n0:w", "n2:e -> n1:w", "n3:e -> n2:w", "n4:e -> n2:w"]
    assert source.count("16 neurons") == 2
    assert draw(y, depth=2, max_nodes=35).source.count("12 more") == 2
    with pytest.raises(ValueError, match="the graph has 35 nodes, and a picture of more than 34"):
        draw(y, depth=2, max_nodes=34)


@pytest.mark.parametrize("depth", [1, 2])
def test_many_inputs_are_one_box(depth):
    """Of more than 16 inputs of folded neurons those that nothing else uses are one box, and each is in one only."""
    x = inputs(18)
    layer = Layer(18, 2, seed=0)
    source = draw(sum(layer(x)), depth=depth).source
    assert ">18 inputs<" in source and "<B>x" not in source
    assert (
        len(re.findall(r"^  (n\d+) \[label=<<TABLE", source, re.MULTILINE)) == 5
    )  # with the layer, and the sum that begins with 0
    assert len(draw(sum(layer(x)), depth=depth).frames()) < 30
    order = topological_order(*layer(x))
    assert drawn_as(order, find_groups(order), depth)[x[0]].output is None
    other = draw(sum(layer(x)) + sum(layer([*x[1:], 5.0])) + x[2], depth=depth).source
    assert re.findall(r">(\d+) inputs<|<B>x<SUB>(\d+)</SUB></B></I>(?! =)|>(5)<", other) == [
        ("17", "", ""),
        ("", "2", ""),
        ("", "", "5"),
    ]
    assert ">16 inputs<" not in draw(sum(Layer(16, 2, seed=0)(x[:16])), depth=depth).source


@pytest.mark.parametrize("depth", [1, 2, None])
def test_every_arrow_has_two_ends(depth):
    """Arrows join nodes that are there, and none is drawn twice between boxes."""
    model = MLP(2, [3, 1], "tanh", seed=0)
    x = inputs(2)
    loss = (model(x) - model([x[0], 0.5])) ** 2 + 0.1 * (model.parameters()[0] ** 2)
    source = draw(loss, depth=depth).source
    nodes = set(re.findall(r"^  ([nt]\d+) \[label", source, re.MULTILINE))
    ports = {
        f"{node}:{port}"
        for node, label in re.findall(r"^  (n\d+) (\[label.*)", source, re.MULTILINE)
        for port in re.findall(r'PORT="(\w+)"', label)
    }
    arrows = re.findall(r"^  ([nt]\d+(?::p\d+)?)(?::e)? -> ([nt]\d+(?::p\d+)?)(?::w)?(?= |$)", source, re.MULTILINE)
    assert len(arrows) == len([line for line in source.splitlines() if "->" in line and "style=invis" not in line])
    assert {end for arrow in arrows for end in arrow} <= nodes | ports
    assert source.count("<B>w<SUB>0,0,0</SUB></B></I></TD>") == 1  # which the penalty is made of
    if depth == 1:
        assert len(arrows) == len(set(arrows))


def test_a_folded_neuron_shows_its_output():
    """The box of a neuron has the number and the gradient of its last node."""
    neuron = Neuron(2, activation="tanh", seed=3)
    y = neuron(inputs(2)) * 2
    y.backward()
    source = draw(y, depth=1).source
    assert dot_text([f">{markup_number(y.data / 2)}<"]) in source and ">2</TD>" in source and "<B>tanh</B>" in source


@pytest.mark.parametrize("depth", [1, 2, None])
def test_a_folded_neuron_keeps_its_label(depth):
    """What somebody has called the output of a neuron is read in its box too."""
    y = MLP(2, [2, 1], seed=0)(inputs(2))
    y.label = "score"
    name = {1: "layer 1: score", 2: "neuron 0: score", None: "score"}[depth]
    assert f"<B>{name}</B>" in draw(y, depth=depth).source


def test_neurons_are_beside_each_other():
    """The neurons of a layer are below one another where arrows point right, and side by side where they point down."""
    y = sum(Layer(2, 6, seed=0)(inputs(2)))
    sizes = {}
    for rankdir in ("LR", "TB"):
        svg = render(draw(y, depth=2, rankdir=rankdir).source, "svg").decode()
        edges = re.search(r"<title>n\d+</title>\s*<path[^>]* d=\"([^\"]*)\"", svg)[1]  # the rounded frame of the layer
        x, y_ = zip(*(map(float, pair.split(",")) for pair in re.findall(r"[-\d.]+,[-\d.]+", edges)))
        sizes[rankdir] = (max(x) - min(x), max(y_) - min(y_))
    assert sizes["LR"][0] < sizes["LR"][1] and sizes["TB"][0] > sizes["TB"][1]


@pytest.mark.parametrize("activation", ["sigmoid", "leaky_relu"])
def test_boxes_of_neurons_are_of_one_width(activation):
    """Neither a long title nor a long number tears the boxes of a layer's neurons apart."""
    layer = Layer(2, 3, activation=activation, index=(0,), seed=0)
    y = sum(layer([Value(1e5), Value(-2.5e4)])) * 1e-3
    svg = render(draw(y, depth=2).source, "svg").decode()
    (box,) = [group for group in re.findall(r'<g id="node\d+".*?</g>', svg, re.DOTALL) if "neuron 0" in group]
    rows = {}
    for points in re.findall(r'<polygon fill="#[^"]*" stroke="(?:none|transparent)" points="([^"]*)"', box):
        x, y_ = zip(*(map(float, point.split(",")) for point in points.split()))
        top = next((row for row in rows if abs(row - min(y_)) < 2), min(y_))  # older versions round
        rows.setdefault(top, []).append((min(x), max(x)))
    assert len(rows) == 9
    left, right = {min(cells)[0] for cells in rows.values()}, {max(cells)[1] for cells in rows.values()}
    assert len(left) == len(right) == 1
    for cells in rows.values():
        assert all(end == pytest.approx(begin, abs=1.1) for (_, end), (begin, _) in zip(sorted(cells), sorted(cells)[1:]))


@pytest.mark.parametrize("depth", [0, -1, 1.5, "1"])
def test_wrong_depths(depth):
    """A depth is a whole number from 1 on."""
    with pytest.raises(
        ValueError, match="depth=.*: 1 shows layers as boxes, 2 neurons, and without a depth everything is shown"
    ):
        draw(Value(1), depth=depth)


def test_graphs_without_numbers():
    """The neurons of a graph of placeholders are found too."""
    source = draw(*Layer(2, 2, seed=0)(placeholder(2, "x")), depth=2).source
    assert source.count("neuron") == 2 and source.count("not fed") == 4


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))], ids=["deepcopy", "pickle"]
)
def test_copies_of_a_model_have_places_too(copied):
    """A copy of a network computes the same, trains by itself, and is drawn in the same way."""
    model = MLP(2, [2, 1], "tanh", seed=0)
    twin = copied(model)
    x = inputs(2)
    assert draw(twin(x)).source == draw(model(x)).source
    twin.parameters()[0].data += 1
    assert twin(x).data != model(x).data
    assert {type(p) for p in twin.parameters()} == {NeuronParameter}


def test_parameters_are_leaves_like_others():
    """Parameters can be replayed on other numbers, and have derivatives as graphs."""
    neuron = Neuron(1, activation="tanh", seed=0)
    y = neuron([Value(2.0)])
    assert evaluate(y, {neuron.w[0]: 0.5, neuron.b: 1.0}) == tanh(2.0)
    y.backward()
    assert gradient(y, neuron.w[0]).data == neuron.w[0].grad
