"""The colours of pictures.

"light" is for light pages, and for dark ones too, because its boxes are opaque and what stands between them can be read on
both; "dark" is for dark slides, and "print" for paper, in black and white. The canvas is transparent in all of them.

The colours are Okabe and Ito's, which colour-blind people can tell apart, tinted so that text stands out. Nothing is said by
colour alone: a leaf has no operation, a negative gradient has a minus, an edge in use is thick, and nan is written in bold.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """The colours of one kind of picture, as DOT writes them."""

    page: str  # behind slides and in GIFs, which are not transparent
    text: str
    line: str  # borders and arrows
    leaf: str
    result: str
    constant: str
    neutral: str  # a gradient that has no sign, or is not known
    positive: str  # a gradient, or the line of a weight
    negative: str
    fresh: str  # behind the number that has just been computed
    alarm: str  # behind nan and infinity
    active: str  # the arrow in use
    note: str  # texts that stand on the page itself, such as the numbers on edges
    paper: str  # in the frame round a neuron
    layer: str  # in the frame round a layer
    positive_line: str
    negative_line: str

    @property
    def style(self) -> str:
        """The text and the lines of a graph, and of all its nodes, as attributes of DOT."""
        return f'fontname="Helvetica,Arial,sans-serif" fontsize=16 fontcolor="{self.text}" color="{self.line}"'


THEMES = {
    "light": Theme(
        page="#FFFFFF",
        text="#1A1A1A",
        line="#808080",
        leaf="#CDE7F7",
        result="#FBE3B5",
        constant="#E6E6E6",
        neutral="#F2F2F2",
        positive="#D5EFE6",
        negative="#F3DCE8",
        fresh="#F6EC6E",
        alarm="#F7955B",
        active="#D55E00",
        note="#787878",
        paper="#FFFFFF",
        layer="#EDEDED",
        positive_line="#0072B2",
        negative_line="#D55E00",
    ),
    "dark": Theme(
        page="#121212",
        text="#F5F5F5",
        line="#A6A6A6",
        leaf="#154A6B",
        result="#6B4A00",
        constant="#404040",
        neutral="#2E2E2E",
        positive="#0B5240",
        negative="#6B2F52",
        fresh="#786E00",
        alarm="#9C2F00",
        active="#F0E442",
        note="#D0D0D0",
        paper="#1C1C1C",
        layer="#2A2A2A",
        positive_line="#56B4E9",
        negative_line="#E69F00",
    ),
    "print": Theme(
        page="#FFFFFF",
        text="#000000",
        line="#000000",
        leaf="#FFFFFF",
        result="#FFFFFF",
        constant="#FFFFFF",
        neutral="#FFFFFF",
        positive="#FFFFFF",
        negative="#FFFFFF",
        fresh="#D9D9D9",
        alarm="#BFBFBF",
        active="#000000",
        note="#000000",
        paper="#FFFFFF",
        layer="#FFFFFF",
        positive_line="#000000",
        negative_line="#000000",
    ),
}

_session = "light"


def set_theme(theme: str) -> None:
    """Draw with the colours of this theme from now on, where `draw` is given none: "light", "dark" or "print"."""
    global _session
    _session = _known(theme)


def colours(theme: str | None) -> Theme:
    """Return the colours of a theme, or of the session's where it is None."""
    return THEMES[_session if theme is None else _known(theme)]


def _known(theme):
    if theme not in tuple(THEMES):
        raise ValueError(f"theme={theme!r}: the theme of a picture is one of {', '.join(THEMES)}")
    return theme
