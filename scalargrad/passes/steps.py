"""The two passes through a graph, one step at a time.

`steps(y)` lists what `backward` does: each number that is computed, and each edge that adds to a gradient, with the rule
in symbols and in numbers.

>>> a = Value(3.0, "a")
>>> for step in steps(a * a):
...     print(step)
a = 3
v1 = a * a = 3 * 3 = 9
dv1/dv1 = 1, so v1.grad = 1
∂v1/∂a (left) = a, so a.grad += 3 * 1 = 3
∂v1/∂a (right) = a, so a.grad += 3 * 1: 3 + 3 = 6

Here ∂v1/∂a is a local derivative, toward one input of an operation, and dv1/da a gradient, along all paths together.
The graph is run once more on the numbers its leaves have now; nothing in it changes.
"""

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scalargrad.engine import Constant, Value, topological_order
from scalargrad.nodes import call_text
from scalargrad.passes.formulas import definition, derivatives
from scalargrad.passes.labels import PRIMES, is_expression, plain
from scalargrad.passes.moments import Moment, backward_pass
from scalargrad.passes.notation import LATEX, MARKUP, TEXT, Notation, number_text
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
    text      the whole step, as `print` shows it
    latex     the whole step in LaTeX, for math mode; a bar is a gradient: that of y toward what is below the bar
    markup    the caption of the step, as pictures have it
    """

    node: Value
    consumer: Value | None
    index: int | None
    partial: float | None
    result: float
    rule: str
    numbers: str
    text: str
    rule_latex: str
    numbers_latex: str
    latex: str
    markup: str

    @property
    def is_forward(self) -> bool:
        """Whether the step computes a value; else it adds to a gradient."""
        return self.partial is None

    @property
    def caption(self) -> str:
        """The step as a sentence for people: "d = c · x = 2 · 3 = 6", or "b.grad += 1 · 2: 5 + 2 = 7"."""
        return plain(self.markup)

    def __str__(self) -> str:
        return self.text

    def _repr_latex_(self):
        return f"$\\displaystyle {self.latex}$"


def node_names(nodes: Iterable[Value]) -> dict[Value, str]:
    """Return what to call each node: its label, its number if it is a constant, else v1, v2, ... as far as not taken.

    Of several nodes with one label, x, the others are x′, x″, x‴, x^(4) and so on.
    """
    labels = {node: "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in node.label) for node in nodes}
    taken = set(labels.values())
    numbered = (name for name in map("v{}".format, itertools.count(1)) if name not in taken)
    again: dict[str, Iterator[str]] = {}
    names: dict[Value, str] = {}
    for node, label in labels.items():
        if isinstance(node, Constant):
            names[node] = number_text(node.data)
        elif not label:
            names[node] = next(numbered)
        elif label not in again:
            names[node], again[label] = label, filter(lambda name: name not in taken, _primed(label))
        else:
            names[node] = next(again[label])
    return names


def _primed(label):
    yield from (f"{label}{prime}" for prime in PRIMES)
    yield from (f"{label}^({count})" for count in itertools.count(len(PRIMES) + 1))


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
    teller = Teller(order, {node: float(result) for node, result in results.items()}, partials)
    moments = backward_pass((y,), order, partials)
    return [*teller.forward(order), *map(teller.backward, moments)]


class Teller:
    """Says what happens at the moments of the passes, with the numbers of the nodes and the local derivatives given."""

    def __init__(self, order: list[Value], data: Mapping[Value, float], partials: Mapping[Value, Any]) -> None:
        self.names = node_names(order)
        self.text, self.latex, self.markup = (Writer(notation, self.names) for notation in (TEXT, LATEX, MARKUP))
        self._data, self._partials = data, partials
        self._formulas: dict[Value, list] = {}
        self._gradients: dict[Value, float] = {}

    def forward(self, nodes: Iterable[Value]) -> list[Step]:
        """Return the step of each node that gets its number, which constants have already."""
        return [self._forward(node) for node in nodes if not isinstance(node, Constant)]

    def _forward(self, node):
        (rule, numbers, text), (rule_latex, numbers_latex, latex), (*_, markup) = (
            writer.forward(node, self._data) for writer in (self.text, self.latex, self.markup)
        )
        result = self._data[node]
        return Step(node, None, None, None, result, rule, numbers, text, rule_latex, numbers_latex, latex, markup)

    def backward(self, moment: Moment) -> Step:
        """Return the step of a moment of the backward pass; all moments before have to be told before."""
        (node,), result, edge = moment
        before = self._gradients.get(node)
        self._gradients[node] = result
        if edge is None:
            return self._first(node)
        consumer, index = edge
        if consumer not in self._formulas:
            self._formulas[consumer] = derivatives(consumer, self._data, self._partials[consumer])
        partial, formula = self._partials[consumer][index], self._formulas[consumer][index]
        (rule, numbers, text), (rule_latex, _, numbers_latex), (*_, markup) = (
            writer.backward(edge, formula, partial, self._gradients[consumer], before, result)
            for writer in (self.text, self.latex, self.markup)
        )
        text, latex = f"{rule}, so {text}", rf"{rule_latex}, \quad {numbers_latex}"
        return Step(
            node, consumer, index, float(partial), result, rule, numbers, text, rule_latex, numbers_latex, latex, markup
        )

    def _first(self, y):
        """The step with which the backward pass begins."""
        (rule, numbers), (rule_latex, numbers_latex), (_, markup) = (
            writer.first(y) for writer in (self.text, self.latex, self.markup)
        )
        text, latex = f"{rule}, so {numbers}", rf"{rule_latex}, \quad {numbers_latex}"
        return Step(y, None, None, 1.0, 1.0, rule, numbers, text, rule_latex, numbers_latex, latex, markup)


class Writer:
    """Writes about the nodes of a graph in one notation, in which it has their names."""

    def __init__(self, notation: Notation, names: Mapping[Value, str]) -> None:
        self.notation, self.called = notation, names
        self.names = {node: notation.name(name) for node, name in names.items()}
        self._kept_together = {
            node: notation.parentheses(name) if is_expression(names[node]) and not isinstance(node, Constant) else name
            for node, name in self.names.items()
        }

    def forward(self, node: Value, data: Mapping[Value, Any]) -> tuple[str, str, str]:
        """Return how a node gets its number: its rule, the rule in numbers, "" for leaves, and the whole."""
        notation, rule, numbers = self.notation, self.names[node], ""
        operands = [data[x] for x in node.inputs]
        if node.operation is not None:
            rule, numbers = f"{rule} = {self.operation(node, self.called)}", self.operation(node, data)
        whole = rule + (notation.equals(*operands) + numbers if numbers else "")
        return rule, numbers, whole + notation.equals(*operands, data[node]) + notation.number(data[node])

    def first(self, y: Value) -> tuple[str, str]:
        """Return how the backward pass begins: the derivative of y, and its gradient."""
        return f"{self.derivative(y, y)} = 1", f"{self.gradient(y)} = 1"

    def backward(
        self, edge: tuple[Value, int], formula: Any, partial: Any, gradient: Any, before: Any, result: Any
    ) -> tuple[str, str, str]:
        """Return how an edge adds to a gradient: its rule, what is added in numbers, and what that comes to.

        formula   of the local derivative along the edge
        partial   its number
        gradient  of the consumer
        before    the gradient of the node before, or None
        result    the gradient of the node so far
        """
        (consumer, index), notation = edge, self.notation
        node = consumer.inputs[index]
        rule = f"{self.derivative(consumer, node, index)} = {notation.write(formula, self.called)}"
        gains = f"{self.gradient(node)} {notation.gains} {notation.product(partial, gradient)}"
        if before is None:
            whole = gains + notation.equals(partial, gradient, result)
        else:
            added = partial * gradient
            whole = f"{gains}{notation.so}{notation.sum(before, added)}{notation.equals(before, added, result)}"
        return rule, gains, whole + notation.number(result)

    def operation(self, node: Value, operands: Mapping[Value, Any]) -> str:
        """Return the operation of a node, of names or of numbers."""
        if self.notation is not TEXT:
            return self.notation.write(definition(node), operands)
        texts = (self._kept_together[x] if isinstance(operands[x], str) else number_text(operands[x]) for x in node.inputs)
        return call_text(node.operation, *texts)

    def derivative(self, y: Value, x: Value, index: int | None = None, side: bool = True) -> str:
        """Return "dy/dx", or "∂y/∂x" for the local derivative toward input number `index`.

        side  whether the two inputs of x * x are told apart, as left and right
        """
        d = self.notation.differentials[index is not None]
        text = self.notation.derivative.format(d, self._kept_together[y], self._kept_together[x])
        if side and index is not None and y.inputs == (x, x):
            return self.notation.side.format(text, ("left", "right")[index])
        return text

    def gradient(self, node: Value) -> str:
        """Return the gradient of a node, such as "x.grad"."""
        return self.notation.gradient.format(self.names[node])
