"""Tests of the commands of a course: what they write, what they say, and what they refuse."""

import csv
import json

import pytest
from test_classroom import FIRST, SECOND, hand_in

from scalargrad.__main__ import main
from scalargrad.exercises.folder import exemplars
from scalargrad.exercises.github import PACKAGE_PATH, WORKFLOW_PATH


def ended(arguments, capsys):
    """The exit status of a call that is wrong, and what it says."""
    with pytest.raises(SystemExit) as error:
        main([str(argument) for argument in arguments])
    return error.value.code, capsys.readouterr().err


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_releases(tmp_path, capsys):
    """Exercises are added one at a time, and an update says what it has changed and what not."""
    main(["exercises", str(tmp_path), "ex01"])
    assert f"1 exercise was written to {tmp_path}; run pytest there." in capsys.readouterr().out
    main(["exercises", str(tmp_path), "ex02", FIRST])
    said = capsys.readouterr().out
    assert "1 exercise was written" in said and f"These were there and are not changed: {FIRST}.py.\n" in said
    (tmp_path / f"test_{FIRST}.py").write_text("")
    main(["exercises", str(tmp_path), "--update"])
    assert f"no exercise is changed: test_{FIRST}.py, test_{SECOND}.py.\n" in capsys.readouterr().out
    assert "def test_add" in (tmp_path / f"test_{FIRST}.py").read_text() and not (tmp_path / WORKFLOW_PATH).exists()


@pytest.mark.parametrize("call", ["--github {} ex01 ex02", "{} --github ex01 ex02", "{} ex01 --github ex02"])
def test_names_may_stand_anywhere(call, tmp_path):
    """The names of exercises may stand before an option and behind it."""
    main(["exercises", *call.format(tmp_path).split()])
    assert sorted(path.stem for path in tmp_path.glob("ex*.py")) == [FIRST, SECOND] and (tmp_path / WORKFLOW_PATH).exists()


def test_github(tmp_path, capsys):
    """The workflow and the package are written where they are asked for, and an update brings the package."""
    main(["exercises", str(tmp_path), "ex01", "--github"])
    assert "GitHub shows the points" in capsys.readouterr().out
    assert (tmp_path / WORKFLOW_PATH).exists()
    (tmp_path / PACKAGE_PATH).write_bytes(b"")
    main(["exercises", str(tmp_path), "--update"])
    assert (tmp_path / PACKAGE_PATH).read_bytes()


@pytest.mark.slow("starts pytest to read the tests")
def test_gradescope(tmp_path, capsys):
    """The autograder is written, of all exercises or of those that are named."""
    main(["exercises", "--gradescope", str(tmp_path / "all.zip")])
    main(["exercises", "--gradescope", str(tmp_path / "one.zip"), "ex01"])
    every, one = (int(line.split(" has ")[1].split()[0]) for line in capsys.readouterr().out.splitlines())
    assert 0 < one < every and every > 5 * len(exemplars())


@pytest.fixture
def handed_out(tmp_path):
    """A class as Moodle hands it out: everything right, one file in a flat name, a harmful zip, and one without a number."""
    folder = tmp_path / "class"
    hand_in(folder / "Ada Lovelace_11_assignsubmission_file_", FIRST, SECOND)
    flat = folder / f"Alan Turing_12_assignsubmission_file_{FIRST}.py"
    flat.write_text("def add(x, y):\n    return x + y, 1, 1\n")
    (folder / "Eve_13_assignsubmission_file_hw.zip").write_bytes(b"no zip")
    hand_in(folder / "nobody")
    return folder


@pytest.mark.slow("grades a class twice")
def test_a_course(handed_out, tmp_path, capsys):
    """One call grades the exercises of a release, and writes what Moodle takes, a page for each student, and a report.

    A second call, for Canvas, grades nothing again and does not take the feedback for a submission.
    """
    output, feedback, report = handed_out / "grades.csv", handed_out / "feedback", handed_out / "report.html"
    call = ["grade", handed_out, "-o", output, "--exercises", "ex01,ex02", "--feedback", feedback, "--report", report]
    main([*map(str, call), "--format=moodle"])
    said = capsys.readouterr()
    assert [(row["Identifier"], row["Grade"], row["Maximum Grade"]) for row in read(output)] == [
        ("Participant 11", "20", "20"),
        ("Participant 12", "1", "20"),
        ("Participant 13", "0", "20"),
    ]
    assert "no row for Moodle, because no number of Moodle is in the name: nobody\n" in said.err
    assert (
        "\nEve_13: " in said.out and "hw.zip cannot be unpacked: " in said.out and f"The report is {report}.\n" in said.out
    )
    page = (feedback / "Alan Turing_12_assignsubmission_file_feedback.html").read_text(encoding="utf-8")
    assert "Alan Turing" in page and "there is no file" not in page.partition(SECOND)[0]
    assert "4 submissions" in report.read_text(encoding="utf-8") and len(list(feedback.iterdir())) == 4
    kept = {path: path.stat().st_mtime_ns for path in (handed_out / "grades.results").iterdir()}
    main([*map(str, call), "--format=canvas", "--assignment=Part 1 (4711)"])
    assert [row["Part 1 (4711)"] for row in read(output)] == ["20", "20", "1", "0"]
    assert {path: path.stat().st_mtime_ns for path in (handed_out / "grades.results").iterdir()} == kept
    assert {json.loads(path.read_text())["max_score"] for path in kept} == {20}


@pytest.mark.slow("grades a class")
def test_above_the_maximum(tmp_path, capsys):
    """Moodle refuses a grade above the maximum, so the command names whose it is; with a cap there is none."""
    hand_in(tmp_path / "class" / "Ada_11_assignsubmission_file_", FIRST, "ex12_dot")
    call = ["grade", str(tmp_path / "class"), "-o", str(tmp_path / "grades.csv"), "--exercises=ex01,ex12", "--format=moodle"]
    main(call)
    assert "above the maximum, which Moodle refuses (see --cap): Ada_11\n" in capsys.readouterr().err
    main([*call, "--cap"])
    assert "above the maximum" not in capsys.readouterr().err
    assert [row["Grade"] for row in read(tmp_path / "grades.csv")] == ["10"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["exercises"], "name the folder to write to, as in `scalargrad exercises my-exercises`"),
        (["exercises", ""], "name the folder to write to"),
        (["exercises", "ex01"], "ex01 is an exercise: name a folder first, as in `scalargrad exercises my-exercises ex01`"),
        (["exercises", "{}", "ex99"], "ex99: there is no such exercise; there are ex01, ex02"),
        (["exercises", "{}", "--update"], "there are no exercises in it whose tests could be updated"),
        (["exercises", "{}", "ex01", "--update"], "leave out their names, or leave out --update"),
        (["exercises", "{}", "--update", "--solutions"], "not allowed with argument"),
        (["exercises", "{}", "--cap"], "--cap is for an autograder, --gradescope ZIP, or for `scalargrad grade`"),
        (["exercises", "{}", "--tests", "{}"], "--tests is for an autograder"),
        (["exercises", "--gradescope", "{}/a.zip", "ex99"], "ex99: there is no such exercise"),
        (["exercises", "--gradescope", "{}/a.zip", "--tests", "{}"], "there is no file test_*.py in it"),
        (["exercises", "--gradescope", "{}/a.zip", "--github"], "--github is for a folder of exercises"),
        (["exercises", "--gradescope", "{}/file/a.zip", "ex01"], "/file: File exists"),
        (["grade", "{}/class", "--exercises", "ex01,ex99"], "ex99: there is no such exercise"),
        (["grade", "{}/class", "--format", "excel"], "invalid choice: 'excel'"),
        (["grade", "{}/class", "-o", "{}/x", "--report", "{}/x"], "give the points, the feedback and the report names"),
        (["grade", "{}/class", "-o", "{}/y", "--report", "{}/x", "--feedback", "{}/x"], "the report names of their own"),
        (["grade", "{}/class", "-o", "{}/class"], "-o {}/class: this is a folder; name a file"),
        (["grade", "{}/class", "--report", "{}/class"], "--report {}/class: this is a folder; name a file"),
        (["grade", "{}/class", "--feedback", "{}/file"], "--feedback {}/file: this is a file; name a folder"),
        (["exercises", "--gradescope", "{}/class"], "--gradescope {}/class: this is a folder; name a file"),
    ],
)
def test_wrong_calls(arguments, sentence, tmp_path, capsys):
    """A call that is wrong ends with exit status 2 and one sentence, and writes nothing."""
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "file").write_text("")
    status, said = ended([argument.format(tmp_path) for argument in arguments], capsys)
    assert status == 2 and sentence.format(tmp_path) in said and said.count("\n") == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["ada", "class", "file"]
