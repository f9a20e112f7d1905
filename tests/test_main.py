"""Tests of the command."""

import os
import signal
import subprocess
import sys
import time

import pytest

from scalargrad import draw, explain, parse
from scalargrad.__main__ import main

TABLE = """\
name  formula           value    gradient
a                           2     -0.1491
x                          -1      0.2983
v1    a * x                -2      0.1491
b                         0.5      0.1491
v2    v1 + b             -1.5      0.1491
v3    sigmoid(v2)      0.1824           1
"""


def test_the_main_job(tmp_path, capfd, monkeypatch):
    """The command prints the table and writes the picture, on a machine without dot."""
    monkeypatch.setenv("PATH", "")
    path = tmp_path / "graph.svg"
    main(["draw", "sigmoid(a*x + b)", "a=2", "x=-1", "b=0.5", "-o", str(path)])
    assert capfd.readouterr() == (f"{TABLE}\nThe picture is in {path}.\n", "")
    assert all(text in path.read_text() for text in (">a<", ">x<", ">b<", "0.1824", "−0.1491", "0.2983", ">0.1491<", ">v<"))


def test_named_steps(tmp_path, capsys):
    """Steps with a name have it in the table, and the picture can be a PDF."""
    path = tmp_path / "y.pdf"
    main(["draw", "d = a + b; e = b - c; Y = d * e", "a=2", "b=3", "c=1", "-o", str(path)])
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[:7]] == ["name", "a", "b", "d", "c", "e", "Y"]
    assert path.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("expression", "formulas"),
    [
        ("-x", ["-x"]),
        ("x**3", ["x**3"]),
        ("2*x", ["2 * x"]),
        ("maximum(x, 1)", ["maximum(x, 1)"]),
        ("leaky_relu(x, 0.5)", ["leaky_relu(x, 0.5)"]),
        ("abs(x) - 1", ["abs(x)", "v1 - 1"]),
    ],
)
def test_formulas(expression, formulas, capsys):
    """The table shows how each node was made from the others."""
    main(["draw", "--", expression, "x=2"])
    lines = capsys.readouterr().out.splitlines()[2:]
    assert [formula in line for formula, line in zip(formulas, lines, strict=True)] == [True] * len(formulas)


def test_numbered_names_are_free_ones(capsys):
    """A node without a name gets a number that no name in the expression has."""
    main(["draw", "v2 * x + 1", "v2=3", "x=5"])
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["name", "v2", "x", "v1", "v3"]


def test_explain(capsys):
    """The command explains an expression, as text or in LaTeX."""
    arguments = ["d = a + b; e = b - c; Y = d * e", "a=2", "b=3", "c=1"]
    y, _ = parse(arguments[0], a=2, b=3, c=1)
    main(["explain", *arguments])
    assert capsys.readouterr() == (f"{explain(y)}\n", "")
    main(["explain", "--latex", *arguments])
    assert capsys.readouterr() == (f"{explain(y).latex}\n", "")
    main(["explain", "--passes", "forward", *arguments])
    assert capsys.readouterr() == (f"{explain(y, passes='forward')}\n", "")


def test_explore(tmp_path, capsys):
    """The command writes the page of an expression, which is its title; a file that is not HTML is an error."""
    path = tmp_path / "page.html"
    main(["explore", "a * b", "a=2", "-o", str(path), "b=3"])
    assert capsys.readouterr() == (f"The page is in {path}.\n", "")
    assert "<h1>a * b</h1>" in path.read_text(encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        main(["explore", "a * b", "a=2", "b=3", "-o", str(tmp_path / "page.pdf")])
    assert "the ending of a page's file is .html" in capsys.readouterr().err


def test_options(tmp_path):
    """The options of draw are those of the function, and numbers may follow them."""
    path = tmp_path / "graph.dot"
    main(["draw", "x * y", "x=1", "--partials", "--rankdir", "TB", "--operation-nodes", "-o", str(path), "y=2"])
    source = path.read_text(encoding="utf-8")
    assert "rankdir=TB" in source and "n2_operation" in source and source.count("-> n2_operation [label=") == 2


def test_names_captions_and_worksheets(tmp_path):
    """The command names every node and has captions, both unless told otherwise, and leaves numbers out for worksheets."""
    path, folder = tmp_path / "graph.dot", tmp_path / "frames"
    main(["draw", "a * x + 1", "a=2", "x=3", "-o", str(path)])
    assert "v<SUB>2</SUB>" in path.read_text(encoding="utf-8")
    main(["draw", "a * x + 1", "a=2", "x=3", "-o", str(path), "--no-names", "--blank", "grad"])
    y, leaves = parse("a * x + 1", a=2, x=3)
    y.backward()
    assert path.read_text(encoding="utf-8") == draw(y, blank="grad").source
    main(["draw", "a * x + 1", "a=2", "x=3", "-o", str(path), "--blank", "a,v2"])
    assert path.read_text(encoding="utf-8") == draw(y, names=True, blank=[leaves["a"], y]).source
    captions = []
    for options in ([], ["--no-captions"]):
        main(["draw", "a * x", "a=2", "x=3", "--frames", str(folder), *options])
        captions.append("a · x = 2 · 3 = 6<" in (folder / "frame-03.svg").read_text(encoding="utf-8").split("</desc>")[1])
    assert captions == [True, False]


def test_frames_and_a_moving_picture(tmp_path, capsys):
    """The steps of both passes are written to a folder, in the format and theme asked for, and as a moving picture."""
    moving, folder = tmp_path / "passes.svg", tmp_path / "frames"
    arguments = ["--frames", str(folder), "--format", "dot", "--theme", "dark", "--animation", str(moving)]
    main(["draw", "sigmoid(a*x + b)", "a=2", "x=-1", "b=0.5", *arguments])
    said = f"The 12 frames are in {folder}, frame-01.dot to frame-12.dot.\n\nThe moving picture is in {moving}.\n"
    assert capsys.readouterr().out == f"{TABLE}\n{said}"
    assert len(list(folder.iterdir())) == 12
    assert 'fontcolor="#F5F5F5"' in (folder / "frame-12.dot").read_text(encoding="utf-8")
    assert moving.read_text(encoding="utf-8").count('<g class="scalargrad-frame"') == 12


def test_slides_and_a_gif(tmp_path, capsys):
    """The steps of both passes are written as slides and as a GIF, at the depth asked for."""
    deck, moving = tmp_path / "deck.html", tmp_path / "passes.gif"
    main(["draw", "a * x", "a=2", "x=3", "--slides", str(deck), "--animation", str(moving), "--depth", "1"])
    said = f"The moving picture is in {moving}.\n\nThe slides are in {deck}.\n"
    assert capsys.readouterr().out.endswith(f"\n\n{said}")
    assert deck.read_text(encoding="utf-8").count("<section") == 7
    assert moving.read_bytes().startswith(b"GIF89a")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("", "the following arguments are required: COMMAND"),
        ("paint x", "argument COMMAND: invalid choice: 'paint'"),
        ("draw", "the following arguments are required: expression"),
        ("draw x", "at column 1: 'x' has no value yet; give one to each of 'x', as in x=1"),
        ("draw x.y x=1", "at column 1: 'x.y' is an attribute"),
        ("draw x x=1 y=2", "'y' has a value that the expression does not use"),
        ("draw x x=one", "'x=one': 'one' is not a number"),
        ("draw x x=1 x=2", "'x=2': x has a number already"),
        ("draw x x", "'x': a name gets its number in one word, as in a=2"),
        ("draw -x x=1", "-x: there is no such option; an expression that begins with a minus goes behind --"),
        ("draw x x=1 --upside-down", "--upside-down: there is no such option"),
        ("draw log(x) x=-1", "at column 1: 'log(x)' has no value: log(-1.0): the logarithm needs a positive number"),
        ("draw 1/x x=0", "at column 1: '1/x' has no value: 1.0 / 0.0: a division by zero"),
        ("draw x x=1=2", "'x=1=2': '1=2' is not a number"),
        (f"draw {'+'.join(['x'] * 502)} x=1 -o graph.svg", "the graph has 502 nodes, and a picture of more than 500"),
        ("draw x x=1 -o graph.txt", "'graph.txt': the ending of a picture's file is one of .svg, .pdf, .png, .dot"),
        ("draw x x=1 -o /no/such/folder/graph.dot", "/no/such/folder/graph.dot: No such file or directory"),
        ("draw x x=1 -o graph.dot --max-nodes 0", "the graph has 1 nodes"),
        ("explain x*x x=1 --max-nodes 1", "the graph has 2 nodes, and the steps of more than 1 cannot be read"),
        ("explain x", "at column 1: 'x' has no value yet"),
        ("draw x x=1 --max-nodes many", "argument --max-nodes: invalid int value: 'many'"),
        ("draw x x=1 --theme pink", "argument --theme: invalid choice: 'pink'"),
        ("draw x x=1 --frames f --format gif", "argument --format: invalid choice: 'gif'"),
        ("draw x x=1 --animation passes.mp4", "'passes.mp4': the ending of a moving picture's file is .svg or .gif"),
        ("draw x x=1 --slides deck.ppt", "'deck.ppt': the ending of a file of slides is .html or .pptx"),
        (
            "draw x x=1 -o x.svg --animation ./x.svg",
            "-o and --animation would both write ./x.svg: give each a name of its own",
        ),
        ("draw x x=1 --frames a --slides a", "--frames and --slides would both write a: give each a name of its own"),
        ("draw x x=1 -o graph.svg --depth 0", "depth=0: 1 shows layers as boxes"),
        ("draw x x=1 --timeout soon", "argument --timeout: invalid float value: 'soon'"),
        ("draw x x=1 -o graph.svg --timeout 0", "timeout=0.0: the time for a picture is a number of seconds, more than 0"),
        ("explain x x=1 --passes up", "argument --passes: invalid choice: 'up'"),
        ("draw x x=1 -o graph.svg --blank z", "--blank z: what is left out is grad, data, or of x, got 'z'"),
        ("draw x x=1 --rankdir up", "argument --rankdir: invalid choice: 'up'"),
    ],
)
def test_wrong_input(arguments, sentence, capfd):
    """Wrong input ends the command with one line on standard error, exit status 2, and no output."""
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())
    out, err = capfd.readouterr()
    assert ended.value.code == 2
    assert out == ""
    assert sentence in err and err.startswith("scalargrad") and err.count("\n") == 1


def test_without_graphviz(capfd, no_dot, no_package, tmp_path):
    """Where there is no Graphviz the command says how to get one."""
    with pytest.raises(SystemExit) as ended:
        main(["draw", "x", "x=1", "-o", str(tmp_path / "graph.svg")])
    assert ended.value.code == 2
    assert "pip install pygraphviz" in capfd.readouterr().err


def test_an_empty_path(capfd):
    """A path that is empty is one without an ending."""
    with pytest.raises(SystemExit):
        main(["draw", "x", "x=1", "-o", ""])
    assert "the ending of a picture's file is one of" in capfd.readouterr().err


def test_what_graphviz_says_stays_on_one_line(capfd, fake_dot):
    """A complaint of several lines is printed as one."""
    fake_dot("echo one >&2; echo two >&2; exit 1")
    with pytest.raises(SystemExit):
        main(["draw", "x", "x=1", "-o", "graph.svg"])
    assert capfd.readouterr().err == "scalargrad: Graphviz could not draw this graph: one two\n"


def test_a_time_limit(capfd, fake_dot, tmp_path):
    """A picture that takes longer than --timeout ends the command, with the cure."""
    fake_dot("exec sleep 60")
    with pytest.raises(SystemExit):
        main(["draw", "x", "x=1", "--timeout", "0.2", "-o", str(tmp_path / "graph.svg")])
    said = "scalargrad: Graphviz was stopped after 0.2 seconds on one picture: draw a part of the graph"
    assert capfd.readouterr().err.startswith(said)
    assert os.listdir(tmp_path) == ["dot"]


@pytest.mark.slow("starts several processes")
def test_ctrl_c(fake_dot, tmp_path):
    """Ctrl-C ends the command without a word, and without a file."""
    fake_dot(f"touch {tmp_path / 'begun'}; exec sleep 60")
    command = [sys.executable, "-m", "scalargrad", "draw", "x", "x=1", "-o", str(tmp_path / "graph.svg")]
    drawing = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not (tmp_path / "begun").exists() and drawing.poll() is None:
        time.sleep(0.01)
    drawing.send_signal(signal.SIGINT)
    assert (drawing.communicate(timeout=10), drawing.returncode) == ((b"", b""), 130)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["begun", "dot"]


@pytest.mark.slow("starts several processes")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", ["explain x*x x=2", "draw x*x x=2", "draw --help"])
def test_a_reader_that_has_enough(arguments, unbuffered):
    """Where nobody reads the output any more, as behind `| head -1`, the command ends without a word."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "scalargrad", *arguments.split()]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    run = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=environment)
    os.close(writing)
    assert run.stderr == b"" and run.returncode <= 1


def test_python_m_does_the_same():
    """`python -m scalargrad` is the command."""
    run = subprocess.run(
        [sys.executable, "-m", "scalargrad", "draw", "sigmoid(a*x + b)", "a=2", "x=-1", "b=0.5"],
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, TABLE, "")
