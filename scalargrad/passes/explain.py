"""The two passes through a graph as a table, for the blackboard.

`explain(y)` prints the steps of `steps.py` as a table. In a notebook it shows them as formulas.

>>> a = Value(3.0, "a")
>>> explain(a * a)
step  forward pass        numbers             value
   1  a                                           3
   2  v1 = a * a          3 * 3                   9
<BLANKLINE>
step  backward pass       numbers          gradient
   3  dv1/dv1 = 1         v1.grad = 1             1
   4  ∂v1/∂a (left) = a   a.grad += 3 * 1         3
   5  ∂v1/∂a (right) = a  a.grad += 3 * 1         6
<BLANKLINE>
chain rule: ∂ is along one edge, d along all paths
dv1/da = ∂v1/∂a (left) + ∂v1/∂a (right)
       = 3 + 3
       = 6
"""

import re
from collections.abc import Iterable
from typing import Any

from scalargrad.engine import Value, topological_order
from scalargrad.passes.notation import LATEX, TEXT, is_exact, number_text
from scalargrad.passes.steps import Step, Writer, node_names, steps

WIDTH, CELL = 80, 36  # columns, of a projector's page and of a cell
LATEX_WIDTH = 48  # letters and signs in a line of LaTeX, on a page with 12 points
RELATIONS, SUMS, PRODUCTS = (" = ", r" \approx "), (" + ", " - "), (r" \cdot ",)
BRACES, PARENTHESES = (r"\left", r"\right", "{", "}"), ("(", ")")
MARGIN = 4  # of a row that goes on
PASSES = ("both", "forward", "backward")
LONGEST_PATH, MOST_FACTORS, MOST_TERMS = 5, 12, 6  # in a sum that can be read


class Explanation:
    """A table of both passes, and the chain rule for each Value that is used more than once.

    It prints itself, and a notebook shows it as formulas; `latex` is their source, `steps` the list of steps.
    """

    def __init__(self, y: Value, passes: str, max_nodes: int) -> None:
        both = steps(y, max_nodes)
        self.steps = [step for step in both if passes in ("both", "forward" if step.is_forward else "backward")]
        self._y = y
        names = node_names(topological_order(y))
        self._writers = Writer(TEXT, names), Writer(LATEX, names)
        self._gradients = {step.node: step.result for step in self.steps if not step.is_forward}
        self._edges: dict[Value, list[Step]] = {node: [] for node in self._gradients}  # to its consumers, in order
        place: dict[Value | None, int] = {step.node: i for i, step in enumerate(both) if step.is_forward}
        edges = (step for step in self.steps if step.consumer is not None)
        for step in sorted(edges, key=lambda step: place[step.consumer]):
            self._edges[step.node].append(step)

    def __repr__(self) -> str:
        rows = [(f"{i:4}", step.rule, step.numbers, _result(step)) for i, step in enumerate(self.steps, 1)]
        forward = sum(step.is_forward for step in self.steps)
        tables = (
            [("step", "forward pass", "numbers", "value"), *rows[:forward]],
            [("step", "backward pass", "numbers", "gradient"), *rows[forward:]],
        )
        shown = [rows for rows in tables if len(rows) > 1]
        lines = table([row for rows in shown for row in (("", "", "", ""), *rows)][1:], "<<<>")
        for i, (left, *sums) in enumerate(self._chain_rules(0)):
            lines += ["", "chain rule: ∂ is along one edge, d along all paths"] if i == 0 else [""]
            for sign, terms in sums:
                space = " " if len(f"{left}{sign}{' + '.join(terms)}") <= WIDTH else "\n" + " " * (len(left) + 1)
                lines.append(f"{left}{sign}{f'{space}+ '.join(terms)}")
                left = " " * len(left)
        return "\n".join(lines)

    @property
    def latex(self) -> str:
        """The table as a piece of a LaTeX document, which needs the package amsmath."""
        return "\n\n".join(
            f"{title}:\n{{\\allowdisplaybreaks\n\\begin{{alignat*}}{{2}}\n{rows}\n\\end{{alignat*}}}}"
            for title, rows in self._formulas()
        )

    def _repr_markdown_(self):
        return "\n\n".join(
            f"{title}:\n\n$$\n\\begin{{aligned}}\n{rows}\n\\end{{aligned}}\n$$" for title, rows in self._formulas()
        )

    def _formulas(self):
        """The parts of the table in LaTeX, each with its title, as rows that are aligned at their first sign."""
        backward: list[str] = []
        rules = [(step.rule_latex, step.numbers_latex) for step in self.steps if not step.is_forward]
        beside = sum(max(map(latex_length, column), default=0) for column in zip(*rules)) <= LATEX_WIDTH
        room = _room(rule for rule, _ in rules)
        for rule, numbers in rules:
            rows = _broken(rule, room)
            parts = numbers.split(LATEX.so) if latex_length(numbers) > room else [numbers]
            below = [rf" & \quad {part}" for part in parts]
            backward += [rf"{rows[0]} && \qquad {numbers}"] if beside else [*rows, *below]
        formulas = [step.latex for step in self.steps if step.is_forward]
        forward = [row for formula in formulas for row in _broken(formula, _room(formulas))]
        equations = [
            f"{left * (i == 0)}{sign}{' + '.join(terms)}"
            for left, *sums in self._chain_rules(1)
            for i, (sign, terms) in enumerate(sums)
        ]
        chain_rules = [row for equation in equations for row in _broken(equation, _room(equations))]
        y = self._writers[1].names[self._y]
        for title, rows in (
            ("Forward pass", forward),
            (rf"Backward pass, where $\overline{{v}}$ is $\mathrm{{d}} {y} / \mathrm{{d}} v$", backward),
            (r"Chain rule, where $\partial$ is along one edge and $\mathrm{d}$ along all paths", chain_rules),
        ):
            if rows:
                yield title, " \\\\[8pt]\n".join(rows)

    def _chain_rules(self, i):
        """For each Value used more than once its gradient and the sums that it equals, as text (0) or in LaTeX (1)."""
        writer, times, dots = self._writers[i], (" · ", LATEX.times)[i], ("...", r"\dots")[i]
        for node, edges in self._edges.items():
            if len(edges) > 1:
                terms = self._paths(node) or [self._by_consumer(step) for step in edges]
                symbols = [times.join(writer.derivative(*names) for names, _ in term) for term in terms]
                factors = [x for term in terms for _, x in term]
                numbers = [writer.notation.product(*(x for _, x in term)).replace(TEXT.times, times) for term in terms]
                if len(terms) > MOST_TERMS:
                    symbols[MOST_TERMS - 2 : -1] = numbers[MOST_TERMS - 2 : -1] = [dots]
                gradient, notation = self._gradients[node], writer.notation
                yield (
                    writer.derivative(self._y, node),
                    (" = ", symbols),
                    (notation.equals(*factors), numbers),
                    (notation.equals(*factors, gradient), [notation.number(gradient)]),
                )

    def _paths(self, node):
        """Every path from y to a node, as the local derivatives along it; an empty list if they are too many to read."""
        found: list[tuple] = []
        stack: list[tuple[tuple, Any]] = [((), node)]
        while stack:
            path, end = stack.pop()
            if end is self._y:
                found.append(path)
            stack += [((self._local(step), *path), step.consumer) for step in reversed(self._edges[end])]
            lengths = [len(path) for path in found] + [len(path) for path, _ in stack]
            if max(lengths) > LONGEST_PATH or sum(lengths) > MOST_FACTORS:
                return []
        return found

    def _local(self, step):
        return (step.consumer, step.node, step.index), step.partial

    def _by_consumer(self, step):
        """All paths that begin with one edge: the gradient of the consumer, and the local derivative."""
        if step.consumer is self._y:
            return [self._local(step)]
        return [((self._y, step.consumer), self._gradients[step.consumer]), self._local(step)]


def _result(step):
    return number_text(step.result) if is_exact(step.result) else f"≈ {number_text(step.result)}"


def latex_length(formula: str) -> int:
    """Return about how many letters and signs a formula shows side by side."""
    formula = re.sub(r"\\(frac|overline|left|right|math\w+|text)", "", formula)
    return len(re.sub(r"[{}_^ ]", "", re.sub(r"\\[A-Za-z]+", "x", formula)))


def _room(formulas):
    """How long a row may be to the right of the sign, at which formulas are aligned; a fraction is two rows high."""
    lefts = (_pieces(formula, RELATIONS, BRACES)[0] for formula in formulas)
    return LATEX_WIDTH - max((latex_length(left) // (1 + (r"\frac" in left)) for left in lefts), default=0) - MARGIN


def _broken(formula, room):
    """The rows of a formula, aligned at its first sign; one that is long is broken before signs."""
    left, *pieces = _pieces(formula, RELATIONS, BRACES + PARENTHESES)
    for signs, brackets in ((SUMS, BRACES + PARENTHESES), (PRODUCTS, BRACES + PARENTHESES), (SUMS + PRODUCTS, BRACES)):
        long = (latex_length(piece) > room for piece in pieces)
        pieces = [part for piece in pieces for part in (_pieces(piece, signs, brackets) if next(long) else [piece])]
    rows = [left]
    for i, piece in enumerate(pieces):
        if i and latex_length(rows[-1].partition("&")[2] + piece) > room:
            rows.append(rf" & \quad {{}}{piece}")
        else:
            rows[-1] += f" &{piece.lstrip()}" if i == 0 else piece
    return rows


def _pieces(formula, signs, brackets):
    """A formula cut before these signs, where they stand outside of brackets; openings and closings of such alternate."""
    pieces, depth = [""], 0
    for part in re.split(f"({'|'.join(map(re.escape, (*signs, *brackets)))})", formula):
        if part in brackets:
            depth += 1 - 2 * (brackets.index(part) % 2)
        if depth == 0 and part in signs:
            pieces.append("")
        pieces[-1] += part
    return pieces


def table(rows: Iterable[tuple[str, ...]], alignment: str, least: int = 0) -> list[str]:
    """Return the lines of a table; a cell that is too wide for its column has a line of its own.

    alignment  "<" or ">" for each column, such as "<<>"
    least      how wide the columns of numbers, those with ">", are at least
    """
    rows = list(rows)
    widths = [
        max([least] * (align == ">") + [len(cell) for cell in column if len(cell) <= CELL])
        for align, column in zip(alignment, zip(*rows))
    ]
    lines = []
    for row in rows:
        line = ""
        for i, (cell, align, width) in enumerate(zip(row, alignment, widths)):
            line += f"{cell:{align}{width}}  "
            if len(cell) > width:
                lines.append(line.rstrip())
                line = " " * sum(widths[: i + 1], 2 * i + 2)
        lines.append(line.rstrip())
    return lines


def explain(y: Value, passes: str = "both", max_nodes: int = 500) -> Explanation:
    """Explain how a Value and all gradients toward what it was made from are computed.

    passes     "forward" or "backward" leaves out the other pass; the chain rule belongs to the backward pass
    max_nodes  the largest graph that is explained; larger ones raise ValueError
    """
    if passes not in PASSES:
        raise ValueError(f"passes={passes!r}: explain shows one of {', '.join(PASSES)}")
    return Explanation(y, passes, max_nodes)
