"""Tests of what is fed: examples and batches, and what is neither, to all functions that are fed."""

import re
import subprocess
import sys
import warnings
from fractions import Fraction

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalargrad import Value, exp
from scalargrad.feeds import Feeds, slots
from scalargrad.graph import Session, Variable, evaluate, placeholder
from scalargrad.optim import SGD
from scalargrad.program import compile
from scalargrad.shapes import Vector, elements

t, x, M, w = placeholder("t"), placeholder(2, "x"), placeholder((2, 3), "M"), Variable(0.5, "w")
LOSS = ((x @ M) * [1, 2, 3]).sum() * t + exp(w * t)


def loss_of(x, M, t):
    """The same loss of one example, by NumPy."""
    return (numpy.asarray(x, float) @ numpy.asarray(M, float) * [1, 2, 3]).sum() * t + numpy.exp(0.5 * t)


def by_session(y, keys, contents):
    return numpy.mean(Session().run(y, dict(zip(keys, contents))))


def by_evaluate(y, keys, contents):
    return numpy.mean(evaluate(y, dict(zip(keys, contents))))


def by_minimize(y, keys, contents):
    return SGD([w], lr=0).minimize(y, dict(zip(keys, contents)))


def by_program(y, keys, contents, target=None):
    return compile(y, keys, target=target)(*contents)


def by_python(y, keys, contents):
    return by_program(y, keys, contents, "python")


FUNCTIONS = {
    "Session.run": by_session,
    "evaluate": by_evaluate,
    "minimize": by_minimize,
    "program": by_program,
    "python": by_python,
}
all_functions = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)


def batch(n, *form):
    """A batch of n of a shape, or for n = 0 one example."""
    return numpy.random.default_rng(len(form)).normal(size=(n, *form) if n else form)


def as_lists(content):
    return numpy.asarray(content).tolist()


def as_tuples(content):
    return tuple(map(as_tuples, content)) if numpy.ndim(content) else float(content)


def as_vectors(content):
    return Vector(content) if numpy.ndim(content) else float(content)


KINDS = [numpy.asarray, as_lists, as_tuples, as_vectors]


@all_functions
@settings(max_examples=15)
@given(st.data())
def test_all_functions_read_the_same_feeds(function, draw):
    """Examples and batches, of leaves, vectors and matrices, in lists, tuples, Vectors and arrays, in any mixture."""
    n = draw.draw(st.integers(1, 4))
    given = [batch(draw.draw(st.sampled_from([0, n])), *form) for form in ((2,), (2, 3), ())]
    contents = [draw.draw(st.sampled_from(KINDS))(content) for content in given]
    full = [content if content.ndim > k else [content] * n for k, content in zip((1, 2, 0), given)]
    expected = numpy.mean([loss_of(*example) for example in zip(*full)])
    assert function(LOSS, [x, M, t], contents) == pytest.approx(expected, rel=1e-12)


@all_functions
@pytest.mark.parametrize("kind", KINDS)
def test_structures_take_a_part_for_each(function, kind):
    """A tuple of leaves and Vectors takes as many parts, which are examples or batches, each by itself."""
    vectors, matrices, numbers = (batch(4, *form) for form in ((2,), (2, 3), ()))
    for matrix in (matrices, matrices[0]):
        parts = (kind(vectors), [kind(matrix), kind(numbers)])
        expected = numpy.mean([loss_of(*each) for each in zip(vectors, numpy.broadcast_to(matrix, (4, 2, 3)), numbers)])
        assert function(LOSS, [(x, (M, t))], [parts]) == pytest.approx(expected, rel=1e-12)
    one_number_each = numpy.arange(4.0)
    expected = Session().run(LOSS, {x: one_number_each[:2], t: one_number_each[2], M: matrices[0]})
    fed = [one_number_each[:1], one_number_each[1:2], one_number_each[2], matrices[0]]
    assert function(LOSS, [(x[0], x[1]), t, M], [fed[:2], *fed[2:]]) == pytest.approx(expected, rel=1e-12)


@all_functions
@pytest.mark.parametrize("kind", KINDS)
def test_dimensions_tell_examples_from_batches(function, kind):
    """Lengths decide nothing: two vectors of two are a batch, of which each is an example, whatever the lengths are."""
    y = 3 * x[0] + x[1] + 0 * w
    assert function(y, [x], [kind([[1, 2], [30, 40]])]) == pytest.approx((5 + 130) / 2)
    assert function(y, [x], [kind([1, 2])]) == function(y, [x], [kind([[1, 2]])]) == 5
    assert function(t + 0 * w, [t], [kind([1, 2, 3])]) == function(t + 0 * w, [t], [kind([2])]) == 2
    diagonal = M[0, 0] + 10 * M[1, 2] + 0 * w
    assert function(diagonal, [M], [kind([[1, 2, 3], [4, 5, 6]])]) == 61
    assert function(diagonal, [M], [kind([[[1, 2, 3], [4, 5, 6]]] * 3)]) == 61


@all_functions
def test_gradients_are_means_over_the_batch(function):
    """Functions that train have the gradient of the mean loss; those that do not leave gradients alone."""
    p = Variable(2.0)
    y = (p * x[0] - x[1]) ** 2
    content = [[1.0, 2.0], [3.0, -1.0], [0.5, 4.0]]
    expected = numpy.mean([2 * (2 * a - b) * a for a, b in content])
    for kind in KINDS:
        if function is by_minimize:
            optimizer, q = SGD([p], lr=0), p
            optimizer.minimize(y, {x: kind(content)})
        else:
            p.grad, q = 0, p
            function(y, [x], [kind(content)])
        assert q.grad == (pytest.approx(expected) if function in (by_minimize, by_program, by_python) else 0)


def results(y, keys, contents):
    """The results of all functions that return those of each example."""
    feeds = dict(zip(keys, contents))
    program = compile(y, keys, reduction="none")
    return Session().run(y, feeds), evaluate(y, feeds), program(*contents)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_results_have_the_shape_of_the_batch(n):
    """Results are (n, ...): arrays where any feed is one, else Vectors; plain numbers for an example without arrays."""
    given, outer = [batch(n, 2), batch(0, 2, 3), batch(n)], (n,) if n else ()
    y = [t * x[0], x @ M, t * M]
    forms = [outer, (*outer, 3), (*outer, 2, 3)]
    lists = [each.tolist() for each in given]
    for contents in (given, [given[0], *lists[1:]], [*lists[:2], given[2]]):
        for found in results(y, [x, M, t], contents):
            assert type(found) is list and [numpy.shape(each) for each in found] == forms
            assert n == 0 or all(type(each) is numpy.ndarray for each in found)
            assert all(type(each) is numpy.ndarray for each in found[1:])
    arrays = results(y, [x, M, t], given)[0]
    for found in results(y, [x, M, t], lists):
        assert type(found) is list and [numpy.shape(each) for each in found] == forms
        assert [type(each) for each in found] == [Vector if n else float, Vector, Vector]
        for each, array in zip(found, arrays):
            assert numpy.asarray(each) == pytest.approx(array, rel=1e-12)


def test_results_have_the_structure_of_the_fetches():
    """Tuples, lists and dictionaries are structures, and Vectors have a shape."""
    fetches = {"pair": (t, [x]), "number": t * 2}
    for found in (Session().run(fetches, {t: [1, 2], x: [3, 4]}), evaluate(fetches, {t: [1, 2], x: [3, 4]})):
        assert found == {"pair": ((1, 2), [(3, 4)]), "number": (2, 4)}
        assert type(found["pair"][1][0]) is Vector


def test_what_does_not_depend_on_the_batch_has_no_n():
    """Beside results of a batch, a result that is the same for all of it comes once."""
    for contents in ([1, 2, 3], numpy.array([1, 2, 3])):
        found = Session().run([t * w, w * 2, x + w], {t: contents, x: [5, 6]})
        assert [numpy.shape(each) for each in found] == [(3,), (), (2,)]
        assert found[1] == 1 and list(found[2]) == [5.5, 6.5]


def test_partly_fed_results():
    """A Vector of which only some parts depend on the batch is a result of the batch in all of them."""
    y = Vector([t, w, x[0]])
    for contents in ([1, 2, 3], numpy.array([1, 2, 3])):
        for found in (Session().run(y, {t: contents, x: [5, 6]}), evaluate(y, {t: contents, x: [5, 6]})):
            assert numpy.asarray(found).tolist() == [[1, 0.5, 5], [2, 0.5, 5], [3, 0.5, 5]]


RAGGED = "the parts of a Vector have one shape; part 0 has (2,) and part 1 (1,)"
VECTOR = "x takes an example of shape (2,), or a batch of them, (n, 2)"
MATRIX = "M takes an example of shape (2, 3), or a batch of them, (n, 2, 3)"
NUMBER = "t takes a number, or a batch of them, (n,)"
FIRST = "; batches come first since version 0.2, so give the transpose"
REFUSED = [
    ({x: []}, f"{VECTOR}, got the shape (0,)"),
    ({x: numpy.zeros((0, 2))}, "the batch for x is empty"),
    ({t: []}, "the batch for t is empty"),
    ({M: numpy.zeros((0, 2, 3))}, "the batch for M is empty"),
    ({x: numpy.zeros((2, 5))}, f"{VECTOR}, got the shape (2, 5){FIRST}"),
    ({x: [[1, 2, 3], [4, 5, 6]]}, f"{VECTOR}, got the shape (2, 3){FIRST}"),
    ({M: numpy.zeros((2, 3, 5))}, f"{MATRIX}, got the shape (2, 3, 5){FIRST}"),
    ({M: numpy.zeros((3, 2))}, f"{MATRIX}, got the shape (3, 2)"),
    ({M: [1, 2]}, f"{MATRIX}, got the shape (2,)"),
    ({x: [1, 2, 3]}, f"{VECTOR}, got the shape (3,)"),
    ({x: numpy.zeros((5, 4, 2))}, f"{VECTOR}, got the shape (5, 4, 2)"),
    ({x: 1}, f"{VECTOR}, got 1"),
    ({x: None}, f"{VECTOR}, got None"),
    ({x: "ab"}, f"{VECTOR}, got 'ab'"),
    ({x: ["a", "b"]}, f"{VECTOR}; Values and numbers are wanted, got 'a'"),
    ({x: {0: 1, 1: 2}}, f"{VECTOR}; Values and numbers are wanted, got {{0: 1, 1: 2}}"),
    ({x: [[1, 2], [3]]}, f"{VECTOR}; {RAGGED}"),
    ({x: [1, None]}, f"{VECTOR}; Values and numbers are wanted, got None"),
    ({x: numpy.array([1, None])}, "x takes numbers, got an array of object"),
    ({x: numpy.array(["a", "b"])}, "x takes numbers, got an array of <U1"),
    ({x: numpy.array([1j, 2])}, "x takes numbers, got an array of complex128"),
    ({t: numpy.array(["a"])}, "t takes numbers, got an array of <U1"),
    ({t: [[1, 2]]}, f"{NUMBER}, got the shape (1, 2); a vector is fed to placeholder(2)"),
    ({t: None}, f"{NUMBER}, got None"),
    ({t: "1"}, f"{NUMBER}, got '1'"),
    ({t: [1, "2"]}, f"{NUMBER}; Values and numbers are wanted, got '2'"),
    ({t: [1, 2, 3], x: [[1, 2], [3, 4]]}, "a batch has as many examples for every input, got t 3, x 2"),
    ({x: numpy.zeros((4, 2)), t: numpy.zeros(5)}, "a batch has as many examples for every input, got x 4, t 5"),
    ({(x, t): (1, 2, 3)}, "2 inputs, x, t, take one argument each, got 3"),
    ({(x, t): 1}, "2 inputs, x, t, take one argument each, got 1"),
    ({(x, (t,)): ([1, 2], 3)}, "1 inputs, t, take one argument each, got 3"),
    ({(x, t): "ab"}, "2 inputs, x, t, take one argument each, got 'ab'"),
]


@all_functions
@pytest.mark.parametrize(("wrong", "sentence"), REFUSED)
def test_what_cannot_be_fed(function, wrong, sentence):
    """All functions refuse the same, in the same sentence, with the leaf and the shapes."""
    named = {id(key) for keys in wrong for key in (keys if type(keys) is tuple else (keys,))}
    named |= {id(t)} if (x, (t,)) in wrong else set()
    rest = {id(key): (key, content) for key, content in ((t, 1.0), (x, [1, 2]), (M, [[1, 2, 3], [4, 5, 6]]))}
    feeds = {**wrong, **dict(pair for key, pair in rest.items() if key not in named)}
    with pytest.raises((ValueError, TypeError)) as caught:
        function(LOSS, list(feeds), list(feeds.values()))
    name = next(name for name, each in FUNCTIONS.items() if each is function).replace("python", "program")
    assert str(caught.value) == f"{name}: {sentence}" and type(caught.value) in (ValueError, TypeError)


@all_functions
def test_a_leaf_alone_takes_no_matrix_and_no_objects(function):
    """Only `evaluate` takes an array of any shape and of any kind of number for a leaf without a shape."""
    y, grid = t * 2 + 0 * w, numpy.arange(6.0).reshape(2, 3)
    fractions = numpy.array([Fraction(1, 3), Fraction(2, 3)])
    if function is by_evaluate:
        assert evaluate(y, {t: grid}).tolist() == (2 * grid).tolist()
        assert evaluate(t * 2, {t: fractions}).tolist() == [Fraction(2, 3), Fraction(4, 3)]
        return
    with pytest.raises(ValueError, match=re.escape(f"{NUMBER}, got the shape (2, 3); a vector is fed to placeholder(2)")):
        function(y, [t], [grid])
    with pytest.raises(TypeError, match="t takes numbers, got an array of object"):
        function(y, [t], [fractions])


def test_grids_broadcast():
    """`evaluate` computes a surface from a row and a column, and takes an example of a Vector beside a grid."""
    a, b = placeholder("a"), placeholder("b")
    row, column = numpy.arange(3.0), numpy.arange(2.0)[:, None]
    assert evaluate(a + 10 * b, {a: row, b: column}).tolist() == (row + 10 * column).tolist()
    assert evaluate([a * x, a], {a: numpy.ones((4, 5)), x: [1, 2]})[0].shape == (4, 5, 2)
    with pytest.raises(ValueError, match=r"^evaluate: a batch has as many examples for every input, got a 3, b 2x4$"):
        evaluate(a + b, {a: row, b: numpy.ones((2, 4))})


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("x", "what is fed is a leaf, a Vector of leaves, or a tuple of those, got 'x'"),
        ((t, 3), "what is fed is a leaf, a Vector of leaves, or a tuple of those, got 3"),
        (t * 2, "what is fed is a Value that was not computed, got Value(data=None, grad=0)"),
        (x + 1, "what is fed is a Value that was not computed, got Value(data=None, grad=0)"),
        (Vector([1, 2]), "what is fed is a Value that was not computed, got 1"),
    ],
)
def test_keys_that_are_no_leaves(key, sentence):
    """What is no leaf, no Vector of leaves, and no tuple of those takes no numbers."""
    for name, function in (("Session.run", Session().run), ("evaluate", evaluate), ("minimize", SGD([w]).minimize)):
        with pytest.raises(TypeError, match=rf"^{re.escape(f'{name}: {sentence}')}"):
            function(LOSS, {key: 1})


def test_errors_have_names_for_what_has_none():
    """Leaves without a label are placeholders without a label, and of many leaves the first and the last are named."""
    nameless, many = placeholder(2), tuple(placeholder(f"p{i}") for i in range(9))
    with pytest.raises(ValueError, match="a placeholder without a label takes an example of shape"):
        Session().run(nameless, {nameless: [1, 2, 3]})
    with pytest.raises(ValueError, match=r"9 inputs, p0, \.\.\., p8, take one argument each, got 1"):
        Session().run(many, {many: [1]})


def test_arrays_are_not_changed():
    """Feeds are read and not written, nor are they tied to the results."""
    content = numpy.arange(4.0).reshape(2, 2)
    for found in results(x * 1, [x], [content]):
        found += 1
    assert content.tolist() == [[0, 1], [2, 3]]


def test_rows_are_columns_of_the_batch():
    """What programs get is a row of numbers for each leaf, as floats, whatever kinds are mixed."""
    for vectors in ([[1, 2], [3, 4], [5, 6]], numpy.array([[1, 2], [3, 4], [5, 6]], "i1")):
        for number in (7, numpy.array(7), [7, 7, 7]):
            fed = Feeds("test", [(slots("test", (x, t)), (vectors, number))])
            assert [list(row) for row in fed.rows()] == [[1, 3, 5], [2, 4, 6], [7, 7, 7]]
            assert all(type(float(i)) is float for row in fed.rows() for i in row) and fed.outer == (3,)
            if not fed.arrays:
                assert fed.examples()[1] == {x[0]: 3, x[1]: 4, t: 7}
            assert list(fed.numbers()) == [*x, t]


def test_lists_need_no_numpy():
    """Lists are fed, in batches too, without NumPy."""
    code = (
        "import sys; sys.modules['numpy'] = None\n"
        "from scalargrad.graph import Session, evaluate, placeholder\n"
        "from scalargrad.shapes import Vector\n"
        "del sys.modules['numpy']\n"
        "x, t = placeholder(2, 'x'), placeholder('t')\n"
        "print(Session().run(x * t, {x: [[1, 2], [3, 4]], t: [5, 6]}), evaluate(x * t, {x: [[1, 2], [3, 4]], t: 1}))\n"
        "try: evaluate(x * t, {x: [[1, 2], [3, 4]], t: [1]})\n"
        "except ValueError as error: print(error)\n"
        "assert 'numpy' not in sys.modules\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, second = found.stdout.splitlines()
    assert first == "((5, 10), (18, 24)) ((1, 2), (3, 4))"
    assert second == "evaluate: a batch has as many examples for every input, got x 2, t 1"


def test_a_value_may_be_fed():
    """Values are numbers: what is computed from them is a graph."""
    u = Value(3.0)
    result = Session().run(x * 2, {x: [u, 1]})
    result[0].backward()
    assert u.grad == 2 and elements(result)[1] == 2


def test_arrays_with_ways_of_their_own():
    """A matrix is read as an array, and a masked array is refused, because its mask would be lost."""
    x = placeholder(2, "x")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        matrix = numpy.matrix([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    found = Session().run(x * 2, {x: matrix})
    assert type(found) is numpy.ndarray and found.tolist() == [[2, 4], [6, 8], [10, 12]]
    with pytest.raises(TypeError, match="^Session.run: x takes no masked array; fill in its numbers"):
        Session().run(x * 2, {x: numpy.ma.array([[1.0, 2.0]], mask=[[0, 1]])})
