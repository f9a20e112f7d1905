"""Tests of grading a class."""

import contextlib
import copy
import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import types
import zipfile
from pathlib import Path

import pytest
from processes import is_left

from scalargrad.__main__ import main
from scalargrad.exercises import classroom
from scalargrad.exercises.folder import HERE, exemplars, solution, write_exercises, write_tests
from scalargrad.exercises.results import Result
from scalargrad.exercises.running import list_tests

ROOT = Path(__file__).parents[2]
LOOP = "while True: pass"
FIRST, SECOND, THIRD = "ex01_local_rules", "ex02_forward_pass", "ex05_backward"


def hand_in(folder, *exercises):
    """Write the solutions of some exercises to a folder, as a submission."""
    folder.mkdir(parents=True)
    for exercise in exercises:
        source = (HERE / "exemplars" / f"{exercise}.py").read_text(encoding="utf-8")
        (folder / f"{exercise}.py").write_text(solution(source), encoding="utf-8")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The folder of a class that was graded by the command, and what the command printed.

    Its submissions are all exercises, a mistake inside two folders, stubs beside hostile tests, and nothing.
    """
    folder = tmp_path_factory.mktemp("graded")
    hand_in(folder / "class" / "all", *(path.stem for path in exemplars()))
    hand_in(folder / "class" / "mistake" / "my work" / "exercises", FIRST, THIRD)
    path = folder / "class" / "mistake" / "my work" / "exercises" / f"{THIRD}.py"
    path.write_text(path.read_text().replace("value.grad += partial", "value.grad = partial"))
    write_exercises(folder / "class" / "stubs")
    (folder / "class" / "stubs" / "conftest.py").write_text("raise SystemExit")
    (folder / "class" / "stubs" / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    for path in (folder / "class" / "stubs").glob("test_*.py"):
        path.write_text("import pytest\n@pytest.mark.points(1000)\ndef test(student): pass\n")
    (folder / "class" / "empty").mkdir()
    (folder / "class" / "notes.txt").write_text("not a submission")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        main(["grade", str(folder / "class"), "-o", str(folder / "scores.csv")])
    return folder, said.getvalue()


@pytest.fixture(scope="module")
def tests(tmp_path_factory):
    """The tests of the package, listed once, because that takes a process that starts pytest."""
    folder = tmp_path_factory.mktemp("tests")
    write_tests(folder)
    return list_tests(folder)


@pytest.fixture
def listed(monkeypatch, tests):
    """Grading has the list of tests already."""
    monkeypatch.setattr(classroom, "list_tests", lambda folder: copy.deepcopy(tests))


def rows(path):
    with open(path, newline="") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


@pytest.mark.slow("grades four submissions, each by a separate process")
def test_points_of_a_class(graded):
    """There is a row for each folder, with the points of each exercise, and the summary shows what was hardest."""
    folder, said = graded
    table = rows(folder / "scores.csv")
    assert {name: (row["score"], row["max_score"]) for name, row in table.items()} == {
        "all": ("120", "100"),
        "empty": ("0", "100"),
        "mistake": ("13", "100"),
        "stubs": ("0", "100"),
    }
    assert list(table["all"]) == ["submission", *(path.stem for path in exemplars()), "score", "max_score"]
    assert (table["mistake"][FIRST], table["mistake"][THIRD]) == ("10", "3")
    assert "ex01_local_rules: mean 5.0 of 10, points lost by 2 of 4\n     2  the local rule of +\n" in said
    assert "ex05_backward: mean 3.2 of 10, points lost by 3 of 4\n     3  push: gradients add up\n" in said
    assert "4 submissions in " in said and str(folder / "scores.csv") in said


@pytest.mark.slow("grades four submissions, each by a separate process")
def test_tests_of_students_do_not_count(graded):
    """A submission is graded by the tests of the package; its own tests and settings are ignored."""
    results = json.loads((graded[0] / "scores.results" / "stubs.json").read_text())
    assert (results["score"], results["max_score"]) == (0, 100)
    assert results["output"] == "graded exercises: 12 in the folder itself" and results["extra_data"]["remarks"] == []


@pytest.mark.slow("grades four submissions, each by a separate process")
def test_results_are_what_gradescope_reads(graded):
    """The kept results have the fields of Gradescope's results.json, and the scores of the tests add up."""
    content = json.loads((graded[0] / "scores.results" / "all.json").read_text())
    assert {"score", "max_score", "output", "visibility", "tests"} <= content.keys()
    assert content["score"] == sum(test["score"] for test in content["tests"]) == 120
    for test in content["tests"]:
        assert {"name", "score", "max_score", "status", "output", "visibility"} <= test.keys()


@pytest.mark.slow("grades a class twice, each submission by a separate pytest")
def test_custom_tests(tmp_path, capsys):
    """Custom tests are added or replace others, and broken ones cost the students nothing."""
    own, output, submissions = tmp_path / "own", tmp_path / "scores.csv", tmp_path / "class"
    own.mkdir()
    hand_in(submissions / "all", FIRST, SECOND)
    hand_in(submissions / "empty")
    with pytest.raises(ValueError, match="there is no file test_"):
        classroom.grade(submissions, output, custom_tests=own)
    marks = "@pytest.mark.points(5)\n@pytest.mark.visibility('hidden')"
    test = f"import pytest\n{marks}\ndef test(student): assert student.f() == 1\n"
    (own / "test_ex13_more.py").write_text(test)
    (own / "test_ex01_local_rules.py").write_text(test.replace("student.f()", "student.add(1, 0)[1]"))
    (submissions / "empty" / "ex13_more.py").write_text("def f(): return 1")
    main(["grade", str(submissions), "-o", str(output), "--tests", str(own)])
    table = rows(output)
    assert (table["all"]["ex01_local_rules"], table["all"]["ex13_more"], table["all"]["score"]) == ("5", "0", "15")
    assert (table["empty"]["ex13_more"], table["empty"]["score"], table["empty"]["max_score"]) == ("5", "5", "100")
    kept = json.loads((tmp_path / "scores.results" / "all.json").read_text())
    assert [test["visibility"] for test in kept["tests"]].count("hidden") == 2
    (own / "test_ex13_more.py").write_text("from scalargrad import no_such_thing")
    with pytest.raises(SystemExit):
        main(["grade", str(submissions), "-o", str(output), "--tests", str(own)])
    assert "no_such_thing" in capsys.readouterr().err


@pytest.mark.slow("grades a class")
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_in_another_encoding(tmp_path, capsys, listed):
    """A folder whose name is not UTF-8 has a row, and the summary names a folder without exercises."""
    os.makedirs(os.fsencode(tmp_path / "class") + b"/M\xfcller")
    main(["grade", str(tmp_path / "class"), "-o", str(tmp_path / "scores.csv")])
    assert list(rows(tmp_path / "scores.csv")) == ["M\\xfcller"]
    assert "\nM\\xfcller: it contains no exercise, such as ex01_local_rules.py\n" in capsys.readouterr().out


@pytest.mark.slow("grades a class again after every change, each submission by a separate pytest")
def test_only_what_has_changed_is_graded_again(tmp_path, listed):
    """Results are kept until the submission changes, or the time limit does."""
    submissions, output = tmp_path / "class", tmp_path / "scores.csv"
    hand_in(submissions / "empty")
    hand_in(submissions / "mistake")
    kept = {name: tmp_path / "scores.results" / f"{name}.json" for name in ("empty", "mistake")}
    classroom.grade(submissions, output)
    assert sorted(tmp_path.joinpath("scores.results").iterdir()) == sorted(kept.values())
    for path in kept.values():
        content = json.loads(path.read_text())
        content["extra_data"]["name"] = "kept"
        path.write_text(json.dumps(content))
    results = classroom.grade(submissions, output)
    assert {each["extra_data"]["name"] for each in results.values()} == {"kept"}
    (submissions / "empty" / "ex01_local_rules.py").write_text("def add(x, y): return x + y, 1, 1")
    results = classroom.grade(submissions, output)
    assert (results["empty"]["score"], rows(output)["empty"]["score"]) == (1, "1")
    assert [results[name]["extra_data"]["name"] for name in kept] == ["empty", "kept"]
    (submissions / "mistake" / "data.json").write_text("[]")
    results = classroom.grade(submissions, output)
    assert [results[name]["extra_data"]["name"] for name in kept] == ["empty", "mistake"]
    results["empty"]["extra_data"]["name"] = "kept"
    kept["empty"].write_text(json.dumps(results["empty"]))
    assert classroom.grade(submissions, output)["empty"]["extra_data"]["name"] == "kept"
    kept["mistake"].write_text("half a fi")
    assert [each["extra_data"]["name"] for each in classroom.grade(submissions, output).values()] == ["kept", "mistake"]
    assert classroom.grade(submissions, output, time_limit=4.0)["empty"]["extra_data"]["name"] == "empty"


def test_the_points_may_be_beside_the_submissions(tmp_path, monkeypatch):
    """The folder of kept results is not taken for a submission."""
    (tmp_path / "a").mkdir()
    (tmp_path / "scores.results").mkdir()
    nothing = {"tests": [], "score": 0, "max_score": 0, "output": "", "extra_data": {"remarks": []}}
    monkeypatch.setattr(classroom, "list_tests", lambda folder: [])
    monkeypatch.setattr(classroom.Grader, "graded", lambda self, own: ((each.key, nothing) for each in own))
    assert list(classroom.grade(tmp_path, tmp_path / "scores.csv")) == ["a"]
    assert list(classroom.grade(tmp_path, tmp_path / "others.csv")) == ["a", "scores.results"]


def write_zip(path, files):
    """Write a zip with these files, each name with its text."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)


@pytest.mark.slow("grades a class of twelve")
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names and files")
def test_a_messy_class(tmp_path, listed, capsys):
    """Whatever is wrong with one submission is a line in its results, and costs no other a point."""
    work, submissions = (HERE / "exemplars" / f"{FIRST}.py").read_text(encoding="utf-8"), tmp_path / "class"
    source = solution(work)
    right = ["a" * 245, "b", "z", "Ada_12_assignsubmission_file_", os.fsdecode(b"M\xfcller"), "weights"]
    for name in [*right, "deletes", "leaves", "needs", "pipe", "venv", "beside"]:
        (submissions / name).mkdir(parents=True)
        (submissions / name / f"{FIRST}.py").write_text(source)
    delete = "import glob, os\nfor path in {*glob.glob('*ex*.py'), *glob.glob('../[!w]*/*ex*.py')}: os.remove(path)\n"
    (submissions / "deletes" / f"{FIRST}.py").write_text(f"{delete}{source}")
    (submissions / "leaves" / f"{FIRST}.py").write_text(f"open('weights.json', 'w').write('1')\n{source}")
    for name in "needs", "weights":
        (submissions / name / f"{FIRST}.py").write_text(f"open('weights.json').read()\n{source}")
    (submissions / "weights" / "weights.json").write_text("1")
    (submissions / "pipe" / f"{FIRST}.py").unlink()
    os.mkfifo(submissions / "pipe" / f"{FIRST}.py")
    (submissions / "venv" / f"{FIRST}.py").rename(submissions / "venv" / "main.py")
    (submissions / "venv" / "v" / "lib").mkdir(parents=True)
    (submissions / "venv" / "v" / "pyvenv.cfg").write_text("")
    (submissions / "venv" / "v" / "lib" / f"{FIRST}.py").write_text(work)
    write_zip(submissions / "beside" / "hw.zip", {"../slipped.py": ""})
    write_zip(submissions / "zip.zip", {f"hw/{FIRST}.py": source})
    write_zip(submissions / "slip.zip", {f"{FIRST}.py": source, "../../slipped.py": ""})
    write_zip(submissions / "bomb.zip", {f"{FIRST}.py": source, "zeros": bytes(51 << 20)})
    (submissions / f"eve_3_4_{FIRST}-1.py").write_text(source)
    (submissions / "notes.txt").write_text("")
    main(["grade", str(submissions), "-o", str(tmp_path / "scores.csv")])
    table, said = rows(tmp_path / "scores.csv"), capsys.readouterr()
    full = {"a" * 245, "b", "z", "Ada_12", "M\\xfcller", "weights", "deletes", "leaves", "zip", "eve_3"}
    assert {name for name, row in table.items() if row["score"] == "10"} == full
    assert table.keys() - full == {"needs", "pipe", "venv", "slip", "bomb", "beside"}
    lines = [
        f"pipe: it contains no exercise, such as {FIRST}.py; {FIRST}.py is no regular file, and is not opened",
        "venv: it contains no exercise: main.py has no name of one; v/lib is not looked at: a virtual environment",
        "slip: slip.zip would write outside its folder, to '../../slipped.py', so nothing is graded",
        "beside: hw.zip would write outside its folder, to '../slipped.py', so nothing is graded",
        "bomb: bomb.zip unpacks to 51 MB, more than the 50 MB there is room for, so nothing is graded",
    ]
    assert all(f"\n{line}\n" in said.out for line in lines) and "not a submission: notes.txt\n" in said.err
    assert not list(tmp_path.parent.rglob("slipped.py"))
    kept = json.loads((tmp_path / "scores.results" / "Ada_12.json").read_text())["extra_data"]
    assert (kept["submission"], kept["name"], kept["id"], kept["remarks"]) == ("Ada_12", "Ada", "12", [])


@pytest.mark.slow("grades a class")
def test_a_class_in_a_zip(tmp_path, listed):
    """What Moodle and Canvas hand out is read as it is, and a zip that is none is a wrong call."""
    source = solution((HERE / "exemplars" / f"{FIRST}.py").read_text(encoding="utf-8"))
    names = [f"Ada_12_assignsubmission_file_/{FIRST}.py", f"Bob_13_assignsubmission_file_{FIRST}.py", f"eve_3_4_{FIRST}.py"]
    write_zip(tmp_path / "class.zip", dict.fromkeys(names, source))
    results = classroom.grade(tmp_path / "class.zip", tmp_path / "scores.csv")
    assert {key: each["score"] for key, each in results.items()} == {"Ada_12": 10, "Bob_13": 10, "eve_3": 10}
    (tmp_path / "no.zip").write_text("")
    with pytest.raises(ValueError, match="no.zip cannot be unpacked: File is not a zip file"):
        classroom.grade(tmp_path / "no.zip", tmp_path / "scores.csv")


@pytest.mark.slow("grades a class")
def test_the_cap(tmp_path, listed, monkeypatch):
    """With --cap a score is at most the maximum, in the table and in the results, and nothing is graded again for that."""
    hand_in(tmp_path / "class" / "all", *(path.stem for path in exemplars()))
    started = []
    start = classroom.start
    monkeypatch.setattr(classroom, "start", lambda process: started.append(process) or start(process))
    for arguments, score in ([], 120), (["--cap"], 100), ([], 120):
        main(["grade", str(tmp_path / "class"), "-o", str(tmp_path / "scores.csv"), *arguments])
        kept = json.loads((tmp_path / "scores.results" / "all.json").read_text())
        assert (rows(tmp_path / "scores.csv")["all"]["score"], kept["score"]) == (str(score), score)
    assert len(started) == 1


def test_a_second_interrupt(tmp_path, monkeypatch):
    """Ctrl-C while the points are being written does not name a file that is not there, and ends what runs."""
    reached = tmp_path / "reached"
    hand_in(tmp_path / "class" / "a", FIRST)
    (tmp_path / "class" / "a" / f"{FIRST}.py").write_text(f"import time\nopen({str(reached)!r}, 'w').close()\ntime.sleep(8)")

    def interrupt(*_):
        while not reached.exists():
            time.sleep(0.01)
        raise KeyboardInterrupt

    ended = []
    monkeypatch.setattr(classroom, "list_tests", lambda folder: [Result(FIRST, "addition", 1, function="test_add")])
    monkeypatch.setattr(classroom, "connection", types.SimpleNamespace(wait=interrupt))
    monkeypatch.setattr(classroom, "_interrupt", lambda process: None)  # as if it took no notice
    monkeypatch.setattr(classroom, "_end", lambda process: ended.append(process) or interrupt())
    with pytest.raises(SystemExit) as said:
        main(["grade", str(tmp_path / "class"), "-o", str(tmp_path / "scores.csv")])
    assert str(said.value) == "\nStopped before the points were written; the same command does the rest."
    assert not (tmp_path / "scores.csv").exists()
    ended[0].join(4)
    assert not ended[0].is_alive()


@pytest.mark.slow("grades three submissions, each by a separate process")
def test_one_that_hangs_holds_up_no_other(tmp_path, monkeypatch, listed):
    """While one submission does not end, the others are graded: this one waits until the others have their points."""
    for name in ("a", "b", "c"):
        hand_in(tmp_path / "class" / name, FIRST)
    others = [str(tmp_path / "o.results" / f"{name}.json") for name in ("b", "c")]
    path = tmp_path / "class" / "a" / f"{FIRST}.py"
    path.write_text(f"import os, time\nwhile not all(map(os.path.exists, {others})): time.sleep(0.01)\n{path.read_text()}")
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    results = classroom.grade(tmp_path / "class", tmp_path / "o.csv", time_limit=60)
    assert {name: each["score"] for name, each in results.items()} == {"a": 10, "b": 10, "c": 10}


@pytest.mark.slow("runs the command twice")
@pytest.mark.skipif(sys.platform != "linux", reason="looks processes up as Linux lists them")
def test_interrupted_and_resumed(tmp_path):
    """Ctrl-C keeps what is done and leaves no process behind; the next call does the rest."""
    hand_in(tmp_path / "class" / "a", FIRST)
    hand_in(tmp_path / "class" / "b", FIRST)
    (tmp_path / "class" / "b" / f"{FIRST}.py").write_text(LOOP)
    command = [sys.executable, "-m", "scalargrad", "grade", str(tmp_path / "class"), "-o", str(tmp_path / "scores.csv")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*command, "--time-limit=60"], env=environment, stderr=subprocess.PIPE, text=True)
    first, second = (tmp_path / "scores.results" / name for name in ("a.json", "b.unfinished"))
    while not (first.exists() and second.exists()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=20)[1]
    assert process.returncode == 1 and "The points so far are in" in said and "Traceback" not in said
    assert {name: row["score"] for name, row in rows(tmp_path / "scores.csv").items()} == {"a": "10"}
    assert not is_left(str(tmp_path))
    before = first.stat().st_mtime_ns
    (tmp_path / "class" / "b" / f"{FIRST}.py").write_text("")
    subprocess.run([*command, "--time-limit=60"], env=environment, check=True, capture_output=True)
    assert {name: row["score"] for name, row in rows(tmp_path / "scores.csv").items()} == {"a": "10", "b": "0"}
    assert first.stat().st_mtime_ns == before


def test_progress_without_tqdm(capsys, monkeypatch):
    """Without tqdm there is a line for each submission."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert list(classroom._progress(iter(["a", "b"]), 2)) == ["a", "b"]
    assert capsys.readouterr().err == "graded 1 of 2\ngraded 2 of 2\n"


@pytest.mark.slow("waits for a process to be killed")
def test_a_grading_that_is_killed_counts_what_was_graded(tmp_path, listed):
    """A submission that kills its grading keeps its points, of the same maximum, and the lecturer is told."""
    hand_in(tmp_path / "class" / "a", FIRST)
    (tmp_path / "class" / "a" / f"{SECOND}.py").write_text("import os\nos.kill(os.getppid(), 9)")
    result = classroom.grade(tmp_path / "class", tmp_path / "scores.csv")["a"]
    assert (result["score"], result["max_score"]) == (10, 100)
    assert "the grading ended with exit status -9; tests not run have no points" in result["output"]


@pytest.mark.slow("waits for a time limit")
def test_a_grading_that_takes_too_long_counts_what_was_graded(tmp_path, monkeypatch):
    """A grading that does not end is stopped, keeps its points, of the same maximum, and the lecturer is told."""
    reached = tmp_path / "reached"

    def wait(sentinels, timeout):
        """Its time ends when the first exercise has its points, however slow the machine is."""
        while not reached.exists():
            time.sleep(0.01)
        return []

    monkeypatch.setattr(classroom, "connection", types.SimpleNamespace(wait=wait))
    monkeypatch.setattr(classroom, "PATIENCE", 0.0)
    hand_in(tmp_path / "class" / "a", FIRST)
    (tmp_path / "class" / "a" / f"{SECOND}.py").write_text(f"open({str(reached)!r}, 'w').close()\n{LOOP}")
    result = classroom.grade(tmp_path / "class", tmp_path / "scores.csv", time_limit=60)["a"]
    assert (result["score"], result["max_score"]) == (10, 100)
    assert result["extra_data"]["remarks"] == ["the grading was stopped after 0 s; tests not run have no points"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grade", "{}/none"], "/none: No such file or directory"),
        (["grade", "{}"], "there are no folders or zips in it; put each submission into a separate one"),
        (["grade", "{}", "--fast"], "--fast: there is no such option"),
        (["grade", "{}/file"], "/file cannot be unpacked: File is not a zip file"),
        (["grade", "{}", "--time-limit=0"], "a time limit is a number of seconds above 0, got '0'"),
        (["exercises", "{}/file"], "/file: File exists"),
        (["exercises", "{}", "--all"], "--all: there is no such option"),
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
    """The command writes stubs or solutions, and names the exercises it has not changed."""
    main(["exercises", str(tmp_path)])
    assert "12 exercises were written" in capsys.readouterr().out
    main(["exercises", str(tmp_path), "--solutions"])
    said = capsys.readouterr().out
    assert "0 exercises were written" in said and "are not changed: ex01_local_rules.py, " in said
    assert "is not written yet" in (tmp_path / "ex01_local_rules.py").read_text()
    main(["exercises", str(tmp_path / "solutions"), "--solutions"])
    assert "is not written yet" not in (tmp_path / "solutions" / "ex01_local_rules.py").read_text()
