"""What a page says of a graph: the sentences of `steps.py` with places for numbers, which a script fills.

Every number is known by its place among the results of a program. In a text stands

{3}       number 3
{(3)}     the same, in parentheses if it is negative
{^3}      the same, in parentheses if it is negative or has a power of ten, because a power follows
{=3,4}    the sign before numbers, = or ≈: whether all of these are exact as they are written
{!3}      number 3 with all its digits
"""

import dataclasses
from typing import Any

from scalargrad.engine import Constant, Value
from scalargrad.operations import identity
from scalargrad.pages.numbers import Numbers
from scalargrad.pages.refusals import refusals
from scalargrad.passes.formulas import derivatives
from scalargrad.passes.labels import escaped, plain
from scalargrad.passes.notation import ATOM, MARKUP, MATHML, PRODUCT, SUM, Notation
from scalargrad.passes.steps import Writer, node_names

OPEN, CLOSE = "\ue000", "\ue001"  # of a place, until the whole text is known: no label has these
BRACES = {ord("{"): "&#123;", ord("}"): "&#125;", ord(OPEN): "{", ord(CLOSE): "}"}
A_PLACE = -1  # how tightly a number binds that is not known yet
MOST = 8  # leaves in a sentence, and terms in a sum


class Results:
    """The Values that a program computes, each with its place, and since when they are known.

    now  the step of the passes that computes what is added
    """

    def __init__(self) -> None:
        self.places: dict[Value, int] = {}
        self.since: list[int] = []
        self.now = 0

    def add(self, value: Value) -> Value:
        """Add a result, and return it: as a Value of its own, which has this place and no other."""
        if value in self.places:
            value = identity(value)
        self.places[value] = len(self.since)
        self.since.append(self.now)
        return value

    def place(self, value: Value) -> int:
        """Return the place of a result, which is added if there is none."""
        return self.places[value if value in self.places else self.add(value)]


@dataclasses.dataclass(frozen=True)
class Places(Notation):
    """A notation in which Values are places for their numbers."""

    results: Results = dataclasses.field(default_factory=Results)

    def equals(self, *numbers: Any) -> str:
        """Return the place of the sign before numbers, or the sign where it is the same for all of them."""
        places = [str(self.results.place(x)) for x in numbers if isinstance(x, Value)]
        sign = super().equals(*(x for x in numbers if not isinstance(x, Value)))
        return f" {OPEN}={','.join(places)}{CLOSE} " if places and sign != self.about else sign

    def factor(self, number: Any) -> str:
        """Return a number as it stands behind a sign."""
        return self.operand(self.number(number), A_PLACE, PRODUCT) if isinstance(number, Value) else super().factor(number)

    def binding(self, number: Any) -> int:
        """Return how tightly the text of a number binds."""
        return A_PLACE if isinstance(number, Value) else super().binding(number)

    def operand(self, text: str, binds: int, least: int) -> str:
        """Return the text of an operand, in parentheses if it does not bind tightly enough, or if it may not."""
        if binds != A_PLACE:
            return super().operand(text, binds, least)
        if least == ATOM:
            return text.replace(OPEN, f"{OPEN}^")
        return text.replace(OPEN, f"{OPEN}(").replace(CLOSE, f"){CLOSE}") if least > SUM else text


def with_places(notation: Notation, results: Results, form: str = "{}") -> Places:
    """Return a notation with places for numbers, which have this form round them."""

    def number(x):
        return form.format(f"{OPEN}{results.place(x)}{CLOSE}") if isinstance(x, Value) else notation.number(x)

    return Places(**vars(notation) | {"number": number}, results=results)


class Story:
    """The story of both passes over a graph, with places for numbers.

    results   what the program has to compute; first the data of the nodes
    steps     each with its text and the node that it is about; in the backward pass, which has begun with `first_backward`,
              with the place of the gradient so far, and with the edge that it came along, as in `live.py`
    nodes     in topological order, for each what a page has to know
    """

    def __init__(self, numbers: Numbers) -> None:
        self.results = Results()
        self._order = numbers.data
        self._place = {node: i for i, node in enumerate(self._order)}
        names = node_names(self._order)
        self._markup = Writer(with_places(MARKUP, self.results), names)
        self._mathml = Writer(with_places(MATHML, self.results, "<mn>{}</mn>"), names)
        self._formulas: dict[Value, list] = {}
        self._edges: dict[Value, list[tuple[Value, int]]] = {node: [] for node in self._order}  # to its consumers
        self._partials: dict[Value, list[Value]] = {}
        self._gradients: dict[Value, Value] = {}  # so far
        self._data = {node: node.data if isinstance(node, Constant) else node for node in self._order}
        self.steps: list[dict[str, Any]] = []
        for node in self._order:
            self.results.add(node)
        self._tell_forward(numbers)
        self.first_backward = len(self.steps)
        self._tell_backward(numbers)
        self.nodes = [self._described(node) for node in self._order]

    def _tell_forward(self, numbers):
        leaves = numbers.leaves
        told = [self._markup.forward(leaf, self._data)[-1] for leaf in leaves[:MOST]]
        more = [f"and {len(leaves) - MOST} more"] * (len(leaves) > MOST)
        self._add_step(", ".join(told + more), self._place[leaves[0]])
        for leaf in leaves:
            self.results.since[self._place[leaf]] = self.results.now
        for node in self._order:
            if node.operation is not None:
                self._add_step(self._markup.forward(node, self._data)[-1], self._place[node])
                self.results.since[self._place[node]] = self.results.now
                self._partials[node] = list(map(self.results.add, numbers.local[node]))
                self._formulas[node] = derivatives(node, {x: x.data for x in node.inputs}, node.partials)
                for i, value in enumerate(node.inputs):
                    self._edges[value].append((node, i))

    def _tell_backward(self, numbers):
        for (node,), gradient, edge in numbers.moments:
            self._add_step("", self._place[node])
            result = self.results.add(gradient)
            if edge is None:
                text = ", so ".join(self._markup.first(node))
            else:
                (consumer, i), formula = edge, self._formulas[edge[0]][edge[1]]
                factors = self._partials[consumer][i], self._gradients[consumer]
                rule, _, whole = self._markup.backward(edge, formula, *factors, self._gradients.get(node), result)
                text = f"{rule}, so {whole}"
                self.steps[-1]["edge"] = f"{self._place[consumer]}-{i}"
            self.steps[-1] |= {"text": finished(text), "gradient": self.results.place(result)}
            self._gradients[node] = result

    def _add_step(self, text, place):
        self.results.now += 1
        self.steps.append({"node": place, "text": finished(text)})

    def _described(self, node):
        if isinstance(node, Constant):
            return {}
        markup = self._markup.names[node]
        described: dict[str, Any] = {"name": plain(markup), "markup": finished(markup), "about": finished(self._about(node))}
        if node.operation is not None:
            described["inputs"] = [self._place[x] for x in node.inputs]
            described["partials"] = [self.results.place(partial) for partial in self._partials[node]]
            if reasons := refusals(node):
                call = self._markup.operation(node, self._data)
                described["refused"] = finished(f"<b>{call} has no value:</b> {escaped(', and '.join(reasons))}.")
        return described

    def _about(self, node):
        """What is said of a node that somebody points at: its rule, and the chain rule in symbols and in numbers."""
        rule, _, whole = self._markup.forward(node, self._data)
        kind = "" if node.operation is not None else ", a leaf"
        gradient, edges = self._gradients[node], self._edges[node]
        lines = [f"<h2>{rule}{kind}</h2><p>{whole.removeprefix(rule)}</p>"]
        derivative = _math(self._mathml.derivative(self._order[-1], node))
        number, equals = self._markup.notation.number, self._markup.notation.equals
        if not edges:
            lines.append(f"<h3>Here the backward pass begins</h3><p>{derivative} = {number(gradient)}</p>")
        else:
            title = f"Used {len(edges)} times: the chain rule has {len(edges)} terms" if edges[1:] else "The chain rule"
            lines.append(f"<h3>{title}</h3><p>{derivative} = {_sum(edges, self._term_in_symbols)}</p>")
            factors = [x for edge in edges for x in self._factors(edge)]
            terms = f"{equals(*factors)}{_sum(edges, self._term_in_numbers)}" if factors[1:] else ""
            lines.append(f"<p>{terms}{equals(*factors, gradient)}<b>{number(gradient)}</b></p>")
            lines.append(f"<h3>with the local derivative{'s' if edges[1:] else ''}</h3>")
            lines += map(self._local, edges[:MOST])
        digits = (f"{name} {OPEN}!{self.results.place(x)}{CLOSE}" for name, x in (("data", node), ("grad", gradient)))
        return "".join([*lines, f'<p class="digits">{"<br>".join(digits)}</p>'])

    def _factors(self, edge):
        """The local derivative along an edge, and the gradient of the consumer; that of y itself is 1."""
        consumer, i = edge
        partial = self._partials[consumer][i]
        return [partial] if consumer is self._order[-1] else [partial, self._gradients[consumer]]

    def _term_in_numbers(self, edge):
        return _math(self._mathml.notation.product(*self._factors(edge)))

    def _term_in_symbols(self, edge):
        (consumer, i), y, mathml = edge, self._order[-1], self._mathml
        local = mathml.derivative(consumer, consumer.inputs[i], i)
        return _math(local if consumer is y else local + mathml.notation.times + mathml.derivative(y, consumer))

    def _local(self, edge):
        """The line of a local derivative: its formula, and its number where that is not the formula."""
        (consumer, i), mathml = edge, self._mathml
        formula, partial = self._formulas[consumer][i], self._partials[consumer][i]
        derivative = mathml.derivative(consumer, consumer.inputs[i], i)
        line = f"{_math(derivative)} = {_math(mathml.notation.write(formula, mathml.called))}"
        if not isinstance(formula, float):
            line += self._markup.notation.equals(partial) + self._markup.notation.number(partial)
        return f"<p>{line}</p>"


def finished(text: str) -> str:
    """Return a text with braces round its places, and with no others."""
    return text.translate(BRACES)


def _math(formula):
    return f"<math>{formula}</math>"


def _sum(edges, term):
    """A sum with a term for each edge; of many the first ones and the last."""
    terms = [term(edge) for edge in (edges if len(edges) <= MOST else [*edges[: MOST - 2], edges[-1]])]
    if len(edges) > MOST:
        terms.insert(-1, "…")
    return " + ".join(terms)
