"""DOT by the package graphviz, with a cluster for the leaves."""

import re

import graphviz

from scalargrad.engine import topological_order


def quoted(text):
    return '"' + re.sub(r'([\\"])', r"\\\1", text) + '"'


def label(node):
    match node.operation:
        case None:
            return f"{node.label} = {node.data:.4f}"
        case operation:
            return f"{operation.symbol} = {node.data:.4f}"


def to_dot(root):
    order = topological_order(root)
    names = dict(zip(order, map(str, range(len(order)))))
    dot = graphviz.Digraph("graph of a Value", node_attr={"shape": "box"}, graph_attr={"rankdir": "LR"})
    with dot.subgraph(name="cluster_leaves") as leaves:
        for node, name in names.items():
            (dot if node.inputs else leaves).node(name, graphviz.escape(label(node)))
    dot.edges((names[value], names[node]) for node in order for value in node.inputs)
    return dot.source
