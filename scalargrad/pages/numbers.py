"""All numbers of a graph, as Values that can be compiled."""

import copy

from scalargrad.calculus.graphs import recorded
from scalargrad.engine import Constant, Value, constant, topological_order
from scalargrad.passes.moments import Moment, backward_pass
from scalargrad.passes.steps import node_names
from scalargrad.replay import pull_back


class Numbers:
    """What both passes compute on a graph, as Values of a copy of it, which have names.

    leaves     the leaves, without the constants
    data       the nodes in topological order
    gradients  dy/dv for each node v
    local      of each node that is a result, the local derivative toward each of its inputs
    moments    those of the backward pass, with the gradients so far

    >>> a = Value(3.0, "a")
    >>> numbers = Numbers(a * a)
    >>> [[each.data for each in part] for part in (numbers.data, numbers.gradients, *numbers.local.values())]
    [[3.0, 9.0], [6.0, 1.0], [3.0, 3.0]]
    >>> [moment.gradient.data for moment in numbers.moments]
    [1.0, 3.0, 6.0]
    """

    def __init__(self, y: Value) -> None:
        y = copy.deepcopy(y)  # which gets other names
        order = topological_order(y)
        names = node_names(order)
        _, found = recorded("explore", [y], [node for node in order if node.operation is None])
        self.leaves = [node for node in order if node.operation is None and not isinstance(node, Constant)]
        self.data = order
        self.local = {node: [constant(partial) for partial in partials] for node, partials in found.items()}
        self.moments = [
            Moment(nodes, constant(gradient), edge) for nodes, gradient, edge in backward_pass((y,), order, found)
        ]
        final = {moment.nodes[0]: moment.gradient for moment in self.moments}  # of constants there are none
        self.gradients = [
            final.get(node, constant(each)) for node, each in zip(order, pull_back(order, found, {y: 1}, order))
        ]
        for node, gradient in zip(order, self.gradients):
            if not isinstance(node, Constant):
                node.label = names[node]
            if gradient.operation is not None and not gradient.label:
                gradient.label = f"d_{names[node]}"
