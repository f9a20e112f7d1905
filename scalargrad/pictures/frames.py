"""The moments of the passes as frames: the numbers that are known in each, its steps, and what it says.

A sheet, see `sheet.py`, says how a graph looks with some of its numbers; here is said which ones.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from scalargrad.engine import Value
from scalargrad.passes.moments import NOTHING, passes
from scalargrad.passes.notation import markup_number
from scalargrad.passes.steps import Step, Teller
from scalargrad.pictures.boxes import data_text, gradient_text
from scalargrad.pictures.sheet import Sheet
from scalargrad.pictures.words import Description


class Frame(NamedTuple):
    """A graph at one moment of the passes: its picture as DOT, the steps that it shows, and its text."""

    source: str
    steps: list[Step]
    alt: str


class Frames:
    """The frames of a graph on its sheet.

    blank  the nodes, each with "data" or "grad", whose numbers nobody is told
    """

    def __init__(self, sheet: Sheet, blank: Collection[tuple[Value, str]]) -> None:
        self.sheet, self.roots, self.order, self.blank = sheet, sheet.roots, sheet.order, blank
        self.describe = Description(sheet.roots, sheet.order, sheet.writer)

    def now(self) -> Frame:
        """Return the picture of the graph with the numbers and gradients it has."""
        return self._frame(*({node: text(node) for node in self.order} for text in (data_text, gradient_text)))

    def __iter__(self) -> Iterator[Frame]:
        """Yield the picture of the graph without numbers, of each moment that can be seen, and of the whole."""
        data: dict[Value, str] = {}
        gradients: dict[Value, str] = {}
        yield self._frame(data, gradients)
        moments = list(passes(self.roots, self.order))
        numbers = {node: float(node.data) for node in self.order}
        teller = Teller(self.order, numbers, {node: node.partials for node in self.order})
        for moment in moments:
            if moment.gradient is None:
                steps = teller.forward(moment.nodes)
                data.update({node: markup_number(node.data) for node in moment.nodes})
            else:
                steps = [teller.backward(moment)]
                gradients[moment.nodes[0]] = markup_number(moment.gradient)
            if self.sheet.shows(moment):
                yield self._frame(data, gradients, steps, moment)
        yield self._frame(data, gradients)

    def _frame(self, data, gradients, steps=(), moment=NOTHING):
        """The picture with the numbers that are known."""
        data, gradients = (
            {node: "" if (node, name) in self.blank else text for node, text in numbers.items()}
            for name, numbers in (("data", data), ("grad", gradients))
        )
        alt = self.describe(data, gradients)
        return Frame(self.sheet.text(data, gradients, moment), [] if self.blank else list(steps), alt)
