"""The grading, a plugin of pytest that the conftest.py of a folder of exercises loads.

With this plugin a test that takes `student`, the module a student wrote, is worth points:

    @pytest.mark.task("the local rule of *")
    @pytest.mark.points(2, hint="each input gets the other one")
    def test_multiply(student):
        expect("multiply(2.0, 3.0)", student.multiply(2.0, 3.0), (6.0, 3.0, 2.0))

In `test_ex01.py` the student's file is `ex01.py`. It is never imported where pytest runs, see `isolation.py`. The marks are

    points(n, hint="")  what the test is worth, and what to say where it failed
    task(name)          what the test is about, for the table; else the name of the function
    visibility(when)    Gradescope's "visible", "hidden", "after_due_date" or "after_published"
    bonus               the points do not count in the maximum

A student's file may import scalargrad only if the file of its tests says `SCALARGRAD_IS_ALLOWED = True`.
"""

import inspect
from pathlib import Path

import pytest

from scalargrad.exercises.isolation import TIME_LIMIT, Outcome, run_tests
from scalargrad.exercises.results import NOT_RUN, Result, table, write_results

VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")


def pytest_addoption(parser):
    group = parser.getgroup("grading", "grading of exercises")
    group.addoption("--score", action="store_true", help="end with a table of the points, and what was wrong")
    group.addoption("--results-json", metavar="PATH", help="write the points in Gradescope's format")
    group.addoption("--submission", metavar="DIR", help="the folder of the student's files (that of the tests)")
    group.addoption("--time-limit", metavar="SECONDS", type=float, default=TIME_LIMIT, help="for each test (5)")


def pytest_configure(config):
    for mark in ("points(n, hint='')", "task(name)", "visibility(when)", "bonus"):
        config.addinivalue_line("markers", f"{mark}: of a graded test")
    config.pluginmanager.register(_Grading(config.option), "scalargrad-grading-results")


@pytest.fixture
def student():
    """The module a student wrote; where pytest runs it is not to be had."""


class _Grading:
    """The results of this run."""

    def __init__(self, option):
        self.option = option
        self.results = {}  # by node id; tests that are not selected are among them, so that the maximum stays what it is
        self.names = {}  # of the tests to run, by their file
        self.running = {}  # the tests that are being run, by their file

    def pytest_itemcollected(self, item):
        marks = {mark.name: mark for mark in reversed(list(item.iter_markers()))}  # the closest last, so that it counts
        if "points" not in marks:
            return
        if list(inspect.signature(item.function).parameters) != ["student"]:
            raise pytest.UsageError(f"{item.nodeid}: a test with points has one argument, student")
        points, hint = _points(*marks["points"].args, **marks["points"].kwargs)
        task = marks["task"].args[0] if "task" in marks else item.name
        visibility = marks["visibility"].args[0] if "visibility" in marks else "visible"
        if visibility not in VISIBILITIES:
            raise pytest.UsageError(f"visibility({visibility!r}): Gradescope knows {', '.join(VISIBILITIES)}")
        exercise = item.path.stem.removeprefix("test_")
        self.results[item.nodeid] = Result(exercise, task, points, hint, visibility, bonus="bonus" in marks)

    def pytest_collection_finish(self, session):
        for item in session.items:
            if item.nodeid in self.results:
                self.names.setdefault(item.path, []).append(item.name)
        if not session.testsfailed:  # where a file of tests is broken, no results are better than a smaller maximum
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
        for name, outcome in self.running[path]:  # those of tests that pytest skips are passed over
            if name == item.name:
                return outcome
        return Outcome(NOT_RUN, tried=False)

    def _write(self):
        if self.option.results_json:
            write_results(self.option.results_json, self.results.values())

    def pytest_sessionfinish(self):
        for tests in self.running.values():
            tests.close()  # ends the process of those that were interrupted

    def pytest_terminal_summary(self, terminalreporter):
        if self.option.score and self.results:
            terminalreporter.section("score")
            terminalreporter.write_line(table(self.results.values()))


def _points(n, hint=""):
    return n, hint
