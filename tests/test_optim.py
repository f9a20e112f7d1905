"""Tests of optimizers."""

import math
import pickle

import numpy
import pytest
from registered import OPTIMIZERS

from scalargrad import Value
from scalargrad.graph import Variable
from scalargrad.nn import MLP
from scalargrad.optim import SGD, Adam, AdamW, Momentum, Optimizer


def test_a_schedule_is_a_function_of_the_steps_done():
    """A learning rate may be a function, which is asked before each step."""
    p = Value(0.0)
    optimizer = SGD([p], lr=lambda step: 10.0**-step)
    for expected in (-1, -1.1, -1.11):
        p.grad = 1.0
        optimizer.step()
        assert p.data == pytest.approx(expected)
    optimizer.lr = 0.5
    optimizer.step()
    assert p.data == pytest.approx(-1.61)


def test_gradients_of_a_batch_may_be_added_up():
    """backward for each example, and a step for their number, is a step for the mean."""
    results = []
    for one_by_one in (True, False):
        p = Value(1.0)
        optimizer = Adam([p], lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            losses = [(p - x) ** 2 for x in (1.0, 2.0, 4.0)]
            if one_by_one:
                for each in losses:
                    each.backward()
                optimizer.step(examples=3)
            else:
                (sum(losses) / 3).backward()
                optimizer.step()
        results.append(p.data)
    assert results[0] == pytest.approx(results[1], rel=1e-14)


def test_shared_parameters_move_once():
    """A parameter that is listed twice is one parameter."""
    p = Value(1.0)
    optimizer = SGD([p, p], lr=1.0)
    p.grad = 0.25
    optimizer.step()
    assert p.data == 0.75


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_parameters_without_a_gradient_stay(name):
    """A parameter that the loss does not reach in a step neither moves in it nor counts it, as in PyTorch."""
    p, q, rest = Value(1.0), Value(1.0), Value(2.0)
    alone, other = OPTIMIZERS[name]([q], lr=0.1), OPTIMIZERS[name]([p, rest], lr=0.1)
    for step in range(5):
        other.zero_grad()
        if step in (0, 3):
            (p * p).backward()
            alone.zero_grad()
            (q * q).backward()
            alone.step()
        (rest * rest).backward()
        before = p.data
        other.step()
        assert (p.data == before) == (step not in (0, 3))
    assert p.data == q.data


def test_the_kind_of_the_learning_rate_does_not_matter():
    """A learning rate from NumPy makes no NumPy numbers of the parameters."""
    p = Value(1.0)
    p.grad = 1.0
    SGD([p], lr=numpy.float32(0.5)).step()
    assert type(p.data) is float and p.data == 0.5


@pytest.mark.parametrize(
    ("gradient", "lr", "what"),
    [
        (math.nan, 0.1, "gradient of b is nan"),
        (math.inf, 0.1, "gradient of b is inf"),
        (1e100, 1e300, "new value of b is -inf"),
        (1e200, 0.1, r"gradient of b is 1e\+200"),
    ],
)
def test_what_is_not_finite_stops_the_training(gradient, lr, what):
    """A gradient or a step that is not finite is refused where it happens, before any parameter has moved."""
    a, b = Value(1.0, "a"), Value(2.0, "b")
    optimizer = SGD([a, b], lr=1e-3)
    a.grad = b.grad = 1.0
    optimizer.step()
    before = a.data, b.data
    optimizer.lr, b.grad = lr, gradient
    with pytest.raises(
        FloatingPointError, match=f"SGD, step 2: the {what}; look for nan in the data, or make the learning rate"
    ):
        optimizer.step()
    assert (a.data, b.data) == before


def test_options_reach_adamw():
    """AdamW hands its options on to Adam."""
    optimizer = AdamW([Value(1.0)], betas=(0.5, 0.6), eps=1e-3)
    assert (optimizer.betas, optimizer.eps) == ((0.5, 0.6), 1e-3)


def test_zero_grad_forgets_gradients():
    """After zero_grad no parameter has a gradient."""
    p = Value(1.0)
    p.grad = 5.0
    SGD([p]).zero_grad()
    assert not p.has_gradient


def test_a_step_without_any_gradient_is_refused():
    """A step before the first backward, or after zero_grad, changes nothing and says what is missing."""
    p = Value(1.0)
    optimizer = Adam([p])
    for grad in (0, None):
        p.grad = grad
        with pytest.raises(RuntimeError, match=r"^Adam.step: no parameter has a gradient; call backward\(\) on a loss"):
            optimizer.step()
    assert optimizer.steps == 0
    p.grad = 0.0
    optimizer.step()
    assert (optimizer.steps, p.data) == (1, 1)


@pytest.mark.parametrize("lr", [-1, math.nan, math.inf, "0.1", None])
def test_a_learning_rate_is_a_finite_number_from_0_on(lr):
    """A learning rate that cannot be is refused where it is given, or by the step where a schedule gives it."""
    sentence = f"^SGD: the learning rate is a finite number from 0 on, got {lr!r}$"
    p = Value(1.0)
    with pytest.raises(ValueError, match=sentence):
        SGD([p], lr=lr)
    p.grad, optimizer = 1.0, SGD([p], lr=lambda step: lr)
    with pytest.raises(ValueError, match=sentence):
        optimizer.step()
    assert p.data == 1


def test_momentum_moves_on_with_a_gradient_of_zero():
    """A gradient that is 0.0 is a gradient, so the pushes of earlier steps go on."""
    p = Value(1.0)
    optimizer = Momentum([p], lr=0.1)
    p.grad = 1.0
    optimizer.step()
    p.grad, before = 0.0, p.data
    optimizer.step()
    assert before - p.data == pytest.approx(0.09, rel=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_go_through_pickle(name):
    """A pickled optimizer goes on with its own parameters, memory and steps as the original does."""
    p = Value(1.0, "p")
    optimizer = OPTIMIZERS[name]([p], lr=0.1)
    p.grad = 0.5
    optimizer.step()
    twin = pickle.loads(pickle.dumps(optimizer))
    (q,) = twin.memory
    p.grad = q.grad = 0.25
    optimizer.step()
    twin.step()
    assert q is not p and (q.data, twin.steps) == (p.data, 2)


def test_a_parameter_without_a_name():
    """An error about a parameter that has no label calls it a parameter."""
    p = Value(1.0)
    p.grad = math.nan
    with pytest.raises(FloatingPointError, match="the gradient of a parameter is nan"):
        SGD([p]).step()


def test_what_is_no_parameter():
    """No parameters, computed Values and other things are refused at once."""
    x = Value(1.0)
    with pytest.raises(ValueError, match="Adam: there are no parameters to train"):
        Adam([])
    for stranger in (x * 2, 1.0):
        with pytest.raises(TypeError, match="SGD: a parameter is a Value that was not computed, got"):
            SGD([x, stranger])
    for stranger in (MLP(1, [1]), MLP(1, [1]).parameters):
        with pytest.raises(TypeError, match=r"Adam: parameters are a list of Values, as from model.parameters\(\)"):
            Adam(stranger)
    assert list(SGD([[x], Variable([[1.0], [2.0]])]).memory)[0] is x
    with pytest.raises(ValueError, match="SGD: the gradients are of one example or more, got examples=0"):
        SGD([x]).step(examples=0)


class SignDescent(Optimizer):
    def update(self, x, gradient, lr, memory):
        return x - math.copysign(lr, gradient), memory


def test_a_custom_optimizer_is_one_formula():
    """A class with a method `update` is an optimizer; without one it says what is missing."""
    p = Value(1.0)
    optimizer = SignDescent([p], lr=0.5)
    p.grad = 7.0
    optimizer.step()
    assert p.data == 0.5
    with pytest.raises(NotImplementedError, match="Optimizer has no formula: write its method `update`"):
        Optimizer([p], 0.1).step()


@pytest.mark.parametrize("result", ["x", "(x, memory, 1)", "(x, [0.0])", "(x, (0.0, 0.0))", "None"])
def test_an_update_returns_the_number_and_the_memory(result):
    """What is not the new number with as much memory as there was is refused, and nothing moves."""

    class Wrong(Optimizer):
        remembers = ("v",)

        def update(self, x, gradient, lr, memory):
            return eval(result, {"x": x, "memory": memory})

    p = Value(1.0)
    p.grad, optimizer = 1.0, Wrong([p], lr=0.5)
    sentence = r"^Wrong.update: it returns the new x and a tuple of what `remembers` names, \(v\), got"
    with pytest.raises(TypeError, match=sentence):
        optimizer.step()
    assert (p.data, optimizer.memory[p], optimizer.steps) == (1.0, (0.0,), 0)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_update_runs_on_values(name):
    """The formula of an optimizer on Values is a graph of the same number, with derivatives toward what went in."""
    p = Value(2.0)
    optimizer = OPTIMIZERS[name]([p], lr=0.1)
    memory = tuple(0.5 + i for i, _ in enumerate(optimizer.remembers))
    x, gradient, lr = Value(2.0, "x"), Value(-0.5, "gradient"), Value(0.1, "lr")
    new, after = optimizer.update(x, gradient, lr, tuple(map(Value, memory)))
    number, expected = optimizer.update(2.0, -0.5, 0.1, memory)
    assert (new.data, [each.data for each in after]) == (number, list(expected))
    new.backward()
    decay = getattr(optimizer, "weight_decay", 0)
    assert x.grad == pytest.approx(1 - 0.1 * decay, rel=1e-14) and lr.grad == pytest.approx((number - 2) / 0.1, rel=1e-12)


def test_a_step_that_is_refused_is_not_counted():
    """After a refused step the number of steps and what is remembered are what they were."""
    p = Value(1.0)
    optimizer = Adam([p], lr=0.1)
    p.grad = 1.0
    optimizer.step()
    before = p.data, optimizer.memory[p], optimizer.steps
    p.grad = math.nan
    with pytest.raises(FloatingPointError, match="Adam, step 2: the gradient of a parameter is nan"):
        optimizer.step()
    assert (p.data, optimizer.memory[p], optimizer.steps) == before
