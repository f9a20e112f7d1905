"""DOT on one line, with quoted names, boxes, colours, defaults and comments; nodes are found by recursion, in a list."""


def quoted(text):
    return '"%s"' % "".join("\\" + letter if letter in '"\\' else letter for letter in text)


def label(node):
    return " = ".join([node.operation.symbol if node.inputs else node.label, format(node.data, ".4f")])


def reached(node, seen):
    if all(node is not each for each in seen):
        for value in node.inputs:
            reached(value, seen)
        seen.append(node)
    return seen


def to_dot(root):
    nodes = reached(root, [])
    parts = ['rankdir=LR; node [shape=box, fontname="Helvetica"]; /* the nodes */']
    for number, node in enumerate(nodes, start=1):
        colour = "lightblue" if node.inputs else "white"
        parts.append(f'"node {number}" [label={quoted(label(node))}, shape=box, style=filled, fillcolor={colour}];')
        parts += [f'"node {1 + nodes.index(value)}":e -> "node {number}":w [color="#808080"];' for value in node.inputs]
    return f'digraph "the graph" {{ {" ".join(parts)} }}'
