"""Tests of the pages that students open."""

import re
from html.parser import HTMLParser

import pytest
from results_of_a_class import EVIL, by_key, graded

from scalargrad.exercises.feedback import page, share, write_feedback


class Reader(HTMLParser):
    """The texts of a page and its tags, all of which are closed in their order."""

    def __init__(self, text):
        super().__init__()
        self.texts, self.tags, self.open = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in ("meta", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def read(found):
    return Reader(page(found))


def test_what_a_student_is_told():
    """The page has the name, the points, those of each exercise and test, what was wrong, and what was read."""
    told = "one(1): you returned 2, expected 3\nhint: count"
    text = "".join(read(graded("Ada", "1", {"ex01_a: one": told}.items(), ["old/ex01_a.py is there twice"])).texts)
    for piece in ("Ada", "4 of 4 points", told, "old/ex01_a.py is there twice", "ex01_a 2 of 4", "ex02_b 2 of 2"):
        assert piece in text
    assert "one (0\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}2)" in text and "two (2\N{NO-BREAK SPACE}of" in text
    assert "With the bonus there are 6 points; 4 are the maximum." in text


def test_what_several_tests_say_is_there_once():
    """A reason that two tests of an exercise share is one text."""
    text = page(graded("Ada", "1", {"ex01_a: one": "SyntaxError", "ex01_a: two": "SyntaxError"}.items()))
    assert text.count("SyntaxError") == 1


def test_a_hidden_test_counts_and_is_not_shown():
    """Neither the name nor the message of a hidden test is on the page, and its points are counted."""
    found = graded("Ada", "1", {"ex01_a: two": "secret"}.items(), hidden=["ex01_a: two", "ex02_b: three"])
    text = "".join(read(found).texts)
    assert "secret" not in text and "two" not in text and "three" not in text
    assert "ex01_a 2 of 4" in text and text.count("1 more test counted, not shown") == 2


def test_no_text_becomes_a_tag():
    """Whatever is in a name, a message or a remark stays a text, and nothing is loaded from elsewhere."""
    found = graded(EVIL, "1", {"ex01_a: one": EVIL}.items(), [EVIL])
    found["tests"][1]["name"] = f"ex01_a: {EVIL}"
    reader = read(found)
    assert "script" not in reader.tags and "".join(reader.texts).count(EVIL) == 5  # the title and four more
    assert not re.search(r"https?:|src=|url\(", page(graded("Ada", "1")))


@pytest.mark.parametrize(("part", "whole", "expected"), [(0, 4, "0.000"), (3, 4, "0.750"), (6, 4, "1.000"), (0, 0, "0.000")])
def test_bars(part, whole, expected):
    """A bar is as long as the part, and never longer than the whole."""
    assert share(part, whole) == expected


def test_names_of_files(tmp_path):
    """Each submission has a file; for Moodle its number is between the first two _, where Moodle reads it."""
    results = by_key(graded("Ada", "12345"), graded("a_b/c", "7"), graded("ü" * 200, "8"), graded("nobody", ""))
    write_feedback(tmp_path / "plain", results)
    assert len(list((tmp_path / "plain").glob("*.html"))) == 4 and (tmp_path / "plain" / "Ada_12345.html").exists()
    write_feedback(tmp_path / "moodle", results, for_moodle=True)
    names = {path.name for path in (tmp_path / "moodle").iterdir()}
    assert len(names) == 4 and "nobody.html" in names
    parts = [name.split("_", 4) for name in names - {"nobody.html"}]
    assert {part[1] for part in parts} == {"12345", "7", "8"}
    assert all(part[2:] == ["assignsubmission", "file", "feedback.html"] for part in parts)
