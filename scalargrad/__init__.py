"""scalargrad: a scalar autodiff engine to teach with.

Expressions of `Value`s in ordinary Python are graphs; `backward()` computes their gradients, `draw` their pictures, and
`explain` shows every step.
"""

from scalargrad.draw import draw
from scalargrad.engine import Value
from scalargrad.explain import explain
from scalargrad.expression import parse
from scalargrad.operation import operation
from scalargrad.operations import (
    cos,
    exp,
    leaky_relu,
    log,
    maximum,
    minimum,
    power,
    relu,
    sigmoid,
    sin,
    softplus,
    sqrt,
    step,
    tan,
    tanh,
)
from scalargrad.pictures.picture import Picture
from scalargrad.program import Program, compile
from scalargrad.steps import steps

__version__ = "0.1.0"

__all__ = [
    "Picture",
    "Program",
    "Value",
    "compile",
    "cos",
    "draw",
    "exp",
    "explain",
    "leaky_relu",
    "log",
    "maximum",
    "minimum",
    "operation",
    "parse",
    "power",
    "relu",
    "sigmoid",
    "sin",
    "softplus",
    "sqrt",
    "step",
    "steps",
    "tan",
    "tanh",
]
