"""A network as a page shows it: units, each with a heat map, in columns, and the lines between them, which are weights.

A unit is an input, a neuron, what a neuron is fed, or an output. They are found in the graph, of custom models too.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from scalargrad.engine import Value, topological_order
from scalargrad.nn import NeuronParameter, weight_range
from scalargrad.operations import add, multiply
from scalargrad.pictures.neurons import neuron_groups


@dataclasses.dataclass(eq=False)
class Unit:
    """A number that is shown as a heat map.

    value    the node of the graph
    layer    the layer that it is in, or what else it is
    kind     the name of its activation or its operation; "" for an input
    sources  what it is made of
    weights  those of a neuron, one for each source
    bias     that of a neuron
    """

    value: Value
    layer: str
    kind: str
    sources: list[Value]
    weights: list[Value] = dataclasses.field(default_factory=list)
    bias: Value | None = None


def columns_of(inputs: Sequence[Value], outputs: Sequence[Value]) -> list[list[Unit]]:
    """Return the units of the graph between inputs and outputs, each to the right of those it is made of."""
    order = topological_order(*inputs, *outputs)
    units = {x: Unit(x, "inputs", "", []) for x in inputs}
    neurons = [_neuron(group.nodes) for group in neuron_groups(order) if group.name.startswith("neuron")]
    units |= {unit.value: unit for unit in neurons}
    fed = [source for unit in neurons for source in unit.sources]
    for name, values in (("features", fed), ("output", outputs)):
        for value in values:
            kind = "constant" if value.operation is None else value.operation.symbol
            units.setdefault(value, Unit(value, name, kind, []))
    for unit in units.values():
        if unit.bias is None:
            unit.sources = _nearest(unit.value, units)
    columns: list[list[Unit]] = []
    places: dict[Value, int] = {}
    for node in order:
        place = places[node] = max((places[value] for value in node.inputs), default=0) + (
            node in units and bool(node.inputs)
        )
        if node in units:
            while len(columns) <= place:
                columns.append([])
            columns[place].append(units[node])
    return columns


def first_ranges(units: Iterable[Unit]) -> dict[Value, float]:
    """Return for each weight and each bias of neurons how large its first number is at most; see `nn.weight_range`."""
    layers: dict[str, list[Unit]] = {}
    for unit in units:
        if unit.bias is not None:
            layers.setdefault(unit.layer, []).append(unit)
    ranges: dict[Value, float] = {}
    for layer in layers.values():
        for unit in layer:
            spread = weight_range(unit.kind, len(unit.weights), len(layer))
            ranges |= dict.fromkeys(unit.weights, spread)
            if unit.bias is not None:
                ranges[unit.bias] = 0.0
    return ranges


def described(columns: Sequence[Sequence[Unit]], parameters: Sequence[Value]) -> list[list[dict[str, Any]]]:
    """Return columns of units ready for JSON, with places among all units and among the parameters instead of Values."""
    units = {unit.value: i for i, unit in enumerate(unit for column in columns for unit in column)}
    weights: dict[Value | None, int] = {p: i for i, p in enumerate(parameters)}
    return [
        [
            {
                "name": unit.value.label,
                "layer": unit.layer,
                "kind": unit.kind,
                "sources": [units[source] for source in unit.sources],
                "weights": [weights[weight] for weight in unit.weights],
                "bias": weights.get(unit.bias, -1),
            }
            for unit in column
        ]
        for column in columns
    ]


def _neuron(nodes):
    """The unit of a neuron, from the nodes of its group, the output last."""
    products = [node for node in nodes if node.operation is multiply and isinstance(node.inputs[0], NeuronParameter)]
    (bias,) = (node.inputs[1] for node in nodes if node.operation is add and isinstance(node.inputs[1], NeuronParameter))
    path = bias.place.path
    layer = " ".join(map(str, ["layer", *path[:-1]])) if path else "neuron"
    weights, sources = ([node.inputs[i] for node in products] for i in (0, 1))
    return Unit(nodes[-1], layer, bias.place.activation, sources, weights, bias)


def _nearest(value, units):
    """The units that a value is made of, without others between."""
    found: dict[Value, None] = {}
    stack = list(reversed(value.inputs))
    while stack:
        node = stack.pop()
        if node in units:
            found[node] = None
        else:
            stack += reversed(node.inputs)
    return list(found)
