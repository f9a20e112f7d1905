"""Tests of how formulas are written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value
from scalargrad.passes.notation import LATEX, TEXT, latex_name, latex_number

A, B, C = Value(1, "a"), Value(2, "b"), Value(3, "c")
NAMES = {A: "a", B: "b", C: "c"}


@pytest.mark.parametrize(
    ("formula", "text", "latex"),
    [
        (("-", A, ("-", B, C)), "a - (b - c)", "a - (b - c)"),
        (("-", ("-", A, B), C), "a - b - c", "a - b - c"),
        (("+", A, ("-", B, C)), "a + (b - c)", "a + (b - c)"),
        (("+", ("neg", A), B), "-a + b", "-a + b"),
        (("**", ("neg", A), 2.0), "(-a)**2", "(-a)^{2}"),
        (("**", A, ("neg", B)), "a**(-b)", "a^{-b}"),
        (("**", ("**", A, B), C), "(a**b)**c", "(a^{b})^{c}"),
        (("**", A, ("*", B, C)), "a**(b*c)", r"a^{b \cdot c}"),
        (("*", ("+", A, B), C), "(a + b)*c", r"(a + b) \cdot c"),
        (("/", A, ("*", B, C)), "a/(b*c)", r"\frac{a}{b \cdot c}"),
        (("**", ("/", A, B), 2.0), "(a/b)**2", r"\left(\frac{a}{b}\right)^{2}"),
        (("**", A, ("-", B, 1.0)), "a**(b - 1)", "a^{b - 1}"),
        (("**", -2.0, A), "(-2)**a", "(-2)^{a}"),
        (("**", ("tanh", A), 2.0), "tanh(a)**2", r"(\tanh(a))^{2}"),
        (("neg", ("+", A, B)), "-(a + b)", "-(a + b)"),
        (("neg", ("**", A, 2.0)), "-a**2", "-a^{2}"),
        (("sqrt", ("abs", A)), "sqrt(abs(a))", r"\sqrt{\left|a\right|}"),
        (("maximum", A, ("sigmoid", B)), "maximum(a, sigmoid(b))", r"\max(a, \sigma(b))"),
        (("sinh", ("asin", A)), "sinh(asin(a))", r"\sinh(\arcsin(a))"),
        (("atan", ("log10", A)), "atan(log10(a))", r"\arctan(\log_{10}(a))"),
        (("my_own", A, 0.1), "my_own(a, 0.1)", r"\operatorname{my\_own}(a, 0.1)"),
        (1e-7, "1e-07", r"1 \cdot 10^{-7}"),
        (("**", 1e-7, 3.0), "1e-07**3", r"(1 \cdot 10^{-7})^{3}"),
        (("*", A, 1e-7), "a*1e-07", r"a \cdot 1 \cdot 10^{-7}"),
    ],
)
def test_formulas_are_written(formula, text, latex):
    """Parentheses stand only where they are needed, which differs for text and LaTeX."""
    assert (TEXT.write(formula, NAMES), LATEX.write(formula, NAMES)) == (text, latex)


def test_a_label_that_is_an_expression_has_parentheses():
    """A label such as those in micrograd's lecture, "x1*w1", is kept together."""
    assert TEXT.write(("*", A, B), {A: "x1*w1", B: "w[0]"}) == "(x1*w1)*w[0]"
    assert TEXT.write(A, {A: "x1*w1"}) == "x1*w1"


@pytest.mark.parametrize(
    ("label", "latex"),
    [
        ("x", "x"),
        ("x1", "x_{1}"),
        ("x_12", "x_{12}"),
        ("w[0]", "w_{0}"),
        ("W[1][23]", "W_{1,23}"),
        ("loss", r"\mathrm{loss}"),
        ("layer2", r"\mathrm{layer}_{2}"),
        ("12", r"\mathrm{12}"),
        ("[3]", r"\mathrm{[3]}"),
        ("α", r"{\alpha}"),
        ("Δ[0]", r"{\Delta}_{0}"),
        ("é", r"\text{é}"),
        ("a b", r"\mathrm{a\ b}"),
        ("w{0}", r"\mathrm{w\{0\}}"),
        (r"\N", r"\mathrm{{\backslash}N}"),
        ("50%_$&#~^", r"\mathrm{50\%\_\$\&\#{\sim}{\wedge}}"),
    ],
)
def test_labels_in_latex(label, latex):
    """Labels have subscripts as on a blackboard, and what LaTeX would read as a command is escaped."""
    assert latex_name(label) == latex


@given(st.text(min_size=1))
def test_no_label_breaks_latex(label):
    """Without what is escaped, a label has balanced braces and none of LaTeX's special characters, nor an empty line."""
    rest = re.sub(r"\\([ #$%&_{}]|[A-Za-z]+)", "", latex_name(label))
    assert not re.search(r"[\\#$%&~^]", rest) and re.sub(r"(^|[^_])_\{", r"\1{", rest).count("_") == 0
    depth = 0
    for each in rest:
        depth += {"{": 1, "}": -1}.get(each, 0)
        assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize(
    ("x", "latex"),
    [(0.5, "0.5"), (-2.0, "-2"), (1e9, r"1 \cdot 10^{9}"), (float("inf"), r"\infty"), (float("-inf"), r"-\infty")],
)
def test_numbers_in_latex(x, latex):
    """Numbers are those of the pictures, with powers of ten."""
    assert latex_number(x) == latex
