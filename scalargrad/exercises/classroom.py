"""A whole class: all submissions graded in parallel, to a table of points.

With this module a lecturer gets the points of all students as CSV, and sees which tests were the hardest. The tests come
from this package and from the lecturer, never from a submission. Each submission is graded by a separate pytest, so that one
that hangs does not delay the others. Results are kept beside the CSV, and a submission is graded again only if it has
changed.
"""

import contextlib
import csv
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, as_completed
from pathlib import Path

from scalargrad.exercises.folder import HERE, write_tests
from scalargrad.exercises.isolation import TIME_LIMIT
from scalargrad.exercises.results import replace

PATIENCE = 120  # the time for one submission, in time limits: more than there are tests, in case the grading itself hangs


def grade(
    folder: str | os.PathLike,
    output: str | os.PathLike,
    time_limit: float = TIME_LIMIT,
    custom_tests: str | os.PathLike | None = None,
) -> dict[str, dict]:
    """Grade each folder in a folder as one submission, write a CSV file, and return the results by submission.

    output        the CSV file; the results are kept in a folder beside it
    time_limit    seconds for each test
    custom_tests  a folder whose files test_*.py are added to those of this package, or replace those of the same name

    The results have the form of Gradescope's results.json. Ctrl-C writes what is done; the next call does the rest. Raises
    ValueError where there are no submissions, or no custom tests, or where pytest cannot run the tests.
    """
    folder, output = Path(folder), Path(output)
    kept = output.with_suffix(".results").resolve()
    folders = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    submissions = [path for path in folders if path.resolve() != kept]
    if not submissions:
        raise ValueError(f"{folder}: there are no folders in it; put each submission into a separate folder")
    with tempfile.TemporaryDirectory() as tests, ThreadPoolExecutor(os.cpu_count()) as pool:
        write_tests(Path(tests))
        if custom_tests is not None:
            _add_tests(Path(custom_tests), tests)
        grader = _Grader(Path(tests).resolve(), kept, time_limit)
        waiting = {pool.submit(grader.results, path): _readable(path.name) for path in submissions}
        try:
            for future in _progress(as_completed(waiting), len(waiting)):
                future.result()
        finally:
            grader.stop()
            pool.shutdown(cancel_futures=True)
            done = {name: future for future, name in waiting.items() if not future.cancelled() and not future.exception()}
            results = {name: future.result() for name, future in done.items()}
            _write_csv(output, grader.exercises, results)
    return results


def _add_tests(folder, tests):
    paths = list(folder.glob("test_*.py"))
    if not paths:
        raise ValueError(f"{folder}: there is no file test_*.py in it; custom tests must be in such files")
    for path in paths:
        shutil.copy(path, tests)


def _readable(name):
    """A name that can be printed, even if it was zipped on a system with another encoding."""
    return os.fsencode(name).decode(errors="backslashreplace")


class _Grader:
    """Runs pytest on submissions, and keeps the results; several threads may use it at once."""

    def __init__(self, tests: Path, kept: Path, time_limit: float) -> None:
        self.tests, self.kept, self.time_limit = tests, kept, time_limit
        self.exercises = sorted(path.stem.removeprefix("test_") for path in tests.glob("test_*.py"))
        self.version = f" {_digest(HERE)} {_digest(tests)} {time_limit}"
        self.running: set[subprocess.Popen] = set()
        self.stopped = False
        self.lock = threading.Lock()

    def results(self, submission: Path) -> dict:
        """Return the results of a submission: the kept ones if nothing has changed since."""
        path = self.kept / f"{submission.name}.json"
        digest = _digest(submission) + self.version
        if path.exists():
            results = json.loads(path.read_text(encoding="utf-8"))
            if results["extra_data"]["digest"] == digest:
                return results
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        place = self._place(submission)
        ended = self._run(place or submission, unfinished)
        results = json.loads(unfinished.read_text(encoding="utf-8"))
        results["output"] = ended if place else f"it contains no exercise, such as {self.exercises[0]}.py"
        results["extra_data"] = {"digest": digest}
        replace(path, json.dumps(results, indent=2))
        unfinished.unlink()
        return results

    def _place(self, submission):
        """The folder with the exercises: in many submissions it lies in another folder."""
        found = (path.parent for path in submission.rglob("*.py") if path.stem in self.exercises)
        return min(found, key=lambda path: (len(path.parts), path), default=None)

    def _run(self, folder, path):
        """Run pytest, which writes its results to this path; return what was unusual about its end, or ""."""
        command = [sys.executable, "-m", "pytest", str(self.tests), "-q", "-c", str(self.tests / "pytest.ini")]
        command += ["-o", "addopts=--tb=short", "-p", "no:cacheprovider"]
        command += [f"--time-limit={self.time_limit}", f"--results-json={path}", f"--submission={folder.resolve()}"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # other plugins would only cost time
        environment["PYTHONPATH"] = os.pathsep.join([str(HERE.parent.parent), os.environ.get("PYTHONPATH", "")])
        with tempfile.TemporaryFile() as log:
            with self.lock:
                if self.stopped:
                    raise CancelledError
                process = subprocess.Popen(
                    command,
                    cwd=self.tests,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # so that Ctrl-C reaches it only through `stop`
                )
                self.running.add(process)
            try:
                status = process.wait(PATIENCE * self.time_limit)
            except subprocess.TimeoutExpired:
                _interrupt(process)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(5)
                process.kill()
                process.wait()
                return f"the grading was stopped after {PATIENCE * self.time_limit:g} s; tests not run have no points"
            finally:
                self.running.discard(process)
            if self.stopped:
                raise CancelledError
            log.seek(0)
            said = log.read().decode(errors="replace")[-2000:]
        if status in (4, 5) or not path.exists():  # wrong options or broken tests: not the student's fault
            raise ValueError(f"pytest ended with exit status {status} before it ran a test of {folder}: {said}")
        return "" if status in (0, 1) else f"pytest ended with exit status {status}; tests not run have no points\n{said}"

    def stop(self) -> None:
        """End what is running, and start nothing more."""
        with self.lock:
            self.stopped = True
            for process in list(self.running):
                _interrupt(process)


def _interrupt(process):
    """Make pytest end, with the processes it has started, as Ctrl-C does."""
    process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)


def _digest(folder):
    """A text that changes with every Python file in a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\n{path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _progress(futures: Iterable[Future], count: int) -> Iterator[Future]:
    """Pass the futures on, and show how many are done."""
    try:
        from tqdm import tqdm
    except ImportError:
        for i, future in enumerate(futures, start=1):
            print(f"graded {i} of {count}", file=sys.stderr)
            yield future
    else:
        yield from tqdm(futures, "grading", count, unit="submission")


def _write_csv(path, exercises, results):
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["submission", *exercises, "score", "max_score"])
    for submission, each in results.items():
        points: Counter[str] = Counter()
        for test in each["tests"]:
            points[_exercise(test)] += test["score"]
        rows.writerow([submission, *(points[name] for name in exercises), each["score"], each["max_score"]])
    replace(path, text.getvalue())


def statistics(results: Mapping[str, dict]) -> str:
    """Return a summary as text: for each exercise the mean and the tests that cost most points; then what was unusual."""
    tests = [test for each in results.values() for test in each["tests"]]
    lines = []
    for exercise in dict.fromkeys(_exercise(test) for test in tests):
        own = [test for test in tests if _exercise(test) == exercise]
        mean, most = (sum(test[key] for test in own) / len(results) for key in ("score", "max_score"))
        losers = sum(
            any(_exercise(test) == exercise and _failed(test) for test in each["tests"]) for each in results.values()
        )
        lines.append(f"{exercise}: mean {mean:.1f} of {most:g}, points lost by {losers} of {len(results)}")
        failed = Counter(test["name"].removeprefix(f"{exercise}: ") for test in own if _failed(test))
        lines += [f"{count:6}  {name}" for name, count in failed.most_common()]
    lines += [f"{name}: {each['output'].partition(chr(10))[0]}" for name, each in results.items() if each["output"]]
    return "\n".join(lines)


def _exercise(test):
    return test["tags"][0]


def _failed(test):
    return test["score"] < test["max_score"]
