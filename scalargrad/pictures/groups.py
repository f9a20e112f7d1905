"""The groups in a graph: which of its nodes belong together, in a frame or, folded, in one box.

A group is what a call of a function marked `@group` has built, or a neuron, or a layer. Groups lie in one another, and never
overlap.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scalargrad.calls import Call, Nest, calls_of
from scalargrad.engine import Value


@dataclass(eq=False)
class Group:
    """Nodes that belong together.

    name        what the frame or the box is called
    inputs      what the group is made of, among other things that are in it
    outputs     the nodes that others use, each with the index by which one finds it: "[0]", or "" for the only one
    nodes       those in it that are in no part
    parts       the groups in it
    activation  of a neuron or a layer, the name of what is made of each sum
    matrices    of what its call was given, those matrices and vectors that are leaves, with the length of a row
    columns     of leaves that are drawn as one box: how many are in a row, 0 if it only says how many there are
    """

    name: str
    inputs: tuple[Value, ...]
    outputs: dict[Value, str] = field(default_factory=dict)
    nodes: list[Value] = field(default_factory=list)
    parts: list["Group"] = field(default_factory=list)
    activation: str = ""
    matrices: tuple[Nest, ...] = ()
    columns: int = 0

    @property
    def output(self) -> Value | None:
        """The node that others use; None where there are several."""
        return next(iter(self.outputs)) if len(self.outputs) == 1 else None

    def all_nodes(self) -> Iterator[Value]:
        """Yield the nodes of the group, and of the groups in it."""
        yield from self.nodes
        for part in self.parts:
            yield from part.all_nodes()


def called_groups(order: list[Value]) -> Iterator[Group]:
    """Yield the groups that calls have built among nodes in topological order, with all their nodes, the outermost first."""
    results: dict[Call, dict[Value, str]] = {}
    uses: Counter = Counter()
    for node in order:
        uses.update(node.inputs)
        for call, index in calls_of(node):
            results.setdefault(call, {})[node] = index
    for call, outputs in results.items():
        inside, inputs = set(outputs), set(call.inputs)
        found: Counter = Counter()
        stack = list(outputs)
        while stack:
            for value in stack.pop().inputs:
                found[value] += 1
                if found[value] == uses[value] and value not in inputs and value not in inside:
                    inside.add(value)
                    stack.append(value)
        nodes = [*(inside - outputs.keys()), *outputs]
        matrices = tuple(each for each in call.arguments if all(value.operation is None for value in each.values))
        yield Group(call.name, call.inputs, outputs, nodes, matrices=matrices)


def nested(groups: Iterable[Group], order: list[Value]) -> list[Group]:
    """Return the outermost of groups that each have all their nodes, with the others as parts in them.

    Where groups overlap, because a function used what another one had not given away, the smaller one loses nodes.
    """
    innermost: dict[Value, Group] = {}
    outermost: list[Group] = []
    largest_first = sorted(groups, key=lambda group: -len(group.nodes))
    for group in largest_first:
        around = innermost.get(next(reversed(group.outputs)))
        group.nodes = [node for node in group.nodes if innermost.get(node) is around]
        group.outputs = {node: index for node, index in group.outputs.items() if innermost.get(node) is around}
        innermost.update(dict.fromkeys(group.nodes, group))
        (around.parts if around else outermost).append(group)
    place = {node: i for i, node in enumerate(order)}
    for group in largest_first:
        group.nodes = sorted((node for node in group.nodes if innermost[node] is group), key=place.__getitem__)
    for parts in (outermost, *(group.parts for group in largest_first)):
        parts.sort(key=lambda part: place[next(reversed(part.outputs))])
    return outermost
