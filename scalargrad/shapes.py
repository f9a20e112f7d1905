"""Vectors: tuples of Values that have a shape and arithmetic, as in NumPy.

With this module `A @ x + b` means what it means on paper, and still each number in it is a node of the graph. A vector is a
tuple, so it is a key of a dictionary; a matrix is a vector of vectors, its rows. Shapes are NumPy's: `()` for a number,
`(2, 3)` for two rows of three.

>>> A, x, b = Vector([[1, 0], [0, -1]]), Vector([1, 2]), 1
>>> A @ x + b
(2, -1)

Shapes that do not fit are a ValueError that names them.
"""

import functools
import itertools
import math
import numbers
import operator
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from scalargrad import operations
from scalargrad.elementary import is_array
from scalargrad.engine import Value, constant

Shape = tuple[int, ...]


class Vector(tuple):
    """A vector, a matrix, or anything deeper: a tuple of Values and numbers, or of Vectors of one shape.

    `+ - * / **`, `-v`, `abs(v)` and every operation work element by element, with NumPy's broadcasting; `@` is the product
    of matrices and vectors. `==` compares as tuples do.

    >>> v = Vector([1, 2, 3])
    >>> 2 * v - [1, 1, 1], v @ v, v[1:], v.shape
    ((1, 3, 5), 14, (2, 3), (3,))
    """

    __slots__ = ()
    __array_ufunc__ = None  # so that NumPy leaves `array * vector` to the vector

    def __new__(cls, elements: Iterable) -> "Vector":
        vector = to_vector("Vector", elements)
        if not isinstance(vector, Vector):
            raise TypeError(f"Vector({elements!r}): a Vector is made of a sequence, as in Vector([1, 2])")
        return vector

    @property
    def shape(self) -> Shape:
        """The lengths of this vector and of those in it: (2, 3) for two rows of three."""
        return (len(self), *(shape(self[0]) if self else ()))

    @property
    def T(self) -> "Vector":
        """The transpose of a matrix, (m, n) to (n, m); a vector (n,) is its own, as in NumPy."""
        match self.shape:
            case (_,):
                return self
            case (_, _):
                return vector_of(map(vector_of, zip(*self)))
        raise ValueError(f"T: a matrix has a transpose, and what has the shape {self.shape} has none")

    def sum(self, axis: int | None = None, **numpys: None) -> Any:
        """Return the sum of all elements, or, along an axis, of its elements: (m, n) to (n,) along 0, to (m,) along 1.

        numpys  what `numpy.sum(v)` hands over: nothing but None
        """
        _check_options("sum", numpys)
        return self._reduced("sum", operations.add, axis)

    def mean(self, axis: int | None = None, **numpys: None) -> Any:
        """Return the arithmetic mean of all elements, or along an axis; see `sum`."""
        _check_options("mean", numpys)
        total = self._reduced("mean", operations.add, axis)
        count = math.prod(self.shape) if axis is None else self.shape[axis]
        return total / count if count > 1 else total

    def max(self, axis: int | None = None, **numpys: None) -> Any:
        """Return the largest element, or along an axis; see `sum`. Of equal ones the first gets the gradient."""
        _check_options("max", numpys)
        return self._reduced("max", operations.first_maximum, axis)

    def _reduced(self, name, apply, axis):
        lengths = self.shape
        if 0 in lengths:
            raise ValueError(f"{name}: a Vector of shape {lengths} has no elements")
        if axis is None:
            return functools.reduce(apply, elements(self))
        if axis not in range(-len(lengths), len(lengths)):
            raise ValueError(f"{name}: a Vector of shape {lengths} has no axis {axis!r}")
        if axis % len(lengths) == 0:
            return functools.reduce(apply, self)
        return vector_of(row._reduced(name, apply, axis % len(lengths) - 1) for row in self)

    def __getitem__(self, index):
        """Return an element, a row, or a slice as a Vector; `A[i, j]` and `A[:, j]` as in NumPy."""
        if not isinstance(index, (tuple, slice)) and not hasattr(index, "__index__"):
            raise TypeError(f"a Vector is indexed by whole numbers and slices, got {index!r}")
        if not isinstance(index, tuple):
            part = tuple.__getitem__(self, index)
            return vector_of(part) if isinstance(index, slice) else part
        if not 0 < len(index) <= len(self.shape):
            raise IndexError(f"a Vector of shape {self.shape} has no part {list(index)}")
        first, rest = index[0], index[1:]
        if not rest:
            return self[first]
        return vector_of(row[rest] for row in self[first]) if isinstance(first, slice) else self[first][rest]

    def __getattr__(self, name: str) -> Any:
        hint = f"; ask an element, as in v[0].{name}, or v.sum().{name}" if hasattr(Value, name) else ""
        raise AttributeError(f"a Vector has no attribute {name!r}{hint}")

    def __matmul__(self, other: Any) -> Any:
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return matmul(other, self)

    if TYPE_CHECKING:  # see the end of this room

        def _of_one(self) -> "Vector": ...
        def _of_two(self, other: Any) -> "Vector": ...

        __neg__ = __pos__ = __abs__ = _of_one
        __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = _of_two
        __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = _of_two

    def _apply(self, apply: Any, *inputs: Any) -> "Vector":
        """Apply an operation element by element: what operations ask of an input that is no number."""
        inputs = tuple(to_vector(apply.__name__, x) for x in inputs)
        shapes = [shape(x) for x in inputs]
        for sizes in itertools.zip_longest(*map(reversed, shapes)):
            lengths = {*sizes} - {None}
            if len(lengths - {1}) > 1 or lengths == {0, 1}:  # NumPy would drop the one element in silence
                raise ValueError(f"{apply.__name__}: the shapes {' and '.join(map(str, shapes))} do not fit")
        return _elementwise(apply, nodes(*inputs) if hasattr(apply, "rule") else inputs, shapes)


def _check_options(name, options):
    for option, x in options.items():
        if x is not None:
            raise TypeError(f"{name}: of a Vector it takes an axis and nothing else, got {option}={x!r}")


def _elementwise(apply, inputs, shapes):
    depth = max(map(len, shapes))
    if depth == 0:
        return apply(*inputs)
    outer = [each for each in shapes if len(each) == depth]
    n = next((each[0] for each in outer if each[0] != 1), 1)
    columns = [
        itertools.repeat(x, n) if len(each) < depth else itertools.repeat(x[0], n) if each[0] != n else x
        for x, each in zip(inputs, shapes)
    ]
    inner = [each if len(each) < depth else each[1:] for each in shapes]
    return vector_of(_elementwise(apply, row, inner) for row in zip(*columns))


def vector_of(parts: Iterable) -> Vector:
    """Return a Vector of parts that are known to fit, Values and numbers or Vectors of one shape, without a look at them."""
    return tuple.__new__(Vector, parts)


def to_vector(name: str, x: Any) -> Any:
    """Return a sequence of any kind, nested or not, as a Vector, and a number or Value as it is.

    name  the function that asks, for its errors
    """
    if type(x) is Vector or isinstance(x, Value):
        return x
    if is_array(x):
        x = x.tolist()
    if isinstance(x, (str, bytes, dict, set, frozenset)) or not hasattr(x, "__iter__"):
        if not isinstance(x, numbers.Real):
            raise TypeError(f"{name}: Values and numbers are wanted, got {x!r}")
        return x
    parts = [to_vector(name, part) for part in x]
    shapes = [shape(part) for part in parts]
    for i, found in enumerate(shapes):
        if found != shapes[0]:
            raise ValueError(f"{name}: the parts of a Vector have one shape; part 0 has {shapes[0]} and part {i} {found}")
    return vector_of(parts)


def shape(x: Any) -> Shape:
    """Return the shape of a number, a vector, a matrix, or anything deeper, given as any kind of sequence."""
    x = to_vector("shape", x)
    return x.shape if isinstance(x, Vector) else ()


def elements(x: Any) -> tuple:
    """Return the numbers in a Vector, row by row."""
    return tuple(itertools.chain.from_iterable(map(elements, x))) if isinstance(x, tuple) else (x,)


def nodes(*inputs: Any) -> tuple:
    """Return the inputs with one node for each number, if there are Values among them: each use would make another."""

    def node(x):
        return vector_of(map(node, x)) if isinstance(x, Vector) else constant(x)

    return tuple(map(node, inputs)) if any(isinstance(x, Value) for x in elements(inputs)) else inputs


def matmul(x: Any, y: Any) -> Any:
    """Return the matrix product of x and y, which is also `x @ y`.

    The shapes are (m, n) and (n, p), which give (m, p); or one of the two is a vector, (m, n) and (n,), which give (m,),
    or (n,) and (n, p), which give (p,); or both are, (n,) and (n,), which give a number, their dot product.
    """
    x, y = to_vector("matmul", x), to_vector("matmul", y)
    x_shape, y_shape = shape(x), shape(y)
    if len(x_shape) not in (1, 2) or len(y_shape) not in (1, 2) or x_shape[-1] != y_shape[0] or 0 in x_shape + y_shape:
        hint = "; a vector to be fed is placeholder(2), with its length" if () in (x_shape, y_shape) else ""
        raise ValueError(
            f"matmul: the shapes {x_shape} and {y_shape} do not fit; the last of one must be the first of the other{hint}"
        )
    x, y = nodes(x, y)
    columns = (y,) if len(y_shape) == 1 else y.T
    rows = (x,) if len(x_shape) == 1 else x
    products = vector_of(vector_of(sum_of_products(row, column) for column in columns) for row in rows)
    products = products if len(y_shape) == 2 else vector_of(product for (product,) in products)
    return products if len(x_shape) == 2 else products[0]


def sum_of_products(x: Iterable, y: Iterable) -> Any:
    """Return x1 y1 + x2 y2 + ..., with no node for a sum of one term."""
    return functools.reduce(operations.add, map(operations.multiply, x, y))


def reshape(x: Any, new_shape: int | Shape) -> Any:
    """Return the elements of x, row by row, in another shape; -1 stands for the one length that follows from the rest."""
    x = to_vector("reshape", x)
    old_shape = shape(x)
    new_shape = tuple(map(operator.index, new_shape if isinstance(new_shape, (tuple, list)) else (new_shape,)))
    known = math.prod(n for n in new_shape if n != -1)
    if new_shape.count(-1) == 1 and known and math.prod(old_shape) % known == 0:
        new_shape = tuple(math.prod(old_shape) // known if n == -1 else n for n in new_shape)
    if math.prod(new_shape) != math.prod(old_shape) or min(new_shape, default=1) < 0:
        raise ValueError(f"reshape: what has the shape {old_shape} has no place in the shape {new_shape}")
    parts: Any = vector_of(elements(x))
    for n in reversed(new_shape[1:]):
        parts = vector_of(parts[i : i + n] for i in range(0, len(parts), max(n, 1)))
    return parts if new_shape else parts[0]


def concatenate(parts: Any) -> Vector:
    """Return the parts, vectors or matrices, one behind the other: (m,) and (n,) give (m + n,)."""
    parts = [to_vector("concatenate", part) for part in parts]
    if not parts:
        raise ValueError("concatenate: there is nothing to put together")
    first, *_ = shapes = [shape(part) for part in parts]
    for each in shapes:
        if not each or each[1:] != first[1:]:
            raise ValueError(f"concatenate: the shapes {first} and {each} do not fit one behind the other")
    return vector_of(itertools.chain.from_iterable(parts))


# The operators, which are those of Values.

for name in ("add", "sub", "mul", "truediv", "pow", "xor"):
    for method in (f"__{name}__", f"__r{name}__"):
        setattr(Vector, method, getattr(Value, method))
for method in ("__neg__", "__pos__", "__abs__"):
    setattr(Vector, method, getattr(Value, method))
