"""The two passes through a graph, one step at a time.

`steps(y)` lists what `backward` does: each number that is computed, and each edge that adds to a gradient, with the rule
in symbols and in numbers.

>>> a, b = Value(2.0, "a"), Value(3.0, "b")
>>> for step in steps(a * b):
...     print(step)
a = 2
b = 3
v1 = a * b = 2 * 3 = 6
dv1/dv1 = 1, so v1.grad = 1
∂v1/∂a = b, so a.grad += 3 * 1
∂v1/∂b = a, so b.grad += 2 * 1

Here ∂v1/∂a is a local derivative, toward one input of an operation, and dv1/da a gradient, along all paths together.
The graph is run once more on the numbers its leaves have now; nothing in it changes.
"""

import dataclasses
import itertools
from collections.abc import Iterable

from scalargrad.engine import Constant, Value, topological_order
from scalargrad.nodes import call_text
from scalargrad.passes.formulas import definition, derivatives
from scalargrad.passes.moments import backward_pass
from scalargrad.passes.notation import LATEX, TEXT, is_expression, latex_name, latex_number, number_text
from scalargrad.replay import run


@dataclasses.dataclass(frozen=True)
class Step:
    """One step of a pass: a node gets its value, or an edge adds to the gradient of a node.

    node      the Value whose number changes
    consumer  backward: the node at the other end of the edge; else None, also for y itself, where the pass begins
    index     backward: which input of the consumer the node is; else None
    partial   backward: the local derivative along the edge
    result    the value of the node, or its gradient so far
    rule      the step in symbols: "d = c * x", or "∂d/∂c = x"
    numbers   the step in numbers: "2 * 3", or "c.grad += 3 * 0.5"
    """

    node: Value
    consumer: Value | None
    index: int | None
    partial: float | None
    result: float
    rule: str
    numbers: str
    rule_latex: str
    numbers_latex: str

    @property
    def is_forward(self) -> bool:
        return self.partial is None

    def __str__(self) -> str:
        if self.is_forward:
            return " = ".join(filter(None, (self.rule, self.numbers, number_text(self.result))))
        return f"{self.rule}, so {self.numbers}"

    @property
    def latex(self) -> str:
        """The step in LaTeX, for math mode. A bar is a gradient: that of y toward what is below the bar."""
        if self.is_forward:
            return " = ".join(filter(None, (self.rule_latex, self.numbers_latex, latex_number(self.result))))
        return rf"{self.rule_latex}, \quad {self.numbers_latex}"

    def _repr_latex_(self):
        return f"$\\displaystyle {self.latex}$"


def node_names(nodes: Iterable[Value]) -> dict[Value, str]:
    """Return what to call each node: its label, its number if it is a constant, else v1, v2, ... as far as not taken."""
    labels = {node: "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in node.label) for node in nodes}
    taken = set(labels.values())
    numbered = (name for name in map("v{}".format, itertools.count(1)) if name not in taken)
    return {
        node: number_text(node.data) if isinstance(node, Constant) else label or next(numbered)
        for node, label in labels.items()
    }


def steps(y: Value, max_nodes: int = 500) -> list[Step]:
    """Return the steps of the forward pass to y, and then those of the backward pass from y.

    max_nodes  the largest graph that is taken; larger ones raise ValueError
    """
    if not isinstance(y, Value):
        raise TypeError(f"steps and explain take one Value, as in explain(y), got {y!r}")
    order = topological_order(y)
    if len(order) > max_nodes:
        raise ValueError(
            f"the graph has {len(order)} nodes, and the steps of more than {max_nodes} cannot be read: take a part of it, "
            f"or raise max_nodes to {len(order)}"
        )
    results, partials = run(order, {}, keep_partials=True)
    data = {node: float(result) for node, result in results.items()}
    names = Names(order)
    return [*_forward(order, names, data), *_backward(order, names, data, partials)]


def _forward(order, names, data):
    for node in order:
        if isinstance(node, Constant):
            continue
        rule, numbers, rule_latex, numbers_latex = names.names[node], "", names.latex[node], ""
        if node.operation is not None:
            formula = definition(node)
            rule += f" = {call_text(node.operation, *(names.text[x] for x in node.inputs))}"
            numbers = call_text(node.operation, *(number_text(data[x]) for x in node.inputs))
            rule_latex += f" = {LATEX.write(formula, names.names)}"
            numbers_latex = LATEX.write(formula, data)
        yield Step(node, None, None, None, data[node], rule, numbers, rule_latex, numbers_latex)


def _backward(order, names, data, partials):
    y = order[-1]
    rule, rule_latex = names.derivative(y, y)
    numbers, numbers_latex = f"{names.names[y]}.grad = 1", rf"\overline{{{names.latex[y]}}} = 1"
    yield Step(y, None, None, 1.0, 1.0, f"{rule} = 1", numbers, f"{rule_latex} = 1", numbers_latex)
    formulas = {node: derivatives(node, data, partials[node]) for node in partials}
    gradients = {y: 1.0}
    _, *edges = backward_pass((y,), order, partials)  # the first moment is that of y itself
    for (node,), gradient, (consumer, index) in edges:
        gradients[node] = gradient
        partial, formula = partials[consumer][index], formulas[consumer][index]
        rule, rule_latex = names.derivative(consumer, node, index)
        numbers, numbers_latex = product([partial, gradients[consumer]], " * ")
        yield Step(
            node=node,
            consumer=consumer,
            index=index,
            partial=float(partial),
            result=gradient,
            rule=f"{rule} = {TEXT.write(formula, names.names)}",
            numbers=f"{names.names[node]}.grad += {numbers}",
            rule_latex=f"{rule_latex} = {LATEX.write(formula, names.names)}",
            numbers_latex=rf"\overline{{{names.latex[node]}}} \mathrel{{+}}= {numbers_latex}",
        )


class Names:
    """The names of the nodes, as they stand alone, in text, and in LaTeX, and how derivatives are written with them."""

    def __init__(self, order: list[Value]) -> None:
        self.names = node_names(order)
        self.text = {
            node: f"({name})" if is_expression(name) and not isinstance(node, Constant) else name
            for node, name in self.names.items()
        }
        self.latex = {node: latex_name(name) for node, name in self.names.items()}

    def derivative(self, y: Value, x: Value, index: int | None = None) -> tuple[str, str]:
        """Return "dy/dx", or "∂y/∂x" for the local derivative toward input number `index`, as text and in LaTeX."""
        d, latex_d = ("d", r"\mathrm{d}") if index is None else ("∂", r"\partial")
        text = f"{d}{self.text[y]}/{d}{self.text[x]}"
        latex = rf"\frac{{{latex_d} {self.latex[y]}}}{{{latex_d} {self.latex[x]}}}"
        if index is not None and y.inputs == (x, x):
            side = ("left", "right")[index]
            return f"{text} ({side})", rf"\left.{latex}\right|_{{\text{{{side}}}}}"
        return text, latex


def product(factors: list[float], sign: str) -> tuple[str, str]:
    """Return a product of numbers, as text with this sign, and in LaTeX."""
    texts, latexes = map(number_text, factors), map(latex_number, factors)
    return sign.join(map(_with_parentheses, texts)), r" \cdot ".join(map(_with_parentheses, latexes))


def _with_parentheses(number):
    return f"({number})" if number.startswith("-") else number
