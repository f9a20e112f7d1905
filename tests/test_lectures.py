"""Tests of what lectures say beyond what they assert when they run, see `test_notebooks.py`."""

import contextlib
import importlib.util
import io
import re

import pytorch
from lectures import NOTEBOOKS

THE_CLASS = ["class", "operation", "rules", "order-code", "backward-code"]


def cells(name):
    """The source of each cell of a lecture by its id."""
    return {cell.id: cell.source for cell in NOTEBOOKS[name].cells}


def printed(*sources):
    """The lines that cells print, one after another and without the rest of their lecture."""
    with contextlib.redirect_stdout(io.StringIO()) as text:
        exec("\n".join(["import importlib.util, math", *sources]), {})
    return text.getvalue().splitlines()


def comments(source):
    """What a cell says that it prints: the comments behind its prints."""
    return re.findall(r"^ *print\(.*\)  # (.*)$", source, re.MULTILINE)


def test_the_class_has_forty_lines():
    """The cells that make up the class have forty lines, as the lecture says, and need nothing but `math`."""
    sources = [cells("03_build_value")[name] for name in THE_CLASS]
    assert len([line for source in sources for line in source.splitlines() if line.strip()]) == 40
    assert printed(*sources, "a = Value(3.0); (a * a).backward(); print(a.grad)") == ["6.0"]


def test_the_neuron_in_pytorch_prints_what_its_comments_say():
    """The comments of the cell are what PyTorch has printed for it, and the same lines print the same with our own class."""
    lecture = cells("03_build_value")
    code, prints = pytorch.read()["lectures"]["03_build_value"]
    assert lecture["pytorch-code"].splitlines() == code, "make pytorch.json anew: python tests/pytorch.py"
    assert comments(lecture["pytorch-code"]) == comments(lecture["beside"]) == prints
    assert printed(*(lecture[name] for name in THE_CLASS), lecture["beside"]) == prints


def test_without_pytorch_the_cell_says_so(monkeypatch):
    """Where PyTorch is not installed, the cell prints one sentence and the lecture goes on."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    (line,) = printed(cells("03_build_value")["pytorch-code"])
    assert line.startswith("PyTorch is not installed")
