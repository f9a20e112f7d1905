"""The formulas of networks, on vectors, matrices and images of Values.

With this module they are written as in a textbook, and still each number in them is a node of the graph. What they take may
be any sequence of Values and numbers, lists, tuples, NumPy arrays; what they return is a `Vector`, see `shapes.py`, from
where `Vector`, `matmul`, `reshape`, `concatenate` and `shape` are.

Shapes that do not fit are a ValueError that names them.

>>> softmax(matmul([[1, 0], [0, -1]], [2, -2]))
(0.5, 0.5)
"""

import functools
import math
import numbers
from typing import Any

from scalargrad import operations
from scalargrad.calls import group
from scalargrad.shapes import Vector, concatenate, matmul, nodes, reshape, shape, sum_of_products, to_vector

__all__ = [
    "Vector",
    "add",
    "concatenate",
    "convolve2d",
    "dot",
    "log_softmax",
    "logsumexp",
    "matmul",
    "max_pool2d",
    "mean",
    "multiply",
    "reshape",
    "shape",
    "softmax",
    "total",
]


def add(x: Any, y: Any) -> Any:
    """Return x + y, element by element, with NumPy's broadcasting."""
    return operations.add(to_vector("add", x), to_vector("add", y))


def multiply(x: Any, y: Any) -> Any:
    """Return x * y, element by element, with NumPy's broadcasting."""
    return operations.multiply(to_vector("multiply", x), to_vector("multiply", y))


def total(x: Any) -> Any:
    """Return the sum of all elements of x, of any shape but an empty one."""
    x = to_vector("total", x)
    return x.sum() if isinstance(x, Vector) else x


def mean(x: Any) -> Any:
    """Return the arithmetic mean of all elements of x, of any shape but an empty one."""
    x = to_vector("mean", x)
    return x.mean() if isinstance(x, Vector) else x


def dot(x: Any, y: Any) -> Any:
    """Return the dot product x1 y1 + x2 y2 + ... of two vectors of one length, (n,) and (n,)."""
    x, y = to_vector("dot", x), to_vector("dot", y)
    if len(shape(x)) != 1 or shape(x) != shape(y) or shape(x) == (0,):
        raise ValueError(f"dot: the shapes {shape(x)} and {shape(y)} are not those of two vectors of one length")
    return matmul(x, y)


def _by_rows(formula):
    """Make a function of vectors, and by rows of matrices, of a formula for one vector."""

    @functools.wraps(formula)
    def function(x):
        x = to_vector(formula.__name__, x)
        if len(shape(x)) > 1:
            return Vector(map(function, x))
        if shape(x) in ((), (0,)):
            raise ValueError(f"{formula.__name__}: the shape {shape(x)} is not that of a vector with elements, (n,)")
        return formula(x)

    return function


@_by_rows
@group("logsumexp")
def logsumexp(x: Any) -> Any:
    """Return log(e^x1 + e^x2 + ...) of a vector, (n,), without overflow; of a matrix that of each row."""
    largest, shifted = shift(x)
    return largest + operations.log(operations.exp(shifted).sum())


@_by_rows
@group("log_softmax")
def log_softmax(x: Any) -> Any:
    """Return log(softmax(x)), (n,) for (n,), accurate also where softmax itself rounds to 0; of a matrix by rows."""
    _, shifted = shift(x)
    return shifted - operations.log(operations.exp(shifted).sum())


@_by_rows
@group("softmax")
def softmax(x: Any) -> Any:
    """Return the probabilities e^xi / (e^x1 + e^x2 + ...) of a vector of logits, (n,) for (n,), without overflow.

    Of a matrix each row is a vector of logits. The name and its use for classification are from Bridle (1990),
    "Probabilistic interpretation of feedforward classification network outputs".

    >>> softmax([1000, 1000])
    (0.5, 0.5)
    """
    _, shifted = shift(x)
    powers = operations.exp(shifted)
    return powers / powers.sum()


def shift(x: Vector) -> tuple[Any, Vector]:
    """Return the largest element, and how far from it each element is: of these numbers no exponential overflows.

    The largest is a node like any other, so that the graph is right for other numbers too; its gradients cancel. It is found
    as in a tournament, half against half, because a chain of n comparisons is n steps to a program, and this is log2(n).
    """
    left = list(x)
    while len(left) > 1:
        half = len(left) // 2
        left = [*map(operations.maximum, left[:half], left[half : 2 * half]), *left[2 * half :]]
    return left[0], x - left[0]


@group("convolve2d")
def convolve2d(image: Any, kernel: Any, mode: str = "valid", stride: int = 1) -> Any:
    """Slide a kernel (h, w) over an image (H, W), and return the sum of products at each place.

    As everywhere in deep learning (LeCun et al. 1989, "Backpropagation applied to handwritten zip code recognition") the
    kernel is not flipped, so this is what signal processing calls cross-correlation.

    mode    "valid": the kernel stays inside the image, which gives (H - h + 1, W - w + 1) at stride 1;
            "same": zeros surround the image, which gives (H, W) at stride 1, and H and W over the stride, rounded up
    stride  how far the kernel moves from place to place
    """
    if mode not in ("valid", "same"):
        raise ValueError(f"convolve2d: the mode is 'valid' or 'same', not {mode!r}")
    kernel, image = nodes(to_vector("convolve2d", kernel), to_vector("convolve2d", image))
    return Vector(
        [sum_of_products((value for _, _, value in window), (kernel[i][j] for i, j, _ in window)) for window in row]
        for row in _windows("convolve2d", image, shape(kernel), mode, stride)
    )


@group("max_pool2d")
def max_pool2d(image: Any, size: int = 2, stride: int | None = None) -> Any:
    """Return the maximum of each window of size x size in an image (H, W); the stride is the size, unless given.

    What does not fill a window at the right or at the bottom is left out. Of equal maxima the first gets the gradient.
    """
    return Vector(
        [functools.reduce(operations.first_maximum, (value for _, _, value in window)) for window in row]
        for row in _windows("max_pool2d", image, (size, size), "valid", size if stride is None else stride)
    )


def _windows(name, image, size, mode, stride):
    """Yield the rows of windows that a kernel of this size covers; a window is a list of (i, j, value) inside the image."""
    image = to_vector(name, image)
    form = shape(image)
    if len(form) != 2 or len(size) != 2 or 0 in form + size:
        raise ValueError(f"{name}: the shapes {form} and {size} are not those of an image and a kernel, (H, W) and (h, w)")
    if mode == "valid" and (size[0] > form[0] or size[1] > form[1]):
        raise ValueError(f"{name}: a kernel of shape {size} does not fit into an image of shape {form}")
    if not isinstance(stride, numbers.Integral) or stride < 1:
        raise ValueError(f"{name}: the stride is a whole number from 1 on, not {stride!r}")
    tops, lefts = (_starts(n, k, mode, stride) for n, k in zip(form, size))
    for top in tops:
        yield [
            [
                (i, j, image[top + i][left + j])
                for i in range(size[0])
                for j in range(size[1])
                if 0 <= top + i < form[0] and 0 <= left + j < form[1]
            ]
            for left in lefts
        ]


def _starts(n, k, mode, stride):
    """Where a kernel of length k starts on a line of length n; with padding, the longer half of it is at the end."""
    if mode == "valid":
        return range(0, n - k + 1, stride)
    before = max((math.ceil(n / stride) - 1) * stride + k - n, 0) // 2
    return range(-before, n - before, stride)
