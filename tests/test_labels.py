"""Tests of how labels are set."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad.passes.labels import escaped, latex_name, markup_name, plain


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
    ("label", "markup", "text"),
    [
        ("theta_1", "θ<SUB>1</SUB>", "θ₁"),
        ("x_{t-1}", "x<SUB>t−1</SUB>", "xₜ₋₁"),
        ("w[0][1]", "w<SUB>0,1</SUB>", "w_{0,1}"),
        ("h_prev", "h<SUB>prev</SUB>", "h_{prev}"),
        ("W_1^T", "W<SUB>1</SUB><SUP>T</SUP>", "W₁ᵀ"),
        ("a^(1)", "a<SUP>(1)</SUP>", "a⁽¹⁾"),
        ("x_1′", "x<SUB>1</SUB>′", "x₁′"),
        ("learning_rate", "learning_rate", "learning_rate"),
        ("alpha_long_name", "alpha_long_name", "alpha_long_name"),
        ("x1*w1", "x1*w1", "x1*w1"),
        ("a<b", "a&lt;b", "a<b"),
        ("w_<", "w_&lt;", "w_<"),
        ("pi", "π", "π"),
    ],
)
def test_labels_in_pictures(label, markup, text):
    """Labels have scripts and Greek letters in pictures, and as plain text as far as Unicode has them."""
    assert (markup_name(label), plain(markup_name(label))) == (markup, text)


@pytest.mark.parametrize(
    ("label", "latex"), [("theta_1", r"{\theta}_{1}"), ("x_{t-1}", "x_{t-1}"), ("x_1″", r"x_{1}^{\prime\prime}")]
)
def test_scripts_in_latex(label, latex):
    """LaTeX has the same scripts and letters as pictures."""
    assert latex_name(label) == latex


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Cn"]), min_size=1))
def test_a_text_is_not_changed(text):
    """Text as markup is that text again when it is plain, whatever it contains."""
    assert plain(escaped(text)) == re.sub("[\ufffe\uffff]", "\ufffd", text)
