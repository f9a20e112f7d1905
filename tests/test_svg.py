"""Tests of what is changed in an SVG."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from scalargrad import Value, draw, parse
from scalargrad.nn import MLP
from scalargrad.pictures.picture import Picture
from scalargrad.pictures.render import render

SVG = "{http://www.w3.org/2000/svg}"

PICTURES = {
    "graph": lambda: draw(parse("x * a", x=1, a=2)[0]),
    "frame": lambda: draw(parse("x * a", x=1, a=2)[0]).frames()[2],
    "network": lambda: draw(MLP(2, [2, 1], seed=0)),
    "odd label": lambda: draw(Value(1, "<\"&\\'>")),
    "own": lambda: Picture("digraph { a }"),
}


def saved(picture, path):
    picture.save(path)
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_has_a_text(name, tmp_path):
    """An SVG is one image with a title, and its whole text as the description, as the label, and in a notebook's HTML."""
    picture = PICTURES[name]()
    root = ElementTree.fromstring(saved(picture, tmp_path / "x.svg").encode())
    assert root.get("role") == "img" and root.get("aria-label") == picture.alt == root.find(f"{SVG}desc").text
    titles = list(root.iter(f"{SVG}title"))
    assert len(titles) == 1 and titles[0] in list(root) and picture.alt.startswith(titles[0].text)
    html = picture._repr_mimebundle_()["text/html"]
    (image,) = ElementTree.fromstring(f"<html>{html.removesuffix('>')}/></html>")
    assert image.get("alt") == picture.alt


def test_an_animation_has_a_text():
    """It says how many steps there are, and what the last one shows."""
    animation = draw(parse("a * x", a=2, x=3)[0]).animation()
    root = ElementTree.fromstring(animation.svg.encode())
    assert root.get("aria-label") == animation.alt
    assert animation.alt.startswith("Animation in 7 steps. Graph of v₁ = a · x.") and "x.grad = 2" in animation.alt


def test_scripts_are_small_and_shifted():
    """Scripts are letters of their own place and size, because not every browser knows `baseline-shift`."""
    svg = render(draw(Value(1, "x_12") ** 2).source, "svg").decode()
    letters = dict.fromkeys(["x", "12", "2"])
    for y, size, text in re.findall(r' y="([-\d.]+)"[^>]* font-size="([\d.]+)"[^>]*>(x|12|2)</text>', svg):
        letters[text] = letters[text] or (float(y), float(size))  # of both letters x the first, which the 12 belongs to
    (x, large), (below, small), (_, smaller) = letters.values()
    assert "baseline-shift" not in svg and (large, small, smaller) == (16, 13.28, 13.28)
    assert below - x == pytest.approx(0.2 * 16, abs=0.01)
