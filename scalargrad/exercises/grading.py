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

A student's file may import scalargrad only if its tests say `SCALARGRAD_IS_ALLOWED = True`.
"""

import inspect
from collections.abc import Generator
from pathlib import Path

import pytest

from scalargrad.exercises.isolation import TIME_LIMIT, Outcome, run_tests
from scalargrad.exercises.results import NOT_RUN, Result, table, write_results

VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("grading", "grading of exercises")
    group.addoption("--score", action="store_true", help="end with a table of the points and mistakes")
    group.addoption("--results-json", metavar="PATH", help="write the points in Gradescope's format")
    group.addoption("--submission", metavar="DIR", help="the folder of the student's files (the tests')")
    group.addoption("--time-limit", metavar="SECONDS", type=float, default=TIME_LIMIT, help="for each test (5)")


def register_marks(config: pytest.Config) -> None:
    """Make the marks of graded tests known to pytest."""
    for mark in ("points(n, hint='')", "task(name)", "visibility(when)", "bonus"):
        config.addinivalue_line("markers", f"{mark}: for graded tests")


def pytest_configure(config: pytest.Config) -> None:
    register_marks(config)
    config.pluginmanager.register(_Grading(config.option), "scalargrad-grading-results")


@pytest.fixture
def student() -> None:
    """The module a student wrote. It exists only in the process that runs the test."""


class _Grading:
    """The results of this run."""

    def __init__(self, option):
        self.option = option
        self.results: dict[str, Result] = {}  # by node id; tests not selected are here too, so the maximum never shrinks
        self.names: dict[Path, list[str]] = {}  # the tests to run, by their file
        self.running: dict[Path, Generator[tuple[str, Outcome], None, None]] = {}  # outcomes to come, by their file

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
        self.results[item.nodeid] = Result(exercise, task, points, hint, visibility, bonus="bonus" in marks)

    def pytest_collection_finish(self, session):
        for item in session.items:
            if item.nodeid in self.results:
                self.names.setdefault(item.path, []).append(item.name)
        if not session.testsfailed:  # no results are better than a smaller maximum
            self._write()

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem):
        result = self.results.get(pyfuncitem.nodeid)
        if result is None:
            return None
        result.failure, result.printed, result.tried = self._outcome(pyfuncitem)
        self._write()
        if result.failure:
            pytest.fail(result.feedback, pytrace=False)
        return True

    def _outcome(self, item):
        path = item.path
        if path not in self.running:
            folder = Path(self.option.submission or path.parent).resolve()
            file = folder / f"{path.stem.removeprefix('test_')}.py"
            self.running[path] = run_tests(path, self.names[path], file, self.option.time_limit)
        for name, outcome in self.running[path]:  # outcomes of tests that pytest skips are passed over
            if name == item.name:
                return outcome
        return Outcome(NOT_RUN, tried=False)

    def _write(self):
        if self.option.results_json:
            write_results(self.option.results_json, self.results.values())

    def pytest_sessionfinish(self):
        for tests in self.running.values():
            tests.close()  # ends its process, if it still runs

    def pytest_terminal_summary(self, terminalreporter):
        if self.option.score and self.results:
            terminalreporter.section("score")
            terminalreporter.write_line(table(self.results.values()))


def _points(n, hint=""):
    return n, hint
