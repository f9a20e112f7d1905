"""The boxes of a picture: what is written in the nodes and on the edges of a graph, as Graphviz's HTML-like tables.

A label may contain any character, and a number has a width reserved for it: the same picture with other numbers has its
nodes in the same places.
"""

import html
import re
from collections.abc import Sequence

from scalargrad.engine import Constant, Value
from scalargrad.passes.notation import number_text
from scalargrad.pictures.themes import Theme

NOT_YET, NOT_FED = "not yet", "not fed"

NUMBER_WIDTH = 64  # wide enough for -0.1491 and for "not yet", so that most boxes are of one size
NARROW = "-. ft"

LINES = 'CELLBORDER="1" CELLSPACING="0" CELLPADDING="4"'
NO_LINES = 'CELLBORDER="0" CELLSPACING="{}" CELLPADDING="{}"'

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def data_text(node: Value) -> str:
    """Return the number of a node, or "not fed" where it waits for a placeholder."""
    return number_text(node.data) if hasattr(node, "data") else NOT_FED


def gradient_text(node: Value) -> str:
    """Return the gradient of a node, or "not yet" where it has not been computed."""
    return number_text(node.grad) if node.has_gradient else NOT_YET


def text_width(*texts: str, least: int = 0) -> int:
    """Return the width that the widest of these numbers needs, in points, in any of the fonts."""
    return max(least, *(8 + sum(5 if character in NARROW else 9 for character in text) for text in texts))


def value_box(title: Sequence[str], data: str, gradient: str, width: int, theme: Theme, fill: str, fresh: str = "") -> str:
    """Return the table of a node: its operation and its name, its number, its gradient.

    width  the width of the numbers
    fresh  which of them is pointed out: "data", "grad" or ""
    """
    span = ' COLSPAN="2"' if len(title) == 1 else ""
    rows = ["".join(_cell(text, fill, span) for text in title)]
    for name, text, colour in (("data", data, fill), ("grad", gradient, _sign(gradient, theme))):
        rows.append(_cell(name, colour) + _number(text, width, theme.fresh if name == fresh else colour))
    return _table(*rows)


def matrix_cell(name: str, data: str, gradient: str, width: int, fresh: str, theme: Theme) -> str:
    """Return the table of a leaf in a matrix: its name, its number, its gradient; see `value_box`."""
    rows = [_cell(_name(name), theme.leaf)] if name else []
    for which, text, colour in (("data", data, theme.leaf), ("grad", gradient, _sign(gradient, theme))):
        rows.append(_number(text, width, theme.fresh if which == fresh else colour))
    return _table(*rows)


def matrix_box(cells: Sequence[str], columns: int) -> str:
    """Return the table of a matrix of leaves, row by row."""
    rows = ["".join(f"<TD>{cell}</TD>" for cell in cells[i : i + columns]) for i in range(0, len(cells), columns)]
    return _table(*rows, lines=NO_LINES.format(2, 0))


def _sign(gradient, theme):
    """The colour of a gradient."""
    signless = gradient in ("", "0", "nan", NOT_YET)
    return theme.neutral if signless else theme.negative if gradient[0] == "-" else theme.positive


def constant_box(node: Constant, theme: Theme) -> str:
    """Return the table of a number written into the expression."""
    return _table(_cell(number_text(node.data), theme.constant))


def edge_label(node: Value, i: int, shown: bool, theme: Theme) -> str:
    """Return the table with the local derivative of a node toward one of its inputs, or with space for it."""
    value, text = node.inputs[i], number_text(node.partials[i])
    names = f"∂{node.label}/∂{value.label} =" if node.label and value.label else ""
    number = _number(text if shown else "", text_width(text), theme.paper, "LEFT" if names else "CENTER")
    names = _cell(escaped(names), theme.paper) if names else ""
    label = _table(names + number, lines=f'BGCOLOR="{theme.paper}" {NO_LINES.format(0, 3)}')  # no seam between the cells
    return _table(f"<TD>{label}</TD>", lines=NO_LINES.format(4, 1))  # which keeps the arrow away


def _number(text, width, fill, align="RIGHT", height=27):
    """A cell of fixed size: to Graphviz it is the same whatever is in it."""
    text = f"<I>{text}</I>" if text in (NOT_YET, NOT_FED) else text
    return _cell(text, fill, f' ALIGN="{align}" FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"')


def _table(*rows, lines=LINES, border=0):
    content = "".join(f"<TR>{row}</TR>" for row in rows if row)
    return f'<TABLE BORDER="{border}" {lines}>{content}</TABLE>'


def _cell(content, fill, attributes=""):
    return f'<TD BGCOLOR="{fill}"{attributes}>{content}</TD>'


def symbol(node: Value) -> str:
    """Return the symbol of a node's operation; signs are small letters and shown larger."""
    text = node.operation.symbol
    if text == "-" and len(node.inputs) == 1:
        return "<B>negate</B>"  # the sign would be that of a subtraction
    bold = f"<B>{escaped(text)}</B>"
    return bold if text[0].isalpha() else f'<FONT POINT-SIZE="20">{bold}</FONT>'


def value_title(node: Value, with_symbol: bool) -> list[str]:
    """Return the parts of the title of a node's box: its operation and its name, as far as there are such."""
    title = [symbol(node)] if with_symbol and node.operation is not None else []
    return [*title, _name(node.label)] if node.label else title


def neuron_title(name: str, label: str, activation: str = "") -> list[str]:
    """Return the parts of the title of the box of a whole neuron, of which the label is that of its output."""
    title = [f"<B>{escaped(activation)}</B>"] if activation else []
    return [*title, _name(f"{name}: {label}" if label else name)]


def inputs_box(count: int, theme: Theme) -> str:
    """Return the table of the inputs of a network."""
    return _table(_cell(f"{count} inputs", theme.leaf))


def layer_box(name: str, count: int, activation: str, theme: Theme) -> str:
    """Return the table of a whole layer."""
    rows = (_name(name), f"{count} neurons", f"<B>{escaped(activation)}</B>")
    return _table(*(_cell(row, theme.result) for row in rows))


def rows_box(name: str, activation: str, rows: Sequence[tuple[str, str]], left_out: int, below: bool, theme: Theme) -> str:
    """Return the table of a group with a box for each of its rows, below one another or side by side.

    rows      the port of each, and its table
    left_out  how many more rows there are, before the last one
    """
    comma = "," if activation else ""
    title = f'{_name(name)}{comma}<BR ALIGN="LEFT"/>'  # no wider than the box of a row
    if activation:
        title += f'<B>{escaped(activation)}</B><BR ALIGN="LEFT"/>'
    cells = [f'<TD PORT="{port}">{label}</TD>' for port, label in rows]
    if left_out:
        cells.insert(-1, f'<TD PORT="more">{"⋮" if below else "⋯"} {left_out} more</TD>')
    cells.insert(0, f'<TD ALIGN="LEFT">{title}</TD>')
    frame = f'STYLE="ROUNDED" BGCOLOR="{theme.layer}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="5"'
    return _table(*(cells if below else ["".join(cells)]), lines=frame, border=1)


def twin_label(name: str, data: str, width: int, fresh: bool, theme: Theme) -> str:
    """Return what is written in the twin of a node: its name and its number, for which there is a width."""
    title = f"<TD>{_name(name)} =</TD>" if name else ""
    number = _number(data, width, theme.fresh if fresh else "transparent", "LEFT" if name else "CENTER", 22)
    return f'<TABLE BORDER="0" {NO_LINES.format(0, 2)}><TR>{title}{number}</TR></TABLE>'


def frame_label(name: str, activation: str) -> str:
    """Return what is written on the frame round a neuron or a layer."""
    return f"{_name(name)}, <B>{escaped(activation)}</B>" if activation else _name(name)


def title_box(title: str, theme: Theme) -> str:
    """Return the table of a text that stands alone, and must be read on any page."""
    return _table(_cell(title, theme.paper), lines=NO_LINES.format(0, 3))


def _name(label):
    return f"<I><B>{escaped(label)}</B></I>"


def escaped(text: str) -> str:
    """Return text for an HTML-like label: Graphviz reads backslashes before HTML, and control characters are no XML."""
    return html.escape(NO_XML.sub("\N{REPLACEMENT CHARACTER}", str(text)).replace("\\", "\\\\"))
