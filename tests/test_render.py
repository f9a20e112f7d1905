"""Tests of rendering: by the machine's dot, by the package's Graphviz, and by neither."""

import html
import os
import re
import shutil
import sys

import graphviz
import pytest

from scalargrad import Value, draw, parse
from scalargrad.pictures.render import RenderError, _by_command, _by_package, render

LABELS = ["x<y", "w{0}", "a|b", r"\N", '"quotes"', "Greek αβ", "🙂", "a & b", "[1]>"]


@pytest.fixture
def no_dot(monkeypatch):
    """A machine without the dot command."""
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def no_package(monkeypatch):
    """A Python without pygraphviz."""
    monkeypatch.setitem(sys.modules, "pygraphviz", None)


def texts(svg):
    """The texts of an SVG picture."""
    return [
        html.unescape(text).replace("\N{NO-BREAK SPACE}", " ")
        for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg.decode())
    ]


@pytest.mark.parametrize(("format", "beginning"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_formats(format, beginning, no_dot):
    """Each format begins as files of that format do, on a machine without dot."""
    assert render(draw(Value(1)).source, format).startswith(beginning)


def test_a_png_is_sharp():
    """A PNG has 192 dots to the inch, and an SVG keeps its points."""
    picture = "digraph {\n  n0 [shape=box width=1 height=1 fixedsize=true]\n}\n"
    png = render(picture, "png")
    width = int.from_bytes(png[16:20], "big")
    assert 192 <= width <= 240
    assert b'width="80pt"' in render(picture, "svg")


def test_the_main_job(no_dot):
    """The picture of sigmoid(a*x + b) shows the names, the value and the gradients, on a machine without dot."""
    y, _ = parse("sigmoid(a*x + b)", a=2, x=-1, b=0.5)
    y.backward()
    shown = texts(render(draw(y).source, "svg"))
    assert {"a", "x", "b", "*", "+", "sigmoid", "0.1824", "-0.1491", "0.2983", "0.1491"} <= set(shown)


@pytest.mark.parametrize(
    "renderer",
    [
        pytest.param(_by_command, marks=pytest.mark.skipif(shutil.which("dot") is None, reason="there is no dot")),
        _by_package,
    ],
)
def test_labels_are_shown_as_they_are(renderer):
    """Whatever a label contains, the text in the picture is the label, and so it is on the edges."""
    leaves = [Value(1, label) for label in LABELS]
    assert set(texts(renderer(draw(*leaves, operation_nodes=True).source, "svg"))) >= set(LABELS)
    products = [leaf * 2 for leaf in leaves]
    for product, label in zip(products, reversed(LABELS)):
        product.label = label
    shown = {text.strip() for text in texts(renderer(draw(*products, partials=True).source, "svg"))}
    assert shown >= {f"∂{one}/∂{other} =" for one, other in zip(reversed(LABELS), LABELS)}


def test_without_graphviz(no_dot, no_package):
    """Where there is no Graphviz at all, the error says how to get one, and a notebook shows that line."""
    picture = draw(Value(1))
    with pytest.raises(RenderError, match="pygraphviz.*: `pip install pygraphviz` .* `apt install graphviz`"):
        render(picture.source, "svg")
    assert "pip install pygraphviz" in picture._repr_mimebundle_()["text/plain"]


def test_without_processes(no_package, monkeypatch):
    """Where no process can be started, as under Pyodide, that counts as a missing Graphviz."""

    def fail(self, **_):
        raise OSError("emscripten does not support processes.")

    monkeypatch.setattr(graphviz.Source, "pipe", fail)
    with pytest.raises(RenderError, match="no Graphviz was found"):
        render("digraph {}", "svg")


def test_a_dot_of_the_machine_comes_first(monkeypatch):
    """The machine's own dot is preferred, and what it complains of is passed on."""
    monkeypatch.setattr(graphviz.Source, "pipe", lambda self, format, quiet: f"{format} by dot".encode())
    assert render("digraph {}", "svg") == b"svg by dot"

    def fail(self, **_):
        raise graphviz.CalledProcessError(1, ["dot"], stderr=b"syntax error in line 1 near \xff\n")

    monkeypatch.setattr(graphviz.Source, "pipe", fail)
    with pytest.raises(
        RenderError, match="^Graphviz could not draw this graph: syntax error in line 1 near \N{REPLACEMENT CHARACTER}$"
    ):
        render("digraph {", "svg")


def test_remarks_of_dot_are_not_printed(tmp_path, monkeypatch, capfd):
    """What dot remarks on fonts while it draws does not come between the lines of a command or a notebook."""
    dot = tmp_path / "dot"
    dot.write_text("#!/bin/sh\ncat > /dev/null\necho 'Warning: cell size too small for content' >&2\necho '<svg/>'\n")
    dot.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert render("digraph {}", "svg") == b"<svg/>\n"
    assert capfd.readouterr() == ("", "")


def test_what_is_no_dot(no_dot, capfd):
    """Text that is no DOT is an error with Graphviz's own reason, and nothing is printed."""
    with pytest.raises(RenderError, match="Graphviz could not draw this graph: .*syntax error"):
        render("digraph {", "svg")
    assert capfd.readouterr() == ("", "")


def test_standard_error_is_given_back(no_dot):
    """After a picture the standard error is where it was, and no file is left open."""
    before = os.fstat(2)
    for _ in range(2):
        descriptors = len(os.listdir("/dev/fd"))
        render("digraph {}", "svg")
    assert (os.fstat(2).st_dev, os.fstat(2).st_ino) == (before.st_dev, before.st_ino)
    assert len(os.listdir("/dev/fd")) == descriptors


def test_without_fonts(no_dot, monkeypatch):
    """On a machine without fonts a picture of empty boxes is refused, except as SVG, whose text finds fonts elsewhere."""
    pygraphviz = pytest.importorskip("pygraphviz")
    draw_it = pygraphviz.AGraph.draw

    def complain(self, **options):
        os.write(2, b"Fontconfig error: Cannot load default config file\n")
        return draw_it(self, **options)

    monkeypatch.setattr(pygraphviz.AGraph, "draw", complain)
    with pytest.raises(RenderError, match="this machine has no fonts for a png: .*fonts-dejavu-core"):
        render("digraph {}", "png")
    assert b"<svg" in render("digraph {}", "svg")
