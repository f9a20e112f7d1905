"""Tests of live pictures: a script finds every number, every arrow and every colour."""

import re
from xml.etree import ElementTree

import pytest

from scalargrad import draw, parse
from scalargrad.engine import Constant, topological_order
from scalargrad.losses import cross_entropy
from scalargrad.nn import MLP
from scalargrad.pages.live import FIELDS, colours, live_svg
from scalargrad.pictures.themes import THEMES
from scalargrad.shapes import Vector

GRAPHS = {
    "formula": lambda: parse("a**2 * sigmoid(a*x + b) - 3 / b", a=2, x=-1, b=0.5)[0],
    "used twice": lambda: parse("a*a + a*a*b", a=2, b=1)[0],
    "network": lambda: MLP(2, [3, 1], seed=0)(Vector([1.0, 2.0])),
    "loss": lambda: cross_entropy(MLP(2, [3, 3], seed=0)(Vector([1.0, 2.0])), [1.0, 0.0, 0.0]),
}


@pytest.fixture(params=GRAPHS)
def graph(request):
    """A graph with all that pictures have: names used twice, constants, groups."""
    return GRAPHS[request.param]()


def found(svg, name, mark):
    """What the groups of one class say of themselves."""
    return [part.get(mark) for part in ElementTree.fromstring(svg).iter("g") if part.get("class") == name]


def test_every_number_is_found(graph):
    """Each node has its data, which twins repeat, and its gradient; each arrow between them has its local derivative."""
    order, svg = topological_order(graph), live_svg(graph, partials=True)
    shown = {str(i) for i, node in enumerate(order) if not isinstance(node, Constant)}
    assert set(found(svg, "data", "data-node")) == shown
    assert sorted(found(svg, "grad", "data-node")) == sorted(shown)
    edges = {use for uses in found(svg, "edge", "data-uses") for use in uses.split()}
    assert edges == {f"{i}-{k}" for i, node in enumerate(order) for k, _ in enumerate(node.inputs)}
    assert set(found(svg, "partial", "data-use")) <= edges
    assert len(found(svg, "partial", "data-use")) > 0


def test_nothing_else_is_in_it(graph):
    """Every colour is one of a theme's, no number is written, and no sign, no name of Graphviz's and no address is left."""
    svg = live_svg(graph, partials=True)
    assert set(re.findall('(?:fill|stroke)="([^"]*)"', svg)) <= {
        *(f"var(--{name.replace('_', '-')})" for name in FIELDS)
    } | {
        "none",
        "transparent",
    }
    assert not re.search("[\ue000-\uf8ff]|#0000|://|<title|xmlns| id=", svg)
    for part in ElementTree.fromstring(svg).iter("g"):
        if part.get("class") in ("data", "grad", "partial"):
            assert [text.text for text in part.iter("text")] == [None]


def test_it_is_short(graph):
    """Lengths have one digit behind the point, and what all parts share is said in the style sheet."""
    svg = live_svg(graph, partials=True)
    assert not re.search(r'[" ,](points|d|x|y)="[^"]*\.\d\d', svg)
    assert not re.search('stroke="var\\(--line\\)"|fill="var\\(--(text|note)\\)"|text-anchor="start"|16.00', svg)


def test_the_layout_is_of_draw():
    """The boxes stand in the columns and rows in which `draw` has them, a little further apart."""
    y = GRAPHS["formula"]()
    order, source = topological_order(y), draw(y, names=True).source
    assert len(found(live_svg(y), "node", "data-node")) == len(re.findall(r"^  n\d+ \[", source, re.MULTILINE)) == len(order)


def test_groups_fold():
    """Of a folded layer there is one box, with the numbers of its outputs; unfolded, it has a frame."""
    y = GRAPHS["network"]()
    folded, frames = live_svg(y, depth=1), live_svg(y)
    assert len(found(folded, "data", "data-node")) < len(found(frames, "data", "data-node"))
    assert [each for each in found(frames, "cluster", "data-group") if each]
    assert [each for each in found(folded, "node", "data-group") if each]


def test_colours_are_those_of_the_themes():
    """Each colour of a theme is a variable, with one number for light pages and one for dark ones."""
    light, dark = colours().split("@media")
    for theme, css in (("light", light), ("dark", dark)):
        assert re.findall(r"--([\w-]+): (#\w+);", css) == [
            (name.replace("_", "-"), getattr(THEMES[theme], name)) for name in FIELDS
        ]
