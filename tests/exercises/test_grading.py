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
pytest_plugins = ["pytester"]
CONFTEST = 'pytest_plugins = ["scalargrad.exercises.grading"]\n'
HEAD = "import json\nimport pytest\nfrom scalargrad.exercises.checking import expect\n"


@pytest.fixture
def run(pytester, monkeypatch):
    """A function that runs pytest in a folder, in this process; it returns what was printed, and the exit status."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(folder, *arguments):
        monkeypatch.chdir(folder)
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments)
        return f"{result.stdout}\n{result.stderr}", result.ret

    return run


def run_apart(folder, *arguments, stdin="", command=("-m", "pytest", "-p", "no:cacheprovider")):
    """Run pytest in a folder, as a student does; return what it printed, and its exit status."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, *command, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, input=stdin, capture_output=True, text=True, timeout=60)
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


@pytest.mark.slow("runs the tests of all exercises")
def test_solutions(tmp_path, run):
    """The solutions get all points, with the bonus beyond the maximum."""
    write_exercises(tmp_path, solutions=True)
    said, status = run(tmp_path, "--results-json=results.json")
    content = results(tmp_path / "results.json")
    assert (content["score"], content["max_score"], status) == (120, 100, 0)
    assert "total 120 of 100" in squeezed(said)


@pytest.mark.slow("runs the tests of all exercises")
def test_stubs(tmp_path, run):
    """Untouched stubs get 0 points of the same maximum, are named as not written, and get no hints."""
    write_exercises(tmp_path)
    said, status = run(tmp_path, "--results-json=results.json")
    content = results(tmp_path / "results.json")
    assert (content["score"], content["max_score"], status) == (0, 100, 1)
    assert "total 0 of 100" in squeezed(said)
    assert all(test["max_score"] > test["score"] == 0 for test in content["tests"])
    assert "    not written yet: Neuron.__call__, Neuron.parameters, Layer.__call__," in said
    assert "hint" not in said


@pytest.mark.slow("waits for an endless loop to run out of time")
def test_each_broken_exercise_costs_its_own_points(tmp_path):
    """Every way to break a file costs the points of that exercise and of no other, and the maximum stays 100."""
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
    said, _ = run_apart(tmp_path, "--results-json=results.json", "--time-limit=1")
    content = results(tmp_path / "results.json")
    assert points(content) == {path.stem[:4]: 0 if path.stem in broken else 10 for path in exemplars()}
    assert (content["score"], content["max_score"]) == (30, 100)
    for sentence in ("an endless loop?", "exit status 0", "SyntaxError", "your code called sys.exit", "RecursionError"):
        assert said.count(sentence) == 1
    for sentence in ("there is no file ex05", "you cannot import it", "MemoryError", "'no_such_module'"):
        assert said.count(sentence) == 1


def test_partial_credit(tmp_path, run):
    """What is right gets its points; what is wrong is shown with what was returned and expected, and the hint."""
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


def test_the_reference_shows_what_is_printed(tmp_path, run):
    """The table in the reference is what pytest prints for these mistakes."""
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


def test_marks(tmp_path, run):
    """Custom tests have the points, the names and the visibility of their marks; tests without points run as always."""
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
def test_the_maximum_never_shrinks(arguments, tmp_path, run):
    """Tests that did not run count as failed."""
    write(tmp_path, test_ex=TESTS, ex="def f(): return 3")
    run(tmp_path, "--results-json=results.json", *arguments)
    content = results(tmp_path / "results.json")
    assert (content["score"], content["max_score"]) == (0, 4)
    assert "not run" in [test["output"] for test in content["tests"]]


@pytest.mark.slow("starts several processes")
def test_broken_tests_give_no_results(tmp_path, run):
    """If a file of tests cannot be read there is no file of results, instead of one with a smaller maximum."""
    write(tmp_path, test_ex=TESTS, ex="def f(): return 3", test_other="import no_such_module")
    said, status = run(tmp_path, "--results-json=results.json")
    assert "no_such_module" in said and status == 2 and not (tmp_path / "results.json").exists()


def test_the_file_is_there_from_the_beginning(tmp_path, run):
    """Before the first test the file of results says 0, and after each test it has the points so far."""
    look = """
import json, time
seen = []
def f():
    while True:
        content = json.load(open('results.json'))
        if sum(test['output'] == 'not run' for test in content['tests']) == 4 - len(seen):
            break
        time.sleep(0.01)
    seen.append(content)
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


def test_what_was_selected_is_listed(tmp_path, run):
    """With -k the table lists the tests that ran, passed or not, and counts their points only."""
    write(tmp_path, test_ex=TESTS, test_other=TESTS, ex="def f(): return 1", other="def f(): return 1")
    said, _ = run(tmp_path, "--score", "-k", "test_ex.py and not third")
    table = said[said.index("= score =") :].splitlines()[1:]
    assert [line.rstrip() for line in table[:6]] == [
        "ex      1 of 3.5",
        "  + first (1)",
        "  - test_second (2.5)",
        "      f(): you returned 1, expected 2",
        "      hint: a hint",
        "2 of 6 tests were selected: 1 of 3.5 points",
    ]
    assert "not run" not in said


@pytest.mark.parametrize(("arguments", "shown"), [(["-s"], True), (["-rP"], True), ([], False)])
def test_what_a_test_prints(arguments, shown, tmp_path, run):
    """What a student's code prints shows where pytest is asked to, also if the test has passed."""
    write(tmp_path, test_ex=TESTS, ex="def f():\n    print('from f')\n    return 1")
    said, _ = run(tmp_path, *arguments, "-k", "first")
    assert ("from f" in said) == shown


@pytest.mark.slow("waits for a time limit")
def test_the_time_limit(tmp_path, run):
    """The limit is set by an option, or else by a line in pytest.ini, and named where it strikes; others are refused."""
    write(tmp_path, test_ex=TESTS, ex="def f():\n    while True: pass")
    (tmp_path / "pytest.ini").write_text("[pytest]\ntime_limit = 0.1\n")
    said, _ = run(tmp_path, "--score", "-k", "first")
    told = "your code did not end within 0.1 seconds of processor time: is there an endless loop? (--time-limit=0.1 is"
    assert told in said
    said, _ = run(tmp_path, "--score", "-k", "first", "--time-limit=0.2")
    assert told.replace("0.1", "0.2") in said
    for wrong in "0", "-1", "nan", "inf", "soon":
        said, status = run(tmp_path, f"--time-limit={wrong}")
        assert f"a time limit is a number of seconds above 0, got '{wrong}'" in said and status == 4
    (tmp_path / "pytest.ini").write_text("[pytest]\ntime_limit = soon\n")
    said, status = run(tmp_path)
    assert "pytest.ini: a time limit is a number of seconds above 0, got 'soon'" in said and status == 4


def test_the_cap(tmp_path, run):
    """With --cap a bonus makes up for lost points, and counts no further."""
    tests = f"{TESTS}\n@pytest.mark.bonus\n@pytest.mark.points(9)\ndef test_bonus(student): pass\n"
    write(tmp_path, test_ex=tests, ex="def f(): return 1")
    for arguments, score in ([], 10.5), (["--cap"], 4):
        said, _ = run(tmp_path, "--score", "--results-json=results.json", *arguments)
        assert f"total {score:g} of 4" in squeezed(said) and results(tmp_path / "results.json")["score"] == score


@pytest.mark.slow("starts several processes")
def test_a_file_of_tests_runs_by_python(tmp_path):
    """`python test_ex01_local_rules.py` runs its tests, in this folder and from another."""
    write_exercises(tmp_path, solutions=True)
    for folder, file in (
        (tmp_path, "test_ex01_local_rules.py"),
        (tmp_path.parent, f"{tmp_path.name}/test_ex01_local_rules.py"),
    ):
        said, status = run_apart(folder, file, command=())
        assert "10 of 10" in said and status == 0


def test_what_students_find(tmp_path):
    """The folder has a README whose commands run, and settings by which an editor finds the tests; both may be changed."""
    write_exercises(tmp_path)
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall("```sh\n(.*?)```", readme, re.DOTALL)
    assert [line.partition("#")[0].split()[0] for line in block.splitlines()] == ["pytest"] * 3
    assert all((tmp_path / name).exists() for name in re.findall(r"test_ex\w+\.py", readme))
    settings = json.loads((tmp_path / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    assert settings["python.testing.pytestEnabled"] is True and settings["python.testing.unittestEnabled"] is False
    (tmp_path / "README.md").write_text("mine")
    with open(tmp_path / "pytest.ini", "a") as file:
        file.write("time_limit = 20\n")
    write_exercises(tmp_path)
    assert (tmp_path / "README.md").read_text() == "mine" and "time_limit = 20" in (tmp_path / "pytest.ini").read_text()


def test_another_folder(tmp_path, run):
    """With --submission the student's files are in another folder, whose tests do not run."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "student").mkdir()
    write(tmp_path / "tests", test_ex=TESTS)
    write(tmp_path / "student", ex="def f(): return 1", test_ex="raise SystemExit", conftest="raise SystemExit")
    said, _ = run(tmp_path / "tests", "--submission=../student", "--score")
    assert "total 1.5 of 4" in squeezed(said)


@pytest.mark.parametrize(
    ("test", "sentence"),
    [
        ("@pytest.mark.points(1)\ndef test(student, tmp_path): ...", "a test with points must have one argument, student"),
        ("@pytest.mark.points(1)\ndef test(): ...", "a test with points must have one argument, student"),
        (
            "@pytest.mark.points(1)\n@pytest.mark.visibility('never')\ndef test(student): ...",
            "visibility: expected one of visible, hidden, after_due_date, after_published, got 'never'",
        ),
    ],
)
def test_mistakes_of_lecturers(test, sentence, tmp_path, run):
    """A test that cannot be graded is refused with a sentence."""
    write(tmp_path, test_ex=f"{HEAD}\n{test}\n", ex="")
    said, status = run(tmp_path)
    assert sentence in said and status == 4


def test_other_runs_of_pytest_are_left_alone(tmp_path, run):
    """Without the conftest.py pytest does not load the grading."""
    (tmp_path / "test_ex.py").write_text("def test(): assert True")
    said, status = run(tmp_path)
    assert "1 passed" in said and status == 0
    said, status = run(tmp_path, "--score")
    assert "unrecognized arguments: --score" in said and status == 4


def test_stubs_have_all_but_the_solution():
    """A stub differs from its source only by the solution; each has tasks with a formula, an example and a hint."""
    for path in exemplars():
        source = path.read_text(encoding="utf-8")
        text = stub(source)
        assert "###" not in text and text.count("is not written yet") == source.count("### SOLUTION")
        kept = set(source.splitlines())
        assert all(line in kept or "raise NotImplementedError" in line for line in text.splitlines())
        assert text.count("Formula:") >= 2 and text.count("Hint:") >= 2 and text.count(">>>") >= 2
        assert len(source.splitlines()) - len(text.splitlines()) >= 2 * source.count("### SOLUTION")


@pytest.mark.slow("starts several processes")
def test_what_is_written_below_print(tmp_path):
    """What a student's code writes to file descriptors it did not open appears nowhere."""
    body = (
        "import os\ndef f():\n    for i in range(50):\n        try: os.write(i, b'rubbish')\n        except OSError: pass\n"
    )
    write(tmp_path, test_ex=TESTS, ex=body)
    said, _ = run_apart(tmp_path, "--score")
    assert "rubbish" not in said and "total 0 of 4" in squeezed(said)


@pytest.mark.slow("starts several processes")
@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals are those of Unix")
def test_an_early_end(tmp_path):
    """When pytest ends before all tests, a student's endless loop does not keep it."""
    body = "import signal\ndef f():\n    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))\n    while g: pass\ng = []\n"
    tests = TESTS.replace("student.f(), 1)", "student.g.append(1), 1)", 1)  # the first fails, the second does not end
    write(tmp_path, test_ex=tests, ex=body)
    said, _ = run_apart(tmp_path, "-x", "--time-limit=60")
    assert "1 failed" in said


def test_other_folders_are_left_alone(tmp_path):
    """Nothing is written to a folder that has other settings of pytest."""
    (tmp_path / "conftest.py").write_text("# mine")
    with pytest.raises(
        ValueError, match="it has a conftest.py that does not belong to the exercises; choose another folder"
    ):
        write_exercises(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["conftest.py"]


def test_what_is_there_is_kept(tmp_path):
    """A second call keeps the exercises that are there, and writes the missing ones and the tests."""
    assert len(write_exercises(tmp_path)) == 12
    (tmp_path / "ex01_local_rules.py").write_text("my work")
    (tmp_path / "ex02_forward_pass.py").unlink()
    (tmp_path / "test_ex01_local_rules.py").write_text("")
    assert write_exercises(tmp_path) == ["ex02_forward_pass.py"]
    assert (tmp_path / "ex01_local_rules.py").read_text() == "my work"
    assert "def test_add" in (tmp_path / "test_ex01_local_rules.py").read_text()
