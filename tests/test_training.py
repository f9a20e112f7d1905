"""Tests of compiled training."""

import json
import math
import os
import random
import re
import shutil
import signal
import subprocess
import threading
import time
import tracemalloc

import numpy
import pytest
import registered

from scalargrad import Value, compile, elementary, log
from scalargrad.engine import Parameter
from scalargrad.graph import Variable, placeholder
from scalargrad.losses import cross_entropy, hinge, l2_penalty
from scalargrad.nn import MLP
from scalargrad.optim import SGD, Adam, AdamW, Optimizer
from scalargrad.shapes import Vector
from scalargrad.vectors import total


class Lion(Optimizer):
    """A custom optimizer: signs of a running mean, and a rate that falls with the steps."""

    remembers = ("m",)

    def update(self, x, gradient, lr, memory):
        (m,) = memory
        direction = 0.9 * m + 0.1 * gradient
        sign = elementary.step(direction) - elementary.step(-direction)
        return x - lr / (1 + 0.1 * self.steps) * sign, (0.99 * m + 0.01 * gradient,)


TARGETS = ("python", "numpy", "c")  # for "jax" see test_jax.py
OPTIMIZERS = registered.OPTIMIZERS | {"Lion": Lion}
GENERATOR = random.Random(0)
X = [[GENERATOR.gauss(0, 1), GENERATOR.gauss(0, 1)] for _ in range(20)]
T = [1.0 if a * b > 0 else -1.0 for a, b in X]


class Work:
    """A network on two numbers, an optimizer of it, and its loss."""

    def __init__(self, optimizer="Adam", lr=0.02):
        self.model, self.x, self.t = MLP(2, [4, 1], seed=0), placeholder(2, "x"), placeholder("t")
        self.parameters = self.model.parameters()
        self.score = self.model(self.x)
        self.loss = hinge([self.score], [self.t]) + l2_penalty(self.parameters, 1e-3)
        self.optimizer = OPTIMIZERS[optimizer](self.parameters, lr=lr)

    def train(self, target, outputs=None):
        return compile(outputs or self.loss, [self.x, self.t], target=target, optimizer=self.optimizer)

    def step(self, target):
        return compile(self.loss, [self.x, self.t], target=target)

    def loop(self, step, batches):
        """Take a step for each batch in the three lines of a training loop, and return the losses."""
        losses = []
        for batch in batches:
            self.optimizer.zero_grad()
            losses.append(step([X[k] for k in batch], [T[k] for k in batch]))
            self.optimizer.step()
        return losses

    def numbers(self):
        """All that training changes."""
        memory = [self.optimizer.memory[p] for p in self.parameters]
        return [p.data for p in self.parameters], [p.grad for p in self.parameters], memory, self.optimizer.steps


def in_order(size, epochs):
    return [range(k, min(k + size, 20)) for _ in range(epochs) for k in range(0, 20, size)]


def close(a, b, tolerance):
    return numpy.allclose(
        numpy.hstack(list(map(numpy.ravel, a))), numpy.hstack(list(map(numpy.ravel, b))), tolerance, tolerance
    )


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_is_the_loop_over_steps(name, target):
    """Losses, parameters, gradients and memory are those of a loop over Values: bit for bit, in NumPy within 1e-12."""
    by_step, compiled = Work(name), Work(name)
    losses = by_step.loop(by_step.step(target), in_order(6, 8))  # 32 steps, the last of each epoch with 2 examples
    found = compiled.train(target)(X, T, epochs=8, batch_size=6, shuffle=False)
    assert isinstance(found, Vector) and found.shape == (8, 4)
    if target == "numpy":
        assert close([losses], [found], 1e-12) and close(by_step.numbers()[0], compiled.numbers()[0], 1e-12)
    else:
        assert [loss for epoch in found for loss in epoch] == losses
        assert compiled.numbers() == by_step.numbers()


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_compiled_and_single_steps_take_turns(name, target):
    """Steps on Values and compiled training go on where the other ended: memory, steps and schedules."""

    def rate(steps):
        return 0.05 / (1 + steps)

    by_step, both = Work(name, rate), Work(name, rate)
    by_step.loop(by_step.step(target), in_order(20, 9))
    step, train = both.step(target), both.train(target)
    for _ in range(3):
        both.loop(step, in_order(20, 1))
        train(X, T, epochs=2)
    if target == "numpy":
        assert close(by_step.numbers()[0], both.numbers()[0], 1e-12)
    else:
        assert both.numbers() == by_step.numbers()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_is_eager_training(name):
    """Each compiled step moves the parameters as a new graph, `backward` and `step` do, within 1e-12."""
    eager, compiled = Work(name), Work(name)
    train = compiled.train("c" if shutil.which("cc") else "python")
    for _ in range(30):
        eager.optimizer.zero_grad()
        scores = [eager.model(x) for x in X]
        (hinge(scores, T) + l2_penalty(eager.parameters, 1e-3)).backward()
        eager.optimizer.step()
        train(X, T)
        assert close(eager.numbers()[0], compiled.numbers()[0], 1e-12)
        for p, q in zip(eager.parameters, compiled.parameters):
            p.data = q.data  # so that differences do not add up


@pytest.mark.parametrize("target", TARGETS)
def test_the_order_of_the_examples_comes_from_the_seed(target):
    """A seed gives one order on every target, with each example once an epoch; None gives another each time."""
    x, w = placeholder("x"), Value(0.0, "w")
    numbers = [float(k) for k in range(10)]

    def order(seed, arrays=False):
        train = compile(x + 0 * w + w * 0.0 + w, [x], optimizer=SGD([w], lr=0.0), target=target)
        return [
            float(each)
            for epoch in train(numpy.array(numbers) if arrays else numbers, epochs=3, batch_size=1, seed=seed)
            for each in epoch
        ]

    seeded = order(7)
    assert seeded == order(7) == order(7, arrays=True) == order(random.Random(7)) == order(numpy.int64(7))
    assert [sorted(seeded[i : i + 10]) for i in (0, 10, 20)] == [numbers] * 3
    assert seeded[:10] != numbers and seeded[:10] != seeded[10:20] and seeded != order(8)
    assert len({tuple(order(None)) for _ in range(5)}) > 1
    generator = random.Random(7)
    assert order(generator) != order(generator)


@pytest.mark.parametrize("target", TARGETS)
def test_other_outputs_come_by_example(target):
    """Outputs after the loss are returned for each epoch and example, in the order of the examples, as before the step."""
    work = Work()
    train = work.train(target, {"loss": work.loss, "score": work.score, "x": work.x})
    predict = compile(work.score, [work.x], reduction="none", target=target)
    expected = predict(numpy.array(X))
    found = train(numpy.array(X), T, epochs=2, seed=0)
    assert found["loss"].shape == (2, 1) and found["score"].shape == (2, 20) and found["x"].shape == (2, 20, 2)
    assert (found["score"][0] == expected).all() and not (found["score"][1] == expected).all()
    assert (found["x"] == numpy.array([X, X])).all()
    found = train(X, T, epochs=2, batch_size=3, seed=0)
    assert found["x"] == (Vector(X), Vector(X)) and found["score"].shape == (2, 20) and found["loss"].shape == (2, 7)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_loss_that_does_not_depend_on_the_example(target, reduction):
    """Parts of a loss that are the same for every example train as they do in steps."""
    results = []
    for compiled in (True, False):
        w, x = Value(2.0, "w"), placeholder("x")
        optimizer = SGD([w], lr=0.01)
        loss = (w * x) ** 2 + w * w
        if compiled:
            train = compile(loss, [x], optimizer=optimizer, reduction=reduction, target=target)
            train([1.0, 2.0, 3.0], epochs=3, batch_size=2, shuffle=False)
        else:
            step = compile(loss, [x], reduction=reduction, target=target)
            for batch in ([1.0, 2.0], [3.0]) * 3:
                optimizer.zero_grad()
                step(batch)
                optimizer.step()
        results.append((w.data, w.grad))
    assert results[0] == results[1]


@pytest.mark.parametrize("target", TARGETS)
def test_a_parameter_that_the_loss_does_not_reach_stays(target):
    """AdamW moves no parameter that the loss does not depend on, and remembers nothing of it."""
    w, rest, stepped = Value(2.0, "w"), Value(3.0, "rest"), Value(4.0, "stepped")
    x = placeholder("x")
    optimizer = AdamW([w, rest, stepped], lr=0.1)
    train = compile([(w * x - 1) ** 2 + elementary.step(1.0) * 0, stepped * x], [x], optimizer=optimizer, target=target)
    train([1.0, 2.0], epochs=5)
    assert w.data != 2.0 and (rest.data, stepped.data) == (3.0, 4.0)
    assert optimizer.memory[w][2] == 5 and optimizer.memory[rest] == optimizer.memory[stepped] == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("target", TARGETS)
def test_parameters_may_remember_different_things(target):
    """A parameter that missed earlier steps is corrected for its own number of steps."""
    results = []
    for compiled in (True, False):
        a, b, x = Value(1.0, "a"), Value(2.0, "b"), placeholder("x")
        optimizer = Adam([a, b], lr=0.1)
        a.grad = 0.5
        optimizer.step()
        loss = (a * x + b) ** 2
        if compiled:
            compile(loss, [x], optimizer=optimizer, target=target)([1.0, -2.0], epochs=4)
        else:
            step = compile(loss, [x], target=target)
            for _ in range(4):
                optimizer.zero_grad()
                step([1.0, -2.0])
                optimizer.step()
        results.append((a.data, b.data, optimizer.memory[a], optimizer.memory[b]))
    assert [memory[2] for memory in results[0][2:]] == [5, 4]
    assert close(*results, 1e-12) if target == "numpy" else results[0] == results[1]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("bad", "lr", "sentence"),
    [
        (
            math.nan,
            0.1,
            "SGD, step 4: the gradient of w is nan; look for nan in the data, or make the learning rate smaller",
        ),
        (1e200, 0.1, "SGD, step 4: the gradient of w is "),
        (1e70, 1e250, "SGD, step 4: the new value of w is -?inf; look for nan"),
    ],
)
def test_what_is_not_finite_stops_the_training(target, bad, lr, sentence):
    """The loop stops at the step, with the parameters, memory and steps as they were before it, and with its sentence."""
    w, x, t = Value(1.0, "w"), placeholder("x"), placeholder("t")
    optimizer = SGD([w], lr=lambda step: lr if step == 3 else 0.1)
    train = compile((w * x - t) ** 2, [x, t], optimizer=optimizer, target=target)
    with pytest.raises(FloatingPointError, match=sentence):
        train([1.0, 1.0, 1.0, bad, 1.0], [2.0] * 5, batch_size=1, shuffle=False)
    twin = Value(1.0, "w")
    descent = SGD([twin], lr=0.1)
    for _ in range(3):
        descent.zero_grad()
        ((twin * 1.0 - 2.0) ** 2).backward()
        descent.step()
    assert (w.data, optimizer.steps) == (twin.data, 3)


@pytest.mark.parametrize("target", TARGETS)
def test_a_loss_that_is_not_finite_stops_the_training(target):
    """An infinite loss whose gradient is finite is named."""
    w, x, t = Value(1.0, "w"), placeholder("x"), placeholder("t")
    train = compile(w * x + t, [x, t], optimizer=SGD([w], lr=0.1), target=target)
    with pytest.raises(FloatingPointError, match="^SGD, step 2: the loss is inf; look for nan in the data, or make the"):
        train([1.0, 1.0], [1.0, math.inf], batch_size=1, shuffle=False)
    assert w.data == pytest.approx(0.9)


@pytest.mark.parametrize("target", TARGETS)
def test_an_example_that_the_engine_refuses_is_named(target):
    """The error of an example has the engine's words and the example's number in the data, not in the batch."""
    w, x = Value(1.0, "w"), placeholder("x")
    train = compile(log(w * x), [x], optimizer=SGD([w], lr=1e-3), target=target)
    with pytest.raises(ValueError, match=r"^example 4: log\(-[0-9.]+\): "):
        train([1.0, 2.0, 3.0, 4.0, -1.0, 5.0], batch_size=2, shuffle=False)
    assert train.optimizer.steps == 2 and w.data < 1


def test_a_callback_sees_each_epoch():
    """A callback finds the parameters as they are after its epoch, may change them, and ends the training by True."""
    work, twin = Work(), Work()
    train, other = work.train(None), twin.train(None)
    seen = []

    def look(epoch, losses):
        seen.append((epoch, losses, [p.data for p in work.parameters]))
        if epoch == 1:
            work.parameters[0].data = 0.25
            work.optimizer.lr = 0.5
        return epoch == 3

    found = train(X, T, epochs=10, batch_size=6, callback=look, shuffle=False)
    assert [epoch for epoch, _, _ in seen] == [0, 1, 2, 3] and found == Vector(losses for _, losses, _ in seen)
    for epoch, (_, losses, parameters) in enumerate(seen):
        assert other(X, T, batch_size=6, shuffle=False)[0] == losses
        assert [p.data for p in twin.parameters] == parameters
        if epoch == 1:
            twin.parameters[0].data = 0.25
            twin.optimizer.lr = 0.5


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="there are no signals to threads")
@pytest.mark.parametrize("target", TARGETS)
def test_an_interrupt_loses_nothing(target, ctrl_c):
    """Ctrl-C ends the training soon; parameters, memory and steps are those of as many steps as were done."""
    main = threading.main_thread().ident
    for seconds in (0.3, 5.0):  # a busy machine may have done no step in the shorter time
        work, sent = Work(), []
        train = work.train(target)

        def interrupt(seconds=seconds, sent=sent):
            time.sleep(seconds)
            sent.append(time.perf_counter())
            signal.pthread_kill(main, signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            train(X, T, epochs=10**7)
        assert time.perf_counter() - sent[0] < 1  # 0.1 s on a machine that does nothing else
        thread.join()
        if work.optimizer.steps:
            break
    twin, done = Work(), work.optimizer.steps
    assert done > 0
    twin.train(target)(X, T, epochs=done)
    assert work.numbers() == twin.numbers()


def test_progress_is_shown(capsys):
    """progress=True shows the steps and the loss, by tqdm."""
    pytest.importorskip("tqdm")
    Work().train(None)(X, T, epochs=3, batch_size=5, progress=True)
    shown = capsys.readouterr().err
    assert "12/12" in shown and re.search(r"loss \d", shown) and "steps/s" in shown


@pytest.mark.parametrize("name", ["Adam", "Momentum", "Lion"])
@pytest.mark.parametrize("language", ["python", "javascript", "c"])
def test_the_text_trains(name, language, tmp_path):
    """The printed training, run in its language, gives the losses and parameters of the training."""
    work = Work(name, lr=lambda step: 0.02 / (1 + step))
    train = work.train("python")
    text = train.source(language)
    parameters, examples = [p.data for p in work.parameters], [[*x, t] for x, t in zip(X, T)]
    memory, batches = [[0.0] * len(work.optimizer.remembers) for _ in parameters], list(map(list, in_order(6, 2)))
    rates = [[0.02 / (1 + k), *([float(k)] if name == "Lion" else [])] for k in range(8)]
    if language == "python":
        namespace = {}
        exec(text, namespace)
        losses, found, _ = namespace["train"](parameters, memory, examples, batches, rates)
    elif language == "javascript":
        if not shutil.which("node"):
            pytest.skip("there is no node")
        call = f"train(...{json.dumps([parameters, memory, examples, batches, rates])})"
        (tmp_path / "train.js").write_text(f"{text}\nconsole.log(JSON.stringify({call}))")
        printed = subprocess.run(["node", tmp_path / "train.js"], check=True, capture_output=True, text=True).stdout
        losses, found, _ = json.loads(printed)
    else:
        losses, found = run_c(
            text, parameters, memory, [examples[k] for batch in batches for k in batch], batches, rates, tmp_path
        )
    expected = train(X, T, epochs=2, batch_size=6, shuffle=False)
    assert close(losses, expected, 1e-13) and close(found, [p.data for p in work.parameters], 1e-13)


def test_the_text_has_the_loss_alone():
    """Outputs by example are not in the text, which runs without them."""
    work = Work()
    both, alone = work.train("python", [work.loss, work.score]), work.train("python")
    assert all(both.source(language) == alone.source(language) for language in ("python", "c", "javascript"))


def run_c(text, parameters, memory, examples, batches, rates, folder):
    import ctypes

    if not shutil.which("cc"):
        pytest.skip("there is no C compiler")
    (folder / "train.c").write_text(text)
    command = ["cc", "-shared", "-fPIC", "-Wall", "-Werror", "train.c", "-o", "train.so", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    arrays = [numpy.array(x, float).ravel() for x in (parameters, memory, examples)]
    sizes, rates, losses = numpy.array([len(b) for b in batches], ctypes.c_long), numpy.array(rates).ravel(), numpy.zeros(8)
    at = [ctypes.c_void_p(x.ctypes.data) for x in (*arrays, sizes, rates, losses)]
    ctypes.CDLL(os.fspath(folder / "train.so")).train(*at[:4], ctypes.c_long(len(batches)), *at[4:])
    return losses, arrays[0]


def test_an_optimizer_without_parameters_trains_all_leaves():
    """Without parameters of its own an optimizer trains every leaf that is not fed, or those that are named."""
    w, b, x = Variable(1.0, "w"), Variable(0.5, "b"), placeholder("x")
    optimizer = SGD(lr=0.1)
    compile((w * x + b) ** 2, [x], optimizer=optimizer)([1.0])
    assert list(optimizer.memory) == [w, b] and w.data != 1 and b.data != 0.5
    before = b.data
    compile((w * x + b) ** 2, [x], [w], optimizer=SGD(lr=0.1))([1.0])
    assert b.data == before


def test_parameters_are_found_in_linear_time():
    """For twice as many parameters, compiling looks up a parameter twice as often."""
    lookups = 0

    class Counted(Parameter):
        def __hash__(self):
            nonlocal lookups
            lookups += 1
            return object.__hash__(self)

    def count(n):
        nonlocal lookups
        weights, x = [Counted(0.5) for _ in range(n)], placeholder("x")
        optimizer, loss = SGD(weights), total([w * x for w in weights])
        lookups = 0
        compile(loss, [x], optimizer=optimizer, target="python")
        return lookups

    assert count(200) < 3 * count(100)


def test_an_array_gives_arrays():
    """The losses are an array if any argument is one, of the same numbers."""
    lists, arrays = (
        Work().train(None)(X, T, epochs=2, seed=1, batch_size=6),
        Work().train(None)(numpy.array(X), T, epochs=2, seed=1, batch_size=6),
    )
    assert isinstance(arrays, numpy.ndarray) and (arrays == numpy.array(lists)).all()


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        (
            {"optimizer": "adam"},
            TypeError,
            r"^compile: an optimizer is made as in optimizer=Adam\(model.parameters\(\)\), got 'a",
        ),
        ({"parameters": []}, TypeError, "^compile: Adam has its parameters already, so omit parameters=$"),
        ({"reduction": "none"}, ValueError, '^compile: an optimizer needs one loss for a batch, its "mean" or "sum", got'),
        ({"optimizer": SGD([Value(1.0)])}, ValueError, "^compile: the loss depends on no parameter of the optimizer, so"),
    ],
)
def test_what_cannot_be_trained_is_refused(arguments, error, sentence):
    """What is no optimizer, and an optimizer that does not fit the loss, are refused when compiling."""
    work = Work()
    with pytest.raises(error, match=sentence):
        compile(work.loss, [work.x, work.t], **({"optimizer": work.optimizer} | arguments))


def test_an_input_is_not_trained():
    """A leaf cannot be fed and trained."""
    w, x = Value(1.0, "w"), Value(2.0, "x")
    with pytest.raises(
        ValueError, match="^compile: x is fed, so the optimizer cannot train it; take it out of one of the two"
    ):
        compile(w * x, [x], optimizer=SGD([w, x]))


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"epochs": 0}, ValueError, "^train: epochs is a whole number from 1 on, got 0$"),
        ({"epochs": 1.5}, ValueError, "^train: epochs is a whole number from 1 on, got 1.5$"),
        ({"batch_size": 0}, ValueError, "^train: batch_size is a whole number from 1 on, got 0$"),
        ({"batch_size": True}, ValueError, "^train: batch_size is a whole number from 1 on, got True$"),
        ({"seed": "a"}, TypeError, "^train: a seed is a whole number or a random.Random, got 'a'$"),
        ({"callback": 3}, TypeError, "^train: a callback is a function of the epoch and its losses, got 3$"),
    ],
)
def test_options_that_cannot_be(options, error, sentence):
    """A wrong option is one sentence, before anything has moved."""
    work = Work()
    before = work.numbers()
    with pytest.raises(error, match=sentence):
        work.train(None)(X, T, **options)
    assert work.numbers() == before


def test_a_language_that_is_none():
    """source says which languages there are."""
    with pytest.raises(ValueError, match=r"^source\('rust'\): the languages are 'python', 'c', 'javascript'$"):
        Work().train(None).source("rust")


def test_a_training_shows_what_it_is():
    """The repr names the parameters, the optimizer and the target."""
    assert repr(Work().train("python")) == "<Training of 17 parameters with Adam, run by 'python'; see .source()>"


def test_softmax_regression_learns():
    """A classifier of three classes, trained for a second at most, tells them apart."""
    model, x, t = MLP(2, [8, 3], seed=0), placeholder(2, "x"), placeholder(3, "t")
    generator = random.Random(1)
    centres = ((0, 2), (2, -1), (-2, -1))
    points = [[c + generator.gauss(0, 0.3) for c in centres[k % 3]] for k in range(60)]
    classes = [[float(k % 3 == i) for i in range(3)] for k in range(60)]
    train = compile(cross_entropy(model(x), t), [x, t], optimizer=Adam(model.parameters(), lr=0.05))
    losses = train(points, classes, epochs=30, batch_size=16, seed=0)
    assert losses.shape == (30, 4) and sum(losses[-1]) / 4 < 0.02 < losses[0][0]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no timers")
@pytest.mark.parametrize("target", TARGETS)
def test_an_interrupt_at_any_moment_leaves_one_step(target, ctrl_c):
    """Wherever Ctrl-C strikes, parameters and memory are those of the same step, which the optimizer has counted."""
    before = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    generator = random.Random(0)
    try:
        for _ in range(30):
            work = Work()
            train = work.train(target)
            with pytest.raises(KeyboardInterrupt):
                signal.setitimer(signal.ITIMER_REAL, generator.uniform(1e-4, 5e-3))
                train(X, T, epochs=10**6, callback=lambda epoch, losses: None)
            steps = work.optimizer.steps
            twin = Work()
            if steps:
                twin.train(target)(X, T, epochs=steps)
                assert work.numbers() == twin.numbers()
            assert {work.optimizer.memory[p][2] for p in work.parameters} == {float(steps)}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("target", TARGETS)
def test_an_output_that_the_engine_refuses_stops_the_training(target):
    """An example that the engine refuses is named, even if only another output needs it; an infinite one is returned."""
    w, x = Value(0.5, "w"), placeholder("x")
    train = compile([(w - x) ** 2, log(x)], [x], optimizer=SGD([w], lr=0.1), target=target)
    with pytest.raises(ValueError, match=r"^example 1: log\(0.0\): "):
        train([1.0, 0.0, 2.0], batch_size=1, shuffle=False)
    assert train.optimizer.steps == 1
    train = compile([w * w, x], [x], optimizer=SGD([w], lr=0.1), target=target)
    _, found = train([1.0, math.inf, 2.0], epochs=2, batch_size=2, shuffle=False)
    assert found == ((1.0, math.inf, 2.0),) * 2 and train.optimizer.steps == 4


def test_many_epochs_of_many_examples_need_little_memory():
    """The order of the examples is planned for some epochs at a time."""
    w, x = Value(0.5, "w"), placeholder("x")
    train = compile((w - x) ** 2, [x], optimizer=SGD([w], lr=0.0))
    tracemalloc.start()
    try:
        train(numpy.zeros(20_000), epochs=200)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12e6


def test_whole_numbers_of_numpy_count():
    """Epochs and batch sizes may come from NumPy, and a schedule from a derived class."""

    class Warm(SGD):
        def learning_rate(self, steps):
            return 0.1 / (1 + steps)

    w, x = Value(0.5, "w"), placeholder("x")
    results = []
    for epochs in (numpy.int64(2), 2):
        w.data, optimizer = 0.5, Warm([w])
        compile((w - x) ** 2, [x], optimizer=optimizer)([1.0, 2.0], epochs=epochs, batch_size=numpy.int32(1), shuffle=False)
        results.append(w.data)
    expected = 0.5
    for steps, number in enumerate((1.0, 2.0, 1.0, 2.0)):
        expected -= 0.1 / (1 + steps) * 2 * (expected - number)
    assert results[0] == results[1] == pytest.approx(expected, rel=1e-14)
