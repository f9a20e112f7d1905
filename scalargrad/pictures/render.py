"""DOT becomes a picture, by whichever Graphviz there is.

That is the machine's own `dot` command where it has one, else the Graphviz that the package pygraphviz brings along. Both
run in a process of their own, which Ctrl-C ends at once and a time limit ends too. In a browser it is that of `browser.py`.
"""

import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from scalargrad.pictures.browser import is_browser, render_in_browser
from scalargrad.pictures.errors import FAILED, RenderError
from scalargrad.pictures.svg import readable

FORMATS = ("svg", "pdf", "png")

TIMEOUT = 60.0  # seconds for each picture
DPI = 192  # sharp on a projector

MISSING = (
    "no Graphviz was found to make the picture ({}): `pip install pygraphviz` brings one along, or install your system's "
    "own, as in `apt install graphviz` or `brew install graphviz`"
)
NO_FONTS = "this machine has no fonts for a {}: install some, as in `apt install fonts-dejavu-core`, or make an svg"
TOO_SLOW = (
    "Graphviz was stopped after {:g} seconds on one picture: draw a part of the graph, show its groups as boxes with "
    "depth=1, leave out the partials, or allow more seconds with timeout"
)


def added(source: str, line: str) -> str:
    """Return a DOT text with one more line, which counts where it says other than those before."""
    return f"{source.rstrip().removesuffix('}')}{line}\n}}\n"


def render(source: str, format: str, timeout: float = TIMEOUT) -> bytes:
    """Return the picture that a DOT text describes as the content of a file, in one of FORMATS.

    timeout  the seconds that Graphviz may take for it

    Raises RenderError where there is no Graphviz, or where it cannot read the text, or where it takes too long.
    """
    return render_all([source], format, timeout)[0]


def render_all(sources: Sequence[str], format: str, timeout: float = TIMEOUT, dpi: float = DPI) -> list[bytes]:
    """Return the pictures that several DOT texts describe; the time limit is that of each.

    dpi  how many pixels of a PNG are an inch, which is 72 points
    """
    if format == "png":
        sources = [added(source, f"graph [dpi={dpi:.2f}]") for source in sources]
    for renderer in [render_in_browser] if is_browser() else [_by_command, _by_package]:
        try:
            pictures = renderer(sources, format, timeout)
        except (ImportError, OSError) as error:
            missing = error
            continue
        if format == "svg":
            return list(map(readable, pictures))
        return pictures
    raise RenderError(MISSING.format(missing))


def _by_command(sources, format, timeout):
    from graphviz.backend import dot_command, execute  # here, so that the engine takes the standard library only

    command = dot_command.command("dot", format)
    try:
        return [
            execute.run_check(command, input=source.encode(), capture_output=True, quiet=True, timeout=timeout).stdout
            for source in sources
        ]
    except execute.ExecutableNotFound as error:
        raise FileNotFoundError(error) from None
    except execute.CalledProcessError as error:
        raise RenderError(FAILED.format(error.stderr.decode(errors="replace").strip())) from None
    except subprocess.TimeoutExpired:
        raise RenderError(TOO_SLOW.format(timeout)) from None


def _by_package(sources, format, timeout):
    program = [sys.executable, str(Path(__file__).with_name("process.py"))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}  # so that it finds what is found here
    with tempfile.TemporaryFile() as task, tempfile.TemporaryFile() as remarks:
        pickle.dump((format, sources, timeout), task)
        task.seek(0)
        with subprocess.Popen(program, stdin=task, stdout=subprocess.PIPE, stderr=remarks, env=environment) as process:
            replies: queue.SimpleQueue = queue.SimpleQueue()
            reader = threading.Thread(target=_read, args=(process.stdout, replies))
            reader.start()
            try:
                return [_picture(_next(replies, timeout), format) for _ in sources]
            except EOFError:
                process.wait()
                remarks.seek(0)
                said = remarks.read().decode(errors="replace").strip()
                raise RenderError(FAILED.format(said or f"its process ended with status {process.returncode}")) from None
            finally:
                process.kill()
                reader.join()


def _read(stream, replies):
    """Take what the process writes as it comes, and an exception for what it writes no more."""
    try:
        while True:
            replies.put(pickle.load(stream))
    except (EOFError, pickle.UnpicklingError):
        replies.put(EOFError())


def _next(replies, timeout):
    deadline = time.monotonic() + timeout
    while True:
        try:
            return replies.get(timeout=0.1)  # a short wait, because on Windows Ctrl-C does not end a long one
        except queue.Empty:
            if time.monotonic() > deadline:
                raise RenderError(TOO_SLOW.format(timeout)) from None


def _picture(reply, format):
    if isinstance(reply, Exception):
        raise reply
    picture, failure, remarks = reply
    if failure:
        raise RenderError(FAILED.format(remarks or failure))
    if format != "svg" and "Fontconfig error" in remarks:
        raise RenderError(NO_FONTS.format(format))
    return picture
