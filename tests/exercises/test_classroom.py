"""Tests of grading a class."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import is_left

from scalargrad.__main__ import main
from scalargrad.exercises import classroom
from scalargrad.exercises.folder import exemplars, write_exercises

ROOT = Path(__file__).parents[2]
LOOP = "while True: pass"


@pytest.fixture
def submissions(tmp_path):
    """Four submissions: all right, the stubs, one with a mistake and a folder too many, and one with next to nothing."""
    folder = tmp_path / "submissions"
    write_exercises(folder / "all", solutions=True)
    write_exercises(folder / "nothing")
    write_exercises(folder / "mistake" / "__MACOSX" / "exercises", solutions=True)
    path = folder / "mistake" / "__MACOSX" / "exercises" / "ex05_backward.py"
    path.write_text(path.read_text().replace("value.grad += partial", "value.grad = partial"))
    (folder / "empty").mkdir()
    (folder / "notes.txt").write_text("not a submission")
    return folder


def rows(path):
    with open(path, newline="") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


def test_points_of_a_class(submissions, tmp_path, capsys):
    """There is a row for each folder, with the points of each exercise, and it is said what was hardest."""
    main(["grade", str(submissions), "-o", str(tmp_path / "scores.csv")])
    table = rows(tmp_path / "scores.csv")
    assert {name: (row["score"], row["max_score"]) for name, row in table.items()} == {
        "all": ("120", "100"),
        "empty": ("0", "100"),
        "mistake": ("113", "100"),
        "nothing": ("0", "100"),
    }
    assert list(table["all"]) == ["submission", *(path.stem for path in exemplars()), "score", "max_score"]
    assert (table["mistake"]["ex05_backward"], table["mistake"]["ex04_topological_order"]) == ("3", "10")
    said = capsys.readouterr().out
    assert "ex04_topological_order: mean 5.0 of 10, points lost by 2 of 4\n     2  a leaf alone\n" in said
    assert "ex05_backward: mean 3.2 of 10, points lost by 3 of 4\n     3  push: gradients add up\n" in said
    assert "4 submissions in " in said and str(tmp_path / "scores.csv") in said


def test_tests_of_students_do_not_count(submissions, tmp_path):
    """A submission is graded by the tests of the package; its own tests and settings are not even looked at."""
    (submissions / "nothing" / "conftest.py").write_text("raise SystemExit")
    (submissions / "nothing" / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    for path in (submissions / "nothing").glob("test_*.py"):
        path.write_text("import pytest\n@pytest.mark.points(1000)\ndef test(student): pass\n")
    results = classroom.grade(submissions, tmp_path / "scores.csv")
    assert (results["nothing"]["score"], results["nothing"]["max_score"], results["nothing"]["output"]) == (0, 100, "")


def test_tests_of_ones_own(submissions, tmp_path, capsys):
    """Tests of a lecturer are added or take the place of others, and broken ones are not the students' loss."""
    own, output = tmp_path / "own", tmp_path / "scores.csv"
    own.mkdir()
    with pytest.raises(ValueError, match="there is no file test_"):
        classroom.grade(submissions, output, own_tests=own)
    marks = "@pytest.mark.points(5)\n@pytest.mark.visibility('hidden')"
    test = f"import pytest\n{marks}\ndef test(student): assert student.f() == 1\n"
    (own / "test_ex13_more.py").write_text(test)
    (own / "test_ex01_local_rules.py").write_text(test.replace("student.f()", "student.add(1, 0)[1]"))
    (submissions / "empty" / "ex13_more.py").write_text("def f(): return 1")
    main(["grade", str(submissions), "-o", str(output), "--tests", str(own)])
    table = rows(output)
    assert (table["all"]["ex01_local_rules"], table["all"]["ex13_more"], table["all"]["score"]) == ("5", "0", "115")
    assert (table["empty"]["ex13_more"], table["empty"]["score"], table["empty"]["max_score"]) == ("5", "5", "100")
    kept = json.loads((tmp_path / "scores.results" / "all.json").read_text())
    assert [test["visibility"] for test in kept["tests"]].count("hidden") == 2
    (own / "test_ex13_more.py").write_text("from scalargrad import no_such_thing")
    with pytest.raises(SystemExit):
        main(["grade", str(submissions), "-o", str(output), "--tests", str(own)])
    assert "no_such_thing" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there are no such names")
def test_names_in_another_encoding(tmp_path, capsys):
    """A folder whose name is not UTF-8 has its row, and one without exercises is named."""
    os.makedirs(os.fsencode(tmp_path / "class") + b"/M\xfcller")
    main(["grade", str(tmp_path / "class"), "-o", str(tmp_path / "scores.csv")])
    assert list(rows(tmp_path / "scores.csv")) == ["M\\xfcller"]
    assert "\nM\\xfcller: there is no exercise in it, such as ex01_local_rules.py\n" in capsys.readouterr().out


def test_only_what_has_changed_is_graded_again(submissions, tmp_path):
    """Results are kept until the submission changes, or the time limit does."""
    for name in ("all", "nothing"):
        shutil.rmtree(submissions / name)
    output = tmp_path / "scores.csv"
    kept = {name: tmp_path / "scores.results" / f"{name}.json" for name in ("empty", "mistake")}
    classroom.grade(submissions, output)
    assert sorted(tmp_path.joinpath("scores.results").iterdir()) == sorted(kept.values())
    for path in kept.values():
        path.write_text(path.read_text().replace('"score": 0', '"score": 0.25'))
    assert classroom.grade(submissions, output)["empty"]["score"] == 0.25
    (submissions / "empty" / "ex01_local_rules.py").write_text("def add(x, y): return x + y, 1, 1")
    results = classroom.grade(submissions, output)
    assert (results["empty"]["score"], rows(output)["empty"]["score"]) == (1, "1")
    assert "0.25" in kept["mistake"].read_text()
    classroom.grade(submissions, output, time_limit=4.0)
    assert "0.25" not in kept["mistake"].read_text()


def test_the_points_may_be_beside_the_submissions(tmp_path):
    """What was kept is not taken for a submission the next time."""
    (tmp_path / "a").mkdir()
    for _ in range(2):
        assert list(classroom.grade(tmp_path, tmp_path / "scores.csv")) == ["a"]


def test_one_that_hangs_holds_up_no_other(tmp_path):
    """While one submission runs into all time limits, the others are graded."""
    for name in ("a", "b", "c"):
        write_exercises(tmp_path / "class" / name, solutions=True)
    for path in sorted((tmp_path / "class" / "a").glob("ex*.py"))[:6]:
        path.write_text(LOOP)
    when = {}
    original = classroom._Grader.results

    def results(self, submission):
        found = original(self, submission)
        when[submission.name] = time.monotonic()
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classroom._Grader, "results", results)
        patch.setattr(os, "cpu_count", lambda: 2)
        scores = {name: each["score"] for name, each in classroom.grade(tmp_path / "class", tmp_path / "o.csv", 0.5).items()}
    assert scores == {"a": 60, "b": 120, "c": 120}
    assert max(when["b"], when["c"]) < when["a"]


@pytest.mark.skipif(sys.platform != "linux", reason="looks processes up as Linux lists them")
def test_interrupted_and_resumed(tmp_path):
    """Ctrl-C leaves what is done and no process behind; the next call does the rest."""
    write_exercises(tmp_path / "class" / "a", solutions=True)
    write_exercises(tmp_path / "class" / "b")
    for path in (tmp_path / "class" / "b").glob("ex*.py"):
        path.write_text(f"'''{tmp_path}'''\n{LOOP}")
    command = [sys.executable, "-m", "scalargrad", "grade", str(tmp_path / "class"), "-o", str(tmp_path / "scores.csv")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*command, "--time-limit=60"], env=environment, stderr=subprocess.PIPE, text=True)
    first, second = (tmp_path / "scores.results" / name for name in ("a.json", "b.unfinished"))
    while not (first.exists() and second.exists()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=20)[1]
    assert process.returncode == 1 and "What is done is in" in said and "Traceback" not in said
    assert {name: row["score"] for name, row in rows(tmp_path / "scores.csv").items()} == {"a": "120"}
    assert not is_left(str(tmp_path))
    before = first.stat().st_mtime_ns
    shutil.rmtree(tmp_path / "class" / "b")
    write_exercises(tmp_path / "class" / "b")
    subprocess.run([*command, "--time-limit=60"], env=environment, check=True, capture_output=True)
    assert {name: row["score"] for name, row in rows(tmp_path / "scores.csv").items()} == {"a": "120", "b": "0"}
    assert first.stat().st_mtime_ns == before


def test_progress_without_tqdm(tmp_path, capsys, monkeypatch):
    """Where tqdm is not installed, lines are counted."""
    (tmp_path / "class" / "a").mkdir(parents=True)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    classroom.grade(tmp_path / "class", tmp_path / "scores.csv")
    assert capsys.readouterr().err == "graded 1 of 1\n"


def test_a_grading_that_is_killed_counts_what_was_graded(tmp_path, monkeypatch):
    """A submission that brings its grading down keeps its points, of the same maximum, and the lecturer is told."""
    write_exercises(tmp_path / "class" / "a", solutions=True)
    (tmp_path / "class" / "a" / "ex02_forward_pass.py").write_text("import os\nos.kill(os.getppid(), 9)")
    result = classroom.grade(tmp_path / "class", tmp_path / "scores.csv")["a"]
    assert (result["score"], result["max_score"]) == (10, 100)
    assert "pytest ended with exit status -9; what is missing has no points" in result["output"]
    monkeypatch.setattr(classroom, "PATIENCE", 0.02)
    (tmp_path / "class" / "a" / "ex02_forward_pass.py").write_text(LOOP)
    result = classroom.grade(tmp_path / "class", tmp_path / "scores.csv", time_limit=60)["a"]
    assert (result["score"], result["max_score"]) == (10, 100)
    assert result["output"] == "the grading was ended after 1.2 s; what is missing has no points"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grade", "{}/none"], "/none: No such file or directory"),
        (["grade", "{}"], "there are no folders in it, and each submission is one"),
        (["grade", "{}", "--fast"], "--fast: there is no such option"),
        (["exercises", "{}/file"], "/file: File exists"),
        (["exercises", "{}", "--all"], "--all: there is no such option"),
        (["exercises"], "the following arguments are required: DIR"),
    ],
)
def test_wrong_input(arguments, sentence, tmp_path, capsys):
    """Wrong input ends the commands with one line and exit status 2."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as ended:
        main([argument.format(tmp_path) for argument in arguments])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1


def test_the_command_writes_exercises(tmp_path, capsys):
    """The command writes stubs or solutions, and says what it has left alone."""
    main(["exercises", str(tmp_path)])
    assert "12 exercises were written" in capsys.readouterr().out
    main(["exercises", str(tmp_path), "--solutions"])
    said = capsys.readouterr().out
    assert "0 exercises were written" in said and "stay as they are: ex01_local_rules.py, " in said
    assert "is not written yet" in (tmp_path / "ex01_local_rules.py").read_text()
    main(["exercises", str(tmp_path / "solutions"), "--solutions"])
    assert "is not written yet" not in (tmp_path / "solutions" / "ex01_local_rules.py").read_text()


def test_results_are_what_gradescope_reads(tmp_path):
    """The results that are kept have the fields of Gradescope's results.json, and the scores of the tests add up."""
    write_exercises(tmp_path / "class" / "a", solutions=True)
    classroom.grade(tmp_path / "class", tmp_path / "scores.csv")
    content = json.loads((tmp_path / "scores.results" / "a.json").read_text())
    assert {"score", "max_score", "output", "visibility", "tests"} <= content.keys()
    assert content["score"] == sum(test["score"] for test in content["tests"]) == 120
    for test in content["tests"]:
        assert {"name", "score", "max_score", "status", "output", "visibility"} <= test.keys()
