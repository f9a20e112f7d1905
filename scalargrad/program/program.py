"""Graphs compiled: traced once, run as fast as a program written by hand.

With this module the loss of one example, recorded once, becomes a program for any number of them. The program computes the
loss and adds the gradients to the parameters, as building the graph again and calling `backward` would:

>>> from scalargrad.graph import placeholder
>>> w, b, x, t = Value(2.0, "w"), Value(0.5, "b"), placeholder("x"), placeholder("t")
>>> step = compile((w * x + b - t) ** 2, inputs=[x, t])
>>> step(1.0, 2.0)
0.25
>>> step([1.0, 3.0], [2.0, 6.0]), w.grad
(0.25, 3.0)

A program is what the graph computes, not the Python that made it. An `if` that looked at the number of a Value was decided
when the graph was made, and so it stays; `maximum`, `relu` and `step` decide in every run.

>>> x = Value(3.0, "x")
>>> y = 2 * x if x.data > 0 else -x  # the graph is 2 * x, and nothing else
>>> compile(y, inputs=[x], reduction="none")(-1.0)
-2.0
"""

import importlib.util
import math
import sys
from collections.abc import Callable, Iterable
from itertools import chain, compress
from typing import Any

from scalargrad.elementary import is_array
from scalargrad.engine import Constant, Value, topological_order
from scalargrad.feeds import Feeds, slots
from scalargrad.graph import Placeholder
from scalargrad.program import interpreted, native
from scalargrad.program.languages import LANGUAGES
from scalargrad.program.schedule import Schedule
from scalargrad.program.source import write
from scalargrad.program.trace import Trace
from scalargrad.replay import check_values, evaluate, flatten

TARGETS = ("python", "numpy", "c")
REDUCTIONS = ("mean", "sum", "none")


def compile(
    outputs: Any,
    inputs: Iterable,
    parameters: Iterable[Value] | None = None,
    target: str | None = None,
    reduction: str = "mean",
) -> "Program":
    """Return a program that computes outputs from inputs, and the gradients of the first output.

    outputs     one Value, the loss of one example, or a sequence of Values, of which the first is the loss
    inputs      the leaves that are fed, each a placeholder or another Value, or nested tuples of those
    parameters  the leaves that get a gradient, inputs among them if need be; unless given, all Values that are no inputs.
                Values that are neither keep the number that they have now.
    target      what runs the program: "python" (the standard library alone), "numpy", or "c" (with the system's C compiler,
                which is called once for all programs); unless given, the fastest that there is
    reduction   what becomes of the losses and gradients of a batch: their "mean" or "sum". With "none", for predictions,
                there are no gradients, and the first output, too, is computed for each example by itself.

    Raises ValueError where the outputs depend on a placeholder that is no input, and RuntimeError where the target is not
    there.
    """
    for name, values in (("inputs", inputs), ("parameters", () if parameters is None else parameters)):
        if not isinstance(values, Iterable):
            raise TypeError(f"compile: {name} come in a list, as in {name}=[x], and {values!r} is none")
    structure = list(inputs)
    for name, value, allowed in (("target", target, (None, *TARGETS)), ("reduction", reduction, REDUCTIONS)):
        if value not in allowed:
            raise ValueError(f"compile: {name}={value!r} is none of {', '.join(map(repr, allowed))}")
    fed, results = flatten(structure), flatten(outputs)
    check_values("compile", [*results, *fed])
    uses = (value for node in topological_order(*results) for value in node.inputs)  # w[0] is used before w[1]
    variables = [
        node for node in dict.fromkeys((*uses, *results)) if node.operation is None and not isinstance(node, Constant)
    ]
    known = set(fed)
    parameters = list(dict.fromkeys([node for node in variables if node not in known] if parameters is None else parameters))
    for node in (*fed, *parameters):
        if not isinstance(node, Value) or node.operation is not None:
            raise TypeError(f"compile: inputs and parameters are Values that were not computed, and {node!r} is none")
    for node in (*variables, *parameters):
        if node not in known and isinstance(node, Placeholder):
            raise ValueError(f"compile: the placeholder {node.label or '?'} has no number, so it must be one of the inputs")
    if not results or len(known) < len(fed):
        raise ValueError("compile: there must be an output, and no input may be there twice")
    return Program(outputs, structure, parameters, target, reduction)


class Program:
    """What `compile` returns: a function of the inputs.

    parameters  the Values that get a gradient
    target      what runs it: "python", "numpy" or "c"
    """

    def __init__(self, outputs: Any, structure: list, parameters: list[Value], target: str | None, reduction: str) -> None:
        self.parameters = parameters
        self._outputs, self._slots, self._inputs = outputs, slots("compile", structure), flatten(structure)
        self._trace = Trace(flatten(outputs), self._inputs, parameters, reduction)
        self.target, self._run = _runner(self._trace, target)
        fed = set(self._inputs)
        self._held = [p for p in parameters if p not in fed]
        # As with backward, the gradient of what the loss does not depend on is left alone.
        self._is_reached = [self._trace.numbers.get(i) != 0 for i in self._trace.totals[1:]]
        self._reached = list(compress(parameters, self._is_reached))

    def __call__(self, *arguments: Any) -> Any:
        """Return the outputs, and add the gradients of the first one to those of the parameters.

        Each argument belongs to one of the inputs. Where that is a leaf, it is a number, or n numbers for a batch; where it
        is a Vector of shape (2,), it is an example of that shape, or a batch of the shape (n, 2). The outputs after the
        first are those of each example: NumPy arrays if any argument is one, else Vectors.

        Where an output is not finite because the engine refuses the example, its error is raised. An example that the engine
        refuses although all outputs are finite, as exp(-1 / x) at 0, is refused by the target "python" at the most.
        """
        result, gradients = self._compute([p.data for p in self._held], arguments)
        gradients = gradients if len(self._reached) == len(gradients) else compress(gradients, self._is_reached)
        for p, gradient in zip(self._reached, gradients):
            p.grad = (p.grad or 0) + gradient
        return result

    def value_and_grad(self, parameters: Any, *arguments: Any) -> tuple[Any, Any]:
        """Return the outputs and the gradients for other numbers of the parameters, and leave all Values as they are.

        parameters  the numbers of `self.parameters`, without those that are inputs, in a list or an array
        """
        given = parameters.astype(float).ravel() if is_array(parameters) else list(map(float, parameters))
        if len(given) != len(self._held):
            raise ValueError(f"value_and_grad: {len(self._held)} parameters were given {len(given)} numbers")
        result, gradients = self._compute(given, arguments)
        return result, sys.modules["numpy"].asarray(gradients) if is_array(parameters) else list(gradients)

    def source(self, language: str = "python") -> str:
        """Return the program as a text in "python", "c" or "javascript", to be read: a function `step`."""
        if language not in LANGUAGES:
            raise ValueError(f"source({language!r}): the languages are {', '.join(map(repr, LANGUAGES))}")
        return write(self._trace, language)

    def __repr__(self) -> str:
        steps = len(self._trace.forward), len(self._trace.backward)
        return f"<Program of {steps[0]} instructions forward and {steps[1]} backward, run by {self.target!r}; see .source()>"

    def _compute(self, parameters, arguments):
        fed = Feeds("program", [(self._slots, arguments)])
        rows, n = fed.rows(), math.prod(fed.outer)
        try:
            totals, each = self._run(parameters, rows, n)
            finite = _are_finite(totals, each)
        except (ArithmeticError, ValueError, TypeError):  # Python raises, or makes a complex number, where others have nan
            self._explain(parameters, rows, n)
            raise
        if not finite:
            self._explain(parameters, rows, n)
        convert = sys.modules["numpy"].asarray if fed.arrays else list
        results = chain(totals[:1], map(convert, each) if fed.outer else (row[0] for row in each))
        return fed.results(self._outputs, lambda _: next(results)), totals[1:]

    def _explain(self, parameters, rows, n):
        """Raise the error of the engine for the first example that has no result, if the engine refuses it."""
        for k in range(n):
            example = [[float(row[k])] for row in rows]
            try:
                totals, each = self._run(parameters, example, 1)
                if _are_finite(totals, each):
                    continue
            except (ArithmeticError, ValueError, TypeError):
                pass
            feeds = dict(zip((*self._held, *self._inputs), (*parameters, *(number for (number,) in example))))
            try:
                evaluate(self._outputs, feeds)
            except (ArithmeticError, ValueError) as error:
                raise type(error)(f"example {k}: {error}" if n > 1 else str(error)) from None
            return


def _runner(trace: Trace, target: str | None) -> tuple[str, Callable]:
    """Return a target and what runs a trace there.

    A runner is a function of the numbers of the parameters, of a row of n numbers for each input, and of n. It returns
    the totals of the trace, and for each output by example a sequence of n numbers.
    """
    if target in ("c", None):
        try:
            return "c", native.NativeRunner(Schedule(trace))
        except native.Unavailable:
            if target:
                raise
    if target in ("numpy", None):
        if importlib.util.find_spec("numpy"):
            from scalargrad.program.arrays import ArrayRunner

            return "numpy", ArrayRunner(Schedule(trace))
        if target:
            raise RuntimeError("target='numpy' needs NumPy: install it, as in `pip install numpy`, or leave the target open")
    return "python", interpreted.SourceRunner(trace)


def _are_finite(totals, each):
    """Whether all outputs are finite; TypeError where Python made a complex number."""
    return all(map(math.isfinite, chain(totals[:1], *each)))
