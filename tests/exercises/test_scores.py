"""Tests of tables of points, and of what Moodle and Canvas read in them."""

import csv

from results_of_a_class import by_key, graded

from scalargrad.exercises.scores import canvas, moodle, points, without_number, write_csv

CLASS = by_key(
    graded('Ada, Countess of "Lovelace"', "12345"),
    graded("Müller", "7", {"ex01_a: one": "no"}.items()),
    graded("no number", "", {"ex02_b: three": "no"}.items()),
)


def written(tmp_path, columns):
    """The rows that are read in the file."""
    write_csv(tmp_path / "scores.csv", ["ex01_a", "ex02_b"], CLASS, columns)
    with open(tmp_path / "scores.csv", newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_points(tmp_path):
    """The table for lecturers has a row for every submission, with the points of each exercise and their sum."""
    assert written(tmp_path, points) == [
        ["submission", "ex01_a", "ex02_b", "score", "max_score"],
        ['Ada, Countess of "Lovelace"_12345', "4", "2", "6", "4"],
        ["Müller_7", "2", "2", "4", "4"],
        ["no number", "4", "0", "4", "4"],
    ]


def test_moodle(tmp_path):
    """Moodle finds the three columns its import needs, by their names, and a number behind "Participant "."""
    rows = written(tmp_path, moodle)
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(rows[0]) and "Feedback comments" not in rows[0]
    found = [dict(zip(rows[0], row)) for row in rows[1:]]
    assert [(row["Identifier"], row["Grade"], row["Maximum Grade"]) for row in found] == [
        ("Participant 12345", "6", "4"),
        ("Participant 7", "4", "4"),
    ]
    assert found[0]["Full name"] == 'Ada, Countess of "Lovelace"'


def test_canvas(tmp_path):
    """Canvas finds a header from Student to Section, then the assignment; the points possible; a row for each student."""
    rows = written(tmp_path, canvas("Exercises, part 1 (4711)"))
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Exercises, part 1 (4711)"]
    assert "Points Possible" in rows[1][0] and rows[1][5] == "4"
    assert [(row[1], row[5]) for row in rows[2:]] == [("12345", "6"), ("7", "4")]
    assert {len(row) for row in rows} == {6}


def test_who_has_no_number():
    """A submission without a number has no row in these systems, and is named."""
    assert without_number(CLASS) == ["no number"]
