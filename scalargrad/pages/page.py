"""A page to play with: one HTML file, which needs no network."""

import html
import math
import os
from pathlib import Path
from typing import Any

from scalargrad.files import write
from scalargrad.program.languages import JAVASCRIPT


def json_number(x: float) -> float | str:
    """Return a number for the JSON of a page, which has no infinity and no nan: as the text from which a script has it."""
    return x if math.isfinite(x) else JAVASCRIPT.numbers[repr(float(x))]


class Page:
    """A page to play with. It shows itself in a notebook; `html` is its text.

    title   what it is called
    height  of its place in a notebook, in pixels
    """

    def __init__(self, text: str, title: str, height: int) -> None:
        self.html, self.title, self.height = text, title, height

    def save(self, path: str | os.PathLike) -> None:
        """Write the page to a file that ends in .html; if that fails, a file that was there stays as it was."""
        if Path(path).suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"{str(path)!r}: the ending of a page's file is .html")
        write(path, self.html.encode())

    def __repr__(self) -> str:
        return f"<Page {self.title!r}; write it to a file with .save('page.html')>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        # The sandbox gives the page a world of its own: no cookies, no files, nothing of the notebook.
        look = f'style="width: 100%; height: {self.height}px; border: 0"'
        title, text = html.escape(self.title), html.escape(self.html)
        return {"text/html": f'<iframe sandbox="allow-scripts" title="{title}" {look} srcdoc="{text}"></iframe>'}
