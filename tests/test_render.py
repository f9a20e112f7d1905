"""Tests of rendering: by the machine's dot, by the package's Graphviz, and by neither."""

import html
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from scalargrad import Value, draw, parse
from scalargrad.passes.labels import is_expression
from scalargrad.pictures.errors import RenderError
from scalargrad.pictures.render import TIMEOUT, _by_command, _by_package, render, render_all

LABELS = ["x<y", "w{0}", "a|b", r"\N", '"quotes"', "Greek αβ", "🙂", "a & b", "[1]>"]


# Each node has an arrow to the 60 after it, which takes Graphviz minutes.
ENDLESS = f"digraph {{ {' '.join(f'{i} -> {i + k}' for i in range(300) for k in range(1, 60))} }}"


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
    assert {"a", "x", "b", "×", "+", "sigmoid", "0.1824", "−0.1491", "0.2983", "0.1491"} <= set(shown)


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
    assert set(texts(*renderer([draw(*leaves, operation_nodes=True).source], "svg", TIMEOUT))) >= set(LABELS)
    others = [*LABELS[1:], LABELS[0]]
    products = [Value(1, label) * 2 for label in LABELS]
    for product, label in zip(products, others):
        product.label = label
    pictures = renderer([draw(product, partials=True).source for product in products], "svg", TIMEOUT)
    shown = {text.strip() for picture in pictures for text in texts(picture)}
    names = {label: f"({label})" if is_expression(label) else label for label in LABELS}
    assert shown >= {f"∂{names[one]}/∂{names[other]} =" for one, other in zip(others, LABELS)}


def test_without_graphviz(no_dot, no_package):
    """Where there is no Graphviz at all, the error says how to get one, and a notebook shows that line."""
    picture = draw(Value(1))
    with pytest.raises(RenderError, match="pygraphviz.*: `pip install pygraphviz` .* `apt install graphviz`"):
        render(picture.source, "svg")
    assert "pip install pygraphviz" in picture._repr_mimebundle_()["text/plain"]


def test_without_processes(monkeypatch):
    """Where no process can be started, as under Pyodide, that counts as a missing Graphviz."""

    def fail(*_, **__):
        raise OSError("emscripten does not support processes.")

    monkeypatch.setattr(subprocess, "Popen", fail)
    with pytest.raises(RenderError, match="no Graphviz was found"):
        render("digraph {}", "svg")


def test_a_dot_of_the_machine_comes_first(fake_dot):
    """The machine's own dot is preferred, and what it complains of is passed on."""
    fake_dot("cat; echo $@")
    assert render_all(["digraph {}", "digraph { a }"], "svg") == [
        b"digraph {}-Kdot -Tsvg\n",
        b"digraph { a }-Kdot -Tsvg\n",
    ]
    fake_dot("printf 'syntax error in line 1 near \\377\\n' >&2; exit 1")
    with pytest.raises(
        RenderError, match="^Graphviz could not draw this graph: syntax error in line 1 near \N{REPLACEMENT CHARACTER}$"
    ):
        render("digraph {", "svg")


def test_remarks_of_dot_are_not_printed(fake_dot, capfd):
    """What dot remarks on fonts while it draws does not come between the lines of a command or a notebook."""
    fake_dot("cat > /dev/null\necho 'Warning: cell size too small for content' >&2\necho '<svg/>'")
    assert render("digraph {}", "svg") == b"<svg/>\n"
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow("renders many pictures")
def test_many_pictures_are_those_of_each(no_dot):
    """Several pictures come in their order, each as if it were the only one."""
    sources = [draw(Value(i, f"name{i}")).source for i in range(3)]
    for format in ("svg", "png"):
        assert render_all(sources, format) == [render(source, format) for source in sources]
    assert render_all([], "svg") == []


@pytest.fixture
def processes(monkeypatch):
    """The processes that are started."""
    started = []

    class Noted(subprocess.Popen):
        def __init__(self, command, **options):
            super().__init__(command, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    return started


def test_the_package_runs_once_for_all_pictures(no_dot, processes):
    """The frames of a graph are made by one process, because each takes time to start, and for captions one more."""
    y, _ = parse("a * x", a=2, x=3)
    assert draw(y, captions=False).animation().svg
    assert len(processes) == 1
    assert draw(y).animation().svg
    assert len(processes) == 1 + 2


def test_what_is_no_dot(no_dot, capfd):
    """Text that is no DOT is an error with Graphviz's own reason, and nothing is printed."""
    with pytest.raises(RenderError, match="Graphviz could not draw this graph: .*syntax error"):
        render("digraph {", "svg")
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow("waits for a time limit")
def test_nothing_is_left_open(no_dot, processes):
    """After a picture, or none, no file is left open and no process runs."""
    render("digraph {}", "svg")
    descriptors = len(os.listdir("/dev/fd"))
    render("digraph {}", "svg")
    for source, timeout in (("digraph {", TIMEOUT), (ENDLESS, 0.5)):
        with pytest.raises(RenderError):
            render(source, "svg", timeout)
    assert len(os.listdir("/dev/fd")) == descriptors
    assert len(processes) == 4 and all(process.returncode is not None for process in processes)


@pytest.mark.slow("waits for a time limit")
def test_a_time_limit(no_dot):
    """A picture that takes too long ends with a sentence that says what to do, and its process ends with it."""
    start = time.perf_counter()
    with pytest.raises(RenderError, match="^Graphviz was stopped after 0.5 seconds on one .* depth=1, .* timeout$"):
        render_all(["digraph {}", ENDLESS], "svg", timeout=0.5)
    assert time.perf_counter() - start < 10


def test_a_time_limit_of_dot(fake_dot):
    """The limit is also that of the machine's dot."""
    fake_dot("exec sleep 60")
    start = time.perf_counter()
    with pytest.raises(RenderError, match="^Graphviz was stopped after 0.2 seconds"):
        render("digraph {}", "svg", timeout=0.2)
    assert time.perf_counter() - start < 10


PACKAGE = """
import os, pathlib
DotError = ValueError
class AGraph:
    def __init__(self, string):
        pass
    def draw(self, format, prog):
        {}
"""


def start_drawing(begun, timeout=TIMEOUT, **environment):
    """A process, the first of its group, that draws, as soon as its Graphviz has begun."""
    script = f"import sys; sys.path[:0] = {sys.path!r}\nfrom scalargrad.pictures.render import render\n"
    command = [sys.executable, "-c", f"{script}render('graph {{}}', 'svg', {timeout})"]
    drawing = subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE, env={**os.environ, **environment})
    while not begun.exists() and drawing.poll() is None:
        time.sleep(0.01)
    time.sleep(0.3)  # so that subprocess.Popen has returned in it; an interrupt within would leave a process behind
    return drawing


def runs(group):
    """Whether a process of the group runs."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow("starts several processes")
@pytest.mark.parametrize("by", ["dot", "package"])
def test_ctrl_c(by, fake_dot, fake_package, tmp_path):
    """Ctrl-C ends a picture at once, whichever Graphviz makes it, and leaves no process behind."""
    begun = tmp_path / "begun"
    if by == "dot":
        fake_dot(f"touch {begun}; exec sleep 60")
    else:
        fake_package(PACKAGE.format(f"pathlib.Path({str(begun)!r}).touch()\n        while True: pass"))
    drawing = start_drawing(begun, PATH=os.environ["PATH"] if by == "dot" else "")
    drawing.send_signal(signal.SIGINT)
    _, said = drawing.communicate(timeout=10)
    assert said.endswith(b"KeyboardInterrupt\n")
    deadline = time.monotonic() + 10
    while runs(drawing.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not runs(drawing.pid)


@pytest.mark.slow("waits for a time limit")
def test_nobody_left_to_stop_it(fake_package, tmp_path):
    """Where Python itself is killed, the process that makes a picture ends at the time limit."""
    begun = tmp_path / "begun"
    fake_package(PACKAGE.format(f"pathlib.Path({str(begun)!r}).touch()\n        while True: pass"))
    drawing = start_drawing(begun, timeout=0.9, PATH="")
    drawing.kill()
    drawing.communicate()
    assert runs(drawing.pid)
    deadline = time.monotonic() + 10
    while runs(drawing.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert time.monotonic() < deadline


def test_a_process_that_crashes(no_dot, fake_package):
    """Where Graphviz crashes, Python lives on, and the error says how it ended."""
    fake_package("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(RenderError, match="^Graphviz could not draw this graph: its process ended with status -11$"):
        render("digraph {}", "svg")


def test_without_fonts(no_dot, fake_package):
    """On a machine without fonts a picture of empty boxes is refused, except as SVG, whose text finds fonts elsewhere."""
    remark = "Fontconfig error: Cannot load default config file"
    fake_package(PACKAGE.format(f"os.write(2, b{remark!r}); return b'<svg/>'"))
    with pytest.raises(RenderError, match="this machine has no fonts for a png: .*fonts-dejavu-core"):
        render("digraph {}", "png")
    assert render("digraph {}", "svg") == b"<svg/>"
