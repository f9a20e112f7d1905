"""What has to work where Python runs in a browser. `test_pyodide.py` has these tests run there, in Pyodide."""

import contextlib
import copy
import gc
import html
import io
import json
import math
import pickle
import re
import sys

import pytest

from scalargrad import Value, compile, draw, explain, explore, group, operation, parse, steps, tanh
from scalargrad.__main__ import main
from scalargrad.calculus import gradient
from scalargrad.graph import placeholder
from scalargrad.losses import binary_cross_entropy
from scalargrad.nn import MLP
from scalargrad.optim import Adam
from scalargrad.pictures.errors import RenderError
from scalargrad.pictures.render import render


def texts(svg):
    """The texts of an SVG picture."""
    return [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


def svg_of(picture):
    """A picture as a notebook gets it."""
    return picture._repr_mimebundle_()["image/svg+xml"]


def test_pictures_without_graphviz():
    """Before Graphviz is loaded, the repr of a picture is the sentence that says how, and saving raises it."""
    picture, cure = draw(Value(1.0) * 2), "`await scalargrad.pictures.load()`"
    assert picture._repr_mimebundle_() == {
        "text/plain": f"pictures need Graphviz, which a browser has to load first: {cure}"
    }
    with pytest.raises(RenderError, match="await scalargrad.pictures.load"):
        picture.save("picture.svg")


def test_it_is_a_browser():
    """These tests run in Python 3.14 or newer, as WebAssembly."""
    assert sys.platform == "emscripten" and sys.version_info >= (3, 14)


def test_gradients():
    """Leaves accumulate, inner nodes get a fresh gradient, and x + x has two edges."""
    a = Value(3.0)
    b = a + a
    c = b * b
    for times in (1, 2):
        c.backward()
        assert (a.grad, b.grad, c.grad) == (24.0 * times, 12.0, 1.0)


def values():
    """How many Values there are."""
    return sum(type(each) is Value for each in gc.get_objects())


def test_depth_costs_nothing():
    """A chain of operations runs forward and backward, is copied, and is freed at once; Pyodide can free 3,000 in a row."""
    gc.disable()
    try:
        before = values()
        x = y = Value(1.0)
        for _ in range(2_000):
            y = y + 1
        y.backward()
        assert x.grad == 1.0 and copy.deepcopy(y).data == y.data and values() > before + 2_000
        del x, y
        assert values() == before
    finally:
        gc.enable()


def test_elementary_functions_are_stable():
    """Large arguments overflow nowhere."""
    assert tanh(1e4) == 1.0 and Value(-1e4).sigmoid().data == 0.0 and Value(1e4).softplus().data == 1e4


def test_models_are_kept(tmp_path):
    """A model is pickled to a file, and read again."""
    model = MLP(2, [3, 1], seed=0)
    (tmp_path / "model.pickle").write_bytes(pickle.dumps(model))
    again = pickle.loads((tmp_path / "model.pickle").read_bytes())
    assert [p.data for p in again.parameters()] == [p.data for p in model.parameters()]


def test_derivatives_of_derivatives():
    """A gradient is a graph, which has a gradient."""
    x = Value(2.0)
    assert gradient(gradient(x**3, x), x).data == 12.0


def test_explain():
    """The two passes are explained in formulas and in numbers."""
    y, _ = parse("sigmoid(a*x + b)", a=2, x=-1, b=0.5)
    text = explain(y)._repr_markdown_()
    assert r"\frac" in text and "0.1824" in text
    assert [step.text for step in steps(parse("a * a", a=3)[0])][-1].endswith("3 + 3 = 6")


def test_training():
    """A network learns where x * y is positive, by a compiled program, which can be printed in JavaScript, too."""
    places = [(x / 4, y / 4) for x in range(-4, 5) for y in range(-4, 5)]
    labels = [float(x * y > 0) for x, y in places]
    model, x, t = MLP(2, [8, 1], "tanh", seed=0), placeholder(2, "x"), placeholder("t")
    train = compile(binary_cross_entropy(model(x), t), [x, t], optimizer=Adam(model.parameters(), lr=0.1))
    losses = train(places, labels, epochs=30, batch_size=20, seed=0)
    assert sum(losses[-1]) < sum(losses[0]) / 2 and math.isfinite(sum(losses[-1]))
    assert "function train(" in train.source("javascript")


def test_a_target_that_a_browser_has_not():
    """A program in C is refused in a sentence."""
    x = placeholder("x")
    with pytest.raises(RuntimeError, match="compile"):
        compile(x * x, [x], target="c")


@operation("cube")
def cubed(x):
    return x * x * x, 3 * x * x


@group("dense")
def dense(x, w):
    return [tanh(a * b + 1) for a in x for b in w]


def kinds():
    """A picture of each kind."""
    y, _ = parse("tanh(a*x + b) - 1.5e-9 * θ", a=2, x=-1, b=0.5, θ=3)
    y.backward()
    network = MLP(2, [4, 1], seed=0)
    return {
        "boxes": draw(y),
        "down, with local derivatives": draw(y, theme="dark", partials=True, rankdir="TB", names=True),
        "operations apart": draw(y, operation_nodes=True, blank="grad"),
        "circles": draw(network),
        "layers": draw(network([1.0, 2.0]), depth=1),
        "frames": draw(network([1.0, 2.0])),
        "a custom group": draw(*dense([cubed(Value(1.0)), Value(2.0)], [Value(0.5, "w"), Value(-0.5, "a ~ b")])),
    }


KINDS = kinds()


@pytest.mark.parametrize("kind", KINDS)
def test_pictures(kind, tmp_path):
    """Each kind of picture is shown and saved, in the fonts of others."""
    picture = KINDS[kind]
    svg = svg_of(picture)
    assert 'font-family="Helvetica,Arial,sans-serif"' in svg and "<text" in svg
    picture.save(tmp_path / "picture.svg")
    assert (tmp_path / "picture.svg").read_text(encoding="utf-8") == svg


def test_labels():
    """Every character of a label is the same again."""
    labels = ["a ~ b", "x<y", '"quotes"', "αβ", "🙂", r"\N", "−~-"]
    svg = svg_of(draw(*(Value(1.0, label) for label in labels)))
    assert set(labels) <= {text.replace("\N{NO-BREAK SPACE}", " ") for text in texts(svg)}


def test_frames(tmp_path):
    """Frames, a moving picture and slides are written."""
    y, _ = parse("a * b", a=2, b=3)
    picture = draw(y)
    assert len(picture.save_frames(tmp_path)) == len(picture.frames())
    picture.animation().save(tmp_path / "moving.svg")
    picture.save_slides(tmp_path / "deck.html")
    assert (tmp_path / "deck.html").read_text(encoding="utf-8").count("<section") == len(picture.frames())


def test_a_page_to_play_with(tmp_path):
    """An explorer is made, whose picture has no number that is not marked."""
    y, _ = parse("tanh(a*x + b)", a=2, x=-1, b=0.5)
    explore(y).save(tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert text.count('class="data"') == text.count('class="grad"') == 6 and "\ue002" not in text


def test_what_a_browser_cannot_draw(tmp_path):
    """A PDF and a PNG are refused in a sentence, and so is what Graphviz cannot read."""
    for ending in ("pdf", "png"):
        with pytest.raises(RenderError, match=f"in a browser Graphviz makes .svg alone, not {ending}"):
            draw(Value(1.0)).save(tmp_path / f"picture.{ending}")
    with pytest.raises(RenderError, match="Graphviz could not draw this graph: .*syntax error"):
        render("digraph { -> }", "svg")


def graded(folder):
    """Run the tests of a folder of exercises as a student does; return the points by task, and what was printed."""
    results, printed = folder / "results.json", io.StringIO()
    for name in [name for name in sys.modules if name == "conftest" or name.startswith("test_ex")]:
        del sys.modules[name]  # those of another folder
    with contextlib.redirect_stdout(printed):
        pytest.main([str(folder), "-q", "-p", "no:cacheprovider", "--score", f"--results-json={results}"])
    return json.loads(results.read_text(encoding="utf-8")), printed.getvalue()


@pytest.mark.parametrize("options, points", [([], 0), (["--solutions"], 120)])
def test_exercises(options, points, tmp_path):
    """All twelve are graded in the process of pytest, which is said once: stubs get 0 points, and solutions all."""
    main(["exercises", str(tmp_path), *options])
    results, printed = graded(tmp_path)
    assert results["score"] == points and len({test["tags"][0] for test in results["tests"]}) == 12
    assert printed.count("A browser has no processes") == 1


def test_a_class_is_graded_elsewhere(tmp_path, capsys):
    """`scalargrad grade` is refused in a sentence."""
    with pytest.raises(SystemExit):
        main(["grade", str(tmp_path)])
    assert "in a process of its own, which a browser has not" in capsys.readouterr().err
