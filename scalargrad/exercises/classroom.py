"""A whole class: all submissions graded, several at a time, to a table of points.

With this module a lecturer gets the points of all students as CSV. The tests come from this package and from the lecturer,
never from a submission. Each submission is graded in a process of its own, so that one that hangs does not delay the others,
and whatever happens to one is a line in its results. Results are kept beside the CSV, and a submission is graded again only
if it has changed.
"""

import contextlib
import hashlib
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from multiprocessing import connection
from pathlib import Path
from typing import Any, NamedTuple

from scalargrad.exercises.archives import COUNT, LIMIT, DamagedArchive, RefusedArchive, unpack
from scalargrad.exercises.folder import HERE, add_tests, chosen, write_tests
from scalargrad.exercises.handed_in import Submission, digest, file_name, submissions
from scalargrad.exercises.isolation import HANGS, TIME_LIMIT, WAITING, processes, start
from scalargrad.exercises.results import Result, capped, replace
from scalargrad.exercises.running import grade_alone, list_tests, results, with_remark
from scalargrad.exercises.scores import Columns, points, write_csv

PATIENCE = HANGS * WAITING  # the time limits that one exercise may need


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, after the points so far were written."""


def grade(
    folder: str | os.PathLike,
    output: str | os.PathLike,
    time_limit: float = TIME_LIMIT,
    custom_tests: str | os.PathLike | None = None,
    cap: bool = False,
    exercises: Collection[str] = (),
    columns: Columns = points,
    leave_out: Collection[str | os.PathLike] = (),
) -> dict[str, dict[str, Any]]:
    """Grade each submission in a folder or a zip, write a CSV file, and return the results by submission.

    output        the CSV file; the results are kept in a folder beside it
    time_limit    seconds of processor time for each test
    custom_tests  a folder whose files test_*.py are added to those of this package, or replace those of the same name
    cap           whether a score is at most the maximum, whatever the bonus
    exercises     which count, such as ex01; all, if there are none
    columns       the rows of the table, see `scores.py`
    leave_out     what may be among the submissions, and is none, such as a folder of feedback

    The results have the form of Gradescope's results.json. Ctrl-C writes what is done and raises Interrupted; the next call
    does the rest. Raises ValueError if there are no submissions or no custom tests, for an exercise that there is not, or if
    pytest cannot read the tests.
    """
    place, output = Path(folder), Path(output)
    kept = output.with_suffix(".results")
    with tempfile.TemporaryDirectory(prefix="scalargrad-", ignore_cleanup_errors=True) as name:
        temporary = Path(name).resolve()
        if place.is_file():
            place = _unpacked(place, temporary / "class")
        own, nobodys = submissions(place, [os.path.realpath(path) for path in (output, kept, *leave_out)])
        if not own:
            raise ValueError(f"{folder}: there are no folders or zips in it; put each submission into a separate one")
        if nobodys:
            print(f"not a submission: {', '.join(nobodys)}", file=sys.stderr)
        tests = temporary / "tests"
        write_tests(tests, chosen(exercises))
        if custom_tests is not None:
            add_tests(Path(custom_tests), tests)
        grader = Grader(tests, kept, time_limit, cap, temporary)
        graded: dict[str, dict[str, Any]] = {}
        interrupted = False
        try:
            for key, found in _progress(grader.graded(own), len(own)):
                graded[key] = found
        except KeyboardInterrupt:
            interrupted = True
        finally:
            grader.stop()
            graded = {each.key: graded[each.key] for each in own if each.key in graded}
            write_csv(output, grader.exercises, graded, columns)
        if interrupted:
            raise Interrupted
    return graded


def _unpacked(path, folder):
    """The folder with the files of a zip that has a class in it."""
    try:
        unpack(path, folder, lambda names: names, limit=1000 * LIMIT, count=1000 * COUNT)
    except (RefusedArchive, DamagedArchive) as error:
        raise ValueError(f"{path} {error}") from None
    return folder


class _Job(NamedTuple):
    """A submission that is being graded."""

    submission: Submission
    digest: str | None
    process: Any
    folder: Path
    unfinished: Path
    end: float


class Grader:
    """Grades submissions, several at a time, and keeps their results."""

    def __init__(self, tests: Path, kept: Path, time_limit: float, cap: bool, temporary: Path) -> None:
        self.tests: list[Result] = list_tests(tests)
        importlib.import_module("pytest")  # tests import it: once here, and not in each process
        self.exercises = list(dict.fromkeys(test.exercise for test in self.tests))
        self.folder, self.kept, self.temporary = tests, kept, temporary
        self.time_limit, self.cap = time_limit, cap
        self.patience = (len(self.exercises) + 1) * PATIENCE * time_limit
        self.version = f" {_digest(HERE.parent)} {_digest(tests)} {time_limit} {sys.version_info[:2]}"
        self.running: dict[Any, _Job] = {}  # by what tells that the process has ended

    def graded(self, waiting: Iterable[Submission]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the key and the results of each submission, as they come: kept ones if nothing has changed since."""
        left = deque(waiting)
        while left or self.running:
            while left and len(self.running) < (os.cpu_count() or 1):
                submission = left.popleft()
                found, changes = self._kept(submission)
                if found is not None:
                    with_cap = capped(found, self.cap)
                    yield submission.key, found if with_cap == found else self._keep(submission, found)
                else:
                    self._start(submission, changes)
            yield from self._ended()

    def _path(self, submission):
        return self.kept / f"{file_name(submission.key)}.json"

    def _kept(self, submission):
        """The results that are kept of a submission, if it has not changed, and the text that says so."""
        try:
            changes = digest(submission) + self.version
        except OSError:  # its results will say why
            return None, None
        with contextlib.suppress(FileNotFoundError, ValueError, KeyError):  # not graded yet, or not by this version
            found = json.loads(self._path(submission).read_text(encoding="utf-8"))
            if found["extra_data"]["digest"] == changes:
                return found, changes
        return None, changes

    def _start(self, submission, changes):
        folder = Path(tempfile.mkdtemp(dir=self.temporary))
        unfinished = self._path(submission).with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        arguments = submission, self.tests, self.folder, folder, unfinished, self.time_limit
        process = processes.Process(target=grade_alone, args=arguments)
        start(process)
        end = time.monotonic() + self.patience
        self.running[process.sentinel] = _Job(submission, changes, process, folder, unfinished, end)

    def _ended(self):
        """Wait until a grading ends, or has to be ended, and yield its results."""
        if not self.running:
            return
        soonest = min(job.end for job in self.running.values())
        ended = connection.wait(list(self.running), max(soonest - time.monotonic(), 0))
        late = [each for each, job in self.running.items() if each not in ended and job.end <= time.monotonic()]
        for each in [*ended, *late]:
            job = self.running[each]
            remark = ""
            if each in late:
                remark = f"the grading was stopped after {self.patience:g} s; tests not run have no points"
                _end(job.process)
            job.process.join()
            if job.process.exitcode and not remark:
                remark = f"the grading ended with exit status {job.process.exitcode}; tests not run have no points"
            del self.running[each]
            shutil.rmtree(job.folder, ignore_errors=True)
            yield job.submission.key, self._keep(job.submission, self._found(job, remark))
            job.unfinished.unlink(missing_ok=True)

    def _found(self, job, remark):
        found = results(job.submission, self.tests)
        if job.unfinished.exists():
            found = json.loads(job.unfinished.read_text(encoding="utf-8"))
        found["extra_data"]["digest"] = job.digest
        return with_remark(found, remark) if remark else found

    def _keep(self, submission, found):
        found = capped(found, self.cap)
        replace(self._path(submission), json.dumps(found, indent=2))
        return found

    def stop(self) -> None:
        """End what is running; at once, if it is interrupted meanwhile."""
        try:
            for job in self.running.values():
                _interrupt(job.process)
            for job in self.running.values():
                _end(job.process)
        finally:
            for job in self.running.values():
                job.process.kill()
                job.unfinished.unlink(missing_ok=True)
            self.running.clear()


def _interrupt(process):
    """Make a grading end, with the processes it has started, as Ctrl-C does."""
    with contextlib.suppress(ProcessLookupError):  # it has ended
        os.kill(process.pid, signal.SIGTERM if os.name == "nt" else signal.SIGINT)


def _end(process):
    _interrupt(process)
    process.join(5)
    process.kill()
    process.join()


def _digest(folder):
    """A text that changes with every Python file in a folder."""
    changes = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        changes.update(f"{path.relative_to(folder)}\n{path.stat().st_size}\n".encode() + path.read_bytes())
    return changes.hexdigest()


def _progress(graded: Iterable[Any], count: int) -> Iterator[Any]:
    """Pass the results on, and show how many there are."""
    try:
        from tqdm import tqdm
    except ImportError:
        for i, each in enumerate(graded, start=1):
            print(f"graded {i} of {count}", file=sys.stderr)
            yield each
    else:
        yield from tqdm(graded, "grading", count, unit="submission")
