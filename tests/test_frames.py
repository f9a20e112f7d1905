"""Tests of the passes as frames: what each shows, and that nothing moves."""

import re
import shutil

import pytest

from scalargrad import Value, draw, group, parse
from scalargrad.graph import placeholder
from scalargrad.nn import MLP, Layer
from scalargrad.pictures.render import TIMEOUT, _by_command, _by_package
from scalargrad.vectors import convolve2d

RENDERERS = [
    pytest.param(_by_command, marks=pytest.mark.skipif(shutil.which("dot") is None, reason="there is no dot")),
    _by_package,
]


def positions(svg):
    """Where everything of each node is in an SVG: its boxes, by the name of the node, and the size of the picture."""
    svg = svg.decode()
    groups = re.findall(r'<g id="\w+" class="(?:node|cluster)">(.*?)</g>', svg, re.DOTALL)
    places = [re.findall(r'<title>.*?</title>|points="[^"]*"| d="[^"]*"', group) for group in groups]
    return re.search("<svg[^>]*>", svg)[0], places


def deep():
    y = MLP(2, [3, 1], "tanh", seed=0)([Value(1000.25, "x"), Value(-1e-7, "y")])
    return y * y


@group("step")
def step(h, x, w):
    return (w * h + x).tanh()


def recurrence():
    h, w = Value(0.5, "h0"), Value(-1.25, "w")
    for t in range(6):
        h = step(h, Value(1000.5 * t, f"x{t}"), w)
        h.label = f"h{t + 1}"
    return h


def matrices():
    image = [[Value(i - 10 * j, f"p{i}{j}") for j in range(3)] for i in range(3)]
    return convolve2d(image, [[Value(-1, "k1"), Value(1e-5, "k2")], [Value(0, "k3"), Value(0.5, "k4")]]).sum()


GRAPHS = {
    "sigmoid": lambda: parse("sigmoid(a*x + b)", a=2, x=-1, b=0.5)[0],
    "wide numbers": lambda: parse("c = a * b - a / b; c * c * exp(a)", a=-12.5, b=999.75)[0],
    "shared": lambda: parse("b = a + a; c = b * b; c * a", a=-1.5)[0],
    "network": deep,
    "recurrence": recurrence,
    "matrices": matrices,
}


@pytest.mark.slow("renders every frame of several pictures")
@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize(
    "options", [{}, {"partials": True}, {"rankdir": "TB", "operation_nodes": True}, {"depth": 1}, {"depth": 2}], ids=str
)
@pytest.mark.parametrize("name", GRAPHS)
def test_nothing_moves(name, options, renderer):
    """In all frames every node has the same place to the last digit, which is its place before and after backward."""
    y = GRAPHS[name]()
    picture = draw(y, **options)
    frames = picture.frames()
    some = [frames[0], *frames[1:-1:4], frames[-1]]  # every fourth, for pictures take time
    first, *others = map(positions, renderer([each.source for each in (picture, *some)], "svg", TIMEOUT))
    assert len(first[1]) >= 2
    assert others == [first] * len(others)
    y.backward()
    assert positions(*renderer([draw(y, **options).source], "svg", TIMEOUT)) == first


def test_frames_leave_the_graph_alone():
    """Frames begin with gradients of their own, whatever backward has left, and change none."""
    y, leaves = parse("a * x", a=2, x=3)
    before = [frame.source for frame in draw(y).frames()]
    y.backward()
    y.backward()
    after = draw(y).frames()
    assert [frame.source for frame in after] == before
    assert [leaf.grad for leaf in leaves.values()] == [6.0, 4.0]


@pytest.mark.parametrize("options", [{}, {"partials": True}, {"depth": 1}, {"theme": "print"}], ids=str)
def test_the_last_frame_is_the_picture(options):
    """The last frame is the picture after backward, and the first one has no number but those in the expression."""
    y = deep() + 2
    frames = draw(y, **options).frames()
    assert re.findall(r'HEIGHT="27">([^<]+)', frames[0].source) == []
    y.backward()
    assert frames[-1].source == draw(y, **options).source


def test_a_node_used_twice_gets_its_gradient_edge_by_edge():
    """The gradient of x in x * x + x grows with each of its three edges, which are pointed out one after another."""
    x = Value(3, "x")
    frames = draw(x * x + x).frames()
    backward = [frame.source for frame in frames if "arrowtail=normal" in frame.source]
    shown = [re.search(r"<B>x</B>.*?>grad<.*?>([^<]*)</TD>", source)[1] for source in backward]
    assert shown == ["", "1", "4", "7"]
    arrows = [re.search(r"(n\d -> n\d) .*arrowtail=normal", source)[1] for source in backward]
    assert arrows == ["n1 -> n2", "n0 -> n2", "n0 -> n1", "n0 -> n1"]


def test_what_appears_is_pointed_out():
    """Between the first and the last frame each shows one step: one colour for a fresh number, thick arrows for its way."""
    first, *between, last = [frame.source for frame in draw(parse("a * x + 1", a=2, x=3)[0]).frames()]
    assert all("#F6EC6E" not in source and "penwidth=4" not in source for source in (first, last))
    assert [source.count("#F6EC6E") for source in between] == [2] + [1] * (len(between) - 1)
    assert [source.count("penwidth=4") for source in between] == [0, 2, 2, 0, 1, 1, 1]


def test_several_roots():
    """Each of several results has a gradient of 1 in the last frame."""
    a, b = Value(2, "a"), Value(3, "b")
    assert draw(a * b, a + b).frames()[-1].source.count(">1</TD>") == 2


def test_folded_frames_show_what_can_be_seen():
    """Steps inside a folded layer, or between two, are no frames, so that every frame differs from the one before."""
    for y in (deep(), MLP(1, [4, 4, 1], seed=0)([Value(1)])):
        sources = [frame.source for frame in draw(y, depth=1).frames()]
        assert all(one != other for one, other in zip(sources, sources[1:]))
        assert len(sources) < 30


def test_gradients_flow_into_folded_layers():
    """The arrows from a folded layer are pointed out while gradients flow back on them, though it shows no number."""
    one, other = Layer(1, 2, seed=0)([Value(1.0)])
    backward = [frame.source for frame in draw(one * other, depth=1).frames() if "arrowtail=normal" in frame.source]
    assert [re.findall(r"(n\d+):e -> (n\d+):w .*arrowtail=normal", source) for source in backward[:2]] == [
        [("n0", "n2")],
        [("n1", "n0")],
    ]


def test_frames_need_numbers():
    """The frames of a graph that waits for placeholders are an error which names them, while its picture is none."""
    x = placeholder("x")
    picture = draw(x * x, partials=True)
    assert picture.source.count("not fed") == 2 and "-> n1\n" in picture.source
    with pytest.raises(AttributeError, match="there is no number yet: feed x"):
        picture.frames()
