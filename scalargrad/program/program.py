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
import importlib.util
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, compress
from typing import Any

from scalargrad.elementary import is_array
from scalargrad.engine import Constant, Value, topological_order
from scalargrad.feeds import Feeds, labels, slots
from scalargrad.graph import Placeholder
from scalargrad.nested import flatten
from scalargrad.program import interpreted, native
from scalargrad.program.languages import LANGUAGES
from scalargrad.program.schedule import Schedule
from scalargrad.program.source import source_text
from scalargrad.program.trace import Trace
from scalargrad.replay import check_values, evaluate
from scalargrad.shapes import Vector

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
    inputs      the leaves that are fed: placeholders, other Values, or nested tuples of them
    parameters  the leaves that get a gradient, which may be inputs too; by default all leaves that are not inputs. A leaf
                that is neither keeps the number that it has now.
    target      what runs the program: "python" (the standard library alone), "numpy", or "c" (with the system's C compiler,
                which is called once for all programs); by default the fastest that is installed
    reduction   "mean" or "sum" of the losses and gradients of a batch, or "none" for predictions: then there are no
                gradients, and the first output, too, is returned for each example

    Raises ValueError if the outputs depend on a placeholder that is not an input, and RuntimeError if the target is not
    installed.
    """
    for name, values in (("inputs", inputs), ("parameters", () if parameters is None else parameters)):
        if not isinstance(values, Iterable):
            raise TypeError(f"compile: {name} come in a list, as in {name}=[x], got {values!r}")
    structure = list(inputs)
    for name, value, allowed in (("target", target, (None, *TARGETS)), ("reduction", reduction, REDUCTIONS)):
        if value not in allowed:
            raise ValueError(f"compile: {name} must be one of {', '.join(map(repr, allowed))}, got {value!r}")
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
    uses = (value for node in topological_order(*results) for value in node.inputs)  # w[0] is used before w[1]
    variables = [
        node for node in dict.fromkeys((*uses, *results)) if node.operation is None and not isinstance(node, Constant)
    ]
    known = set(fed)
    parameters = list(dict.fromkeys([node for node in variables if node not in known] if parameters is None else parameters))
    for node in (*fed, *parameters):
        if not isinstance(node, Value) or node.operation is not None:
            raise TypeError(f"compile: inputs and parameters are leaves, Values that were not computed, got {node!r}")
    for node in (*variables, *parameters):
        if node not in known and isinstance(node, Placeholder):
            raise ValueError(f"compile: the placeholder {node.label or '?'} has no number, so it must be one of the inputs")
    if len(known) < len(fed):
        raise ValueError(f"compile: each input is given once, got {labels(tuple(fed))}")
    with _collector_paused():
        return Program(Trace(results, fed, parameters, reduction), outputs, structure, parameters, target)


class Program:
    """What `compile` returns: a function of the inputs.

    parameters  the Values that get a gradient
    target      what runs it: "python", "numpy" or "c"
    """

    def __init__(self, trace: Trace, outputs: Any, structure: list, parameters: list[Value], target: str | None) -> None:
        self.parameters = parameters
        self._trace, self._outputs, self._slots, self._inputs = (
            trace,
            outputs,
            slots("compile", structure),
            flatten(structure),
        )
        self.target, self._run = _make_runner(trace, target)
        fed = set(self._inputs)
        self._unfed = [p for p in parameters if p not in fed]
        # As with backward, the gradient of a parameter that the loss does not depend on is left alone.
        self._is_reached = [trace.numbers.get(i) != 0 for i in trace.totals[1:]]
        self._reached = list(compress(parameters, self._is_reached))

    def __call__(self, *arguments: Any) -> Any:
        """Return the outputs, and add the gradients of the first one to those of the parameters.

        There is one argument for each input: a number for a leaf, or n numbers for a batch; for a Vector of shape (2,) an
        example of that shape, or a batch, (n, 2). The outputs after the first are those of each example: NumPy arrays if
        any argument is one, else Vectors.

        If an output is not finite because the engine refuses the example, the engine's error is raised. If the engine
        refuses an example although all outputs are finite, as in exp(-1 / x) at 0, at most the target "python" raises it.
        """
        result, gradients = self._compute([p.data for p in self._unfed], arguments)
        reached = gradients if len(self._reached) == len(gradients) else compress(gradients, self._is_reached)
        for p, gradient in zip(self._reached, reached):
            p.grad = (p.grad or 0) + gradient
        return result

    def value_and_grad(self, parameters: Any, *arguments: Any) -> tuple[Any, Any]:
        """Return the outputs and the gradients for other numbers of the parameters, and leave all Values as they are.

        parameters  the numbers of those `self.parameters` that are not inputs, in a list or an array; the gradients, of all
                    `self.parameters`, are returned as the same kind
        """
        given = (
            sys.modules["numpy"].require(parameters, float, "A").ravel()
            if is_array(parameters)
            else list(map(float, flatten(list(parameters))))
        )
        if len(given) != len(self._unfed):
            raise ValueError(
                f"value_and_grad: a number is needed for each of {len(self._unfed)} parameters, got {len(given)}"
            )
        result, gradients = self._compute(given, arguments)
        return result, sys.modules["numpy"].asarray(gradients) if is_array(parameters) else list(gradients)

    def source(self, language: str = "python") -> str:
        """Return the text of the program in "python", "c" or "javascript", to be read: a function `step`."""
        if language not in LANGUAGES:
            raise ValueError(f"source({language!r}): the languages are {', '.join(map(repr, LANGUAGES))}")
        return source_text(self._trace, language)

    def __repr__(self) -> str:
        steps = len(self._trace.forward), len(self._trace.backward)
        return f"<Program of {steps[0]} instructions forward and {steps[1]} backward, run by {self.target!r}; see .source()>"

    def _compute(self, parameters: Sequence[float], arguments: tuple) -> tuple[Any, Sequence[float]]:
        """Return the outputs, in the structure they came in, and the gradients."""
        fed = Feeds("program", [(self._slots, arguments)])
        rows, n = fed.rows(), math.prod(fed.outer)
        try:
            totals, per_example = self._run(parameters, rows, n)
            finite = _are_finite(totals, per_example)
        except (ArithmeticError, ValueError, TypeError):  # Python raises, or makes a complex number, where others have nan
            self._raise_engine_error(parameters, rows, n)
            raise
        if not finite:
            self._raise_engine_error(parameters, rows, n)
        convert = sys.modules["numpy"].asarray if fed.arrays else list
        results = chain(totals[:1], map(convert, per_example) if fed.outer else (row[0] for row in per_example))
        return fed.results(self._outputs, lambda _: next(results)), totals[1:]

    def _raise_engine_error(self, parameters: Sequence[float], rows: Sequence, n: int) -> None:
        """Raise the engine's error for the first example without finite outputs, if the engine refuses it."""
        for k in range(n):
            example = [[float(row[k])] for row in rows]
            with contextlib.suppress(ArithmeticError, ValueError, TypeError):
                if _are_finite(*self._run(parameters, example, 1)):
                    continue
            feeds = dict(zip((*self._unfed, *self._inputs), (*parameters, *(number for (number,) in example))))
            try:
                evaluate(self._outputs, feeds)
            except (ArithmeticError, ValueError) as error:
                raise type(error)(f"example {k}: {error}" if n > 1 else str(error)) from None
            return


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


def _make_runner(trace: Trace, target: str | None) -> tuple[str, Callable]:
    """Return a target, the fastest one by default, and what runs a trace there.

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
            raise RuntimeError("target='numpy' needs NumPy: install it, as in `pip install numpy`, or omit target=")
    return "python", interpreted.SourceRunner(trace)


def _are_finite(totals: Sequence[float], per_example: Sequence[Sequence[float]]) -> bool:
    """Return whether all outputs are finite. Raises TypeError if Python made a complex number."""
    return all(map(math.isfinite, chain(totals[:1], *per_example)))
