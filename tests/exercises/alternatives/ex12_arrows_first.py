"""DOT with the arrows before the nodes, letters for names, and labels as attributes among others."""

from itertools import count

from scalargrad.engine import topological_order


def quoted(text):
    for letter in "\\", '"':
        text = ("\\" + letter).join(text.split(letter))
    return f'"{text}"'


def label(node):
    name = node.label
    if node.operation:
        name = node.operation.symbol
    return name + " = " + str("%.4f" % node.data)


def named(number):
    """A word of letters for each number."""
    return (named(number // 26 - 1) if number > 25 else "") + chr(ord("A") + number % 26)


def to_dot(root):
    numbers = count()
    names = {node: "node_" + named(next(numbers)) for node in topological_order(root)[::-1]}

    def lines():
        yield "strict digraph Expression {" if len(set(edges)) == len(edges) else "digraph Expression {"
        yield from edges
        for node, name in names.items():
            yield f"\t{name} [shape=ellipse] [penwidth=2; label = {quoted(label(node))}, peripheries=1]"
        yield "} // the end"

    edges = [f"\t{names[value]}->{names[node]};" for node in names for value in node.inputs]
    return "\r\n".join(lines())
