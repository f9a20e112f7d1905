"""Exercise 12, optional: draw a graph as DOT.

DOT is the language of Graphviz: a text that says which nodes there are and which arrows, and leaves it to Graphviz where
to put them. You may use scalargrad: its Values are the graphs to be drawn. Of a Value v you need v.data, v.label, v.inputs,
and, unless it is a leaf, v.operation.symbol.
"""

from scalargrad.engine import topological_order


def quoted(text):
    """Return a text as a string of DOT, between double quotes.

    Formula: a backslash becomes two, and a double quote becomes a backslash and a double quote.

    >>> print(quoted('say "a"'))
    "say \\"a\\""

    Hint: str.replace, twice; with the backslashes first, or those of the quotes are doubled too.
    """
    ### SOLUTION
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    ### END


def label(node):
    """Return what is written on a node: its name, or the symbol of its operation if it was computed, and its number.

    Formula: "name = number" for a leaf, "symbol = number" for a result; the number has four decimals.

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

    Formula: a line `digraph {`; a line `n0 [label="a = 2.0000"]` for each node, with a number of its own; a line
    `n0 -> n1` for each input of each node, from the input to the result; a line `}`.

    >>> from scalargrad import Value
    >>> a = Value(2.0, label="a")
    >>> print(to_dot(a * a))
    digraph {
    n0 [label="a = 2.0000"]
    n1 [label="* = 4.0000"]
    n0 -> n1
    n0 -> n1
    }

    Hint: number the nodes in topological order, in a dictionary. The id() of a node is another one in every run.
    """
    ### SOLUTION
    names = {node: f"n{i}" for i, node in enumerate(topological_order(root))}
    nodes = [f"{name} [label={quoted(label(node))}]" for node, name in names.items()]
    edges = [f"{names[value]} -> {name}" for node, name in names.items() for value in node.inputs]
    return "\n".join(["digraph {", *nodes, *edges, "}"])
    ### END
