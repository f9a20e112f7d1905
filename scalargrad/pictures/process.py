"""The process in which the package pygraphviz makes pictures.

While Graphviz works it listens neither to Ctrl-C nor to a clock, so only a process of its own can be stopped. This one
reads the format, the sources and the time limit from its standard input. For each picture it writes the content, what went
wrong, and what Graphviz and the libraries under it remarked.
"""

import math
import os
import pickle
import signal
import sys


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python would wait for Graphviz to end
    format, sources, timeout = pickle.load(sys.stdin.buffer)
    try:
        import pygraphviz
    except ImportError as error:
        pickle.dump(error, sys.stdout.buffer)
        return
    for source in sources:
        if hasattr(signal, "alarm"):
            signal.alarm(math.ceil(timeout) + 1)  # in case the parent process has died
        picture, failure = b"", ""
        try:
            picture = pygraphviz.AGraph(string=source).draw(format=format, prog="dot")
        except (ValueError, pygraphviz.DotError) as error:
            failure = str(error)
        pickle.dump((picture, failure, _remarks()), sys.stdout.buffer)
        sys.stdout.flush()


def _remarks():
    """What C libraries have written to the standard error, which is a file here."""
    size = os.lseek(2, 0, os.SEEK_END)
    os.lseek(2, 0, os.SEEK_SET)
    text = os.read(2, size).decode(errors="replace").strip()
    os.lseek(2, 0, os.SEEK_SET)
    os.ftruncate(2, 0)
    return text


if __name__ == "__main__":
    main()
