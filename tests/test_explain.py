"""Tests of the table of both passes."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_steps import random_graph

from scalargrad import Value, explain, parse, tanh
from scalargrad.engine import topological_order
from scalargrad.passes.explain import LATEX_WIDTH, WIDTH, latex_length, table
from scalargrad.passes.notation import LATEX, number_text
from scalargrad.passes.steps import node_names

SIGMOID = """\
step  forward pass           numbers                      value
   1  a                                                       2
   2  x                                                      -1
   3  v1 = a * x             2 * (-1)                        -2
   4  b                                                     0.5
   5  v2 = v1 + b            (-2) + 0.5                    -1.5
   6  v3 = sigmoid(v2)       sigmoid(-1.5)             ≈ 0.1824

step  backward pass          numbers                   gradient
   7  dv3/dv3 = 1            v3.grad = 1                      1
   8  ∂v3/∂v2 = v3*(1 - v3)  v2.grad += 0.1491 * 1     ≈ 0.1491
   9  ∂v2/∂v1 = 1            v1.grad += 1 * 0.1491     ≈ 0.1491
  10  ∂v2/∂b = 1             b.grad += 1 * 0.1491      ≈ 0.1491
  11  ∂v1/∂a = x             a.grad += (-1) * 0.1491  ≈ -0.1491
  12  ∂v1/∂x = a             x.grad += 2 * 0.1491      ≈ 0.2983"""


def chain_rules(y):
    return repr(explain(y)).partition("chain rule: ∂ is along one edge, d along all paths\n")[2]


def test_the_table():
    """Each step is a row, with a header for each pass; without shared nodes there is no chain rule."""
    assert repr(explain(parse("sigmoid(a*x + b)", a=2, x=-1, b=0.5)[0])) == SIGMOID


def test_the_chain_rule_along_every_path():
    """A node used more than once has the sum over its paths, in symbols and in numbers."""
    y, _ = parse("d = a + b; e = b - c; Y = d * e", a=2, b=3, c=1)
    assert chain_rules(y) == "dY/db = ∂Y/∂d · ∂d/∂b + ∂Y/∂e · ∂e/∂b\n      = 2 · 1 + 5 · 1\n      = 7"


def test_a_path_may_be_one_edge():
    """Beside a skip connection there is the long way, and the d of all paths is not the ∂ of one edge."""
    y, _ = parse("h = tanh(x); y = h + x", x=0)
    assert chain_rules(y) == "dy/dx = ∂y/∂h · ∂h/∂x + ∂y/∂x\n      = 1 · 1 + 1\n      = 2"


def test_many_paths_are_taken_together():
    """Where paths are too many to read there is a term for each edge, and of many terms the first and the last."""
    y, _ = parse("b = a + a; c = b + b; d = c + c; y = d + d", a=1)
    assert "dy/da = dy/db · ∂b/∂a (left) + dy/db · ∂b/∂a (right)\n      = 8 · 1 + 8 · 1\n      = 16" in chain_rules(y)
    x = Value(1, "x")
    y = sum((tanh(x) for _ in range(19)), tanh(x))
    assert chain_rules(y).count(" · ") == 2 * 5 and chain_rules(y).count("...") == 2


def test_long_paths_are_taken_together():
    """A path that is long has one factor for all of it, unless it is a single edge."""
    y, _ = parse("h1 = -x; h2 = -h1; h3 = -h2; h4 = -h3; h5 = -h4; y = h5 + x", x=2)
    assert chain_rules(y) == "dy/dx = dy/dh1 · ∂h1/∂x + ∂y/∂x\n      = 1 · (-1) + 1\n      = 0"


def test_exponentially_many_paths():
    """A tower of doublings, which has 2**100 paths, is explained at once."""
    y = Value(2.0**-100)
    for _ in range(100):
        y = y + y
    assert repr(explain(y)).count("\n") > 400


@given(st.integers(0, 10**6))
def test_the_sums_are_right(seed):
    """In every chain rule the sum of products, of local derivatives or of gradients, is the gradient."""
    y = random_graph(seed)
    found, name = explain(y).steps, node_names(topological_order(y))
    numbers = {step.rule.split(" = ")[0]: step.partial for step in found if step.consumer is not None}
    gradients = {f"d{name[y]}/d{name[step.node]}": step.result for step in found if not step.is_forward}
    for rule in filter(None, chain_rules(y).split("\n\n")):
        left, symbols, _, result = re.split(r"\s+[=≈] ", rule)
        if "..." not in symbols:
            terms = [map({**numbers, **gradients}.get, term.split(" · ")) for term in re.split(r"\s+\+ ", symbols)]
            assert sum(map(math.prod, terms)) == pytest.approx(gradients[left], rel=1e-9, abs=1e-12)
            assert len(terms) > 1 and result == number_text(gradients[left])


@pytest.mark.parametrize("text", ["maximum(x, y) * x + minimum(y, x) / y", "x**y + y**x + x*y/x", "tanh(x)*x*x*y*x*x*y*y*y"])
def test_it_fits_a_projector(text):
    """No line is longer than 80 columns; a long rule has a line of its own."""
    y, _ = parse(text, x=1.2345, y=3.4567)
    assert max(map(len, repr(explain(y)).splitlines())) <= WIDTH


def test_one_pass():
    """Either pass can be shown alone, and the chain rule belongs to the backward pass."""
    y, _ = parse("d = a + b; e = b - c; Y = d * e", a=2, b=3, c=1)
    whole = repr(explain(y))
    assert repr(explain(y, passes="both")) == whole
    forward, backward, chain_rule = whole.split("\n\n")
    one, other = (explain(y, passes=each) for each in ("forward", "backward"))
    assert [line.split() for line in repr(one).splitlines()] == [line.split() for line in forward.splitlines()]
    assert (
        repr(other).split("\n\n")[1:] == [chain_rule]
        and repr(other).splitlines()[1].split() == "1 dY/dY = 1 Y.grad = 1 1".split()
    )
    assert [*one.steps, *other.steps] == explain(y).steps
    assert "Backward" not in one.latex and "Chain" not in one.latex and "Forward" not in other.latex
    with pytest.raises(ValueError, match="^passes='up': explain shows one of both, forward, backward$"):
        explain(y, passes="up")


def test_latex():
    """The LaTeX is in three parts with a title each, of aligned formulas, and a notebook shows the same."""
    explanation = explain(parse("d = a + b; e = b - c; Y = d * e", a=2, b=3, c=1)[0])
    assert explanation.latex.count("\\begin{alignat*}{2}\n") == explanation.latex.count("\n\\end{alignat*}}") == 3
    beginning = "Forward pass:\n{\\allowdisplaybreaks\n\\begin{alignat*}{2}\na &= 2 \\\\[8pt]\n"
    assert explanation.latex.startswith(beginning)
    assert (
        r"\frac{\partial e}{\partial c} &= -1 && \qquad \overline{c} \mathrel{+}= (-1) \cdot 5 = -5 \\" in explanation.latex
    )
    paths = (rf"\frac{{\partial Y}}{{\partial {v}}} \cdot \frac{{\partial {v}}}{{\partial b}}" for v in "de")
    assert rf"\frac{{\mathrm{{d}} Y}}{{\mathrm{{d}} b}} &= {' + '.join(paths)} \\" in explanation.latex
    assert explanation.latex.endswith("\n &= 2 \\cdot 1 + 5 \\cdot 1 \\\\[8pt]\n &= 7\n\\end{alignat*}}")
    formulas = re.compile(r"\\begin{a\w+\*?}(?:\{2\})?\n(.*?)\n\\end{a", re.DOTALL)
    markdown = explanation._repr_markdown_()
    assert "Chain rule" in explanation.latex and "Chain rule" not in explain(parse("2*x", x=1)[0]).latex
    assert formulas.findall(markdown) == formulas.findall(explanation.latex) and markdown.count("$$") == 6


@given(st.integers(0, 10**6))
def test_latex_says_every_gradient(seed):
    """The last number of each step stands in the LaTeX."""
    explanation = explain(random_graph(seed))
    assert all(f" {LATEX.number(step.result)}" in step.numbers_latex for step in explanation.steps if not step.is_forward)
    parts = [part for step in explanation.steps if not step.is_forward for part in step.numbers_latex.split(LATEX.so)]
    assert all(part in explanation.latex for part in parts)


@pytest.mark.parametrize(
    "text",
    [
        "x * gelu(learning_rate * x)",
        "maximum(a*x, 1) * x / (a + x) * (a*x)**a",
        "gelu(gelu(1 - x*x))",
        "maximum(x, x) + tanh(x)*tanh(x)",
        "learning_rate*x*x*x*learning_rate",
    ],
)
def test_latex_fits_a_page(text):
    """No row is longer than the text of a page, breaks lose nothing, and braces close within their row."""
    y, leaves = parse(text, **dict.fromkeys(re.findall(r"\b(?:x|a|learning_rate)\b", text), 0.123456))
    explanation = explain(y)
    body = " \\\\[8pt]\n".join(
        re.findall(r"\\begin{aligned}\n(.*?)\n\\end{aligned}", explanation._repr_markdown_(), re.DOTALL)
    )
    for row in body.split(" \\\\[8pt]\n"):
        left, aligned, right = row.partition("&")
        assert aligned
        assert latex_length(right) <= LATEX_WIDTH
        assert row.count("{") == row.count("}") and row.count(r"\left") == row.count(r"\right")
    unbroken = re.sub(r"&|\\quad|\\qquad|{}|\\\\\[8pt\]|\s", "", body)
    assert all(re.sub(r"\s", "", step.rule_latex) in unbroken for step in explanation.steps)


def test_large_graphs_are_refused():
    """The limit on the number of nodes is the one given."""
    x = Value(1)
    with pytest.raises(ValueError, match="the graph has 2 nodes, and the steps of more than 1 cannot be read"):
        explain(tanh(x), max_nodes=1)


def test_tables():
    """Columns are as wide as their cells; a cell that is too wide has a line of its own."""
    assert table([("a", "b", "1"), ("aa", "", "22")], "<<>", least=3) == ["a   b    1", "aa      22"]
    assert table([("a", "x"), ("b" * 50, "y")], "<<") == ["a  x", "b" * 50, "   y"]
