"""Student code, run where it can cost nothing but its own points.

With this module the tests of one exercise run in a separate process, with limits of time and memory. The student's file is
imported only there. The process reports for each test whether it passed. No report means failed, so an endless loop,
`os._exit(0)`, a crash or a full memory is a failed test like any other, and the next tests run in a new process.

The time of a test is the processor time of its process, so that a busy machine costs nobody points. What sleeps or waits
uses no processor, and has ten times as long by the clock.

A browser has no processes. There the tests run in the one of pytest, without any limit.
"""

import contextlib
import io
import json
import math
import multiprocessing
import os
import secrets
import signal
import sys
import threading
import time
import warnings
from argparse import ArgumentTypeError
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scalargrad.exercises.loading import explained, load, view_of_student

TIME_LIMIT = 5.0  # seconds of processor time for one test; the exemplars need less than half a second
WAITING = 10  # how many times as long a test may take by the clock
HANGS = 3  # after so many tests without an end, the rest of the exercise is not tried
MEMORY = 2 << 30  # bytes
TEXT = 2000  # how many characters are kept of an error, and of what a test printed
HAS_PROCESSES = sys.platform != "emscripten"
BREAKPOINT = "your code calls breakpoint(), which needs a terminal: run pytest in one, or take the line out"

# How a process ends whose time is used up: by a signal that cannot be late, or where there is none, by its exit status.
OUT_OF_TIME = -signal.SIGPROF if hasattr(signal, "SIGPROF") else 124

# A fork takes a few milliseconds; a system without it starts a new interpreter.
processes: Any = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")


class Outcome(NamedTuple):
    """The outcome of a test.

    failure  why it failed; "" if it passed
    printed  what was printed meanwhile
    tried    whether there was code to test, so that a hint helps
    debugger whether the code called breakpoint(), which needs a terminal
    """

    failure: str
    printed: str = ""
    tried: bool = True
    debugger: bool = False


def seconds(text: str) -> float:
    """Read a time limit; raises ArgumentTypeError unless it is a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise ArgumentTypeError(f"a time limit is a number of seconds above 0, got {text!r}")
    return number


def run_tests(
    test_file: Path, names: Sequence[str], student_file: Path, time_limit: float = TIME_LIMIT
) -> Generator[tuple[str, Outcome], None, None]:
    """Run tests in this order, and yield the name and the outcome of each. A test takes the student's module.

    time_limit  seconds of processor time for one test, and for loading the student's file
    """
    if not HAS_PROCESSES:
        yield from _run_here(test_file, names, student_file)
        return
    left, hangs = list(names), 0
    while left:
        with _Child(test_file, left, student_file, time_limit) as child:
            loaded = child.outcome()
            while left and not loaded.failure:
                outcome = child.outcome()
                yield left.pop(0), outcome
                hangs += child.hung
                if not child.alive:
                    break
        if loaded.failure or hangs == HANGS:
            hung = f"not run, because {HANGS} tests of this exercise did not end within {time_limit:g} s"
            rest = loaded._replace(failure=loaded.failure or hung, tried=False)
            yield from ((name, rest) for name in left)
            return


def _run_here(test_file, names, student_file):
    """The names and outcomes of tests that run in this process."""
    tests = load(test_file)
    with warnings.catch_warnings(), _view(tests, student_file):
        warnings.simplefilter("ignore")  # under pytest they may be errors
        loaded, student = _attempt(student_file, load, student_file)
        if loaded.failure:
            return [(name, loaded._replace(tried=False)) for name in names]
        return [(name, _attempt(student_file, getattr(tests, name), student)[0]) for name in names]


def _view(tests, student_file):
    return view_of_student(student_file.parent, getattr(tests, "SCALARGRAD_IS_ALLOWED", False))


def start(process: Any) -> None:
    """Start a process; the warning about a fork beside threads, those of a progress bar or another plugin, is left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()


class _Child:
    """The process in which the tests run, as its parent sees it."""

    def __init__(self, test_file, names, student_file, time_limit):
        # Without the signature, any code that finds the pipe could write a report.
        self.signature, self.time_limit = secrets.token_bytes(16), time_limit
        self.connection, theirs = processes.Pipe(duplex=False)
        arguments = (theirs, self.signature, test_file, list(names), student_file, time_limit)
        self.process = processes.Process(target=_run, args=arguments, daemon=True)
        start(self.process)
        theirs.close()
        self.alive, self.hung = True, False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end()
        self.connection.close()

    def outcome(self):
        """Wait for the next report; if none comes, end the process and say why."""
        deadline = time.monotonic() + WAITING * self.time_limit
        try:
            while self.connection.poll(max(deadline - time.monotonic(), 0)):
                message = self.connection.recv_bytes(1 << 20)
                if message.startswith(self.signature):
                    outcome = Outcome(*json.loads(message[len(self.signature) :]))
                    if outcome.debugger:
                        self._end()
                    return outcome
        except (EOFError, OSError):
            status = self._end()
            if status == OUT_OF_TIME:
                self.hung = True
                return self._too_long(f"{self.time_limit:g} seconds of processor time: is there an endless loop?")
            how = f"exit status {status}, as by os._exit" if status >= 0 else f"signal {-status}, as in a crash"
            return Outcome(f"your code ended the process that tests it ({how})")
        self._end()
        self.hung = True
        return self._too_long(f"{WAITING * self.time_limit:g} seconds: what does it wait for?")

    def _too_long(self, why):
        return Outcome(f"your code did not end within {why} (--time-limit={self.time_limit:g} is the limit; it can be set)")

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


def _run(connection, signature, test_file, names, student_file, time_limit):
    """Report the outcome of loading the student's file, then the outcome of each test."""

    def report(outcome):
        connection.send_bytes(signature + json.dumps(outcome).encode())

    def attempt(function, *arguments):
        set_time(time_limit)
        outcome, result = _attempt(student_file, function, *arguments)
        report(outcome)
        return result

    def debug(*_, **__):
        report(Outcome(BREAKPOINT, debugger=True))
        os._exit(0)

    import pdb  # noqa: T100, because it is to be caught

    warnings.simplefilter("ignore")  # under pytest they may be errors
    tests = load(test_file)
    sys.breakpointhook, pdb.set_trace = debug, debug
    _close_files(connection)
    _limit()
    set_time = _timer()
    with _view(tests, student_file):
        student = attempt(load, student_file)
        for name in names:
            attempt(getattr(tests, name), student)


def _timer():
    """Return a function that ends this process after so many more seconds of its processor time."""
    if hasattr(signal, "setitimer"):  # the system ends it, also in a long loop within C
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGPROF])
        return lambda seconds: signal.setitimer(signal.ITIMER_PROF, seconds)
    end = [float("inf")]

    def watch():
        while time.process_time() < end[0]:
            time.sleep(0.05)
        os._exit(OUT_OF_TIME)

    threading.Thread(target=watch, daemon=True).start()
    return lambda seconds: end.__setitem__(0, time.process_time() + seconds)


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


def _attempt(student_file, function, *arguments):
    """Call a function; return what went wrong, and what was printed, and its result."""
    printed, failure, tried, result = io.StringIO(), "", True, None
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            result = function(*arguments)
        except BaseException as error:  # noqa: BLE001, because a student's code may raise anything
            failure, tried = explained(error, student_file), not isinstance(error, NotImplementedError)
    return Outcome(failure[:TEXT], printed.getvalue()[:TEXT], tried), result
