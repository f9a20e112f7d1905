"""The processes of this machine, as Linux lists them."""

import contextlib
import time
from pathlib import Path


def is_left(text, seconds=5.0):
    """Whether a process with this text in its command still runs after some time; a killed one takes a moment to end."""
    end = time.monotonic() + seconds
    while any(text in command for command in _commands()):
        if time.monotonic() > end:
            return True
        time.sleep(0.02)
    return False


def _commands():
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended
            yield path.read_text(errors="replace")
