"""Tests of the explorer without a browser: what it takes, what it refuses, and what is in a page."""

import json
import re

import pytest

from scalargrad import Value, explore, operation, parse
from scalargrad.engine import constant
from scalargrad.graph import placeholder
from scalargrad.nn import MLP
from scalargrad.pages.page import Page
from scalargrad.pictures.render import RenderError


def content(page, name):
    """What is in an element of a page, by the beginning of its tag."""
    return re.search(rf"<{name}[^>]*>(.*?)</{name.split()[0]}>", page.html, re.DOTALL)[1]


def test_a_page_has_a_title_and_its_data():
    """The title is the expression, unless there is another one; what the leaves are now is where the page begins."""
    y, _ = parse("sigmoid(a*x + b)", a=2, x=-1, b=0.5)
    page = explore(y)
    assert isinstance(page, Page) and page.title == "v₃ = sigmoid(a · x + b)"
    assert json.loads(content(page, 'script type="application/json"'))["start"] == [2.0, -1.0, 0.5]
    assert "Math.exp" in content(page, 'script id="program-source"')
    assert content(explore(y, title="<One & two>"), "h1") == "&lt;One &amp; two&gt;"


def test_a_long_expression_is_no_title():
    """A network is called by the number of its nodes."""
    y = MLP(2, [3, 1], seed=0)([Value(1.0), Value(2.0)])
    assert re.fullmatch(r"A graph of \d+ nodes", explore(y).title)


def test_the_graph_stays_as_it_is():
    """Neither gradients nor labels change, and leaves may be changed afterwards."""
    y, leaves = parse("a * log(a)", a=2)
    explore(y)
    assert not y.has_gradient and y.label == "" and leaves["a"].data == 2


def test_only_pictures_that_differ_are_in_a_page():
    """A graph without groups has one picture and no control for groups; a network has one for each depth."""
    assert explore(parse("a * b", a=2, b=3)[0]).html.count("<svg width=") == 1
    page = explore(MLP(2, [2, 1], seed=0)([Value(1.0), Value(2.0)]))
    assert re.findall("<option[^>]*>(.*?)</option>", page.html) == ["folded", "level 2", "open"]
    assert page.html.count("<svg width=") == 3


def weird_graph():
    """A graph with an operation whose rule decides by a number."""

    @operation("weird")
    def weird(x):
        return (2 * x, 2) if x > 0 else (x, 1)

    return weird(Value(2.0, "a"))


@pytest.mark.parametrize(
    ("graph", "kind", "message"),
    [
        (lambda: [Value(2.0)], TypeError, r"explore takes one Value, as in explore\(y\), got \[Value"),
        (lambda: 3 * placeholder("x"), ValueError, "explore: x has no number to begin with; make the graph of a Value in"),
        (lambda: constant(2.0) * constant(3.0), ValueError, "has no leaf to drag; numbers become leaves as Values, as in"),
        (weird_graph, TypeError, r"weird\(a\): its rule decides by a number, as in `if x > 0`"),
        (
            lambda: sum((Value(1.0) for _ in range(150)), Value(0.0)),
            ValueError,
            "explore: the graph has 301 nodes, and a page with more than 200 is too full: explore a part of it, or raise "
            "max_nodes to 301",
        ),
    ],
)
def test_what_cannot_be_explored(graph, kind, message):
    """Bad input is one sentence that says what is wrong and what to do."""
    with pytest.raises(kind, match=message):
        explore(graph())


def test_the_other_arguments():
    """A title is a text, and the largest number of nodes is a number; a second root is neither."""
    with pytest.raises(TypeError, match="explore: a title is a text, as in"):
        explore(Value(1.0), Value(2.0))
    with pytest.raises(TypeError, match="explore: max_nodes is a whole number, got '200'"):
        explore(Value(1.0), max_nodes="200")


def test_without_graphviz(no_dot, no_package):
    """Where there is no Graphviz, the error says how to get it."""
    with pytest.raises(RenderError, match="no Graphviz was found"):
        explore(parse("a * a", a=2)[0])


def test_a_page_is_an_html_file(tmp_path):
    """A page is written to a file that ends in .html, and to no other."""
    page = explore(parse("a * a", a=2)[0])
    page.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page.html
    with pytest.raises(ValueError, match="the ending of a page's file is .html"):
        page.save(tmp_path / "page.pdf")
