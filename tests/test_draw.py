"""Tests of pictures as DOT text.

`python tests/test_draw.py` writes the golden files anew; look at the pictures before committing them.
"""

import html
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import scalargrad.pictures.picture
from scalargrad import Value, draw, exp, group, leaky_relu, parse, sqrt, tanh
from scalargrad.graph import Variable
from scalargrad.losses import cross_entropy
from scalargrad.nn import MLP, Neuron
from scalargrad.pictures.boxes import gradient_text
from scalargrad.pictures.errors import RenderError
from scalargrad.pictures.picture import Picture
from scalargrad.pictures.render import render
from scalargrad.vectors import add, convolve2d, dot, matmul

GOLDEN = Path(__file__).parent / "golden"


def after_backward(text, **values):
    y, _ = parse(text, **values)
    y.backward()
    return y


def two_roots():
    a, b = Value(2, "a"), Value(3, "b")
    return a * b, a + b


def dot_product():
    y = dot([Value(2, "w1"), Value(-1, "w2")], [Value(0.5, "x1"), Value(3, "x2")])
    y.backward()
    return y


def affine_map():
    z = add(matmul(Variable([[1, 0], [0, -1]], "A"), Variable([1, 2], "x")), Variable([1, 1], "b"))
    for i, each in enumerate(z):
        each.label = f"z[{i}]"
        each.backward()
    return z


def perceptron():
    neuron = Neuron(2, activation="step", seed=1)
    y = neuron([Value(1, "x1"), Value(-2, "x2")])
    y.backward()
    return y


def neuron(count):
    y = Neuron(count, activation="tanh", seed=1)([Value(0.5 * (i + 1), f"x{i + 1}") for i in range(count)])
    y.backward()
    return y


def network(*sizes, activation="tanh"):
    y = MLP(2, sizes, activation, seed=1)([Value(1, "x1"), Value(-1, "x2")])
    y.backward()
    return y


def convolution():
    signal, kernel = (
        [Value(x, f"x{i + 1}") for i, x in enumerate((1, 3, 2))],
        [Value(k, f"k{i + 1}") for i, k in enumerate((-1, 1))],
    )
    ((y1, y2),) = convolve2d([signal], [kernel])
    y1.label, y2.label = "y1", "y2"
    y1.backward()
    y2.backward()
    return y1, y2


def typography():
    theta, x, w = Value(2, "theta_1"), Value(3e9, "x_{t-1}"), Value(-0.25, "w[0][1]")
    y = sqrt(theta**2 - x * w / 7) + 0.5**theta
    y.label = "loss"
    y.backward()
    return y


def not_finite():
    x = Value(float("inf"), "x")
    y = x - x * 0.5
    y.backward()
    return y


def recurrence(count, grouped=True):
    def step(h, x, w, u, b):
        return tanh(w * h + u * x + b)

    step = group("step")(step) if grouped else step
    w, u, b, h = Value(0.5, "w"), Value(-0.3, "u"), Value(0.1, "b"), Value(0, "h0")
    for t in range(1, count + 1):
        h = step(h, Value((-1) ** t / t, f"x{t}"), w, u, b)
        h.label = f"h{t}"
    h.backward()
    return h


def classifier():
    loss = cross_entropy(MLP(2, [3, 3], "tanh", seed=1)([Value(1, "x1"), Value(-1, "x2")]), 1)
    loss.label = "J"
    loss.backward()
    return loss


def edges():
    image = [[Value(i * j, f"p[{i}][{j}]") for j in range(3)] for i in range(3)]
    return convolve2d(image, [[Value(-1, "k[0][0]"), Value(1, "k[0][1]")], [Value(0, "k[1][0]"), Value(0.5, "k[1][1]")]])


LABELS = ["x<y", "w{0}", "a|b", r"\N", '"q" \'', "αβ", "🙂", "&amp;", "\x01"]

PICTURES = {
    "sigmoid": lambda: draw(after_backward("sigmoid(a*x + b)", a=2, x=-1, b=0.5)),
    "sigmoid_dark": lambda: draw(after_backward("sigmoid(a*x + b)", a=2, x=-1, b=0.5), theme="dark"),
    "sigmoid_print": lambda: draw(after_backward("sigmoid(a*x + b)", a=2, x=-1, b=0.5), theme="print"),
    "named_steps": lambda: draw(after_backward("c = a*x; d = c + b; e = sigmoid(d)", a=2, x=-1, b=0.5)),
    "frame": lambda: draw(parse("c = a*x; d = c + b; e = sigmoid(d)", a=2, x=-1, b=0.5)[0], partials=True).frames()[7],
    "partials": lambda: draw(after_backward("d = a + b; e = b - c; Y = d * e", a=2, b=3, c=1), partials=True),
    "unnamed_partials": lambda: draw(after_backward("-(a*x) - b", a=2, x=-1, b=0.5), partials=True),
    "dot_product": lambda: draw(dot_product()),
    "affine_map": lambda: draw(*affine_map()),
    "perceptron": lambda: draw(perceptron()),
    "neuron": lambda: draw(neuron(3)),
    "network": lambda: draw(network(2, 1)),
    "network_neurons": lambda: draw(network(3, 3, 1), depth=2),
    "network_layers": lambda: draw(network(16, 16, 1, activation="relu"), depth=1),
    "network_circles": lambda: draw(MLP(2, [4, 4, 1], "tanh", seed=1)),
    "convolution": lambda: draw(*convolution()),
    "skip_connection": lambda: draw(after_backward("h = tanh(w*x); y = h + x", w=0.5, x=2), partials=True),
    "shared_node": lambda: draw(after_backward("b = a + a; c = b + b", a=2), partials=True),
    "operation_nodes": lambda: draw(after_backward("tanh(x*w + 2)", x=1, w=-1), operation_nodes=True),
    "not_computed_yet": lambda: draw(parse("a * 2", a=3)[0]),
    "two_roots": lambda: draw(*two_roots(), rankdir="TB"),
    "names": lambda: draw(after_backward("sigmoid(a*x + b)", a=2, x=-1, b=0.5), names=True, partials=True),
    "typography": lambda: draw(typography(), names=True, partials=True),
    "not_finite": lambda: draw(not_finite()),
    "worksheet": lambda: draw(after_backward("d = a + b; e = b - c; Y = d * e", a=2, b=3, c=1), blank="grad"),
    "recurrence": lambda: draw(recurrence(6, grouped=False)),
    "recurrence_down": lambda: draw(recurrence(6, grouped=False), rankdir="TB", partials=True),
    "steps": lambda: draw(recurrence(2), operation_nodes=True),
    "steps_folded": lambda: draw(recurrence(4), depth=1),
    "classifier": lambda: draw(classifier(), depth=1),
    "classifier_open": lambda: draw(classifier(), theme="dark"),
    "matrices": lambda: draw(edges()),
    "matrices_folded": lambda: draw(edges(), depth=1),
    "many_neurons": lambda: draw(network(16, 16, 1), depth=2),
    "labels": lambda: draw(*(Value(1, label) for label in LABELS)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_the_golden_ones(name):
    """The DOT text of each picture is that of its golden file, which somebody has looked at."""
    assert PICTURES[name]().source == (GOLDEN / f"{name}.dot").read_text(encoding="utf-8")


@pytest.mark.slow("starts several processes")
def test_a_picture_is_the_same_in_every_process():
    """Neither addresses nor hashes show in the text."""
    program = "from scalargrad import *; print(draw(parse('sigmoid(a*x + b)', a=2, x=-1, b=0.5)[0]).source)"
    runs = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in "123"
    }
    assert len(runs) == 1


def without_fonts(source):
    """The text of a picture with room in place of its texts, so that the layout is the same whatever fonts there are.

    A letter takes half its size, the average of Helvetica, and a line 1.2 times.
    """

    def room(content):
        size = float(re.search(r'POINT-SIZE="(\d+)"|$', content)[1] or re.search(r"fontsize=(\d+)", source)[1])
        letters = len(html.unescape(re.sub("<[^>]*>", "", content)))
        return f'FIXEDSIZE="TRUE" WIDTH="{8 + letters * size / 2:.0f}" HEIGHT="{8 + 1.2 * size:.0f}"'

    def cell(match):
        attributes, content = match.groups()
        return f"<TD{attributes if 'FIXEDSIZE' in attributes else f'{attributes} {room(content)}'}></TD>"

    source = re.sub(r"<TD([^>]*)>((?:(?!<TABLE|<TD).)*?)</TD>", cell, source)
    title = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR><TD {}></TD></TR></TABLE>'
    return re.sub(
        r"label=<(?!<TABLE)(.*)> labeljust", lambda match: f"label=<{title.format(room(match[1]))}> labeljust", source
    )


@pytest.mark.parametrize(
    "name", ["sigmoid", "named_steps", "partials", "dot_product", "perceptron", "neuron", "shared_node"]
)
def test_text_is_large_on_a_slide(name):
    """Scaled to a 16:9 slide of 960 by 540 points, no text is smaller than 16, up to a neuron with three inputs."""
    source = PICTURES[name]().source
    svg = render(without_fonts(source), "svg").decode()
    assert "<text" not in svg
    width, height = map(float, re.search(r'width="(\d+)pt" height="(\d+)pt"', svg).groups())
    smallest = min(map(float, re.findall(r'(?:fontsize=|POINT-SIZE=")([\d.]+)', source)))
    assert smallest * min(960 / width, 540 / height) >= 16


def test_every_edge_is_drawn():
    """x * x has two edges, each with the local derivative."""
    x = Value(3)
    assert draw(x * x, partials=True).source.count("n0 -> n1 [label=<") == 2


def test_a_shared_node_is_drawn_once():
    """A node that several roots were made from has one box."""
    product, total = two_roots()
    assert draw(product, total, product).source.count("[label=<<TABLE") == 4


def test_gradients_not_computed_yet_are_not_zero():
    """Before backward a gradient is said to be missing; afterwards a gradient of 0 is a 0."""
    x, y = Value(2), Value(0)
    z = x * y
    assert draw(z).source.count("<I>not yet</I>") == 3
    z.backward()
    assert "not yet" not in draw(z).source
    assert gradient_text(x) == "0"
    x.grad = 0
    assert gradient_text(x) == "not yet"
    x.grad = 3
    assert gradient_text(x) == "3"


def test_names_on_edges_are_escaped():
    """The names in a local derivative are text like any other."""
    x = Value(1, "x<")
    y = exp(x)
    y.label = "y&"
    assert "&#8706;y&amp;/&#8706;(x&lt;) =" in draw(y, partials=True).source


def test_characters_that_xml_has_not_are_replaced():
    """Control characters and the like show as the replacement character."""
    source = draw(Value(1, "\0\x1b\ufffe\ud800")).source
    assert source.count("&#65533;") == 4 and source.isascii()


def test_parameters_show():
    """The fixed exponent of a power is part of its symbol."""
    assert "<B>x<SUP>0.5</SUP></B>" in draw(Value(2) ** 0.5).source
    assert "leaky_relu 0.1" in draw(leaky_relu(Value(2), 0.1)).source


@pytest.mark.parametrize("operation_nodes", [False, True])
def test_the_first_input_is_above_the_second(operation_nodes):
    """Where the order of inputs matters, the layout is told to keep it, and left free where it does not."""
    a, b = Value(1), Value(2)
    for y in (a - b, a / b, a**b):
        assert draw(y, operation_nodes=operation_nodes).source.count("ordering=in") == 1
    assert "ordering" not in draw(a + b, a * b, -a, exp(a), operation_nodes=operation_nodes).source


def test_constants_have_no_gradients():
    """Neither a gradient nor a local derivative is shown for a number written into the expression."""
    x = Value(3)
    source = draw(2 * x, partials=True).source
    assert source.count("grad") == 2 and source.count("-> n2 [label=") == 1


def test_too_large_a_graph():
    """A graph nobody could read is refused with its size, unless the limit is raised."""
    y = sum((Value(i) for i in range(300)), Value(0))
    with pytest.raises(
        ValueError, match="^the graph has 601 nodes, and a picture of more than 500 cannot be read: .*raise max_nodes to 601"
    ):
        draw(y)
    assert draw(y, max_nodes=601).source.count("->") == 600


def processor_time():
    """The seconds of the processes that have ended, however busy the machine is."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.slow("Graphviz takes its time")
def test_shared_weights_are_drawn_soon():
    """A recurrence whose every step uses the same leaf takes Graphviz seconds, and not a minute."""
    x, h = Value(0.5, "x"), Value(0.0)
    for i in range(80):
        h = h * x + Value(i, f"c{i}")
    before = processor_time()
    assert render(draw(h).source, "svg")
    assert processor_time() - before < 10


@pytest.mark.slow("renders many pictures")
def test_small_pictures_are_given_all_the_time():
    """Only the layout of a graph of more than a hundred nodes stops early, and its frames stop where it does."""
    small, large = (draw(sum((Value(i) for i in range(n)), Value(0))) for n in (49, 70))
    assert "nslimit" not in small.source
    assert {re.search(r"nslimit=\S+", each.source)[0] for each in (large, *large.frames())} == {"nslimit=5.6"}


@pytest.mark.parametrize("name", PICTURES)
def test_the_source_is_ascii(name):
    """Whatever is written in a picture, its source has no letter that a wrong encoding can spoil, but for emojis."""
    assert PICTURES[name]().source.replace("🙂", "").isascii()


def test_names():
    """On request each node has the name that `explain` calls it by, and so have derivatives; nothing else changes."""
    y = after_backward("tanh(a * x) + 1", a=2, x=3)
    plain, named = draw(y, partials=True).source, draw(y, partials=True, names=True).source
    assert re.findall(r"<I><B>(.*?)</B></I>", plain) == ["a", "x"]
    assert re.findall(r"<I><B>(.*?)</B></I>", named) == ["a", "x", *(f"v<SUB>{i}</SUB>" for i in (1, 2, 3))]
    assert "&#8706;v<SUB>2</SUB>/&#8706;v<SUB>1</SUB> =" in named and "&#8706;" not in plain


def test_one_label_several_boxes():
    """Values with one label are told apart by primes, as `explain` does."""
    source = draw(Value(1, "x_1") * Value(2, "x_1") * Value(3, "x_1")).source
    assert re.findall(r"<I><B>(.*?)</B></I>", source) == [f"x<SUB>1</SUB>{prime}" for prime in ("", "&#8242;", "&#8243;")]


def numbers(source):
    """The numbers in the boxes of a picture."""
    return re.findall(r">(data|grad)</TD><TD[^>]*>([^<]*)<", source)


def test_worksheets():
    """What is left blank is empty, whatever sign it has, and has the room that it needs."""
    y = after_backward("d = a + b; e = b - c; Y = d * e", a=2, b=3, c=12345.5)
    c, whole = y.inputs[1].inputs[1], draw(y).source
    for blank, left_out in (
        ("grad", lambda i, name: name == "grad"),
        ("data", lambda i, name: name == "data" and i in (2, 4, 5)),
        ([y, c], lambda i, name: i in (3, 5)),
        (c, lambda i, name: i == 3),
    ):
        sheet = draw(y, blank=blank).source
        expected = [(n, "" if left_out(i // 2, n) else x) for i, (n, x) in enumerate(numbers(whole))]
        assert numbers(sheet) == expected
        assert re.findall(r'WIDTH="(\d+)"', sheet) == re.findall(r'WIDTH="(\d+)"', whole)
    assert "#F3DCE8" in whole and "#F3DCE8" not in draw(y, blank="grad").source


@pytest.mark.parametrize("blank", ["both", 3, [Value(1)], ["a"]])
def test_unknown_blanks(blank):
    """What is neither a kind of numbers nor a node of the graph is refused with a sentence."""
    with pytest.raises(ValueError, match="^blank=.*: what is left blank is 'grad', 'data', or nodes of this graph"):
        draw(Value(2, "x"), blank=blank)


def test_what_cannot_be_drawn():
    """Things that are no Values, and directions that there are none, are refused with a sentence."""
    for strangers in ((2.0,), ([Value(1), "y"],), (Value(1), 2.0), ([],), ()):
        with pytest.raises(TypeError, match=r"draw takes one Value or several, as in draw\(y\) and draw\(y, z\)"):
            draw(*strangers)
    for timeout in (0, -1, float("nan"), float("inf"), "soon", None):
        with pytest.raises(
            ValueError, match=f"timeout={timeout!r}: the time for a picture is a number of seconds, more than 0"
        ):
            draw(Value(1), timeout=timeout)
    with pytest.raises(ValueError, match="theme='pink': the theme of a picture is one of light, dark, print"):
        draw(Value(1), theme="pink")
    with pytest.raises(ValueError, match="rankdir='left': the direction of a picture is one of LR, RL, TB, BT"):
        draw(Value(1), rankdir="left")


def test_save_writes_the_source(tmp_path):
    """A .dot file holds the source, in UTF-8, and its ending may be in capitals."""
    picture = draw(Value(1, "α"))
    for path in (tmp_path / "graph.dot", str(tmp_path / "GRAPH.DOT")):
        picture.save(path)
        assert Path(path).read_text(encoding="utf-8") == picture.source


@pytest.mark.parametrize("name", ["graph.jpg", "graph", ".svg.", "svg"])
def test_unknown_endings(name, tmp_path):
    """A file whose ending is no format is not written, and the sentence lists the formats."""
    with pytest.raises(ValueError, match="the ending of a picture's file is one of .svg, .pdf, .png, .dot"):
        draw(Value(1)).save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_shows_the_picture():
    """The representation for notebooks is SVG."""
    assert "<svg" in draw(Value(1))._repr_mimebundle_(include=None, exclude=None)["image/svg+xml"]


@pytest.mark.parametrize("error", [RenderError("no Graphviz"), OSError("no processes"), MemoryError("no memory")])
def test_a_notebook_never_sees_an_error(error, monkeypatch):
    """Whatever is wrong with Graphviz, a notebook shows one line of text in place of the picture."""

    def fail(sources, format, timeout):
        raise error

    monkeypatch.setattr(scalargrad.pictures.picture, "render_all", fail)
    assert Picture("digraph {}")._repr_mimebundle_() == {"text/plain": str(error)}


def test_a_vector_is_drawn_as_its_elements():
    """The picture of a Vector, or of a matrix, is that of all its elements."""
    A = Variable([[1, 0], [0, -1]], "A")
    assert draw(A).source == draw(*A[0], *A[1]).source


if __name__ == "__main__":
    for name, picture in PICTURES.items():
        picture().save(GOLDEN / f"{name}.dot")
