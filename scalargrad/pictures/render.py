"""DOT becomes a picture, by whichever Graphviz there is.

That is the machine's own `dot` command where it has one, else the Graphviz that the package pygraphviz brings along.
"""

import contextlib
import os
import tempfile

FORMATS = ("svg", "pdf", "png")

MISSING = (
    "no Graphviz was found to make the picture ({}): `pip install pygraphviz` brings one along, or install your system's "
    "own, as in `apt install graphviz` or `brew install graphviz`"
)
NO_FONTS = "this machine has no fonts for a {}: install some, as in `apt install fonts-dejavu-core`, or make an svg"


class RenderError(RuntimeError):
    """The picture could not be made; the text says why and what to do."""


def render(source: str, format: str) -> bytes:
    """Return the picture that a DOT text describes as the content of a file, in one of FORMATS.

    Raises RenderError where there is no Graphviz, or where it cannot read the text.
    """
    if format == "png":
        source = source.rstrip().removesuffix("}") + "graph [dpi=192]\n}\n"  # sharp on a projector
    for renderer in (_by_command, _by_package):
        try:
            picture = renderer(source, format)
        except (ImportError, OSError) as error:
            missing = error
            continue
        return picture.replace(b"&#45;", b"-") if format == "svg" else picture  # so that -0.1491 is found in the file
    raise RenderError(MISSING.format(missing))


# Both packages are imported when they are needed, so that the engine takes the standard library only.


def _by_command(source, format):
    import graphviz

    try:
        return graphviz.Source(source).pipe(format=format, quiet=True)
    except graphviz.ExecutableNotFound as error:  # Pyodide, which has no processes, raises an OSError itself
        raise FileNotFoundError(error) from None
    except graphviz.CalledProcessError as error:
        raise RenderError(f"Graphviz could not draw this graph: {error.stderr.decode(errors='replace').strip()}") from None


def _by_package(source, format):
    import pygraphviz

    with _captured_stderr() as remarks:
        try:
            picture = pygraphviz.AGraph(string=source).draw(format=format, prog="dot")
        except (ValueError, pygraphviz.DotError) as error:
            raise RenderError(f"Graphviz could not draw this graph: {remarks() or error}") from None
        if format != "svg" and "Fontconfig error" in remarks():
            raise RenderError(NO_FONTS.format(format))
        return picture


@contextlib.contextmanager
def _captured_stderr():
    """Take what C libraries write to the standard error: fontconfig remarks on every system's fonts."""
    with tempfile.TemporaryFile() as file:
        before = os.dup(2)
        os.dup2(file.fileno(), 2)

        def remarks():
            file.seek(0)
            return file.read().decode(errors="replace").strip()

        try:
            yield remarks
        finally:
            os.dup2(before, 2)
            os.close(before)
