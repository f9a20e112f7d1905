"""Moving pictures: frames one after the other, again and again, as one SVG or one GIF."""

import functools
import io
import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from scalargrad.pictures.errors import RenderError
from scalargrad.pictures.files import write
from scalargrad.pictures.svg import layers, shown, with_words

LONGEST = 600  # seconds a frame; a GIF knows 655 at the most
COLOURS = 256  # of a GIF
STEP = 4  # the levels of red, green and blue that Pillow tells apart when it looks for the nearest colour

NO_PILLOW = "a GIF needs the package Pillow: install it, as in `pip install pillow`, or save an .svg"


class Animation:
    """A moving picture. In a notebook it shows itself as one SVG, without a script, which also moves in an <img>.

    alt  the last frame as a text, for those who do not see it
    """

    def __init__(self, frames: Callable[[str], list[bytes]], seconds: float, alts: Sequence[str]) -> None:
        """
        frames   return the content of each frame's file in a format, "svg" or "png"
        seconds  how long each frame is shown
        alts     the text of each frame
        """
        self.seconds = checked_seconds(seconds)
        self.alt = f"Animation in {len(alts)} steps. {alts[-1]}"
        self._frames = frames

    @functools.cached_property
    def svg(self) -> str:
        """The moving picture, as the content of an SVG file."""
        return moving_svg([frame.decode() for frame in self._frames("svg")], self.seconds, self.alt)

    def save(self, path: str | os.PathLike) -> None:
        """Write the moving picture to a file that ends in .svg or .gif; if that fails, a file that was there stays.

        A GIF has the colour of the theme's page behind it, and needs Pillow.
        """
        ending = Path(path).suffix.lower()
        if ending not in (".svg", ".gif"):
            raise ValueError(f"{str(path)!r}: the ending of a moving picture's file is .svg or .gif")
        write(path, self.svg.encode() if ending == ".svg" else moving_gif(self._frames("png"), self.seconds))

    def __repr__(self) -> str:
        return "<Moving picture of a graph; write it to a file with .save('graph.svg') or .save('graph.gif')>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        try:
            return shown(self.svg, self.alt)
        except Exception as error:  # noqa: BLE001  # a notebook keeps its result, whatever is wrong with Graphviz
            return {"text/plain": str(error)}


def checked_seconds(seconds: float) -> float:
    """Return for how long a frame is shown, if it can be."""
    if not (isinstance(seconds, (int, float)) and 0 < seconds <= LONGEST):
        raise ValueError(f"seconds={seconds!r}: each frame is shown for some time, at most {LONGEST}, as in seconds=1.5")
    return seconds


def moving_svg(frames: Sequence[str], seconds: float, alt: str) -> str:
    """Return one SVG that shows each of several, which are of one size, for some seconds."""
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
    return with_words(f"{parts[0][0]}<style>{style}</style>\n{''.join(groups)}</svg>\n", alt)


def moving_gif(frames: Sequence[bytes], seconds: float) -> bytes:
    """Return one GIF that shows each of several PNGs, which are of one size and opaque, for some seconds."""
    try:
        from PIL import Image
    except ImportError:
        raise RenderError(NO_PILLOW) from None

    def opened(frame):
        return Image.open(io.BytesIO(frame)).convert("RGB")

    # A colour that is in one frame alone, as that of the fresh number is, counts as much as one that is in all of them.
    most: Counter = Counter()
    for frame in frames:
        picture = opened(frame)
        most |= Counter({colour: count for count, colour in picture.getcolors(picture.width * picture.height)})
    palette = dict[tuple, tuple]()  # the most frequent colours, of which Pillow can tell each from the others
    for colour, _ in most.most_common():
        if len(palette) < COLOURS:
            palette.setdefault(tuple(level // STEP * STEP for level in colour), colour)
    near = Image.new("P", (1, 1))
    near.putpalette([level for cell in palette for level in cell])
    pictures = []
    for frame in frames:
        picture = opened(frame).point([level // STEP * STEP for level in range(256)] * 3)
        pictures.append(picture.quantize(palette=near, dither=Image.Dither.NONE))
        pictures[-1].putpalette([level for colour in palette.values() for level in colour])
    file = io.BytesIO()
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:], duration=max(10, round(1000 * seconds)), loop=0)
    return file.getvalue()
