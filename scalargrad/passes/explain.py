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

from collections.abc import Iterable
from typing import Any

from scalargrad.engine import Value, topological_order
from scalargrad.passes.notation import latex_number, number_text
from scalargrad.passes.steps import Names, Step, product, steps

WIDTH, CELL = 80, 36  # columns, of a projector's page and of a cell
LONGEST_PATH, MOST_FACTORS, MOST_TERMS = 5, 12, 6  # in a sum that can be read


class Explanation:
    """A table of both passes, and the chain rule for each Value that is used more than once.

    It prints itself, and a notebook shows it as formulas; `latex` is their source, `steps` the list of steps.
    """

    def __init__(self, y: Value, max_nodes: int) -> None:
        self.steps = steps(y, max_nodes)
        self._y = y
        self._names = Names(topological_order(y))
        self._gradients = {step.node: step.result for step in self.steps if not step.is_forward}
        self._edges: dict[Value, list[Step]] = {node: [] for node in self._gradients}  # to its consumers, in order
        place: dict[Value | None, int] = {step.node: i for i, step in enumerate(self.steps) if step.is_forward}
        edges = (step for step in self.steps if step.consumer is not None)
        for step in sorted(edges, key=lambda step: place[step.consumer]):
            self._edges[step.node].append(step)

    def __repr__(self) -> str:
        rows = [(f"{i:4}", step.rule, step.numbers, number_text(step.result)) for i, step in enumerate(self.steps, 1)]
        forward = sum(step.is_forward for step in self.steps)
        first, second = ("step", "forward pass", "numbers", "value"), ("step", "backward pass", "numbers", "gradient")
        lines = table([first, *rows[:forward], ("", "", "", ""), second, *rows[forward:]], "<<<>")
        for i, (left, *sums) in enumerate(self._chain_rules(0)):
            lines += ["", "chain rule: ∂ is along one edge, d along all paths"] if i == 0 else [""]
            for terms in sums:
                space = " " if len(f"{left} = {' + '.join(terms)}") <= WIDTH else "\n" + " " * (len(left) + 1)
                lines.append(f"{left} = {f'{space}+ '.join(terms)}")
                left = " " * len(left)
        return "\n".join(lines)

    @property
    def latex(self) -> str:
        """The table as a piece of a LaTeX document, which needs the package amsmath."""
        return "\n\n".join(f"{title}:\n\\[\n{formulas}\n\\]" for title, formulas in self._formulas())

    def _repr_markdown_(self):
        return "\n\n".join(f"{title}:\n\n$$\n{formulas}\n$$" for title, formulas in self._formulas())

    def _formulas(self):
        """The parts of the table in LaTeX, each with its title."""
        forward, backward, chain_rules = [], [], []
        for step in self.steps:
            if step.is_forward:
                forward.append(step.latex.replace(" = ", " &= ", 1))
            else:
                rule = step.rule_latex.replace(" = ", " &= ", 1)
                backward.append(rf"{rule} && \qquad {step.numbers_latex}")
        for left, *sums in self._chain_rules(1):
            chain_rules.append(left + " \\\\\n".join(f" &= {' + '.join(terms)}" for terms in sums))
        y = self._names.latex[self._y]
        for title, lines in (
            ("Forward pass", forward),
            (rf"Backward pass, where $\overline{{v}}$ is $\mathrm{{d}} {y} / \mathrm{{d}} v$", backward),
            (r"Chain rule, where $\partial$ is along one edge and $\mathrm{d}$ along all paths", chain_rules),
        ):
            if lines:
                yield title, "\\begin{aligned}\n" + " \\\\[3pt]\n".join(lines) + "\n\\end{aligned}"

    def _chain_rules(self, notation):
        """For each Value used more than once its gradient and the sums that it equals, as text (0) or in LaTeX (1)."""
        times, dots, number = ((" · ", "...", number_text), (r" \cdot ", r"\dots", latex_number))[notation]
        for node, edges in self._edges.items():
            if len(edges) > 1:
                terms = self._paths(node) or [self._by_consumer(step) for step in edges]
                symbols = [times.join(names[notation] for names, _ in term) for term in terms]
                numbers = [product([x for _, x in term], times)[notation] for term in terms]
                if len(terms) > MOST_TERMS:
                    symbols[MOST_TERMS - 2 : -1] = numbers[MOST_TERMS - 2 : -1] = [dots]
                yield self._names.derivative(self._y, node)[notation], symbols, numbers, [number(self._gradients[node])]

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
        return self._names.derivative(step.consumer, step.node, step.index), step.partial

    def _by_consumer(self, step):
        """All paths that begin with one edge: the gradient of the consumer, and the local derivative."""
        if step.consumer is self._y:
            return [self._local(step)]
        return [(self._names.derivative(self._y, step.consumer), self._gradients[step.consumer]), self._local(step)]


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


def explain(y: Value, max_nodes: int = 500) -> Explanation:
    """Explain how a Value and all gradients toward what it was made from are computed.

    max_nodes  the largest graph that is explained; larger ones raise ValueError
    """
    return Explanation(y, max_nodes)
