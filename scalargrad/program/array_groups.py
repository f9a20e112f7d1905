"""Groups: steps of a schedule that run at once, as data.

A group is a call of an array module, or a few. It says what it reads, and `compute` makes an array of arrays. It writes
nothing, so that any module `xp` with NumPy's functions can run it.

    invariants  a column of numbers
    values      a row for each number of an example, with a number for each example of the batch

`out` says where the results belong, and `index` what is read of either: `values[index]`. A single row, read or returned,
stands for as many as there are results, and a comparison may return True for 1.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy

Index: TypeAlias = slice | numpy.ndarray  # neighbours, or the numbers of any rows


class Elementwise(NamedTuple):
    """A function of one or two numbers.

    function  its name in an array module, or the function itself
    operands  the rows of its numbers
    """

    out: slice
    function: str | Callable
    operands: tuple[Index, ...]

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        function = getattr(xp, self.function) if isinstance(self.function, str) else self.function
        return function(*(values[x] for x in self.operands))


class Sums(NamedTuple):
    """Sums of products, each with the same number of terms, added up in the order of the graph.

    inner  whether the first factors are rows too, and not invariants
    terms  for each term its two factors; the first is None where it is 1 in all sums
    """

    out: slice
    inner: bool
    terms: tuple[tuple[Index | None, Index], ...]

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        factors = values if self.inner else invariants
        products = (values[y] if x is None else factors[x] * values[y] for x, y in self.terms)
        total = next(products)
        for product in products:
            total = total + product
        return total


class LongSums(NamedTuple):
    """A few sums of many products of rows: `x` and `y` are the factors of the first sum, then those of the second."""

    out: slice
    x: Index
    y: Index

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        products = values[self.x] * values[self.y]
        return products.reshape(self.out.stop - self.out.start, -1, products.shape[-1]).sum(1)


class Matrix(NamedTuple):
    """Where a matrix, or several of one shape, are among the invariants.

    It is a part of the columns of what is read, in this shape, or the transpose of that.
    """

    where: Index
    shape: tuple[int, ...]
    columns: slice
    transposed: bool

    def read(self, invariants: Any) -> Any:
        found = invariants[self.where].reshape(self.shape)[..., self.columns]
        return found.T if self.transposed else found


class MatrixProducts(NamedTuple):
    """Weighted sums of the same rows.

    weights  a matrix for each block of rows, or one for all
    x        the rows, block after block
    blocks   how many blocks there are
    """

    out: slice
    weights: Matrix
    x: Index
    blocks: int

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        weights, x = self.weights.read(invariants), values[self.x]
        if self.blocks == 1:
            return weights @ x
        n = x.shape[-1]
        return (weights @ x.reshape(self.blocks, -1, n)).reshape(-1, n)


class OuterProducts(NamedTuple):
    """Products of each row of one block and each of another, added up over the batch, and over pairs of blocks.

    out   the totals that they are part of
    x, y  the rows, block after block
    """

    out: Index
    x: Index
    y: Index
    blocks: int

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        x, y = values[self.x], values[self.y]
        if self.blocks == 1:
            return (x @ y.T).reshape(-1)
        n = x.shape[-1]
        x, y = x.reshape(self.blocks, -1, n), y.reshape(self.blocks, -1, n)
        return (x @ y.swapaxes(1, 2)).sum(0).reshape(-1)


class InnerProducts(NamedTuple):
    """Products of pairs of rows, added up over the batch; `out` are the totals that they are part of, each once or more."""

    out: Index
    x: Index
    y: Index

    def compute(self, xp: Any, invariants: Any, values: Any) -> Any:
        return xp.einsum("ij,ij->i", values[self.x], values[self.y])
