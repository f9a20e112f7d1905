"""All numbers of a graph, as Values that can be compiled."""

import copy

from scalargrad.calculus import recorded
from scalargrad.engine import Constant, Value, constant, topological_order
from scalargrad.passes.steps import node_names
from scalargrad.replay import pull_back


class Numbers:
    """What both passes compute on a graph, as Values of a copy of it, which have names.

    leaves     the leaves, without the constants
    data       the nodes in topological order
    gradients  dy/dv for each node v
    partials   the local derivatives of each node that is a result, toward one input after the other, the nodes in order

    >>> a = Value(3.0, "a")
    >>> numbers = Numbers(a * a)
    >>> [[each.data for each in part] for part in (numbers.data, numbers.gradients, numbers.partials)]
    [[3.0, 9.0], [6.0, 1.0], [3.0, 3.0]]
    """

    def __init__(self, y: Value) -> None:
        y = copy.deepcopy(y)  # which gets other names
        order = topological_order(y)
        _, partials = recorded("explore", [y], [node for node in order if node.operation is None])
        self.leaves = [node for node in order if node.operation is None and not isinstance(node, Constant)]
        self.data = order
        self.gradients = [constant(each) for each in pull_back(order, partials, {y: 1}, order)]
        self.partials = [constant(each) for node in order for each in partials.get(node, ())]
        names = node_names(order)
        for node, gradient in zip(order, self.gradients):
            if not isinstance(node, Constant):
                node.label = names[node]
            if gradient.operation is not None and not gradient.label:
                gradient.label = f"d_{names[node]}"
