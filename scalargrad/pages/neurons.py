"""The scalar graphs of neurons, for a page that opens them: pictures, and a trace of the numbers in them."""

import copy
from collections.abc import Iterable, Sequence
from typing import Any

from scalargrad.engine import Value, topological_order
from scalargrad.pages.live import live_svg
from scalargrad.pages.network import Unit
from scalargrad.pages.numbers import Numbers
from scalargrad.program.trace import Trace


class Neurons:
    """The graphs of the neurons that a loss depends on.

    pictures  the graphs, as `live_svg` makes them; neurons of one shape share a picture
    units     of each unit the number of its picture, and for each node of it which of `nodes` it is; None if it is no neuron
    nodes     the nodes of all graphs
    trace     from an example and the parameters to the data of all nodes, and then to their gradients
    """

    def __init__(self, units: Iterable[Unit], loss: Value, example: Sequence[Value], parameters: Sequence[Value]) -> None:
        numbers = Numbers(loss)
        twins = dict(zip(topological_order(loss), zip(numbers.data, numbers.gradients)))
        self.pictures: list[str] = []
        self.nodes: list[Value] = []
        self.units: list[dict[str, Any] | None] = []
        by_shape: dict[tuple, int] = {}
        place: dict[Value, int] = {}
        for unit in units:
            if unit.bias is None or unit.value not in twins:
                self.units.append(None)
                continue
            twin, nodes = _alone(unit)
            order = topological_order(twin)
            shape = tuple((node.operation, node.label, *map(order.index, node.inputs)) for node in order)
            if shape not in by_shape:
                by_shape[shape] = len(self.pictures)
                self.pictures.append(live_svg(twin))
            self.units.append({"picture": by_shape[shape], "nodes": [place.setdefault(nodes[n], len(place)) for n in order]})
        self.nodes = list(place)
        outputs = [twins[node][i] for i in (0, 1) for node in self.nodes]
        inputs, weights = ([twins[leaf][0] if leaf in twins else leaf for leaf in part] for part in (example, parameters))
        self.trace = Trace(outputs, inputs, weights, "none")


def _alone(unit):
    """The graph of a neuron made of leaves, and the original of each of its nodes."""
    names = {source: source.label or f"h{i}" for i, source in enumerate(unit.sources)}
    names |= {weight: f"w{i}" for i, weight in enumerate(unit.weights)} | {unit.bias: "b"}
    memo = {id(leaf): Value(0.0, name) for leaf, name in names.items()}
    twin = copy.deepcopy(unit.value, memo)
    twin.label = "out"
    originals = topological_order(unit.value)
    return twin, {memo[id(node)]: node for node in originals if id(node) in memo}
