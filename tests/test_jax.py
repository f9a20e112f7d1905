"""Tests of programs and training run by JAX, on one device and on many, and of losses as functions of JAX."""

import importlib.util
import json
import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax_devices import results
from registered import OPERATIONS, arity
from test_array_groups import graphs
from test_training import OPTIMIZERS, T, Work, X, close

from scalargrad import Value, compile, elementary, exp, log, operation, tanh
from scalargrad.graph import placeholder
from scalargrad.losses import mean_squared_error
from scalargrad.nn import MLP
from scalargrad.nodes import registry
from scalargrad.optim import SGD
from scalargrad.program import jaxed
from scalargrad.program.languages import LANGUAGES
from scalargrad.shapes import Vector
from scalargrad.vectors import dot, total

jax = pytest.importorskip("jax", reason="JAX is not installed, or not asked for: pytest --jax tests/test_jax.py")
jnp = pytest.importorskip("jax.numpy")
pytestmark = pytest.mark.slow("XLA compiles for a second or more")
TEST = Path(__file__)


def compare(loss, inputs, parameters, batch, reduction="mean", tolerance=1e-12):
    """Check that the loss and the gradients are those of C, relative to the largest of them."""
    numbers = [p.data for p in parameters if p not in set(inputs)]
    found, expected = (
        compile(loss, inputs, parameters, target, reduction).value_and_grad(numbers, *batch) for target in ("jax", "c")
    )
    found, expected = numpy.hstack([*found]), numpy.hstack([*expected])
    assert numpy.abs(found - expected).max() <= tolerance * max(1.0, numpy.abs(expected).max())


@settings(max_examples=8)
@given(graphs(), st.sampled_from((1, 3, 7)), st.sampled_from(("mean", "sum")))
def test_jax_computes_what_c_computes(graph, n, reduction):
    """On random graphs of layers, dot products and operations the loss and the gradients are C's to 1e-12."""
    loss, inputs, parameters = graph
    compare(loss, inputs, parameters, numpy.random.default_rng(n).normal(size=(len(inputs), n)), reduction)


def test_every_operation():
    """Each operation, and a custom one, has C's results and gradients to 1e-12, of rows and of parameters."""

    @operation("bump")
    def bump(x, y, width=2.0):
        inside = (abs(x) < width) * (y >= 0) * (1 - (x != x))
        s = elementary.sigmoid(y)
        return inside * (width - abs(x)) + (x == y) + s, inside * ((x < 0) * 1 - (x > 0) * 1), s * (1 - s)

    rules = [bump, *(registry[name] for name in OPERATIONS)]
    inputs, parameters = list(placeholder(len(rules))), [Value(0.3 + 0.4 * k / len(rules)) for k in range(len(rules))]
    pairs = [(x, w)[: arity(rule)] for rule, x, w in zip(rules, inputs, parameters)]
    outputs = [rule(*pair) for rule, pair in zip(rules, pairs)]
    invariant = [rule(*(w, w + 0.1)[: arity(rule)]) for rule, w in zip(rules, parameters)]
    loss = dot(outputs, [x + 1 for x in inputs]) + total(invariant)
    batch = numpy.random.default_rng(0).uniform(0.2, 0.8, (len(rules), 3))
    compare(loss, inputs, [*parameters, *inputs], batch, "sum")
    found, expected = (compile(outputs, inputs, target=kind, reduction="none")(*batch) for kind in ("jax", "c"))
    assert numpy.allclose(found, expected, 1e-12, 1e-14)


def work(width=4):
    model, x, t = MLP(3, [width, 1], "tanh", seed=1), placeholder(3, "x"), placeholder("t")
    score, generator = model(x), numpy.random.default_rng(0)
    return model.parameters(), score, mean_squared_error(score, t), [x, t], generator.normal(size=(12, 3)), numpy.ones(12)


def test_the_gradient_is_ours(monkeypatch):
    """No derivative is asked of JAX, by programs or by training; and JAX's own derivative of the loss is the same."""
    parameters, _, loss, inputs, x, t = work()
    step = compile(loss, inputs, parameters, "jax")
    numbers = numpy.array([p.data for p in parameters])
    with jax.enable_x64(True):
        rows = jnp.asarray(numpy.vstack([x.T, t]))
        theirs = numpy.asarray(jax.jit(jax.grad(lambda p: step.run.pure.loss(jnp, p, rows)))(jnp.asarray(numbers)))
    for name in ("grad", "value_and_grad", "vjp", "jvp", "linearize", "jacrev", "jacfwd"):
        monkeypatch.setattr(jax, name, None)
    _, ours = step.value_and_grad(numbers, x, t)
    assert numpy.allclose(ours, theirs, 1e-12, 1e-14)
    losses = compile(loss, inputs, target="jax", optimizer=SGD(parameters, lr=0.1))(x, t, epochs=5)
    assert losses[-1, 0] < losses[0, 0]


def test_a_program_is_compiled_once_for_each_size():
    """Batches of one size share one compiled program; results come for lists, arrays and single examples."""
    parameters, score, loss, inputs, x, t = work()
    step, exact = (compile({"loss": loss, "score": score}, inputs, target=kind) for kind in ("jax", "c"))
    for n in (1, 5, 12, 5, 1):
        found, expected = step(x[:n], t[:n]), exact(x[:n].tolist(), t[:n].tolist())
        assert found["loss"] == pytest.approx(expected["loss"], rel=1e-12) and isinstance(found["score"], numpy.ndarray)
        assert found["score"].tolist() == pytest.approx(list(expected["score"]), rel=1e-12)
    assert step.run.step._cache_size() == 3
    single = step(x[0].tolist(), 1.0)
    assert type(single["score"]) is float and type(parameters[0].grad) is float and step.run.step._cache_size() == 3
    assert isinstance(step(x.tolist(), t.tolist())["score"], Vector)


def test_precision_is_nobody_elses():
    """64 bits are switched on for our own calls alone, and 32 bits are computed as such."""
    parameters, _, loss, inputs, x, t = work()
    expected, _ = compile(loss, inputs, parameters, "c").value_and_grad([p.data for p in parameters], x, t)
    for wanted, error in (("float64", 1e-13), ("float32", 1e-5)):
        step = compile(loss, inputs, parameters, "jax", dtype=wanted)
        found, _ = step.value_and_grad([p.data for p in parameters], x, t)
        assert abs(found - expected) < error
        numbers = numpy.zeros(len(parameters), wanted), numpy.zeros((4, 6), wanted), numpy.zeros((4, 0), wanted)
        with step.run.devices.precision():
            text = step.run.step.lower(*numbers).compile().as_text()
        assert ("f64" in text) == (wanted == "float64")
        assert not jax.config.jax_enable_x64 and jnp.ones(1).dtype == "float32"
    train = compile(loss, inputs, target="jax", dtype="float32", optimizer=SGD(parameters, lr=0.1))
    losses = train(x, t, epochs=3)
    assert (losses == losses.astype("float32")).all() and abs(losses[0, 0] - expected) < 1e-5


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_is_that_of_c(name):
    """Losses, parameters, gradients, memory and outputs by example, shuffled and with a smaller last batch: C's to 1e-12."""
    ours, theirs = Work(name, lr=lambda step: 0.02 / (1 + step)), Work(name, lr=lambda step: 0.02 / (1 + step))
    found, expected = (
        each.train(kind)(X, T, epochs=4, batch_size=6, seed=3) for each, kind in ((ours, "jax"), (theirs, "c"))
    )
    assert isinstance(found, Vector) and found.shape == (4, 4)
    assert close(found, expected, 1e-12)
    for part, other in zip(ours.numbers()[:3], theirs.numbers()[:3]):
        assert numpy.allclose(part, other, 1e-12, 1e-12)
    assert ours.numbers()[3] == theirs.numbers()[3] == 16 and type(ours.parameters[0].data) is float


def test_long_trainings_and_steps_on_values_take_turns():
    """More steps than one call takes, then steps on Values, then training again, end where C ends, within 1e-9."""
    found = []
    for kind in ("jax", "c"):
        each = Work("Adam", 0.001)
        train, step = each.train(kind), each.step("c")
        losses = [*train(X, T, epochs=700, batch_size=20), *train(X, T, epochs=2, callback=lambda epoch, losses: epoch == 0)]
        each.loop(step, [range(20)])
        found.append((numpy.hstack([*losses, *train(X, T, epochs=3)]), *each.numbers()))
    assert all(numpy.allclose(part, other, 1e-9, 1e-9) for part, other in zip(*found)) and len(found[0][0]) == 704


def test_outputs_by_example_come_with_the_losses():
    """With several outputs, those after the loss are C's to 1e-12, for each epoch and example."""
    found = []
    for kind in ("jax", "c"):
        each = Work()
        found.append(each.train(kind, {"loss": each.loss, "score": each.score})(X, T, epochs=3, batch_size=6, seed=1))
    assert all(close(found[0][key], found[1][key], 1e-12) for key in ("loss", "score"))


def test_what_is_not_finite_stops_the_training():
    """The loop stops before the step; what the engine refuses has the engine's words."""
    w, x = Value(1.0, "w"), placeholder("x")
    train = compile(log(w * x), [x], optimizer=SGD([w], lr=1e-3), target="jax")
    with pytest.raises(ValueError, match=r"^example 4: log\(-[0-9.]+\): "):
        train([1.0, 2.0, 3.0, 4.0, -1.0, 5.0], batch_size=2, shuffle=False)
    assert train.optimizer.steps == 2 and w.data < 1
    train = compile((w * x) ** 2, [x], optimizer=SGD([w], lr=0.1), target="jax")
    w.data = 1.0
    with pytest.raises(FloatingPointError, match="^SGD, step 3: the gradient of w is inf"):
        train([1.0, 1.0, 1e200, 1.0], batch_size=1, shuffle=False)
    assert train.optimizer.steps == 2 and w.data == pytest.approx(0.64)
    found, t = [], placeholder("t")
    for kind in ("jax", "c"):
        w.data, rates = 1.0, lambda step: 1e250 if step == 3 else 0.1
        train = compile((w * x - t) ** 2, [x, t], optimizer=SGD([w], lr=rates), target=kind)
        for examples in ([1.0, 1.0, 1.0, 1e70], [1e70, 1.0]):  # the last step of all, and one before others
            with pytest.raises(FloatingPointError, match="^SGD, step 4: the new value of w is -?inf"):
                train(examples, [2.0] * len(examples), batch_size=1, shuffle=False)
            found.append((train.optimizer.steps, w.data))
    assert numpy.allclose(found[:2], found[2:], 1e-12) and found[0][0] == 3


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="there are no signals to threads")
def test_an_interrupt_loses_nothing(ctrl_c):
    """Ctrl-C ends the training soon; parameters, memory and steps are those of as many steps as were done."""
    ours, theirs = Work(), Work()
    train = ours.train("jax")
    train(X, T)  # compiles
    main = threading.main_thread().ident
    thread = threading.Timer(0.3, lambda: signal.pthread_kill(main, signal.SIGINT))
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        train(X, T, epochs=10**7)
    thread.join()
    assert ours.optimizer.steps > 1
    theirs.train("jax")(X, T, epochs=ours.optimizer.steps)
    assert ours.numbers() == theirs.numbers()


def test_a_loss_is_a_function_of_jax():
    """It has values and gradients of the program, alone, mapped over parameters, and example by example, to 1e-12."""
    parameters, _, loss, inputs, x, t = work()
    step = compile(loss, inputs, parameters)
    function, numbers = step.function("jax"), numpy.array([p.data for p in parameters])
    expected, gradients = step.value_and_grad(numbers, x, t)
    with jax.enable_x64(True):
        value, found = jax.jit(jax.value_and_grad(function))(numbers, x, t)
        each = numpy.asarray(jax.jit(jax.vmap(jax.grad(function), (None, 0, 0)))(numbers, x, t))
        several = jax.vmap(function, (0, None, None))(numpy.stack([numbers, 2 * numbers]), x, t)
        curvature = numpy.asarray(jax.jit(jax.jacrev(jax.grad(function)))(numbers, x, t))
        alone, both = (jax.jit(f).lower(numbers, x, t).as_text() for f in (function, jax.value_and_grad(function)))
        assert function(numbers, x, t) == pytest.approx(expected, rel=1e-12)
    assert value == pytest.approx(expected, rel=1e-12) and numpy.allclose(found, gradients, 1e-12, 1e-14)
    assert each.shape == (12, len(numbers)) and numpy.allclose(each.mean(0), gradients, 1e-12, 1e-14)
    doubled, _ = step.value_and_grad(2 * numbers, x, t)
    assert several.tolist() == pytest.approx([expected, doubled], rel=1e-12)
    assert numpy.allclose(curvature, curvature.T, 1e-12, 1e-12) and numpy.abs(curvature).max() > 1e-3
    assert alone.count("dot_general") < both.count("dot_general")
    assert function(numbers.astype("float32"), x, t).dtype == "float32"


def test_an_input_may_have_a_gradient_beside_the_function():
    """A leaf that is fed, though the program has its gradient, is none of the function's parameters."""
    w, x, b = Value(2.0, "w"), placeholder("x"), Value(1.0, "b")
    function = compile((w * x + b) ** 2, [x], [w, x, b], reduction="sum").function("jax")
    gradient = jax.grad(function)(numpy.array([2.0, 1.0]), numpy.array([1.0, 2.0]))
    assert gradient.tolist() == [2 * 3 * 1 + 2 * 5 * 2, 2 * 3 + 2 * 5]


def test_optax_trains():
    """Optax's Adam, over our gradient, takes the steps of ours."""
    optax = pytest.importorskip("optax", reason="optax is not installed")
    each = Work("Adam", 0.02)
    step = each.step("c")
    function = step.function("jax")
    with jax.enable_x64(True):
        p = jnp.array([q.data for q in step.parameters])
        adam = optax.adam(0.02)
        state = adam.init(p)

        @jax.jit
        def descend(p, state):
            gradient = jax.grad(function)(p, jnp.array(X), jnp.array(T))
            change, state = adam.update(gradient, state)
            return optax.apply_updates(p, change), state

        for _ in range(10):
            p, state = descend(p, state)
    each.train("c")(X, T, epochs=10)
    assert p.tolist() == pytest.approx([q.data for q in step.parameters], rel=1e-9)


def test_long_graphs_are_refused(monkeypatch):
    """A graph of more groups than XLA compiles in a reasonable time is refused when compiling, and C is named."""
    monkeypatch.setattr(jaxed, "MOST_GROUPS", 30)
    w, x = Value(0.5), placeholder("x")
    chain = x
    for _ in range(60):
        chain = tanh(chain * w)
    others = ("sin", "cos", "exp", "tanh", "atan", "sinh", "cosh", "expm1", "softplus", "silu", "gelu", "sigmoid", "relu")
    wide = total(registry[name](x * w) ** k for name in others for k in (3, 4, 5))
    sentence = r"take target='c', which needs no time for that$"
    for loss, found in ((chain, r"at least \d+"), (wide, r"\d+")):
        for call in (lambda: compile(loss, [x], target="jax"), compile(loss, [x], target="python").function):
            with pytest.raises(ValueError, match=f"^target='jax': the graph is {found} calls on .* than 30; {sentence}"):
                call()


def test_wide_graphs_compile_soon():
    """A layered network of 10^5 operations has few groups, so that it is compiled in 10 seconds of one processor."""
    model, x = MLP(100, [120, 110, 10], "tanh", seed=0), placeholder(100, "x")
    loss = total(model(x) ** 2)
    start = time.process_time()
    step = compile(loss, [x], target="jax")
    assert len(step.trace.forward) + len(step.trace.backward) > 1e5 and len(step.run.pure.groups.steps) < 30
    value = step(numpy.ones((4, 100)) / 100)
    assert time.process_time() - start < 10
    assert value == pytest.approx(compile(loss, [x], target="c")(numpy.ones((4, 100)) / 100), rel=1e-12)


def test_what_jax_does_not_have_is_refused(monkeypatch):
    """A function that jax.numpy does not have, another precision, and a machine without JAX are refused in a sentence."""

    @elementary.function(numpy=numpy.frompyfunc(math.erf, 1, 1))
    def erf(x):
        return math.erf(x)

    @operation("erf")
    def erf_operation(x):
        return erf(x), 2 / math.pi**0.5 * exp(-x * x)

    x = placeholder("x")
    try:
        with pytest.raises(
            TypeError, match=r"^target='jax': jax.numpy has no function .*; take target='c', or omit target=$"
        ):
            compile(erf_operation(x), [x], target="jax", reduction="none")
    finally:
        del elementary.functions["erf"]
    for kind in (None, "c"):
        with pytest.raises(ValueError, match="^compile: dtype='float32' is for target='jax', because other targets compute"):
            compile(x, [x], target=kind, dtype="float32")
    with pytest.raises(ValueError, match="^compile: dtype must be one of 'float64', 'float32', got 'float16'$"):
        compile(x, [x], target="jax", dtype="float16")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for call in (lambda: compile(x * 2, [x], target="jax"), compile(x * 2, [x], target="python").function):
        with pytest.raises(
            RuntimeError, match="^target='jax' needs JAX: install it, as in `pip install jax`, or omit target"
        ):
            call()


def test_what_a_function_is_not_given_is_said():
    """Wrong arguments of the function are one sentence, and so are derivatives that it does not have."""
    parameters, score, loss, inputs, x, t = work()
    function, p = compile(loss, inputs, parameters).function("jax"), numpy.array([each.data for each in parameters])
    for call, kind, sentence in (
        (lambda: function(p[:3], x, t), ValueError, r": the parameters are 21 numbers, .*got the shape \(3,\)$"),
        (lambda: function(p, x), ValueError, ": 2 inputs, x, t, take one argument each"),
        (lambda: function(p, x.T, t), ValueError, r": x takes an example of shape \(3,\), .*got the shape \(3, 12\)$"),
        (lambda: function(p, x, t[:5]), ValueError, ": a batch has as many examples for every input, got batches of 5, 12$"),
        (
            lambda: jax.grad(function, 1)(p, x, t),
            TypeError,
            ": the loss has a derivative toward its first argument, the para",
        ),
        (lambda: compile(score, inputs[:1], reduction="none").function(), ValueError, ": with reduction='none' there is no"),
    ):
        with pytest.raises(kind, match=r"^function\('jax'\)" + sentence):
            call()
    with pytest.raises(ValueError, match=r"^function\('c'\): the only target of functions is 'jax'$"):
        compile(loss, inputs, parameters).function("c")


def test_a_text_is_that_of_other_targets():
    """A program for JAX can be read in every language."""
    parameters, _, loss, inputs, *_ = work()
    step, other = compile(loss, inputs, target="jax"), compile(loss, inputs, target="python")
    assert all(step.source(language) == other.source(language) for language in LANGUAGES)
    assert repr(step).endswith("run by 'jax'; see .source()>")


@pytest.fixture(scope="module")
def runs():
    """What jax_devices.py prints on eight simulated devices, and in each of two processes with two devices."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    started = [
        subprocess.Popen(
            [sys.executable, TEST.with_name("jax_devices.py"), *arguments],
            env=os.environ | {"JAX_PLATFORMS": "cpu", "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for devices, arguments in ((8, ()), (2, (address, "2", "0")), (2, (address, "2", "1")))
    ]
    try:
        printed = [process.communicate(timeout=300)[0] for process in started]
    finally:
        for process in started:
            process.kill()
    return [json.loads(text.splitlines()[-1]) for text in printed]


def check(run, expected):
    for key, tolerance in (("step", 1e-12), ("trained", 1e-12), ("long", 1e-9)):
        assert close(run[key], expected[key], tolerance), key


def test_eight_devices_compute_what_one_computes(runs):
    """A batch is shared by eight devices, each of which has all parameters; they talk once, and numbers are those of one."""
    run = runs[0]
    assert (run["devices"], run["here"]) == (8, 8)
    assert run["shards"] == [[3, 4]] * 8 and run["rest"] == [3, 3] and run["copies"] == [[17]] * 8
    assert run["talk"] == ["all-reduce"]
    for kind in ("c", "jax"):
        check(run, results(kind)[0])


def test_two_processes_compute_what_one_computes(runs):
    """Two processes with two devices each share a batch, talk once, and both have the numbers of one device."""
    expected, _ = results("jax")
    for run in runs[1:]:
        assert (run["devices"], run["here"]) == (4, 2)
        assert run["shards"] == [[3, 8]] * 2 and run["rest"] == [3, 3] and run["copies"] == [[17]] * 2
        assert run["talk"] == ["all-reduce"]
        check(run, expected)
    assert runs[1]["trained"] == runs[2]["trained"] and runs[1]["long"] == runs[2]["long"]
