"""Tests of compiled programs: they compute what the engine computes, on every target."""

import contextlib
import gc
import importlib.util
import inspect
import itertools
import math
import random
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registered import OPERATIONS, arity

from scalargrad import Value, compile, exp, log, maximum, operation, operations, relu, sigmoid, sqrt, tanh
from scalargrad.engine import Constant
from scalargrad.graph import placeholder
from scalargrad.losses import cross_entropy, hinge, l2_penalty
from scalargrad.nn import MLP
from scalargrad.nodes import registry
from scalargrad.optim import SGD
from scalargrad.program import compiler as module
from scalargrad.program import native
from scalargrad.vectors import Vector

numpy = pytest.importorskip("numpy")

try:
    native.library()
    AVAILABLE = ["python", "numpy", "c"]
except native.Unavailable:
    AVAILABLE = ["python", "numpy"]
no_compiler = pytest.mark.skipif("c" not in AVAILABLE, reason="there is no C compiler")
TARGETS = ["python", "numpy", pytest.param("c", marks=no_compiler)]
UNARY, BINARY = ([name for name in OPERATIONS if arity(registry[name]) == count] for count in (1, 2))
EDGES = (0.0, -0.0, 1.0, -1.0, 0.5, 1e-300, 1e300, -1e300, math.inf, -math.inf, math.nan)


def same(found, expected, scale=0.0):
    """Whether two numbers are equal to 1e-12, relative, or relative to a scale; nan and infinity are equal to themselves."""
    if math.isnan(expected):
        return math.isnan(found)
    return found == expected or math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-12 * scale)


@st.composite
def graphs(draw):
    """A random graph of two parameters, two inputs and a constant, and its nodes, without any that the engine refuses."""
    numbers = st.one_of(st.floats(-3, 3), st.sampled_from(EDGES))
    parameters = [Value(draw(numbers)), Value(draw(numbers))]
    inputs = [Value(draw(numbers)), Value(draw(numbers))]
    nodes = [*parameters, *inputs, Constant(draw(st.floats(-3, 3)))]
    for name in draw(st.lists(st.sampled_from((*UNARY, *BINARY, "power")), min_size=1, max_size=25)):
        pick = st.sampled_from(nodes[-6:] if draw(st.booleans()) else nodes)
        arguments = [draw(pick)] if name in (*UNARY, "power") else [draw(pick), draw(pick)]
        if name == "power":
            arguments.append(draw(st.sampled_from((-1, 0, 0.5, 1, 2, 3))))
        with contextlib.suppress(ValueError, ZeroDivisionError):
            nodes.append(registry[name](*arguments))
    return parameters, inputs, nodes


@pytest.mark.slow("compiles many random graphs")
@pytest.mark.parametrize("target", TARGETS)
@given(graphs())
def test_programs_compute_what_the_engine_computes(target, graph):
    """On random graphs, nan and infinity included, the outputs and all gradients are equal to the engine's to 1e-12."""
    parameters, inputs, nodes = graph
    loss, other = nodes[-1], nodes[len(nodes) // 2]
    step = compile([loss, other], inputs, [*parameters, *inputs], target)
    results, gradients = step.value_and_grad([p.data for p in parameters], *(x.data for x in inputs))
    loss.backward()
    # NumPy's own exp and power differ in the last digit, which a difference of large numbers shows.
    sizes = [abs(x) for node in nodes for x in (node.data, node.grad)] if target == "numpy" else []
    scale = max((x for x in sizes if x < math.inf), default=0.0)
    expected = [loss.data, other.data, *(float(node.grad) for node in (*parameters, *inputs))]
    for found, number in zip([*results, *gradients], expected, strict=True):
        assert same(found, number, scale), (found, number)
    single = compile(loss, inputs, reduction="none", target=target)
    assert same(single(*(x.data for x in inputs)), loss.data, scale)


@pytest.mark.parametrize("target", TARGETS)
def test_edges(target):
    """Zeros, infinities and nan, in any pair, have the engine's results and gradients, and so have comparisons of them."""

    @operation("compared")
    def compared(x, y):
        return 1 * (x < y) + 2 * (x <= y) + 4 * (x > y) + 8 * (x >= y) + 16 * (x == y) + 32 * (x != y), 0, 0

    binary = [compared, *(registry[name] for name in BINARY)]
    unary = [registry[name] for name in UNARY] + [lambda x, k=k: x**k for k in (-3, -2, 0, 0.5, 2, 3)]
    for apply, count in (*((apply, 2) for apply in binary), *((apply, 1) for apply in unary)):
        inputs = placeholder(count)
        step = compile(apply(*inputs), inputs, inputs, target)
        for numbers in itertools.product(EDGES, repeat=count):
            leaves = [Value(number) for number in numbers]
            try:
                result = apply(*leaves)
            except (ValueError, ZeroDivisionError):
                continue
            result.backward()
            found, gradients = step.value_and_grad([], *numbers)
            assert all(map(same, [found, *gradients], [result.data, *(leaf.grad for leaf in leaves)])), (apply, numbers)


def network(seed=0):
    """A network of relu with a penalty on its weights: its loss, and where the numbers of an example go."""
    model, x, y = MLP(3, [5, 5, 1], seed=seed), placeholder(3, "x"), placeholder("y")
    return model, hinge([model(x)], [y]) + l2_penalty(model.parameters(), 0.01), [x, y]


def batch(n, seed=0):
    generator = random.Random(seed)
    return [[generator.gauss(0, 1) for _ in range(3)] for _ in range(n)], [generator.choice((-1, 1)) for _ in range(n)]


def eager(model, x, y):
    """The loss of a batch and its gradients, by the engine."""
    model.zero_grad()
    loss = hinge([model(point) for point in x], y) + l2_penalty(model.parameters(), 0.01)
    loss.backward()
    return loss.data, [p.grad for p in model.parameters()]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("n", [1, 2, 8, 9, 31, 32, 100, 1030])
def test_batches(target, n):
    """The loss and the gradients of a batch of any size, in lists or arrays, are the means that the engine computes."""
    model, loss, inputs = network()
    x, y = batch(n)
    expected, gradients = eager(model, x, y)
    step = compile(loss, inputs, target=target)
    for arguments in ((x, y), (numpy.array(x), numpy.array(y))):
        model.zero_grad()
        assert step(*arguments) == pytest.approx(expected, rel=1e-12)
        assert [p.grad for p in model.parameters()] == pytest.approx(gradients, rel=1e-10, abs=1e-14)
    assert type(step(*arguments)) is float and type(model.parameters()[0].grad) is float


def unaligned(array):
    """The same numbers, at addresses that are no multiples of 8."""
    fields = numpy.zeros(array.shape, dtype=[("byte", "u1"), ("number", "f8")])
    fields["number"] = array
    return fields["number"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "lay_out", [numpy.asfortranarray, lambda x: x[::-1].copy()[::-1], unaligned, lambda x: x.astype(">f8")]
)
def test_arrays_are_read_as_they_lie_in_memory(target, lay_out):
    """Transposed, reversed, unaligned and foreign arrays, of inputs and of parameters, have the results of plain ones."""
    w, x = Value(2.0), placeholder(3, "x")
    step = compile(sum(w * tanh(each) for each in x) * x[0], [x], target=target)
    points, parameters = numpy.random.default_rng(0).normal(size=(50, 3)), numpy.array([1.5])
    expected = step.value_and_grad(parameters, points)
    assert step.value_and_grad(lay_out(parameters), lay_out(points)) == expected


@pytest.mark.parametrize("target", TARGETS)
def test_threads_share_a_program(target):
    """Threads that call one program at a time, with batches of several sizes, each get the results of their own batch."""
    model, loss, inputs = network()
    step = compile(loss, inputs, target=target)
    parameters = numpy.array([p.data for p in model.parameters()])
    batches = [tuple(map(numpy.array, batch(n, seed=n))) for n in (1, 7, 100, 300)]
    expected = [step.value_and_grad(parameters, *each)[0] for each in batches]

    def call(k):
        return [step.value_and_grad(parameters, *batches[k])[0] for _ in range(20)] == [expected[k]] * 20

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(call, range(4)))


@pytest.mark.slow("a long program takes long to compile")
@pytest.mark.parametrize("target", TARGETS)
def test_long_programs(target):
    """A chain of 30,000 operations compiles and runs, on each target."""
    w, x = Value(0.999, "w"), placeholder("x")
    y = x
    for _ in range(10_000):
        y = tanh(y * w + 0.001)
    step = compile(y, [x], target=target)
    result = step(0.5)
    assert step([0.5, 0.5, 0.5]) == pytest.approx(result, rel=1e-12)
    v = Value(0.5)
    y = v
    for _ in range(10_000):
        y = tanh(y * w + 0.001)
    before, w.grad = w.grad, 0
    y.backward()
    assert result == pytest.approx(y.data, rel=1e-12) and before == pytest.approx(2 * w.grad, rel=1e-9)


@pytest.mark.parametrize("target", TARGETS)
def test_graphs_without_inputs(target):
    """The graph of a whole batch, its examples written into it, compiles too."""
    model, points, labels = MLP(2, [4, 1], "tanh", seed=1), [(0, 0), (0, 1), (1, 0), (1, 1)], [-1, 1, 1, -1]
    scores = [model(point) for point in points]
    loss = hinge(scores, labels)
    loss.backward()
    gradients = [p.grad for p in model.parameters()]
    for reduction in ("mean", "sum"):
        model.zero_grad()
        results = compile([loss, *scores], [], target=target, reduction=reduction)()
        assert results == pytest.approx([loss.data, *(score.data for score in scores)], rel=1e-12)
        assert [p.grad for p in model.parameters()] == pytest.approx(gradients, rel=1e-10)
    assert compile(scores, [], target=target, reduction="none")() == pytest.approx(results[1:], rel=1e-12)


@pytest.mark.parametrize("target", TARGETS)
def test_shared_weights(target):
    """A weight that is used in many places has the sum of their gradients."""
    w, x = [Value(0.1 * i, "w") for i in range(5)], placeholder(5, "x")

    def loss(x):
        rows = [tanh(sum(w[i] * x[j] for j in range(5))) for i in range(5)]
        return sum(tanh(sum(w[(i + j) % 5] * rows[j] for j in range(5))) for i in range(5)) ** 2

    points = [[math.sin(i + 5 * k) for i in range(5)] for k in range(40)]
    for point in points:
        loss(point).backward()
    gradients = [each.grad for each in w]
    for each in w:
        each.grad = 0
    compile(loss(x), [x], target=target, reduction="sum")(points)
    assert [each.grad for each in w] == pytest.approx(gradients, rel=1e-10)


@pytest.mark.parametrize("target", TARGETS)
def test_reductions(target):
    """A sum is n times the mean, outputs after the first come by example, and so do all of them without a reduction."""
    model, loss, (x, y) = network()
    score = model(x)
    points, labels = batch(10)
    step = compile(loss, [x, y], model.parameters(), target)
    mean, means = step.value_and_grad(numpy.array([p.data for p in model.parameters()]), points, labels)
    assert type(means) is numpy.ndarray
    model.zero_grad()
    total, scores = compile([loss, score], [x, y], target=target, reduction="sum")(points, labels)
    assert total == pytest.approx(10 * mean, rel=1e-12)
    assert [p.grad for p in model.parameters()] == pytest.approx([10 * each for each in means], rel=1e-12)
    expected = [model(point).data for point in points]
    assert type(scores) is Vector and type(scores[0]) is float and scores == pytest.approx(expected, rel=1e-12)
    model.zero_grad()
    predict = compile(score, [x], target=target, reduction="none")
    found = predict(numpy.array(points))
    assert type(found) is numpy.ndarray and found.tolist() == pytest.approx(expected, rel=1e-12)
    assert predict(points[0]) == pytest.approx(expected[0], rel=1e-12)
    assert not any(p.has_gradient for p in model.parameters())


def test_training_is_what_it_is_with_the_engine():
    """The loop of a notebook, with a program for the loss and the gradients, takes the steps that the engine takes."""
    points, labels = batch(20)
    parameters = []
    for compiled in (False, True):
        model, loss, inputs = network()
        step, optimizer = compile(loss, inputs), SGD(model.parameters(), lr=0.1)
        for _ in range(20):
            if compiled:
                model.zero_grad()
                step(points, labels)
            else:
                eager(model, points, labels)
            optimizer.step()
        parameters.append([p.data for p in model.parameters()])
    assert parameters[1] == pytest.approx(parameters[0], rel=1e-9)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_infinite_totals(target, reduction):
    """A total may be infinite, or nan, only once the part of every example is added, and is returned without a warning."""
    w, x = Value(-math.inf), placeholder("x")
    step = compile(w + x, [x], target=target, reduction=reduction)
    assert math.isnan(step([math.inf, math.inf]))
    w.data = 1e308
    assert step([1e308, 1e308]) == math.inf


@pytest.mark.parametrize("target", TARGETS)
def test_gradients_are_added(target):
    """A call adds to the gradients, but not to those the loss does not reach, and reads the parameters' numbers anew."""
    w, unused, x = Value(3.0, "w"), Value(1.0), placeholder("x")
    step = compile([w * x, unused * x], [x], [unused, w], target)
    assert step(2.0) == [6.0, 2.0] and step(5.0) == [15.0, 5.0]
    assert w.grad == 7.0 and not unused.has_gradient
    w.data = 4.0
    assert step(2.0) == [8.0, 2.0]
    assert step.value_and_grad([1.0, 10.0], 2.0) == ([20.0, 2.0], [0.0, 2.0])
    assert w.data == 4.0 and w.grad == 9.0


@pytest.mark.parametrize("target", TARGETS)
def test_parameters_may_be_chosen(target):
    """Gradients are computed toward the chosen leaves, inputs among them if asked for; the rest keep their numbers."""
    w, b, x = Value(3.0, "w"), Value(1.0, "b"), Value(0.0, "x")
    step = compile(w * x + b, [x], [x, w, w], target)
    b.data = 100.0
    assert step(2.0) == 7.0
    assert (w.grad, x.grad, b.has_gradient) == (2.0, 3.0, False)
    assert step([1.0, 2.0]) == 5.5 and x.grad == 6.0
    b.data = 1.0
    assert compile([w * x + b + w], [x], target=target)([2.0]) == [10.0]
    assert (w.grad, b.grad) == (6.5, 1.0)


def test_cross_entropy_of_a_batch():
    """Softmax with cross-entropy, its targets fed as probabilities, is the engine's."""
    model, x, t = MLP(4, [6, 3], "tanh", seed=2), placeholder(4, "x"), placeholder(3, "t")
    points = numpy.random.default_rng(0).normal(size=(50, 4))
    targets = numpy.eye(3)[numpy.arange(50) % 3]
    expected = cross_entropy([model(point) for point in points], targets)
    expected.backward()
    gradients = [p.grad for p in model.parameters()]
    for target in AVAILABLE:
        model.zero_grad()
        assert compile(cross_entropy(model(x), t), [x, t], target=target)(points, targets) == pytest.approx(expected.data)
        assert [p.grad for p in model.parameters()] == pytest.approx(gradients, rel=1e-10)


@pytest.mark.parametrize("target", TARGETS)
def test_a_dropped_program_is_freed_at_once(target):
    """Nothing in a program refers back to it, to its trace, or to the function that runs it."""
    w, x = Value(2.0, "w"), placeholder("x")
    gc.disable()
    try:
        step = compile(tanh(w * x + 3.0), [x], target=target)
        functions = [part for part in vars(step.run).values() if inspect.isfunction(part)]
        references = [weakref.ref(part) for part in (step, step.trace, step.run, *functions)]
        assert step(1.0) == math.tanh(5.0)
        del step, functions
        assert [reference() for reference in references] == [None] * len(references)
    finally:
        gc.enable()


@pytest.mark.parametrize("target", TARGETS)
def test_custom_operations_compile(target):
    """An operation that is defined in a notebook, with comparisons as numbers, compiles like the others."""

    @operation("bump")
    def bump(x, y, width=2.0):
        inside = (abs(x) < width) * (y >= 0) * (1 - (x != x))
        s = sigmoid(y)
        return inside * (width - abs(x)) + (x == y) + s, inside * ((x < 0) * 1 - (x > 0) * 1), s * (1 - s)

    w, x = Value(1.5), placeholder("x")
    y = exp(bump(w, x) * w)
    step = compile(y, [x], target=target)
    for number in (-1.0, 0.0, 1.5, 3.0):
        w.grad, eager_w = 0, Value(1.5)
        eager_y = exp(bump(eager_w, Value(number)) * eager_w)
        eager_y.backward()
        assert same(step(number), eager_y.data) and same(w.grad, eager_w.grad)


@pytest.mark.parametrize("was_enabled", [True, False])
def test_the_collector_is_as_it_was(monkeypatch, was_enabled):
    """The collector is paused while a graph is traced, and then is as it was, whether compiling succeeds or fails."""
    states, x = [], placeholder("x")

    class Watched(module.Trace):
        def __init__(self, *arguments):
            states.append(gc.isenabled())
            super().__init__(*arguments)

    @operation("refused")
    def refused(x):
        return (x, 1.0) if x > 0 else (0.0, 0.0)

    monkeypatch.setattr(module, "Trace", Watched)
    (gc.enable if was_enabled else gc.disable)()
    try:
        compile(x * x, [x], target="python")
        after = gc.isenabled()
        with pytest.raises(TypeError):
            compile(refused(x), [x], target="python")
        assert (states, after, gc.isenabled()) == ([False, False], was_enabled, was_enabled)
    finally:
        gc.enable()


def test_decisions_cannot_be_compiled():
    """A rule that decides by a number, or calls math, is refused, and the error says what to write instead."""

    @operation("bent")
    def bent(x):
        return (x, 1) if x > 0 else (2 * x, 2)

    @operation("my_exp")
    def my_exp(x):
        e = math.exp(x)
        return e, e

    x = Value(1.0, "x")
    with pytest.raises(TypeError, match=r"bent\(x\): its rule decides by a number.*step, maximum and minimum"):
        compile(bent(x), [x])
    with pytest.raises(TypeError, match=r"my_exp\(x\): the functions of scalargrad.elementary"):
        compile(my_exp(x), [x])


@pytest.mark.parametrize("target", TARGETS)
def test_what_the_engine_refuses_is_refused(target):
    """If an example has no result, the error is the engine's, with the example; an infinite result is returned."""
    x, y = placeholder("x"), placeholder("y")
    step = compile(log(x) / y, [x, y], target=target)
    with pytest.raises(ValueError, match=r"^example 1: log\(-2.0\): the logarithm needs a positive number"):
        step([1.0, -2.0], [1.0, 1.0])
    with pytest.raises(ZeroDivisionError, match=r"^0.0 / 0.0: a division by zero"):
        step(1.0, 0.0)
    with pytest.raises(ValueError, match="square root"):
        compile(sqrt(x) + y, [x, y], reduction="none", target=target)(-1.0, 1.0)
    with pytest.raises(ValueError, match="real power that is a fraction"):
        compile(x**0.5 * y, [x, y], target=target)(-1.0, 1.0)
    for reduction in ("mean", "none"):
        with pytest.raises(ValueError, match="real power that is a fraction"):
            compile([y, y, x**0.5], [x, y], target=target, reduction=reduction)(-1.0, 1.0)
    assert math.isnan(step(math.nan, 1.0)) and step(math.inf, 1.0) == math.inf
    assert compile(exp(x) * maximum(y, 0), [x, y], target=target)(1e4, 1.0) == math.inf


def test_targets_that_are_missing(monkeypatch):
    """Without a C compiler NumPy runs a program, without NumPy Python; asking for either is an error with a cure."""
    x = placeholder("x")
    assert compile(x * x, [x]).target == AVAILABLE[-1]

    def unavailable(_):
        raise native.Unavailable("target='c' needs a C compiler")

    monkeypatch.setattr(native, "NativeRunner", unavailable)
    with pytest.raises(RuntimeError, match="needs a C compiler"):
        compile(x * x, [x], target="c")
    assert compile(x * x, [x]).target == "numpy"
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RuntimeError, match="needs NumPy: install it"):
        compile(x * x, [x], target="numpy")
    step = compile(x * x, [x])
    assert step.target == "python" and step(3.0) == 9.0


def test_bad_input_is_explained():
    """Bad input of compile, or of a program, is named in a sentence."""
    x, y, w = placeholder(2, "x"), placeholder("y"), Value(1.0, "w")
    loss = w * x[0] + x[1] * y
    for arguments, kind, message in (
        ((loss, [x]), ValueError, "the placeholder y has no number, so it must be one of the inputs"),
        ((loss, [x, y, y]), ValueError, "each input is given once, got x, y$"),
        (([], [x]), ValueError, r"there must be at least one output, got \[\]"),
        ((loss, [x, y, loss]), TypeError, "Values that were not computed"),
        ((loss, [x, y], [3.0]), TypeError, "got 3.0"),
        ((3.0, [x, y]), TypeError, "got 3.0"),
        ((loss, x[0]), TypeError, r"inputs come in a list, as in inputs=\[x\], got Value"),
        ((loss, [x, y], w), TypeError, r"parameters come in a list, as in parameters=\[x\], got Value"),
        ((loss, [x, y], [placeholder("z")]), ValueError, "the placeholder z has no number"),
        (
            (loss, [x, y], None, "fortran"),
            ValueError,
            "target must be one of None, 'python', 'numpy', 'c', 'jax', got 'fortran'",
        ),
        ((loss, [x, y], None, None, "median"), ValueError, "reduction must be one of 'mean', 'sum', 'none', got 'median'"),
    ):
        with pytest.raises(kind, match=message):
            compile(*arguments)
    step = compile(loss, [x, y])
    for arguments, kind, message in (
        (([1, 2],), ValueError, "2 inputs, x, y, take one argument each, got 1"),
        (([1, 2, 3], 4), ValueError, r"x takes an example of shape \(2,\), or a batch of them, .*got the shape \(3,\)"),
        ((5, 4), TypeError, r"x takes an example of shape \(2,\), .* got 5"),
        ((numpy.ones((2, 7)), numpy.ones(7)), ValueError, "batches come first since version 0.2, so give the transpose"),
        (([[1, 2], [3, 4]], [1, 2, 3]), ValueError, "a batch has as many examples for every input, got x 2, y 3"),
        ((numpy.ones((0, 2)), []), ValueError, "the batch for x is empty"),
        (([1, 2], numpy.ones((2, 2))), ValueError, r"y takes a number, or a batch .*got the shape \(2, 2\)"),
        (([1, 2], "12"), TypeError, "y takes a number, or a batch of them, .* got '12'"),
        (([1, 2], None), TypeError, "y takes a number, or a batch of them, .* got None"),
        (([1, 2], [w]), TypeError, "does not become a plain number by itself"),
    ):
        with pytest.raises(kind, match=message):
            step(*arguments)
    inputs = placeholder(9, "x")
    with pytest.raises(ValueError, match="^program: 9 inputs, x, take one argument each, got 1"):
        compile(sum(inputs), inputs)(1)
    for target in AVAILABLE:
        step = compile(loss, [x, y], target=target)
        for wrong, kind, message in (
            ([1, 2], ValueError, "a number is needed for each of 1 parameters, got 2"),
            (numpy.ones((1, 2)), ValueError, "a number is needed for each of 1 parameters, got 2"),
            ([w], TypeError, "does not become a plain number by itself"),
        ):
            with pytest.raises(kind, match=message):
                step.value_and_grad(wrong, [1, 2], 3)
    with pytest.raises(ValueError, match="the languages are 'python', 'c', 'javascript'"):
        step.source("fortran")
    assert repr(step) == f"<Program of 3 instructions forward and 0 backward, run by {step.target!r}; see .source()>"


@pytest.mark.parametrize("target", TARGETS)
def test_inputs_may_be_nested(target):
    """A tuple of inputs takes one argument each, of its own shape; a batch has one dimension more, which comes first."""
    x, m, w = placeholder("x"), placeholder((2, 2), "m"), Value(1.0, "w")
    step = compile(w * x * m[0][0] + m[0][1] * m[1][0] - m[1][1], [(x, m)], target=target, reduction="sum")
    assert step((2, [[1, 2], [3, 4]])) == step((2, numpy.array([[1, 2], [3, 4]]))) == 4
    assert step((2, numpy.array([[[1, 1], [2, 2]]] * 3))) == 6
    with pytest.raises(ValueError, match="2 inputs, x, m, take one argument each, got 3"):
        step(numpy.ones((3, 5)))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("kind", [int, bool, numpy.int8, numpy.uint8, numpy.float32])
def test_arrays_of_other_numbers(target, kind):
    """An array of any kind of number, and with gaps in memory, is computed with as with floats."""
    w, x = Value(1.5, "w"), placeholder(2, "x")
    step = compile([exp(w * x[0] * 200) / 1e50 - x[1], x[0]], [x], target=target)
    numbers = numpy.array([[0, 9, 1], [1, 9, 1], [1, 9, 0]]).astype(kind)[:, ::2]
    expected = step.value_and_grad([1.5], numbers.astype(float).tolist())
    (loss, first), gradients = step.value_and_grad(numpy.array([1.5], numpy.float32), numbers)
    assert [loss, tuple(first.tolist())] == expected[0] and gradients.tolist() == expected[1]


def test_numbers_are_repeated_for_a_batch():
    """A number among sequences is the same for all examples of the batch."""
    x, y = placeholder("x"), placeholder("y")
    for target in AVAILABLE:
        assert compile(x * y, [x, y], target=target, reduction="sum")([1, 2, 3], 10) == 60
        assert compile(relu(sigmoid(x)), [x], target=target)(0) == 0.5
        assert compile(x, [x], target=target, reduction="none")([5]) == (5.0,)


def test_powers_in_custom_rules_compile():
    """A custom rule may call `power` of two inputs, eagerly and compiled."""

    @operation("my_power")
    def my_power(x, y):
        return operations.power(x, y), y, x

    x, y = placeholder("x"), placeholder("y")
    for target in AVAILABLE:
        assert compile(my_power(x, y), [x, y], target=target)(2.0, 3.0) == pytest.approx(8.0, rel=1e-15)
    assert my_power(Value(2.0), Value(3.0)).data == 8


@pytest.mark.everything("compiles each operation of each operation")
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("outer", [*UNARY, *BINARY])
def test_every_operation_of_every_operation(target, outer):
    """Each operation of each other has the engine's result and gradient, where the engine has one."""
    for inner in (*UNARY, *BINARY):
        for number in (0.4, 1.7):
            x = Value(number)
            try:
                y = registry[inner](*[x, 0.7][: arity(registry[inner])])
                y = registry[outer](*[y, 0.3][: arity(registry[outer])])
            except (ValueError, ZeroDivisionError):
                continue
            y.backward()
            found, (gradient,) = compile(y, [x], [x], target).value_and_grad([], number)
            assert same(found, y.data, 1.0) and same(gradient, x.grad, max(1.0, abs(x.grad))), (inner, number)
