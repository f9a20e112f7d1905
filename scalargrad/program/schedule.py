"""What a trace computes, in the form that runs fast: weighted sums, element-wise steps, and sums over the batch.

A `Trace` becomes tables of whole numbers, a `Schedule`, which a short loop can run: in C (`native.py`), or many steps at a
time with NumPy (`arrays.py`). An invariant is a number that is the same for every example of a batch, so it is computed
once. A row depends on the example: it has a number for each. A neuron's weighted sum is one step: its weights are
invariants, and its inputs are rows. A sum of products of rows, as in attention, is one step too. The gradient of a weight is
the sum over the batch of the products of two rows; the products are not stored. Numbers are added up in the order of the
graph.
"""

from array import array
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from scalargrad import elementary
from scalargrad.program.trace import Trace

LINEAR, INNER = 0, 1
ONE, MINUS_ONE = 0, 1  # the places of the first two invariants

Term = tuple[int, int, int]  # LINEAR or INNER, and the two numbers of a term


def kinds() -> tuple[str, ...]:
    """Return the kinds of steps, each at the place of its code. A function that is made of others is no kind of its own."""
    functions = (name for name, function in elementary.functions.items() if function.numpy)
    return ("linear", "inner", "*", "/", ">", ">=", "==", "abs", *functions)


class Schedule:
    """The steps of a program, first those of invariants, then those of rows.

    A step is four numbers: its code, a place in `kinds`; the place of its result; the places of its two operands, or, if it
    is LINEAR or INNER, where its terms begin and end. A term is two: in a LINEAR step the place of an invariant, and of what
    it is multiplied by; in an INNER step, which only rows have, the places of two rows. A step has at least one term.

    kinds            the kinds of steps, by code
    invariant_steps  steps of which all places are among the invariants
    steps            steps of which the places are rows
    terms            the terms of the LINEAR and INNER steps of both
    broadcast        pairs: a row, and the invariant that it repeats for every example
    products         triples: a total, and two rows; their product, added up over the batch, is part of the total
    offsets          for each total the invariant that every example adds to it, or -1
    per_example      for each output by example its row
    constants        the first invariants; the parameters come next, and then the results of invariant steps
    invariant_count  how many invariants there are
    row_count        how many rows there are, of which the first are those of the inputs
    input_count      how many inputs there are
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self.kinds = kinds()
        self._codes = {name: code for code, name in enumerate(self.kinds)}
        self.constants = [1.0, -1.0, *trace.numbers.values()]
        parameters = [i for i in trace.parameters if not trace.varying[i]]
        self._invariants = {i: place for place, i in enumerate((*trace.numbers, *parameters), 2)}
        self._rows = {i: row for row, i in enumerate(trace.inputs)}
        self._broadcast_rows: dict[int, int] = {}  # the row that repeats an invariant
        self._sums: dict[int, list[Term]] = {}  # the terms of sums that have no place yet
        self.input_count = self.row_count = len(self._rows)
        self.invariant_count = len(self._invariants) + 2
        self.invariant_steps, self.steps, self.terms, self.products = (array("i") for _ in range(4))

        products = {i for parts in trace.parts for i in parts.varying if self._is_product_of_rows(i)}
        for i in (*trace.forward, *trace.backward):
            if i not in products and i not in trace.added_up:
                self._step(i)
        for total, parts in enumerate(trace.parts):
            for i in parts.varying:
                x, y = trace.operands(i) if i in products else (i, None)
                self.products.extend((total, self._place(x, True), self._place(y, True)))
        self.offsets = array("i", (self._invariant_sum(parts.invariant) for parts in trace.parts))
        self.per_example = array("i", (self._place(i, True) for i in trace.per_example))
        self.broadcast = array("i", (number for pair in self._broadcast_rows.items() for number in reversed(pair)))

    def kinds_used(self) -> set[str]:
        """Return the kinds of its steps."""
        return {self.kinds[code] for code in (*self.invariant_steps[::4], *self.steps[::4])}

    def reduction(self, n: int) -> tuple[int, int]:
        """Return how often a total over n examples has its offset, and what its products are divided by."""
        return (1, n) if self._trace.reduction == "mean" else (n, 1)

    def _is_product_of_rows(self, i: int) -> bool:
        trace = self._trace
        return trace.operations[i] == "*" and trace.uses[i] == 1 and all(trace.varying[x] for x in trace.operands(i))

    def _invariant_sum(self, terms: Sequence[int]) -> int:
        """Return the place of the sum of invariants, or -1 if there are none."""
        if len(terms) < 2:
            return self._place(terms[0], False) if terms else -1
        return self._write_sum([(LINEAR, ONE, self._place(i, False)) for i in terms], False)

    def _step(self, i: int) -> None:
        """Write one instruction as a step, or keep it as a sum to which terms may be added."""
        trace = self._trace
        name, left, right, varying = trace.operations[i], trace.x[i], trace.y[i], bool(trace.varying[i])
        if name == "*":
            if trace.varying[left] and trace.varying[right]:
                self._sums[i] = [(INNER, self._place(left, True), self._place(right, True))]
            else:
                factor, other = (right, left) if trace.varying[left] else (left, right)
                self._sums[i] = [(LINEAR, self._place(factor, False), self._place(other, varying))]
        elif name == "neg":
            self._sums[i] = [self._term(MINUS_ONE, left, varying)]
        elif name in ("+", "-"):
            terms = self._sums.pop(left) if self._may_take(left, varying) else [self._term(ONE, left, varying)]
            if name == "+" and self._may_take(right, varying) and len(self._sums[right]) == 1:
                terms += self._sums.pop(right)
            else:
                terms.append(self._term(ONE if name == "+" else MINUS_ONE, right, varying))
            self._sums[i] = terms
        else:
            x, y = self._place(left, varying), self._place(right, varying) if right >= 0 else 0
            places = self._rows if varying else self._invariants
            places[i] = self._write(self._codes[name], x, y, varying)

    def _may_take(self, i: int, varying: bool) -> bool:
        """Return whether the terms of instruction i may become terms of the only sum that uses it."""
        return i in self._sums and self._trace.uses[i] == 1 and bool(self._trace.varying[i]) == varying

    def _term(self, sign: int, i: int, varying: bool) -> Term:
        """Return the term 1 * i or -1 * i; an invariant among rows is the factor of a row of 1 or -1."""
        if varying and not self._trace.varying[i]:
            return LINEAR, self._place(i, False), self._broadcast_row(sign)
        return LINEAR, sign, self._place(i, varying)

    def _place(self, i: int | None, varying: bool) -> int:
        """Return the place of an instruction's result, among the rows or among the invariants; None stands for 1."""
        if i is None:
            return self._broadcast_row(ONE)
        is_row = bool(self._trace.varying[i])
        places = self._rows if is_row else self._invariants
        if i not in places:
            places[i] = self._write_sum(self._sums.pop(i), is_row)
        return self._broadcast_row(places[i]) if varying and not is_row else places[i]

    def _broadcast_row(self, invariant: int) -> int:
        if invariant not in self._broadcast_rows:
            self._broadcast_rows[invariant] = self._new_place(True)
        return self._broadcast_rows[invariant]

    def _write_sum(self, terms: list[Term], varying: bool) -> int:
        """Write a sum of terms, in their order, and return its place.

        Terms of both kinds make several steps; each goes on from the one before. Those of 1 or -1 are of either kind.
        """
        kinds = {kind for kind, _, _ in terms}
        if INNER in kinds:
            if len(terms) == 1:
                return self._write(self._codes["*"], *terms[0][1:], varying)
            terms = [
                (INNER, self._broadcast_row(x), y) if kind == LINEAR and x in (ONE, MINUS_ONE) else (kind, x, y)
                for kind, x, y in terms
            ]
        place = -1
        for kind, group in groupby(terms, key=itemgetter(0)) if len(kinds) > 1 else zip(kinds, [terms]):
            begin = len(self.terms) // 2
            if place >= 0:
                self.terms.extend((ONE if kind == LINEAR else self._broadcast_row(ONE), place))
            for _, x, y in group:
                self.terms.extend((x, y))
            place = self._write(kind, begin, len(self.terms) // 2, varying)
        return place

    def _write(self, code: int, x: int, y: int, varying: bool) -> int:
        place = self._new_place(varying)
        (self.steps if varying else self.invariant_steps).extend((code, place, x, y))
        return place

    def _new_place(self, varying: bool) -> int:
        if varying:
            self.row_count += 1
            return self.row_count - 1
        self.invariant_count += 1
        return self.invariant_count - 1
