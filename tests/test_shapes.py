"""Tests of Vectors, against NumPy and finite differences."""

import copy
import functools
import inspect
import math
import operator
import pickle

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as numpy_arrays
from hypothesis.extra.numpy import mutually_broadcastable_shapes
from registered import OPERATIONS, arity

from scalargrad import Value, power
from scalargrad.engine import Constant, topological_order
from scalargrad.graph import Variable, placeholder
from scalargrad.nodes import registry
from scalargrad.shapes import Vector, concatenate, elements, matmul, reshape, shape
from scalargrad.vectors import log_softmax, logsumexp, softmax

few = settings(max_examples=30)
sizes = st.integers(1, 3)
OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]


def arrays(form, low=-3.0, high=3.0):
    """Arrays of a shape, of numbers that are not tiny."""
    return numpy_arrays(float, form, elements=st.floats(low, high).map(lambda x: round(x, 2)))


def leaves(array):
    """The same numbers as leaves: a Value, or a Vector of Values."""
    return Vector(map(leaves, array)) if array.ndim else Value(array.item())


def data(x):
    """The numbers of what is nested, as an array."""
    return numpy.array([data(part) for part in x]) if isinstance(x, tuple) else numpy.asarray(getattr(x, "data", x), float)


def nested(kind, array):
    """The same numbers in nested lists or tuples."""
    return kind(nested(kind, part) for part in array) if array.ndim else array.item()


def objects(array):
    """The same numbers as Values, in an array."""
    return numpy.array([Value(x) for x in array.flat], dtype=object).reshape(array.shape)


VECTORS = {"Values": leaves, "numbers": lambda array: Vector(array.tolist())}
OTHERS = {
    **VECTORS,
    "list": functools.partial(nested, list),
    "tuple": functools.partial(nested, tuple),
    "array": numpy.copy,
    "array of Values": objects,
}
NUMBERS = {"Value": leaves, "float": float, "int": math.ceil, "NumPy's": lambda array: array[()]}


def is_like(found, expected):
    """Whether a Vector, or a number, has the shape and the numbers of an array."""
    assert type(found) is Vector if expected.ndim else not isinstance(found, tuple)
    assert shape(found) == expected.shape
    return data(found) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def has_right_gradients(function, *inputs):
    """Whether the gradients of a function, its elements weighted and added up, are the differences of its numbers."""

    def weighted(*xs):
        return sum((1 + 0.5 * i) * y for i, y in enumerate(elements(function(*xs))))

    xs = [leaves(array) for array in inputs]
    weighted(*xs).backward()
    for k, array in enumerate(inputs):
        slopes = []
        for i in numpy.ndindex(array.shape):
            h = numpy.zeros(array.shape)
            h[i] = 1e-5
            ends = ([*inputs[:k], array + sign * h, *inputs[k + 1 :]] for sign in (1, -1))
            above, below = (weighted(*(Vector(x.tolist()) if x.ndim else x.item() for x in end)) for end in ends)
            slopes.append((above - below) / 2e-5)
        assert [float(x.grad) for x in elements(xs[k])] == pytest.approx(slopes, rel=1e-6, abs=1e-7)
    return True


@pytest.mark.parametrize("apply", OPERATORS)
@few
@given(st.data())
def test_operators_broadcast_as_numpys(apply, draw):
    """`+ - * / **` of a Vector and anything with numbers in it, on either side, have NumPy's shapes and numbers."""
    forms = draw.draw(mutually_broadcastable_shapes(num_shapes=2, min_dims=0, max_dims=3, max_side=3)).input_shapes
    inputs = [draw.draw(arrays(form, 0.5)) for form in forms]
    this = draw.draw(st.sampled_from([k for k in (0, 1) if forms[k]] or [None]))
    if this is None:  # two numbers, and so no Vector
        return
    operands = [None, None]
    for k, array in enumerate(inputs):
        makers = VECTORS if k == this else OTHERS if array.ndim else NUMBERS
        name = draw.draw(st.sampled_from(sorted(makers)))
        operands[k], inputs[k] = makers[name](array), numpy.ceil(array) if name == "int" else array
    assert is_like(apply(*operands), apply(*inputs))


@pytest.mark.parametrize("apply", OPERATORS)
@few
@given(st.data())
def test_gradients_of_operators(apply, draw):
    """What is used for several elements adds up the gradients of all of them."""
    forms = draw.draw(mutually_broadcastable_shapes(num_shapes=2, min_dims=1, max_dims=2, max_side=3)).input_shapes
    assert has_right_gradients(apply, *(draw.draw(arrays(form, 0.5)) for form in forms))


def test_exponents_are_those_of_numbers():
    """A power of a plain exponent is one of a number, also where exponents come in lists and arrays: it takes negatives."""
    for exponents in ([2, 3], (2, 3), Vector([2, 3]), numpy.array([2.0, 3.0]), numpy.array([2, 3])):
        for base in (Vector([-2, -1]), leaves(numpy.array([-2.0, -1.0]))):
            assert data(base**exponents).tolist() == data(power(base, exponents)).tolist() == [4, -1]
    assert power([1, 2], Vector([3, 4])) == (1, 16)


@pytest.mark.parametrize("forms", [((3,), (3,)), ((2, 3), (3,)), ((2,), (2, 3)), ((2, 3), (3, 4)), ((1, 1), (1,))])
@few
@given(st.data())
def test_products_are_numpys(forms, draw):
    """`@` of vectors and matrices, whichever side is a Vector, is NumPy's, and so are its gradients."""
    x, y = (draw.draw(arrays(form)) for form in forms)
    maker = draw.draw(st.sampled_from(sorted(OTHERS)))
    assert is_like(leaves(x) @ OTHERS[maker](y), x @ y)
    assert is_like(OTHERS[maker](x) @ leaves(y), x @ y)
    assert is_like(matmul(x, OTHERS[maker](y)), x @ y)
    assert has_right_gradients(operator.matmul, x, y)


@few
@given(st.lists(sizes, min_size=1, max_size=3).flatmap(lambda form: arrays(tuple(form))))
def test_signs_are_numpys(x):
    """-v, +v and abs(v) work element by element, and v.shape is NumPy's."""
    for v in (leaves(x), Vector(x)):
        assert v.shape == x.shape
        for apply in (operator.neg, operator.pos, operator.abs):
            assert is_like(apply(v), apply(x))


@few
@given(st.lists(sizes, min_size=1, max_size=3).flatmap(lambda form: arrays(tuple(form))))
def test_reductions_are_numpys(x):
    """sum, mean and max of everything, and along every axis from either end, are NumPy's, also by NumPy's functions."""
    for v in (leaves(x), Vector(x)):
        for name in ("sum", "mean", "max"):
            for axis in (None, *range(-x.ndim, x.ndim)):
                assert is_like(getattr(v, name)(axis), numpy.asarray(getattr(x, name)(axis)))
                assert is_like(getattr(numpy, name)(v, axis), numpy.asarray(getattr(x, name)(axis)))


@pytest.mark.parametrize("axis", [None, 0, 1, -1, -2])
def test_gradients_of_reductions(axis):
    """Sums and means hand their gradient to all elements, and a maximum to the largest."""
    x = numpy.array([[1.0, -2.0, 3.0], [0.5, 2.0, -1.0]])
    for name in ("sum", "mean", "max"):
        assert has_right_gradients(lambda v, name=name: getattr(v, name)(axis), x)


def test_of_equal_elements_the_first_is_the_largest():
    """Of equal elements the first gets the whole gradient, as PyTorch has it."""
    v = Vector([Value(2), Value(3), Value(3)])
    v.max().backward()
    assert [x.grad for x in v] == [0, 1, 0]


def parts_of(n):
    """What an index of a length n may be: a number from either end, or any slice."""
    return st.integers(-n, n - 1) | st.slices(n)


@few
@given(st.lists(sizes, min_size=1, max_size=3).flatmap(lambda form: arrays(tuple(form))), st.data())
def test_indices_are_numpys(x, draw):
    """`A[i]`, `A[i, j]`, `A[:, j]`, and all slices of all of it are NumPy's, and hold the same Values."""
    index = tuple(draw.draw(parts_of(n)) for n in x.shape[: draw.draw(st.integers(1, x.ndim))])
    index = index[0] if len(index) == 1 and draw.draw(st.booleans()) else index
    v, expected = leaves(x), numpy.asarray(x[index])
    found = v[index]
    assert type(found) is (Vector if expected.ndim else Value)
    assert data(found).ravel().tolist() == expected.ravel().tolist()
    assert expected.size == 0 or shape(found) == expected.shape
    assert set(elements(found)) <= set(elements(v))


@few
@given(sizes, sizes, st.data())
def test_transposes_are_numpys(m, n, draw):
    """The transpose of a matrix has its Values, and a vector is its own."""
    x = draw.draw(arrays((m, n)))
    v = leaves(x)
    assert is_like(v.T, x.T)
    assert v == v.T.T and v[0].T is v[0]


def elementwise():
    """The operations of the package, and those with parameters once more with others than the defaults."""
    for name in OPERATIONS:
        apply = registry[name]
        yield name, apply, {}
        named = [p for p in inspect.signature(apply).parameters.values() if p.default is not p.empty and p.name != "refused"]
        if named:
            yield f"{name} with {named[0].name}", apply, {named[0].name: 3}


@pytest.mark.parametrize(("apply", "parameters"), [pytest.param(*call, id=name) for name, *call in elementwise()])
def test_every_operation_is_elementwise(apply, parameters):
    """An operation of a Vector is a Vector of the operation of each element, in number, node and gradient."""
    x, y = numpy.array([[0.5, 0.25, 0.75], [0.1, 0.9, 0.3]]), numpy.array([0.7, 0.2, 0.35])
    call = functools.partial(apply, **parameters)
    inputs = (x, y)[: arity(apply)]
    expected = numpy.vectorize(lambda *xs: call(*map(float, xs)))(*inputs)
    assert is_like(call(*map(leaves, inputs)), expected)
    assert is_like(call(*map(Vector, inputs)), expected)
    for node in elements(call(*map(leaves, inputs))):
        assert node.operation.__name__ == apply.__name__ and not any(type(value) is Vector for value in node.inputs)
    assert has_right_gradients(call, *inputs)
    if len(inputs) == 2:
        for other in (y.tolist(), tuple(y), y):
            assert is_like(call(leaves(x), other), expected)
            assert is_like(call(other, leaves(x)), numpy.vectorize(lambda *xs: call(*map(float, xs)))(y, x))


@pytest.mark.parametrize("function", [softmax, log_softmax, logsumexp])
@few
@given(sizes, sizes, st.data())
def test_rows_of_a_matrix_are_vectors(function, m, n, draw):
    """softmax, log_softmax and logsumexp of a matrix are those of each of its rows, and have their gradients."""
    x = draw.draw(arrays((m, n)))
    powers = numpy.exp(x)
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    expected = {
        "softmax": probabilities,
        "log_softmax": numpy.log(probabilities),
        "logsumexp": numpy.log(powers.sum(axis=1)),
    }
    for matrix in (leaves(x), x.tolist(), x, objects(x)):
        assert is_like(function(matrix), expected[function.__name__])
    assert has_right_gradients(function, x)
    assert is_like(function(leaves(x[None])), expected[function.__name__][None])


@few
@given(st.lists(sizes, min_size=1, max_size=3), sizes, st.data())
def test_concatenation_is_numpys(form, n, draw):
    """concatenate puts the parts one behind the other, of any kind, and any number of dimensions."""
    x, y = draw.draw(arrays(tuple(form))), draw.draw(arrays((n, *form[1:])))
    for maker in OTHERS.values():
        assert is_like(concatenate([leaves(x), maker(y)]), numpy.concatenate([x, y]))
    assert has_right_gradients(lambda *parts: concatenate(parts), x, y)


@few
@given(st.lists(sizes, min_size=1, max_size=3).flatmap(lambda form: arrays(tuple(form))))
def test_reshaping_keeps_the_elements(x):
    """reshape gives NumPy's shape, from any and to any, with the same Values in the same order."""
    v = leaves(x)
    for form in ((x.size,), (1, x.size), (x.size, 1), x.shape[::-1], -1):
        assert is_like(reshape(v, form), x.reshape(form))
        assert elements(reshape(v, form)) == elements(v)


def test_vectors_are_tuples():
    """A Vector is hashable, a key of a dictionary, equal to the tuple of its elements, and iterated as one."""
    x = Vector([Value(1), Value(2)])
    assert {x: "found"}[Vector(tuple(x))] == "found"
    assert x == tuple(x) and x != Vector([Value(1), Value(2)])
    assert isinstance(hash(placeholder((2, 3))), int)
    assert Vector([[1, 2], [3, 4]]) == ((1, 2), (3, 4)) and isinstance(x, tuple) and len(x) == 2
    first, second = x
    assert (first, second) == tuple(x)
    assert Vector(x) is x


def test_tuples_are_never_put_together_by_accident():
    """`+` and `*` of a Vector with tuples and lists, on either side, are arithmetic."""
    v = Vector([2, 3])
    assert (1,) + v == [1] + v == v + (1,) == v + [1] == (3, 4)
    assert (1, 2) + v == [1, 2] + v == v + [1, 2] == (3, 5)
    assert 2 * v == v * 2 == (2,) * v == [2, 2] * v == (4, 6)
    assert sum([v, v]) == (4, 6)
    for rest in ((1, 2, 3), [1, 2, 3], []):
        with pytest.raises(ValueError, match="add: the shapes"):
            rest + v


def test_whoever_is_on_the_left_asks_the_vector():
    """A Value, a number of NumPy and an array leave a Vector on their right to the Vector: no array of objects is made."""
    v = Vector([Value(2), Value(3)])
    for left in (Value(5), numpy.float64(5), numpy.array(5.0), numpy.array([5.0, 5.0]), numpy.array([Value(5), 5])):
        for apply in OPERATORS:
            assert is_like(apply(left, v), apply(numpy.array([5.0, 5.0]), [2, 3]))
    assert is_like(numpy.eye(2) @ v, numpy.array([2.0, 3.0]))
    assert is_like(numpy.ones((3, 1)) * v, numpy.array([[2.0, 3.0]] * 3))


def test_one_number_is_one_node():
    """A number that is used for a whole vector is one node, and a vector for all rows is as many as it has elements."""
    v, A = leaves(numpy.ones(3)), leaves(numpy.ones((4, 3)))

    def constants(*ys):
        return sum(type(node) is Constant for node in topological_order(*elements(Vector(ys))))

    two_inputs = [registry[name] for name in OPERATIONS if arity(registry[name]) == 2]
    for apply in two_inputs:
        assert constants(*apply(v, 2.0)) == constants(*apply(2.0, v)) == constants(*apply(A, 2.0)) == 1, apply.__name__
        assert constants(*apply(A, [1.0, 2.0, 3.0])) == constants(*apply(numpy.ones(3), A)) == 3, apply.__name__
    assert constants(*(v * 2)) == constants(*(2 - v)) == constants(v.mean()) == 1
    assert constants(*(A @ [1.0, 2.0, 3.0])) == 3
    assert constants(*(A**2)) == 0
    assert len(topological_order(*(v + v))) == 6


def test_numbers_alone_make_no_nodes():
    """A Vector of plain numbers computes plain numbers."""
    v = Vector([1, 2])
    for result in (v + 1, 2 * v, v / v, v**2, -v, [v @ v, v.sum(), v.mean(), v.max()], v - numpy.ones(2)):
        assert not any(isinstance(x, Value) for x in result)


def test_placeholders_and_variables_are_vectors():
    """What has a shape is a Vector: placeholders, Variables, and what is computed from them."""
    A, b, x = Variable([[1, 0], [0, -1]]), Variable([1, 1]), placeholder(2)
    assert [type(each) for each in (A, A[0], A[:, 0], b, x, A @ x + b)] == [Vector] * 6
    assert (A @ x + b).shape == (2,) and placeholder((2, 3, 4)).shape == (2, 3, 4)


@pytest.mark.parametrize("repeat", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_of_vectors_of_leaves(repeat):
    """Copied and pickled Vectors are Vectors, also inside, of leaves of their own with the same numbers and names."""
    for v in (Variable([[1, 2], [3, 4]], "A"), Variable([5, 6], "b"), leaves(numpy.ones((2, 1, 3))), placeholder(2, "x")):
        twin = repeat(v)
        assert type(twin) is type(twin[:1]) is Vector and type(twin[0]) is type(v[0]) and twin.shape == v.shape
        for x, y in zip(elements(v), elements(twin)):
            assert type(x) is type(y) and x is not y
            assert (x.label, getattr(x, "data", None)) == (y.label, getattr(y, "data", None))
    shared = Value(1)
    twin = repeat(Vector([shared, shared]))
    assert twin[0] is twin[1]


def test_shallow_copies_share_their_leaves():
    """A shallow copy of a Vector is a Vector of the same Values."""
    A = Variable([[1, 2], [3, 4]])
    assert type(copy.copy(A)) is Vector and copy.copy(A) == A


@pytest.mark.parametrize("apply", [*OPERATORS, operator.matmul])
def test_shapes_that_do_not_fit_are_both_named(apply):
    """A Vector and what does not fit it end in a ValueError that names both shapes in their order."""
    for x, y in (((2,), (3,)), ((2, 3), (2,)), ((2, 2), (3, 2)), ((2, 3, 2), (2, 2, 2)), ((0,), (2,))):
        if apply is operator.matmul and (x, y) == ((2, 2), (3, 2)):
            x, y = (2, 2), (3,)
        a, b = numpy.ones(x), numpy.ones(y)
        for left, right in ((Vector(a), b), (a, Vector(b)), (Vector(a), b.tolist()), (a.tolist(), leaves(b))):
            with pytest.raises(
                ValueError, match=rf"^\w+: the shapes {x} and {y} do not fit".translate({40: r"\(", 41: r"\)"})
            ):
                apply(left, right)


RAGGED = "the parts of a Vector have one shape; part 0 has {} and part 1 {}"
v, A = Vector([1, 2]), Vector([[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda: Vector([[1], [1, 2]]),
            ValueError,
            "Vector: " + RAGGED.format((1,), (2,)),
        ),
        (
            lambda: Vector([1, [2]]),
            ValueError,
            "Vector: " + RAGGED.format((), (1,)),
        ),
        (
            lambda: v + [[1], [1, 2]],
            ValueError,
            "add: " + RAGGED.format((1,), (2,)),
        ),
        (lambda: Vector(["a", "b"]), TypeError, "Vector: Values and numbers are wanted, got 'a'"),
        (lambda: Vector("ab"), TypeError, "Vector: Values and numbers are wanted, got 'ab'"),
        (lambda: Vector([1, None]), TypeError, "Vector: Values and numbers are wanted, got None"),
        (lambda: Vector(numpy.array([1, None])), TypeError, "Vector: Values and numbers are wanted, got None"),
        (lambda: Vector([1j]), TypeError, "Vector: Values and numbers are wanted, got 1j"),
        (lambda: Vector(3), TypeError, "Vector(3): a Vector is made of a sequence, as in Vector([1, 2])"),
        (lambda: Vector({1: 2}), TypeError, "Vector: Values and numbers are wanted, got {1: 2}"),
        (lambda: v + {1, 2}, TypeError, "add: Values and numbers are wanted, got {1, 2}"),
        (lambda: v + "ab", TypeError, "add: Values and numbers are wanted, got 'ab'"),
        (lambda: "ab" * v, TypeError, "multiply: Values and numbers are wanted, got 'ab'"),
        (lambda: v * None, TypeError, "multiply: Values and numbers are wanted, got None"),
        (lambda: v @ None, TypeError, "matmul: Values and numbers are wanted, got None"),
        (lambda: v**None, TypeError, "power: Values and numbers are wanted, got None"),
        (lambda: v @ 2, ValueError, "matmul: the shapes (2,) and () do not fit"),
        (lambda: Value(2.0) @ v, ValueError, "matmul: the shapes () and (2,) do not fit"),
        (lambda: v ^ 2, TypeError, "(1, 2) ^ 2: ^ is no power in Python, so write a ** b"),
        (lambda: A.sum(2), ValueError, "sum: a Vector of shape (2, 2) has no axis 2"),
        (lambda: v.mean(-2), ValueError, "mean: a Vector of shape (2,) has no axis -2"),
        (lambda: A.max("rows"), ValueError, "max: a Vector of shape (2, 2) has no axis 'rows'"),
        (lambda: A.sum(0, keepdims=True), TypeError, "sum: of a Vector it takes an axis and nothing else"),
        (lambda: Vector([]).sum(), ValueError, "sum: a Vector of shape (0,) has no elements"),
        (lambda: Vector([[], []]).max(0), ValueError, "max: a Vector of shape (2, 0) has no elements"),
        (lambda: Vector([[[1]]]).T, ValueError, "T: a matrix has a transpose, and what has the shape (1, 1, 1) has none"),
        (lambda: v[0, 1], IndexError, "a Vector of shape (2,) has no part [0, 1]"),
        (lambda: v[:, 0], IndexError, "a Vector of shape (2,) has no part [slice(None, None, None), 0]"),
        (lambda: A[()], IndexError, "a Vector of shape (2, 2) has no part []"),
        (lambda: v / 0, ZeroDivisionError, "1 / 0: a division by zero has no result"),
        (lambda: concatenate([A, v]), ValueError, "concatenate: the shapes (2, 2) and (2,) do not fit one behind the other"),
        (lambda: registry["leaky_relu"](v, v), TypeError, "leaky_relu: its slope is a fixed number, got (1, 2)"),
    ],
)
def test_what_no_vector_takes(call, error, sentence):
    """Ragged rows, texts, None, and axes and elements that are not there end in one sentence each."""
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error and str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


def test_what_only_values_have():
    """Asking a Vector for what a Value has names the way to it, and a vector where a number was declared says its shape."""
    v = Vector([Value(1.0), Value(2.0)])
    for name in ("data", "grad", "backward"):
        with pytest.raises(
            AttributeError, match=rf"^a Vector has no attribute '{name}'; ask an element, as in v\[0\].{name}"
        ):
            getattr(v, name)
    with pytest.raises(AttributeError, match="^a Vector has no attribute 'grda'$"):
        _ = v.grda
    with pytest.raises(
        ValueError, match=r"^matmul: the shapes \(1, 2\) and \(\) do not fit.* is placeholder\(2\), with its"
    ):
        _ = Vector([v]) @ placeholder("x")
