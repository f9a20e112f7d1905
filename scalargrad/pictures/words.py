"""The words that go with a picture: the caption of a frame, and the text for those who do not see it.

A caption stands below the picture in a line that is reserved in all frames, or in two, and as wide as the picture is; so
nothing moves from frame to frame. Everything is markup, as in `labels.py`, until it is asked for as plain text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scalargrad.engine import Constant, Value
from scalargrad.passes.formulas import definition
from scalargrad.passes.labels import plain
from scalargrad.passes.notation import MARKUP
from scalargrad.passes.steps import Writer
from scalargrad.pictures.boxes import NOT_FED, NOT_YET, dot_text, text_width, title_box
from scalargrad.pictures.render import added
from scalargrad.pictures.themes import Theme

MARGIN = 24  # points of a picture's width beside its caption
LINES = 2  # of a caption at the most
LONGEST, MOST = 40, 20  # nodes in an expression, and things in a list, that one listens to


@dataclass(frozen=True)
class Caption:
    """The caption of one frame, with those of all frames, among which it must not need more lines than are reserved."""

    markup: str
    every: tuple[str, ...]
    theme: Theme

    def below(self, source: str, width: int) -> str:
        """Return the text of a picture, which is so many points wide, with its caption."""
        room = width - MARGIN
        lines = min(LINES, max(len(wrapped(each, room)) for each in self.every))
        if room <= 0 or not lines:
            return source
        shown = cut(self.markup, room, lines)
        shown += [""] * (lines - len(shown))
        label = title_box(shown, self.theme, room)
        return added(source, dot_text([f"  label=<{label}> labelloc=b labeljust=l"]))


def wrapped(markup: str, room: float) -> list[str]:
    """Return the lines of a text, broken between words to fit into so many points."""
    lines: list[str] = []
    for word in _words(markup):
        if lines and text_width(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def cut(markup: str, room: float, lines: int) -> list[str]:
    """Return the lines of a text, at most so many; the last one ends in … where there are more."""
    shown = wrapped(markup, room)
    return shown if len(shown) <= lines else [*shown[: lines - 1], shortened(shown[lines - 1], room)]


def shortened(line: str, room: float) -> str:
    """Return the beginning of a line that goes on, with … for what is left out."""
    words = _words(line)
    while words and text_width(" ".join([*words, "…"])) > room:
        words.pop()
    return " ".join([*words, "…"])


def _words(markup):
    """The words of markup; a script belongs to its word, whatever is in it."""
    words, depth = [""], 0
    for part in re.findall(r"</?SU[BP]>| |[^ <]+", markup):
        depth += part.startswith("<SU") - part.startswith("</SU")
        if part == " " and depth == 0:
            words.append("")
        else:
            words[-1] += part
    return [word for word in words if word]


def expression(roots: tuple[Value, ...], order: list[Value], names: Mapping[Value, str]) -> str:
    """Return what is computed, from the results down, as markup: "Y = d · e, e = b − c, d = a + b".

    Nodes without a label stand there as their formula, unless that gets too long.
    """
    written: dict[Value, Any] = {}
    sizes: dict[Value, int] = {}
    formulas: list[str] = []
    for node in order:
        written[node], sizes[node] = node, 1
        if node.operation is None:
            continue
        name, *operands = definition(node)
        formula = (name, *(written.get(each, each) if isinstance(each, Value) else each for each in operands))
        size = sum(sizes[each] for each in node.inputs)
        if node in roots or node.label or size > LONGEST:
            formulas.append(f"{MARKUP.name(names[node])} = {MARKUP.write(formula, names)}")
        else:
            written[node], sizes[node] = formula, size
    return _listed(formulas[::-1] or [MARKUP.name(names[root]) for root in dict.fromkeys(roots)])


class Description:
    """Says what a picture of a graph shows as plain text: the expression, and the numbers and gradients that are known."""

    def __init__(self, roots: tuple[Value, ...], order: list[Value], writer: Writer) -> None:
        self.expression = plain(expression(roots, order, writer.called))
        self.told = [
            (node, plain(name))
            for node, name in writer.names.items()
            if not isinstance(node, Constant) and (node.label or node.operation is None or node in roots)
        ]

    def __call__(self, data: Mapping[Value, str], gradients: Mapping[Value, str]) -> str:
        sentences = [f"Graph of {self.expression}"]
        for what, suffix, numbers, missing in (("values", "", data, NOT_FED), ("gradients", ".grad", gradients, NOT_YET)):
            known = [(name, text) for node, name in self.told if (text := numbers.get(node, "")) not in ("", missing)]
            found = _listed([f"{name}{suffix} = {plain(text)}" for name, text in known])
            sentences.append(f"{what.capitalize()}: {found}" if found else f"No {what} yet")
        return ". ".join(sentences) + "."


def _listed(texts):
    more = len(texts) - MOST
    return ", ".join(texts if more <= 0 else [*texts[:MOST], f"and {more} more"])
