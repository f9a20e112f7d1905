"""Where arrows go, before Graphviz sees a graph: which boxes they join, and which are drawn again to keep them short.

Boxes that are far apart are not joined by a long arrow: a leaf, or a result with a name, is drawn again where it is used, as
a small dashed twin, "w = 0.5". What is used in several places of a frame is a twin in there, and one arrow goes to the
frame. Without this Graphviz takes minutes for a few hundred nodes, and nobody can follow the arrows.
"""

import operator
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scalargrad.engine import Value
from scalargrad.pictures.groups import Group
from scalargrad.pictures.places import Places, Row

SHORT = 5  # columns of a graph that is simple enough without a straight line
RANKS, SLOTS = 3, 5  # how far apart the uses of one box are at most: boxes along the arrows, and leaves across them
TWIN_RANKS = 1  # and those of a twin, which is small
FRAME_RANKS = 2  # and of what leaves a frame, which is long


@dataclass(eq=False)
class Twin:
    """A Value drawn again, in a frame or outside of all, where it is used."""

    value: Value
    name: str
    frames: tuple[Group, ...]
    place: tuple[int, int, int]


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


class Layout(Places):
    """The boxes, the frames round them, the twins and the arrows of a graph; see `Places`."""

    def __init__(self, *graph: Any) -> None:
        super().__init__(*graph)
        self.twins: list[Twin] = []
        self.arrows: dict[Value | Group, list[Arrow]] = {box: [] for box in self.boxes}  # to each box
        self.ports: list[Arrow] = []  # to frames
        self._join()

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

    def behind(self) -> Iterator[tuple[Any, Twin]]:
        """Yield inputs of frames with the first twins in there, which nothing else keeps behind if results are apart."""
        inputs = {port.frame: port.tail for port in reversed(self.ports) if self.is_input(port.tail)}
        for frame, box in inputs.items():
            if frame is not None and len(frame.outputs) > 1 and not frame.parts:
                twins = [twin for twin in self.twins if frame in twin.frames]
                first = min(twin.place[1] for twin in twins)
                yield from ((box, twin) for twin in twins if twin.place[1] <= first + 1)

    def chains(self) -> Iterator[list]:
        """Yield boxes that stand beside each other in this order: the inputs of a frame, and results of equal groups."""
        for frame in self.frames:
            outputs: list[Any] = [part.output for part in frame.parts if part in self.frames]
            results = [] if None in outputs else list(dict.fromkeys(map(self.box, outputs)))
            if len(results) > 1 and len({self.column[box] for box in results}) == 1:
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

    def _join(self):
        """Draw an arrow for each use of a Value, from its box or from a twin."""
        ported = self._ported()
        first_uses: dict[Value, Value] = {}
        ports: dict[tuple, list[Twin]] = {}
        arrows: dict[tuple, Arrow] = {}
        long = max(self.column.values()) > SHORT
        for value, node, i in self.uses:
            box, source, entered = self.box(node), self.box(value), self.entered(value, node)
            near = self._is_near(value, node, first_uses.setdefault(value, node))
            port = bool(entered) and entered[0] in ported
            tail: Any = self.row_of.get(value, source)
            if self.can_be_twin(value) and (port or not near):
                tail = self._twin(value, box, self.at[node])
                if port:
                    twins = ports.setdefault((self.row_of.get(value, source), entered[0]), [])
                    at_hand = near or twins or isinstance(source, Group) or value.operation is not None
                    if at_hand and self.row[source] == self.row[box] and tail not in twins:
                        twins.append(tail)
            head = self.row_of.get(self.drawn[node], box)
            use = (node, i) if isinstance(box, Value) and isinstance(tail, (Value, Twin)) else None
            arrow = arrows.get((tail, head, use))
            if not arrow:
                arrow = arrows[tail, head, use] = Arrow(tail, head, use=use)
                arrow.enters = bool(entered) and not isinstance(tail, Twin)
                self.arrows[box].append(arrow)
            arrow.uses.append((node, i))
            in_line = value.operation is not None if isinstance(box, Group) else long and value is self.main_input(node)
            arrow.main = arrow.main or in_line and not isinstance(tail, Twin)
        for (tail, frame), twins in ports.items():
            if twins:
                values = {twin.value for twin in twins}
                uses = [(node, i) for v, node, i in self.uses if v in values and frame in self.around[self.box(node)]]
                beside = [other for other, of in ports if of is frame]
                middle = (2 * beside.index(tail) + 1) * len(twins) // (2 * len(beside))  # so that they do not cross
                self.ports.append(Arrow(tail, twins[middle], uses, frame=frame))
        self._leave_out()

    def _is_near(self, value, node, first):
        """Whether an arrow may go from the box of a Value to a node; first is the node that uses the Value first."""
        if self._is_cell(value, node):
            return False
        box, source = self.box(node), self.box(value)
        if value.operation is None:
            return _near(self.at[first], self.at[node], 0 if isinstance(box, Group) else RANKS)
        row, late, slot = self.at[node]
        if self.around[source] != self.around[box][: len(self.around[source])]:  # it leaves a frame, which is long
            return _near((self.row[source], self.column[source], slot), (row, late, slot), FRAME_RANKS)
        return _near((self.row[source], self.late[source], slot), (row, late, slot), RANKS + 1)

    def _is_cell(self, value, node):
        """Whether a Value is in the box of a matrix, from which arrows go to whole groups only."""
        return value.operation is None and self.box(value) is not value and isinstance(self.box(node), Value)

    def _ported(self):
        """The frames that arrows end at: in which some Value is used in places apart, or several of one frame are used."""
        ported: set[Group] = set()
        places: dict[tuple, tuple] = {}
        sources: dict[tuple, set] = {}
        for value, node, _ in self.uses:
            entered = self.entered(value, node)
            if not entered or not self.can_be_twin(value):
                continue
            frame, source = entered[0], self.around[self.box(value)][:1]
            first, around = places.setdefault((value, frame), (self.at[node], self.around[self.box(node)]))
            apart = around != self.around[self.box(node)] or not _near(first, self.at[node], TWIN_RANKS)
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


def _near(one, other, ranks):
    """Whether two places, each a row, a rank along the arrows and a slot across them, are near to each other."""
    near_across = ranks == 0 or abs(one[2] - other[2]) <= SLOTS
    return one[0] == other[0] and abs(one[1] - other[1]) <= ranks and near_across


def _box_of(end):
    return end.box if isinstance(end, Row) else end


def _left_out(end):
    return isinstance(end, Row) and end.number == "more"
