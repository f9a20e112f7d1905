"""Tests of where things go: twins, ports, rows and the main line, and how long arrows get."""

import functools
import math
import operator
import re
import resource

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value, draw, group, tanh
from scalargrad.engine import Constant, topological_order
from scalargrad.losses import cross_entropy
from scalargrad.nn import MLP
from scalargrad.passes.notation import MARKUP
from scalargrad.passes.steps import Writer, node_names
from scalargrad.pictures.folding import drawn_as, find_groups
from scalargrad.pictures.layout import RANKS, Layout, Twin
from scalargrad.pictures.places import Row
from scalargrad.pictures.render import render
from scalargrad.pictures.rows import COLUMNS, walk
from scalargrad.vectors import Vector, convolve2d, softmax


def layout_of(*roots, depth=None):
    order = topological_order(*roots)
    groups = find_groups(order)
    names = Writer(MARKUP, node_names(order)).names
    labelled = {node: names[node] for node in order if node.label}
    return Layout(roots, order, groups, drawn_as(order, groups, depth), labelled)


def recurrence(count, named=True, grouped=False):
    w, u, b, h = Value(0.5, "w"), Value(-0.3, "u"), Value(0.1, "b"), Value(0.0, "h0")

    def step(h, x):
        return tanh(w * h + u * x + b)

    step = group("step")(step) if grouped else step
    for t in range(1, count + 1):
        h = step(h, Value(math.sin(t), f"x{t}"))
        h.label = f"h{t}" if named else ""
    return h


def network(*sizes):
    return MLP(2, sizes, seed=1)([Value(0.5, "x1"), Value(-1, "x2")])


def classifier():
    return cross_entropy(MLP(2, [4, 3], "tanh", seed=1)([Value(0.5, "x1"), Value(-1, "x2")]), 1)


def convolution():
    image = [[Value(3 * i + j, f"p{i}{j}") for j in range(3)] for i in range(3)]
    return convolve2d(image, [[Value(0.1, "k1"), Value(-0.4, "k2")], [Value(0.6, "k3"), Value(0.1, "k4")]])


@group("head")
def head(q, keys, values):
    return softmax(keys @ q) @ values


def attention():
    keys, values = (Vector([[Value(i - j, f"{name}{i}{j}") for j in range(2)] for i in range(3)]) for name in "kv")
    return head(Vector([Value(0.3, "q1"), Value(-0.5, "q2")]), keys, values)


def end_value(layout, arrow):
    """The Value, or Values, that an arrow comes from."""
    if isinstance(arrow.tail, Twin):
        return {arrow.tail.value}
    if isinstance(arrow.tail, Row):
        return {node for node, row in layout.row_of.items() if row == arrow.tail}
    return {node for node in layout.drawn if layout.box(node) is arrow.tail}


def assert_complete(layout):
    """Every use of a Value that is not inside a box is one arrow, from the Value or from a twin of it."""
    drawn = [use for arrows in layout.arrows.values() for arrow in arrows for use in arrow.uses]
    assert sorted((id(node), i) for node, i in drawn) == sorted((id(node), i) for _, node, i in layout.uses)
    for arrows in layout.arrows.values():
        for arrow in arrows:
            assert {node.inputs[i] for node, i in arrow.uses} <= end_value(layout, arrow)
    for twin in layout.twins:
        assert any(arrow.tail is twin for arrows in layout.arrows.values() for arrow in arrows)
    for chain in layout.chains():
        assert len(set(chain)) == len(chain) and set(chain) <= set(layout.boxes)


@group("one")
def one(x):
    return softmax(Vector([x * 1.5, x * 2]))[0]


@group("both")
def both(x, y):
    """Calls whose results are those of groups in them."""
    return one(x) + one(y)


@pytest.mark.parametrize("depth", [None, 1, 2, 3])
@pytest.mark.parametrize(
    "roots",
    [
        lambda: [recurrence(9, grouped=True)],
        lambda: [classifier()],
        convolution,
        attention,
        lambda: [recurrence(9, False)],
        lambda: [both(Value(1.0), Value(2.0))],
    ],
)
def test_every_use_is_an_arrow(roots, depth):
    """What is drawn says all that the graph says, at every depth."""
    roots = [each for root in roots() for each in (root if isinstance(root, Vector) else [root])]
    assert_complete(layout_of(*roots, depth=depth))


KINDS = ["", "", "name", "group", "nested"]


@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.sampled_from(KINDS)), min_size=1),
    st.sampled_from([None, 1, 2, 3]),
)
def test_every_use_of_any_graph_is_an_arrow(moves, depth):
    """So it is of random graphs, of names and groups that come anywhere."""
    nodes = [Value(0.1, "a"), Value(0.2), Constant(2.0)]
    for i, j, kind in moves:
        x, y = nodes[i % len(nodes)], nodes[-1 - j % len(nodes)]
        call = {"group": group(f"g{i}")(lambda x, y: tanh(x * y) + x), "nested": both}.get(kind, operator.add)
        node = call(x, y)
        node.label = f"v{len(nodes)}" if kind == "name" else ""
        nodes.append(node)
    assert_complete(layout_of(*nodes[-2:], depth=depth))


def test_a_leaf_used_far_away_is_drawn_again():
    """The weight of a recurrence has one box, with its gradient, and a twin where it is used later."""
    h = recurrence(4)
    h.backward()
    source = draw(h).source
    assert source.count("<B>w</B></I></TD>") == 1 and source.count("<B>w</B></I> =</TD>") == 3
    assert source.count("style=&quot;dashed") + source.count('style="dashed') == len(layout_of(h).twins)


def test_small_graphs_have_no_twins():
    """Up to some boxes apart, uses share their box."""
    x = Value(1.0, "x")
    y = functools.reduce(lambda y, _: tanh(y), range(RANKS), x)
    assert not layout_of(y + x).twins
    assert layout_of(tanh(y) + x).twins
    assert "dashed" not in draw(x * x + x).source


def test_a_twin_shows_its_number_when_the_box_does():
    """In the frames a twin has a place for its number, which appears with that of the box."""
    h = recurrence(4)
    first, second, *_, last = [frame.source for frame in draw(h).frames()]
    assert re.search("<B>w</B></I> =</TD><TD[^>]*></TD>", first) and ">0.5</TD>" not in first
    assert second.count(">0.5</TD>") == last.count(">0.5</TD>") == 4
    assert re.findall(r"BGCOLOR=\"#F6EC6E\"[^>]*>0.5<", second) and "#F6EC6E" not in last


def test_gradients_flow_through_twins_and_ports():
    """In the backward pass the arrow from a twin is pointed out, and with it the one to the frame."""
    backward = [frame.source for frame in draw(network(2, 1)).frames() if "arrowtail=normal" in frame.source]
    lit = [re.findall(r"^  (\w+) -> (\w+) \[.*?arrowtail=normal(.*)\]$", source, re.MULTILINE) for source in backward]
    both = [each for each in lit if len(each) == 2]
    assert len(both) == 6  # two inputs in two neurons each, and the results of these
    assert all(one[0].startswith("t") and "lhead" in other[2] for one, other in both)


def test_a_frame_has_one_arrow_of_each_value():
    """What several neurons use is a twin in each of them, and one arrow goes to the frame of the layer."""
    layout = layout_of(network(3, 1))
    assert [port.frame.name for port in layout.ports] == ["layer 0"] * 2 + ["layer 1"] * 3
    assert sum(twin.name.startswith("x") for twin in layout.twins) == 6


def test_a_single_use_has_an_arrow_into_the_frame():
    """What is used once in a frame is joined as it is without one."""
    layout = layout_of(recurrence(2, grouped=True))
    assert not layout.ports
    assert len([arrow for arrows in layout.arrows.values() for arrow in arrows if arrow.enters]) >= 5


@pytest.mark.parametrize("grouped, depth", [(False, None), (True, None), (True, 1)])
def test_long_graphs_break_into_rows(grouped, depth):
    """A long graph has rows of a limited width, which break behind nodes with a name, and no arrow joins two of them."""
    layout = layout_of(recurrence(30, grouped=grouped), depth=depth)
    assert set(layout.row.values()) == set(range(max(layout.row.values()) + 1)) and max(layout.row.values()) >= 2
    assert max(layout.column.values()) <= COLUMNS
    for box, arrows in layout.arrows.items():
        for arrow in arrows:
            if not isinstance(arrow.tail, Twin):
                assert layout.row[arrow.tail] == layout.row[box]
    source = draw(recurrence(30, grouped=grouped), depth=depth).source
    assert f"r0 -> r1{' -> r2' if depth else ' -> r2 -> r3'}" in source


def test_without_names_there_are_no_rows():
    """Where a graph has no names it does not break, because one would not find its continuation; names=True gives some."""
    h = recurrence(12, named=False)
    assert set(layout_of(h).row.values()) == {0}
    assert "r0 -> r1" in draw(h, names=True).source


def test_the_main_line_is_straight():
    """In a long graph the arrows of the longest path pull stronger than others."""
    y = Value(1.0, "x")
    for i in range(8):
        y = y * Value(i, f"c{i}") if i % 2 else y + i
    source = draw(y).source
    assert source.count("weight=2") == 8
    assert "weight" not in draw(recurrence(1)).source


def test_walks_are_depth_first():
    """A walk visits everything once, after what it is made of, and ends where things go round."""
    assert walk(["d"], {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}) == ["a", "b", "c", "d"]
    assert sorted(walk(["a"], {"a": ["b"], "b": ["a"]})) == ["a", "b"]


def longest_arrow(svg):
    """The length of the longest arrow over the width of the picture."""
    width = float(re.search(r'width="([\d.]+)pt"', svg)[1])
    longest = 0.0
    for edge in re.findall(r'class="edge">(.*?)</g>', svg, re.DOTALL):
        for path in re.findall(r'<path[^>]* d="([^"]*)"', edge):
            points = [tuple(map(float, point.split(","))) for point in re.findall(r"[-\d.e]+,[-\d.e]+", path)]
            longest = max(longest, sum(math.dist(one, other) for one, other in zip(points, points[1:])))
    return longest / width


CASES = {
    "recurrence": lambda: [recurrence(12)],
    "steps": lambda: [recurrence(12, grouped=True)],
    "network": lambda: [network(4, 1)],
    "classifier": lambda: [classifier()],
    "attention": attention,
}


# Results without a name that are used again at the end, and one arrow from a tall column of inputs to a wide frame.
LONGER = {("classifier", "operation_nodes"): 0.42, ("attention", "rankdir"): 0.6}


@pytest.mark.slow("renders every case in every direction")
@pytest.mark.parametrize("options", [{}, {"partials": True}, {"rankdir": "TB"}, {"operation_nodes": True}], ids=str)
@pytest.mark.parametrize("case", CASES)
def test_no_arrow_is_long(case, options):
    """The longest arrow of each is at most 0.4 of the width, but for two, whatever the direction, and with partials too."""
    svg = render(draw(*CASES[case](), **options).source, "svg").decode()
    assert longest_arrow(svg) <= LONGER.get((case, *options), 0.4)


@pytest.mark.slow("Graphviz takes its time")
@pytest.mark.parametrize("options", [{}, {"partials": True}, {"rankdir": "TB"}, {"operation_nodes": True}], ids=str)
@pytest.mark.parametrize(
    "case",
    [lambda: recurrence(53), lambda: recurrence(53, False), lambda: recurrence(53, grouped=True), lambda: network(16, 4, 1)],
)
def test_large_graphs_are_drawn_soon(case, options):
    """A graph of nearly 500 nodes takes Graphviz less than ten seconds of a processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert render(draw(case(), **options).source, "svg")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 10
