"""scalargrad: a scalar autodiff engine to teach with.

Expressions of `Value`s in ordinary Python are graphs; `backward()` computes their gradients, `draw` their pictures, and
`explain` shows every step.
"""

from scalargrad.calls import group
from scalargrad.engine import Value
from scalargrad.expression import parse
from scalargrad.nodes import operation
from scalargrad.operations import (
    acos,
    asin,
    atan,
    cos,
    cosh,
    elu,
    exp,
    expm1,
    gelu,
    leaky_relu,
    log,
    log1p,
    log2,
    log10,
    maximum,
    minimum,
    power,
    relu,
    sigmoid,
    sign,
    silu,
    sin,
    sinh,
    softplus,
    sqrt,
    step,
    tan,
    tanh,
)
from scalargrad.pages.explorer import explore
from scalargrad.pages.playground import playground
from scalargrad.passes.explain import explain
from scalargrad.passes.steps import steps
from scalargrad.pictures.draw import draw
from scalargrad.pictures.picture import Picture
from scalargrad.pictures.themes import set_theme
from scalargrad.program import Program, compile

__version__ = "0.2.0"

__all__ = [
    "Picture",
    "Program",
    "Value",
    "acos",
    "asin",
    "atan",
    "compile",
    "cos",
    "cosh",
    "draw",
    "elu",
    "exp",
    "explain",
    "explore",
    "expm1",
    "gelu",
    "group",
    "leaky_relu",
    "log",
    "log10",
    "log1p",
    "log2",
    "maximum",
    "minimum",
    "operation",
    "parse",
    "playground",
    "power",
    "relu",
    "set_theme",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinh",
    "softplus",
    "sqrt",
    "step",
    "steps",
    "tan",
    "tanh",
]
