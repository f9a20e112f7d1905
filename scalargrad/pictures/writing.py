"""What is written in the boxes of a sheet: titles, and the numbers that are known at a moment."""

from collections.abc import Mapping

from scalargrad.engine import Constant, Value
from scalargrad.passes.labels import escaped
from scalargrad.passes.moments import Moment
from scalargrad.pictures.boxes import (
    constant_box,
    inputs_box,
    layer_box,
    matrix_box,
    matrix_cell,
    neuron_title,
    rows_box,
    text_width,
    value_box,
    value_title,
)
from scalargrad.pictures.groups import Group
from scalargrad.pictures.layout import Layout
from scalargrad.pictures.themes import Theme


class Writing:
    """Writes the table of each box."""

    def __init__(
        self,
        layout: Layout,
        called: Mapping[Value, str],
        widths: Mapping[Value, int],
        theme: Theme,
        below: bool,
        apart: bool,
    ) -> None:
        """
        called  the names of nodes, as markup
        widths  those of their numbers
        below   whether the rows of a box stand below one another
        apart   whether operations have nodes of their own
        """
        self._layout, self._called, self._widths, self._theme = layout, called, widths, theme
        self._below, self._apart = below, apart

    def numbered(self, box: Value | Group) -> list[Value]:
        """Return the nodes whose numbers a box shows."""
        if isinstance(box, Value):
            return [box]
        if box in self._layout.rows:
            return [node for _, node in self._layout.rows[box]]
        if box.columns:
            return box.nodes
        return [box.output] if box.output is not None else []

    def label(self, box: Value | Group, data: Mapping[Value, str], gradients: Mapping[Value, str], moment: Moment) -> str:
        """Return the table of a box with the numbers that are known; what appears at the moment is pointed out."""
        if isinstance(box, Constant):
            return constant_box(box, self._theme)
        if isinstance(box, Value):
            title = value_title(box, self._called.get(box, ""), with_symbol=not self._apart)
            return self._numbers(box, title, data, gradients, moment)
        if box in self._layout.rows:
            rows, left_out = self._layout.shown_rows(box)
            labels = [
                (f"p{i}", self._numbers(node, neuron_title(name, ""), data, gradients, moment)) for i, name, node in rows
            ]
            return rows_box(box.name, box.activation, labels, left_out, self._below, self._theme)
        if box.columns:
            width = max(max(self._widths[node], text_width(node.label)) for node in box.nodes)  # of all, to be flush
            return matrix_box([self._cell(node, width, data, gradients, moment) for node in box.nodes], box.columns)
        if not box.outputs:
            return inputs_box(len(box.nodes), self._theme)
        if box.output is None:
            return layer_box(box.name, len(box.outputs), box.activation, self._theme)
        title = neuron_title(escaped(box.name), self._called.get(box.output, ""), box.activation)
        return self._numbers(box.output, title, data, gradients, moment)

    def _numbers(self, node, title, data, gradients, moment):
        """The box of a node, with those of its numbers that are known."""
        fill = self._theme.leaf if node.operation is None else self._theme.result
        fresh = self._fresh(node, moment)
        return value_box(title, data.get(node, ""), gradients.get(node, ""), self._widths[node], self._theme, fill, fresh)

    def _cell(self, node, width, data, gradients, moment):
        """The box of a node in a matrix."""
        fresh, numbers = self._fresh(node, moment), (data.get(node, ""), gradients.get(node, ""))
        return matrix_cell(self._called.get(node, ""), *numbers, width, fresh, self._theme)

    def _fresh(self, node, moment):
        """Which number of a node has just been computed."""
        return "" if node not in moment.nodes else "data" if moment.gradient is None else "grad"
