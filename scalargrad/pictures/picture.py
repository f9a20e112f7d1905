"""A picture, as a notebook shows it and as files hold it: whole, one step a file, or moving.

A picture is described in DOT. It takes no Graphviz before it is shown or saved.
"""

import itertools
import math
import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from scalargrad.files import write
from scalargrad.passes.labels import plain
from scalargrad.passes.steps import Step
from scalargrad.pictures.deck import Slide
from scalargrad.pictures.frames import Frame
from scalargrad.pictures.moving import Animation
from scalargrad.pictures.render import DPI, FORMATS, TIMEOUT, added, render, render_all
from scalargrad.pictures.slides import PIXELS, save_slides
from scalargrad.pictures.svg import shown, size_of, title_of, with_words
from scalargrad.pictures.themes import THEMES, Theme
from scalargrad.pictures.words import Caption

GIF_PIXELS = (1600, 900)  # at the most


class Picture:
    """A picture of a graph. It shows itself in a notebook; `source` is its DOT text.

    Graphviz has a number of seconds to make it, the `timeout`, and each of its frames. Ctrl-C stops it earlier.

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
        theme: Theme = THEMES["light"],
    ) -> None:
        self.source = source
        self.timeout = timeout
        self.alt = alt
        self.steps = tuple(steps)
        self._caption = caption
        self._theme = theme
        self._frames = frames

    @property
    def caption(self) -> str:
        """The sentence below a frame as plain text; "" for none."""
        return plain(self._caption.markup) if self._caption else ""

    def save(self, path: str | os.PathLike) -> None:
        """Write the picture to a file in the format of the path's ending: .svg, .pdf, .png, or .dot for the source.

        If that fails, a file that was there stays as it was.
        """
        path = Path(path)
        format = path.suffix.lower().removeprefix(".")
        if format not in (*FORMATS, "dot"):
            raise ValueError(
                f"{str(path)!r}: the ending of a picture's file is one of .{', .'.join(FORMATS)}, .dot; .animation().save() "
                "writes .gif, and .save_slides() writes .html and .pptx"
            )
        write(path, contents([self], format)[0])

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
            write(path, content)
        for path in set(Path(folder).iterdir()).difference(paths):
            if re.fullmatch(rf"frame-[0-9]{{2,}}\.{format}", path.name) and not path.is_dir():
                path.unlink()
        return paths

    def save_slides(self, path: str | os.PathLike) -> None:
        """Write the frames as slides, a frame a click, to a file that ends in .html or .pptx.

        HTML is one page that needs no network: arrow keys, clicks and swipes go forward and back, Home and End to the
        first and the last slide, f to the full screen. PPTX is for PowerPoint, Keynote and Impress, and needs
        python-pptx. A picture is as large as the slide, with its caption below as a text, which PPTX lets one edit, and
        with its `alt`. If that fails, a file that was there stays as it was.
        """

        def slides(format: str) -> list[Slide]:
            frames = self.frames()
            files = contents(frames, "svg", captions=False) if format == "svg" else opaque(frames, PIXELS, captions=False)
            captions = [frame._caption.markup if frame._caption else "" for frame in frames]
            return [Slide(*each) for each in zip(files, captions, [frame.alt for frame in frames])]

        save_slides(path, slides, title_of(self.alt), self._theme)

    def animation(self, seconds: float = 1.5) -> Animation:
        """Return the frames as one moving picture, which shows each of them for some seconds, again and again."""
        frames = self.frames()

        def made(format):
            return contents(frames, "svg") if format == "svg" else opaque(frames, GIF_PIXELS, most=DPI)

        return Animation(made, seconds, [frame.alt for frame in frames])

    def __repr__(self) -> str:
        return "<Picture of a graph; write it to a file with .save('graph.svg')>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        try:
            return shown(contents([self], "svg")[0].decode(), self.alt)
        except Exception as error:  # noqa: BLE001  # a notebook keeps its result, whatever is wrong with Graphviz
            return {"text/plain": str(error)}


def in_sequence(frames: Iterable[Frame], theme: Theme, captions: bool, timeout: float) -> list[Picture]:
    """Return frames as pictures, those that look the same as one, with or without captions."""
    groups = [list(same) for _, same in itertools.groupby(frames, key=lambda frame: frame.source)]
    steps = [[step for frame in same for step in frame.steps] for same in groups]
    every = tuple(", ".join(step.markup for step in each) for each in steps)
    pictures = []
    for same, its_steps, markup in zip(groups, steps, every):
        alt = f"{plain(markup)}. {same[-1].alt}" if markup else same[-1].alt
        caption = Caption(markup, every, theme) if captions else None
        pictures.append(Picture(same[0].source, None, timeout, alt, its_steps, caption, theme))
    return pictures


def contents(pictures: Sequence[Picture], format: str, captions: bool = True) -> list[bytes]:
    """Return what the files of some pictures contain, which are the frames of one graph, or a single picture.

    captions  whether they are in the pictures; they are not in DOT
    """
    if format == "dot":
        return [picture.source.encode() for picture in pictures]
    files = render_all(_sources(pictures, captions), format, pictures[0].timeout)
    if format != "svg":
        return files
    return [with_words(svg.decode(), each.alt, each.caption).encode() for svg, each in zip(files, pictures)]


def opaque(pictures: Sequence[Picture], box: tuple[int, int], captions: bool = True, most: float = math.inf) -> list[bytes]:
    """Return the frames of one graph as PNGs on the colour of their page, as large as fits into a box of pixels.

    Transparent ones have faint boxes in them, where programs put something else behind the edges of letters.

    most  pixels an inch, lest small pictures get larger than need be
    """
    sources, timeout = _sources(pictures, captions), pictures[0].timeout
    width, height = size_of(render(sources[0], "svg", timeout).decode())
    dpi = min(72 * box[0] / width, 72 * box[1] / height, most)
    return render_all([added(source, f'bgcolor="{pictures[0]._theme.page}"') for source in sources], "png", timeout, dpi)


def _sources(pictures, captions):
    """The sources of the frames of one graph, with their captions if they have some."""
    sources = [picture.source for picture in pictures]
    if captions and all(picture._caption for picture in pictures):
        width, _ = size_of(render(sources[0], "svg", pictures[0].timeout).decode())
        sources = [picture._caption.below(picture.source, width) for picture in pictures]
    return sources
