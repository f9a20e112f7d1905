"""Tests of optimizers' formulas as programs."""

import math

import pytest

from scalargrad import Value, elementary
from scalargrad.optim import SGD, Adam, AdamW, Momentum, Optimizer
from scalargrad.program.program import make_runner
from scalargrad.program.update import Update


class Cooling(Optimizer):
    """A formula that asks for the number of steps."""

    remembers = ("v", "factor")

    def update(self, x, gradient, lr, memory):
        v, factor = memory
        factor = (factor + lr) / (1 + self.steps)
        return x - factor * gradient, (abs(gradient) + v, factor)


@pytest.mark.parametrize("make", [SGD, Momentum, Adam, AdamW, lambda parameters: Cooling(parameters, 0.1)])
def test_the_trace_is_the_formula(make):
    """Run by Python, the trace of an update returns what the formula returns, bit for bit, whatever is the same for all."""
    optimizer = make([Value(0.0)])
    optimizer.steps = 3
    memory = [tuple(0.5 + i + k for i, _ in enumerate(optimizer.remembers)) for k in (0, 0.25)]
    expected = [optimizer.update(x, 0.75, 0.1, m) for x, m in zip((1.0, -2.0), memory)]
    update = Update(optimizer)
    own = range(len(optimizer.remembers))
    _, run = make_runner(update.trace(()), "python")
    _, rows = run([0.1, 3.0], [[1.0, -2.0], *([m[i] for m in memory] for i in own), [0.75, 0.75]], 2)
    assert list(rows[0]) == [x for x, _ in expected] and list(rows[-1]) == [0.75, 0.75]
    assert [list(row) for row in rows[1:-1]] == [[after[i] for _, after in expected] for i in own]


def test_what_is_the_same_for_all_parameters():
    """Equal memory is computed once if its next number needs nothing that may differ."""
    adam, cooling = Update(Adam([Value(0.0)])), Update(Cooling([Value(0.0)], 0.1))
    assert adam.same([(0.0, 0.0, 2.0), (0.0, 0.0, 2.0)]) == (2,)  # the steps, but neither of the running means
    assert adam.same([(0.0, 0.0, 2.0), (0.0, 0.0, 1.0)]) == ()
    assert cooling.same([(0.0, 0.5), (0.0, 0.5)]) == (1,)


def test_what_is_made_of_what_differs_differs():
    """Memory that is made of other memory is the same only where that is."""

    class Chained(Optimizer):
        remembers = ("a", "b", "c")

        def update(self, x, gradient, lr, memory):
            a, b, c = memory
            return x - c, (a + 1, a + b, b + c)

    update = Update(Chained([Value(0.0)], 0.1))
    assert update.same([(1.0, 1.0, 1.0), (1.0, 1.0, 1.0)]) == (0, 1, 2)
    assert update.same([(1.0, 1.0, 1.0), (2.0, 1.0, 1.0)]) == ()
    assert update.same([(1.0, 1.0, 1.0), (1.0, 2.0, 1.0)]) == (0,)


def test_a_formula_that_decides_by_a_number_runs_on_numbers_alone():
    """An `if` in a formula is refused when it is recorded, in one sentence; steps on Values go on."""

    class Clipped(Optimizer):
        def update(self, x, gradient, lr, memory):
            return x - lr * (1.0 if gradient > 1 else gradient), ()

    class Floats(Optimizer):
        def update(self, x, gradient, lr, memory):
            return x - lr * gradient / math.sqrt(gradient * gradient), ()

    p = Value(1.0)
    optimizer = Clipped([p], 0.5)
    p.grad = 7.0
    optimizer.step()
    assert p.data == 0.5
    with pytest.raises(
        TypeError, match=r"^compile: Clipped.update decides by a number, as in `if gradient > 0`, that is not"
    ):
        Update(optimizer)
    with pytest.raises(TypeError, match="scalargrad"):
        Update(Floats([p], 0.5))


def test_elementary_functions_decide_in_each_run():
    """A formula that chooses by step, maximum and minimum compiles."""

    class Clipped(Optimizer):
        def update(self, x, gradient, lr, memory):
            return x - lr * elementary.minimum(elementary.maximum(gradient, -1), 1), ()

    _, run = make_runner(Update(Clipped([Value(0.0)], 0.1)).trace(()), "python")
    _, (x, _) = run([0.5, 0.0], [[1.0, 1.0, 1.0], [-3.0, 0.5, 3.0]], 3)
    assert list(x) == [1.5, 0.75, 0.5]


@pytest.mark.parametrize(
    "formula",
    [
        "gradient if self.steps == 0 else memory[0] + gradient",
        "gradient if memory[0] == 0 else memory[0]",
        "gradient if self.steps in (0, 1) else 2 * gradient",
        "gradient * {0: 0.5, 1: 0.25}.get(self.steps, 1)",
    ],
)
def test_a_formula_that_asks_whether_numbers_are_equal_is_refused(formula):
    """A formula that decides by `==` would be recorded as if nothing were equal, so it is refused as `>` is."""

    class Deciding(Optimizer):
        remembers = ("m",)

        def update(self, x, gradient, lr, memory):
            m = eval(formula)
            return x - lr * m, (m,)

    with pytest.raises(TypeError, match="^compile: Deciding.update decides by a number"):
        Update(Deciding([Value(0.0)], 0.1))


def test_memory_may_become_a_constant():
    """What is remembered may be a number that is made of nothing, and the number of the parameter, too."""

    class Started(Optimizer):
        remembers = ("m", "started")

        def update(self, x, gradient, lr, memory):
            m, started = memory
            return x - lr * gradient * started, (m, 1)

    update = Update(Started([Value(0.0)], 0.1))
    assert update.same([(0.0, 0.0), (0.0, 0.0)]) == (0, 1) and update.same([(0.0, 0.0), (-0.0, 0.0)]) == (1,)
    _, run = make_runner(update.trace((1,)), "python")
    _, rows = run([0.5, 0.0, 1.0], [[1.0], [3.0], [2.0]], 1)
    assert [list(row) for row in rows] == [[0.0], [3.0], [2.0], [1.0]]


def test_a_method_that_training_would_not_call_is_refused():
    """An optimizer whose `step` does more than its formula cannot be compiled without losing that."""

    class Clipping(SGD):
        def step(self, examples=1):
            super().step(examples)

    with pytest.raises(TypeError, match="^compile: Clipping has a method `step` of its own, which compiled"):
        Update(Clipping([Value(0.0)]))
