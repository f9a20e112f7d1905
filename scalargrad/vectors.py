"""Sequences of Values: vectors, matrices and images, as tuples of Values and tuples of such tuples.

With this module the formulas of networks are written as in a textbook, and still each number in them is a node of the
graph. A vector may be any sequence of Values and numbers, a matrix any sequence of equally long vectors; lists, tuples and
NumPy arrays will do. Results are tuples. Shapes are NumPy's: `()` for a number, `(2, 3)` for two rows of three.

Shapes that do not fit are a ValueError that names them.

>>> matmul([[1, 0], [0, -1]], [Value(1), Value(2)])
(Value(data=1.0, grad=0), Value(data=-2.0, grad=0))
"""

import functools
import itertools
import math
import numbers
from typing import Any

from scalargrad import operations
from scalargrad.elementary import is_array
from scalargrad.engine import Value, constant


def shape(x: Any) -> tuple[int, ...]:
    """Return the shape of a number, a vector, a matrix, or anything deeper."""
    return read("shape", x)[1]


def add(x: Any, y: Any) -> Any:
    """Return x + y, element by element, for two of one shape or with a number on either side."""
    return _element_by_element("add", operations.add, x, y)


def multiply(x: Any, y: Any) -> Any:
    """Return x * y, element by element, for two of one shape or with a number on either side."""
    return _element_by_element("multiply", operations.multiply, x, y)


def total(x: Any) -> Any:
    """Return the sum of all elements of x, of any shape but an empty one."""
    parts = elements(read("total", x)[0])
    if not parts:
        raise ValueError("total: there is nothing to add up")
    return functools.reduce(operations.add, parts)


def mean(x: Any) -> Any:
    """Return the arithmetic mean of all elements of x, of any shape but an empty one."""
    x, form = read("mean", x)
    if 0 in form:
        raise ValueError("mean: there is nothing to take the mean of")
    return total(x) / math.prod(form)


def dot(x: Any, y: Any) -> Any:
    """Return the dot product x1 y1 + x2 y2 + ... of two vectors of one length, (n,) and (n,)."""
    (x, form), (y, other) = read("dot", x), read("dot", y)
    if len(form) != 1 or form != other or form == (0,):
        raise ValueError(f"dot: the shapes {form} and {other} are not those of two vectors of one length")
    return _dot(x, y)


def matmul(x: Any, y: Any) -> Any:
    """Return the matrix product of x and y.

    The shapes are (m, n) and (n, p), which give (m, p); or one of the two is a vector, (m, n) and (n,), which give (m,),
    or (n,) and (n, p), which give (p,).
    """
    (x, form), (y, other) = read("matmul", x), read("matmul", y)
    if {len(form), len(other)} not in ({2}, {1, 2}) or form[-1] != other[0] or 0 in form + other:
        raise ValueError(f"matmul: the shapes {form} and {other} do not fit; the last of one must be the first of the other")
    x, y = _one_node_each(x, y), _one_node_each(y, x)
    rows, columns = (x,) if len(form) == 1 else x, (y,) if len(other) == 1 else tuple(zip(*y))
    products = tuple(tuple(_dot(row, column) for column in columns) for row in rows)
    if len(form) == 1:
        return products[0]
    return tuple(product for (product,) in products) if len(other) == 1 else products


def logsumexp(x: Any) -> Any:
    """Return log(e^x1 + e^x2 + ...) of a vector, (n,), without overflow."""
    largest, shifted = _from_the_largest("logsumexp", x)
    return largest + operations.log(total(map(operations.exp, shifted)))


def log_softmax(x: Any) -> Any:
    """Return log(softmax(x)), (n,) for (n,), accurate also where softmax itself rounds to 0."""
    _, shifted = _from_the_largest("log_softmax", x)
    scale = operations.log(total(map(operations.exp, shifted)))
    return tuple(operations.subtract(each, scale) for each in shifted)


def softmax(x: Any) -> Any:
    """Return the probabilities e^xi / (e^x1 + e^x2 + ...) of a vector of logits, (n,) for (n,), without overflow.

    The name and its use for classification are from Bridle (1990), "Probabilistic interpretation of feedforward
    classification network outputs".

    >>> softmax([1000, 1000])
    (0.5, 0.5)
    """
    _, shifted = _from_the_largest("softmax", x)
    powers = tuple(map(operations.exp, shifted))
    scale = total(powers)
    return tuple(operations.divide(power, scale) for power in powers)


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
    (kernel, size), (image, _) = read("convolve2d", kernel), read("convolve2d", image)
    kernel, image = _one_node_each(kernel, image), _one_node_each(image, kernel)
    return tuple(
        tuple(_dot((value for _, _, value in window), (kernel[i][j] for i, j, _ in window)) for window in row)
        for row in _windows("convolve2d", image, size, mode, stride)
    )


def max_pool2d(image: Any, size: int = 2, stride: int | None = None) -> Any:
    """Return the maximum of each window of size x size in an image (H, W); the stride is the size, unless given.

    What does not fill a window at the right or at the bottom is left out. Of equal maxima the first gets the gradient.
    """
    return tuple(
        tuple(functools.reduce(operations.first_maximum, (value for _, _, value in window)) for window in row)
        for row in _windows("max_pool2d", image, (size, size), "valid", size if stride is None else stride)
    )


def reshape(x: Any, form: int | tuple[int, ...]) -> Any:
    """Return the elements of x, row by row, in another shape; -1 stands for the one length that follows from the rest."""
    x, before = read("reshape", x)
    form = tuple(map(int, form)) if isinstance(form, tuple) else (int(form),)
    known = math.prod(n for n in form if n != -1)
    if form.count(-1) == 1 and known and math.prod(before) % known == 0:
        form = tuple(math.prod(before) // known if n == -1 else n for n in form)
    if math.prod(form) != math.prod(before) or min(form, default=1) < 0:
        raise ValueError(f"reshape: what has the shape {before} has no place in the shape {form}")
    x = elements(x)
    for n in reversed(form[1:]):
        x = tuple(x[i : i + n] for i in range(0, len(x), max(n, 1)))
    return x if form else x[0]


def concatenate(parts: Any) -> Any:
    """Return the parts, vectors or matrices, one behind the other: (m,) and (n,) give (m + n,)."""
    if not parts:
        raise ValueError("concatenate: there is nothing to put together")
    parts, forms = zip(*(read("concatenate", part) for part in parts))
    for form in forms:
        if not form or form[1:] != forms[0][1:]:
            raise ValueError(f"concatenate: the shapes {forms[0]} and {form} do not fit one behind the other")
    return tuple(itertools.chain.from_iterable(parts))


def read(name: str, x: Any) -> tuple[Any, tuple[int, ...]]:
    """Return x with its sequences as tuples, and its shape; the name is that of the function that wants to know."""
    if is_array(x):
        x = x.tolist()
    if not hasattr(x, "__iter__") or isinstance(x, str):
        return x, ()
    parts = [read(name, part) for part in x]
    forms = [form for _, form in parts]
    for i, form in enumerate(forms):
        if form != forms[0]:
            raise ValueError(
                f"{name}: parts of one shape make a vector or matrix; part 0 has {forms[0]} and part {i} {form}"
            )
    return tuple(part for part, _ in parts), (len(parts), *(forms[0] if forms else ()))


def _dot(x, y):
    return functools.reduce(operations.add, map(operations.multiply, x, y))


def _one_node_each(x, other):
    """x with a node for each number, if there are Values in the other: or else each use of a number would make a node."""

    def nodes(x):
        return tuple(map(nodes, x)) if isinstance(x, tuple) else constant(x)

    return nodes(x) if any(isinstance(each, Value) for each in elements(other)) else x


def _from_the_largest(name, x):
    """Return the largest element and how far from it each element is: of these numbers no exponential overflows.

    The largest is a node like any other, so that the graph is right for other numbers too; its gradients cancel.
    """
    x, form = read(name, x)
    if len(form) != 1 or form == (0,):
        raise ValueError(f"{name}: the shape {form} is not that of a vector with elements, (n,)")
    largest = functools.reduce(operations.maximum, x)
    return largest, tuple(operations.subtract(each, largest) for each in x)


def elements(x: Any) -> tuple:
    """Return the numbers in nested tuples, row by row."""
    return tuple(itertools.chain.from_iterable(map(elements, x))) if isinstance(x, tuple) else (x,)


def _element_by_element(name, apply, x, y):
    (x, form), (y, other) = read(name, x), read(name, y)
    if form and other and form != other:
        raise ValueError(f"{name}: the shapes {form} and {other} are not the same")

    def pair(x, y):
        if isinstance(x, tuple) and isinstance(y, tuple):
            return tuple(map(pair, x, y))
        if isinstance(x, tuple):
            return tuple(pair(each, y) for each in x)
        if isinstance(y, tuple):
            return tuple(pair(x, each) for each in y)
        return apply(x, y)

    return pair(x, y)


def _windows(name, image, size, mode, stride):
    """Yield the rows of windows that a kernel of this size covers; a window is a list of (i, j, value) inside the image."""
    image, form = read(name, image)
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
