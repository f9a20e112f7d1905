"""Tests of the isolation: whatever goes wrong in one test, the others are not affected."""

import mmap
import multiprocessing
import os
import signal
import sys

import pytest
from processes import is_left

from scalargrad.exercises import isolation, limits
from scalargrad.exercises.isolation import HANGS, run_tests

TESTS = """
def test_before(student):
    assert student.right() == 1

def test_wrong(student):
    assert student.wrong() == 1

def test_after(student):
    assert student.right() == 1
"""
STUDENT = """
def right():
    return 1

def wrong():
{}
"""
NAMES = ["test_before", "test_wrong", "test_after"]
ENDED, HUNG = "your code ended the process that tests it", "your code did not end within"
MISDEEDS = {
    "a wrong result": ("return 2", "AssertionError"),
    "an endless loop": ("while True: pass", HUNG),
    "a swallowed timeout": (
        "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass",
        HUNG,
    ),
    "a blocked signal": ("import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))\nwhile True: pass", HUNG),
    "os._exit": ("import os\nos._exit(0)", f"{ENDED} (exit status 0, as by os._exit)"),
    "sys.exit": ("import sys\nsys.exit(0)", "your code called sys.exit\nin line 7: sys.exit(0)"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt\nin line 6: raise KeyboardInterrupt"),
    "unbounded recursion": ("return wrong()", "RecursionError: maximum recursion depth exceeded"),
    "recursion without Python's limit": (
        "import sys\nsys.setrecursionlimit(10**9)\nreturn max(map(lambda _: wrong(), [1]))",
        (f"{ENDED} (signal", "RecursionError"),  # some versions of Python stop it themselves
    ),
    "a giant allocation": ("return [0] * 10**12", "MemoryError\nin line 6: return [0] * 10**12"),
    "many allocations": ("x = []\nwhile True: x.append(bytearray(1 << 26))", "MemoryError"),
    "a signal": ("import os\nos.kill(os.getpid(), 9)", f"{ENDED} (signal 9"),
    "all files closed": ("import os\nos.closerange(0, 200)\nreturn 1", ENDED),
    "an endless loop after all files are closed": ("import os\nos.closerange(0, 200)\nwhile True: pass", ENDED),
    "rubbish in all files": (
        "import os\nfor i in range(3, 50):\n    try: os.write(i, b'xxxx')\n    except OSError: pass\nreturn 1",
        "your code",
    ),
    "an unsigned report": (
        "import json, os, struct\nreport = json.dumps(['', '', True]).encode()\nfor i in range(3, 50):\n"
        "    try: os.write(i, struct.pack('!i', len(report)) + report)\n    except OSError: pass\nos._exit(0)",
        f"{ENDED} (exit status 0",
    ),
    "input": ("input()", "EOFError"),
    "an object of another kind": (
        "class Odd:\n    __eq__ = None\nreturn Odd()",
        "TypeError: 'NoneType' object is not callable\nin the test: assert student.wrong() == 1",
    ),
    "no warning": ("import warnings\nwarnings.warn('old')\nreturn 2", "AssertionError"),
    "an error that cannot be printed": (
        "class E(Exception):\n    def __str__(self): raise self\nraise E",
        "ex.wrong.<locals>.E: <exception str() failed>",
    ),
    "scalargrad": ("import scalargrad\nreturn 1", "ImportError: in this exercise you write what scalargrad does"),
    "a part of scalargrad": ("from scalargrad.engine import Value\nreturn 1", "ImportError: in this exercise you write"),
    "scalargrad by name": ("__import__('scalargrad.nn')\nreturn 1", "ImportError: in this exercise you write"),
}


@pytest.fixture
def children(monkeypatch):
    """The processes that tests have run in."""
    started = []

    class Child(isolation._Child):
        def __init__(self, *arguments):
            started.append(self)
            super().__init__(*arguments)

    monkeypatch.setattr(isolation, "_Child", Child)
    return started


@pytest.fixture
def run(tmp_path):
    """A function that runs the tests on a student's text, and returns why each of them failed."""

    def run(text, time_limit=5.0, tests=TESTS, names=NAMES):
        (tmp_path / "test_ex.py").write_text(tests, encoding="utf-8")
        if text is not None:
            (tmp_path / "ex.py").write_bytes(text if isinstance(text, bytes) else text.encode())
        outcomes = list(run_tests(tmp_path / "test_ex.py", names, tmp_path / "ex.py", time_limit))
        assert [name for name, _ in outcomes] == names
        return [outcome.failure for _, outcome in outcomes]

    return run


def function(body):
    return STUDENT.format("".join(f"    {line}\n" for line in body.splitlines()))


@pytest.mark.slow("starts several processes")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="signals and limits are those of Unix")
@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_a_misdeed_costs_one_test(misdeed, run, monkeypatch):
    """Whatever a function does, the tests before and after it pass, and its own test fails and says why."""
    monkeypatch.setattr(limits, "MEMORY", 1 << 28)  # which is full sooner
    monkeypatch.setattr(isolation, "WAITING", 2)
    body, sentence = MISDEEDS[misdeed]
    before, wrong, after = run(function(body), time_limit=0.5 if sentence == HUNG else 20.0)
    assert (before, after) == ("", "")
    assert wrong.startswith(sentence)


@pytest.mark.slow("starts several processes")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def wrong(:", "SyntaxError: invalid syntax\nin line 1: def wrong(:"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'\nin line 1: import no_such_module"),
        ("import sys; sys.exit(0)", "your code called sys.exit"),
        ("import os; os._exit(0)", ENDED),
        ("while True: pass", HUNG),
        ("x = 1 / 0", "ZeroDivisionError: division by zero\nin line 1: x = 1 / 0"),
        ("import scalargrad", "ImportError: in this exercise you write what scalargrad does, so you cannot import it"),
        (None, "there is no file ex.py"),
        (
            "x = 1".encode("utf-16"),
            "ex.py is saved as UTF-16: save it as UTF-8 (in VS Code click UTF-16 at the bottom right",
        ),
        (b"x = 1\x00", "ex.py has null bytes, so it is not Python text: save it again in an editor, as UTF-8"),
        ("x = 1\ny = 'ü'".encode("latin-1"), "ex.py is not saved as UTF-8 (see line 2): save it as UTF-8"),
        ("# coding: no-such\nx = 1", "SyntaxError: unknown encoding: no-such"),
        ("if 1:\n        x = 1\n\ty = 1", "line 3 of ex.py mixes tabs and spaces: indent with four spaces everywhere"),
        ("", "AttributeError: module 'ex' has no attribute"),
    ],
)
def test_a_file_that_does_not_load(text, sentence, run, children):
    """If the file does not load, every test says so, and loading is tried once."""
    assert all(failure.startswith(sentence) for failure in run(text, time_limit=0.5 if sentence == HUNG else 20.0))
    assert len(children) == 1


@pytest.mark.slow("waits for time limits")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="other systems cannot end a loop within C")
def test_time_is_processor_time(run, monkeypatch):
    """What waits has ten times the limit, by the clock; what computes has the limit, also in one call of C."""
    assert run(function("import time\ntime.sleep(0.6)\nreturn 1"), time_limit=0.2) == ["", "", ""]
    told = run(function("sum(range(10**12))"), time_limit=0.2)[1]
    limit = "(--time-limit=0.2 is the limit; it can be set)"
    assert told == f"your code did not end within 0.2 seconds of processor time: is there an endless loop? {limit}"
    told = run(function("import time\ntime.sleep(60)"), time_limit=0.2)[1]
    assert told == f"your code did not end within 2 seconds: what does it wait for? {limit}"


@pytest.mark.slow("waits for time limits")
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="other systems cannot stop a process for a while")
def test_a_busy_machine_costs_nobody_points(run):
    """A test whose process has to wait for a processor has the same time as any other."""
    stop = "import os, time\nstart = time.monotonic()\npid = os.getpid()\n"
    stop += "os.system(f'(kill -STOP {pid}; sleep 1; kill -CONT {pid}) &')\n"
    work = "end = time.process_time() + 0.2\nwhile time.process_time() < end: pass\n"
    check = "assert time.monotonic() - start > 1\nreturn 1"
    assert run(function(stop + work + check), time_limit=0.5) == ["", "", ""]


@pytest.mark.slow("waits for a time limit")
def test_time_where_no_signal_tells_it(run, monkeypatch):
    """Where the system has no timer, as Windows, a thread ends a test at the same limit, and the next ones run."""
    monkeypatch.delattr(signal, "setitimer")
    for module in (isolation, limits):
        monkeypatch.setattr(module, "OUT_OF_TIME", 124)
    before, wrong, after = run(function("while True: pass"), time_limit=0.3)
    assert (before, after) == ("", "") and "within 0.3 seconds of processor time" in wrong
    assert run(function("import time\ntime.sleep(0.6)\nreturn 1"), time_limit=0.2) == ["", "", ""]


@pytest.mark.slow("waits for time limits")
def test_hopeless_loops_are_not_waited_for(run, children):
    """When several tests of an exercise did not end, the rest is not tried."""
    names = [f"test_{i}" for i in range(HANGS + 5)]
    tests = "\n".join(f"def {name}(student): student.wrong()" for name in names)
    told = run(function("while True: pass"), time_limit=0.3, tests=tests, names=names)
    assert len(children) == HANGS
    assert all(each.startswith(HUNG) for each in told[:HANGS])
    assert all(each.startswith("not run, because 3 tests of this exercise did not end") for each in told[HANGS:])


def test_scalargrad_where_it_is_allowed(run):
    """Exercises that build on scalargrad may import it."""
    assert run(function("import scalargrad\nreturn 1"), tests=f"SCALARGRAD_IS_ALLOWED = True\n{TESTS}") == ["", "", ""]


def test_the_tests_cannot_be_changed(run):
    """The student's code finds no module that has the tests which are run."""
    look = "import sys\nreturn 1 + any(hasattr(each, 'THESE_TESTS') for each in [*sys.modules.values()])"
    assert run(function(look), tests=f"THESE_TESTS = True\n{TESTS}") == ["", "", ""]


def test_print_is_kept(tmp_path):
    """What a test prints is part of its outcome, cut short if it is very long."""
    (tmp_path / "test_ex.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "ex.py").write_text(function("print('here')\nprint('x' * 10**6)\nreturn 2"), encoding="utf-8")
    outcomes = [outcome for _, outcome in run_tests(tmp_path / "test_ex.py", NAMES, tmp_path / "ex.py")]
    assert [outcome.printed[:8] for outcome in outcomes] == ["", "here\nxxx", ""]
    assert len(outcomes[1].printed) < 10_000


def test_helper_modules(tmp_path, run):
    """A student's file may import another beside it, which cannot shadow a module of Python."""
    (tmp_path / "my_helper.py").write_text("ONE = 1", encoding="utf-8")
    (tmp_path / "colorsys.py").write_text("raise SystemExit", encoding="utf-8")
    assert run("import colorsys\nimport my_helper\ndef right(): return my_helper.ONE\nwrong = right") == ["", "", ""]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not say how much that is")
def test_memory_that_was_reserved_before(run):
    """Memory that pytest and its plugins have reserved does not count for the student."""
    with mmap.mmap(-1, 3 << 30):
        assert run(function("return len(bytearray(1 << 26)) >> 26")) == ["", "", ""]


def test_no_text_is_too_long(run):
    """A very long error is cut short."""
    told = run(function("raise ValueError('x' * 10**7)"))
    assert told[0] == told[2] == "" and told[1].startswith("ValueError: xxx") and len(told[1]) < 10_000


def test_no_cache_is_written(tmp_path, run):
    """A file that changes within a second, to one of the same length, is read again."""
    assert run("def right(): return 1\nwrong = right") == ["", "", ""]
    assert all(run("def right(): return 2\nwrong = right"))


@pytest.mark.skipif(sys.platform != "linux", reason="looks processes up as Linux lists them")
def test_nothing_is_left_running(run, tmp_path):
    """Processes that a student's code has started are ended with it."""
    script = tmp_path / "sleeper.py"
    script.write_text("import time; time.sleep(60)")
    assert run(function(f"import subprocess, sys\nsubprocess.Popen([sys.executable, {str(script)!r}])\nreturn 1")) == [
        "",
        "",
        "",
    ]
    assert not is_left(str(script))


@pytest.mark.slow("starts several processes")
def test_a_new_interpreter_does_the_same(run, monkeypatch):
    """Where processes cannot be forked, as on Windows, a new interpreter gives the same outcome."""
    monkeypatch.setattr(isolation, "processes", multiprocessing.get_context("spawn"))
    before, wrong, after = run(function("import os\nos._exit(0)"), time_limit=20)
    assert (before, after) == ("", "") and wrong.startswith(ENDED)
