"""Tests of the plugin, in folders as students have them."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scalargrad.exercises.folder import exemplars, stub, write_exercises

ROOT = Path(__file__).parents[2]
EXERCISES = (ROOT / "notebooks" / "reference" / "exercises.md").read_text(encoding="utf-8")
CONFTEST = 'pytest_plugins = ["scalargrad.exercises.grading"]\n'
HEAD = "import json\nimport pytest\nfrom scalargrad.exercises.checking import expect\n"


def run(folder, *arguments):
    """Run pytest in a folder; return what it printed, and its exit status."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr, done.returncode


def squeezed(text):
    return re.sub(" +", " ", text)


def results(path):
    return json.loads(path.read_text(encoding="utf-8"))


def points(content):
    """The points of each exercise."""
    sums = {}
    for test in content["tests"]:
        (exercise,) = test["tags"]
        sums[exercise[:4]] = sums.get(exercise[:4], 0) + test["score"]
    return sums


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")


def test_stubs_and_solutions(tmp_path):
    """The solutions get all points, with the bonus beyond the maximum, and the untouched stubs 0 of the same maximum."""
    for name, score in (("solutions", 120), ("stubs", 0)):
        write_exercises(tmp_path / name, solutions=name == "solutions")
        said, status = run(tmp_path / name, "--results-json=results.json")
        content = results(tmp_path / name / "results.json")
        assert (content["score"], content["max_score"], status) == (score, 100, int(score == 0))
        assert f"total {score} of 100" in squeezed(said)
    assert all(test["max_score"] > test["score"] == 0 for test in content["tests"])
    assert "    not written yet: Neuron.__call__, Neuron.parameters, Layer.__call__," in said
    assert "hint" not in said


def test_each_broken_exercise_costs_its_own_points(tmp_path):
    """Every way to break a file costs that exercise and no other, and the maximum stays 100."""
    write_exercises(tmp_path, solutions=True)
    broken = {
        "ex01_local_rules": "while True: pass",
        "ex02_forward_pass": "import os\nos._exit(0)",
        "ex03_chain_rule": "def gradients(:",
        "ex04_topological_order": "import sys\nsys.exit(0)",
        "ex05_backward": None,
        "ex06_gradient_check": "from scalargrad.calculus import check_gradients",
        "ex07_networks": "def f(): return f()\nf()",
        "ex08_softmax": "x = [0] * 10**12",
        "ex09_optimizers": "import no_such_module",
    }
    for name, text in broken.items():
        path = tmp_path / f"{name}.py"
        path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    said, _ = run(tmp_path, "--results-json=results.json", "--time-limit=1")
    content = results(tmp_path / "results.json")
    assert points(content) == {path.stem[:4]: 0 if path.stem in broken else 10 for path in exemplars()}
    assert (content["score"], content["max_score"]) == (30, 100)
    for sentence in ("an endless loop?", "exit status 0", "SyntaxError", "your code called sys.exit", "RecursionError"):
        assert said.count(sentence) == 1
    for sentence in ("there is no file ex05", "scalargrad is not to be imported", "MemoryError", "'no_such_module'"):
        assert said.count(sentence) == 1


def test_partial_credit(tmp_path):
    """What is right gets its points; what is wrong is told what was returned, what was expected, and the hint."""
    write_exercises(tmp_path, solutions=True)
    path = tmp_path / "ex01_local_rules.py"
    path.write_text(path.read_text().replace("return t, 1 - t * t", "print('here')\n    return t, 0.0"))
    said, status = run(tmp_path, "test_ex01_local_rules.py", "--results-json=results.json")
    content = results(tmp_path / "results.json")
    assert (content["score"], content["max_score"], status) == (9, 10, 1)
    (failed,) = (test for test in content["tests"] if test["status"] == "failed")
    assert failed["name"] == "ex01_local_rules: the local rule of tanh"
    assert failed["output"].splitlines() == [
        "tanh(-1.7): you returned (-0.9354, 0.0), expected (-0.9354, 0.125)",
        "hint: 1 - t * t, where t is the output, tanh(x)",
        "printed: here",
    ]
    assert all(line in said for line in failed["output"].splitlines())
    assert said.count("hint:") == 1


def test_the_reference_shows_what_is_printed(tmp_path):
    """The table in the reference is what a student with these mistakes is told."""
    write_exercises(tmp_path)
    source = next(path for path in exemplars() if path.stem == "ex01_local_rules").read_text(encoding="utf-8")
    before, tanh, rest = source.replace("return t, 1 - t * t", "return t, 0.0").partition("def tanh")
    tanh, after = tanh + rest.partition("def relu")[0], stub("def relu" + rest.partition("def relu")[2])
    before, exp = before.partition("def exp")[0], stub("def exp" + before.partition("def exp")[2])
    (tmp_path / "ex01_local_rules.py").write_text(before + exp + tanh + after, encoding="utf-8")
    said, _ = run(tmp_path, "test_ex01_local_rules.py")
    (shown,) = (block for block in re.findall("```text\n(.*?)```", EXERCISES, re.DOTALL) if "hint:" in block)
    assert shown in said


TESTS = f"""{HEAD}
@pytest.mark.task("first")
@pytest.mark.points(1, hint="never shown")
def test_first(student):
    expect("f()", student.f(), 1)

@pytest.mark.points(2.5, hint="a hint")
@pytest.mark.visibility("after_due_date")
def test_second(student):
    expect("f()", student.f(), 2)

@pytest.mark.points(0.5)
def test_third(student):
    expect("f()", student.f(), 1)

def test_without_points():
    assert True
"""


def test_marks(tmp_path):
    """Tests of one's own have the points, the names and the visibility that their marks say; others run as always."""
    write(tmp_path, test_ex=TESTS, ex="def f(): return 1")
    said, _ = run(tmp_path, "--results-json=out/results.json", "--score")
    assert "1 failed, 3 passed" in said and "never shown" not in said
    content = results(tmp_path / "out" / "results.json")
    assert (content["score"], content["max_score"]) == (1.5, 4)
    told = [(test["name"], test["score"], test["max_score"], test["visibility"]) for test in content["tests"]]
    assert told == [
        ("ex: first", 1, 1, "visible"),
        ("ex: test_second", 0, 2.5, "after_due_date"),
        ("ex: test_third", 0.5, 0.5, "visible"),
    ]
    assert content["tests"][1]["output"] == "f(): you returned 1, expected 2\nhint: a hint"


@pytest.mark.parametrize("arguments", [["-k", "third"], ["-x"], ["--deselect", "test_ex.py::test_first"]])
def test_the_maximum_never_shrinks(arguments, tmp_path):
    """Tests that were not run count as failed."""
    write(tmp_path, test_ex=TESTS, ex="def f(): return 3")
    run(tmp_path, "--results-json=results.json", *arguments)
    content = results(tmp_path / "results.json")
    assert (content["score"], content["max_score"]) == (0, 4)
    assert "not run" in [test["output"] for test in content["tests"]]


def test_broken_tests_give_no_results(tmp_path):
    """Where a file of tests cannot be read there is no file of results, rather than one of a smaller maximum."""
    write(tmp_path, test_ex=TESTS, ex="def f(): return 3", test_other="import no_such_module")
    said, status = run(tmp_path, "--results-json=results.json")
    assert "no_such_module" in said and status == 2 and not (tmp_path / "results.json").exists()


def test_the_file_is_there_from_the_beginning(tmp_path):
    """Before the first test the file says 0, and after each it says what is known."""
    look = """
import json, time
seen = []
def f():
    time.sleep(0.2)
    seen.append(json.load(open('results.json')))
    return 1
"""
    tests = (
        TESTS
        + """
@pytest.mark.points(1)
def test_last(student):
    student.f()
    assert False, json.dumps([(each["score"], each["max_score"]) for each in student.seen])
"""
    )
    write(tmp_path, test_ex=tests, ex=look)
    run(tmp_path, "--results-json=results.json")
    scores = json.loads(results(tmp_path / "results.json")["tests"][-1]["output"])
    assert scores == [[0, 5], [1, 5], [1, 5], [1.5, 5]]


def test_another_folder(tmp_path):
    """With --submission the files of the student are somewhere else, and tests that lie there are not run."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "student").mkdir()
    write(tmp_path / "tests", test_ex=TESTS)
    write(tmp_path / "student", ex="def f(): return 1", test_ex="raise SystemExit", conftest="raise SystemExit")
    said, _ = run(tmp_path / "tests", "--submission=../student", "--score")
    assert "total 1.5 of 4" in squeezed(said)


@pytest.mark.parametrize(
    ("test", "sentence"),
    [
        ("@pytest.mark.points(1)\ndef test(student, tmp_path): ...", "a test with points has one argument, student"),
        ("@pytest.mark.points(1)\ndef test(): ...", "a test with points has one argument, student"),
        (
            "@pytest.mark.points(1)\n@pytest.mark.visibility('never')\ndef test(student): ...",
            "visibility('never'): Gradescope knows visible, hidden, after_due_date, after_published",
        ),
    ],
)
def test_mistakes_of_lecturers(test, sentence, tmp_path):
    """A graded test that cannot be graded is refused with a sentence."""
    write(tmp_path, test_ex=f"{HEAD}\n{test}\n", ex="")
    said, status = run(tmp_path)
    assert sentence in said and status == 4


def test_other_runs_of_pytest_are_left_alone(tmp_path):
    """Without the conftest.py pytest knows nothing of the grading."""
    (tmp_path / "test_ex.py").write_text("def test(): assert True")
    said, status = run(tmp_path)
    assert "1 passed" in said and status == 0
    said, status = run(tmp_path, "--score")
    assert "unrecognized arguments: --score" in said and status == 4


def test_stubs_have_all_but_the_solution():
    """A stub differs from its source by the solution alone, and each has a task with a formula, an example and a hint."""
    for path in exemplars():
        source = path.read_text(encoding="utf-8")
        text = stub(source)
        assert "###" not in text and text.count("is not written yet") == source.count("### SOLUTION")
        kept = set(source.splitlines())
        assert all(line in kept or "raise NotImplementedError" in line for line in text.splitlines())
        assert text.count("Formula:") >= 2 and text.count("Hint:") >= 2 and text.count(">>>") >= 2
        assert len(source.splitlines()) - len(text.splitlines()) >= 2 * source.count("### SOLUTION")


def test_what_is_written_below_print(tmp_path):
    """What a student's code writes to files it does not own comes out nowhere."""
    body = (
        "import os\ndef f():\n    for i in range(50):\n        try: os.write(i, b'rubbish')\n        except OSError: pass\n"
    )
    write(tmp_path, test_ex=TESTS, ex=body)
    said, _ = run(tmp_path, "--score")
    assert "rubbish" not in said and "total 0 of 4" in squeezed(said)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals are those of Unix")
def test_an_early_end(tmp_path):
    """When pytest ends before all tests, nothing that a student has left running keeps it."""
    body = "import signal\ndef f():\n    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))\n    while g: pass\ng = []\n"
    tests = TESTS.replace("student.f(), 1)", "student.g.append(1), 1)", 1)  # the first fails, the second does not end
    write(tmp_path, test_ex=tests, ex=body)
    said, _ = run(tmp_path, "-x", "--time-limit=60")
    assert "1 failed" in said


def test_other_folders_are_left_alone(tmp_path):
    """A folder that has settings of pytest already is not written to."""
    (tmp_path / "conftest.py").write_text("# mine")
    with pytest.raises(ValueError, match="there is a conftest.py in it that is not that of the exercises"):
        write_exercises(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["conftest.py"]


def test_what_is_there_is_kept(tmp_path):
    """Written to a folder a second time, exercises that are there stay, and those missing and the tests are written anew."""
    assert len(write_exercises(tmp_path)) == 12
    (tmp_path / "ex01_local_rules.py").write_text("my work")
    (tmp_path / "ex02_forward_pass.py").unlink()
    (tmp_path / "test_ex01_local_rules.py").write_text("")
    assert write_exercises(tmp_path) == ["ex02_forward_pass.py"]
    assert (tmp_path / "ex01_local_rules.py").read_text() == "my work"
    assert "def test_add" in (tmp_path / "test_ex01_local_rules.py").read_text()
