"""Tests of optimizers."""

import math
import pickle

import numpy
import pytest

from scalargrad import Value, sin, tanh
from scalargrad.nn import MLP
from scalargrad.optim import SGD, AdaGrad, Adam, AdamW, Momentum, Optimizer, RMSProp

# Where PyTorch 2.13 gets, in double precision and with a learning rate of 0.05, after 20 steps on the loss below, from
# (1, -2, 0.5): torch.optim.SGD, without momentum, with 0.9, and with nesterov=True; Adagrad; RMSprop; Adam; AdamW.
PYTORCH = {
    "SGD": (0.42433199972143953, -0.16783513395273525, -0.7651338343845944),
    "Momentum": (-0.050021426264103934, -0.5097343016127592, -2.629166898522588),
    "Nesterov": (0.3936693593213203, -0.05030471135647964, -3.522356575807715),
    "AdaGrad": (0.7686277540310105, -1.6346632022749765, 0.12943034739675593),
    "RMSProp": (0.550710284313966, -0.12930576692910684, -2.273527846193153),
    "Adam": (0.7844453755736731, -1.0415260594540428, -0.47917872640969783),
    "AdamW": (0.777315236169015, -1.0272534951600407, -0.4793145035763687),
}
OPTIMIZERS = {
    "SGD": SGD,
    "Momentum": Momentum,
    "Nesterov": lambda parameters, lr: Momentum(parameters, lr, nesterov=True),
    "AdaGrad": AdaGrad,
    "RMSProp": RMSProp,
    "Adam": Adam,
    "AdamW": AdamW,
}


def loss(a, b, c):
    return a * a + 3 * b * b + a * b + sin(c * a) + tanh(b + c)


def start():
    return [Value(x, name) for x, name in zip((1.0, -2.0, 0.5), "abc")]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_twenty_steps_are_pytorchs(name):
    """Each optimizer gets where PyTorch's gets in 20 steps."""
    parameters = start()
    optimizer = OPTIMIZERS[name](parameters, lr=0.05)
    for _ in range(20):
        optimizer.zero_grad()
        loss(*parameters).backward()
        optimizer.step()
    assert [p.data for p in parameters] == pytest.approx(PYTORCH[name], rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_defaults_are_pytorchs(name):
    """Where PyTorch is installed, three steps with the defaults of both move alike."""
    torch = pytest.importorskip("torch")
    theirs = {
        "Momentum": lambda ps: torch.optim.SGD(ps, momentum=0.9),
        "Nesterov": lambda ps: torch.optim.SGD(ps, momentum=0.9, nesterov=True),
        "AdaGrad": torch.optim.Adagrad,
        "RMSProp": torch.optim.RMSprop,
    }.get(name) or getattr(torch.optim, name)
    p, tensor = Value(2.0), torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    ours = Momentum([p], nesterov=True) if name == "Nesterov" else OPTIMIZERS[name]([p])
    optimizer = theirs([tensor])
    for _ in range(3):
        for x, opt in ((p, ours), (tensor, optimizer)):
            opt.zero_grad()
            (x * x * x).backward()
            opt.step()
    assert p.data == pytest.approx(tensor.item(), rel=1e-12)


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


def test_options_are_used():
    """Every option but the learning rate changes where the optimizer gets."""
    options = [
        (SGD, {}),
        (Momentum, {}),
        (Momentum, {"momentum": 0.5}),
        (Momentum, {"nesterov": True}),
        (Momentum, {"nesterov": True, "momentum": 0.5}),
        (AdaGrad, {}),
        (AdaGrad, {"eps": 0.1}),
        (RMSProp, {}),
        (RMSProp, {"alpha": 0.5}),
        (RMSProp, {"eps": 0.1}),
        (Adam, {}),
        (Adam, {"betas": (0.5, 0.999)}),
        (Adam, {"betas": (0.9, 0.5)}),
        (Adam, {"eps": 0.1}),
        (AdamW, {}),
        (AdamW, {"weight_decay": 0.5}),
        (AdamW, {"betas": (0.5, 0.5)}),
        (AdamW, {"eps": 0.1}),
    ]
    torch = pytest.importorskip("torch")
    theirs = {SGD: torch.optim.SGD, Momentum: torch.optim.SGD, AdaGrad: torch.optim.Adagrad, RMSProp: torch.optim.RMSprop}
    for kind, named in options:
        p, tensor = Value(2.0), torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
        ours = kind([p], lr=0.05, **named)
        named = {"momentum": 0.9, **named} if kind is Momentum else named
        other = (theirs.get(kind) or getattr(torch.optim, kind.__name__))([tensor], lr=0.05, **named)
        for _ in range(5):
            for x, optimizer in ((p, ours), (tensor, other)):
                optimizer.zero_grad()
                (x * x * x).backward()
                optimizer.step()
        assert p.data == pytest.approx(tensor.item(), rel=1e-12), (kind, named)


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
        with pytest.raises(TypeError, match="SGD: a parameter is a Value that was not computed, and .* is none"):
            SGD([x, stranger])
    for stranger in (MLP(1, [1]), MLP(1, [1]).parameters):
        with pytest.raises(TypeError, match=r"Adam: parameters are a list of Values, as from model.parameters\(\)"):
            Adam(stranger)
    with pytest.raises(TypeError, match="SGD: a parameter is a Value"):
        SGD([[x]])
    with pytest.raises(ValueError, match="SGD: the gradients are of one example or more, not of 0"):
        SGD([x]).step(examples=0)


def test_an_optimizer_of_ones_own_is_one_formula():
    """A class with a method `change` is an optimizer; without one it says what is missing."""

    class SignDescent(Optimizer):
        def change(self, x, gradient, lr, memory):
            return math.copysign(lr, gradient)

    p = Value(1.0)
    optimizer = SignDescent([p], lr=0.5)
    p.grad = 7.0
    optimizer.step()
    assert p.data == 0.5
    with pytest.raises(NotImplementedError, match="Optimizer has no formula: write its method `change`"):
        Optimizer([p], 0.1).step()
