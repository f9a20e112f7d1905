"""What a graph is drawn as: the groups in it, and at which depth they are folded to boxes.

A folded group is one box; where it has several outputs, each has a row in it. Neurons that are folded while their layer is
not are the rows of the layer's box.
"""

from collections.abc import Mapping

from scalargrad.engine import Parameter, Value
from scalargrad.passes.labels import escaped
from scalargrad.pictures.groups import Group, called_groups, nested
from scalargrad.pictures.neurons import neuron_groups

MOST_INPUTS = 16  # of folded groups, beside each other; more are folded too
CELLS = range(4, 65)  # of a matrix that is drawn as one box
MOST_ROWS, FIRST_ROWS = 8, 3  # of more rows, the first ones and the last are shown


def find_groups(order: list[Value]) -> list[Group]:
    """Return the outermost groups among nodes in topological order; the others are parts in them."""
    return nested([*called_groups(order), *neuron_groups(order)], order)


def drawn_as(order: list[Value], groups: list[Group], depth: int | None) -> dict[Value, Value | Group]:
    """Return what each node is drawn as: the group it is folded into, or itself.

    depth  the level of the groups that are folded, 1 for the outermost; None for none

    Parameters of which only folded groups are made, and to which nobody gave them, do not show. Neither do the inputs of
    folded groups, one by one, if they are many. A matrix of leaves that a call was given is one box.
    """
    level, folded = 1, list(groups)
    while level != depth and folded:
        level, folded = level + 1, [part for group in folded for part in group.parts]
    shown: dict[Value, Value | Group] = {node: node for node in order}
    for group in folded:
        shown.update(dict.fromkeys(group.all_nodes(), group))
    unfolded = {value for node in order if shown[node] is node for value in node.inputs}
    given = {value for group in folded for value in group.inputs}
    for value in {value: None for node in order if shown[node] is not node for value in node.inputs}:
        if isinstance(value, Parameter) and shown[value] is value and value not in unfolded and value not in given:
            del shown[value]
    for group in folded:
        candidates = [value for value in dict.fromkeys(group.inputs) if value.operation is None and value not in unfolded]
        leaves = [value for value in candidates if shown.get(value) is value]
        if len(leaves) > MOST_INPUTS:
            shown.update(dict.fromkeys(leaves, Group("inputs", (), nodes=leaves)))
    for values, columns in _matrices(groups):
        if columns and len(values) in CELLS and all(shown.get(value) is value for value in values):
            shown.update(dict.fromkeys(values, Group("matrix", (), nodes=list(values), columns=columns)))
    return shown


def _matrices(groups):
    """The matrices that groups and the groups in them were given."""
    for group in groups:
        yield from group.matrices
        yield from _matrices(group.parts)


def rows_of(group: Group, folded: set, names: Mapping[Value, str]) -> list[tuple[str, Value, Group]]:
    """Return the rows of a group's box: the title, the node and the group of each; none where the box is no table.

    folded  the groups that are folded
    names   what nodes are called, as markup
    """
    if group in folded:
        if not group.outputs or group.output is not None or group.activation:
            return []
        return [(names.get(node, index), node, group) for node, index in group.outputs.items()]
    outputs = {part.output for part in group.parts}
    if group.nodes or not outputs or None in outputs or not folded.issuperset(group.parts):
        return []
    if any(value in outputs for node in group.all_nodes() for value in node.inputs):  # they come one after another
        return []
    rows = [(node, part) for part in group.parts for node in part.outputs]
    return [(f"{escaped(part.name)}{': ' * (node in names)}{names.get(node, '')}", node, part) for node, part in rows]
