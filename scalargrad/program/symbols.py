"""Symbols: the kind of number that writes down what happens to it.

A rule computes with a symbol as with a number. Each operation on it becomes an instruction of a trace, `Trace.write`, and
gives the symbol of that instruction.
"""

import numbers
from typing import Any

from scalargrad import elementary
from scalargrad.nodes import NotKnownYet

INFIX = ("+", "-", "*", "/", ">", ">=", "==")


class UnknownInTrace(TypeError, NotKnownYet):
    """The error of a rule that decides by a number while it is traced."""


class Symbol:
    """A number that is known only when the program runs: the result of one instruction of a trace."""

    __slots__ = ("trace", "index")

    def __init__(self, trace: Any, index: int) -> None:
        self.trace = trace
        self.index = index

    def __pow__(self, exponent):
        if isinstance(exponent, Symbol) or exponent not in (0, 1, 2):
            return self.trace.write("power", self, exponent)
        return 1.0 if exponent == 0 else self if exponent == 1 else self.trace.write("*", self, self)

    def __rpow__(self, base):
        return self.trace.write("power", base, self)

    def __bool__(self):
        raise UnknownInTrace(
            "its rule decides by a number, as in `if x > 0`, that is not known while it is compiled; "
            "step, maximum and minimum from scalargrad.elementary decide when the program runs"
        )

    def __float__(self):
        raise TypeError("the functions of scalargrad.elementary, not those of math, work on every kind of number")

    def __repr__(self):
        return self.trace.labels.get(self.index) or f"v{self.index}"

    __hash__ = object.__hash__

    # A comparison is 1 or 0, to compute with.
    def __lt__(self, other):
        return self.trace.write(">", other, self)

    def __le__(self, other):
        return self.trace.write(">=", other, self)

    def __ne__(self, other):
        return 1.0 - (self == other)

    def __neg__(self):
        return self.trace.write("neg", self)

    def __abs__(self):
        return self.trace.write("abs", self)

    def step(self) -> "Symbol":
        return self.trace.write(">", self, 0.0)


numbers.Real.register(Symbol)  # so that a rule may call other operations


def _writes(name):
    return lambda self, other: self.trace.write(name, self, other)


def _writes_reflected(name):
    return lambda self, other: self.trace.write(name, other, self)


def _writes_function(name):
    def method(self, other=None):
        function = elementary.functions[name]
        if function.numpy is None:  # made of the others, by the same formula as for floats
            return function.__wrapped__(self)
        return self.trace.write(name, self, other)

    return method


for name, method in zip((*INFIX, "*"), ("add", "sub", "mul", "truediv", "gt", "ge", "eq", "and")):
    setattr(Symbol, f"__{method}__", _writes(name))
    setattr(Symbol, f"__r{method}__", _writes_reflected(name))


def complete() -> None:
    """Give symbols the elementary functions that were defined since; a __getattr__ would make every attribute slow."""
    for name in elementary.functions.keys() - vars(Symbol).keys():
        setattr(Symbol, name, _writes_function(name))
