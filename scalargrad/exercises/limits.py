"""How much student code may use: processor time for a test, and memory.

With this module a process limits itself, so that the system ends it, whatever it does.
"""

import contextlib
import math
import os
import signal
import threading
import time
from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIME_LIMIT = 5.0  # seconds of processor time for one test; the exemplars need less than half a second
MEMORY = 2 << 30  # bytes

# How a process ends whose time is used up: by a signal that cannot be late, or where there is none, by its exit status.
OUT_OF_TIME = -signal.SIGPROF if hasattr(signal, "SIGPROF") else 124


def seconds(text: str) -> float:
    """Read a time limit; raises ArgumentTypeError unless it is a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise ArgumentTypeError(f"a time limit is a number of seconds above 0, got {text!r}")
    return number


def timer() -> Callable[[float], Any]:
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


def limit_resources() -> None:
    """Limit the memory and the time of this process, and of each that it starts."""
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
