"""A picture, as a notebook shows it and as files hold it: whole, one step a file, or moving.

A picture is described in DOT. It takes no Graphviz before it is shown or saved.
"""

import base64
import itertools
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from scalargrad.pictures.render import FORMATS, TIMEOUT, render, render_all


class Picture:
    """A picture of a graph. It shows itself in a notebook; `source` is its DOT text.

    Graphviz has a number of seconds to make it, the `timeout`, and each of its frames. Ctrl-C stops it before.
    """

    def __init__(self, source: str, frames: Callable[[], Iterable[str]] | None = None, timeout: float = TIMEOUT) -> None:
        self.source = source
        self.timeout = timeout
        self._frames = frames

    def save(self, path: str | os.PathLike) -> None:
        """Write the picture to a file in the format of the path's ending: .svg, .pdf, .png, or .dot for the source.

        If that fails, a file that was there stays as it was.
        """
        path = Path(path)
        format = path.suffix.lower().removeprefix(".")
        if format not in (*FORMATS, "dot"):
            raise ValueError(f"{str(path)!r}: the ending of a picture's file is one of .{', .'.join(FORMATS)}, .dot")
        _write(path, self.source.encode() if format == "dot" else render(self.source, format, self.timeout))

    def frames(self) -> list["Picture"]:
        """Return the picture step by step, one step a picture, for slides.

        First the graph alone, then the numbers in the order of the forward pass, then the gradients in the order of
        the backward pass, which starts anew here and leaves the graph as it is. All frames have their nodes in the
        same places. Steps that look the same, as inside a folded layer, are one frame, and so is a picture of something
        other than the graph of Values.
        """
        if not self._frames:
            return [self]
        return [Picture(source, timeout=self.timeout) for source, _ in itertools.groupby(self._frames())]

    def save_frames(self, folder: str | os.PathLike, format: str = "svg") -> list[Path]:
        """Write each frame to a file in the folder, frame-01.svg and so on, and return the paths.

        Frames of an earlier run, which are the other files of this naming and format, are removed; nothing else is
        touched. No file is written before all frames are made.
        """
        if format not in (*FORMATS, "dot"):
            raise ValueError(f"format={format!r}: the format of a frame is one of {', '.join(FORMATS)}, dot")
        sources = [frame.source for frame in self.frames()]
        contents = [source.encode() for source in sources] if format == "dot" else render_all(sources, format, self.timeout)
        digits = max(2, len(str(len(contents))))
        paths = [Path(folder, f"frame-{i:0{digits}}.{format}") for i in range(1, len(contents) + 1)]
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path, content in zip(paths, contents):
            _write(path, content)
        for path in set(Path(folder).iterdir()).difference(paths):
            if re.fullmatch(rf"frame-[0-9]{{2,}}\.{format}", path.name) and not path.is_dir():
                path.unlink()
        return paths

    def animation(self, seconds: float = 1.5) -> "Animation":
        """Return the frames as one moving picture, which shows each of them for some seconds, again and again."""
        frames = render_all([frame.source for frame in self.frames()], "svg", self.timeout)
        return Animation([frame.decode() for frame in frames], seconds)

    def __repr__(self) -> str:
        return "<Picture of a graph; write it to a file with .save('graph.svg')>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        try:
            return _shown(render(self.source, "svg", self.timeout).decode())
        except Exception as error:  # noqa: BLE001  # a notebook keeps its result, whatever is wrong with Graphviz
            return {"text/plain": str(error)}


class Animation:
    """A moving picture: one SVG, without a script, so that it also moves in an <img> of a web page."""

    def __init__(self, frames: list[str], seconds: float) -> None:
        if not seconds > 0:
            raise ValueError(f"seconds={seconds!r}: each frame is shown for some time, as in seconds=1.5")
        count, parts = len(frames), [_parts(frame) for frame in frames]
        # A negative delay begins an animation in its middle. The last frame is also what is seen where nothing moves.
        style = (
            f"@keyframes one-of-{count} {{ 0% {{ visibility: visible }} {100 / count:.4f}%, 100% {{ visibility: hidden }} }}"
            "@media (prefers-reduced-motion: reduce) { .scalargrad-frame { animation: none !important } }"
        )
        groups = []
        for i, (_, content) in enumerate(parts):
            hidden = "visibility: hidden; " if i < count - 1 else ""
            timing = f"one-of-{count} {seconds * count:g}s step-end {seconds * (i - count):g}s infinite"
            groups.append(f'<g class="scalargrad-frame" style="{hidden}animation: {timing}">{content}</g>\n')
        self.svg = f"{parts[0][0]}<style>{style}</style>\n{''.join(groups)}</svg>\n"

    def save(self, path: str | os.PathLike) -> None:
        """Write the moving picture to a file that ends in .svg; if that fails, a file that was there stays as it was."""
        if Path(path).suffix.lower() != ".svg":
            raise ValueError(f"{str(path)!r}: a moving picture is an SVG, so the ending of its file is .svg")
        _write(path, self.svg.encode())

    def __repr__(self) -> str:
        return "<Moving picture of a graph; write it to a file with .save('graph.svg')>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return _shown(self.svg)


def _write(path, content):
    """Write a file beside its place and move it there, so that a failure leaves what was there, and no half of a file."""
    place = Path(os.path.realpath(path))  # a link stays one
    draft = place.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        draft.touch(exist_ok=False)
        try:
            draft.write_bytes(content)
            if place.exists():
                shutil.copymode(place, draft)
            os.replace(draft, place)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None  # name the user's file, not the draft


def _shown(svg):
    """An SVG for a notebook, which takes the HTML: it shrinks to the width of the page, where an SVG is cut off."""
    data = base64.b64encode(svg.encode()).decode()
    html = f'<img src="data:image/svg+xml;base64,{data}" alt="the picture of a graph" style="max-width: 100%; height: auto">'
    return {"text/html": html, "image/svg+xml": svg}


def _parts(svg):
    """What opens an SVG, and what is in it; without names and remarks, which would be there many times."""
    svg = re.sub(r' id="[^"]*"|<!--.*?-->\n?', "", svg, flags=re.DOTALL)
    head, _, content = svg.partition("<svg")
    tag, _, content = content.partition(">")
    return f"{head}<svg{tag}>\n", content.lstrip("\n").rpartition("</svg>")[0]
