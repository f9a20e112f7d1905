"""Tests of debugging: tests that run in the process of pytest, where a debugger can stop them."""

import os
import select
import subprocess
import sys
import time

import pytest
from test_grading import HEAD, ROOT, results, run_apart, write

TESTS = f"""{HEAD}
@pytest.mark.points(1)
def test_f(student):
    expect("f(6)", student.f(6), 42)

@pytest.mark.points(1)
def test_g(student):
    expect("g(6)", student.g(6), 42)
"""
F = "import time\ndef f(x):\n    y = 7 * x\n    time.sleep(0.3)\n    return y\n"


@pytest.mark.slow("starts several processes")
def test_a_debugger_where_a_test_fails(tmp_path):
    """With --pdb a failed test stops where the student's code raised, without a time limit, and the points are the same."""
    write(tmp_path, test_ex=TESTS, ex=f"{F}def g(x):\n    z = 111 * x\n    raise ValueError(z)\n")
    arguments = ["--pdb", "--score", "--time-limit=0.01", "--results-json=results.json"]
    said, status = run_apart(tmp_path, *arguments, stdin="p z + 111\nc\n")
    assert "\n(Pdb) 777\n" in said and "endless loop" not in said and status == 1
    content = results(tmp_path / "results.json")
    assert [test["score"] for test in content["tests"]] == [1, 0]
    assert content["tests"][1]["output"] == "ValueError: 666\nin line 8: raise ValueError(z)"


@pytest.mark.slow("starts several processes")
def test_a_debugger_from_the_beginning(tmp_path):
    """With --trace each test stops at its first line."""
    write(tmp_path, test_ex=TESTS, ex=f"{F}g = f\n")
    said, status = run_apart(tmp_path, "--trace", "-k", "test_f", stdin="p student.f(1) + 1000\nc\n")
    assert "1007" in said and status == 0


def in_terminal(folder, words, wanted):
    """What pytest prints in a terminal in which somebody types these words when it has printed what was wanted."""
    pty = pytest.importorskip("pty", reason="this system has no such terminals")
    mine, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TERM": "dumb"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--score", "--time-limit=0.2"]
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said, end = b"", time.monotonic() + 60
        while time.monotonic() < end:
            if not select.select([mine], [], [], 0.1)[0]:
                continue
            try:
                part = os.read(mine, 10_000)
            except OSError:  # the other side is closed
                break
            said += part
            if wanted in said:
                os.write(mine, words)
                wanted = b"\0"
        process.kill()
    os.close(mine)
    return said.decode().replace("\r", "")


@pytest.mark.slow("starts several processes")
@pytest.mark.parametrize("call", ["breakpoint()", "import pdb; pdb.set_trace()"])
def test_a_breakpoint_in_a_terminal(call, tmp_path):
    """In a terminal a breakpoint in a student's code starts the debugger, without a time limit; then the tests go on."""
    write(tmp_path, test_ex=TESTS, ex=f"{F}def g(x):\n    z = 111 * x\n    {call}\n    return z\n")
    said = in_terminal(tmp_path, b"p z + 111\nc\n", b"(Pdb)")
    assert "777" in said and "g(6): you returned 666, expected 42" in said and "1 of 2" in said


def test_a_breakpoint_without_a_terminal(tmp_path):
    """Without a terminal a breakpoint costs its own test, which says why, and none waits for it."""
    write(tmp_path, test_ex=TESTS, ex=f"{F}def g(x):\n    breakpoint()\n    return 42\n")
    said, _ = run_apart(tmp_path, "--score", "--results-json=results.json")
    assert [test["score"] for test in results(tmp_path / "results.json")["tests"]] == [1, 0]
    assert "your code calls breakpoint(), which needs a terminal: run pytest in one, or take the line out" in said


@pytest.mark.slow("starts several processes")
def test_the_same_rules_hold_in_a_debugger(tmp_path):
    """In a debugger a student cannot import scalargrad either, helper modules are found, and files are the student's."""
    write(tmp_path, test_ex=TESTS, ex="import scalargrad", helper="A = 42")
    said, _ = run_apart(tmp_path, "--pdb", "--score", stdin="c\nc\n")
    assert "in this exercise you write what scalargrad does, so you cannot import it" in said
    (tmp_path / "data").write_text("42")
    (tmp_path / "ex.py").write_text("import helper\ndef f(x): return helper.A\ndef g(x): return int(open('data').read())")
    (tmp_path / "elsewhere").mkdir()
    said, status = run_apart(tmp_path / "elsewhere", "--pdb", "..", stdin="c\nc\n")
    assert "2 passed" in said and status == 0
