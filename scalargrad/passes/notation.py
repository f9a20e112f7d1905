"""How formulas are written: as text that one would type, in LaTeX, as markup, for pictures, and in MathML, for pages.

With this module a formula, a tree as in `formulas.py`, becomes readable, with parentheses only where they are needed.

>>> x, y = Value(1.0), Value(2.0)
>>> formula = ("/", 1.0, ("**", ("+", x, y), 2.0))
>>> TEXT.write(formula, {x: "x", y: "y"})
'1/(x + y)**2'
>>> print(LATEX.write(formula, {x: "w[0]", y: "α"}))
\\frac{1}{(w_{0} + {\\alpha})^{2}}
>>> MARKUP.write(formula, {x: "w[0]", y: "α"})
'1/(w<SUB>0</SUB> + α)<SUP>2</SUP>'
"""

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any

from scalargrad.engine import Value
from scalargrad.passes.labels import escaped, is_expression, latex_name, latex_text, markup_name, mathml_name

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4  # how tightly a formula binds


def number_text(x: float) -> str:
    """Return a number with four significant digits; before the point there are all of them, up to a million."""
    if 9999.5 <= abs(x) < 999_999.5:
        return f"{x:.0f}"
    return f"{x + 0.0:.4g}"  # which makes -0.0 a 0


def is_exact(x: float) -> bool:
    """Whether the text of a number is the number, but for what floats get wrong, as in 0.1 + 0.2."""
    return math.isnan(x) or math.isclose(float(number_text(x)), x, rel_tol=1e-12)


@dataclasses.dataclass(frozen=True)
class Notation:
    """A way to write formulas.

    forms         of an operation: its text, how tightly it binds, and how tightly each operand has to
    call          how tightly the call of a function binds: of log(x)^2 one does not see what is squared
    parentheses   puts parentheses around a formula that does not bind tightly enough
    function, name, number  how the name of a function, the label of a node, and a number are written
    times, about            between the factors of a product, and before a number that is rounded
    differentials           of all paths, and of one edge
    derivative, side        of a differential and two names; of a derivative, and the place of an input that is used twice
    gradient, gains, so     the gradient of a name, how something is added to it, and what comes before the result
    comma                   between the arguments of a function
    """

    forms: dict[str, tuple]
    call: int
    parentheses: Callable[[str], str]
    function: Callable[[str], str]
    name: Callable[[str], str]
    number: Callable[[Any], str]
    times: str
    about: str
    differentials: tuple[str, str]
    derivative: str
    side: str
    gradient: str
    gains: str
    so: str
    comma: str = ", "

    def equals(self, *numbers: Any) -> str:
        """Return the sign before these numbers: whether it is true of what is written."""
        return " = " if all(map(is_exact, numbers)) else self.about

    def sum(self, *numbers: Any) -> str:
        """Return a sum of numbers."""
        first, *others = numbers
        return " + ".join([self.number(first), *map(self.factor, others)])

    def product(self, *numbers: Any) -> str:
        """Return a product of numbers."""
        return self.times.join(map(self.factor, numbers))

    def factor(self, number: Any) -> str:
        """Return a number as it stands behind a sign: a negative one in parentheses."""
        return f"({self.number(number)})" if number < 0 else self.number(number)

    def binding(self, number: Any) -> int:
        """Return how tightly the text of a number binds."""
        if number < 0:
            return SUM
        return POWER if "10^" in (text := self.number(number)) or "10<SUP>" in text else ATOM

    def operand(self, text: str, binds: int, least: int) -> str:
        """Return the text of an operand, in parentheses if it does not bind tightly enough."""
        return self.parentheses(text) if binds < least else text

    def write(self, formula: Any, names: Mapping[Value, Any]) -> str:
        """Return a formula as text, with names, or numbers, in place of the nodes."""
        return self._written(formula, names)[0]

    def _written(self, tree, names):
        """The text of a formula, and how tightly it binds."""
        if not isinstance(tree, tuple):
            leaf = names[tree] if isinstance(tree, Value) else tree
            if isinstance(leaf, str):
                return self.name(leaf), SUM if is_expression(leaf) else ATOM
            return self.number(leaf), self.binding(leaf)
        name, *operands = tree
        parts = [self._written(operand, names) for operand in operands]
        if name not in self.forms:
            return self.function(name) + self.parentheses(self.comma.join(part for part, _ in parts)), self.call
        form, level, *needed = self.forms[name]
        return form.format(*(self.operand(part, binds, least) for (part, binds), least in zip(parts, needed))), level


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

MARKUP_OPERATORS = OPERATORS | {
    "-": ("{} − {}", SUM, SUM, PRODUCT),
    "neg": ("−{}", SUM, PRODUCT),
    "*": ("{} · {}", PRODUCT, PRODUCT, POWER),
    "**": ("{}<SUP>{}</SUP>", POWER, ATOM, 0),
    "abs": ("|{}|", ATOM, 0),
    "sqrt": ("√{}", POWER, ATOM),
}

MATHML_OPERATORS = {
    "+": ("{}<mo>+</mo>{}", SUM, SUM, PRODUCT),
    "-": ("{}<mo>−</mo>{}", SUM, SUM, PRODUCT),
    "neg": ("<mo>−</mo>{}", SUM, PRODUCT),
    "*": ("{}<mo>·</mo>{}", PRODUCT, PRODUCT, POWER),
    "/": ("<mfrac><mrow>{}</mrow><mrow>{}</mrow></mfrac>", POWER, 0, 0),
    "**": ("<msup><mrow>{}</mrow><mrow>{}</mrow></msup>", POWER, ATOM, 0),
    "abs": ("<mrow><mo>|</mo>{}<mo>|</mo></mrow>", ATOM, 0),
    "sqrt": ("<msqrt>{}</msqrt>", ATOM, 0),
}

LATEX_FUNCTIONS = {name: f"\\{name}" for name in "exp log sin cos tan sinh cosh tanh max min".split()}
LATEX_FUNCTIONS |= {"maximum": r"\max", "minimum": r"\min", "sigmoid": r"\sigma", "log2": r"\log_{2}", "log10": r"\log_{10}"}
LATEX_FUNCTIONS |= {"asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan"}


def latex_number(x: float) -> str:
    """Return a number in LaTeX, as short as in pictures."""
    digits, _, exponent = number_text(x).partition("e")
    if exponent:
        return rf"{digits} \cdot 10^{{{int(exponent)}}}"
    return {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\mathrm{nan}"}.get(digits, digits)


def _latex_function(name):
    return LATEX_FUNCTIONS.get(name) or rf"\operatorname{{{latex_text(name)}}}"


def _latex_parentheses(formula):
    return rf"\left({formula}\right)" if r"\frac" in formula else f"({formula})"


def markup_number(x: float) -> str:
    """Return a number as markup: with a minus and a power of ten as they are printed."""
    digits, _, exponent = number_text(x).replace("inf", "∞").replace("-", "−").partition("e")
    return f"{digits}·10<SUP>{exponent.lstrip('+').replace('−0', '−').lstrip('0')}</SUP>" if exponent else digits


def mathml_number(x: float) -> str:
    """Return a number in MathML."""
    digits, power, exponent = markup_number(x).removesuffix("</SUP>").partition("·10<SUP>")
    return f"<mn>{digits}</mn>" + (f"<mo>·</mo><msup><mn>10</mn><mn>{exponent}</mn></msup>" if power else "")


TEXT_FORMS = (("d", "∂"), "{0}{1}/{0}{2}", "{} ({})", "{}.grad", "+=", ": ")
LATEX_FORMS = (
    (r"\mathrm{d}", r"\partial"),
    r"\frac{{{0} {1}}}{{{0} {2}}}",
    r"\left.{}\right|_{{\text{{{}}}}}",
    r"\overline{{{}}}",
    r"\mathrel{+}=",
    r"\colon \; ",
)

TEXT = Notation(OPERATORS, ATOM, "({})".format, str, str, number_text, " * ", " ≈ ", *TEXT_FORMS)
MARKUP = Notation(MARKUP_OPERATORS, ATOM, "({})".format, escaped, markup_name, markup_number, " · ", " ≈ ", *TEXT_FORMS)
LATEX = Notation(
    *(LATEX_OPERATORS, POWER, _latex_parentheses, _latex_function, latex_name, latex_number, r" \cdot ", r" \approx "),
    *LATEX_FORMS,
)
MATHML = dataclasses.replace(
    MARKUP,
    forms=MATHML_OPERATORS,
    parentheses="<mrow><mo>(</mo>{}<mo>)</mo></mrow>".format,
    function=lambda name: f"<mi>{escaped(name)}</mi>",
    name=mathml_name,
    number=mathml_number,
    times="<mo>·</mo>",
    about="<mo>≈</mo>",
    differentials=("<mtext>d</mtext>", "<mi>∂</mi>"),
    derivative="<mfrac><mrow>{0}{1}</mrow><mrow>{0}{2}</mrow></mfrac>",
    side="<msub><mrow>{}</mrow><mtext>{}</mtext></msub>",
    comma="<mo>,</mo>",
)
