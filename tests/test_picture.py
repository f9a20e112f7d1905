"""Tests of pictures as files: frames in folders, and moving pictures."""

import base64
import re
import xml.etree.ElementTree as ElementTree

import pytest

from scalargrad import Value, draw, parse
from scalargrad.nn import Neuron
from scalargrad.pictures.picture import Picture


def test_frames_are_files(tmp_path):
    """Each frame is a file in the format asked for, and the names are in the order of the frames."""
    picture = draw(parse("a * x", a=2, x=3)[0])
    paths = picture.save_frames(tmp_path / "new" / "folder", "dot")
    assert [path.read_text(encoding="utf-8") for path in paths] == [frame.source for frame in picture.frames()]
    assert paths == sorted((tmp_path / "new" / "folder").iterdir())
    for format, beginning in (("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")):
        assert picture.save_frames(tmp_path, format)[-1].read_bytes().startswith(beginning)


def test_a_hundred_frames_stay_in_order(tmp_path):
    """The numbers in the names have as many digits as the last one."""
    y = sum((Value(i) for i in range(32)), Value(0))
    paths = draw(y).save_frames(tmp_path, "dot")
    assert len(paths) >= 100
    assert paths == sorted(paths) and paths[0].name == "frame-001.dot"


def test_unknown_formats(tmp_path):
    """A format that there is not is refused before a folder is made."""
    with pytest.raises(ValueError, match="format='gif': the format of a frame is one of svg, pdf, png, dot"):
        draw(Value(1)).save_frames(tmp_path / "frames", "gif")
    assert list(tmp_path.iterdir()) == []


def test_other_pictures_are_one_frame():
    """A picture of a network, and DOT of one's own, has itself as its only frame."""
    for picture in (draw(Neuron(2, seed=0)), Picture("digraph { a }")):
        assert picture.frames() == [picture]


def test_notebooks_fit_pictures_to_the_page():
    """What a notebook prefers is the same SVG as an image that is never wider than the page, moving or not."""
    picture = draw(parse("a * x", a=2, x=3)[0])
    for each in (picture, picture.animation()):
        shown = each._repr_mimebundle_()
        (image,) = ElementTree.fromstring(f"<html>{shown['text/html'].removesuffix('>')}/></html>")
        assert image.tag == "img" and "max-width: 100%" in image.get("style")
        kind, data = image.get("src").split(";base64,")
        assert kind == "data:image/svg+xml" and base64.b64decode(data).decode() == shown["image/svg+xml"]


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
    assert ["-1.5" in each for each in texts] == [False] + [True] * (len(texts) - 1)
    assert texts[-1].count("-3") == 1


def test_wrong_moving_pictures(tmp_path):
    """A moving picture is an SVG, and takes time."""
    picture = draw(Value(1))
    with pytest.raises(ValueError, match="'y.gif': a moving picture is an SVG, so the ending of its file is .svg"):
        picture.animation().save("y.gif")
    with pytest.raises(ValueError, match="seconds=0: each frame is shown for some time, as in seconds=1.5"):
        picture.animation(seconds=0)
