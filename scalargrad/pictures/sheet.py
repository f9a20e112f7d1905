"""A graph on its sheet of paper, as DOT, the language of Graphviz.

A graph is laid out once. What is drawn on the sheet are its numbers now, or those that are known at a moment of the two
passes, see `frames.py`; no number moves a node.
"""

import itertools
from collections.abc import Mapping
from typing import Any

from scalargrad.engine import Constant, Value
from scalargrad.passes.moments import NOTHING, Moment, passes
from scalargrad.passes.notation import markup_number
from scalargrad.passes.steps import Writer
from scalargrad.pictures.boxes import (
    NUMBER_WIDTH,
    constant_box,
    data_text,
    dot_text,
    edge_label,
    frame_label,
    gradient_text,
    symbol,
    text_width,
    twin_label,
)
from scalargrad.pictures.groups import Group
from scalargrad.pictures.layout import Arrow, Layout
from scalargrad.pictures.places import Row
from scalargrad.pictures.themes import Theme
from scalargrad.pictures.writing import Writing

PORTS = {
    "LR": ("e", "w"),
    "RL": ("w", "e"),
    "TB": ("s", "n"),
    "BT": ("n", "s"),
}  # where arrows leave a folded group, and where they reach one


class Sheet:
    """What is drawn, and how: the nodes in topological order, the groups among them, and what each node is drawn as."""

    def __init__(
        self,
        roots: tuple[Value, ...],
        order: list[Value],
        groups: list[Group],
        drawn: Mapping[Value, Value | Group],
        theme: Theme,
        partials: bool,
        rankdir: str,
        operation_nodes: bool,
        writer: Writer,
        names: bool,
    ) -> None:
        self.roots, self.order, self.groups, self.writer = roots, order, groups, writer
        self.called = {node: name for node, name in writer.names.items() if names or node.label}
        self.lines: dict[Any, list[str]] = {}  # of boxes with these numbers
        self._seen: set | None = None
        self.theme, self.partials, self.rankdir, self.operation_nodes = theme, partials, rankdir, operation_nodes
        self.layout = Layout(roots, order, groups, drawn, self.called)
        self.ids: dict[Any, str] = {box: f"n{i}" for i, box in enumerate(self.layout.boxes)}
        self.ids.update({twin: f"t{i}" for i, twin in enumerate(self.layout.twins)})
        self.ids.update({frame: f"cluster_{i}" for i, frame in enumerate(self.layout.frames)})
        widths, below = self._widths(), rankdir in ("LR", "RL")
        self.writing = Writing(self.layout, self.called, widths, theme, below, operation_nodes)
        self.order_lines = self._order_lines()

    def _widths(self):
        """The width that the numbers of each node need, now and at every moment of the passes."""
        texts = {node: [data_text(node), gradient_text(node)] for node in self.order}
        if all(hasattr(root, "data") for root in self.roots):
            for moment in passes(self.roots, self.order):
                if moment.gradient is not None:
                    texts[moment.nodes[0]].append(markup_number(moment.gradient))
        widths = {node: text_width(*each, least=NUMBER_WIDTH) for node, each in texts.items()}
        for rows in self.layout.rows.values():  # Graphviz would stretch the narrow ones below one another
            widths.update(dict.fromkeys((node for _, node in rows), max(widths[node] for _, node in rows)))
        return widths

    def shows(self, moment: Moment) -> bool:
        """Return whether something can be seen at a moment: not what happens inside a box, or between two."""
        if self._seen is None:
            self._seen = {node for box in self.layout.boxes for node in self.writing.numbered(box)}
            self._seen.update(use for arrow in self._arrows() for use in arrow.uses)
        return moment.edge in self._seen or not self._seen.isdisjoint(moment.nodes)

    def text(self, data: Mapping[Value, str], gradients: Mapping[Value, str], moment: Moment = NOTHING) -> str:
        """Return the text of the graph with the numbers that are known; what appears at the moment is pointed out."""
        style = self.theme.style
        lines = [
            "digraph {",
            f"  graph [rankdir={self.rankdir} bgcolor=transparent {self._distances()} {style}]",
            f"  node [shape=plain {style}]",
            f"  edge [{style} penwidth=1.5 arrowsize=0.8 dir=both arrowtail=none]",
        ]
        for box in self.layout.boxes:
            lines += self._lines(box, data, gradients, moment)
        lines += [self._twin(twin, data, moment) for twin in self.layout.twins]
        lines += [self._arrow(arrow, data, moment) for arrow in self.layout.ports]
        return dot_text([*lines, *self.order_lines, "}\n"])

    def _order_lines(self):
        """The lines of the frames, and of invisible arrows that keep rows and what is alike in order."""
        lines: list[str] = []
        for group in self.groups:
            lines += self._frame(group, "  ")
        starts = self.layout.starts()
        for i, first in enumerate(starts):  # Graphviz orders frames as it likes, but not what stands alone
            lines += [
                f'  r{i} [label="" style=invis width=0 height=0]',
                f"  r{i} -> {self.ids[first]} [style=invis weight=8]",
            ]
        if starts:
            lines.append(f"  {{ rank=same {' -> '.join(f'r{i}' for i in range(len(starts)))} [style=invis] }}")
        for box, twin in self.layout.behind():
            lines.append(f"  {self.ids[box]} -> {self.ids[twin]} [style=invis weight=0]")
        for row in self.layout.chains():
            lines.append(f"  {{ rank=same {' -> '.join(self.ids[box] for box in row)} [style=invis] }}")
        return lines

    def _distances(self):
        """How far apart boxes are, and how long Graphviz straightens arrows: where many are long, it would take minutes.

        It stops after `nslimit` rounds for each node, and a round takes time in proportion to the square of the nodes.
        Labels need more rounds, because to go round them takes more time than to straighten the arrows.
        """
        folded = any(isinstance(box, Group) for box in self.layout.boxes)
        text = f"nodesep=0.2 ranksep={1.1 if folded else 0.4}"
        if not self.layout.frames and any(
            isinstance(each.tail, Row) and isinstance(each.head, Row) for each in self._arrows()
        ):
            text = "nodesep=0.2 ranksep=1.6 splines=line"
        if self.layout.ports or self.layout.starts() or any(True for _ in self.layout.chains()):
            text += " compound=true newrank=true"
        count, largest = len(self.layout.boxes), 400 if self.partials else 250
        return f"{text} nslimit={max(1, (largest / count) ** 3):.2g}" if count > 100 else text

    def _lines(self, box, data, gradients, moment):
        """The lines of a box and of the arrows to it; most are in one frame as they were in the one before."""
        numbered = self.writing.numbered(box)
        happens = moment.nodes if moment.edge is None else [*moment.nodes, moment.edge[0]]
        changes = not set(numbered).isdisjoint(happens) or isinstance(box, Group) and happens
        key = None if changes else (box, *((data.get(node), gradients.get(node)) for node in numbered))
        if key is None or key not in self.lines:
            arrows = [self._arrow(arrow, data, moment) for arrow in self.layout.arrows[box]]
            self.lines[key] = [*self._node(box, data, gradients, moment), *arrows]
        return self.lines[key]

    def _node(self, box, data, gradients, moment):
        """The lines of a box."""
        # Of a - b, a must be above b; where order does not matter, a free choice gives the simpler picture.
        free = isinstance(box, Group) or len(box.inputs) < 2 or box.operation.symbol in ("+", "*")
        apart, ordered = self._is_apart(box), "" if free else " ordering=in"
        label, target = self.writing.label(box, data, gradients, moment), self.ids[box]
        lines = [f"  {target} [label=<{label}>{'' if apart else ordered}]"]
        if apart:
            look = f'shape=ellipse margin="0.05" style=filled fillcolor="{self.theme.result}"'
            lines.append(f"  {target}_operation [label=<{symbol(box)}> {look}{ordered}]")
            lines.append(f"  {target}_operation -> {target}")
        return lines

    def _twin(self, twin, data, moment):
        """The line of a small copy of a box."""
        if isinstance(twin.value, Constant):
            return f"  {self.ids[twin]} [label=<{constant_box(twin.value, self.theme)}>]"
        fresh = moment.gradient is None and twin.value in moment.nodes
        width = self.twin_width(twin.value)
        fill = self.theme.leaf if twin.value.operation is None else self.theme.result
        label = twin_label(twin.name, data.get(twin.value, ""), width, fresh, self.theme)
        look = f'shape=box style="dashed,filled,rounded" fillcolor="{fill}" margin="0.06,0.01" height=0 width=0'
        return f"  {self.ids[twin]} [label=<{label}> {look}]"

    def twin_width(self, node: Value) -> int:
        """Return the width of the number in a small copy of a box."""
        return text_width(data_text(node))

    def _arrow(self, arrow, data, moment):
        """The line of an arrow."""
        look = self._flow(arrow, moment)
        if arrow.frame:
            leaf = self.layout.is_input(arrow.tail)
            look.append(f"lhead={self.ids[arrow.frame]} minlen=2 weight={0 if leaf else 1}")
            look += ["penwidth=3"] * isinstance(arrow.tail, Group) if len(look) == 1 else []
        elif arrow.use is None:
            look += ["weight=8"] * arrow.main
        else:
            node, i = arrow.use
            look += ["minlen=2"] * arrow.enters + ["weight=2"] * arrow.main
            if self.partials and hasattr(node, "data") and not isinstance(node.inputs[i], Constant):
                partial, width = self.partial(node, i)
                text = partial if node in data else ""
                look.append(f"label=<{edge_label(self._derivative(node, i), text, width, self.theme)}>")
        leave, reach = PORTS[self.rankdir]
        at_side = not arrow.frame and arrow.use is None
        tail, head = self._end(arrow.tail, leave if at_side else ""), self._end(arrow.head, reach if at_side else "")
        if arrow.use is not None and self._is_apart(arrow.head):
            head += "_operation"
        look += self.arrow_marks(arrow)
        return f"  {tail} -> {head}" + (f" [{' '.join(look)}]" if look else "")

    def partial(self, node: Value, i: int) -> tuple[str, int]:
        """Return a local derivative as it is written, and the width it needs."""
        text = markup_number(node.partials[i])
        return text, text_width(text)

    def _derivative(self, node, i):
        """The name of a local derivative, where the nodes have names."""
        value = node.inputs[i]
        named = {node, value} <= self.called.keys()
        return self.writer.derivative(node, value, i, side=False) if named else ""

    def _end(self, end, side):
        """Where an arrow begins or ends: at a box, a twin or a row of a box, on a side of it."""
        if isinstance(end, Row):
            number = end.number if end.number == "more" else f"p{end.number}"
            return f"{self.ids[end.box]}:{number}:{side}".rstrip(":")
        return f"{self.ids[end]}:{side}".rstrip(":")

    def _arrows(self):
        return [*itertools.chain.from_iterable(self.layout.arrows.values()), *self.layout.ports]

    def _is_apart(self, box):
        """Whether the operation of a box has a node of its own."""
        return self.operation_nodes and isinstance(box, Value) and box.operation is not None

    def arrow_marks(self, arrow: Arrow) -> list[str]:
        """Return what is said of an arrow at every moment."""
        return []

    def _flow(self, arrow, moment):
        """How an arrow looks while numbers go forward on it, or a gradient backward."""
        if moment.edge in arrow.uses:
            # dir=back would say the same, but with some versions of Graphviz it moves nodes that are used twice.
            return [f'color="{self.theme.active}" penwidth=4 arrowhead=none arrowtail=normal']
        if moment.gradient is None and not self.layout.made_by(arrow).isdisjoint(moment.nodes):
            return [f'color="{self.theme.active}" penwidth=4']
        return []

    def _frame(self, group, indent):
        """The frame round a group that is not folded, and the frames in it."""
        if group not in self.layout.frames:
            return []
        fill, label = (self.theme.layer if group.parts else self.theme.paper), frame_label(group.name, group.activation)
        lines = [
            f"{indent}subgraph {self.ids[group]} {{",
            f'{indent}  graph [label=<{label}> labeljust=l style="filled,rounded" fillcolor="{fill}" margin=6]',
        ]
        for box in self.layout.inside(group):
            lines.append(f"{indent}  {self.ids[box]}" + (f" {self.ids[box]}_operation" if self._is_apart(box) else ""))
        for part in group.parts:
            lines += self._frame(part, f"{indent}  ")
        return [*lines, f"{indent}}}"]
