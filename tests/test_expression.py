"""Tests of expressions as text."""

import keyword
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad.engine import Value, topological_order
from scalargrad.expression import parse
from scalargrad.operations import sigmoid


def test_an_expression_and_its_leaves():
    """parse builds the graph that the expression builds in Python, with the names as labels."""
    y, leaves = parse("sigmoid(a*x + b)", a=2, x=-1, b=0.5)
    y.backward()
    a, x, b = Value(2), Value(-1), Value(0.5)
    expected = sigmoid(a * x + b)
    expected.backward()
    assert y.data == expected.data
    assert {name: leaf.grad for name, leaf in leaves.items()} == {"a": a.grad, "x": x.grad, "b": b.grad}
    assert [leaf.label for leaf in leaves.values()] == ["a", "x", "b"]
    assert [node.operation for node in topological_order(y)] == [node.operation for node in topological_order(expected)]


def test_named_steps():
    """Steps with a name label their results and may be used by every later step."""
    y, leaves = parse("d = a + b; e = b - c; Y = d * e", a=2, b=3, c=1)
    y.backward()
    assert [node.label for node in topological_order(y)] == ["a", "b", "d", "c", "e", "Y"]
    assert (y.data, *(leaf.grad for leaf in leaves.values())) == (10, 2, 7, -5)


def test_steps_may_stand_on_lines():
    """A text of several lines, indented or not, is read like one with semicolons."""
    y, _ = parse(
        """
        d = a + 1  # one more
        y = d * d
        """,
        a=2,
    )
    assert y.data == 9


def test_a_named_number_is_a_leaf():
    """A step that is only a number makes a leaf, for which there is a gradient."""
    y, leaves = parse("k = 2; k * x", x=3)
    y.backward()
    assert leaves["k"].label == "k" and leaves["k"].grad == 3
    assert parse("k = x; 2 * k", x=3)[1].keys() == {"x"}
    assert parse("2 * text", text=3)[0].data == 6


def test_values_can_be_given():
    """A Value that is given becomes the leaf itself, goes by the name in the text, and keeps its own label, if only none."""
    a, b = Value(2), Value(3, label="weight")
    y, leaves = parse("a * b", a=a, b=b)
    assert y.inputs == (a, b)
    assert (leaves["a"], leaves["b"]) == (a, b)
    assert (a.label, b.label) == ("", "weight")


def test_steps_do_not_name_given_values():
    """A step that is only another name for a Value that was given neither labels it nor is a leaf of its own."""
    a, made = Value(2), Value(1) + 1
    y, leaves = parse("k = a; m = +made; k * m", a=a, made=made)
    assert (a.label, made.label) == ("", "") and leaves == {"a": a, "made": made}
    assert y.inputs == (a, made)


def test_numbers_that_are_too_large():
    """A whole number that no float can hold is refused in the same way as one in the text."""
    for number in (10**400, -(10**400)):
        with pytest.raises(ValueError, match="^the number of 'a' is too large; the largest is about 1.8e308$"):
            parse("a * x", a=number, x=1)


@pytest.mark.parametrize("text", ["{}", "{} * 2", "2 * {}", "d = {}; d * d", "{} = 2; {} * {}", "# in\n{} * 2"])
@pytest.mark.parametrize("word", sorted(set(keyword.kwlist) - {"True", "False"}))
def test_keywords_are_no_names(word, text):
    """Wherever a name may stand, a keyword of Python is called one, with the name to write instead, which is right."""
    text = text.replace("{}", word)
    with pytest.raises(ValueError, match=f": '{word}' is a keyword of Python, which cannot be a name; write {word}_$"):
        parse(text)
    values = {} if f"{word} = " in text else {f"{word}_": 3}
    renamed = re.sub(rf"\b{word}\b", f"{word}_", text.removeprefix("# in\n"))
    assert parse(renamed, **values)[0].data in (3, 4, 6, 9)


def test_names_hide_constants():
    """pi and e are numbers, unless the expression gives these names a meaning of its own."""
    assert parse("pi + e")[0].data == 3.141592653589793 + 2.718281828459045
    assert parse("e = 2; e * pi", pi=3)[0].data == 6


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("2*3", 6),
        ("+-3", -3),
        ("-2**2", -4),
        ("(-2)**2", 4),
        ("+x", 2),
        ("abs(-x)", 2),
        ("x**3", 8),
        ("2**x", 4),
        ("x**x", 4),
        ("6/x/x", 1.5),
    ],
)
def test_arithmetic_as_in_python(text, result):
    """Operators bind as in Python, and parts without names are plain numbers."""
    assert parse(text, **{"x": 2} if "x" in text else {})[0].data == result


def test_an_exponent_without_names_is_fixed():
    """x ** (1 + 1) allows a negative base, as x ** 2 does."""
    y, leaves = parse("x ** (1 + 1)", x=-3)
    assert y.data == 9 and y.inputs == (leaves["x"],)


def test_parameters_are_numbers():
    """A number behind the inputs of an operation is its parameter."""
    assert parse("leaky_relu(x, 0.5)", x=-2)[0].data == -1


numbers = st.floats(-3, 3).map(lambda x: f"({x})")
texts = st.recursive(
    numbers | st.sampled_from(["x", "y"]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda parts: f"({' '.join(parts)})"),
    max_leaves=20,
)


def test_names_are_normalized_as_in_python():
    """The two characters for the Greek letter mu are one name, as they are for Python."""
    for letter in "\N{MICRO SIGN}\N{GREEK SMALL LETTER MU}":
        assert parse(f"{letter} * 2", µ=3)[0].data == 6


@given(texts)
def test_arithmetic_agrees_with_python(text):
    """Any arithmetic expression has the value that Python gives it, to the last bit."""
    given_values = {name: value for name, value in {"x": 1.5, "y": -0.3}.items() if name in text}
    assert parse(text, **given_values)[0].data == eval(text, dict(given_values))


ALLOWED = "an expression is made of numbers, names, + - * / **, parentheses and operations such as sigmoid(x)"
REFUSED = [
    ("x.real", f"at column 1: 'x.real' is an attribute, and {ALLOWED}"),
    ("x[0]", f"at column 1: 'x[0]' is a subscript, and {ALLOWED}"),
    ("2 * [x for x in y]", f"at column 5: '[x for x in y]' is a comprehension, and {ALLOWED}"),
    ("sigmoid(x=1)", f"at column 9: 'x=1' is a keyword, which operations do not have, and {ALLOWED}"),
    ("sigmoid(*x)", f"at column 9: '*x' is not arithmetic (Starred), and {ALLOWED}"),
    ("'text'", f"""at column 1: "'text'" is a text, and {ALLOWED}"""),
    ("f'{x}'", f"""at column 1: "f'{{x}}'" is not arithmetic (JoinedStr), and {ALLOWED}"""),
    ("True", f"at column 1: 'True' is a truth value, and {ALLOWED}"),
    ("1j", f"at column 1: '1j' is a complex number, and {ALLOWED}"),
    ("x % 2", f"at column 1: 'x % 2' is not arithmetic (Mod), and {ALLOWED}"),
    ("x^2", f"at column 1: 'x^2' is not a power, which is written x**2, and {ALLOWED}"),
    ("~x", f"at column 1: '~x' is not arithmetic (UnaryOp), and {ALLOWED}"),
    ("x < y", f"at column 1: 'x < y' is a comparison, and {ALLOWED}"),
    ("x if x else y", f"at column 1: 'x if x else y' is a condition, and {ALLOWED}"),
    ("lambda: x", f"at column 1: 'lambda: x' is a function, and {ALLOWED}"),
    ("(z := x)", f"at column 2: 'z := x' is not arithmetic (NamedExpr), and {ALLOWED}"),
    (
        "__import__('os').system('true')",
        """at column 1: "__import__('os').system('true')" is the call of something other than an operation, """
        f"and {ALLOWED}",
    ),
    ("import os", f"at column 1: 'import os' is not arithmetic (Import), and {ALLOWED}"),
    ("a = b = x", f"at column 1: 'a = b = x' is not arithmetic (Assign), and {ALLOWED}"),
    ("a, b = x, y", f"at column 1: 'a, b = x, y' is not arithmetic (Assign), and {ALLOWED}"),
    ("x += 1", f"at column 1: 'x += 1' is not arithmetic (AugAssign), and {ALLOWED}"),
    ("d = x\nβ = d * y.z", f"at line 2, column 9: 'y.z' is an attribute, and {ALLOWED}"),
    ("a*x + b", "at column 1: 'a' has no value yet; give one to each of 'a', 'b', as in a=1"),
    ("d = a + foo(z); e = d * z", "at column 5: 'a' has no value yet; give one to each of 'a', 'z', as in a=1"),
    ("a*pi + sigmoid(b)", "at column 1: 'a' has no value yet; give one to each of 'a', 'b', as in a=1"),
    ("d + x; d = 2", "at column 1: 'd + x' needs a name"),
    ("e = d + x; d = e", "at column 5: 'd' has no value yet; give one to each of d, as in d=1"),
    ("d * x; d = 2", "at column 1: 'd * x' needs a name, as in 'd = a + b', because only the last step is the result"),
    ("x * 2", "'y' has a value that the expression does not use; use it or leave it out"),
    ("d = x + y; x * y", "'d' has a value that the expression does not use; use it or leave it out"),
    ("d = x; d = y", "at column 8: 'd = y' gives 'd' a second value; choose another name"),
    ("x = y", "at column 1: 'x = y' gives 'x' a second value; choose another name"),
    ("sigmod(x)", "at column 1: 'sigmod(x)' calls 'sigmod', which is no operation; did you mean sigmoid?"),
    ("open(x)", "at column 1: 'open(x)' calls 'open', which is no operation; the operations are abs, acos, "),
    ("sigmoid + x", "at column 1: 'sigmoid' is an operation and needs its input in parentheses, as in sigmoid(x)"),
    ("sigmoid(x, y)", "at column 1: 'sigmoid(x, y)' calls sigmoid(x) with 2 of its inputs"),
    ("maximum(x)", "at column 1: 'maximum(x)' calls maximum(x, y) with 1 of its inputs"),
    ("leaky_relu(x, y)", "at column 1: 'leaky_relu(x, y)' has no value: leaky_relu: its slope is a fixed number"),
    ("log(x - x)", "at column 1: 'log(x - x)' has no value: log(0.0): the logarithm needs a positive number"),
    ("1 / 0", "at column 1: '1 / 0' has no value: 1.0 / 0.0: a division by zero has no result"),
    ("9**9**9**9", "at column 4: '9**9**9' is too large a number"),
    ("x * 1e999", "at column 5: '1e999' is too large a number"),
    ("9" * 4000, "at column 1: '9999999999999999999999999999999999999...' has no value: int too large"),
    ("9" * 5000, "'9999999999999999999999999999999999999...' is not an expression: Exceeds the limit"),
    ("", "the expression is empty; write one, such as 'sigmoid(a*x + b)'"),
    ("# nothing", "the expression is empty"),
    ("x +", "at column 4: 'x +' is not an expression: invalid syntax"),
    ("x y", "at column 3: 'x y' is not an expression: invalid syntax"),
    ("(x", "at column 1: '(x' is not an expression: '(' was never closed"),
    ("(x if y", "at column 1: '(x if y' is not an expression: '(' was never closed"),
    ("x\0", "'x\\x00' is not an expression: it contains a character that cannot be written"),
    ("\ud800", "'\\ud800' is not an expression: it contains a character that cannot be written"),
    ("(" * 100_000 + "x" + ")" * 100_000, "the expression has 200001 characters, and 10000 are the most that is read"),
    ("-" * 9000 + "x", "the expression '-------------------------------------...' is too long, or nested too deeply"),
    ("+".join(["x"] * 4000), "the expression 'x+x+x+x+x+x+x+x+x+x+x+x+x+x+x+x+x+x+x...' is too long, or nested too deeply"),
    ("(" * 900 + "x" + ")" * 900, "at column 20"),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED, ids=[text[:30] for text, _ in REFUSED])
def test_what_is_no_expression(text, sentence):
    """Whatever else the text contains is refused in a moment, in a sentence that says where and why."""
    values = {name: 2 for name in "xy" if name in text or text == "x * 2"}
    start = time.perf_counter()
    with pytest.raises(ValueError) as error:
        parse(text, **values)
    assert time.perf_counter() - start < 1
    assert str(error.value).startswith(sentence)
    assert "\n" not in str(error.value)


pieces = st.sampled_from(
    (
        "x y a1 α 2 0.5 1e9 + - * / ** ( ) , ; = . [ ] { } : ' \" \\ \n sigmoid log sqrt exp "
        "__import__ os lambda for if @ % _ 🙂"
    ).split(" ")
)


@given(st.text() | st.lists(pieces).map("".join) | st.lists(pieces).map(" ".join))
def test_no_text_does_harm(text):
    """Any text whatever is either an expression of Values or refused by a ValueError of one line."""
    try:
        result, leaves = parse(text, x=0.5, y=-2)
    except ValueError as error:
        assert str(error) and "\n" not in str(error)
    else:
        assert isinstance(result, Value) and leaves.keys() >= {"x", "y"}
