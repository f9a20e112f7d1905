"""Where boxes are: in which frame, in which row of the picture, and how far along the arrows."""

from collections.abc import Mapping
from typing import NamedTuple

from scalargrad.engine import Constant, Value
from scalargrad.passes.labels import escaped
from scalargrad.pictures.folding import FIRST_ROWS, MOST_ROWS, rows_of
from scalargrad.pictures.groups import Group
from scalargrad.pictures.rows import columns_of, rows, walk


class Row(NamedTuple):
    """A row in the box of a group: what an arrow joins in place of the whole box; "more" for those that are left out."""

    box: Group
    number: int | str


class Places:
    """The boxes of a graph, the frames round them, and what is drawn in them.

    roots, order  the graph, in topological order
    groups        the outermost groups in it
    drawn         what each node is drawn as; those that are missing do not show
    names         what nodes are called, as markup
    """

    def __init__(
        self,
        roots: tuple[Value, ...],
        order: list[Value],
        groups: list[Group],
        drawn: Mapping[Value, Value | Group],
        names: Mapping[Value, str],
    ) -> None:
        self.drawn, self.names = drawn, dict(names)
        folded = {box for box in drawn.values() if isinstance(box, Group)}
        self.frames: list[Group] = []  # the groups that are open, the outer ones first
        self.around: dict[Value | Group, tuple[Group, ...]] = {}  # the frames round each box, the outermost first
        self.rows: dict[Group, list[tuple[str, Value]]] = {}  # of each box that is a table
        self.row_of: dict[Value | Group, Row] = {}
        self._whole: dict[Value | Group, Value | Group] = {}  # the box of a group that is a row
        for group in groups:
            self._place(group, (), folded)
        for box in dict.fromkeys(drawn.values()):
            self.around.setdefault(self._whole.setdefault(box, box), ())
        self.boxes = list(dict.fromkeys(self._whole[box] for box in drawn.values()))
        self.uses = [  # of each Value, by which node and as which of its inputs
            (value, node, i)
            for node in order
            for i, value in enumerate(node.inputs)
            if value in drawn and self.box(value) is not self.box(node)
        ]
        self._measure(roots)

    def box(self, node: Value) -> Value | Group:
        """Return the box that a node is in."""
        return self._whole[self.drawn[node]]

    def _place(self, group, around, folded):
        """Put a group in its frames, and its nodes and its parts in them."""
        table = rows_of(group, folded, self.names)
        for node, index in group.outputs.items():
            self.names.setdefault(node, escaped(group.name if group.output is not None else group.name + index))
        if table:
            hidden = range(FIRST_ROWS, len(table) - 1) if len(table) > MOST_ROWS else ()
            for i, (_, node, part) in enumerate(table):
                self._whole[part] = group
                self.row_of[node] = Row(group, "more" if i in hidden else i)
                if part is not group:
                    self.row_of[part] = self.row_of[node]
            self.rows[group] = [(name, node) for name, node, _ in table]
            for part in group.parts:
                self._place(part, around, folded)
        if table or group in folded:
            self.around[group] = around
            return
        self.frames.append(group)
        around = (*around, group)
        self.around.update(dict.fromkeys(group.nodes, around))
        for part in group.parts:
            self._place(part, around, folded)

    def _measure(self, roots):
        """Find the row of each box, its place along the arrows, counted from the result, and its place across."""
        inputs: dict = {box: {} for box in self.boxes}
        for value, node, _ in self.uses:
            inputs[self.box(node)][self.box(value)] = None
        boxes = walk((self.box(root) for root in roots), inputs)
        unit = {box: self.around[box][0] if self.around[box] else box for box in boxes}
        unnamed = {self.box(value) for value, _, _ in self.uses if not self.can_be_twin(value)}
        self.row = rows(boxes, inputs, unit, lambda box: box not in unnamed)
        within = {box: [each for each in inputs[box] if self.row[each] == self.row[box]] for box in boxes}
        self.column = columns_of(boxes, within, {box for box in boxes if len(within[box]) < len(inputs[box])})
        late: dict = {}
        for box in reversed(boxes):
            late.setdefault(box, self.column[box])
            for each in within[box]:
                late[each] = min(late.get(each, late[box]), late[box] - 1)
        self.late = late
        self.at: dict = {}  # of each node
        slot = 0
        for value, node, _ in self.uses:
            slot += value.operation is None
            box = self.box(node)
            self.at[node] = (self.row[box], late[box], slot)
        for node, box in self.drawn.items():
            self.at.setdefault(node, (self.row[self._whole[box]], late[self._whole[box]], 0))

    def can_be_twin(self, value: Value) -> bool:
        """Whether one knows a Value again by its name, or, of a leaf, by its number."""
        return value.operation is None or bool(self.name(value))

    def name(self, value: Value) -> str:
        """Return what a Value is called, by its name or as the output of a group, as markup."""
        return self.names.get(value, "")

    def entered(self, value: Value, node: Value) -> tuple[Group, ...]:
        """Return the frames round a node that are not round its input, the outermost first."""
        outside, around = self.around[self.box(value)], self.around[self.box(node)]
        return around[sum(one is other for one, other in zip(outside, around)) :]

    def main_input(self, node: Value) -> Value:
        """Return the input on the line that the eye should follow: that of most boxes before it, the first of equals."""
        return max(
            reversed([value for value in node.inputs if value in self.drawn]),
            key=lambda value: (self.column[self.box(value)], not isinstance(value, Constant)),
        )

    def shown_rows(self, box: Group) -> tuple[list[tuple[int, str, Value]], int]:
        """Return the rows of a box that show, with their numbers, and how many are left out before the last one."""
        rows = [(i, name, node) for i, (name, node) in enumerate(self.rows[box])]
        if len(rows) <= MOST_ROWS:
            return rows, 0
        return [*rows[:FIRST_ROWS], rows[-1]], len(rows) - FIRST_ROWS - 1
