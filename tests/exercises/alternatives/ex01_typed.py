"""Local rules with type hints, named tuples and a match statement; each call is remembered by all its arguments."""

from __future__ import annotations

import cmath
from functools import cache
from math import copysign, inf
from typing import NamedTuple


class Unary(NamedTuple):
    value: float
    slope: float


class Binary(NamedTuple):
    value: float
    left: float
    right: float


@cache
def add(x: float, y: float) -> Binary:
    return Binary(x.__add__(y), 1.0, 1.0)


@cache
def multiply(x: float, y: float) -> Binary:
    return Binary(value=x * y, left=y, right=x)


@cache
def power(x: float, n: float) -> Unary:
    match n:
        case 0:
            return Unary(1.0, 0.0)
        case 1:
            return Unary(x, 1.0)
        case _:
            return Unary(x**n, n * x ** (n - 1))


@cache
def exp(x: float) -> Unary:
    y = cmath.exp(x).real
    return Unary(y, y)


@cache
def tanh(x: float) -> Unary:
    if abs(x) > 300:
        return Unary(copysign(1.0, x), 0.0)
    t = cmath.tanh(x).real
    return Unary(t, 1 - t * t)


@cache
def relu(x: float) -> Unary:
    low, high = 0.0, inf
    return Unary(min(max(x, low), high), 1.0 if low < x < high else 0.0)


@cache
def sigmoid(x: float) -> Unary:
    value, _ = tanh(x / 2)
    s = (1 + value) / 2
    return Unary(s, s * (1 - s))
