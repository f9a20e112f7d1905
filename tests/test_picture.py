"""Tests of pictures as files: frames in folders, and moving pictures."""

import base64
import errno
import os
import re
import stat
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from scalargrad import Value, draw, parse
from scalargrad.nn import Neuron
from scalargrad.pictures.errors import RenderError
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


def test_frames_of_an_earlier_run_are_gone(tmp_path):
    """Frames that a run leaves over from one before it are removed, and no other file is, however like a frame it looks."""
    y, _ = parse("a * x", a=2, x=3)
    others = {"frame-1.dot", "frame-01.svg", "frame-01.dot.txt", "my-frame-01.dot", "frame-aa.dot", "Frame-01.dot"}
    for name in others | {"frame-99.dot", "frame-001.dot", "frame-100.dot"}:
        (tmp_path / name).write_text("mine")
    (tmp_path / "frame-98.dot").mkdir()
    paths = draw(y).save_frames(tmp_path, "dot")
    assert {path.name for path in tmp_path.iterdir()} == others | {"frame-98.dot"} | {path.name for path in paths}
    assert all((tmp_path / name).read_text() == "mine" for name in others)


WAYS = {
    "graph.svg": lambda picture, folder: picture.save(folder / "graph.svg"),
    "frame-01.svg": lambda picture, folder: picture.save_frames(folder),
    "moving.svg": lambda picture, folder: picture.animation().save(folder / "moving.svg"),
}


@pytest.mark.slow("renders many pictures")
@pytest.mark.parametrize("name", WAYS)
def test_a_save_that_fails_leaves_the_old_file(name, tmp_path, monkeypatch):
    """Whether Graphviz fails, the disk is full or the file cannot be moved, the old file is whole and no other is there."""
    path, picture = tmp_path / name, draw(parse("a * x", a=2, x=3)[0])
    path.write_text("old")

    def fail(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device", ".tmp")

    def write_half(draft, content):
        with open(draft, "wb") as file:
            file.write(content[:100])
        fail()

    for thing, method, failure in ((Path, "write_bytes", write_half), (os, "replace", fail)):
        with monkeypatch.context() as patch:
            patch.setattr(thing, method, failure)
            with pytest.raises(OSError, match=f"No space left on device: '{re.escape(str(path))}'"):
                WAYS[name](picture, tmp_path)
        assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "")
        patch.setattr(sys, "executable", "/no/such/python")
        with pytest.raises(RenderError):
            WAYS[name](picture, tmp_path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    WAYS[name](picture, tmp_path)
    assert path.read_text().startswith("<?xml")


def test_a_new_file_is_like_any_other(tmp_path):
    """A file has the rights that a new file has, or those of the one in its place, and a link to it stays a link."""
    picture = draw(Value(1))
    (tmp_path / "plain").touch()
    picture.save(tmp_path / "new.dot")
    assert (tmp_path / "new.dot").stat().st_mode == (tmp_path / "plain").stat().st_mode
    (tmp_path / "new.dot").chmod(0o640)
    (tmp_path / "link.dot").symlink_to(tmp_path / "new.dot")
    draw(Value(2)).save(tmp_path / "link.dot")
    assert (tmp_path / "link.dot").is_symlink() and stat.S_IMODE((tmp_path / "new.dot").stat().st_mode) == 0o640
    assert (tmp_path / "new.dot").read_text(encoding="utf-8") == draw(Value(2)).source


def test_errors_name_the_file_that_was_asked_for(tmp_path):
    """A folder that is not there, or a folder in the place of the file, is said of the path as it was given."""
    (tmp_path / "folder.dot").mkdir()
    for path, kind in ((tmp_path / "no" / "graph.dot", FileNotFoundError), (tmp_path / "folder.dot", IsADirectoryError)):
        with pytest.raises(kind) as error:
            draw(Value(1)).save(path)
        assert error.value.filename == str(path)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.dot"]


@pytest.mark.slow("waits for time limits")
@pytest.mark.parametrize("name", [*WAYS, "notebook"])
def test_every_picture_has_the_time_limit(name, tmp_path, fake_dot):
    """The time limit that draw takes is that of the file, the frames, the moving picture and the notebook."""
    fake_dot("exec sleep 60")
    picture = draw(parse("a * x", a=2, x=3)[0], timeout=0.2)
    if name == "notebook":
        assert picture._repr_mimebundle_()["text/plain"].startswith("Graphviz was stopped after 0.2 seconds")
    else:
        with pytest.raises(RenderError, match="Graphviz was stopped after 0.2 seconds"):
            WAYS[name](picture, tmp_path)


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
