"""Tests of groups: what is in them, frames, folding, and what their boxes show."""

import re

import pytest

from scalargrad import Value, draw, exp, group, tanh
from scalargrad.engine import topological_order
from scalargrad.losses import cross_entropy, mean_squared_error
from scalargrad.nn import MLP, Neuron
from scalargrad.pictures.folding import drawn_as, find_groups
from scalargrad.vectors import Vector, convolve2d, softmax


def groups_of(*roots):
    return find_groups(topological_order(*roots))


def values(count, name="x"):
    return [Value(0.5 * i - 1, f"{name}{i}") for i in range(count)]


def titles(picture):
    """The names in a picture, of boxes, rows and frames, in alphabetical order."""
    return sorted(re.findall(r"<I><B>(.*?)</B></I>(?! =)", picture.source))


@group("step")
def step(h, x, w):
    return tanh(w * h + x)


@group("outer")
def outer(x):
    return exp(step(x * 2, 1.0, Value(0.5, "w")))


def test_a_group_is_what_its_call_has_built():
    """Between the arguments and the results: not the arguments, and of what comes from elsewhere only what it alone uses."""
    h, x, w, other = Value(1.0, "h"), Value(2.0, "x"), Value(3.0, "w"), Value(4.0, "other")
    mine = Value(5.0, "mine")

    @group("g")
    def function(h, x):
        return h * w + mine * x + other

    y = function(h, x)
    (found,) = groups_of(y, other * w)
    assert set(found.nodes) == set(topological_order(y)) - {h, x, w, other}
    assert found.inputs == (h, x) and found.outputs == {y: ""} and found.output is y


@pytest.mark.parametrize("captured", [False, True])
def test_groups_nest(captured):
    """A call inside a call is a part, also where it takes more than it was given."""
    x = Value(1.0, "x")
    hidden = x * x

    @group("inner")
    def inner(z):
        return z + (hidden if captured else z)

    @group("around")
    def around(z):
        return exp(inner(z * 2))

    (found,) = groups_of(around(x))
    (part,) = found.parts
    assert (found.name, part.name) == ("around", "inner")
    assert not set(found.nodes) & set(part.nodes)
    assert set(found.all_nodes()) == set(found.nodes) | set(part.nodes)


def test_overlapping_groups_are_torn_apart():
    """Where a function uses what another one keeps, no node is in both groups."""
    kept = []

    @group("first")
    def first(x):
        kept.append(x * 3)
        return kept[0] + 1

    @group("second")
    def second(x):
        return kept[0] * x

    x = Value(1.0, "x")
    y = second(first(x))
    nodes = [node for each in groups_of(y) for node in each.all_nodes()]
    assert len(nodes) == len(set(nodes)) and kept[0] not in nodes
    assert draw(y).source.count("subgraph") == 2


def test_each_depth_folds_one_level():
    """At depth 1 the outer group is a box, at depth 2 the inner one in the frame of the outer one; without, all is open."""
    y = outer(Value(1.0, "x"))
    assert titles(draw(y, depth=1)) == ["outer", "x"]
    assert titles(draw(y, depth=2)) == ["outer", "step", "w", "x"]
    assert draw(y, depth=3).source == draw(y).source
    assert draw(y).source.count("subgraph") == 2


def test_a_recurrence_folds_to_a_chain():
    """Steps that are groups are one box each, and each has one arrow from the step before it."""
    h, w = Value(0.0, "h0"), Value(0.5, "w")
    for t, x in enumerate(values(5)):
        h = step(h, x, w)
        h.label = f"h{t + 1}"
    source = draw(h, depth=1).source
    assert re.findall(r"<B>(step: h)<SUB>", source) == ["step: h"] * 5
    boxes = re.findall(r"^  (n\d+) \[label=.*step: h", source, re.MULTILINE)
    assert all(
        len(re.findall(rf"^  {one}:e -> {other}:w", source, re.MULTILINE)) == 1 for one, other in zip(boxes, boxes[1:])
    )


def test_a_classifier_is_a_picture_of_a_textbook():
    """At depth 1 the loss of a network is its inputs, a box for each layer, and one for the loss."""
    loss = cross_entropy(MLP(2, [4, 3], "tanh", seed=0)(values(2)), 1)
    loss.label = "J"
    source = draw(loss, depth=1).source
    assert titles(draw(loss, depth=1)) == ["cross_entropy: J", "layer 0", "layer 1", "x<SUB>0</SUB>", "x<SUB>1</SUB>"]
    assert len(re.findall(r"n\d+:e -> n\d+:w", source)) == 4 and "cluster" not in source


def test_several_results_are_rows():
    """A folded group of several results has a row with each of its numbers, which arrows leave from."""
    p = softmax(values(3, "z"))
    source = draw(p[0] * p[1] + p[2], depth=1).source
    assert [f"[{i}]" for i in range(3)] == re.findall(r"<B>(\[\d\])</B>", source)
    assert re.findall(r"n\d+:(p\d):e -> n\d+:w", source) == ["p0", "p1", "p2"]
    p[0].label = "p"
    assert "<B>p</B>" in draw(*p, depth=1).source


@pytest.mark.parametrize("count, left_out", [(8, 0), (9, 5), (16, 12)])
@pytest.mark.parametrize("rankdir, dots", [("LR", "&#8942;"), ("TB", "&#8943;")])
def test_of_many_rows_some_show(count, left_out, rankdir, dots):
    """Of more than eight rows the first three and the last one show, and how many are between them."""
    source = draw(sum(softmax(values(count, "z"))), depth=1, rankdir=rankdir).source
    assert len(re.findall(r'PORT="p\d+"', source)) == (4 if left_out else count)
    assert re.findall(rf"{dots} (\d+) more", source) == ([str(left_out)] if left_out else [])


def test_what_is_left_out_keeps_its_arrows():
    """An arrow from a row that is left out is drawn where no other row of the box says as much."""
    p = softmax(values(12, "z"))
    source = draw(p[5] * 2, p[6] + p[11], p[0] * p[7], *p, depth=1).source
    assert len(re.findall(r"n\d+:more:e -> n\d+:w", source)) == 1  # the sum and the other product have one already
    layers = draw(MLP(2, [12, 12], seed=0)(values(2)), depth=2).source
    assert len(re.findall(r"n\d+:p\d+:e -> n\d+:p\d+:w", layers)) == 16 and ":more" not in layers


def test_parameters_of_folded_groups():
    """What a group was given shows; the parameters of which only folded groups are made, and nothing else, do not."""
    neuron = Neuron(1, activation="tanh", seed=0)

    @group("cell")
    def cell(h, w):
        return neuron([w * h])

    h, w = Value(1.0, "h"), Value(2.0, "w")
    assert titles(draw(cell(cell(h, w), w), depth=1)) == ["cell", "cell", "h", "w"]
    assert "w<SUB>" not in draw(cell(cell(h, w), w), depth=1).source
    assert "w<SUB>0" in draw(cell(cell(h, w), w), neuron.w[0] * 2, depth=1).source


@pytest.mark.parametrize("depth", [None, 1])
def test_a_matrix_of_leaves_is_one_box(depth):
    """A matrix that a call was given is one box, with a cell for each number, and one thick arrow to the group."""
    image, kernel = [values(3, "p") for _ in range(3)], [values(2, "k") for _ in range(2)]
    y = convolve2d(image, kernel)
    source = draw(y, depth=depth).source
    assert len(re.findall(r"^  n\d+ \[label=<<TABLE BORDER=.0. CELLBORDER=.0. CELLSPACING=.2.", source, re.MULTILINE)) == 2
    names = [name for name in titles(draw(y, depth=depth)) if name[0] in "pk"]
    assert len(names) == 13
    if depth is None:
        assert source.count("penwidth=3") == 2
    ((*_, last),) = y[-1:]
    last.backward()
    assert draw(y, depth=depth).source.count("not yet") < source.count("not yet")


def test_what_is_no_matrix_is_not_one_box():
    """A symmetric matrix, one with zeros and one with an empty row are drawn number by number: in a box some would miss."""
    a, b, c, d, e, f = x = values(6)
    total = group("total")(lambda rows: sum(sum(row) for row in rows))
    for rows in ([[a, b, c], [b, d, e], [c, e, f]], [[a, b, 0.0], [0.0, d, e], [c, 0.0, f]], [[], x]):
        assert all(drawn_as(topological_order(y), groups_of(y), 1)[each] is each for y in [total(rows)] for each in x)


def test_of_few_numbers_each_has_its_box():
    """A vector of three numbers is three boxes, and so are numbers that the graph had before."""
    assert len(titles(draw(softmax(values(3)), depth=1))) == 7
    z = [x * 2 for x in values(5)]
    assert draw(softmax(z), depth=1).source.count(">&#215;<") == 5


def test_losses_are_groups():
    """The frame of a loss has its name, whatever network it is the loss of."""
    loss = mean_squared_error([Neuron(2, seed=0)(values(2))], [1.0])
    assert [each.name for each in groups_of(loss)] == ["neuron", "mean_squared_error"]


def test_frames_of_groups_show_each_step():
    """In the frames of a folded recurrence each step has its number, one after another, and then its gradient."""
    h, w = Value(0.5, "h0"), Value(0.5, "w")
    for x in values(3):
        h = step(h, x, w)
    h.backward()
    picture = draw(h, depth=1)
    frames = picture.frames()
    assert frames[-1].source == picture.source
    shown = [source.count("<B>step</B>") for source in (frame.source for frame in frames)]
    assert set(shown) == {3}
    forward = [frame.source for frame in frames if "penwidth=4]" in frame.source]
    assert len(forward) == 3


def test_a_result_that_is_drawn_alone():
    """A node inside a group may be drawn too, and a group of one node is a group."""
    y = outer(Value(1.0, "x"))
    assert titles(draw(y, y.inputs[0], depth=1)) == ["outer", "x"]
    assert titles(draw(group("one")(exp)(Value(1.0)), depth=1)) == ["one"]


def test_every_node_is_drawn_as_something():
    """At every depth each node is itself or in one folded group, except parameters that do not show."""
    loss = cross_entropy(Vector(MLP(2, [2, 2], seed=0)(values(2))), 0)
    order = topological_order(loss)
    for depth in (None, 1, 2, 3):
        drawn = drawn_as(order, find_groups(order), depth)
        assert set(order) - set(drawn) == set()


def test_the_cells_of_a_matrix_are_equally_wide():
    """A matrix has one width for all of its cells, which is enough for the longest number and name."""

    @group("f")
    def f(matrix, x):
        return matrix[0][0] * x + matrix[0][1] * x + matrix[1][0] + matrix[1][1]

    for label in ("k", "the weights of attention"):
        matrix = [[Value(1, f"{label}[{i}][{j}]") for j in range(2)] for i in range(2)]
        y = f(matrix, -0.034567)
        y.backward()
        (box,) = re.findall(r'CELLSPACING="2".*', draw(y, depth=1).source)
        assert len(set(re.findall(r'WIDTH="\d+"', box))) == 1
