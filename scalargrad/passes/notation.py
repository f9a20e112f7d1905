"""How formulas are written: as text that one would type, and in LaTeX.

With this module a formula, a tree as in `formulas.py`, becomes readable, with parentheses only where they are needed.

>>> x, y = Value(1.0), Value(2.0)
>>> formula = ("/", 1.0, ("**", ("+", x, y), 2.0))
>>> TEXT.write(formula, {x: "x", y: "y"})
'1/(x + y)**2'
>>> print(LATEX.write(formula, {x: "w[0]", y: "α"}))
\\frac{1}{(w_{0} + {\\alpha})^{2}}
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any

from scalargrad.engine import Value

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4  # how tightly a formula binds


def number_text(x: float) -> str:
    """Return a number as pictures and tables show it: at most four decimals, or four digits if it is tiny or huge."""
    if x == 0:
        return "0"
    if not 1e-3 <= abs(x) < 1e6:
        return f"{x:.4g}"
    return f"{x:.4f}".rstrip("0").rstrip(".")


@dataclasses.dataclass(frozen=True)
class Notation:
    """A way to write formulas.

    forms         of an operation: its text, how tightly it binds, and how tightly each operand has to
    call          how tightly the call of a function binds: of log(x)^2 one does not see what is squared
    parentheses   puts parentheses around a formula that does not bind tightly enough
    function, name, number  how the name of a function, the label of a node, and a number are written
    """

    forms: dict[str, tuple]
    call: int
    parentheses: Callable[[str], str]
    function: Callable[[str], str]
    name: Callable[[str], str]
    number: Callable[[float], str]

    def write(self, formula: Any, names: Mapping[Value, Any]) -> str:
        """Return a formula as text, with names, or numbers, in place of the nodes."""
        return self._written(formula, names)[0]

    def _written(self, tree, names):
        """The text of a formula, and how tightly it binds."""
        if not isinstance(tree, tuple):
            leaf = names[tree] if isinstance(tree, Value) else tree
            if isinstance(leaf, float):
                text = self.number(leaf)
                return text, SUM if leaf < 0 else POWER if "^" in text else ATOM
            return self.name(leaf), SUM if is_expression(leaf) else ATOM
        name, *operands = tree
        parts = [self._written(operand, names) for operand in operands]
        if name not in self.forms:
            return self.function(name) + self.parentheses(", ".join(part for part, _ in parts)), self.call
        form, level, *needed = self.forms[name]
        return form.format(
            *(self.parentheses(part) if binds < least else part for (part, binds), least in zip(parts, needed))
        ), level


def is_expression(label: str) -> bool:
    """Whether a label needs parentheses in a formula, as does "a*x + b"."""
    return re.search(r"[\s+*/<>=-]", label) is not None


OPERATORS = {
    "+": ("{} + {}", SUM, SUM, PRODUCT),
    "-": ("{} - {}", SUM, SUM, PRODUCT),
    "neg": ("-{}", SUM, PRODUCT),
    "*": ("{}*{}", PRODUCT, PRODUCT, POWER),
    "/": ("{}/{}", PRODUCT, PRODUCT, POWER),
    "**": ("{}**{}", POWER, ATOM, POWER),
}

LATEX_OPERATORS = OPERATORS | {
    "*": (r"{} \cdot {}", PRODUCT, PRODUCT, POWER),
    "/": (r"\frac{{{}}}{{{}}}", POWER, 0, 0),
    "**": ("{}^{{{}}}", POWER, ATOM, 0),
    "abs": (r"\left|{}\right|", ATOM, 0),
    "sqrt": (r"\sqrt{{{}}}", ATOM, 0),
}

LATEX_FUNCTIONS = {name: f"\\{name}" for name in "exp log sin cos tan sinh cosh tanh max min".split()}
LATEX_FUNCTIONS |= {"maximum": r"\max", "minimum": r"\min", "sigmoid": r"\sigma", "log2": r"\log_{2}", "log10": r"\log_{10}"}
LATEX_FUNCTIONS |= {"asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan"}

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
        "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi "
        "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split(),
    )
)

ESCAPES = {each: f"\\{each}" for each in " #$%&_{}"} | {"\\": r"{\backslash}", "^": r"{\wedge}", "~": r"{\sim}"}
ESCAPES |= {letter: rf"{{\{name}}}" for letter, name in GREEK.items()}


def latex_name(label: str) -> str:
    """Return a label in LaTeX: x1, x_1 and x[1] have a subscript, words are upright, and all else is escaped.

    >>> print(latex_name("w[0][1]"), latex_name("v12"), latex_name("learning rate"))
    w_{0,1} v_{12} \\mathrm{learning\\ rate}
    """
    found = re.search(r"(?<!^)(_?\d+|(\[\w+\])+)\Z", label, re.ASCII) if not label[0].isdigit() else None
    stem = label[: found.start()] if found else label
    subscript = ",".join(re.findall(r"\w+", found.group().lstrip("_"), re.ASCII)) if found else ""
    name = _escaped(stem) if len(stem) == 1 else rf"\mathrm{{{_escaped(stem)}}}"
    return f"{name}_{{{_escaped(subscript)}}}" if subscript else name


def latex_number(x: float) -> str:
    """Return a number in LaTeX, as short as in pictures."""
    digits, _, exponent = number_text(x).partition("e")
    if exponent:
        return rf"{digits} \cdot 10^{{{int(exponent)}}}"
    return {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\mathrm{nan}"}.get(digits, digits)


def _latex_function(name):
    return LATEX_FUNCTIONS.get(name) or rf"\operatorname{{{_escaped(name)}}}"


def _escaped(text):
    return "".join(ESCAPES.get(each, each if each.isascii() else rf"\text{{{each}}}") for each in text)


def _latex_parentheses(formula):
    return rf"\left({formula}\right)" if r"\frac" in formula else f"({formula})"


TEXT = Notation(OPERATORS, ATOM, "({})".format, str, str, number_text)
LATEX = Notation(LATEX_OPERATORS, POWER, _latex_parentheses, _latex_function, latex_name, latex_number)
