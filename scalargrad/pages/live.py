"""A graph as Graphviz has laid it out, alive: a script finds its numbers, its arrows and its colours, and changes them.

The picture is that of `draw`, drawn with signs in place of numbers and colours, which are then found in the SVG. Its numbers
are groups of the classes `data`, `grad` and `partial`, each with a text and what is behind it; `data-node` says of which
node, by its place in topological order, and `data-use` of which node and which of its inputs. Boxes are of the class `node`,
with `data-node` or, of a folded group, `data-group`; arrows of the class `edge`, with `data-uses`; names of the class
`name`. Colours are variables, `var(--leaf)`, and `shared.css` has the style that most parts share.
"""

import dataclasses
import re
from xml.etree import ElementTree

from scalargrad.engine import Value, topological_order
from scalargrad.passes.notation import MARKUP
from scalargrad.passes.steps import Writer, node_names
from scalargrad.pictures.folding import drawn_as, find_groups
from scalargrad.pictures.groups import Group
from scalargrad.pictures.layout import Arrow, Twin
from scalargrad.pictures.render import TIMEOUT, render
from scalargrad.pictures.sheet import Sheet
from scalargrad.pictures.themes import THEMES, Theme

WIDTH = 76  # of a number, in points; of longer ones a script makes the letters narrower
PADDING = 5  # between a number and the border
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
FIRST_SIGN = 0xE000  # the first of the characters for private use, of which none is in a label

FIELDS = [field.name for field in dataclasses.fields(Theme)]
SIGNS = Theme(**{name: f"#{i:06x}" for i, name in enumerate(FIELDS, 1)})  # a colour of its own for each

# What most parts of a picture have, and most of its arrows; `shared.css` says it once for all.
USUAL = {"stroke": SIGNS.line, "font-size": "16.00", "text-anchor": "start"}
OF_BOXES = USUAL | {"fill": SIGNS.text}
OF_ARROWS = USUAL | {"fill": SIGNS.note, "font-weight": "bold", "stroke-width": "1.5"}
LENGTHS = {"points", "d", "x", "y", "font-size", "viewBox"}  # in points, of which a tenth can be seen


class LiveSheet(Sheet):
    """A sheet on which each number has a sign of its own, with space for any number."""

    def signs(self) -> str:
        """Return the text of the graph with signs for numbers; `meanings` says what they stand for."""
        self.meanings: dict[str, tuple[str, str]] = {}
        self.place = {node: i for i, node in enumerate(self.order)}
        data, gradients = ({node: self._sign(name, f"{i}") for node, i in self.place.items()} for name in ("data", "grad"))
        return self.text(data, gradients)

    def _sign(self, name, place):
        sign = chr(FIRST_SIGN + len(self.meanings))
        self.meanings[sign] = (name, place)
        return sign

    def _widths(self):
        return dict.fromkeys(self.order, WIDTH)

    def twin_width(self, node: Value) -> int:
        return WIDTH

    def partial(self, node: Value, i: int) -> tuple[str, int]:
        return self._sign("partial", f"{self.place[node]}-{i}"), WIDTH

    def arrow_marks(self, arrow: Arrow) -> list[str]:
        return [f'id="{" ".join(f"{self.place[node]}-{i}" for node, i in arrow.uses)}"']


def live_svg(
    y: Value, partials: bool = False, rankdir: str = "LR", depth: int | None = None, timeout: float = TIMEOUT
) -> str:
    """Return the picture of a graph as SVG for a page, without numbers. The arguments are those of `draw`."""
    order = topological_order(y)
    groups = find_groups(order)
    writer = Writer(MARKUP, node_names(order))
    sheet = LiveSheet((y,), order, groups, drawn_as(order, groups, depth), SIGNS, partials, rankdir, False, writer, True)
    picture = render(sheet.signs(), "svg", timeout).decode()
    svg = ElementTree.fromstring(re.sub(r"<!DOCTYPE.*?>| xmlns(:xlink)?=\"[^\"]*\"", "", picture, flags=re.DOTALL))
    boxes = {name: box for box, name in sheet.ids.items()}
    for part in list(svg.iter("g")):
        _say_what_it_is(part, boxes, sheet.place)
        _join_polygons(part)
        for text in part.findall("text"):
            if text.text in sheet.meanings:
                _make_number(part, text, *sheet.meanings[text.text])
    return _shortened(svg)


def colours() -> str:
    """Return the colours of pages as CSS, those of light pages and of dark ones."""
    light, dark = (
        "".join(f"    --{name.replace('_', '-')}: {getattr(THEMES[theme], name)};\n" for name in FIELDS)
        for theme in ("light", "dark")
    )
    return (
        f":root {{\n    color-scheme: light dark;\n{light}}}\n"
        f"@media (prefers-color-scheme: dark) {{\n:root {{\n{dark}}}\n}}\n"
    )


def _say_what_it_is(part, boxes, place):
    """Give a part of the SVG the place of what it shows, instead of the names that Graphviz has for it."""
    marks, title = part.attrib.pop("id", ""), part.find("title")
    name = ""
    if title is not None:
        name = title.text
        part.remove(title)
    if part.get("class") == "edge":
        part.set("data-uses", marks)
    elif name in boxes:
        box = boxes[name]
        if isinstance(box, Group):
            part.set("data-group", name)
        else:
            part.set("data-node", str(place[box.value if isinstance(box, Twin) else box]))


def _join_polygons(part):
    """Make one polygon of each two, of which one is filled and the other has the border."""
    for filled, line in zip(list(part), list(part)[1:]):
        if line.get("fill") == "none" and filled.get("points") == line.get("points") and filled.get("stroke") == "none":
            filled.set("stroke", line.get("stroke"))
            part.remove(line)


def _make_number(part, text, name, place):
    """Make a group of a number and of what is behind it, at the right of which it ends."""
    children = list(part)
    before = children[children.index(text) - 1]
    number = ElementTree.Element("g", {"class": name, f"data-{'use' if name == 'partial' else 'node'}": place})
    part.insert(children.index(text), number)
    part.remove(text)
    text.text = ""
    if name != "partial" and before.tag == "polygon":
        part.remove(before)
        number.append(before)
        if before.get("fill") != "transparent":  # of a twin
            right = max(float(point.split(",")[0]) for point in before.get("points").split())
            text.set("x", f"{right - PADDING:g}")
            text.set("text-anchor", "end")
    number.append(text)


def _shortened(svg):
    """Return an SVG as text, without what a page says once for all, and with variables for colours."""
    arrows = {part for edge in svg.iter("g") if edge.get("class") == "edge" for part in edge.iter()}
    for element in svg.iter():
        for name in ("font-family", XML_SPACE):
            element.attrib.pop(name, None)
        for name, usual in (OF_ARROWS if element in arrows else OF_BOXES).items():
            if element.get(name) == usual:
                del element.attrib[name]
        for name in LENGTHS.intersection(element.keys()):
            element.set(name, re.sub(r"\d+\.\d+", lambda found: f"{round(float(found[0]), 1):g}", element.get(name)))
        if (points := element.get("points", "").split())[1:] and points[0] == points[-1]:
            element.set("points", " ".join(points[1:]))  # it is closed anyway
        if element.get("font-weight") == "bold" and element.get("font-style") == "italic":
            del element.attrib["font-weight"], element.attrib["font-style"]
            element.set("class", "name")
        element.tail = "\n"
        element.text = (element.text or "").strip()
    svg.set("width", svg.get("width").removesuffix("pt"))
    svg.set("height", svg.get("height").removesuffix("pt"))
    text = ElementTree.tostring(svg, encoding="unicode")
    return re.sub('"#0000([0-9a-f]{2})"', lambda found: f'"var(--{FIELDS[int(found[1], 16) - 1].replace("_", "-")})"', text)
