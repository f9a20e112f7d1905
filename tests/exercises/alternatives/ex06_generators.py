"""Finite differences by generators, and a check with a match statement and type hints."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TypeAlias

Function: TypeAlias = Callable[[list[float]], float]


def slope(f: Callable[[float], float], x: float, h: float = 1e-5) -> float:
    below, above = (f(x + sign * h) for sign in (-1, 1))
    return (above - below) / 2 / h


def numerical_gradient(f: Function, xs: list[float], h: float = 1e-5) -> Iterator[float]:
    moving = xs.copy()
    for i, x in enumerate(xs):

        def along(t: float) -> float:
            moving[i] = t
            return f(moving)

        yield slope(along, x, h)
        moving[i] = x


def close(x: float, y: float, relative: float = 1e-6, absolute: float = 1e-9) -> bool:
    match (math.isnan(x) or math.isnan(y), math.isinf(x) or math.isinf(y)):
        case (True, _):
            return False
        case (_, True):
            return x == y
    difference = abs(x - y)
    return any((difference <= absolute, difference <= relative * abs(x), difference <= relative * abs(y)))


def wrong_derivatives(f: Function, gradient: Callable[[list[float]], list[float]], xs: list[float]) -> tuple[int, ...]:
    def compared() -> Iterator[int]:
        for i, (claimed, measured) in enumerate(zip(gradient(xs), numerical_gradient(f, xs))):
            if not close(claimed, measured):
                yield i

    return tuple(compared())
