"""Tests of templates: what is filled in stays what it is, whatever is written in it."""

import configparser
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import scalargrad
from scalargrad.templates import fill

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
def template(tmp_path):
    """Write a template, and return its path."""

    def write(text, name="page.html"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def test_a_text_stays_a_text(template):
    """In the page and between quotes, a text with tags, quotes and places in it is read as that text."""
    page = Reader(fill(template('<p title="{{text a}}">{{text a}}</p>'), a=EVIL))
    assert page.tags == [("p", {"title": EVIL})] and page.texts == [EVIL]


def test_places_are_filled_in_one_pass(template):
    """HTML and files go in as they are, and what looks like a place in them is not filled."""
    template("{{text a}}", "other.css")
    assert fill(template("{{html a}}|{{file other.css}}|{{text b}}"), a="{{text b}}<i>", b="{{html a}}") == (
        "{{text b}}<i>|{{text a}}|{{html a}}"
    )


def test_json_is_the_same_again(template):
    """Data with tags, quotes and places in it are read from their element as they were."""
    page = Reader(fill(template('<script type="application/json">{{json a}}</script>'), a={EVIL: [EVIL, 0.1]}))
    assert [tag for tag, _ in page.tags] == ["script"] and json.loads("".join(page.texts)) == {EVIL: [EVIL, 0.1]}


def test_places_and_parts_agree(template):
    """A part that is missing, and one too many, are errors."""
    path = template("{{text a}}{{html b}}")
    for parts in ({"a": 1}, {"a": 1, "b": 2, "c": 3}):
        with pytest.raises(ValueError, match=f"page.html is filled with a, b, got {', '.join(parts)}"):
            fill(path, **parts)


def test_files_ship_as_they_are_read():
    """The package has its pages, and what they name; no script ends its own tag, and nothing asks for the network."""
    package, config = Path(scalargrad.__file__).parent, configparser.ConfigParser()
    config.read(package.with_name("setup.cfg"), encoding="utf-8")
    shipped = config["options.package_data"]["scalargrad"].split(", ")
    files = [path for path in package.rglob("*") if path.suffix in (".html", ".css", ".js")]
    assert {".html", ".css", ".js"} == {path.suffix for path in files}
    for path in files:
        assert any(path.relative_to(package).match(pattern) for pattern in shipped)
        text = path.read_text(encoding="utf-8")
        assert all(path.with_name(name).exists() for name in re.findall(r"\{\{file ([\w.]+)\}\}", text))
        assert "://" not in text, path
        assert path.suffix == ".html" or not re.search("</(script|style)", text, re.IGNORECASE), path
