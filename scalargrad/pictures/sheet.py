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
    inputs_box,
    layer_box,
    neuron_title,
    neurons_box,
    symbol,
    text_width,
    value_box,
    value_title,
)
from scalargrad.pictures.neurons import Group
from scalargrad.pictures.themes import Theme

PORTS = {
    "LR": ("e", "w"),
    "RL": ("w", "e"),
    "TB": ("s", "n"),
    "BT": ("n", "s"),
}  # where arrows leave a folded group, and where they reach one


class Sheet:
    """What is drawn, and how: the nodes in topological order, the groups among them, and the box of each node."""

    def __init__(
        self,
        roots: tuple[Value, ...],
        order: list[Value],
        groups: list[Group],
        boxes: Mapping[Value, Value | Group],
        theme: Theme,
        partials: bool,
        rankdir: str,
        operation_nodes: bool,
        writer: Writer,
        names: bool = False,
    ) -> None:
        self.roots, self.order, self.groups, self.writer = roots, order, groups, writer
        self.called = {node: name for node, name in writer.names.items() if names or node.label}
        self.drawn: dict[Any, list[str]] = {}  # the lines of boxes with these numbers
        self._seen: set | None = None
        self.theme, self.partials, self.rankdir, self.operation_nodes = theme, partials, rankdir, operation_nodes
        neurons = [part for group in groups for part in group.parts or [group]]
        self.neurons = {node: neuron for neuron in neurons for node in neuron.nodes}
        places: dict = {part: (group, i) for group in groups for i, part in enumerate(group.parts)}
        self.ids: dict[Value | Group, str] = {}
        self.shown: list[Value | Group] = []  # what is a node to Graphviz, as a layer of folded neurons is
        for box in dict.fromkeys(boxes.values()):
            whole, i = places.get(box, (box, None))
            if whole not in self.ids:
                self.ids[whole] = f"n{len(self.shown)}"
                self.shown.append(whole)
            if whole is not box:
                self.ids[box] = f"{self.ids[whole]}:p{i}"
        self.arrows: dict[Value | Group, dict[Any, list]] = {
            box: {} for box in self.ids
        }  # to each box, by what it is used for
        for node in order:
            for i, value in enumerate(node.inputs):
                tail, head = boxes.get(value), boxes[node]
                if tail is not None and tail is not head:
                    alone = isinstance(tail, Value) and isinstance(head, Value)  # else one arrow may stand for many
                    self.arrows[head].setdefault((tail, (node, i) if alone else None), []).append((node, i))
        self.widths = self._widths()

    def _widths(self):
        """The width that the numbers of each node need, now and at every moment of the passes."""
        texts = {node: [data_text(node), gradient_text(node)] for node in self.order}
        if all(hasattr(root, "data") for root in self.roots):
            for moment in passes(self.roots, self.order):
                if moment.gradient is not None:
                    texts[moment.nodes[0]].append(markup_number(moment.gradient))
        widths = {node: text_width(*each, least=NUMBER_WIDTH) for node, each in texts.items()}
        for box in self.shown:  # Graphviz would stretch the narrow ones among boxes that stand below one another
            outputs = [part.output for part in self._parts(box)]
            widths.update(dict.fromkeys(outputs, max(map(widths.__getitem__, outputs), default=0)))
        return widths

    def shows(self, moment: Moment) -> bool:
        """Return whether something can be seen at a moment: not what happens inside a box, or between two."""
        if self._seen is None:
            self._seen = {_numbered(box) for box in self.ids} - {None}
            self._seen.update(use for arrows in self.arrows.values() for uses in arrows.values() for use in uses)
        return moment.edge in self._seen or not self._seen.isdisjoint(moment.nodes)

    def text(self, data: Mapping[Value, str], gradients: Mapping[Value, str], moment: Moment = NOTHING) -> str:
        """Return the text of the graph with the numbers that are known; what appears at the moment is pointed out."""
        folded = any(isinstance(box, Group) for box in self.shown)
        style = self.theme.style
        distances = f"nodesep=0.2 ranksep={1.1 if folded else 0.4}{self._patience()}"
        lines = [
            "digraph {",
            f"  graph [rankdir={self.rankdir} bgcolor=transparent {distances} {style}]",
            f"  node [shape=plain {style}]",
            f"  edge [{style} penwidth=1.5 arrowsize=0.8 dir=both arrowtail=none]",
        ]
        for box in self.shown:
            lines += self._lines(box, data, gradients, moment)
        numbers = itertools.count()
        for group in self.groups:
            lines += self._frame(group, numbers, "  ")
            row = [self.ids[value] for value in group.inputs if value in self.ids and value.operation is None]
            if folded and len(row) > 1:  # so that the inputs are beside each other in their order
                lines.append(f"  {{ rank=same {' -> '.join(row)} [style=invis] }}")
        return dot_text([*lines, "}\n"])

    def _patience(self):
        """How long Graphviz straightens the arrows of a large graph: where many are long, it would take minutes.

        It stops after `nslimit` rounds for each node, and a round takes time in proportion to the square of the nodes.
        Labels need more rounds, because to go round them takes more time than to straighten the arrows.
        """
        count, largest = len(self.shown), 400 if self.partials else 250
        return f" nslimit={max(1, (largest / count) ** 3):.2g}" if count > 100 else ""

    def _lines(self, box, data, gradients, moment):
        """The lines of a box; most boxes are in one frame as they were in the one before."""
        numbered = [_numbered(part) for part in self._parts(box) or [box]]
        happens = moment.nodes if moment.edge is None else [*moment.nodes, moment.edge[0]]
        if not set(numbered).isdisjoint(happens) or isinstance(box, Group) and happens:
            return self._node(box, data, gradients, moment)
        key = (box, *((data.get(node), gradients.get(node)) for node in numbered))
        if key not in self.drawn:
            self.drawn[key] = self._node(box, data, gradients, moment)
        return self.drawn[key]

    def _node(self, box, data, gradients, moment):
        """The lines of a box, and of the arrows to it."""
        # Of a - b, a must be above b; where order does not matter, a free choice gives the simpler picture.
        free = isinstance(box, Group) or len(box.inputs) < 2 or box.operation.symbol in ("+", "*")
        apart, ordered = self._is_apart(box), "" if free else " ordering=in"
        label, target = self._label(box, data, gradients, moment), self.ids[box]
        lines = [f"  {target} [label=<{label}>{'' if apart else ordered}]"]
        if apart:
            look = f'shape=ellipse margin="0.05" style=filled fillcolor="{self.theme.result}"'
            lines.append(f"  {target}_operation [label=<{symbol(box)}> {look}{ordered}]")
            lines.append(f"  {target}_operation -> {target}")
            target = f"{target}_operation"
        for head in self._parts(box) or [box]:
            for (tail, use), uses in self.arrows[head].items():
                look = self._flow(head, uses, moment)
                if isinstance(tail, Group) or isinstance(head, Group):
                    leave, reach = PORTS[self.rankdir]
                    ends = f"{self.ids[tail]}:{leave} -> {self.ids[head]}:{reach}"
                else:
                    ends = f"{self.ids[tail]} -> {target}"
                    look += self._distance(tail, head)
                    if self.partials and hasattr(head, "data") and not isinstance(tail, Constant):
                        consumer, i = use
                        names = (
                            self.writer.derivative(consumer, tail, i, side=False)
                            if {consumer, tail} <= self.called.keys()
                            else ""
                        )
                        look.append(f"label=<{edge_label(consumer, i, names, consumer in data, self.theme)}>")
                lines.append(f"  {ends}" + (f" [{' '.join(look)}]" if look else ""))
        return lines

    def _parts(self, box):
        """The folded neurons in a box."""
        return [part for part in box.parts if part in self.ids] if isinstance(box, Group) else []

    def _is_apart(self, box):
        """Whether the operation of a box has a node of its own."""
        return self.operation_nodes and isinstance(box, Value) and box.operation is not None

    def _label(self, box, data, gradients, moment):
        if isinstance(box, Constant):
            return constant_box(box, self.theme)
        if isinstance(box, Value):
            title = value_title(box, self.called.get(box, ""), with_symbol=not self.operation_nodes)
            return self._numbers(box, title, data, gradients, moment)
        if parts := self._parts(box):
            titles = [neuron_title(part.name, self.called.get(part.output, "")) for part in parts]
            labels = [self._numbers(part.output, title, data, gradients, moment) for part, title in zip(parts, titles)]
            return neurons_box(box.name, box.activation, labels, self.rankdir in ("LR", "RL"), self.theme)
        if not box.inputs:
            return inputs_box(len(box.nodes), self.theme)
        if box.output is None:
            return layer_box(box.name, len(box.parts), box.activation, self.theme)
        title = neuron_title(box.name, self.called.get(box.output, ""), box.activation)
        return self._numbers(box.output, title, data, gradients, moment)

    def _numbers(self, node, title, data, gradients, moment):
        """The box of a node, with those of its numbers that are known."""
        fill = self.theme.leaf if node.operation is None else self.theme.result
        fresh = "" if node not in moment.nodes else "data" if moment.gradient is None else "grad"
        return value_box(title, data.get(node, ""), gradients.get(node, ""), self.widths[node], self.theme, fill, fresh)

    def _distance(self, tail, head):
        """An arrow into the frame of a neuron ends behind the weights, so that what it comes from is before the frame."""
        return ["minlen=2"] if head in self.neurons and self.neurons.get(tail) is not self.neurons[head] else []

    def _flow(self, head, uses, moment):
        """How an arrow looks while numbers go forward on it, or a gradient backward."""
        if moment.edge in uses:
            # dir=back would say the same, but with some versions of Graphviz it moves nodes that are used twice.
            return [f'color="{self.theme.active}" penwidth=4 arrowhead=none arrowtail=normal']
        if moment.gradient is None and _numbered(head) in moment.nodes:
            return [f'color="{self.theme.active}" penwidth=4']
        return []

    def _frame(self, group, numbers, indent):
        """The frame round a neuron or a layer that is not folded, and the frames in it."""
        if group in self.ids:
            return []
        fill, label = (self.theme.layer if group.parts else self.theme.paper), frame_label(group.name, group.activation)
        lines = [
            f"{indent}subgraph cluster_{next(numbers)} {{",
            f'{indent}  graph [label=<{label}> labeljust=l style="filled,rounded" fillcolor="{fill}" margin=6]',
        ]
        for node in group.nodes:
            lines.append(f"{indent}  {self.ids[node]}" + (f" {self.ids[node]}_operation" if self._is_apart(node) else ""))
        for part in group.parts:
            lines += self._frame(part, numbers, f"{indent}  ")
        return [*lines, f"{indent}}}"]


def _numbered(box):
    """The node whose numbers a box shows; None where there are several."""
    return box.output if isinstance(box, Group) else box
