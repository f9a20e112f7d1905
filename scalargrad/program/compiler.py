"""Compiled graphs: `compile` turns the loss of one example into a program for any number of examples.

The graph is traced once, and then runs as fast as a program written by hand. A call computes the loss and adds the gradients
to the parameters, as a new graph and `backward` would:

>>> from scalargrad.graph import placeholder
>>> w, b, x, t = Value(2.0, "w"), Value(0.5, "b"), placeholder("x"), placeholder("t")
>>> step = compile((w * x + b - t) ** 2, inputs=[x, t])
>>> step(1.0, 2.0)
0.25
>>> step([1.0, 3.0], [2.0, 6.0]), w.grad
(0.25, 3.0)

A program is what the graph computes, not the Python code that made it. An `if` that looked at the number of a Value was
decided when the graph was made; `maximum`, `relu` and `step` decide in every run.

>>> x = Value(3.0, "x")
>>> y = 2 * x if x.data > 0 else -x  # the graph is only 2 * x
>>> compile(y, inputs=[x], reduction="none")(-1.0)
-2.0
"""

import contextlib
import gc
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, overload

from scalargrad.engine import Constant, Value, topological_order
from scalargrad.feeds import labels
from scalargrad.graph import Placeholder
from scalargrad.nested import flatten
from scalargrad.optimizer import Optimizer
from scalargrad.program.program import TARGETS, Program
from scalargrad.program.trace import Trace
from scalargrad.program.training import Training
from scalargrad.replay import check_values
from scalargrad.shapes import Vector

REDUCTIONS = ("mean", "sum", "none")
DTYPES = ("float64", "float32")


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the garbage collector, which would look through millions of symbols again and again; none is garbage yet."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@overload
def compile(
    outputs: Any,
    inputs: Iterable,
    parameters: Iterable[Value] | None = None,
    target: str | None = None,
    reduction: str = "mean",
    optimizer: None = None,
    dtype: str = "float64",
) -> Program: ...
@overload
def compile(
    outputs: Any,
    inputs: Iterable,
    parameters: Iterable[Value] | None = None,
    target: str | None = None,
    reduction: str = "mean",
    *,
    optimizer: Optimizer,
    dtype: str = "float64",
) -> Training: ...
@_collector_paused()
def compile(
    outputs: Any,
    inputs: Iterable,
    parameters: Iterable[Value] | None = None,
    target: str | None = None,
    reduction: str = "mean",
    optimizer: Optimizer | None = None,
    dtype: str = "float64",
) -> Program | Training:
    """Return a program that computes outputs from inputs, and the gradients of the first output.

    outputs     one Value, the loss of one example, or a sequence of Values, of which the first is the loss
    inputs      the leaves that are fed: placeholders, other Values, or nested tuples of them
    parameters  the leaves that get a gradient, which may be inputs too; by default all leaves that are not inputs. A leaf
                that is neither keeps the number that it has now.
    target      what runs the program: "python" (the standard library alone), "numpy", or "c" (with the system's C compiler,
                which is called once for all programs); by default the fastest of these that is installed. Or "jax", which
                compiles it for each size of a batch, and shares a batch among all of `jax.devices()`.
    reduction   "mean" or "sum" of the losses and gradients of a batch, or "none" for predictions: then there are no
                gradients, and the first output, too, is returned for each example
    optimizer   trains the parameters that it was made with, as far as the loss depends on them, or, if it was made without,
                all leaves that are not inputs: then a `Training` is returned, a function that trains
    dtype       the kind of number it computes with, "float64" or, with the target "jax", "float32"

    Raises ValueError if the outputs depend on a placeholder that is not an input, or if the graph is too long for the
    target, and RuntimeError if the target is not installed.
    """
    for name, values in (("inputs", inputs), ("parameters", () if parameters is None else parameters)):
        if not isinstance(values, Iterable):
            raise TypeError(f"compile: {name} come in a list, as in {name}=[x], got {values!r}")
    structure = list(inputs)
    for name, value, allowed in (
        ("target", target, (None, *TARGETS)),
        ("reduction", reduction, REDUCTIONS),
        ("dtype", dtype, DTYPES),
    ):
        if value not in allowed:
            raise ValueError(f"compile: {name} must be one of {', '.join(map(repr, allowed))}, got {value!r}")
    if dtype != "float64" and target != "jax":
        raise ValueError(f"compile: dtype={dtype!r} is for target='jax', because other targets compute with 64 bits")
    fed, results = flatten(structure), flatten(outputs)
    if not results:
        raise ValueError(f"compile: there must be at least one output, got {outputs!r}")
    parameters = None if parameters is None else flatten(list(parameters))
    check_values("compile", [*results, *fed])
    first = (
        outputs
        if isinstance(outputs, (Value, Vector))
        else next(iter(outputs.values() if isinstance(outputs, dict) else outputs))
    )
    if reduction != "none" and not isinstance(first, Value):
        raise ValueError(
            f"compile: the first output is the loss, one Value, such as the .sum() of a Vector, got {first!r}; "
            'for predictions write reduction="none"'
        )
    if optimizer is not None:
        _check_optimizer(optimizer, parameters, reduction)
    order = topological_order(*results)
    used = chain.from_iterable((node._x, node._y) for node in order if node._x is not None)  # w[0] is used before w[1]
    leaves = (node for node in chain(used, results) if node is not None and node.operation is None)
    variables = list(dict.fromkeys(node for node in leaves if not isinstance(node, Constant)))
    known = set(fed)
    if optimizer is not None and not optimizer.deferred:
        reachable = set(variables)
        parameters = [p for p in optimizer.memory if p in reachable]
    parameters = list(dict.fromkeys([node for node in variables if node not in known] if parameters is None else parameters))
    for node in (*fed, *parameters):
        if not isinstance(node, Value) or node.operation is not None:
            raise TypeError(f"compile: inputs and parameters are leaves, Values that were not computed, got {node!r}")
    for node in (*variables, *parameters):
        if node not in known and isinstance(node, Placeholder):
            raise ValueError(f"compile: the placeholder {node.label or '?'} has no number, so it must be one of the inputs")
    if len(known) < len(fed):
        raise ValueError(f"compile: each input is given once, got {labels(tuple(fed))}")
    trace = Trace(results, fed, parameters, reduction, order)
    del order  # as long as the graph
    if optimizer is None:
        return Program(trace, outputs, structure, parameters, target, dtype)
    reached = [p for p, total in zip(parameters, trace.totals[1:]) if trace.numbers.get(total) != 0]
    for p in reached:
        if p in known:
            raise ValueError(f"compile: {labels(p)} is fed, so the optimizer cannot train it; take it out of one of the two")
    if not reached:
        raise ValueError("compile: the loss depends on no parameter of the optimizer, so there is nothing to train")
    if len(reached) < len(parameters):
        trace = Trace(results, fed, reached, reduction)
    if optimizer.deferred:
        optimizer.add_parameters(reached)
    return Training(Program(trace, outputs, structure, reached, target, dtype), optimizer)


def _check_optimizer(optimizer: Any, parameters: list | None, reduction: str) -> None:
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"compile: an optimizer is made as in optimizer=Adam(model.parameters()), got {optimizer!r}")
    if parameters is not None and not optimizer.deferred:
        raise TypeError(f"compile: {type(optimizer).__name__} has its parameters already, so omit parameters=")
    if reduction == "none":
        raise ValueError('compile: an optimizer needs one loss for a batch, its "mean" or "sum", got reduction=\'none\'')
