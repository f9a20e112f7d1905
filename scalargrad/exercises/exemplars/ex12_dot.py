"""Exercise 12, optional: draw a graph as DOT.

DOT is the language of Graphviz. A DOT text lists nodes and arrows, and Graphviz decides where to put them. You may use
scalargrad: you draw the graphs of its Values. Of a Value v you need v.data, v.label, v.inputs, and, unless it is a leaf,
v.operation.symbol.
"""

from scalargrad.engine import topological_order


def quoted(text):
    """Return a text as a DOT string, between double quotes.

    Formula: a backslash becomes two backslashes, and a double quote becomes a backslash and a double quote.

    >>> print(quoted('say "a"'))
    "say \\"a\\""

    Hint: call str.replace twice. Begin with the backslashes, or you double those before the quotes too.
    """
    ### SOLUTION
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    ### END


def label(node):
    """Return the text on a node: its name, or the symbol of its operation if it was computed, and its number.

    Formula: "name = number" for a leaf, "symbol = number" for a computed Value; the number has four decimals.

    >>> from scalargrad import Value
    >>> a = Value(2.0, label="a")
    >>> label(a), label(a * a)
    ('a = 2.0000', '* = 4.0000')

    Hint: f"{x:.4f}". The operation of a leaf is None.
    """
    ### SOLUTION
    name = node.label if node.operation is None else node.operation.symbol
    return f"{name} = {node.data:.4f}"
    ### END


def to_dot(root):
    """Return the graph of a Value as DOT.

    Formula: first the line `digraph {`. Then one line such as `n0 [label="a = 2.0000"]` for each node; no two nodes have the
    same number after the n. Then one line such as `n0 -> n1` for each input of each node, from the input to the node. Last
    the line `}`. The graph is not changed. Other DOT with the same nodes, labels and arrows is right too.

    >>> from scalargrad import Value
    >>> a = Value(2.0, label="a")
    >>> print(to_dot(a * a))
    digraph {
    n0 [label="a = 2.0000"]
    n1 [label="* = 4.0000"]
    n0 -> n1
    n0 -> n1
    }

    Hint: number the nodes in topological order, in a dictionary. Do not use id(), because it is different in every run.
    """
    ### SOLUTION
    names = {node: f"n{i}" for i, node in enumerate(topological_order(root))}
    nodes = [f"{name} [label={quoted(label(node))}]" for node, name in names.items()]
    edges = [f"{names[value]} -> {name}" for node, name in names.items() for value in node.inputs]
    return "\n".join(["digraph {", *nodes, *edges, "}"])
    ### END
