"""DOT with semicolons, names of another kind, and the arrows of each node behind it."""

import json

from scalargrad.engine import topological_order


def quoted(text):
    return json.dumps(text)


def label(node):
    return "%s = %.4f" % (node.operation.symbol if node.operation else node.label, node.data)


def to_dot(root):
    order = topological_order(root)
    text = "digraph G {\n"
    for i, node in enumerate(order):
        text += f"    node{i} [ label = {quoted(label(node))} ];\n"
        for value in node.inputs:
            text += f"    node{order.index(value)} -> node{i};\n"
    return text + "}\n"
