"""The neurons and layers in a graph, found by their parameters, which have the place of their neuron in a network.

A neuron that is used several times is a group each time. Its parameters are then outside of all of them.
"""

from collections import Counter

from scalargrad.engine import Value
from scalargrad.nn import NeuronParameter
from scalargrad.operations import add, multiply
from scalargrad.pictures.groups import Group


def neuron_groups(order: list[Value]) -> list[Group]:
    """Return the layers and the neurons among nodes in topological order, each with all its nodes, the output last."""
    consumers: dict[Value, list[Value]] = {}
    for node in order:
        for value in node.inputs:
            consumers.setdefault(value, []).append(node)
    uses = [use for node in order if (use := _weighted_sum(node))]
    counts = Counter(value for nodes, _ in uses for value in nodes)
    layers: dict[tuple, Group] = {}
    neurons: list[Group] = []
    for nodes, inputs in uses:
        place = nodes[0].place
        nodes = [node for node in nodes if counts[node] == 1]
        if place.activation != "linear" and [node.inputs for node in consumers.get(nodes[-1], ())] == [(nodes[-1],)]:
            nodes += consumers[nodes[-1]]
        name = _name("neuron", place.path[-1:])
        neurons.append(Group(name, inputs, {nodes[-1]: ""}, nodes, activation=place.activation))
        if place.path:
            name = _name("layer", place.path[:-1])
            layer = layers.setdefault((name, inputs), Group(name, inputs, activation=place.activation))
            layer.nodes += nodes
            layer.outputs[nodes[-1]] = f"[{place.path[-1]}]"
    return [*layers.values(), *neurons]


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
