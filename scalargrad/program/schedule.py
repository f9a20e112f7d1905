"""What a trace computes, in the form that runs fast: weighted sums, element-wise steps, and sums over the batch.

A `Trace` becomes tables of whole numbers, a `Schedule`, which a short loop can run: in C (`native.py`), or many steps at a
time with NumPy (`arrays.py`). An invariant is a number that is the same for every example of a batch, so it is computed
once. A row depends on the example: it has a number for each. A neuron's weighted sum is one step: its weights are
invariants, and its inputs are rows. A sum of products of rows, as in attention, is one step too. The gradient of a weight is
the sum over the batch of the products of two rows; the products are not stored. Numbers are added up in the order of the
graph.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count, groupby

from scalargrad import elementary
from scalargrad.program.trace import Trace

LINEAR, INNER = 0, 1
ONE, MINUS_ONE = 0, 1  # the places of the first two invariants

# A sum is collected in a list of two numbers for each term; the first one, x, is ~x for a term of the kind INNER.


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
    is_mean          whether a total is a mean over the batch, and not a sum
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self.is_mean = trace.reduction == "mean"
        self.kinds = kinds()
        self._codes = {name: code for code, name in enumerate(self.kinds)}
        self.constants = [1.0, -1.0, *trace.numbers.values()]
        self.input_count = len(trace.inputs)
        self._places = array("i", [-1]) * len(trace.operations)  # of each instruction's result: a row if it varies
        for row, i in enumerate(trace.inputs):
            self._places[i] = row
        invariants = (*trace.numbers, *(i for i in trace.parameters if not trace.varying[i]))
        for place, i in enumerate(invariants, 2):
            self._places[i] = place
        self._new_row, self._new_invariant = count(self.input_count), count(len(invariants) + 2)
        self._broadcast_rows: dict[int, int] = {}  # the row that repeats an invariant
        self._sums: dict[int, list[int]] = {}  # the terms of sums that have no place yet
        self.invariant_steps, self.steps, self.terms, self.products = (array("i") for _ in range(4))

        products = {i for parts in trace.parts for i in parts.varying if self._is_product_of_rows(i)}
        left_out = products | trace.added_up
        self._write_steps(i for i in chain(trace.forward, trace.backward) if i not in left_out)
        for total, parts in enumerate(trace.parts):
            for i in parts.varying:
                x, y = (trace.x[i], trace.y[i]) if i in products else (i, None)
                self.products.extend((total, self._row(x), self._broadcast_row(ONE) if y is None else self._row(y)))
        self.offsets = array("i", (self._invariant_sum(parts.invariant) for parts in trace.parts))
        self.per_example = array("i", map(self._row, trace.per_example))
        self.broadcast = array("i", (number for pair in self._broadcast_rows.items() for number in reversed(pair)))
        self.row_count, self.invariant_count = next(self._new_row), next(self._new_invariant)
        del self._places, self._sums, self._broadcast_rows  # large, and not needed any more

    def kinds_used(self) -> set[str]:
        """Return the kinds of its steps."""
        return {self.kinds[code] for code in {*self.invariant_steps[::4], *self.steps[::4]}}

    def reduction(self, n: int) -> tuple[int, int]:
        """Return how often a total over n examples has its offset, and what its products are divided by."""
        return (1, n) if self.is_mean else (n, 1)

    def _is_product_of_rows(self, i: int) -> bool:
        trace = self._trace
        return bool(
            trace.operations[i] == "*" and trace.uses[i] == 1 and trace.varying[trace.x[i]] and trace.varying[trace.y[i]]
        )

    def _invariant_sum(self, terms: Sequence[int]) -> int:
        """Return the place of the sum of invariants, or -1 if there are none."""
        if len(terms) < 2:
            return self._place(terms[0]) if terms else -1
        return self._write_sum([number for i in terms for number in (ONE, self._place(i))], False)

    def _write_steps(self, instructions: Iterable[int]) -> None:
        """Write each instruction as a step, or keep it as a sum to which terms may be added."""
        trace, varying, sums, place = self._trace, self._trace.varying, self._sums, self._place
        operations, xs, ys = trace.operations, trace.x, trace.y
        for i in instructions:
            name, left, right = operations[i], xs[i], ys[i]
            if name == "*":
                if not varying[left]:
                    sums[i] = [place(left), place(right)]
                elif not varying[right]:
                    sums[i] = [place(right), place(left)]
                else:
                    sums[i] = [~place(left), place(right)]
            elif name == "neg":
                sums[i] = [MINUS_ONE, place(left)]
            elif name in ("+", "-"):
                terms = sums.pop(left) if self._may_take(left, i) else self._term(ONE, left, i)
                if name == "+" and self._may_take(right, i) and len(sums[right]) == 2:
                    terms += sums.pop(right)
                else:
                    terms += self._term(ONE if name == "+" else MINUS_ONE, right, i)
                sums[i] = terms
            else:
                operand = self._row if varying[i] else place
                x, y = operand(left), operand(right) if right >= 0 else 0
                self._places[i] = self._write(self._codes[name], x, y, varying[i])

    def _may_take(self, i: int, user: int) -> bool:
        """Return whether the terms of instruction i may become terms of the only sum that uses it."""
        return i in self._sums and self._trace.uses[i] == 1 and self._trace.varying[i] == self._trace.varying[user]

    def _term(self, sign: int, i: int, user: int) -> list[int]:
        """Return the term 1 * i or -1 * i; an invariant among rows is the factor of a row of 1 or -1."""
        place = self._place(i)
        if self._trace.varying[user] and not self._trace.varying[i]:
            return [place, self._broadcast_row(sign)]
        return [sign, place]

    def _place(self, i: int) -> int:
        """Return the place of an instruction's result: among the rows if it varies, else among the invariants."""
        place = self._places[i]
        if place < 0:
            place = self._places[i] = self._write_sum(self._sums.pop(i), self._trace.varying[i])
        return place

    def _row(self, i: int) -> int:
        """Return the row of an instruction's result, which repeats it if it is an invariant."""
        place = self._place(i)
        return place if self._trace.varying[i] else self._broadcast_row(place)

    def _broadcast_row(self, invariant: int) -> int:
        if invariant not in self._broadcast_rows:
            self._broadcast_rows[invariant] = next(self._new_row)
        return self._broadcast_rows[invariant]

    def _write_sum(self, terms: list[int], varying: int) -> int:
        """Write a sum of terms, in their order, and return its place.

        Terms of both kinds make several steps; each goes on from the one before. Those of 1 or -1 are of either kind.
        """
        if min(terms) >= 0:
            return self._write_terms(LINEAR, terms, varying)
        if len(terms) == 2:
            return self._write(self._codes["*"], ~terms[0], terms[1], varying)
        pairs = [(~self._broadcast_row(x) if x in (ONE, MINUS_ONE) else x, y) for x, y in zip(terms[::2], terms[1::2])]
        place = -1
        for is_inner, group in groupby(pairs, key=lambda pair: pair[0] < 0):
            before = [] if place < 0 else [self._broadcast_row(ONE) if is_inner else ONE, place]
            numbers = chain.from_iterable((~x, y) if is_inner else (x, y) for x, y in group)
            place = self._write_terms(INNER if is_inner else LINEAR, chain(before, numbers), varying)
        return place

    def _write_terms(self, code: int, numbers: Iterable[int], varying: int) -> int:
        begin = len(self.terms) // 2
        self.terms.extend(numbers)
        return self._write(code, begin, len(self.terms) // 2, varying)

    def _write(self, code: int, x: int, y: int, varying: int) -> int:
        place = next(self._new_row if varying else self._new_invariant)
        (self.steps if varying else self.invariant_steps).extend((code, place, x, y))
        return place


def product_blocks(
    products: Sequence[int],
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[int, ...], ...]]]:
    """Yield the products of each of some rows with each of some others: both rows, and a matrix of the totals.

    products  triples, as in a `Schedule`: a total, and two rows
    """
    partners: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    same: defaultdict[tuple[int, ...], list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    for total, x, y in zip(products[::3], products[1::3], products[2::3]):
        partners[x].append((y, total))
    for x, pairs in partners.items():
        ys, totals = zip(*pairs)
        same[ys].append((x, totals))
    for ys, block in same.items():
        xs, matrix = zip(*block)
        yield xs, ys, matrix
