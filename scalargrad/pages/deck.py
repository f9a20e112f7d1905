"""Slides as one page: a frame a click, with the keys of presenters, and swipes."""

import base64
from collections.abc import Sequence

from scalargrad.pages.templates import fill
from scalargrad.pictures.slides import Slide
from scalargrad.pictures.svg import inline
from scalargrad.pictures.themes import Theme


def deck(slides: Sequence[Slide], title: str, theme: Theme) -> bytes:
    """Return slides as the content of an HTML file, in the colours of a theme."""
    pieces: dict[str, str] = {}
    sections = [
        fill("deck_slide.html", picture=_picture(slide, pieces), caption=slide.caption, number=i, count=len(slides))
        for i, slide in enumerate(slides, 1)
    ]
    page = fill(
        "deck.html",
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
        return fill("deck_picture.html", data=data, alt=slide.alt)
    return inline(slide.picture.decode(), slide.alt, pieces)
