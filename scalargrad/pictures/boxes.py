"""The boxes of a picture: what is written in the nodes and on the edges of a graph, as Graphviz's HTML-like tables.

A label may contain any character, and a number has a width reserved for it: the same picture with other numbers has its
nodes in the same places. Names and numbers are markup, as in `labels.py`.
"""

import re
from collections.abc import Iterable, Sequence

from scalargrad.engine import Constant, Value
from scalargrad.passes.labels import escaped, plain
from scalargrad.passes.notation import markup_number
from scalargrad.pictures.themes import Theme

NOT_YET, NOT_FED = "not yet", "not fed"

NUMBER_WIDTH = 68  # wide enough for −0.1491 and for "not yet", so that most boxes are of one size
NARROW = ". ft·"
NOT_FINITE = ("nan", "∞", "−∞")

LINES = 'CELLBORDER="1" CELLSPACING="0" CELLPADDING="4"'
NO_LINES = 'CELLBORDER="0" CELLSPACING="{}" CELLPADDING="{}"'

SIGNS = {"*": "×", "-": "−", "sqrt": "√"}


def data_text(node: Value) -> str:
    """Return the number of a node, or "not fed" where it waits for a placeholder."""
    return markup_number(node.data) if hasattr(node, "data") else NOT_FED


def gradient_text(node: Value) -> str:
    """Return the gradient of a node, or "not yet" where it has not been computed."""
    return markup_number(node.grad) if node.has_gradient else NOT_YET


def text_width(*texts: str, least: int = 0) -> int:
    """Return the width that the widest of these numbers needs, in points, in any of the fonts."""
    return max(least, *(8 + sum(5 if character in NARROW else 9 for character in plain(text)) for text in texts))


def value_box(title: Sequence[str], data: str, gradient: str, width: int, theme: Theme, fill: str, fresh: str = "") -> str:
    """Return the table of a node: its operation and its name, its number, its gradient.

    width  the width of the numbers
    fresh  which of them is pointed out: "data", "grad" or ""
    """
    span = ' COLSPAN="2"' if len(title) == 1 else ""
    rows = ["".join(_cell(text, fill, span) for text in title)]
    for which, text, colour in (("data", data, fill), ("grad", gradient, _sign(gradient, theme))):
        rows.append(_cell(which, colour) + _number(text, width, _behind(text, which == fresh, colour, theme)))
    return _table(*rows)


def matrix_cell(name: str, data: str, gradient: str, width: int, fresh: str, theme: Theme) -> str:
    """Return the table of a leaf in a matrix: its name, its number, its gradient; see `value_box`."""
    rows = [_cell(_name(name), theme.leaf)] if name else []
    for which, text, colour in (("data", data, theme.leaf), ("grad", gradient, _sign(gradient, theme))):
        rows.append(_number(text, width, _behind(text, which == fresh, colour, theme)))
    return _table(*rows)


def matrix_box(cells: Sequence[str], columns: int) -> str:
    """Return the table of a matrix of leaves, row by row."""
    rows = ["".join(f"<TD>{cell}</TD>" for cell in cells[i : i + columns]) for i in range(0, len(cells), columns)]
    return _table(*rows, lines=NO_LINES.format(2, 0))


def _sign(gradient, theme):
    """The colour of a gradient."""
    if gradient.startswith("−"):
        return theme.negative
    return theme.positive if re.match("[1-9∞]|0.", gradient) else theme.neutral


def _behind(text, fresh, colour, theme):
    """The colour behind a number."""
    return theme.alarm if text in NOT_FINITE else theme.fresh if fresh else colour


def constant_box(node: Constant, theme: Theme) -> str:
    """Return the table of a number written into the expression."""
    return _table(_cell(markup_number(node.data), theme.constant))


def edge_label(names: str, partial: str, width: int, theme: Theme) -> str:
    """Return the table of a local derivative, or with space for it.

    names    the derivative as it is written, such as "∂d/∂c"; "" for none
    partial  its number, or ""
    width    that of the number
    """
    number = _number(partial, width, "", "LEFT" if names else "CENTER", theme.note)
    names = _cell(_noted(f"{names} =", theme), "") if names else ""
    label = _table(names + number, lines=NO_LINES.format(0, 3))  # no seam between the cells
    return _table(f"<TD>{label}</TD>", lines=NO_LINES.format(4, 1))  # which keeps the arrow away


def _number(text, width, fill, align="RIGHT", colour="", height=27):
    """A cell of fixed size: to Graphviz it is the same whatever is in it."""
    text = f"<I>{text}</I>" if text in (NOT_YET, NOT_FED) else f"<B>{text}</B>" if text in NOT_FINITE else text
    text = f'<FONT COLOR="{colour}"><B>{text}</B></FONT>' if colour and text else text
    return _cell(text, fill, f' ALIGN="{align}" FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"')


def _noted(text, theme):
    """A text that stands on the page itself, light or dark."""
    return f'<FONT COLOR="{theme.note}"><B>{text}</B></FONT>'


def _table(*rows, lines=LINES, border=0):
    content = "".join(f"<TR>{row}</TR>" for row in rows if row)
    return f'<TABLE BORDER="{border}" {lines}>{content}</TABLE>'


def _cell(content, fill, attributes=""):
    fill = f' BGCOLOR="{fill}"' if fill else ""
    return f"<TD{fill}{attributes}>{content}</TD>"


def symbol(node: Value) -> str:
    """Return the symbol of a node's operation; signs are small letters and shown larger."""
    text = node.operation.symbol
    if text == "-" and len(node.inputs) == 1:
        return "<B>negate</B>"  # the sign would be that of a subtraction
    if text.startswith("**"):
        exponent = text.removeprefix("**").strip()
        return f"<B>x<SUP>{_parameter(exponent) if exponent else 'y'}</SUP></B>"
    bold = f"<B>{SIGNS.get(text) or escaped(text)}</B>"
    return bold if text[0].isalpha() and text not in SIGNS else f'<FONT POINT-SIZE="20">{bold}</FONT>'


def _parameter(text):
    try:
        return markup_number(float(text))
    except ValueError:
        return escaped(text)


def value_title(node: Value, name: str, with_symbol: bool) -> list[str]:
    """Return the parts of the title of a node's box: its operation and its name, as far as there are such."""
    title = [symbol(node)] if with_symbol and node.operation is not None else []
    return [*title, _name(name)] if name else title


def neuron_title(neuron: str, name: str, activation: str = "") -> list[str]:
    """Return the parts of the title of the box of a whole neuron, and the name of its output."""
    title = [f"<B>{escaped(activation)}</B>"] if activation else []
    return [*title, _name(f"{neuron}: {name}" if name else neuron)]


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
    title = f'{_name(escaped(name))}{comma}<BR ALIGN="LEFT"/>'  # no wider than the box of a row
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
    number = _number(data, width, _behind(data, fresh, "transparent", theme), "LEFT" if name else "CENTER", height=22)
    return f'<TABLE BORDER="0" {NO_LINES.format(0, 2)}><TR>{title}{number}</TR></TABLE>'


def frame_label(name: str, activation: str) -> str:
    """Return what is written on the frame round a neuron or a layer."""
    return _name(escaped(name)) + (f", <B>{escaped(activation)}</B>" if activation else "")


def title_box(lines: Sequence[str], theme: Theme, width: int = 0) -> str:
    """Return the table of a text that stands alone, and must be read on any page.

    width  of all lines, whatever is in them; else they are as wide as need be
    """
    fixed = f' ALIGN="LEFT" FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="26"' if width else ""
    return _table(*(_cell(_noted(line, theme) if line else "", "", fixed) for line in lines), lines=NO_LINES.format(0, 3))


def _name(name):
    return f"<I><B>{name}</B></I>"


def dot_text(lines: Iterable[str]) -> str:
    """Return lines of DOT as a text: Graphviz reads backslashes before HTML, and ASCII whatever the encoding.

    Letters beyond the first 65,536, which older versions do not know as entities, stay.
    """
    text = "\n".join(lines).replace("\\", "\\\\")
    return re.sub("[\x80-\uffff]", lambda found: f"&#{ord(found[0])};", text)
