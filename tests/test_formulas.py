"""Tests of the formulas of local derivatives."""

import dataclasses
import functools
import inspect
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value, elementary, operation, parse
from scalargrad.nodes import registry
from scalargrad.passes.formulas import definition, derivatives
from scalargrad.passes.notation import TEXT

PRECISE = dataclasses.replace(TEXT, number=repr)


def formulas(d, notation=TEXT):
    """The local derivatives of a node d of x and y, as text."""
    names = {value: value.label for value in d.inputs} | {d: "d"}
    data = {value: value.data for value in d.inputs}
    return [notation.write(formula, names) for formula in derivatives(d, data, d.partials)]


def number(formula, d):
    """What a formula comes to, by Python's arithmetic."""
    names = {value.label: value.data for value in d.inputs}
    return eval(formula, {**elementary.functions, "abs": abs, **names, "d": d.data})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("x + y", ["1", "1"]),
        ("x - y", ["1", "-1"]),
        ("-x", ["-1"]),
        ("x * y", ["y", "x"]),
        ("x / y", ["1/y", "-d/y"]),
        ("x ** y", ["y*x**(y - 1)", "d*log(x)"]),
        ("x ** 0", ["0"]),
        ("x ** 1", ["1"]),
        ("x ** 2", ["2*x"]),
        ("x ** 3", ["3*x**2"]),
        ("x ** -1", ["-x**(-2)"]),
        ("2 * x", ["x", "2"]),
        ("x / 3", ["1/3", "-d/3"]),
        ("2 ** x", ["x*2**(x - 1)", "d*log(2)"]),
        ("abs(x)", ["step(x) - step(-x)"]),
        ("exp(x)", ["d"]),
        ("log(x)", ["1/x"]),
        ("log1p(x)", ["1/(1 + x)"]),
        ("log2(x)", ["1/(x*0.6931)"]),
        ("log10(x)", ["1/(x*2.303)"]),
        ("expm1(x)", ["exp(x)"]),
        ("sqrt(x)", ["0.5*x**(-0.5)"]),
        ("sin(x)", ["cos(x)"]),
        ("cos(x)", ["-sin(x)"]),
        ("tan(x)", ["1 + d**2"]),
        ("asin(x)", ["((1 - x)*(1 + x))**(-0.5)"]),
        ("acos(x)", ["-((1 - x)*(1 + x))**(-0.5)"]),
        ("atan(x)", ["1/(1 + x**2)"]),
        ("sinh(x)", ["cosh(x)"]),
        ("cosh(x)", ["sinh(x)"]),
        ("tanh(x)", ["1 - d**2"]),
        ("sigmoid(x)", ["d*(1 - d)"]),
        ("relu(x)", ["step(x)"]),
        ("leaky_relu(x, 0.1)", ["0.1 + 0.9*step(x)"]),
        ("softplus(x)", ["sigmoid(x)"]),
        ("elu(x)", ["step(x) + (1 - step(x))*exp(minimum(x, 0))"]),
        ("silu(x)", ["sigmoid(x)*(1 + x*(1 - sigmoid(x)))"]),
        (
            "gelu(x)",
            [
                "sigmoid(1.596*x*(1 + 0.04471*x**2))*"
                "(1 + 1.596*x*(1 + 0.1341*x**2)*(1 - sigmoid(1.596*x*(1 + 0.04471*x**2))))"
            ],
        ),
        ("maximum(x, y)", ["(1 + step(x - y) - step(y - x))/2", "1 - (1 + step(x - y) - step(y - x))/2"]),
        ("step(x)", ["0"]),
        ("sign(x)", ["0"]),
        ("identity(x)", ["1"]),
    ],
)
def test_the_formula_sheet(expression, expected):
    """The derivatives of the operations are written as a lecturer would."""
    d, _ = parse(expression, **dict.fromkeys(re.findall(r"\b[xy]\b", expression), 0.5))
    assert formulas(d) == expected


@given(x=st.floats(-3, 3), y=st.floats(-3, 3), data=st.data())
def test_formulas_give_the_local_derivatives(x, y, data):
    """Read as Python, the formula of each operation gives its local derivative, also at kinks."""
    name = data.draw(st.sampled_from(sorted(registry)))
    inputs = [Value(round(x, 2), "x"), Value(round(y, 2), "y")]
    needed = [each for each in inspect.signature(registry[name]).parameters.values() if each.default is each.empty]
    try:
        d = registry[name](*inputs[: len(needed)])
    except (ValueError, ArithmeticError):
        return  # the operation has no value there
    for formula, partial in zip(formulas(d, PRECISE), d.partials):
        if math.isfinite(partial):
            assert number(formula, d) == pytest.approx(partial, rel=1e-9, abs=1e-12), (name, formula)


NUMBERS = st.sampled_from([-2, -1, 0, 1, 2, 3, 0.5])
TREES = st.recursive(
    st.sampled_from(["x", "y"]) | NUMBERS.map(str).map("({})".format),
    lambda part: (
        st.builds("({} {} {})".format, part, st.sampled_from(["+", "-", "*", "/", "**"]), part)
        | st.builds("(-{})".format, part)
        | st.builds("{}({})".format, st.sampled_from(["sin", "tanh", "step", "abs"]), part)
    ),
    max_leaves=8,
)


@given(source=TREES, x=st.sampled_from([-1.5, 0.0, 0.5, 2.0]), y=st.sampled_from([-2.0, 0.25, 3.0]))
def test_parentheses_stand_where_they_are_needed(source, x, y):
    """Whatever a rule computes, its formula gives the same number."""
    compute = eval(f"lambda x, y: {source}", {**elementary.functions, "sin": elementary.sin, "abs": abs})
    try:
        partial = compute(x, y)
    except (ArithmeticError, TypeError):
        return
    if not isinstance(partial, (int, float)) or not 1e-3 < abs(partial) < 1e6:
        return

    @operation("rule")
    def rule(x, y):
        return x + y, compute(x, y), 0

    d = rule(Value(x, "x"), Value(y, "y"))
    assert number(formulas(d)[0], d) == pytest.approx(partial, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize(
    ("derivative", "expected"),
    [
        (lambda x: 1 * x + 0, "x"),
        (lambda x: (0 - x) / 1, "-x"),
        (lambda x: -((-x) ** 1), "x"),
        (lambda x: 1 - (-x), "1 + x"),
        (lambda x: 1 + (-x), "1 - x"),
        (lambda x: x - 0 + -2, "x - 2"),
        (lambda x: x * x, "x**2"),
        (lambda x: (-x) * (-2), "x*2"),
        (lambda x: -2 / x, "-2/x"),
        (lambda x: x**0 + x, "1 + x"),
    ],
)
def test_what_nobody_would_write(derivative, expected):
    """Ones, zeros and double signs are left out."""

    @operation("rule")
    def rule(x):
        return x, derivative(x)

    assert formulas(rule(Value(2.0, "x"))) == [expected]


def test_operations_of_ones_own_have_formulas():
    """A rule may use other operations and those functions; where its value occurs again the node's name stands."""

    @operation("swish")
    def swish(x):
        s = registry["sigmoid"](x)
        return x * s, s + x * s * (1 - s)

    assert formulas(swish(Value(2.0, "x"))) == ["sigmoid(x) + d*(1 - sigmoid(x))"]


def test_a_value_computed_twice_is_named_too():
    """The node's name stands for its value also where the rule computes that once more."""

    @operation("gauss")
    def gauss(x):
        return elementary.exp(-x * x), -2 * x * elementary.exp(-x * x)

    assert formulas(gauss(Value(2.0, "x"))) == ["-2*x*d"]


@pytest.mark.parametrize(("x", "expected"), [(2.0, "2*x"), (-2.0, "0"), (0.0, "7")])
def test_a_rule_that_decides_shows_what_it_decided(x, expected):
    """Comparisons answer as they did in the graph, so that the formula is that of the branch taken."""

    @operation("branch")
    def branch(x):
        if not x:
            return x, 7
        return (x * x, +(2 * x)) if x > 0 else (0 * x, 0)

    assert formulas(branch(Value(x, "x"))) == [expected]


def long(x):
    for _ in range(100):
        x = x * 1.5 + 2 / x
    return x


@pytest.mark.parametrize(
    "derivative",
    [math.exp, lambda x: x // 1 + 4, functools.lru_cache(lambda x: 5 * x), lambda x: x.real * 4, long],
)
def test_what_cannot_be_written_down_is_a_number(derivative):
    """A rule that leaves arithmetic, or whose formula nobody could read, shows its number."""

    @operation("odd")
    def odd(x):
        return x, derivative(x)

    d = odd(Value(2.0, "x"))
    assert float(formulas(d)[0]) == pytest.approx(d.partials[0], rel=1e-4)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("-x", ("neg", "x")),
        ("x - 1", ("-", "x", 1.0)),
        ("x ** 3", ("**", "x", 3.0)),
        ("x ** x", ("**", "x", "x")),
        ("leaky_relu(x, 0.1)", ("leaky_relu", "x", 0.1)),
    ],
)
def test_definitions(expression, expected):
    """The definition of a node is its operation, with inputs and parameters."""
    d, leaves = parse(expression, x=2)
    assert definition(d) == tuple(leaves["x"] if each == "x" else each for each in expected)
