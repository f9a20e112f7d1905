"""Formulas: what a rule does, written down.

The rule of an operation is run once more, on `Formula`s in place of numbers: they remember what happens to them. No formula
is known here, so custom operations have formulas too.

>>> d = Value(0.5, "d")
>>> e = d.tanh()
>>> (formula,) = derivatives(e, {d: 0.5}, e.partials)
>>> formula == ("-", 1.0, ("**", e, 2.0))
True

A formula is a tree, as above: a node of the graph, a number, or the name of an operation and the formulas of its operands.
How it is written, as text and in LaTeX, is said in `notation.py`.
"""

import numbers
import operator
from collections.abc import Mapping
from typing import Any

from scalargrad import elementary
from scalargrad.engine import Constant, Value
from scalargrad.nodes import call_rule

LONGEST = 40  # numbers and nodes in a formula: more than fit on a line, and few enough for recursion


class Formula:
    """A number that remembers its formula. Comparisons compare numbers, so that a rule decides as it did in the graph.

    tree    the formula, see above
    number  what it comes to
    size    how many numbers and nodes stand in it
    """

    __slots__ = ("tree", "number", "size")

    def __init__(self, tree: Any, number: float, size: int = 1) -> None:
        self.tree = tree
        self.number = number
        self.size = size

    __hash__ = None  # type: ignore[assignment]  # a rule that keeps its results must not keep formulas

    def __pos__(self):
        return self

    def __bool__(self):
        return self.number != 0

    def __getattr__(self, name):
        if name not in elementary.functions:
            raise AttributeError(name)
        return lambda *others: _applied(name, elementary.functions[name], (self, *others))


def _applied(name, function, operands):
    formulas = [each if isinstance(each, Formula) else Formula(float(each), each) for each in operands]
    number = function(*(each.number for each in formulas))
    size = sum(each.size for each in formulas)
    if size > LONGEST:
        raise ValueError("the formula is too long to be read")
    return Formula(_simplified(name, [each.tree for each in formulas], number), number, size)


def _method(name, function):
    return lambda self, *others: _applied(name, function, (self, *others))


def _reflected(name, function):
    return lambda self, other: _applied(name, function, (other, self))


def _comparison(compare):
    return lambda self, other: compare(self.number, other.number if isinstance(other, Formula) else other)


for name, method in {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "**": "pow"}.items():
    function = elementary.power if name == "**" else getattr(operator, method)
    setattr(Formula, f"__{method}__", _method(name, function))
    setattr(Formula, f"__r{method}__", _reflected(name, function))
for name in ("neg", "abs"):
    setattr(Formula, f"__{name}__", _method(name, getattr(operator, name)))
for name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Formula, f"__{name}__", _comparison(getattr(operator, name)))
numbers.Real.register(Formula)  # operations that a rule uses take it for a number


def _simplified(name, operands, number):
    """The formula of an operation, without what one would not write, such as the 1 of 1 * x."""
    if name in ("+", "-", "*") and all(isinstance(each, float) for each in operands):
        return float(number)
    if name in ("*", "/") and any(map(_is_negative, operands)):
        positive = _simplified(name, [_opposite(each) if _is_negative(each) else each for each in operands], number)
        return positive if all(map(_is_negative, operands)) else _opposite(positive)
    match name, *operands:
        case ("+", 0, x) | ("+" | "-", x, 0) | ("*", 1, x) | ("*" | "/" | "**", x, 1):
            return x
        case ("**", _, 0):
            return 1.0
        case ("neg", x) | ("-", 0, x):
            return _opposite(x)
        case ("+" | "-", x, y) if _is_negative(y):
            return ("-" if name == "+" else "+", x, _opposite(y))
        case ("*", x, y) if x == y:
            return ("**", x, 2.0)
        case ("-", ("-", 1, ("step", x)), ("step", y)) if y == _opposite(x):
            return float(number)  # a rule asks whether x is 0; the answer is part of no formula
        case ("maximum", ("minimum", x, bound), low) if low == _opposite(bound) and low < number < bound:
            return x  # and neither is a bound that is not reached
    return (name, *operands)


def _is_negative(tree):
    return tree < 0 if isinstance(tree, float) else isinstance(tree, tuple) and tree[0] == "neg"


def _opposite(tree):
    if isinstance(tree, float):
        return -tree
    return tree[1] if _is_negative(tree) else ("neg", tree)


def derivatives(node: Value, data: Mapping[Value, float], partials: Any) -> list:
    """Return the formula of each local derivative of a node; its number, from partials, where it cannot be written down.

    data  the numbers of its inputs

    Where the value of the node occurs in a formula, it stands there as the node itself.
    """
    try:
        value, local = call_rule(node.operation, *(Formula(_leaf(x), data[x]) for x in node.inputs))
        found = [each.tree if isinstance(each, Formula) else float(each) for each in local]
    except Exception:  # noqa: BLE001  # a custom rule may raise anything on formulas; on numbers it has worked
        return [float(partial) for partial in partials]
    return [_replaced(tree, value.tree, node) for tree in found] if isinstance(value, Formula) else found


def _leaf(x):
    return x.data if isinstance(x, Constant) else x


def _replaced(tree, part, node):
    """The formula with a node in place of what computes it."""
    if not isinstance(tree, tuple):
        return tree
    return node if tree == part else (tree[0], *(_replaced(each, part, node) for each in tree[1:]))


def definition(node: Value) -> Any:
    """Return the formula of a node as the graph has it: one operation of its inputs."""
    name, *parameters = node.operation.symbol.replace("**", "** ").split()
    inputs = [_leaf(x) for x in node.inputs]
    if name == "-" and len(inputs) == 1:
        return ("neg", *inputs)
    return (name, *inputs, *map(_number, parameters))


def _number(parameter):
    try:
        return float(parameter)
    except ValueError:
        return parameter
