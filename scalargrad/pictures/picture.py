"""A picture, as a notebook shows it and as files hold it: whole, one step a file, or moving.

A picture is described in DOT. It takes no Graphviz before it is shown or saved.
"""

import itertools
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from scalargrad.passes.labels import plain
from scalargrad.passes.steps import Step
from scalargrad.pictures.frames import Frame
from scalargrad.pictures.render import FORMATS, TIMEOUT, render, render_all
from scalargrad.pictures.svg import layers, shown, width_of, with_words
from scalargrad.pictures.themes import Theme
from scalargrad.pictures.words import Caption


class Picture:
    """A picture of a graph. It shows itself in a notebook; `source` is its DOT text.

    Graphviz has a number of seconds to make it, the `timeout`, and each of its frames. Ctrl-C stops it before.

    alt      the picture as a text, for those who do not see it: the expression, its values and its gradients
    caption  the sentence below a frame, which is not in its source; "" for none
    steps    of a frame the steps that it shows, as in `steps.py`: leaves share a frame, the first and the last have none
    """

    def __init__(
        self,
        source: str,
        frames: "Callable[[], list[Picture]] | None" = None,
        timeout: float = TIMEOUT,
        alt: str = "The picture of a graph.",
        steps: Sequence[Step] = (),
        caption: Caption | None = None,
    ) -> None:
        self.source = source
        self.timeout = timeout
        self.alt = alt
        self.steps = tuple(steps)
        self._caption = caption
        self._frames = frames

    @property
    def caption(self) -> str:
        return plain(self._caption.markup) if self._caption else ""

    def save(self, path: str | os.PathLike) -> None:
        """Write the picture to a file in the format of the path's ending: .svg, .pdf, .png, or .dot for the source.

        If that fails, a file that was there stays as it was.
        """
        path = Path(path)
        format = path.suffix.lower().removeprefix(".")
        if format not in (*FORMATS, "dot"):
            raise ValueError(f"{str(path)!r}: the ending of a picture's file is one of .{', .'.join(FORMATS)}, .dot")
        _write(path, contents([self], format)[0])

    def frames(self) -> list["Picture"]:
        """Return the picture step by step, one step a picture, for slides.

        First the graph alone, then the numbers in the order of the forward pass, then the gradients in the order of
        the backward pass, which starts anew here and leaves the graph as it is. All frames have their nodes in the
        same places. Below each is the sentence of its step, unless `draw` was told otherwise. Steps that look the same,
        as inside a folded layer, are one frame, and so is a picture of something other than the graph of Values.
        """
        return self._frames() if self._frames else [self]

    def save_frames(self, folder: str | os.PathLike, format: str = "svg") -> list[Path]:
        """Write each frame to a file in the folder, frame-01.svg and so on, and return the paths.

        Frames of an earlier run, which are the other files of this naming and format, are removed; nothing else is
        touched. No file is written before all frames are made.
        """
        if format not in (*FORMATS, "dot"):
            raise ValueError(f"format={format!r}: the format of a frame is one of {', '.join(FORMATS)}, dot")
        files = contents(self.frames(), format)
        digits = max(2, len(str(len(files))))
        paths = [Path(folder, f"frame-{i:0{digits}}.{format}") for i in range(1, len(files) + 1)]
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path, content in zip(paths, files):
            _write(path, content)
        for path in set(Path(folder).iterdir()).difference(paths):
            if re.fullmatch(rf"frame-[0-9]{{2,}}\.{format}", path.name) and not path.is_dir():
                path.unlink()
        return paths

    def animation(self, seconds: float = 1.5) -> "Animation":
        """Return the frames as one moving picture, which shows each of them for some seconds, again and again."""
        frames = self.frames()
        return Animation([svg.decode() for svg in contents(frames, "svg")], seconds, [frame.alt for frame in frames])

    def __repr__(self) -> str:
        return "<Picture of a graph; write it to a file with .save('graph.svg')>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        try:
            return shown(contents([self], "svg")[0].decode(), self.alt)
        except Exception as error:  # noqa: BLE001  # a notebook keeps its result, whatever is wrong with Graphviz
            return {"text/plain": str(error)}


class Animation:
    """A moving picture: one SVG, without a script, so that it also moves in an <img> of a web page."""

    def __init__(self, frames: list[str], seconds: float, alts: Sequence[str]) -> None:
        if not seconds > 0:
            raise ValueError(f"seconds={seconds!r}: each frame is shown for some time, as in seconds=1.5")
        count, parts = len(frames), [layers(frame) for frame in frames]
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
        self.alt = f"Animation in {count} steps. {alts[-1]}"
        self.svg = with_words(f"{parts[0][0]}<style>{style}</style>\n{''.join(groups)}</svg>\n", self.alt)

    def save(self, path: str | os.PathLike) -> None:
        """Write the moving picture to a file that ends in .svg; if that fails, a file that was there stays as it was."""
        if Path(path).suffix.lower() != ".svg":
            raise ValueError(f"{str(path)!r}: a moving picture is an SVG, so the ending of its file is .svg")
        _write(path, self.svg.encode())

    def __repr__(self) -> str:
        return "<Moving picture of a graph; write it to a file with .save('graph.svg')>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return shown(self.svg, self.alt)


def in_sequence(frames: Iterable[Frame], theme: Theme | None, timeout: float) -> list[Picture]:
    """Return frames as pictures, those that look the same as one; with captions, unless there is no theme for them."""
    groups = [list(same) for _, same in itertools.groupby(frames, key=lambda frame: frame.source)]
    steps = [[step for frame in same for step in frame.steps] for same in groups]
    every = tuple(", ".join(step.markup for step in each) for each in steps)
    pictures = []
    for same, its_steps, markup in zip(groups, steps, every):
        alt = f"{plain(markup)}. {same[-1].alt}" if markup else same[-1].alt
        caption = Caption(markup, every, theme) if theme else None
        pictures.append(Picture(same[0].source, None, timeout, alt, its_steps, caption))
    return pictures


def contents(pictures: Sequence[Picture], format: str, captions: bool = True) -> list[bytes]:
    """Return what the files of some pictures contain, which are the frames of one graph, or a single picture.

    captions  whether they are in the pictures; they are not in DOT
    """
    if format == "dot":
        return [picture.source.encode() for picture in pictures]
    sources, timeout = [picture.source for picture in pictures], pictures[0].timeout
    if captions and all(picture._caption for picture in pictures):
        width = width_of(render(sources[0], "svg", timeout).decode())
        sources = [picture._caption.below(picture.source, width) for picture in pictures if picture._caption]
    files = render_all(sources, format, timeout)
    if format != "svg":
        return files
    return [with_words(svg.decode(), each.alt, each.caption).encode() for svg, each in zip(files, pictures)]


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
