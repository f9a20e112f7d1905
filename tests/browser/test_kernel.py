"""Tests of the loop in JavaScript: it computes what C computes, and trains as Python trains."""

import itertools
import json
import math
import random
from pathlib import Path

import pytest
from hypothesis import assume, given
from registered import OPERATIONS, OPTIMIZERS, arity
from test_program import graphs

from scalargrad import Value, compile, operation, operations
from scalargrad.elementary import functions
from scalargrad.graph import placeholder
from scalargrad.losses import binary_cross_entropy, cross_entropy, l2_penalty, mean_squared_error
from scalargrad.nn import MLP
from scalargrad.nodes import registry
from scalargrad.pages import kernel
from scalargrad.program import native
from scalargrad.program.languages import TEXTS
from scalargrad.program.schedule import Schedule
from scalargrad.program.trace import Trace
from scalargrad.program.update import Update
from scalargrad.vectors import dot

FOLDER = Path(kernel.__file__).parent

try:
    native.library()
except native.Unavailable:
    pytest.skip("there is no C compiler to compare with", allow_module_level=True)


@pytest.fixture(scope="module")
def evaluate(browser):
    """Return a function that calls a function of JavaScript with the classes of the loop, for some schedules."""
    page = browser.new_page()
    texts = [(FOLDER / name).read_text(encoding="utf-8") for name in ("kernel.js", "training.js")]

    def evaluated(schedules, function, *arguments):
        code = "\n".join([kernel.elementwise(schedules), *texts])
        return page.evaluate(f"() => {{ {code}\nreturn ({function})(...{json.dumps(arguments)}); }}")

    yield evaluated
    page.close()


# Many numbers are one text, because they arrive sooner.
RUN = """(tables, parameters, columns, n) => {
    const schedule = new Schedule(tables);
    schedule.run(parameters, columns, n);
    return [schedule.totals, ...schedule.perExample].map((row) => row.join(" "));
}"""


def check(evaluate, trace, parameters, rows, tolerance=1e-12):
    """A trace has the same results in JavaScript and in C, relative to the largest of each output."""
    schedule, n = Schedule(trace), len(rows[0]) if rows else 1
    totals, per_example = native.NativeRunner(schedule)(parameters, rows, n)
    found = evaluate([schedule], RUN, kernel.tables(schedule), parameters, rows, n)
    for text, expected in zip(found, [list(totals), *map(list, per_example)], strict=True):
        row = list(map(float, text.split()))
        finite = [abs(x) for x in expected if math.isfinite(x)]
        assert row == pytest.approx(expected, rel=tolerance, abs=tolerance * max(finite, default=0), nan_ok=True)


@given(graphs())
def test_random_graphs(evaluate, graph):
    """On random graphs the outputs and all gradients are those of C, to 1e-12 of the largest."""
    parameters, inputs, nodes = graph
    leaves = [*parameters, *inputs]
    assume(all(math.isfinite(node.data) and abs(node.data) < 1e9 for node in nodes))
    trace = Trace([nodes[-1], nodes[len(nodes) // 2]], inputs, leaves, "mean")
    check(evaluate, trace, [p.data for p in parameters], [[x.data] for x in inputs])


def numbers(count, low, high, seed=0):
    generator = random.Random(seed)
    return [generator.uniform(low, high) for _ in range(count)]


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation(evaluate, name):
    """Each operation of the registry, in a batch of several blocks, has the results and the gradients of C."""
    apply, w = registry[name], Value(0.75, "w")
    inputs = placeholder(arity(apply), "x")
    y = apply(*(w * x for x in inputs))
    check(evaluate, Trace([y, y], inputs, [w], "mean"), [0.75], [numbers(300, 0.05, 0.95, i) for i, _ in enumerate(inputs)])


def test_a_custom_operation(evaluate):
    """A custom operation of several elementary functions needs nothing in JavaScript."""

    @operation("swish")
    def bump(x, y):
        value = operations.exp(-x * x) * operations.sin(y)
        return value, -2 * x * value, operations.exp(-x * x) * operations.cos(y)

    x, w = placeholder(2, "x"), Value(0.5, "w")
    y = bump(w * x[0], x[1])
    check(evaluate, Trace([y, y], x, [w], "sum"), [0.5], [numbers(200, -2, 2, i) for i in range(2)])


@pytest.mark.parametrize("name", [name for name, function in functions.items() if function.numpy])
def test_each_elementary_function_has_a_text(name):
    """Each function that is not made of others has a text for the loop."""
    assert "javascript" in TEXTS[name]


def test_a_function_without_a_text(monkeypatch):
    """A schedule with a function that has no text in JavaScript is refused, with the place where it is to be written."""
    x = placeholder("x")
    schedule = Schedule(Trace([operations.sin(x)], [x], [], "none"))
    monkeypatch.delitem(TEXTS["sin"], "javascript")
    with pytest.raises(NotImplementedError, match="sin has no text in the language 'javascript'"):
        kernel.elementwise([schedule])


@pytest.mark.parametrize("n", [1, 2, 127, 128, 129, 300])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_batches(evaluate, n, reduction):
    """Batches that fill blocks, and those that do not, have the totals and the outputs of C, with offsets of both kinds."""
    model, x, t = MLP(3, [9, 6, 1], "tanh", seed=0), placeholder(3, "x"), placeholder("t")
    score = model(x)
    loss = mean_squared_error([score], [t]) + l2_penalty(model.parameters(), 0.1)
    parameters = model.parameters()
    trace = Trace([loss, score, parameters[0] * 2], [*x, t], parameters, reduction)
    check(evaluate, trace, [p.data for p in parameters], [numbers(n, -1, 1, i) for i in range(4)])


def test_sums_of_products_of_rows(evaluate):
    """Dot products of inputs, and sums of both kinds of terms, are those of C."""
    x, y = placeholder(7, "x"), placeholder(7, "y")
    terms = sum((i + 1) * each for i, each in enumerate(x))
    trace = Trace([dot(x, y), terms - dot(x, y), terms * x[0]], [*x, *y], [], "none")
    check(evaluate, trace, [], [numbers(130, -1, 1, i) for i in range(14)])


def test_constants_that_are_not_finite(evaluate):
    """Infinity and nan among the constants arrive."""
    x = Value(1.0, "x")
    trace = Trace([operations.minimum(x, math.inf), x * math.nan, operations.maximum(x, -math.inf)], [x], [], "none")
    check(evaluate, trace, [], [[0.5, 2.0]])


def test_examples_in_an_order(evaluate):
    """A run takes the examples that an order names, from a place of the order on."""
    x = placeholder("x")
    schedule = Schedule(Trace([3 * x], [x], [], "none"))
    run = """(tables) => {
        const schedule = new Schedule(tables);
        schedule.run([], [[10, 20, 30, 40]], 2, [3, 1, 0, 2], 1);
        return [...schedule.perExample[0]];
    }"""
    assert evaluate([schedule], run, kernel.tables(schedule)) == [60.0, 30.0]


TRAIN = """(loss, optimizer, parameters, columns, rate, count) => {
    const training = new Training(loss, parameters), batches = new Batches(columns, 1), n = columns[0].length;
    training.use(optimizer);
    const losses = [];
    for (let i = 0; i < count; i++) {
        const wrong = training.step(batches.columns, batches.order, ...batches.next(n), rate);
        if (wrong) return [wrong, [...training.parameters], training.steps];
        losses.push(training.lossNow);
    }
    return [losses, [...training.parameters], training.steps];
}"""


def trained(evaluate, cost, inputs, parameters, optimizer, columns, rate=0.05, count=20):
    """What a training in JavaScript returns."""
    update = Update(optimizer)
    same = update.same([(0.0,) * len(optimizer.remembers)])
    loss, rule = Schedule(Trace([cost], inputs, parameters, "mean")), Schedule(update.trace(same))
    described = {"update": kernel.tables(rule), "varying": len(optimizer.remembers) - len(same), "shared": len(same)}
    start = [p.data for p in parameters]
    return evaluate([loss, rule], TRAIN, kernel.tables(loss), described, start, columns, rate, count)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_optimizer(evaluate, name):
    """Twenty steps of each optimizer have the losses and the parameters of the training in Python, to 1e-12."""
    model, x, t = MLP(2, [8, 8, 1], "tanh", seed=0), placeholder(2, "x"), placeholder("t")
    cost, columns = binary_cross_entropy([model(x)], [t]), [*(numbers(50, -1, 1, i) for i in range(2)), [0.0, 1.0] * 25]
    found = trained(evaluate, cost, [*x, t], model.parameters(), OPTIMIZERS[name](None, lr=0.05), columns)
    train = compile(cost, [x, t], optimizer=OPTIMIZERS[name](model.parameters(), lr=0.05), target="python")
    losses = train(list(zip(*columns[:2])), columns[2], epochs=20)
    assert found[0] == pytest.approx(list(itertools.chain(*losses)), rel=1e-12)
    assert found[1] == pytest.approx([p.data for p in model.parameters()], rel=1e-12, abs=1e-13)
    assert found[2] == 20


def test_classes(evaluate):
    """A network with a score for each class trains as in Python."""
    model, x, t = MLP(2, [5, 3], seed=0), placeholder(2, "x"), placeholder("t")
    cost, columns = cross_entropy([model(x)], [t]), [*(numbers(30, -1, 1, i) for i in range(2)), [0.0, 1.0, 2.0] * 10]
    found = trained(evaluate, cost, [*x, t], model.parameters(), OPTIMIZERS["Adam"](None, lr=0.05), columns)
    train = compile(cost, [x, t], optimizer=OPTIMIZERS["Adam"](model.parameters(), lr=0.05), target="python")
    train(list(zip(*columns[:2])), columns[2], epochs=20)
    assert found[1] == pytest.approx([p.data for p in model.parameters()], rel=1e-12, abs=1e-13)


@pytest.mark.parametrize(
    "start, x, lr, wrong",
    [
        (1.0, 1e200, 0.1, "the loss is Infinity"),
        (1.0, 1e120, 0.1, "a gradient is too large"),
        (1.0, 3.0, 1e308, "a parameter"),
    ],
)
def test_what_is_not_finite_stops_it(evaluate, start, x, lr, wrong):
    """A step with a number that is not finite is not taken: the text says which number it is, and no parameter has moved."""
    w, inputs = Value(start, "w"), placeholder(2, "x")
    cost = (w * inputs[0] - inputs[1]) ** 2
    found = trained(evaluate, cost, inputs, [w], OPTIMIZERS["SGD"](None, lr=lr), [[x], [0.0]], lr)
    assert found[0].startswith(wrong) and found[1:] == [[start], 0]


def test_an_epoch_takes_every_example_once(evaluate):
    """Batches of an epoch are all examples, in an order that the seed decides and that changes from epoch to epoch."""
    x = placeholder("x")
    order = """(seed) => {
        const batches = new Batches([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]], seed), found = [];
        for (let i = 0; i < 6; i++) {
            const [begin, size] = batches.next(4);
            found.push([...batches.order.slice(begin, begin + size)]);
        }
        return found;
    }"""
    schedule = Schedule(Trace([x], [x], [], "none"))
    found = evaluate([schedule], order, 1)
    assert [len(each) for each in found] == [4, 4, 2] * 2
    epochs = [sum(found[:3], []), sum(found[3:], [])]
    assert [sorted(each) for each in epochs] == [list(range(10))] * 2 and epochs[0] != epochs[1]
    assert found == evaluate([schedule], order, 1) != evaluate([schedule], order, 2)


def test_random_numbers_are_uniform(evaluate):
    """The numbers that first weights are drawn with are uniform between 0 and 1, and differ from seed to seed."""
    schedule = Schedule(Trace([Value(1.0)], [], [], "none"))
    draw = "(seed) => { const draw = generator(seed); return Array.from({ length: 5000 }, draw).join(); }"
    for seed in (1, 2):
        found = list(map(float, evaluate([schedule], draw, seed).split(",")))
        assert min(found) >= 0 and max(found) < 1
        counts = [sum(int(10 * x) == tenth for x in found) for tenth in range(10)]
        assert max(abs(count - 500) for count in counts) < 100
        assert abs(sum(x * y for x, y in itertools.pairwise(found)) / 4999 - 0.25) < 0.01
    assert evaluate([schedule], draw, 1) != evaluate([schedule], draw, 2)
