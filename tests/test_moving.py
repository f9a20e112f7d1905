"""Tests of moving pictures: what is seen when, and in which colours."""

import math
import re
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from PIL import Image

from scalargrad import Value, draw, parse
from scalargrad.pictures.errors import RenderError
from scalargrad.pictures.picture import Picture
from scalargrad.pictures.themes import THEMES


def visible(svg):
    """When, in seconds, each group of a moving picture is seen, by its own style."""
    seconds, share = {}, float(re.search(r"([\d.]+)%, 100% { visibility: hidden }", svg)[1]) / 100
    for i, (duration, delay) in enumerate(re.findall(r"animation: one-of-\d+ ([\d.]+)s step-end (-[\d.]+)s infinite", svg)):
        begins = float(delay) % float(duration)
        seconds[i] = (begins, begins + share * float(duration))
    return seconds


def test_a_moving_picture_shows_one_frame_after_the_other(tmp_path):
    """Every frame is seen for the same time, one at a time, in order, and the last one where nothing moves."""
    picture = draw(parse("sigmoid(a*x + b)", a=2, x=-1, b=0.5)[0])
    picture.animation(seconds=2).save(tmp_path / "moving.svg")
    svg = (tmp_path / "moving.svg").read_text(encoding="utf-8")
    times = visible(svg)
    assert len(times) == len(picture.frames())
    for i, (begins, ends) in times.items():
        assert (begins, ends) == pytest.approx((2 * i, 2 * i + 2), abs=1e-3)
    hidden = ["visibility: hidden" in style for style in re.findall(r'<g class="scalargrad-frame" style="([^"]*)"', svg)]
    assert hidden == [True] * (len(times) - 1) + [False]


def test_a_moving_picture_is_one_proper_file():
    """It is well-formed, has no script and no name twice, and contains the texts of every frame."""
    animation = draw(parse("a * x", a=2, x=-1.5)[0]).animation()
    svg = animation._repr_mimebundle_()["image/svg+xml"]
    root = ElementTree.fromstring(svg.encode())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "<script" not in svg and " id=" not in svg
    frames = root.findall("{http://www.w3.org/2000/svg}g")
    texts = [[text.text for text in frame.iter("{http://www.w3.org/2000/svg}text")] for frame in frames]
    assert ["−1.5" in each for each in texts] == [False] + [True] * (len(texts) - 1)
    assert texts[-1].count("−3") == 1


def test_wrong_moving_pictures(tmp_path):
    """A moving picture is an SVG or a GIF, and takes time."""
    picture = draw(Value(1))
    with pytest.raises(ValueError, match="'y.mp4': the ending of a moving picture's file is .svg or .gif$"):
        picture.animation().save("y.mp4")
    for seconds in (0, -1, 601, math.inf, math.nan, "2"):
        with pytest.raises(ValueError, match="each frame is shown for some time, at most 600, as in seconds=1.5"):
            picture.animation(seconds=seconds)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_gif_shows_every_frame_in_its_colours(theme, tmp_path):
    """A GIF has every frame for the same time, and the page and what is pointed out have the very colours of the theme."""
    picture = draw(parse("a * x", a=2, x=-1.5)[0], theme=theme)
    picture.animation(seconds=0.7).save(tmp_path / "moving.gif")
    look, found = THEMES[theme], []
    with Image.open(tmp_path / "moving.gif") as file:
        assert file.n_frames == len(picture.frames()) and file.info["loop"] == 0
        assert file.width <= 1600 and file.height <= 900
        for i in range(file.n_frames):
            file.seek(i)
            assert file.info["duration"] == 700
            image = file.convert("RGB")
            counts = {"#%02X%02X%02X" % colour: n for n, colour in image.getcolors(image.width * image.height)}
            assert counts[look.page] > 0.2 * image.width * image.height
            assert counts[look.leaf] > 1000 and counts[look.result] > 1000
            found.append((counts.get(look.fresh, 0) > 1000, counts.get(look.active, 0) > 20))
    between = len(found) - 2
    assert [fresh for fresh, _ in found] == [False, *[True] * between, False]
    assert [active for _, active in found] == [False, False, True, False, True, True, False]


def test_a_gif_is_no_larger_than_a_screen(tmp_path):
    """A wide picture is made as wide as fits, and a small one is no larger than it is as PNG."""
    for name, nodes in (("small", "a"), ("wide", " -> ".join("abcdefghijklmnop"))):
        picture = Picture(f"digraph {{ rankdir=LR {nodes} }}")
        picture.animation().save(tmp_path / f"{name}.gif")
        picture.save(tmp_path / f"{name}.png")
    sizes = {}
    for path in tmp_path.iterdir():
        with Image.open(path) as image:
            sizes[path.name] = image.size
    assert sizes["small.gif"] == sizes["small.png"]
    assert 1590 <= sizes["wide.gif"][0] <= 1600 and sizes["wide.png"][0] > 2000


def test_a_gif_needs_pillow(tmp_path, monkeypatch):
    """Where Pillow is missing, the error says how to get it, and what needs none; no file is there."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(
        RenderError, match="a GIF needs the package Pillow: install it, as in `pip install pillow`, or save an"
    ):
        draw(Value(1)).animation().save(tmp_path / "moving.gif")
    assert list(tmp_path.iterdir()) == []
