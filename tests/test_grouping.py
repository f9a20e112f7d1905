"""Tests of how steps are put into groups: layers are found again, and what is read lies side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value, compile, operations, tanh
from scalargrad.graph import placeholder
from scalargrad.losses import cross_entropy, mean_squared_error
from scalargrad.nn import MLP
from scalargrad.program.schedule import INNER, LINEAR, Schedule
from scalargrad.program.trace import Trace
from scalargrad.vectors import dot, total

numpy = pytest.importorskip("numpy")
groups = pytest.importorskip("scalargrad.program.array_groups")
grouping = pytest.importorskip("scalargrad.program.grouping")
Groups, SMALLEST = grouping.Groups, grouping.SMALLEST
LongSums, MatrixProducts, OuterProducts = groups.LongSums, groups.MatrixProducts, groups.OuterProducts


def scheduled(loss, inputs, parameters):
    return Schedule(Trace([loss], list(inputs), list(parameters), "mean"))


def network(*sizes):
    model, x = MLP(sizes[0], sizes[1:], "tanh", seed=0), placeholder(sizes[0])
    return model, scheduled(mean_squared_error(tanh(model(x)), [0.5] * sizes[-1]), x, model.parameters())


def check(loss, inputs, parameters):
    """Check that a program has Python's loss and gradients of a batch."""
    numbers = [p.data for p in parameters if p not in set(inputs)]
    batch = numpy.random.default_rng(0).normal(size=(len(inputs), 3)).tolist()
    (expected, wanted), (found, gradients) = (
        compile(loss, inputs, parameters, target).value_and_grad(numbers, *batch) for target in ("python", "numpy")
    )
    assert found == pytest.approx(expected, rel=1e-12) and gradients == pytest.approx(wanted, rel=1e-12, abs=1e-14)


def of_kind(kind, groups):
    return [group for group in groups if isinstance(group, kind)]


@pytest.mark.slow("compiles large networks")
def test_a_wider_network_takes_no_more_groups():
    """The number of groups depends on the layers, not on the neurons in them."""
    narrow, wide = (Groups(network(3, width, width, 2)[1]) for width in (20, 50))
    for name in ("invariant_steps", "steps", "products"):
        assert len(getattr(narrow, name)) == len(getattr(wide, name))
    assert len(wide.steps) + len(wide.products) < 25


def test_matrices_are_views_of_the_parameters():
    """The matrix of each layer, its biases as the last column, and its transpose without them, are read in place."""
    model, schedule = network(5, 6, 7, 4)
    parameters = numpy.array([p.data for p in model.parameters()])
    invariants = numpy.zeros((schedule.invariant_count, 1))
    invariants[: len(schedule.constants) + len(parameters), 0] = *schedule.constants, *parameters
    found = of_kind(MatrixProducts, Groups(schedule).steps)
    assert all(isinstance(group.weights.where, slice) for group in found)
    layers = [numpy.array([[*(w.data for w in n.w), n.b.data] for n in layer.neurons]) for layer in model.layers]
    expected = [*layers, layers[2][:, :-1].T, layers[1][:, :-1].T]
    for group, matrix in zip(found, expected, strict=True):
        read = group.weights.read(invariants)
        assert numpy.shares_memory(read, invariants) and numpy.array_equal(read, matrix)


def test_gradients_of_a_layer_are_neighbours():
    """The gradients of a layer, biases included, are one product of matrices, written side by side."""
    model, schedule = network(5, 6, 7, 4)
    outs = [group.out for group in of_kind(OuterProducts, Groups(schedule).products)]
    assert sorted(outs, key=lambda out: out.start) == [slice(1, 37), slice(37, 86), slice(86, 118)]
    assert len(model.parameters()) == 117


@given(st.data())
def test_matrices_are_read_where_they_are(data):
    """A matrix of any numbers that are equally far from one another, in rows and in columns, is read right."""
    height, width, down, right = (data.draw(st.integers(1, 6)) for _ in range(4))
    places = down * numpy.arange(height)[:, None] + right * numpy.arange(width)
    places += data.draw(st.integers(0, 5))
    size = int(places.max()) + 1 + data.draw(st.integers(0, 5))
    found = grouping._matrix(places.tolist(), size)
    assert numpy.array_equal(found.read(numpy.arange(size)[:, None]), places)


def test_gradients_of_a_transposed_layer_are_neighbours():
    """Where the weights of an input, and not of an output, are neighbours, so are their gradients."""
    weights, x = [[Value(0.1 * i - 0.01 * j) for j in range(5)] for i in range(6)], list(placeholder(6))
    loss, parameters = total(tanh(dot(column, x)) for column in zip(*weights)), [w for row in weights for w in row]
    outs = [group.out for group in of_kind(OuterProducts, Groups(scheduled(loss, x, parameters)).products)]
    assert outs == [slice(1, 31)]
    check(loss, x, parameters)


def test_a_layer_at_many_places_is_one_product():
    """A layer that is applied to several inputs, as to the tokens of a text, is one product, and so is its gradient."""
    weights, places = [[Value(0.1 * i + 0.01 * j) for j in range(6)] for i in range(5)], placeholder((8, 6))
    loss = total(tanh(dot(row, place)) for place in places for row in weights)
    inputs, parameters = [x for place in places for x in place], [w for row in weights for w in row]
    found = Groups(scheduled(loss, inputs, parameters))
    (forward,), (_, backward) = of_kind(MatrixProducts, found.steps), of_kind(OuterProducts, found.products)
    assert (forward.blocks, backward.blocks, forward.out.stop - forward.out.start) == (8, 8, 40)
    assert isinstance(forward.x, slice) and isinstance(backward.y, slice) and isinstance(forward.weights.where, slice)
    check(loss, inputs, parameters)


def test_matrices_of_one_shape_are_multiplied_at_once():
    """Layers beside one another, each with weights of its own, are one product of several matrices."""
    models, x = [MLP(3, [6], "tanh", seed=k) for k in range(10)], placeholder((10, 3))
    loss = total(tanh(y) for model, part in zip(models, x) for y in model(part))
    inputs, parameters = [each for part in x for each in part], [p for model in models for p in model.parameters()]
    found = Groups(scheduled(loss, inputs, parameters))
    assert [group.blocks for group in of_kind(MatrixProducts, found.steps)] == [10]
    check(loss, inputs, parameters)


def test_groups_read_no_more_rows_than_there_are():
    """Sums over windows that overlap are computed in parts, so that copies of what they read take no more memory."""
    (x, y), weights = placeholder((2, 60)), [[Value(k / 100 + i) for k in range(30)] for i in range(2)]
    windows = [x[k : k + 30] for k in range(30)]
    loss = total(tanh(dot(row, window)) for window in windows for row in weights)
    loss += total(tanh(dot(window, y[:30])) for window in windows[::2])
    inputs, parameters = [*x, *y], [w for row in weights for w in row]
    schedule = scheduled(loss, inputs, parameters)
    found = Groups(schedule)
    for kind, groups in ((MatrixProducts, found.steps), (LongSums, found.steps), (OuterProducts, found.products)):
        assert len(of_kind(kind, groups)) > 1
        for group in of_kind(kind, groups):
            for index in (group.x, getattr(group, "y", group.x)):
                assert len(numpy.arange(schedule.row_count)[index]) <= schedule.row_count
    check(loss, inputs, parameters)


def test_what_others_wait_for_comes_first():
    """The groups of softmax with cross-entropy are fewer than two thirds of those by levels."""
    model, x, t = MLP(4, [6, 10], seed=0), placeholder(4), placeholder(10)
    schedule = scheduled(cross_entropy(model(x), t), [*x, *t], model.parameters())
    level, by_levels = [0] * schedule.row_count, set()
    for code, result, x, y in zip(*(schedule.steps[k::4] for k in range(4))):
        terms = schedule.terms[2 * x : 2 * y]
        read = terms[1::2] if code == LINEAR else terms if code == INNER else (x, y)
        level[result] = 1 + max(level[i] for i in read)
        by_levels.add((level[result], code, len(terms)))
    assert len(Groups(schedule).steps) < len(by_levels) * 2 / 3


@pytest.mark.parametrize("count", [1, SMALLEST - 1, SMALLEST])
def test_dot_products_of_rows(count):
    """A few long sums of products of rows are computed at once, many of them term by term, and both as Python does."""
    x, y = placeholder((count, 20)), placeholder((count, 20))
    loss = total(tanh(dot(*pair)) for pair in zip(x, y))
    inputs = [each for part in (*x, *y) for each in part]
    assert bool(of_kind(LongSums, Groups(scheduled(loss, inputs, [])).steps)) == (count < SMALLEST)
    check(loss, inputs, inputs)


@pytest.mark.slow("compiles many random graphs")
@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=SMALLEST // 2 - 1), st.randoms(use_true_random=False))
def test_small_sums_keep_the_order_of_the_graph(numbers, generator):
    """Sums of fewer numbers than a matrix has are Python's to the last bit, several at a time and with any weights."""
    x, weights = placeholder(3), [Value(number) for number in numbers]
    outputs = []
    for _ in range(2):
        terms = [generator.choice((w, 1, x[2] * w)) * generator.choice(x) for w in generator.sample(weights, len(weights))]
        result = terms[0]
        for term in terms[1:]:
            result = generator.choice((operations.add, operations.subtract))(result, term)
        outputs.append(result)
    python, found = (compile(outputs, x, target=target, reduction="none")(0.1, 7.7, -1.3) for target in ("python", "numpy"))
    assert python == found
