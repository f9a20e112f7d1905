"""What a trace computes, in the form that runs fast: weighted sums, element-wise steps, and sums over the batch.

With this module a `Trace` becomes tables of whole numbers, a `Schedule`, which a short loop can run: in C (`native.py`), or
many steps at a time with NumPy (`arrays.py`). What is the same for every example of a batch, a still number, is computed
once; what depends on the example is a row, with a number for each example. A neuron's weighted sum is one step, of still
weights and rows. The gradient of a weight is the sum over the batch of the products of two rows, which are never written
down. Numbers are added up in the order of the graph.
"""

from array import array

from scalargrad import elementary
from scalargrad.program.trace import Trace

LINEAR = 0
ONE, MINUS_ONE = 0, 1  # the places of the first two still numbers


def kinds() -> tuple[str, ...]:
    """Return the kinds of steps, each at the place of its code. A function that is made of others is no kind of its own."""
    functions = (name for name, function in elementary.functions.items() if function.numpy)
    return ("linear", "*", "/", ">", ">=", "==", "abs", *functions)


class Schedule:
    """The steps of a program, first those of still numbers, then those of rows.

    A step is four numbers: its code, a place in `kinds`; the place of its result; the places of its two operands, or, if it
    is LINEAR, where its terms begin and end. A term is two: the place of a still number, and of what it is multiplied by.

    kinds        the kinds of steps, by code
    still_steps  steps of which all places are in the list of still numbers
    steps        steps of which the places are rows
    terms        the terms of the LINEAR steps of both
    constants    the still numbers that are known; the parameters come next, and then the results of still steps
    stills       how many still numbers there are
    rows         how many rows there are, of which the first are those of the inputs
    inputs       how many inputs there are
    spread       pairs: a row, and the still number that it has for each example
    products     triples: a total, and two rows of which the product, added up over the batch, is a part of it
    fixed        for each total the still number that it contains besides for each example, or -1
    each         for each output by example its row
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self.kinds = kinds()
        self._codes = {name: code for code, name in enumerate(self.kinds)}
        self._varying, self._uses = trace.varying, trace.uses()
        self.constants = [1.0, -1.0, *trace.numbers.values()]
        parameters = [i for i in trace.parameters if not self._varying[i]]
        self._still = {i: place for place, i in enumerate((*trace.numbers, *parameters), 2)}
        self._row = {i: row for row, i in enumerate(trace.inputs)}
        self._spread: dict[int, int] = {}  # the row of a still number
        self._sums: dict[int, list[tuple[int, int]]] = {}  # the terms of sums that have no place yet
        self.inputs = self.rows = len(self._row)
        self.stills = len(self._still) + 2
        self.still_steps, self.steps, self.terms, self.products = (array("i") for _ in range(4))

        parts = [trace.parts(i, self._uses) for i in trace.totals]
        products = {i for _, terms, _ in parts for i in terms if self._is_product_of_rows(i)}
        added_up = products.union(*(sums for *_, sums in parts))
        for i in (*trace.forward, *trace.backward):
            if i not in added_up:
                self._step(i)
        for total, (_, terms, _) in enumerate(parts):
            for i in terms:
                x, y = trace.operands(i) if i in products else (i, None)
                self.products.extend((total, self._place(x, True), self._place(y, True)))
        self.fixed = array("i", (self._still_sum(still) for still, _, _ in parts))
        self.each = array("i", (self._place(i, True) for i in trace.each))
        self.spread = array("i", (number for pair in self._spread.items() for number in reversed(pair)))

    def kinds_used(self) -> set[str]:
        """Return the kinds of its steps."""
        return {self.kinds[code] for code in (*self.still_steps[::4], *self.steps[::4])}

    def _is_product_of_rows(self, i):
        factors = self._trace.operands(i)
        return self._trace.operations[i] == "*" and self._uses[i] == 1 and all(self._varying[x] for x in factors)

    def _still_sum(self, parts):
        """The place of the sum of still numbers, or -1 where there are none."""
        if len(parts) < 2:
            return self._place(parts[0], False) if parts else -1
        return self._write_sum([(ONE, self._place(i, False)) for i in parts], False)

    def reduction(self, n: int) -> tuple[int, int]:
        """Return how often a total over n examples has its fixed number, and what its products are divided by."""
        return (1, n) if self._trace.reduction == "mean" else (n, 1)

    def _step(self, i):
        """Write one instruction as a step, or keep it as a sum to which terms may be added."""
        name, operands, varying = self._trace.operations[i], self._trace.operands(i), bool(self._varying[i])
        factor = next((x for x in operands if not self._varying[x]), None) if name == "*" else None
        if factor is not None:
            (other,) = [x for x in operands if x != factor] or [factor]
            self._sums[i] = [(self._place(factor, False), self._place(other, varying))]
        elif name == "neg":
            self._sums[i] = [self._term(MINUS_ONE, operands[0], varying)]
        elif name in ("+", "-"):
            left, right = operands
            terms = self._sums.pop(left) if self._may_take(left, varying) else [self._term(ONE, left, varying)]
            if name == "+" and self._may_take(right, varying) and len(self._sums[right]) == 1:
                terms += self._sums.pop(right)
            else:
                terms.append(self._term(ONE if name == "+" else MINUS_ONE, right, varying))
            self._sums[i] = terms
        else:
            places = [self._place(x, varying) for x in operands]
            self._write(self._codes[name], *(places if len(places) == 2 else (*places, 0)), i, varying)

    def _may_take(self, i, varying):
        return i in self._sums and self._uses[i] == 1 and bool(self._varying[i]) == varying

    def _term(self, sign, i, varying):
        """The term 1 * i or -1 * i; a still number among rows is the factor of a row of 1 or -1."""
        if varying and not self._varying[i]:
            return self._place(i, False), self._spread_row(sign)
        return sign, self._place(i, varying)

    def _place(self, i, varying):
        """The place of an instruction's result, among the rows or among the still numbers; None stands for 1."""
        if i is None:
            return self._spread_row(ONE)
        places = self._row if self._varying[i] else self._still
        if i not in places:
            places[i] = self._write_sum(self._sums.pop(i), bool(self._varying[i]))
        return self._spread_row(places[i]) if varying and not self._varying[i] else places[i]

    def _spread_row(self, still):
        if still not in self._spread:
            self._spread[still] = self._new_place(True)
        return self._spread[still]

    def _write_sum(self, terms, varying):
        begin = len(self.terms) // 2
        for term in terms:
            self.terms.extend(term)
        return self._write(LINEAR, begin, len(self.terms) // 2, None, varying)

    def _write(self, code, x, y, i, varying):
        place = self._new_place(varying)
        (self.steps if varying else self.still_steps).extend((code, place, x, y))
        if i is not None:
            (self._row if varying else self._still)[i] = place
        return place

    def _new_place(self, varying):
        if varying:
            self.rows += 1
            return self.rows - 1
        self.stills += 1
        return self.stills - 1
