"""Tests of templates: what is filled in stays what it is, whatever is written in it."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scalargrad.pages import templates
from scalargrad.pages.templates import fill

EVIL = '</script><img src=x onerror="alert(1)">\'&amp;{{text b}}\u2028<!--'


class Reader(HTMLParser):
    """The tags of a page, and the texts in them."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture
def template(tmp_path, monkeypatch):
    """Write a template, and return its name."""
    monkeypatch.setattr(templates, "FOLDER", tmp_path)

    def write(text, name="page.html"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write


def test_a_text_stays_a_text(template):
    """In the page and between quotes, a text with tags, quotes and places in it is read as that text."""
    page = Reader(fill(template('<p title="{{text a}}">{{text a}}</p>'), a=EVIL))
    assert page.tags == [("p", {"title": EVIL})] and page.texts == [EVIL]


def test_json_stays_data(template):
    """In a script, what is filled in is JSON of the same data, and nothing in it ends the script."""
    page = fill(template("<script>{{json a}}</script>"), a=[EVIL, 1.5, {"<b>": None}])
    script = re.fullmatch(r"<script>([^<>&\u2028]*)</script>", page)
    assert script and json.loads(script[1]) == [EVIL, 1.5, {"<b>": None}]


def test_places_are_filled_in_one_pass(template):
    """HTML and files go in as they are, and what looks like a place in them is not filled."""
    template("{{text a}}", "other.css")
    assert fill(template("{{html a}}|{{file other.css}}|{{text b}}"), a="{{text b}}<i>", b="{{html a}}") == (
        "{{text b}}<i>|{{text a}}|{{html a}}"
    )


def test_places_and_parts_agree(template):
    """A part that is missing, and one too many, are errors."""
    name = template("{{text a}}{{json b}}")
    for parts in ({"a": 1}, {"a": 1, "b": 2, "c": 3}):
        with pytest.raises(ValueError, match=f"page.html is filled with a, b, got {', '.join(parts)}"):
            fill(name, **parts)


def test_files_ship_as_they_are_read():
    """What templates name is there; no script ends its own tag, and nothing asks for the network."""
    files = [path for path in Path(templates.__file__).parent.iterdir() if path.suffix in (".html", ".css", ".js")]
    assert {".html", ".css", ".js"} == {path.suffix for path in files}
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert all(path.with_name(name).exists() for name in re.findall(r"\{\{file ([\w.]+)\}\}", text))
        assert "://" not in text, path
        assert path.suffix == ".html" or "</" not in text, path
