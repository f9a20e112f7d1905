"""Tests of define-then-run: placeholders, variables, graphs and sessions."""

import gc
import math
import time
import types
from fractions import Fraction

import numpy
import pytest

from scalargrad import Value, compile, draw, log, operation, power, tanh
from scalargrad.graph import Graph, Session, Variable, evaluate, placeholder
from scalargrad.losses import cross_entropy, l2_penalty
from scalargrad.optim import SGD, Adam
from scalargrad.vectors import Vector, add, dot, matmul, shape, softmax, total


def test_the_affine_map():
    """The example of the classic tutorial: A x + b of a fed vector."""
    A, b, x = Variable([[1, 0], [0, -1]]), Variable([1, 1]), placeholder(2)
    z = add(matmul(A, x), b)
    assert Session().run(z, {x: [1, 2]}) == (2, -1)
    assert Session().run(z, {x: (3, 4)}) == (4, -3)


def test_placeholders_come_in_shapes():
    """A placeholder is a Value, or a vector or matrix of Values as tuples, which can be keys; its parts carry its name."""
    assert isinstance(placeholder("x"), Value)
    assert placeholder("x").label == "x"
    assert [shape(placeholder(form)) for form in ((), 2, (2, 3), (1,))] == [(), (2,), (2, 3), (1,)]
    assert placeholder((2, 3), "A")[1][2].label == "A[1][2]"
    assert isinstance(hash(placeholder((2, 3))), int)


def test_variables_come_in_shapes():
    """A Variable is a Value with its number, or nested tuples of such, from sequences and arrays."""
    assert Variable(2).data == 2 and isinstance(Variable(2), Value)
    assert [[x.data for x in row] for row in Variable([[1, 2], (3, 4)])] == [[1, 2], [3, 4]]
    assert Variable(numpy.array([1.0, 2.0]), "b")[1].label == "b[1]"


def test_nothing_is_computed_before_the_run():
    """A graph of placeholders has no numbers, and says which placeholder it waits for, wherever a number is asked for."""
    x, y = placeholder("x"), placeholder("y")
    z = tanh(x * 2 + 1) ** 2 - y
    for ask in (lambda: z.data, lambda: z.partials, lambda: bool(z < 1), lambda: f"{z:.2f}", lambda: z.backward()):
        with pytest.raises(AttributeError, match=r"there is no number yet: feed x, y, as in Session\(\).run"):
            ask()
    assert repr(z) == "Value(data=None, grad=0)"
    assert "not fed" in draw(z, partials=True).source
    assert Session().run(z, {x: 0, y: 0}) == math.tanh(1) ** 2


def test_rules_do_not_refuse_what_is_not_there():
    """Operations that refuse some numbers do so when the numbers come, in the same words."""
    x = placeholder("x")
    y = log(x) + 1 / x + power(x, 0.5)
    assert Session().run(y, {x: 1}) == 2
    with pytest.raises(ValueError, match=r"^log\(-1\): the logarithm needs a positive number"):
        Session().run(y, {x: -1})


def test_fetches_may_be_nested():
    """What is asked for in tuples and lists is returned in them, each node computed once."""
    x = placeholder("x")
    calls = []

    def spy(value):
        calls.append(value)
        return value, 1

    spy.__module__ = __name__
    y = operation("spy")(spy)(x)
    assert Session().run([y, (y + 1, [y * y])], {x: 3}) == [3, (4, [9])]
    assert calls == [3]


def test_only_what_is_asked_for_is_computed():
    """A run needs the feeds of what it computes, and no others."""
    x, y = placeholder("x"), placeholder("y")
    product = x * y
    assert Session().run(x + 1, {x: 1}) == 2
    assert Session().run(product, {x: 2, y: 3}) == 6


def test_variables_may_change_between_runs():
    """A run takes the numbers that the variables have then."""
    w, x = Variable(2), placeholder("x")
    y = w * x
    constant = w * w
    assert Session().run((y, constant), {x: 3}) == (6, 4)
    w.data = 5.0
    assert Session().run((y, constant), {x: 3}) == (15, 25)


VECTOR = placeholder(2, "v")
REFUSED = [
    ({}, "the placeholder x must be fed, because the result depends on it"),
    ({"x": 1}, "the placeholder v must be fed, because the result depends on it"),
    ([1], r"the feed_dict is a dictionary from placeholders to numbers, got \[1\]"),
    ({"x": 1j}, r"x takes a number, or a batch of them, \(n,\), got 1j"),
    ({"x": 1, "v": [1, 2], "w": 1}, r"Value\(data=3.0, grad=0\) is no placeholder; change the number of another leaf by"),
]


@pytest.mark.parametrize(("feeds", "sentence"), REFUSED)
def test_feeds_that_do_not_fit(feeds, sentence):
    """A feed that is missing, or of something else, is named; see also the tests of feeds."""
    keys = {"x": placeholder("x"), "v": VECTOR, "z": placeholder("z"), "w": Variable(3)}
    y = keys["x"] * keys["w"] + dot(VECTOR, [1, 2])
    if isinstance(feeds, dict):
        feeds = {keys[name]: number for name, number in feeds.items()}
    with pytest.raises((ValueError, TypeError), match=f"^Session.run: {sentence}"):
        Session().run(y, feeds)


def test_what_cannot_be_run():
    """Fetches that are no Values, shapes that are none, ragged variables, and numbers for placeholders are refused."""
    x = placeholder()
    for call, sentence in (
        (lambda: Session().run(3.0), "Session.run: Values are wanted, alone or in tuples and lists, got 3.0"),
        (lambda: Session().run([x, None], {x: 1}), "Session.run: Values are wanted, .* got None"),
        (lambda: evaluate("y", {}), "evaluate: Values are wanted, .* got 'y'"),
        (lambda: Graph([x, 1]), "Graph: Values are wanted, .* got"),
        (lambda: Session().run(x), "Session.run: the placeholder without a label must be fed"),
        (lambda: placeholder(0), r"placeholder\(0\): a shape is made of whole numbers from 1 on"),
        (lambda: placeholder((2, -1)), r"placeholder\(\(2, -1\)\): a shape is made of whole numbers from 1 on"),
        (lambda: placeholder(2.5), r"placeholder\(2.5\): a shape is made of whole numbers from 1 on"),
        (
            lambda: Variable([[1, 2], [3]]),
            r"Variable: the parts of a Vector have one shape; part 0 has \(2,\) and part 1 \(1,\)",
        ),
        (lambda: Variable([]), r"Variable\(\[\]\): a vector or matrix has one number or more"),
        (lambda: setattr(x, "data", 2), "what depends on placeholders gets its number when it is run"),
        (lambda: SGD([x]), "SGD: a parameter is a Value that was not computed, got"),
    ):
        with pytest.raises((ValueError, TypeError, AttributeError), match=f"^{sentence}"):
            call()


def test_whole_numbers_do_not_overflow():
    """Arrays of whole numbers, such as the pixels of images, are fed as floats."""
    p, q = placeholder("p"), placeholder("q")
    feeds = {p: numpy.array([200], "u1"), q: numpy.array([201], "u1")}
    assert Session().run([p * q, p - q, -p, p**-1], feeds) == [[40200], [-1], [-200], [0.005]]


def test_the_graph_knows_its_parts():
    """Nodes come inputs first, sorted into placeholders, variables and operations; consumers are those that use a node."""
    x, w = placeholder("x"), Variable(2, "w")
    product = w * x
    y = product + product * 3
    graph = Graph(y, product)
    assert graph.nodes == [w, x, product, y.inputs[1].inputs[1], y.inputs[1], y]
    assert (graph.placeholders, graph.variables) == ([x], [w])
    assert graph.operations == [product, y.inputs[1], y]
    assert graph.consumers(product) == [y.inputs[1], y]
    assert graph.consumers(y) == []
    assert Graph(square := x * x).consumers(x) == [square]
    assert Graph(w * Variable(3)).variables[0] is w
    assert graph._repr_mimebundle_()["image/svg+xml"] == draw(y, product)._repr_mimebundle_()["image/svg+xml"]


def test_shared_nodes_are_run_once():
    """25 doublings are 25 additions, not 2 ** 25."""
    x = placeholder("x")
    y = x
    for _ in range(25):
        y = y + y
    start = time.perf_counter()
    assert Session().run(y, {x: 1.5}) == 1.5 * 2**25
    assert time.perf_counter() - start < 0.1


@pytest.mark.slow("measures time")
def test_building_on_placeholders_is_linear():
    """The error that a graph without numbers keeps ready costs nothing until somebody reads it."""

    def seconds(n):
        y = x = placeholder("x")
        start = time.process_time()
        for _ in range(n):
            y = y * x
        return time.process_time() - start

    gc.freeze()  # so that the collector does not look through what other tests have left
    try:
        assert min(seconds(20_000) for _ in range(3)) < 50 * min(seconds(2_000) for _ in range(3))
    finally:
        gc.unfreeze()


def test_minimize_trains_on_feeds():
    """minimize returns the mean loss of a batch and moves the variables by the mean gradient."""
    w, x, t = Variable(1.0), placeholder("x"), placeholder("t")
    loss = (w * x - t) ** 2
    xs, ts = numpy.array([1.0, 2.0]), numpy.array([3.0, 1.0])
    optimizer = SGD([w], lr=0.1)
    assert optimizer.minimize(loss, {x: xs, t: ts}) == numpy.mean((xs - ts) ** 2)
    assert w.data == pytest.approx(1 - 0.1 * numpy.mean(2 * (xs - ts) * xs))
    before = w.data
    assert SGD([w], lr=0.1).minimize(loss, {x: 2.0, t: 1.0}) == (2 * before - 1) ** 2
    bystander = Value(5.0)
    Adam([w, bystander], lr=0.1).minimize(loss, {x: xs, t: ts})
    assert not bystander.has_gradient and bystander.data == 5
    with pytest.raises(ValueError, match="the placeholder t must be fed"):
        optimizer.minimize(loss, {x: 1.0})


def test_a_loss_of_placeholders():
    """Losses take targets that are placeholders, as a probability for each class."""
    logits, target = placeholder(3, "z"), placeholder(3, "t")
    loss = cross_entropy(logits, target)
    p = softmax([1.0, 2.0, 3.0])
    assert Session().run(loss, {logits: [1, 2, 3], target: [0, 1, 0]}) == pytest.approx(-math.log(p[1]))
    probabilities = Session().run(softmax(logits), {logits: [1, 2, 3]})
    assert probabilities == pytest.approx(p)


def test_placeholders_and_variables_without_a_name_have_none():
    """Parts of what has no name have none either."""
    assert placeholder(2)[1].label == Variable([1, 2])[1].label == ""
    named = placeholder("p[0]")
    with pytest.raises(ValueError, match="the placeholder p must be fed"):
        Session().run(named)


def test_a_graph_shows_all_outputs():
    """The picture of a graph has every output, also where they share nothing."""
    u, t = Value(2.0) * 2, Value(3.0) * 3
    assert Graph(u, t)._repr_mimebundle_() == draw(u, t)._repr_mimebundle_()


def test_feeds_of_every_form():
    """Any mapping feeds, a vector of which one part is needed may be fed, and so may Fractions and Values."""
    p, v = placeholder("p"), placeholder(2, "v")
    assert Session().run(p + 1, types.MappingProxyType({p: 1})) == 2
    assert Session().run(v[1] + 1, {v: [1, 2]}) == Session().run(v[0] + 2, {v: [1, 2]}) == 3
    assert Session().run(p * 2, {p: Value(3)}).data == 6
    assert Session().run(p * p, {p: Fraction(1, 3)}) == Fraction(1, 9)
    with pytest.raises(ValueError, match="v takes an example of shape"):
        Session().run(v[0], {v: [1, 2, 3]})
    with pytest.raises(ValueError, match="is no placeholder"):
        Session().run(p * Value(2), {(p, Value(3)): (1, 2)})
    for form in (True, (True, 2)):
        with pytest.raises(ValueError, match="a shape is made of whole numbers"):
            placeholder(form)
    with pytest.raises(ValueError, match="the parts of a Vector have one shape"):
        Variable([[], [1]])


@pytest.mark.slow("measures time")
def test_a_run_reads_placeholders_only(monkeypatch):
    """A run makes no Graph, whose consumers nobody asks for, and reads its feeds in a time linear in their number."""

    def seconds(n):
        feeds = {placeholder(): 1.0 for _ in range(n)}
        y = total(list(feeds))
        start = time.perf_counter()
        assert Session().run(y, feeds) == n
        return time.perf_counter() - start

    monkeypatch.setattr("scalargrad.graph.Graph", None)
    assert min(seconds(4000) for _ in range(3)) < 50 * min(seconds(400) for _ in range(3))


def test_a_feed_that_is_not_needed_does_not_count():
    """A feed that no fetch depends on may have any length, and changes no result."""
    x, unused = placeholder(2, "x"), placeholder("unused")
    assert Session().run(x.sum(), {x: [1, 2], unused: [1, 2, 3]}) == 3


def test_a_leaf_is_fed_once():
    """Two feeds of one leaf are refused, because one of them would be lost."""
    x = placeholder(2, "x")
    for feeds in ({x: [1, 2], x[0]: 5}, {Vector([x[0], x[0]]): [1, 2]}):
        with pytest.raises(ValueError, match=r"^Session.run: a leaf is fed once, got two feeds of x$"):
            Session().run(x[0], feeds)


def test_labels_are_texts():
    """A second length in the place of a label is refused, and so is a label in the place of a shape that has one."""
    for call in (lambda: placeholder(2, 3), lambda: placeholder("x", 2)):
        with pytest.raises(TypeError, match=r"a label is a text, and (several|a shape)"):
            call()
    with pytest.raises(TypeError, match="a label is a text"):
        Variable([1, 2], 3)
    with pytest.raises(ValueError, match="a shape is made of whole numbers"):
        placeholder("float32", "x")


def test_a_loss_is_one_number():
    """A Vector is no loss, for an optimizer and for a program, unless the program is for predictions."""
    w, x = Variable([1.0, 2.0]), placeholder(2, "x")
    with pytest.raises(TypeError, match=r"^minimize: a loss is one Value, such as the .sum\(\) or .mean\(\) of a Vector"):
        SGD([w]).minimize(w * x, {x: [1, 2]})
    for outputs in (w * x, [w * x, x[0]]):
        with pytest.raises(ValueError, match="^compile: the first output is the loss, one Value, .* write reduction=.none."):
            compile(outputs, [x])
    assert compile(w * x, [x], reduction="none")([[1, 2], [3, 4]]) == ((1, 4), (3, 8))
    with pytest.raises(TypeError, match="SGD: parameters are .* a learning rate is given by name, as in lr=0.1"):
        SGD(0.1)


def test_vectors_are_parameters():
    """Vectors of parameters are taken by programs, and by what they are called with, as by optimizers."""
    w, b, x = Variable([1.0, 2.0], "w"), Variable(0.5, "b"), placeholder(2, "x")
    step = compile(w @ x + b, [x], parameters=[w, b])
    assert step.parameters == [*w, b]
    assert step.value_and_grad([[1.0, 2.0], 0.5], [3.0, 4.0]) == (11.5, [3.0, 4.0, 1.0])
    assert l2_penalty([w, b], 1.0).data == 5.25
