"""Where things go: what is drawn where, before Graphviz sees it.

Boxes that are far apart are not joined by a long arrow: a leaf, or a result with a name, is drawn again where it is used, as
a small dashed twin, "w = 0.5". What several nodes in a frame use is a twin in there, and one arrow goes to the frame. Long
graphs break into rows.

Without these Graphviz takes minutes for a few hundred nodes, and nobody can follow the arrows.
"""

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scalargrad.engine import Constant, Value
from scalargrad.passes.labels import escaped
from scalargrad.pictures.folding import FIRST_ROWS, MOST_ROWS, rows_of
from scalargrad.pictures.groups import Group
from scalargrad.pictures.rows import columns_of, rows, walk

SHORT = 5  # columns of a graph that is simple enough without a straight line
RANKS, SLOTS = 3, 5  # how far apart the uses of one box are at most: boxes along the arrows, and leaves across them
TWIN_RANKS = 1  # and those of a twin, which is small


@dataclass(eq=False)
class Twin:
    """A Value drawn again, in a frame or outside of all, where it is used."""

    value: Value
    name: str
    frames: tuple[Group, ...]
    place: tuple[int, int, int]


class Row(NamedTuple):
    """A row in the box of a group: what an arrow joins in place of the whole box; "more" for those that are left out."""

    box: Group
    number: int | str


@dataclass(eq=False)
class Arrow:
    """An arrow between boxes, twins or rows of boxes, which stands for uses of a Value: each is a node, and which input.

    use     the one that it is, if both ends are nodes
    frame   to which it goes, in place of the twin in it
    main    whether it is on the line that the eye should follow
    enters  whether it goes into a frame
    """

    tail: Any
    head: Any
    uses: list = field(default_factory=list)
    use: Any = None
    frame: Group | None = None
    main: bool = False
    enters: bool = False


class Layout:
    """The boxes, the frames round them, the twins and the arrows of a graph.

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
        self.order, self.drawn, self.names = order, drawn, dict(names)
        folded = {box for box in drawn.values() if isinstance(box, Group)}
        self.frames: list[Group] = []  # the groups that are open, the outer ones first
        self.around: dict[Value | Group, tuple[Group, ...]] = {}  # the frames round each box, the outermost first
        self.rows: dict[Group, list[tuple[str, Value]]] = {}  # of each box that is a table
        self.whole: dict[Value | Group, Value | Group] = {}  # the box of a group that is a row
        self.row_of: dict[Value | Group, Row] = {}
        for group in groups:
            self._place(group, (), folded)
        for box in dict.fromkeys(drawn.values()):
            self.around.setdefault(self.whole.setdefault(box, box), ())
        self.boxes = list(dict.fromkeys(self.whole[box] for box in drawn.values()))
        self.uses = [
            (value, node, i)
            for node in order
            for i, value in enumerate(node.inputs)
            if value in drawn and self._box(value) is not self._box(node)
        ]
        self._measure(roots)
        self.twins: list[Twin] = []
        self.arrows: dict[Value | Group, list[Arrow]] = {box: [] for box in self.boxes}  # to each box
        self.ports: list[Arrow] = []  # to frames
        self._join()

    def _box(self, node):
        return self.whole[self.drawn[node]]

    def _place(self, group, around, folded):
        """Put a group in its frames, and its nodes and its parts in them."""
        table = rows_of(group, folded, self.names)
        for node, index in group.outputs.items():
            self.names.setdefault(node, escaped(group.name if group.output is not None else group.name + index))
        if table:
            hidden = range(FIRST_ROWS, len(table) - 1) if len(table) > MOST_ROWS else ()
            for i, (_, node, part) in enumerate(table):
                self.whole[part] = group
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
            inputs[self._box(node)][self._box(value)] = None
        boxes = walk((self._box(root) for root in roots), inputs)
        unit = {box: self.around[box][0] if self.around[box] else box for box in boxes}
        unnamed = {self._box(value) for value, _, _ in self.uses if not self.can_be_twin(value)}
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
            box = self._box(node)
            self.at[node] = (self.row[box], late[box], slot)
        for node, box in self.drawn.items():
            self.at.setdefault(node, (self.row[self.whole[box]], late[self.whole[box]], 0))

    def shown_rows(self, box: Group) -> tuple[list[tuple[int, str, Value]], int]:
        """Return the rows of a box that show, with their numbers, and how many are left out before the last one."""
        rows = [(i, name, node) for i, (name, node) in enumerate(self.rows[box])]
        if len(rows) <= MOST_ROWS:
            return rows, 0
        return [*rows[:FIRST_ROWS], rows[-1]], len(rows) - FIRST_ROWS - 1

    def inside(self, frame: Group) -> list[Value | Group | Twin]:
        """Return the boxes and the twins in a frame that are in no frame in there."""
        return [
            *(box for box in self.boxes if self.around[box][-1:] == (frame,)),
            *(twin for twin in self.twins if twin.frames[-1:] == (frame,)),
        ]

    def made_by(self, arrow: Arrow) -> set[Value]:
        """Return the nodes that appear when numbers have gone along an arrow."""
        if isinstance(arrow.head, Row):
            return {node for i, (_, node) in enumerate(self.rows[arrow.head.box]) if i == arrow.head.number}
        if isinstance(arrow.head, Group):
            return set(arrow.head.outputs) if len(arrow.head.outputs) == 1 else set()
        return {node for node, _ in arrow.uses}

    def starts(self) -> list[Value | Group | Twin]:
        """Return the first box of each row, if there are several."""
        starts: dict[int, list] = {}
        for box in self.boxes:
            starts.setdefault(self.row[box], []).append((self.late[box], box))
        for twin in self.twins:
            starts.setdefault(twin.place[0], []).append((twin.place[1] - 1, twin))
        return [min(starts[row], key=operator.itemgetter(0))[1] for row in sorted(starts)] if len(starts) > 1 else []

    def chains(self) -> Iterator[list]:
        """Yield boxes that stand beside each other in this order: the inputs of a frame, and results of equal groups."""
        for frame in self.frames:
            results = [part.output for part in frame.parts if part in self.frames]
            if len(results) > 1 and None not in results and len({self.column[node] for node in results}) == 1:
                yield results
        chained: set = set()
        for frame in self.frames:
            if sources := [arrow.tail for arrow in self.ports if arrow.frame is frame]:
                row = [box for box in dict.fromkeys(sources) if self.is_input(box) and box not in chained]
                chained.update(row)
                if len(row) > 1:
                    yield row

    def is_input(self, box: Any) -> bool:
        """Whether a box is a leaf, or several, outside of all frames."""
        leaf = not box.outputs if isinstance(box, Group) else isinstance(box, Value) and box.operation is None
        return leaf and not self.around[box]

    def _is_cell(self, value, box):
        """Whether a Value is in the box of a matrix, of which only whole groups are made."""
        return isinstance(box, Value) and self._box(value) is not value and value.operation is None

    def can_be_twin(self, value: Value) -> bool:
        """Whether one knows a Value again by its name, or, of a leaf, by its number."""
        return value.operation is None or bool(self.name(value))

    def name(self, value: Value) -> str:
        """Return what a Value is called, by its name or as the output of a group, as markup."""
        return self.names.get(value, "")

    def _join(self):
        """Draw an arrow for each use of a Value, from its box or from a twin."""
        ported = self._ported()
        anchors: dict[Value, tuple] = {}
        ports: dict[tuple, list[Twin]] = {}
        arrows: dict[tuple, Arrow] = {}
        for value, node, i in self.uses:
            box, source, entered = self._box(node), self._box(value), self._entered(value, node)
            leaf = value.operation is None
            anchor = anchors.setdefault(value, self.at[node] if leaf else self.at.get(value, self.at[node]))
            near = not self._is_cell(value, box) and _near(
                anchor, self.at[node], 0 if leaf and isinstance(box, Group) else RANKS if leaf else RANKS + 1, leaf
            )
            port = bool(entered) and entered[0] in ported
            tail: Any = self.row_of.get(value, source)
            if self.can_be_twin(value) and (port or not near):
                tail = self._twin(value, box, self.at[node])
                if port:
                    twins = ports.setdefault((self.row_of.get(value, source), entered[0]), [])
                    if (near or twins or isinstance(source, Group)) and tail not in twins:
                        twins.append(tail)
            head = self.row_of.get(self.drawn[node], box)
            use = (node, i) if isinstance(box, Value) and isinstance(tail, (Value, Twin)) else None
            arrow = arrows.get((tail, head, use))
            if not arrow:
                arrow = arrows[tail, head, use] = Arrow(tail, head, use=use)
                arrow.enters = bool(entered) and not isinstance(tail, Twin)
                self.arrows[box].append(arrow)
            arrow.uses.append((node, i))
            long = max(self.column.values()) > SHORT
            main = long and not isinstance(tail, Twin) and value is self._main_input(node)
            arrow.main = arrow.main or main and (isinstance(box, Value) or value.operation is not None)
        for (tail, frame), twins in ports.items():
            if twins:
                values = {twin.value for twin in twins}
                uses = [(node, i) for v, node, i in self.uses if v in values and frame in self.around[self._box(node)]]
                beside = [other for other, of in ports if of is frame]
                middle = (2 * beside.index(tail) + 1) * len(twins) // (2 * len(beside))  # so that they do not cross
                self.ports.append(Arrow(tail, twins[middle], uses, frame=frame))
        self._leave_out()

    def _entered(self, value, node):
        """The frames round a node that are not round its input, the outermost first."""
        outside, around = self.around[self._box(value)], self.around[self._box(node)]
        return around[sum(one is other for one, other in zip(outside, around)) :]

    def _ported(self):
        """The frames that arrows end at: in which some Value is used in places apart, or several of one frame are used."""
        ported: set[Group] = set()
        places: dict[tuple, tuple] = {}
        sources: dict[tuple, set] = {}
        for value, node, _ in self.uses:
            entered = self._entered(value, node)
            if not entered or not self.can_be_twin(value):
                continue
            frame, source = entered[0], self.around[self._box(value)][:1]
            first, around = places.setdefault((value, frame), (self.at[node], self.around[self._box(node)]))
            apart = around != self.around[self._box(node)] or not _near(first, self.at[node], TWIN_RANKS)
            sources.setdefault((source, frame), set()).add(value)
            if apart or self._is_cell(value, node) or source and len(sources[source, frame]) > 1:
                ported.add(frame)
        return ported

    def _twin(self, value, box, place):
        """The twin of a Value near to a box, in the same frame: the one that there is, or a new one."""
        frames = self.around[box]
        for twin in self.twins:
            if (
                twin.value is value
                and twin.frames == frames
                and _near(twin.place, place, 0 if isinstance(box, Group) else TWIN_RANKS)
            ):
                return twin
        self.twins.append(Twin(value, self.name(value), frames, place))
        return self.twins[-1]

    def _main_input(self, node):
        """The input on the line that the eye should follow: that of most boxes before it, the first of equals."""
        return max(
            reversed([value for value in node.inputs if value in self.drawn]),
            key=lambda value: (self.column[self._box(value)], not isinstance(value, Constant)),
        )

    def _leave_out(self):
        """Drop the arrows of rows that are left out, where others show that their boxes are joined."""
        kept = {
            ends
            for arrows in self.arrows.values()
            for arrow in arrows
            if not _left_out(arrow.tail) and not _left_out(arrow.head)
            for ends in ((arrow.tail, _box_of(arrow.head)), (_box_of(arrow.tail), arrow.head))
        }
        for box, arrows in self.arrows.items():
            self.arrows[box] = [
                arrow
                for arrow in arrows
                if not _left_out(arrow.tail)
                and not _left_out(arrow.head)
                or not (
                    (arrow.tail, _box_of(arrow.head)) in kept
                    or (_box_of(arrow.tail), arrow.head) in kept
                    or (_left_out(arrow.tail) and _left_out(arrow.head))
                )
            ]


def _near(one, other, ranks, with_slots=True):
    """Whether two places are in one row, and near to each other."""
    near_across = not (ranks and with_slots) or abs(one[2] - other[2]) <= SLOTS
    return one[0] == other[0] and abs(one[1] - other[1]) <= ranks and near_across


def _box_of(end):
    return end.box if isinstance(end, Row) else end


def _left_out(end):
    return isinstance(end, Row) and end.number == "more"
