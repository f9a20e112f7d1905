"""Student code, run where it can cost nothing but its own points.

With this module the tests of one exercise run in a separate process, with limits of time and memory. The student's file is
imported only there. The process reports for each test whether it passed. No report means failed, so an endless loop,
`os._exit(0)`, a crash or a full memory is a failed test like any other, and the next tests run in a new process.
"""

import contextlib
import importlib.abc
import io
import json
import multiprocessing
import os
import secrets
import signal
import sys
import time
import traceback
import types
import warnings
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

TIME_LIMIT = 5.0  # seconds for one test; the exemplars need less than half a second
HANGS = 3  # after so many tests without an end, the rest of the exercise is not tried
MEMORY = 2 << 30  # bytes
TEXT = 2000  # how many characters are kept of an error, and of what a test printed

# A fork takes a few milliseconds; a system without it starts a new interpreter.
processes: Any = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")


class Outcome(NamedTuple):
    """The outcome of a test.

    failure  why it failed; "" if it passed
    printed  what was printed meanwhile
    tried    whether there was code to test, so that a hint helps
    """

    failure: str
    printed: str = ""
    tried: bool = True


def run_tests(
    test_file: Path, names: Sequence[str], student_file: Path, time_limit: float = TIME_LIMIT
) -> Generator[tuple[str, Outcome], None, None]:
    """Run tests in this order, and yield the name and the outcome of each. A test takes the student's module.

    time_limit  seconds for one test, and for loading the student's file
    """
    left, hangs = list(names), 0
    while left:
        with _Child(test_file, left, student_file) as child:
            loaded = child.outcome(time_limit)
            while left and not loaded.failure:
                outcome = child.outcome(time_limit)
                yield left.pop(0), outcome
                hangs += child.hung
                if not child.alive:
                    break
        if loaded.failure or hangs == HANGS:
            hung = f"not run, because {HANGS} tests of this exercise did not end within {time_limit:g} s"
            failure = loaded.failure or hung
            yield from ((name, Outcome(failure, loaded.printed, tried=False)) for name in left)
            return


class _Child:
    """The process in which the tests run, as its parent sees it."""

    def __init__(self, test_file, names, student_file):
        # Without the signature, any code that finds the pipe could write a report.
        self.signature = secrets.token_bytes(16)
        self.connection, theirs = processes.Pipe(duplex=False)
        arguments = (theirs, self.signature, test_file, list(names), student_file)
        self.process = processes.Process(target=_run, args=arguments, daemon=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # about a fork beside the threads of another plugin
            self.process.start()
        theirs.close()
        self.alive, self.hung = True, False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end()
        self.connection.close()

    def outcome(self, time_limit):
        """Wait for the next report; if none comes, end the process and say why."""
        deadline = time.monotonic() + time_limit
        try:
            while self.connection.poll(max(deadline - time.monotonic(), 0)):
                message = self.connection.recv_bytes(1 << 20)
                if message.startswith(self.signature):
                    return Outcome(*json.loads(message[len(self.signature) :]))
        except (EOFError, OSError):
            status = self._end()
            how = f"exit status {status}, as by os._exit" if status >= 0 else f"signal {-status}, as in a crash"
            return Outcome(f"your code ended the process that tests it ({how})")
        self._end()
        self.hung = True
        return Outcome(f"your code did not end within {time_limit:g} seconds: is there an endless loop?")

    def _end(self):
        """End the process and those it has started; return its exit status, or minus the signal that ended it."""
        self.alive = False
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        return self.process.exitcode


# The rest runs in the child.


def _run(connection, signature, test_file, names, student_file):
    """Report the outcome of loading the student's file, then the outcome of each test."""

    def report(function, *arguments):
        outcome = _attempt(student_file, function, *arguments)
        connection.send_bytes(signature + json.dumps(outcome).encode())

    warnings.simplefilter("ignore")  # under pytest they may be errors
    student, tests = types.ModuleType(student_file.stem), types.ModuleType(test_file.stem)
    _load(tests, test_file)
    _close_files(connection)
    _limit()
    if not getattr(tests, "SCALARGRAD_IS_ALLOWED", False):
        _refuse_scalargrad()
    # The folder comes last, so that no file of the student shadows a module of Python.
    folder = str(student_file.parent)
    sys.path[:] = [*(path for path in sys.path if path not in ("", folder)), folder]
    report(_load, student, student_file)
    for name in names:
        report(getattr(tests, name), student)


def _close_files(connection):
    """Close all files but the pipe: what C code or os.write prints must not appear between pytest's lines."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    if hasattr(os, "fork"):
        os.closerange(3, connection.fileno())
        os.closerange(connection.fileno() + 1, 1024)
    sys.stdin = io.StringIO()  # input() raises EOFError


def _limit():
    if hasattr(os, "setsid"):
        os.setsid()  # so that processes the code starts can be ended with it
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # or NumPy reserves memory for each core
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])  # what pytest and its plugins have reserved
    except OSError:
        pages = 0
    memory, seconds = pages * resource.getpagesize() + MEMORY, 600  # of processor time, in case nobody is left to end it
    for kind, limit in (resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some; a stricter limit may hold
            resource.setrlimit(kind, (limit, limit))


class _Refusal(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] == "scalargrad":
            raise ImportError("in this exercise you write what scalargrad does, so you cannot import it")
        return


def _refuse_scalargrad():
    for name in [name for name in sys.modules if name.partition(".")[0] == "scalargrad"]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Refusal())


def _load(module, path):
    """Run a file as a module, without Python's cache, which could be out of date."""
    sys.modules[module.__name__] = module
    module.__file__ = str(path)
    exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)


def _attempt(student_file, function, *arguments):
    """Call a function; return what went wrong, and what was printed."""
    printed, failure, tried = io.StringIO(), "", True
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            function(*arguments)
        except BaseException as error:  # noqa: BLE001, because a student's code may raise anything
            failure, tried = _explained(error, student_file), not isinstance(error, NotImplementedError)
    return Outcome(failure[:TEXT], printed.getvalue()[:TEXT], tried)


def _explained(error, student_file):
    """What a student is told of an error: its message, and the line of the student's file that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame for frame in frames if frame.filename == str(student_file)]
    if isinstance(error, FileNotFoundError) and error.filename == str(student_file):
        return f"there is no file {student_file.name}"
    if isinstance(error, NotImplementedError) or isinstance(error, AssertionError) and lines[-1:] != frames[-1:]:
        return str(error) or type(error).__name__
    if isinstance(error, SyntaxError) and error.filename == str(student_file):
        return f"{type(error).__name__}: {error.msg}\nin line {error.lineno}: {(error.text or '').strip()}"
    text = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, SystemExit):
        text = "your code called sys.exit"
    if lines:
        return f"{text}\nin line {lines[-1].lineno}: {lines[-1].line}"
    tests = [frame for frame in frames if Path(frame.filename).stem == f"test_{student_file.stem}"]
    return f"{text}\nin the test: {tests[-1].line}" if tests else text
