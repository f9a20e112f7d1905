"""What a graph computes, as a list of instructions.

A recorded graph becomes a `Trace`. It is run once more, forward and backward, on `Symbol`s in place of numbers: whatever a
rule does to a symbol is written down and gives the next symbol. No rule is known here, so custom operations are traced too.
Equal expressions are written once, expressions of constants are numbers already, and what no result needs is left out.

>>> from scalargrad import tanh
>>> x, w = Value(1.0, "x"), Value(2.0, "w")
>>> trace = Trace([tanh(x * w)], inputs=[x], parameters=[w], reduction="mean")
>>> [trace.operations[i] for i in trace.forward], [trace.operations[i] for i in trace.backward]
(['*', 'tanh'], ['*', '-', '*'])
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from scalargrad.engine import Value, topological_order
from scalargrad.program.symbols import Symbol, complete
from scalargrad.replay import pull_back, run

COMMUTATIVE = ("+", "*", "==")


class Parts(NamedTuple):
    """A total as a sum: its terms, in the order of the graph, and the instructions that only add them up.

    invariant  the terms that are the same for every example
    varying    the terms that depend on the example, to be added up over the batch
    sums       the instructions that add the terms up
    """

    invariant: tuple[int, ...]
    varying: tuple[int, ...]
    sums: tuple[int, ...]


class Trace:
    """The instructions of a graph, for its outputs and for the derivatives of the first of them.

    Instruction i computes operations[i], of the results of the instructions x[i] and y[i]; -1 stands for no operand. The
    trace is the program for one example of a batch. With the reduction "mean" or "sum", the first output and the gradients
    are totals over the batch; with "none" there are no gradients.

    inputs       the instructions of the inputs
    parameters   those of the leaves toward which the first output is differentiated; some may be inputs too
    numbers      the number of each constant
    totals       those of the first output and of its derivative toward each parameter; empty with the reduction "none"
    per_example  those of the other outputs, which are returned for each example
    reduction    "mean", "sum" or "none"
    labels       names of instructions, from the labels of nodes; the derivative toward c is named d_c
    forward      the instructions that the outputs need, in order, without leaves
    backward     those that only the gradients need
    varying      for each instruction whether it depends on the inputs; the others are the same for every example
    uses         for each instruction how many others, and results, use it directly
    parts        for each total its `Parts`
    added_up     the sums of all parts, which need no statement of their own
    """

    def __init__(
        self,
        outputs: Sequence[Value],
        inputs: Sequence[Value],
        parameters: Sequence[Value],
        reduction: str,
        order: list[Value] | None = None,
    ) -> None:
        complete()
        self.operations: list[str] = []
        self.x, self.y = array("i"), array("i")
        self.numbers: dict[int, float] = {}
        self.labels: dict[int, str] = {}
        self._written: defaultdict[str, dict[int, Symbol]] = defaultdict(dict)  # by operation, then by operands
        self._constants: dict[float | str, Symbol] = {}

        feeds: dict[Value, Any] = {node: self._instruction("input", -1, -1) for node in inputs}
        feeds |= {node: self._instruction("parameter", -1, -1) for node in parameters if node not in feeds}
        self.inputs, self.parameters = ([feeds[node].index for node in leaves] for leaves in (inputs, parameters))
        order = topological_order(*outputs) if order is None else order
        self._name("", feeds.keys(), feeds.values())
        self.reduction, reduced = reduction, reduction != "none"
        symbols, partials = run(order, feeds, keep_partials=reduced)
        named = [node for node in order if node.label and node.operation is not None] if reduced else []
        derivatives = pull_back(order, partials, {outputs[0]: 1}, [*parameters, *named]) if reduced else []
        self._name("", symbols.keys(), symbols.values())
        self._name("d_", named, derivatives[len(parameters) :])
        results = [self._index(symbols[node]) for node in outputs]
        gradients = [self._index(each) for each in derivatives[: len(parameters)]]
        self.totals, self.per_example = ([results[0], *gradients], results[1:]) if reduced else ([], results)
        self._written.clear()  # symbols refer back to the trace, which would keep it alive
        self._constants.clear()

        self.varying = self._dependent(self.inputs)
        needed, also = self._needed(results), self._needed(gradients)
        computed = [i for i, x in enumerate(self.x) if x >= 0]  # leaves have no operands
        self.forward = array("i", [i for i in computed if needed[i]])
        self.backward = array("i", [i for i in computed if also[i] and not needed[i]])
        self.uses = self._count_uses()
        self.parts = [self._split(i) for i in self.totals]
        self.added_up = {i for parts in self.parts for i in parts.sums}

    def write(self, name: str, x: Any, y: Any = None) -> Any:
        """Write an instruction down, unless it is written already, and return its symbol."""
        if type(y) is not Symbol and y is not None:
            if y == 1 and name in ("*", "/"):
                return x
            if y == -1 and name == "*":
                return -x
        elif type(x) is not Symbol and name == "*" and x in (1, -1):
            return self.write(name, y, x)
        i = x.index if type(x) is Symbol else self._index(x)
        j = y.index if type(y) is Symbol else -1 if y is None else self._index(y)
        low, high = (j, i) if i > j >= 0 and name in COMMUTATIVE else (i, j)
        written, key = self._written[name], (low << 32) | (high + 1)
        if key in written:
            return written[key]
        symbol = written[key] = self._instruction(name, i, j)
        return symbol

    def operands(self, i: int) -> tuple[int, ...]:
        """Return the instructions that compute the operands of instruction i."""
        x, y = self.x[i], self.y[i]
        return () if x < 0 else (x,) if y < 0 else (x, y)

    def _instruction(self, name, i, j):
        symbol = Symbol(self, len(self.operations))
        self.operations.append(name)
        self.x.append(i)
        self.y.append(j)
        return symbol

    def _index(self, x):
        """The instruction of a symbol, or of a plain number, which is a constant."""
        if type(x) is not Symbol:
            key = x if x else str(float(x))  # 0.0 is not -0.0
            if key not in self._constants:
                self._constants[key] = self._instruction("constant", -1, -1)
                self.numbers[len(self.operations) - 1] = float(x)
            x = self._constants[key]
        return x.index

    def _name(self, prefix, nodes, symbols):
        for node, symbol in zip(nodes, symbols):
            if node.label and type(symbol) is Symbol:
                self.labels.setdefault(symbol.index, prefix + node.label)

    def _dependent(self, inputs: Iterable[int]) -> bytearray:
        """Return for each instruction whether it is made of an input."""
        dependent = bytearray(len(self.operations) + 1)  # the last for -1, which is no operand
        for i in inputs:
            dependent[i] = True
        for i, (x, y) in enumerate(zip(self.x, self.y)):
            if dependent[x] or dependent[y]:
                dependent[i] = True
        return dependent

    def _needed(self, results: Iterable[int]) -> bytearray:
        """Return for each instruction whether a result is made of it."""
        x, y = self.x, self.y
        needed = bytearray(len(self.operations) + 1)  # the last for -1, which is no operand
        for i in results:
            needed[i] = True
        for i in reversed(range(len(x))):
            if needed[i]:
                needed[x[i]] = needed[y[i]] = True
        return needed

    def _count_uses(self) -> array:
        x, y = self.x, self.y
        uses = array("i", bytes(4 * len(self.operations) + 4))  # the last for -1, which is no operand
        for i in (*self.totals, *self.per_example):
            uses[i] += 1
        for i in chain(self.forward, self.backward):
            uses[x[i]] += 1
            uses[y[i]] += 1
        return uses

    def _split(self, i: int) -> Parts:
        invariant: list[int] = []
        varying: list[int] = []
        sums: list[int] = []
        while self.operations[i] == "+" and self.uses[i] == 1 and self.varying[i]:
            sums.append(i)
            i, term = self.operands(i)
            (varying if self.varying[term] else invariant).append(term)
        (varying if self.varying[i] else invariant).append(i)
        return Parts(tuple(reversed(invariant)), tuple(reversed(varying)), tuple(sums))
