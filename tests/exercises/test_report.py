"""Tests of the report on a class."""

import math

from hypothesis import given
from hypothesis import strategies as st
from results_of_a_class import EVIL, by_key, graded
from test_feedback import Reader

from scalargrad.exercises.report import distribution, messages, page, write_report

ONE, TWO, THREE = "ex01_a: one", "ex01_a: two", "ex02_b: three"


def squeezed(results):
    return " ".join(" ".join(Reader(page(results)).texts).split()).replace("_ ", "_")


@given(st.lists(st.floats(0, 150)), st.floats(1, 100))
def test_every_score_is_in_one_column(scores, maximum):
    """The columns count all scores; those above the maximum are in the last one, and full points in the one before."""
    counts = distribution([*scores, maximum, 2 * maximum], maximum)
    assert sum(counts.values()) == len(scores) + 2
    assert counts["more"] == 1 + sum(score > maximum for score in scores) and counts["100"] >= 1
    assert distribution([math.nextafter(maximum, 0)], maximum)["90"] == 1


def test_columns():
    """A column begins with its number, and ends before the next."""
    counts = distribution([0, 0.9, 1, 9.9, 10, 10.5], 10)
    assert {name: count for name, count in counts.items() if count} == {"0": 2, "10": 1, "90": 1, "100": 1, "more": 1}
    assert distribution([0.0, 1.0], 0)["more"] == 1


def test_messages():
    """What was returned, hints and prints are left out, so that the same mistake is the same message."""
    first = graded("a", "", {ONE: "f(1): you returned [1,\n2], expected 3\nhint: count\nprinted: x"}.items())
    second = graded("b", "", {ONE: "f(1): you returned None, expected 3", TWO: "x" * 1000}.items())
    assert messages(first["tests"]) == {"f(1): you returned …, expected 3": {ONE}}
    assert messages(second["tests"]) == {"f(1): you returned …, expected 3": {ONE}, "x" * 300 + " …": {TWO}}


def test_what_a_lecturer_reads():
    """The report has the mean and the median, each exercise, the hardest tests first, and what fails most."""
    results = by_key(
        graded("a", "", {ONE: "f(1): you returned 1, expected 3"}.items(), ["notes.py has no name of one"]),
        graded("b", "", {ONE: "f(1): you returned 2, expected 3", TWO: "g is wrong"}.items()),
        graded("c", ""),
        graded("d", "", dict.fromkeys((ONE, TWO, THREE), "there is no file").items(), untried=(ONE, TWO, THREE)),
    )
    text = squeezed(results)
    assert "4 submissions Mean 3.0, median 3, of 4 points." in text
    assert "ex01_a 1.5 of 4 1 2 ex02_b 1.5 of 2 3 1" in text
    assert "The hardest tests How many failed a test, of those whose code it could run." in text
    assert f"failed by {ONE} 2 of 3 {TWO} 1 of 3" in text and THREE not in text
    assert "2 of 4 f(1): you returned …, expected 3 one 1 of 4 g is wrong two 1 of 4 there is no file one, two" in text
    assert "What was unusual a: notes.py has no name of one" in text


def test_a_class_without_mistakes(tmp_path):
    """Where nobody has failed a test, the report says so; nothing was unusual."""
    write_report(tmp_path / "folder" / "report.html", by_key(graded("a", "1")))
    text = (tmp_path / "folder" / "report.html").read_text(encoding="utf-8")
    assert text.count("Nobody has failed a test.") == 3 and "What was unusual" not in text


def test_no_text_becomes_a_tag():
    """Whatever is in a name, a message or a remark stays a text."""
    reader = Reader(page(by_key(graded(EVIL, "1", {ONE: EVIL}.items(), [EVIL]))))
    assert "script" not in reader.tags and "".join(reader.texts).count(EVIL) == 3
