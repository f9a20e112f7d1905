"""What is changed in the SVG that Graphviz writes: scripts that all browsers show, and words for those who do not see it."""

import base64
import html
import re
import textwrap

SHIFT = {"sub": 0.2, "super": -0.35}  # of the size of the letters
LONGEST = 120  # letters in a title
SMALL = 0.83  # times the size of the letters, as wide as Graphviz takes scripts to be


def readable(svg: bytes) -> bytes:
    """Return an SVG with its minus signs as such, so that -0.1491 is found in the file, and with small scripts.

    Graphviz writes `baseline-shift`, which Firefox does not know, and leaves the letters as large as they were.
    """
    return re.sub(rb'<text[^>]* baseline-shift="(sub|super)"[^>]*>', _script, svg.replace(b"&#45;", b"-"))


def _script(found):
    tag, shift = found[0].decode(), found[1].decode()
    size = float(re.findall(r'font-size="([\d.]+)"', tag)[0])
    tag = re.sub(r'( y=")([-\d.]+)"', lambda y: f'{y[1]}{float(y[2]) + SHIFT[shift] * size:.2f}"', tag)
    tag = tag.replace(f' baseline-shift="{shift}"', "")
    return re.sub(r'font-size="[\d.]+"', f'font-size="{SMALL * size:.2f}"', tag).encode()


def size_of(svg: str) -> tuple[int, int]:
    """Return how many points wide and high a picture is."""
    width, height = re.findall(r'<svg width="(\d+)pt" height="(\d+)pt"', svg)[0]
    return int(width), int(height)


def title_of(alt: str) -> str:
    """Return a title for what is described by a text: its first sentence, as far as one reads a title."""
    return textwrap.shorten(alt.split(". ")[0].rstrip("."), LONGEST, placeholder=" …")


def with_words(svg: str, alt: str, title: str = "") -> str:
    """Return an SVG that is one image to screen readers, with its text, in place of the names that Graphviz gives to parts.

    title  a short text; else the first sentence
    """
    svg = re.sub(r"<title>[^<]*</title>\n?", "", svg)
    title, alt = html.escape(title or title_of(alt)), html.escape(alt)
    head, tag, content = re.split(r"(<svg[^>]*)>\n?", svg, maxsplit=1)
    return f'{head}{tag} role="img" aria-label="{alt}">\n<title>{title}</title>\n<desc>{alt}</desc>\n{content}'


def shown(svg: str, alt: str) -> dict[str, str]:
    """Return an SVG for a notebook, which takes the HTML: it shrinks to the width of the page, where an SVG is cut off."""
    data = base64.b64encode(svg.encode()).decode()
    look = 'style="max-width: 100%; height: auto"'
    return {
        "text/html": f'<img src="data:image/svg+xml;base64,{data}" alt="{html.escape(alt)}" {look}>',
        "image/svg+xml": svg,
    }


def layers(svg: str) -> tuple[str, str]:
    """Return what opens an SVG, and what is in it, without names, words and remarks, which would be there many times."""
    svg = re.sub(r' (?:id|role|aria-label)="[^"]*"|<!--.*?-->\n?|<(title|desc)>[^<]*</\1>\n?', "", svg, flags=re.DOTALL)
    head, _, content = svg.partition("<svg")
    tag, _, content = content.partition(">")
    return f"{head}<svg{tag}>\n", content.lstrip("\n").rpartition("</svg>")[0]


def inline(svg: str, alt: str, pieces: dict[str, str]) -> str:
    """Return an SVG as a part of a page, one image to screen readers, as large as its place.

    pieces  the names of boxes and arrows, to which those of this picture are added; most are in many frames
    """
    head, content = layers(svg)
    box = re.findall('viewBox="[^"]*"', head)[0]

    def used(found):
        return f'<use href="#{pieces.setdefault(found[0], f"piece-{len(pieces)}")}"/>\n'

    content = re.sub(r'<g class="(?:node|edge|cluster)">.*?</g>\n', used, content, flags=re.DOTALL)
    return f'<svg {box} role="img" aria-label="{html.escape(alt)}">\n{content}</svg>'
