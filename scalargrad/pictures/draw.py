"""Pictures of graphs.

`draw(y)` is a `Picture`, which shows itself in a notebook, is saved as SVG, PDF or PNG, and has a frame for each step of
both passes. Its DOT text is the same for the same graph in every run, and takes no Graphviz to make.
"""

from typing import Any

from scalargrad.engine import Value, topological_order
from scalargrad.nested import flatten
from scalargrad.nn import Module
from scalargrad.passes.notation import MARKUP
from scalargrad.passes.steps import Writer, node_names
from scalargrad.pictures.circles import circles, circles_alt
from scalargrad.pictures.folding import drawn_as, find_groups
from scalargrad.pictures.frames import Frames
from scalargrad.pictures.picture import Picture, in_sequence
from scalargrad.pictures.render import TIMEOUT
from scalargrad.pictures.sheet import PORTS, Sheet
from scalargrad.pictures.themes import colours

LONGEST = 86_400  # seconds, a day


def draw(
    *roots: Any,
    theme: str | None = None,
    partials: bool = False,
    rankdir: str = "LR",
    operation_nodes: bool = False,
    depth: int | None = None,
    names: bool = False,
    captions: bool = True,
    blank: Any = None,
    max_nodes: int = 500,
    timeout: float = TIMEOUT,
) -> Picture:
    """Draw the graph of one or several Values or Vectors, from the leaves to the roots, or a network as circles and lines.

    Each Value is a box with its operation and its name, its number and its gradient. Groups have frames round them: what
    functions marked with `@group` have built, losses among them, and the neurons and layers of `scalargrad.nn`. Of a network
    itself, an MLP, a Layer or a Neuron, the lines are the weights: wide ones are large, and dashed ones negative.

    theme            "light" for light pages and for most dark ones, "dark" for dark slides, "print" for black and white;
                     by default that of `set_theme`
    partials         write the local derivative on each edge
    rankdir          where the arrows point: "LR" (from left to right), "TB" (from top to bottom), "RL" or "BT"
    operation_nodes  give the operations nodes of their own, as micrograd does
    depth            1 shows each group that is in no other as one box, such as a layer; 2 those in them, such as neurons
    names            call what has no label v1, v2, ..., as `explain` does
    captions         write the sentence of its step below each frame
    blank            leaves numbers out, for worksheets: "grad" all gradients, "data" all results, or both of these nodes
    max_nodes        the largest picture that is drawn; larger graphs raise ValueError
    timeout          the seconds that Graphviz may take for the picture, and for each of its frames

    >>> a = Value(2.0, label="a")
    >>> print(draw(a * a).source, end="")  # doctest: +ELLIPSIS
    digraph {
      ...
      n0 -> n1
      n0 -> n1
    }
    """
    if rankdir not in PORTS:
        raise ValueError(f"rankdir={rankdir!r}: the direction of a picture is one of {', '.join(PORTS)}")
    look = colours(theme)
    if not (isinstance(timeout, (int, float)) and 0 < timeout <= LONGEST):
        raise ValueError(
            f"timeout={timeout!r}: the time for a picture is a number of seconds, more than 0, at most {LONGEST}"
        )
    if len(roots) == 1 and isinstance(roots[0], Module):
        return Picture(circles(roots[0], look, rankdir), timeout=timeout, alt=circles_alt(roots[0]), theme=look)
    parts = flatten(roots)
    values = tuple(part for part in parts if isinstance(part, Value))
    if not values or len(values) < len(parts):
        stranger = "".join(f", got {part!r}" for part in parts if not isinstance(part, Value))
        raise TypeError(f"draw takes one Value or several, as in draw(y) and draw(y, z){stranger}")
    if depth is not None and not (isinstance(depth, int) and depth > 0):
        raise ValueError(f"depth={depth!r}: 1 shows layers as boxes, 2 neurons, and without a depth everything is shown")
    order = topological_order(*values)
    groups = find_groups(order) if depth or len(order) <= max_nodes else []
    boxes = drawn_as(order, groups, depth)
    count = len(set(boxes.values()))
    if count > max_nodes:
        raise ValueError(
            f"the graph has {count} nodes, and a picture of more than {max_nodes} cannot be read: draw a part of it, "
            f"or raise max_nodes to {count}"
        )
    writer = Writer(MARKUP, node_names(order))
    sheet = Sheet(values, order, groups, boxes, look, partials, rankdir, operation_nodes, writer, names)
    frames = Frames(sheet, _left_out(blank, order))
    whole = frames.now()

    def pictures() -> list[Picture]:
        return in_sequence(frames, look, captions, timeout)

    return Picture(whole.source, pictures, timeout, whole.alt, theme=look)


def _left_out(blank, order):
    """The numbers that a worksheet leaves out: nodes, each with "data" or "grad"."""
    if blank is None:
        return set()
    if isinstance(blank, str) and blank in ("grad", "data"):
        return {(node, blank) for node in order if blank == "grad" or node.operation is not None}
    nodes, known = flatten(blank), set(order)
    for node in nodes:
        if not isinstance(node, Value) or node not in known:
            raise ValueError(
                f"blank={node!r}: what is left blank is 'grad', 'data', or nodes of this graph, as in blank=[a, b]"
            )
    return {(node, name) for node in nodes for name in ("data", "grad")}
