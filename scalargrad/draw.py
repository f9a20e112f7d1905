"""The picture of a graph, as DOT, the language of Graphviz.

With this module every expression can be seen: `draw(y)` is a `Picture`, which shows itself in a notebook and saves itself
as SVG, PDF or PNG. The DOT text is the same for the same graph in every run, and takes no Graphviz to make.
"""

import html
import os
import re
from pathlib import Path
from typing import Any

from scalargrad.engine import Constant, Value, topological_order
from scalargrad.render import FORMATS, render

# Okabe-Ito colours, which colour-blind people can tell apart (sky blue, orange, bluish green), tinted so that text stands
# out. The grey of the lines shows on light pages and on dark ones.
LEAF, RESULT, CONSTANT, GRADIENT, PAPER = "#CDE7F7", "#FBE3B5", "#E6E6E6", "#D5EFE6", "#FFFFFF"
TEXT, LINE = "#1A1A1A", "#808080"

STYLE = f"""\
  node [shape=plain fontname="Helvetica,Arial,sans-serif" fontsize=16 fontcolor="{TEXT}" color="{LINE}"]
  edge [fontname="Helvetica,Arial,sans-serif" fontsize=14 fontcolor="{TEXT}" color="{LINE}" penwidth=1.5 arrowsize=0.8]"""

NUMBER = ' ALIGN="RIGHT" WIDTH="64"'  # wide enough for -0.1491, so that most boxes are of one size
NOT_YET, NOT_FED = "not computed yet", "not fed yet"

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Picture:
    """A picture of a graph. It shows itself in a notebook; `source` is its DOT text."""

    def __init__(self, source: str) -> None:
        self.source = source

    def save(self, path: str | os.PathLike) -> None:
        """Write the picture to a file in the format of the path's ending: .svg, .pdf, .png, or .dot for the source."""
        path = Path(path)
        format = path.suffix.lower().removeprefix(".")
        if format not in (*FORMATS, "dot"):
            raise ValueError(f"{str(path)!r}: the ending of a picture's file is one of .{', .'.join(FORMATS)}, .dot")
        path.write_bytes(self.source.encode() if format == "dot" else render(self.source, format))

    def __repr__(self) -> str:
        return "<Picture of a graph; write it to a file with .save('graph.svg')>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        try:
            return {"image/svg+xml": render(self.source, "svg").decode()}
        except Exception as error:  # a notebook must keep its result, whatever is wrong with Graphviz
            return {"text/plain": str(error)}


def draw(
    *roots: Value, partials: bool = False, rankdir: str = "LR", operation_nodes: bool = False, max_nodes: int = 500
) -> Picture:
    """Draw the graph of one or several Values, from the leaves to the roots.

    Each Value is a box with its operation and its name, its number and its gradient.

    partials         write the local derivative on each edge
    rankdir          where the arrows point: "LR" (from left to right), "TB" (from top to bottom), "RL" or "BT"
    operation_nodes  give the operations nodes of their own, as micrograd does
    max_nodes        the largest graph that is drawn, for nobody can read the picture of a large one

    >>> a = Value(2.0, label="a")
    >>> print(draw(a * a).source, end="")  # doctest: +ELLIPSIS
    digraph {
      ...
      n0 -> n1
      n0 -> n1
    }
    """
    for root in roots:
        if not isinstance(root, Value):
            raise TypeError(f"draw takes one Value or several, as in draw(y) and draw(y, z), and {root!r} is none")
    if not roots:
        raise TypeError("draw takes one Value or several, as in draw(y) and draw(y, z)")
    if rankdir not in ("LR", "TB", "RL", "BT"):
        raise ValueError(f"rankdir={rankdir!r}: the direction of a picture is one of LR, TB, RL, BT")
    nodes = topological_order(*roots)
    if len(nodes) > max_nodes:
        raise ValueError(
            f"the graph has {len(nodes)} nodes, and a picture of more than {max_nodes} cannot be read: draw a part of it, "
            f"or raise max_nodes to {len(nodes)}"
        )
    ids = {node: f"n{i}" for i, node in enumerate(nodes)}
    lines = ["digraph {", f"  graph [rankdir={rankdir} bgcolor=transparent nodesep=0.2 ranksep=0.4]", STYLE]
    for node, target in ids.items():
        # Of a - b, a must be above b; where order does not matter, a free choice gives the simpler picture.
        ordered = " ordering=in" if len(node.inputs) == 2 and node.operation.symbol not in ("+", "*") else ""
        apart = operation_nodes and node.operation is not None
        lines.append(f"  {target} [label=<{_box(node, operation_nodes)}>{'' if apart else ordered}]")
        if apart:
            result, target = target, f"{target}_operation"
            label = _symbol(node.operation)
            lines.append(f'  {target} [label=<{label}> shape=ellipse margin="0.05" style=filled fillcolor="{RESULT}"{ordered}]')
            lines.append(f"  {target} -> {result}")
        known = getattr(node, "partials", None) if partials else None  # none before the placeholders are fed
        for value, partial in zip(node.inputs, known or node.inputs):
            shown = known and not isinstance(value, Constant)
            label = f" [label=<{_derivative(node, value, partial)}>]" if shown else ""
            lines.append(f"  {ids[value]} -> {target}{label}")
    return Picture("\n".join([*lines, "}\n"]))


def number_text(x: float) -> str:
    """Return a number as pictures and tables show it: short, and with four decimals at the most."""
    if x == 0:
        return "0"
    if not 1e-3 <= abs(x) < 1e6:
        return f"{x:.4g}"
    return f"{x:.4f}".rstrip("0").rstrip(".")


def data_text(node: Value) -> str:
    """Return the number of a node, or "not fed yet" where it waits for a placeholder."""
    return number_text(node.data) if hasattr(node, "data") else NOT_FED


def gradient_text(node: Value) -> str:
    """Return the gradient of a node, or "not computed yet"."""
    return number_text(node.grad) if node.has_gradient else NOT_YET


def _box(node, operation_nodes):
    """The table of one node: its operation and its name, its number, its gradient."""
    if isinstance(node, Constant):
        return _table(_cell(number_text(node.data), CONSTANT))
    fill = LEAF if node.operation is None else RESULT
    title = [] if operation_nodes or node.operation is None else [_symbol(node.operation)]
    if node.label:
        title.append(f"<I>{_bold(node.label)}</I>")
    span = ' COLSPAN="2"' if len(title) == 1 else ""
    return _table(
        "".join(_cell(text, fill, span) for text in title),
        _cell(_small("data"), fill) + _cell(_number(data_text(node)), fill, NUMBER),
        _cell(_small("grad"), GRADIENT) + _cell(_number(gradient_text(node)), GRADIENT, NUMBER),
    )


def _derivative(node, value, partial):
    """The label of an edge: what a small change of the input does to the result."""
    name = f"∂{_text(node.label)}/∂{_text(value.label)} = " if node.label and value.label else "∂ = "
    return _table(_cell(name + number_text(partial), PAPER), lines='CELLBORDER="0" CELLSPACING="5" CELLPADDING="1"')


def _table(*rows, lines='CELLBORDER="1" CELLSPACING="0" CELLPADDING="4"'):
    content = "".join(f"<TR>{row}</TR>" for row in rows if row)
    return f'<TABLE BORDER="0" {lines}>{content}</TABLE>'


def _cell(content, fill, attributes=""):
    return f'<TD BGCOLOR="{fill}"{attributes}>{content}</TD>'


def _number(text):
    if text not in (NOT_YET, NOT_FED):
        return text
    return f'<FONT POINT-SIZE="11"><I>{text.replace(" yet", "<BR/>yet")}</I></FONT>'


def _small(text):
    return f'<FONT POINT-SIZE="13">{text}</FONT>'


def _symbol(operation):
    """The symbol of an operation; signs are small letters and shown larger."""
    symbol = _bold(operation.symbol)
    return symbol if operation.symbol[0].isalpha() else f'<FONT POINT-SIZE="20">{symbol}</FONT>'


def _bold(text):
    return f"<B>{_text(text)}</B>"


def _text(text):
    """Text for an HTML-like label: Graphviz reads backslashes before HTML, and control characters are no XML."""
    return html.escape(NO_XML.sub("\N{REPLACEMENT CHARACTER}", str(text)).replace("\\", "\\\\"))
