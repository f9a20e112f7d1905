"""Tests of vectors and matrices of Values, against NumPy and finite differences."""

import math

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalargrad.engine import Constant, Value, topological_order
from scalargrad.shapes import elements
from scalargrad.vectors import (
    Vector,
    add,
    concatenate,
    convolve2d,
    dot,
    log_softmax,
    logsumexp,
    matmul,
    max_pool2d,
    mean,
    multiply,
    reshape,
    shape,
    shift,
    softmax,
    total,
)

numbers = st.floats(-3, 3).map(lambda x: round(x, 3))
lengths = st.integers(1, 4)
few = settings(max_examples=40)


def arrays(*form):
    """Arrays of a shape."""
    return st.lists(numbers, min_size=math.prod(form), max_size=math.prod(form)).map(
        lambda xs: numpy.array(xs).reshape(form)
    )


def values(array):
    """The same numbers as Values, in nested lists."""
    return [values(part) for part in array] if array.ndim else Value(array.item())


def data(x):
    """The numbers in nested tuples of Values, as an array."""
    return numpy.array([data(part) for part in x]) if isinstance(x, (tuple, list)) else x.data if isinstance(x, Value) else x


@few
@given(st.data(), lengths, lengths, lengths)
def test_matmul_is_numpys(draw, m, n, p):
    """Products of matrices and vectors are NumPy's, in shape and numbers."""
    for form, other in (((m, n), (n, p)), ((m, n), (n,)), ((n,), (n, p)), ((n,), (n,))):
        x, y = draw.draw(arrays(*form)), draw.draw(arrays(*other))
        result = matmul(values(x), values(y))
        assert shape(result) == (x @ y).shape
        assert data(result) == pytest.approx(x @ y)


@few
@given(st.data(), lengths, lengths)
def test_elementwise_functions_are_numpys(draw, m, n):
    """add and multiply work element by element, with a number on either side, and on the rows of a matrix."""
    x, y = draw.draw(arrays(m, n)), draw.draw(arrays(m, n))
    for function, expected in ((add, x + y), (multiply, x * y)):
        assert data(function(values(x), values(y))) == pytest.approx(expected)
    assert data(add(values(x), list(x[0]))) == pytest.approx(x + x[0])
    assert data(multiply(x[0], values(x[:, :1]))) == pytest.approx(x[0] * x[:, :1])
    assert data(add(values(x), 2)) == pytest.approx(x + 2)
    assert data(multiply(Value(2), values(x))) == pytest.approx(2 * x)


@few
@given(st.data(), lengths, lengths)
def test_sums_are_numpys(draw, m, n):
    """total, mean and dot are NumPy's sum, mean and dot."""
    x, y = draw.draw(arrays(m, n)), draw.draw(arrays(n))
    assert data(total(values(x))) == pytest.approx(x.sum())
    assert data(mean(values(x))) == pytest.approx(x.mean())
    assert data(dot(values(x[0]), values(y))) == pytest.approx(x[0] @ y)


def test_sums_have_no_needless_nodes():
    """The sum of three Values is two additions, and nothing is added to 0."""
    assert len(topological_order(total([Value(1), Value(2), Value(3)]))) == 5
    x = Value(1)
    assert total([x]) is x


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=5))
def test_softmax(logits):
    """Probabilities add up to 1, in the ratios of the exponentials, and their logarithms belong to them."""
    probabilities = softmax(logits)
    assert sum(probabilities) == pytest.approx(1, rel=1e-12)
    largest = max(logits)
    assert probabilities[logits.index(largest)] == max(probabilities)
    for p, log_p, x in zip(probabilities, log_softmax(logits), logits):
        assert log_p == pytest.approx(x - logsumexp(logits), rel=1e-12, abs=1e-11)
        assert p == pytest.approx(math.exp(log_p), rel=1e-12)


def test_softmax_in_the_corners():
    """Logits that overflow, and such that differ by a little far from 0, give exact probabilities."""
    assert softmax([1000, 0]) == (1, 0)
    assert softmax([1e300, 1e300]) == (0.5, 0.5)
    assert softmax([1e6, 1e6 + 1]) == pytest.approx(softmax([0, 1]), rel=1e-15)
    assert log_softmax([0, -1000]) == (0, -1000)
    assert logsumexp([1000, 1000]) == 1000 + math.log(2)
    assert logsumexp([-1e4]) == -1e4


def test_the_largest_logit_is_a_node_like_any_other():
    """A graph of softmax holds no number of the logits it was made with, and so is right for others."""
    xs = [Value(1.0), Value(2.0)]
    leaves = {node for node in topological_order(logsumexp(xs), *softmax(xs), *log_softmax(xs)) if node.operation is None}
    assert leaves == set(xs)


@pytest.mark.parametrize("n", range(1, 10))
def test_the_largest_logit_is_found_as_in_a_tournament(n):
    """Wherever it stands, the largest of n logits is found, by log2(n) comparisons one after another, rounded up."""
    for i in range(n):
        xs = [Value(1000.0 * (i == j)) for j in range(n)]
        largest, shifted = shift(Vector(xs))
        assert data(shifted).tolist() == [x.data - 1000 for x in xs]
        depth = {}
        for node in topological_order(largest):
            depth[node] = 1 + max(map(depth.get, node.inputs), default=-1)
        assert depth[largest] == math.ceil(math.log2(n))


@given(st.lists(numbers, min_size=2, max_size=5))
def test_jacobian_of_softmax(logits):
    """d softmax_i / d x_j is p_i (1 if i = j else 0) - p_i p_j, also where the largest logits are equal."""
    xs = [Value(x) for x in logits + [max(logits)]]
    for i, p in enumerate(softmax(xs)):
        for x in xs:
            x.grad = 0
        p.backward()
        q = softmax([x.data for x in xs])
        assert [x.grad for x in xs] == pytest.approx([q[i] * ((i == j) - q[j]) for j in range(len(xs))], abs=1e-15)


def test_logsumexp_has_softmax_as_its_gradient():
    """The gradient of logsumexp is softmax."""
    xs = [Value(x) for x in (1.0, -2.0, 3.0, 3.0)]
    logsumexp(xs).backward()
    assert [x.grad for x in xs] == pytest.approx(softmax([x.data for x in xs]), rel=1e-15)


def reference_convolution(image, kernel, stride, before, places):
    """The definition of a convolution, on an image with zeros round it."""
    padded = numpy.pad(image, 10)
    (h, w), (top, left) = kernel.shape, (10 - before[0], 10 - before[1])
    return numpy.array(
        [
            [
                (padded[top + i * stride : top + i * stride + h, left + j * stride : left + j * stride + w] * kernel).sum()
                for j in range(places[1])
            ]
            for i in range(places[0])
        ]
    )


@few
@given(st.data(), lengths, lengths, st.integers(0, 3), st.integers(0, 3), st.integers(1, 3))
def test_convolution(draw, h, w, more_rows, more_columns, stride):
    """Valid and same convolutions are sums of products at the places that the mode and the stride say."""
    image, kernel = draw.draw(arrays(h + more_rows, w + more_columns)), draw.draw(arrays(h, w))
    valid = [(n - k) // stride + 1 for n, k in zip(image.shape, kernel.shape)]
    expected = reference_convolution(image, kernel, stride, (0, 0), valid)
    assert data(convolve2d(values(image), values(kernel), stride=stride)) == pytest.approx(expected)
    same = [math.ceil(n / stride) for n in image.shape]
    before = [max((places - 1) * stride + k - n, 0) // 2 for places, n, k in zip(same, image.shape, kernel.shape)]
    expected = reference_convolution(image, kernel, stride, before, same)
    assert data(convolve2d(values(image), values(kernel), "same", stride)) == pytest.approx(expected)


def test_a_known_convolution():
    """A kernel that is 1 in the middle copies the image, and one that is off it shifts the image, without a flip."""
    image = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert convolve2d(image, [[0, 0, 0], [0, 1, 0], [0, 0, 0]], "same") == ((1, 2, 3), (4, 5, 6), (7, 8, 9))
    assert convolve2d(image, [[0, 0, 0], [0, 0, 1], [0, 0, 0]], "same") == ((2, 3, 0), (5, 6, 0), (8, 9, 0))
    assert convolve2d(image, [[1, 0], [0, 1]]) == ((6, 8), (12, 14))
    assert convolve2d([[2]], [[0, 0, 0], [0, 1, 0], [0, 0, 0]], "same") == ((2,),)


def test_numbers_have_one_node():
    """A number that meets many Values is one node, however often it is used."""
    image, kernel = numpy.arange(9.0).reshape(3, 3), values(numpy.ones((2, 2)))
    assert len({id(n) for n in topological_order(*elements(convolve2d(image, kernel))) if type(n) is Constant}) == 9
    products = matmul(values(numpy.ones((3, 2))), [5.0, 6.0])
    assert sum(type(n) is Constant for n in topological_order(*products)) == 2


def test_weights_of_a_convolution_are_shared():
    """The gradient of a kernel is the sum over all places, and that of the image the sum over all windows."""
    image, kernel = values(numpy.arange(9.0).reshape(3, 3)), values(numpy.array([[1.0, 2.0], [3.0, 4.0]]))
    total(convolve2d(image, kernel)).backward()
    assert [[k.grad for k in row] for row in kernel] == [[8, 12], [20, 24]]
    assert [[x.grad for x in row] for row in image] == [[1, 3, 2], [4, 10, 6], [3, 7, 4]]


def test_max_pooling():
    """Each window gives its maximum, to which alone the gradient goes back, and what fills no window is left out."""
    image = values(numpy.array([[1.0, 5, 2], [3, 4, 9], [7, 7, 7]]))
    pooled = max_pool2d(image)
    assert data(pooled).tolist() == [[5]]
    assert shape(max_pool2d([[1] * 7] * 7, 3)) == (2, 2)
    total(max_pool2d(image, 2, stride=1)).backward()
    assert data(max_pool2d(image, 2, stride=1)).tolist() == [[5, 9], [7, 9]]
    assert [[x.grad for x in row] for row in image] == [[0, 1, 0], [0, 0, 2], [1, 0, 0]]


@few
@given(st.data(), lengths, lengths)
def test_reshape_and_concatenate_are_numpys(draw, m, n):
    """Elements keep their order, row by row, in every shape that has their number."""
    x = draw.draw(arrays(m, n))
    for form in ((n, m), (-1,), (m, 1, n), (1, -1), -1):
        assert data(reshape(x, form)).tolist() == x.reshape(form).tolist()
    assert data(concatenate([x, values(x)])).tolist() == numpy.concatenate([x, x]).tolist()
    assert concatenate([[1], (2, 3)]) == (1, 2, 3)
    assert reshape([[7]], ()) == 7


def test_arrays_of_numpy_are_read():
    """Arrays of numbers and of Values serve as vectors and matrices."""
    x = numpy.array([Value(1), Value(2)])
    assert dot(x, numpy.array([3.0, 4.0])).data == 11
    assert data(matmul(numpy.eye(2), x)).tolist() == [1, 2]
    assert shape(numpy.zeros((2, 3))) == shape(numpy.zeros((2, 3)).tolist()) == (2, 3)
    assert shape(Value(1)) == shape(2.0) == shape(numpy.array(2.0)) == ()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: dot([1], [1, 2]), "dot: the shapes (1,) and (2,) are not those of two vectors of one length"),
        (lambda: dot(1, 2), "dot: the shapes () and () are not"),
        (lambda: dot([], []), "dot: the shapes (0,) and (0,) are not"),
        (lambda: matmul([[1, 2]], [1]), "matmul: the shapes (1, 2) and (1,) do not fit"),
        (lambda: matmul([1], [1, 2]), "matmul: the shapes (1,) and (2,) do not fit"),
        (lambda: matmul([[1, 2]], [[1, 2]]), "matmul: the shapes (1, 2) and (1, 2) do not fit"),
        (lambda: matmul(2, [1]), "matmul: the shapes () and (1,) do not fit"),
        (lambda: add([1, 2, 3], [1, 2]), "add: the shapes (3,) and (2,) do not fit"),
        (lambda: multiply([1, 2], [[1, 2, 3]]), "multiply: the shapes (2,) and (1, 3) do not fit"),
        (lambda: shape([[1], [1, 2]]), "shape: the parts of a Vector have one shape; part 0 has (1,) and part 1 (2,)"),
        (lambda: total([]), "sum: a Vector of shape (0,) has no elements"),
        (lambda: mean([[]]), "mean: a Vector of shape (1, 0) has no elements"),
        (lambda: softmax([]), "softmax: the shape (0,) is not that of a vector with elements, (n,)"),
        (lambda: log_softmax(3), "log_softmax: the shape () is not"),
        (lambda: logsumexp([[], []]), "logsumexp: the shape (0,) is not"),
        (
            lambda: convolve2d([[1]], [[1, 2]]),
            "convolve2d: a kernel of shape (1, 2) does not fit into an image of shape (1, 1)",
        ),
        (lambda: convolve2d([1], [[1]]), "convolve2d: the shapes (1,) and (1, 1) are not those of an image and a kernel"),
        (lambda: convolve2d([[1]], [[1]], "full"), "convolve2d: the mode is 'valid' or 'same', not 'full'"),
        (lambda: convolve2d([[1]], [[1]], stride=0), "convolve2d: the stride is a whole number from 1 on, not 0"),
        (lambda: max_pool2d([[1]], 2), "max_pool2d: a kernel of shape (2, 2) does not fit into an image of shape (1, 1)"),
        (lambda: reshape([1, 2, 3], (2, -1)), "reshape: what has the shape (3,) has no place in the shape (2, -1)"),
        (lambda: reshape([1, 2], (-1, -1)), "reshape: what has the shape (2,) has no place in the shape (-1, -1)"),
        (lambda: reshape([1, 2], (-2, -1)), "reshape: what has the shape (2,) has no place in the shape (-2, -1)"),
        (lambda: concatenate([[1], [[1]]]), "concatenate: the shapes (1,) and (1, 1) do not fit one behind the other"),
        (lambda: reshape([1, 2, 3, 4], (2,)), "reshape: what has the shape (4,) has no place in the shape (2,)"),
        (
            lambda: concatenate([[[1]], [[1, 2]]]),
            "concatenate: the shapes (1, 1) and (1, 2) do not fit one behind the other",
        ),
        (lambda: max_pool2d([[1, 2], [3, 4]], 2, 0), "max_pool2d: the stride is a whole number from 1 on, not 0"),
        (lambda: convolve2d([[1]], [[1]], stride=1.5), "convolve2d: the stride is a whole number from 1 on, not 1.5"),
        (lambda: convolve2d([[1]], [1]), "convolve2d: the shapes (1, 1) and (1,) are not those of an image and a kernel"),
        (lambda: convolve2d([[]], [[1]], "same"), "convolve2d: the shapes (1, 0) and (1, 1) are not those of"),
        (lambda: matmul([1], [[]]), "matmul: the shapes (1,) and (1, 0) do not fit"),
        (lambda: dot([[1]], [[1]]), "dot: the shapes (1, 1) and (1, 1) are not"),
        (lambda: concatenate([]), "concatenate: there is nothing to put together"),
        (
            lambda: convolve2d([[1, 2]], [[1], [2]]),
            "convolve2d: a kernel of shape (2, 1) does not fit into an image of shape (1,",
        ),
        (lambda: reshape([1], (0, -1)), "reshape: what has the shape (1,) has no place in the shape (0, -1)"),
        (lambda: matmul([[]], []), "matmul: the shapes (1, 0) and (0,) do not fit"),
        (lambda: concatenate([1, 2]), "concatenate: the shapes () and () do not fit one behind the other"),
    ],
)
def test_shapes_that_do_not_fit(call, sentence):
    """Each error names the function and the shapes."""
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(sentence)


def test_results_are_vectors():
    """Vectors and matrices come as Vectors, of which the keys of dictionaries may be made, whatever they were made of."""
    x = [Value(1), Value(2)]
    for result in (
        add(x, x),
        matmul([x, x], x),
        softmax(x),
        log_softmax(x),
        convolve2d([x], [x]),
        reshape(x, (2, 1)),
        concatenate([x]),
    ):
        assert type(result) is Vector and isinstance(hash(result), int)


FUNCTIONS = [lambda x: add(x, 1), lambda x: dot(x, [1]), lambda x: convolve2d(x, [[1]]), lambda x: reshape(x, 1)]
FUNCTIONS += [total, mean, softmax, max_pool2d, lambda x: concatenate([x])]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_no_number(function):
    """Texts, None and dictionaries end in a sentence with the name of the function."""
    for stranger in ("ab", None, {1: 2}):
        with pytest.raises(TypeError, match=r"^[a-z_0-9]+: Values and numbers are wanted, got"):
            function(stranger)
