"""The neurons and layers in a graph: which of its nodes belong together.

A picture has a frame round each neuron and each layer, or shows one as a single box. A neuron is known by its parameters,
which have its place in a network.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from scalargrad.engine import Value
from scalargrad.nn import NeuronParameter
from scalargrad.operations import add, multiply

MOST = 16  # inputs of a folded group, beside each other; more are folded too


@dataclass(eq=False)
class Group:
    """A neuron, with its nodes, the output last, a layer, with its neurons, or the leaves that are the inputs of one.

    A neuron that is used several times is a group each time. Its parameters are then outside of all of them.
    """

    name: str
    activation: str
    inputs: tuple[Value, ...]
    nodes: list[Value] = field(default_factory=list)
    parts: list["Group"] = field(default_factory=list)

    @property
    def output(self) -> Value | None:
        """The node that others use; None for a layer of several neurons, and for inputs, which have several."""
        if len(self.parts) > 1 or not self.inputs:
            return None
        return self.nodes[-1] if self.nodes else self.parts[0].output

    def all_nodes(self) -> Iterator[Value]:
        """Yield the nodes of the group, and of the groups in it."""
        yield from self.nodes
        for part in self.parts:
            yield from part.all_nodes()


def find_groups(order: list[Value]) -> list[Group]:
    """Return the layers among nodes in topological order, and the neurons that are in none."""
    consumers: dict[Value, list[Value]] = {}
    for node in order:
        for value in node.inputs:
            consumers.setdefault(value, []).append(node)
    uses = [use for node in order if (use := _weighted_sum(node))]
    counts = Counter(value for nodes, _ in uses for value in nodes)
    groups: list[Group] = []
    layers: dict[tuple, Group] = {}
    for nodes, inputs in uses:
        place, output = nodes[0].place, nodes[-1]
        neuron = Group(_name("neuron", place.path[-1:]), place.activation, inputs)
        neuron.nodes = [node for node in nodes if counts[node] == 1]
        if place.activation != "linear" and [node.inputs for node in consumers.get(output, ())] == [(output,)]:
            neuron.nodes += consumers[output]
        if not place.path:
            groups.append(neuron)
            continue
        key = (place.path[:-1], inputs)
        if key not in layers:
            layers[key] = Group(_name("layer", place.path[:-1]), place.activation, inputs)
            groups.append(layers[key])
        layers[key].parts.append(neuron)
    return groups


def drawn_as(order: list[Value], groups: list[Group], depth: int | None) -> dict[Value, Value | Group]:
    """Return what each node is drawn as: the group it is folded into, or itself.

    depth  the level of the groups that are folded, 1 for the outermost; None for none

    Parameters of which only folded groups are made do not show, and neither do their inputs, one by one, if they are many.
    """
    level, groups = 1, list(groups)
    while level != depth and groups:
        level, groups = level + 1, [part for group in groups for part in group.parts]
    shown: dict[Value, Value | Group] = {node: node for node in order}
    for group in groups:
        for node in group.all_nodes():
            shown[node] = group
    unfolded = {value for node in order if shown[node] is node for value in node.inputs}
    for value in [value for node in order if shown[node] is not node for value in node.inputs]:
        if isinstance(value, NeuronParameter) and shown.get(value) is value and value not in unfolded:
            del shown[value]
    for group in groups:
        candidates = [value for value in dict.fromkeys(group.inputs) if value.operation is None and value not in unfolded]
        leaves = [value for value in candidates if shown.get(value) is value]
        if len(leaves) > MOST:
            shown.update(dict.fromkeys(leaves, Group("inputs", "", (), leaves)))
    return shown


def _weighted_sum(node):
    """The nodes of a neuron, bias first, and its inputs, if the node is the sum that ends with the bias; else None."""
    if node.operation is not add or not isinstance(node.inputs[1], NeuronParameter):
        return None
    bias = node.inputs[1]
    nodes, inputs, stack = [bias], [], [node.inputs[0]]
    while stack:
        part = stack.pop()
        nodes.append(part)
        if part.operation is add:
            stack += reversed(part.inputs)
        elif part.operation is multiply and getattr(part.inputs[0], "place", None) == bias.place:
            nodes.append(part.inputs[0])
            inputs.append(part.inputs[1])
        else:
            return None
    return [*nodes, node], tuple(inputs)


def _name(kind, path):
    return " ".join([kind, *map(str, path)])
