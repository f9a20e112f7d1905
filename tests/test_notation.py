"""Tests of how formulas are written."""

import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value
from scalargrad.passes.labels import plain
from scalargrad.passes.notation import LATEX, MARKUP, MATHML, TEXT, is_exact, latex_number, markup_number, number_text

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
    ("x", "latex"),
    [(0.5, "0.5"), (-2.0, "-2"), (1e9, r"1 \cdot 10^{9}"), (float("inf"), r"\infty"), (float("-inf"), r"-\infty")],
)
def test_numbers_in_latex(x, latex):
    """Numbers are those of the pictures, with powers of ten."""
    assert latex_number(x) == latex


@pytest.mark.parametrize(
    ("x", "printed"),
    [
        (-0.5, "−0.5"),
        (1e6, "1·10⁶"),
        (-1.25e-9, "−1.25·10⁻⁹"),
        (3e100, "3·10¹⁰⁰"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "nan"),
    ],
)
def test_numbers_in_pictures(x, printed):
    """Numbers have a minus, powers of ten and an infinity as they are printed."""
    assert plain(markup_number(x)) == printed


@pytest.mark.parametrize(
    ("formula", "printed"),
    [
        (("-", A, ("*", ("neg", B), C)), "a − (−b) · c"),
        (("**", ("+", A, B), 2.0), "(a + b)²"),
        (("**", A, ("-", B, 1.0)), "a^{b − 1}"),
        (("**", A, ("**", B, C)), "a^{bᶜ}"),
        (("sqrt", ("abs", A)), "√|a|"),
        (("sqrt", ("+", A, B)), "√(a + b)"),
        (("**", ("sqrt", A), 2.0), "(√a)²"),
        (("maximum", A, -1e-7), "maximum(a, −1·10⁻⁷)"),
        (("**", 1e-7, 3.0), "(1·10⁻⁷)³"),
    ],
)
def test_formulas_in_pictures(formula, printed):
    """In pictures formulas are as they are printed."""
    assert plain(MARKUP.write(formula, NAMES)) == printed


@pytest.mark.parametrize(
    ("formula", "mathml"),
    [
        (("*", ("+", A, -2.0), B), "<mrow>(a+(−2))</mrow>·b"),
        (("/", A, ("+", B, 1.0)), "<mfrac><mrow>a</mrow><mrow>b+1</mrow></mfrac>"),
        (("**", ("neg", A), 2.0), "<msup><mrow>(−a)</mrow><mrow>2</mrow></msup>"),
        (("sqrt", ("abs", A)), "<msqrt><mrow>|a|</mrow></msqrt>"),
        (("maximum", A, 1e-7), "maximum<mrow>(a,1·<msup>10−7</msup>)</mrow>"),
    ],
)
def test_formulas_in_mathml(formula, mathml):
    """In MathML each letter, number and sign has its tag, and is well-formed."""
    written = MATHML.write(formula, NAMES)
    text = "".join(ElementTree.fromstring(f"<math>{written}</math>").itertext())
    assert text == re.sub("<[^>]*>", "", mathml)
    assert [each[0] for each in re.findall("<(m(row|frac|sup|sqrt))>", written) if each[0] != "mrow"] == [
        each[0] for each in re.findall("<(m(row|frac|sup|sqrt))>", mathml) if each[0] != "mrow"
    ]
    assert re.sub("<[^>]*>", "", re.sub("<(mi|mn|mo|mtext)>[^<]*</\\1>", "", written)) == ""


@pytest.mark.parametrize(
    ("label", "mathml"),
    [
        ("x", "<mi>x</mi>"),
        ("theta_1", "<msub><mi>θ</mi><mtext>1</mtext></msub>"),
        ("x_{t-1}^2", "<msubsup><mi>x</mi><mtext>t−1</mtext><mtext>2</mtext></msubsup>"),
        ("x′", "<msup><mi>x</mi><mtext>′</mtext></msup>"),
        ("<b>", "<mi>&lt;b&gt;</mi>"),
    ],
)
def test_names_in_mathml(label, mathml):
    """A label has its scripts, and is no tag."""
    assert MATHML.name(label) == mathml


@given(st.floats(-1e300, 1e300))
def test_numbers_have_four_digits(x):
    """A number is off by half a unit of its fourth digit at the most, and by half of 1 where it is large."""
    shown = float(number_text(x))
    assert abs(shown - x) <= max(abs(x) * 0.5001e-3, 0.5 if abs(x) < 1e6 and abs(x) > 9999 else 0)
    assert is_exact(shown) and (is_exact(x) or shown != x)
