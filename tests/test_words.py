"""Tests of captions, and of what is said to those who do not see a picture."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value, draw, explain, parse, tanh
from scalargrad.graph import placeholder
from scalargrad.nn import MLP
from scalargrad.pictures.boxes import text_width
from scalargrad.pictures.picture import contents
from scalargrad.pictures.render import render_all
from scalargrad.pictures.svg import size_of
from scalargrad.pictures.themes import THEMES
from scalargrad.pictures.words import MARGIN, MOST, Caption, shortened, wrapped
from scalargrad.vectors import softmax


def example():
    return parse("d = a + b; e = b - c; Y = d * e", a=2, b=3, c=1)[0]


def test_each_frame_carries_its_steps():
    """The steps of `explain` are each in one frame; leaves share one, and the first and the last frame have none."""
    y = example()
    frames = draw(y).frames()
    assert [len(frame.steps) for frame in frames] == [0, 3, *[1] * 10, 0]
    told = sorted(str(step) for frame in frames for step in frame.steps)
    assert told == sorted(str(step) for step in explain(y).steps)
    assert [frame.caption for frame in frames] == [", ".join(step.caption for step in frame.steps) for frame in frames]
    assert frames[1].caption == "a = 2, b = 3, c = 1" and frames[-2].caption == "b.grad += 1 · 2: 5 + 2 = 7"


def test_captions_say_what_the_picture_shows():
    """The numbers in captions are those of the picture, which a leaf that was changed does not change before `forward`."""
    x = Value(2, "x")
    y = x * x
    x.data = 3.0
    frame = draw(y).frames()[2]
    assert frame.caption == "v₁ = x · x = 3 · 3 = 4" and ">4<" in frame.source
    y.forward()
    assert draw(y).frames()[2].caption == "v₁ = x · x = 3 · 3 = 9"


def test_frames_of_several_results():
    """The backward pass of several results begins at each of them."""
    a, b = Value(2, "a"), Value(3, "b")
    captions = [frame.caption for frame in draw(a * b, a + b).frames()]
    assert captions[4:6] == ["v₁.grad = 1", "v₂.grad = 1"] and "a.grad += 3 · 1: 1 + 3 = 4" in captions


def test_folded_frames_have_the_steps_that_show():
    """Where a layer is one box, its frames still have captions, and each of them belongs to a step."""
    y = MLP(2, [2, 1], "tanh", seed=0)([Value(1.0, "x"), Value(2.0, "y")])
    frames = draw(y, depth=1).frames()
    assert all(frame.caption and frame.steps for frame in frames[1:-1])
    assert frames[0].caption == frames[-1].caption == ""


def test_captions_are_optional():
    """Without captions the pictures are the same, and the steps and the text are still there."""
    with_captions, without = draw(example()).frames(), draw(example(), captions=False).frames()
    assert [frame.source for frame in with_captions] == [frame.source for frame in without]
    assert [frame.alt for frame in with_captions] == [frame.alt for frame in without]
    assert {frame.caption for frame in without} == {""} and without[2].steps[0].caption == with_captions[2].caption


@given(st.text("ab m.<&₁", max_size=60), st.integers(30, 400))
def test_lines_fit(text, room):
    """No line is wider than the room for it but for words that are, and nothing is lost; what is shortened ends in …."""
    markup = text.replace("&", "&amp;").replace("<", "&lt;")
    lines = wrapped(markup, room)
    assert " ".join(lines).split() == markup.split()
    assert all(text_width(line) <= room or " " not in line for line in lines)
    for line in lines:
        short = shortened(line, room)
        assert short.endswith("…") and (text_width(short) <= room or short == "…")


def test_scripts_are_not_torn():
    """A script stays whole, whatever is in it."""
    markup = "a<SUP>t − 1<SUP>2 + 3</SUP> + 4</SUP> + b"
    assert wrapped(markup, 10) == ["a<SUP>t − 1<SUP>2 + 3</SUP> + 4</SUP>", "+", "b"]


@pytest.mark.parametrize(("width", "lines"), [(500, 1), (250, 2), (120, 2)])
def test_lines_are_reserved(width, lines):
    """All captions have as many lines as the longest needs, two at the most, and what does not fit ends in …."""
    every = ("", "a = 2", "b.grad += 0.1234 · 0.5678: 0.1234 + 0.5678 = 0.6912")
    labels = [Caption(each, every, THEMES["light"]).below("digraph {\n}\n", width) for each in every]
    rows = [re.findall(f'FIXEDSIZE="TRUE" WIDTH="{width - MARGIN}"[^>]*>(.*?)</TD>', label) for label in labels]
    assert [len(each) for each in rows] == [lines] * 3
    assert ("&#8230;" in rows[2][-1]) == (width == 120) and "&#8230;" not in "".join(rows[0] + rows[1])
    assert rows[0] == [""] * lines


@pytest.mark.parametrize("options", [{}, {"rankdir": "TB"}, {"partials": True, "names": True}], ids=str)
def test_captions_move_nothing(options):
    """With captions every node has the same place in all frames, and a picture is no wider than without them."""
    frames = draw(tanh(example()), **options).frames()
    bare = size_of(render_all([frames[0].source], "svg")[0].decode())[0]
    sources = [frame._caption.below(frame.source, bare) for frame in frames]
    svgs = [svg.decode() for svg in render_all(sources[::3], "svg")]
    nodes = [re.findall(r'<g id="\w+" class="node">.*?points="([^"]*)"', svg, re.DOTALL) for svg in svgs]
    assert nodes == [nodes[0]] * len(nodes) and len(nodes[0]) == 7
    assert {size_of(svg)[0] for svg in svgs} == {bare} and len({re.search("<svg[^>]*>", svg)[0] for svg in svgs}) == 1


def test_slides_take_captions_as_text():
    """The files of frames can do without the captions that are in them, for what writes the captions itself."""
    frames = draw(parse("a * x", a=2, x=3)[0]).frames()
    with_captions, without = (contents(frames, "svg", captions=each) for each in (True, False))
    assert b"> = a " in with_captions[2]
    assert [size_of(one.decode())[0] for one in with_captions] == [size_of(other.decode())[0] for other in without]
    assert not any(b"> = a " in svg for svg in without) and without[2].count(b"2 \xc2\xb7 3") > 0


def test_a_caption_is_in_every_file(tmp_path):
    """Frames saved one by one and all together have their captions, and so has the animation."""
    picture = draw(parse("a * x", a=2, x=3)[0])
    picture.frames()[2].save(tmp_path / "one.svg")
    paths = picture.save_frames(tmp_path / "all")
    one, other = ((path.read_text(encoding="utf-8")) for path in (tmp_path / "one.svg", paths[2]))
    assert one == other and "> = a · x = 2 · 3 = 6</text>" in one
    assert picture.animation().svg.count("> = a · x = 2 · 3 = 6</text>") == 1


def test_the_text_of_a_picture():
    """It says the expression, from the result down, each value and each gradient, and what is not known yet."""
    y = example()
    beginning = "Graph of Y = d · e, e = b − c, d = a + b. Values: a = 2, b = 3, d = 5, c = 1, e = 2, Y = 10. "
    assert draw(y).alt == f"{beginning}No gradients yet."
    y.backward()
    gradients = "a.grad = 2, b.grad = 7, d.grad = 2, c.grad = −5, e.grad = 5, Y.grad = 1"
    assert draw(y).alt == f"{beginning}Gradients: {gradients}."
    x = placeholder("x")
    assert draw(tanh(x * 2)).alt == "Graph of v₂ = tanh(x · 2). No values yet. No gradients yet."
    assert draw(Value(3, "x")).alt == "Graph of x. Values: x = 3. No gradients yet."


def test_odd_labels_are_in_the_text_as_they_are():
    """A label is told as it was given, whatever is in it, in the expression and with its number."""
    y = Value(2, "a<b>c") * Value(3, "x & y")
    assert draw(y).alt == "Graph of v₁ = (a<b>c) · (x & y). Values: a<b>c = 2, x & y = 3, v₁ = 6. No gradients yet."


def test_the_text_of_a_frame():
    """It begins with the caption, whole, and goes on with the numbers known at that moment."""
    frame = draw(example()).frames()[3]
    assert frame.alt.startswith("e = b − c = 3 − 1 = 2. Graph of Y = d · e")
    assert "e = 2. No gradients" in frame.alt and "Y = 10" not in frame.alt


def test_the_text_of_a_large_graph_can_be_listened_to():
    """Of many formulas and numbers some are told, and formulas end."""
    y = Value(0.0, "x0")
    for i in range(200):
        y = tanh(y) * Value(1.0, f"w{i}")
    alt = draw(y, max_nodes=1000).alt
    assert len(alt) < 3000 and f"and {201 + 1 - MOST} more" in alt


def test_the_text_of_a_network():
    """A picture of circles says its layers."""
    alt = draw(MLP(2, [4, 1], "tanh", seed=0)).alt
    assert alt == "Network of 2 inputs, layer 0: 4 × tanh, layer 1: 1 × linear. Lines are weights."


def test_a_worksheet_is_blank_wherever_a_number_is():
    """Where a box is drawn again, small, it is as blank as the box."""
    a, b = Value(0.123, "a"), Value(0.456, "b")
    y = softmax([a, b, Value(1, "c")])[0]
    shown, blank = draw(y).source, draw(y, blank=[a]).source
    assert shown.count(">0.123<") > 1 and shown.count(">0.456<") > 1
    assert ">0.123<" not in blank and blank.count(">0.456<") == shown.count(">0.456<")


def test_a_worksheet_says_no_answer():
    """What is left blank is in no caption, no text, and no step."""
    y = parse("a * x", a=2, x=3)[0]
    y.backward()
    picture = draw(y, blank="data")
    assert "6" not in picture.alt and "a.grad = 3" in picture.alt
    assert {frame.caption for frame in picture.frames()} == {""} and not any(frame.steps for frame in picture.frames())
    assert all("6" not in frame.alt for frame in picture.frames())
