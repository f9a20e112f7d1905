"""Slides as one page: a frame a click, with the keys of presenters, and swipes."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scalargrad.pictures.svg import inline
from scalargrad.pictures.themes import Theme
from scalargrad.templates import fill

FOLDER = Path(__file__).parent


class Slide(NamedTuple):
    """A slide: its picture as SVG or as PNG, its caption as markup, and its text for those who do not see it."""

    picture: bytes
    caption: str
    alt: str


def deck(slides: Sequence[Slide], title: str, theme: Theme) -> bytes:
    """Return slides as the content of an HTML file, in the colours of a theme."""
    pieces: dict[str, str] = {}
    sections = [
        fill(FOLDER / "deck_slide.html", picture=_picture(slide, pieces), caption=slide.caption, number=i, count=len(slides))
        for i, slide in enumerate(slides, 1)
    ]
    page = fill(
        FOLDER / "deck.html",
        title=title,
        slides="".join(sections),
        pieces="".join(f'<g id="{name}">{piece}</g>\n' for piece, name in pieces.items()),
        page=theme.page,
        text=theme.text,
        note=theme.note,
        active=theme.active,
    )
    return page.encode()


def _picture(slide, pieces):
    if slide.picture.startswith(b"\x89PNG"):
        data = base64.b64encode(slide.picture).decode()
        return fill(FOLDER / "deck_picture.html", data=data, alt=slide.alt)
    return inline(slide.picture.decode(), slide.alt, pieces)
