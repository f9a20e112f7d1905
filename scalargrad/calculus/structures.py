"""Structures of derivatives: where in nested tuples, lists, dictionaries, Vectors and arrays each gradient stands."""

import numbers
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from scalargrad.elementary import is_array
from scalargrad.engine import Value
from scalargrad.nested import flatten, rebuilt
from scalargrad.shapes import Shape, Vector, elements, reshape


def assembled(ys: Any, slopes: Iterator, several: bool = False) -> Any:
    """Return the structure of ys with the next gradients in place of its numbers.

    several  whether a gradient is a tuple with a part for each of several arguments
    """
    if isinstance(ys, Vector):
        return _stacked([next(slopes) for _ in elements(ys)], ys.shape, several)
    if isinstance(ys, Mapping):
        return {key: assembled(part, slopes, several) for key, part in ys.items()}
    if isinstance(ys, (tuple, list)):
        return type(ys)([assembled(part, slopes, several) for part in ys])
    return next(slopes)


def _stacked(slopes: list, outer: Shape, several: bool = False) -> Any:
    """Return the gradients of the elements of a Vector of some shape as one, with that shape before its own.

    Numbers, Vectors, arrays, and lists of numbers have a shape. Of dictionaries, and of tuples and lists that have no shape,
    each part does, as in JAX.
    """
    first: Any = next(iter(slopes), 0)
    if isinstance(first, Mapping):
        return {key: _stacked([slope[key] for slope in slopes], outer) for key in first}
    if is_array(first):
        return sys.modules["numpy"].stack(slopes).reshape(*outer, *first.shape)
    if several or isinstance(first, (tuple, list)) and not _has_shape(first):
        return rebuilt(first, [_stacked(list(parts), outer) for parts in zip(*slopes)])
    rows: Any = Vector(slopes)
    return reshape(rows, outer + rows.shape[1:])


def _has_shape(x):
    """Whether tuples and lists are those of a vector or matrix: they hold numbers, and rows are of one length."""
    if isinstance(x, Vector) or not isinstance(x, (tuple, list)):
        return isinstance(x, (Vector, Value, numbers.Real))
    mixed = any(isinstance(part, Vector) for part in x) or not all(map(_has_shape, x))
    return not mixed and len({len(part) if isinstance(part, (tuple, list)) else -1 for part in x}) < 2


def numbers_of(argument: Any, slope: Any) -> Any:
    """Return the numbers of a gradient, in the structure of the argument, with an array for an array."""
    if is_array(argument):
        return sys.modules["numpy"].array([x.data for x in flatten(slope)]).reshape(argument.shape)
    if isinstance(argument, Mapping):
        return {key: numbers_of(argument[key], part) for key, part in slope.items()}
    if isinstance(argument, (tuple, list)):
        return rebuilt(argument, [numbers_of(*pair) for pair in zip(argument, slope)])
    return slope.data
