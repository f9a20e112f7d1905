"""The grading: a pytest plugin that the conftest.py of a folder of exercises loads.

With this plugin a test that takes `student`, the module a student wrote, is worth points:

    @pytest.mark.task("the local rule of *")
    @pytest.mark.points(2, hint="each input gets the other one")
    def test_multiply(student):
        expect("multiply(2.0, 3.0)", student.multiply(2.0, 3.0), (6.0, 3.0, 2.0))

In `test_ex01.py` the student's file is `ex01.py`. It is never imported where pytest runs, see `isolation.py`. The marks are

    points(n, hint="")  what the test is worth, and what helps a student who fails it
    task(name)          what the test is about, for the table; the name of the function by default
    visibility(when)    Gradescope's "visible", "hidden", "after_due_date" or "after_published"
    bonus               the points are not part of the maximum

A student's file may import scalargrad only if its tests say `SCALARGRAD_IS_ALLOWED = True`. Where a debugger is asked for,
a test runs in the process of pytest, see `debugging.py`.
"""

import dataclasses
import inspect
import json
from argparse import ArgumentTypeError
from collections.abc import Generator
from pathlib import Path

import pytest

from scalargrad.exercises.debugging import Debugging, debugger_is_asked_for, has_terminal
from scalargrad.exercises.isolation import HAS_PROCESSES, TIME_LIMIT, Outcome, run_tests, seconds
from scalargrad.exercises.results import NOT_RUN, Result, markdown, replace, table, write_results

VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")


def pytest_addoption(parser: pytest.Parser) -> None:
    limit = "seconds of processor time for each test"
    group = parser.getgroup("grading", "grading of exercises")
    group.addoption("--score", action="store_true", help="end with a table of the points and mistakes")
    group.addoption("--results-json", metavar="PATH", help="write the points in Gradescope's format")
    group.addoption("--summary", metavar="PATH", help="add the points and mistakes to a file, as Markdown for GitHub")
    group.addoption("--submission", metavar="DIR", help="the folder of the student's files (the tests')")
    group.addoption(
        "--time-limit", metavar="SECONDS", type=seconds, help=f"{limit} ({TIME_LIMIT:g}, or time_limit in pytest.ini)"
    )
    group.addoption(
        "--cap", action="store_true", help="the bonus makes up for lost points, but no more than the maximum counts"
    )
    group.addoption("--list-json", metavar="PATH", help="write the tests that have points, as `scalargrad grade` reads them")
    parser.addini("time_limit", f"{limit} ({TIME_LIMIT:g})")


def register_marks(config: pytest.Config) -> None:
    """Make the marks of graded tests known to pytest."""
    for mark in ("points(n, hint='')", "task(name)", "visibility(when)", "bonus"):
        config.addinivalue_line("markers", f"{mark}: for graded tests")


def pytest_configure(config: pytest.Config) -> None:
    register_marks(config)
    config.pluginmanager.register(_Grading(config), "scalargrad-grading-results")


@pytest.fixture
def student() -> None:
    """The module a student wrote. It exists only in the process that runs the test."""


class _Grading:
    """The results of this run."""

    def __init__(self, config):
        self.config, self.option = config, config.option
        self.time_limit = self._time_limit()
        self.results: dict[str, Result] = {}  # by node id; tests not selected are here too, so the maximum never shrinks
        self.names: dict[Path, list[str]] = {}  # the tests to run, by their file
        self.running: dict[Path, Generator[tuple[str, Outcome], None, None]] = {}  # outcomes to come, by their file
        self.debugging: dict[Path, Debugging] = {}  # by the file of the tests
        self.debugged: dict[str, Debugging] = {}  # the tests that run in this process, by node id

    def _time_limit(self):
        text = self.config.getini("time_limit")
        try:
            return self.option.time_limit or (seconds(text) if text else TIME_LIMIT)
        except ArgumentTypeError as error:
            raise pytest.UsageError(f"pytest.ini: {error}") from None

    def pytest_itemcollected(self, item):
        marks = {mark.name: mark for mark in reversed(list(item.iter_markers()))}  # the closest counts
        if "points" not in marks:
            return
        if list(inspect.signature(item.function).parameters) != ["student"]:
            raise pytest.UsageError(f"{item.nodeid}: a test with points must have one argument, student")
        points, hint = _points(*marks["points"].args, **marks["points"].kwargs)
        task = marks["task"].args[0] if "task" in marks else item.name
        visibility = marks["visibility"].args[0] if "visibility" in marks else "visible"
        if visibility not in VISIBILITIES:
            raise pytest.UsageError(f"visibility: expected one of {', '.join(VISIBILITIES)}, got {visibility!r}")
        exercise = item.path.stem.removeprefix("test_")
        self.results[item.nodeid] = Result(exercise, task, points, hint, visibility, "bonus" in marks, item.name)

    def pytest_collection_finish(self, session):
        for item in session.items:
            if item.nodeid in self.results:
                self.names.setdefault(item.path, []).append(item.name)
                self.results[item.nodeid].selected = True
        if not session.testsfailed:  # no results are better than a smaller maximum
            self._write()
            if self.option.list_json:
                tests = [dataclasses.asdict(result) for result in self.results.values()]
                replace(Path(self.option.list_json), json.dumps(tests))

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem):
        result = self.results.get(pyfuncitem.nodeid)
        if result is None:
            return None
        outcome = None
        if not debugger_is_asked_for(self.config):
            outcome = self._outcome(pyfuncitem)
        if outcome is None or outcome.debugger and has_terminal(self.config):
            self._debug(pyfuncitem)
            return None  # pytest runs it
        print(outcome.printed, end="")  # for who asks pytest to show it, as by -s
        self._finish(result, outcome)
        if result.failure:
            pytest.fail(result.feedback, pytrace=False)
        return True

    def _outcome(self, item):
        path = item.path
        if path not in self.running:
            self.running[path] = run_tests(path, self.names[path], self._file(path), self.time_limit)
        for name, outcome in self.running[path]:  # outcomes of tests that pytest skips are passed over
            if name == item.name:
                return outcome
        return Outcome(NOT_RUN, tried=False)

    def _file(self, path):
        """The student's file for a file of tests."""
        folder = Path(self.option.submission or path.parent).resolve()
        return folder / f"{path.stem.removeprefix('test_')}.py"

    def _debug(self, item):
        if item.path not in self.debugging:
            self.debugging[item.path] = Debugging(self._file(item.path))
        self.debugged[item.nodeid] = self.debugging[item.path]
        self.debugged[item.nodeid].prepare(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        if call.when == "call" and item.nodeid in self.debugged:
            error = call.excinfo and call.excinfo.value
            self._finish(self.results[item.nodeid], self.debugged[item.nodeid].outcome(error, report.capstdout))
        return report

    def _finish(self, result, outcome):
        result.failure, result.printed, result.tried = outcome.failure, outcome.printed, outcome.tried
        self._write()

    def _write(self):
        if self.option.results_json:
            write_results(self.option.results_json, self.results.values(), self.option.cap)

    def pytest_sessionfinish(self):
        for tests in self.running.values():
            tests.close()  # ends its process, if it still runs

    def pytest_terminal_summary(self, terminalreporter):
        if self.option.score and self.results:
            terminalreporter.section("score")
            terminalreporter.write_line(table(self.results.values(), self.option.cap))
            if not HAS_PROCESSES:
                terminalreporter.write_line("A browser has no processes: the tests ran in that of pytest, without limits.")
        if self.option.summary and self.results:
            with open(self.option.summary, "a", encoding="utf-8") as file:
                file.write(markdown(self.results.values(), self.option.cap))


def _points(n, hint=""):
    return n, hint
