"""The explorer: a page in which the graph of a Value is alive.

Leaves are dragged, both passes are gone through step by step, and everything that is seen follows. The page computes with
the program that was printed from the rules, and says what `steps.py` says, see `sentences.py`.
"""

from pathlib import Path

from scalargrad.engine import Constant, Value, topological_order
from scalargrad.graph import Placeholder
from scalargrad.pages.live import colours, live_svg
from scalargrad.pages.numbers import Numbers
from scalargrad.pages.page import Page
from scalargrad.pages.sentences import Story
from scalargrad.passes.labels import plain
from scalargrad.passes.notation import MARKUP
from scalargrad.passes.steps import Writer, node_names
from scalargrad.pictures.folding import drawn_as, find_groups
from scalargrad.pictures.groups import Group
from scalargrad.pictures.words import expression
from scalargrad.program import compile
from scalargrad.templates import fill

TEMPLATE = Path(__file__).with_name("explorer.html")
HEIGHT = 660  # of its place in a notebook, in pixels
LONGEST = 60  # letters of a title that is the expression
MOST_PARTIALS = 60  # boxes of a picture with space for local derivatives


def explore(y: Value, title: str = "", max_nodes: int = 200) -> Page:
    """Return a page to play with: the graph of y, in which the numbers of leaves are dragged and everything follows.

    title      of the page, by default the expression
    max_nodes  the largest graph that is taken; larger ones raise ValueError

    In a notebook the page shows itself; `explore(y).save("page.html")` writes it to a file. It is made by Graphviz, needs no
    network, and begins with the numbers that the leaves have now.
    """
    order = _checked(y, max_nodes)
    numbers = Numbers(y)
    story = Story(numbers)
    program = compile(list(story.results.places), numbers.leaves, reduction="none", target="python")
    writer = Writer(MARKUP, node_names(order))
    formula = plain(expression((y,), order, writer.called))
    title = title or (formula if len(formula) <= LONGEST else f"A graph of {len(order)} nodes")
    depths = _depths(order)
    text = fill(
        TEMPLATE,
        title=title,
        alt=f"Graph of {formula}",
        y=writer.names[y],
        colours=colours(),
        pictures="".join(live_svg(y, partials=count <= MOST_PARTIALS, depth=depth) for depth, count in depths.items()),
        depths=_options(depths),
        without_groups="hidden" if len(depths) == 1 else "",
        forward=story.first_backward,
        backward=len(story.steps) - story.first_backward,
        program=program.source("javascript"),
        data={
            "nodes": story.nodes,
            "leaves": [numbers.data.index(leaf) for leaf in numbers.leaves],
            "start": [str(leaf.data).replace("inf", "Infinity") for leaf in numbers.leaves],  # JSON has no infinity
            "steps": story.steps,
            "since": story.results.since,
        },
    )
    return Page(text, title, HEIGHT)


def _checked(y, max_nodes):
    """The nodes of a graph that can be explored, in topological order."""
    if not isinstance(y, Value):
        raise TypeError(f"explore takes one Value, as in explore(y), got {y!r}")
    order = topological_order(y)
    if len(order) > max_nodes:
        raise ValueError(
            f"explore: the graph has {len(order)} nodes, and a page with more than {max_nodes} is too full: explore a part "
            f"of it, or raise max_nodes to {len(order)}"
        )
    leaves = [node for node in order if node.operation is None and not isinstance(node, Constant)]
    if not leaves:
        raise ValueError(f"explore: {y!r} has no leaf to drag; numbers become leaves as Values, as in a = Value(2.0, 'a')")
    unfed = [leaf.label or "a placeholder" for leaf in leaves if isinstance(leaf, Placeholder)]
    if unfed:
        raise ValueError(
            f"explore: {', '.join(unfed)} has no number to begin with; make the graph of a Value in place of each "
            "placeholder, as in Value(1.0, 'x')"
        )
    return order


def _depths(order):
    """The depths at which a graph is shown, None for all of it, each with the number of its boxes."""
    groups = find_groups(order)
    depths = [*range(1, 1 + max(map(_levels, groups), default=0)), None]
    counts = {depth: len(set(drawn_as(order, groups, depth).values())) for depth in depths}
    return {depth: count for depth, count in counts.items() if depth is None or count < counts[None]}


def _levels(group: Group) -> int:
    return 1 + max(map(_levels, group.parts), default=0)


def _options(depths):
    """The control for the depth, as HTML; a large graph begins with its groups folded."""
    small = [depth for depth, count in depths.items() if count <= MOST_PARTIALS] or list(depths)[:1]
    names = {depth: "open" if depth is None else "folded" if depth == 1 else f"level {depth}" for depth in depths}
    return "".join(f"<option{' selected' * (depth == small[-1])}>{name}</option>" for depth, name in names.items())
