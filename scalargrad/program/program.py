"""`Program`, a compiled graph: a function of its inputs, which adds gradients to the parameters.

A program runs on one of the TARGETS. Where a result is not finite, the engine is asked whether it refuses the example.
"""

import contextlib
import importlib.util
import math
import sys
from collections.abc import Callable, Sequence
from itertools import chain, compress
from typing import Any

from scalargrad.elementary import is_array
from scalargrad.engine import Value
from scalargrad.feeds import Feeds, slots
from scalargrad.nested import flatten
from scalargrad.program import interpreted, native
from scalargrad.program.languages import LANGUAGES
from scalargrad.program.schedule import Schedule
from scalargrad.program.source import source_text
from scalargrad.program.trace import Trace
from scalargrad.replay import evaluate

TARGETS = ("python", "numpy", "c", "jax")


class Program:
    """What `compile` returns: a function of the inputs.

    parameters  the Values that get a gradient
    target      what runs it: "python", "numpy", "c" or "jax"
    run         the runner of the target, see `make_runner`
    trace       its instructions
    outputs     what it returns, in its structure
    slots       what it is fed
    inputs      the leaves that are fed
    dtype       the kind of number that it computes with
    """

    def __init__(
        self,
        trace: Trace,
        outputs: Any,
        structure: list,
        parameters: list[Value],
        target: str | None,
        dtype: str = "float64",
    ) -> None:
        self.parameters = parameters
        self.trace, self.outputs, self.slots = trace, outputs, slots("compile", structure)
        self.target, self.run = make_runner(trace, target, dtype)
        self.dtype, self.inputs = dtype, flatten(structure)
        fed = set(self.inputs)
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
        return source_text(self.trace, language)

    def function(self, target: str = "jax") -> Callable:
        """Return the loss as a pure function of JAX, loss(parameters, *inputs), for its transformations and libraries.

        parameters  the numbers of those `self.parameters` that are not inputs, an array (parameters,); the loss is computed
                    with their kind of number
        inputs      one array for each input, with the shapes of a program

        Toward the parameters it has a derivative, the gradient that the program computes, for `jax.grad`, `jax.vmap`,
        `jax.jit`, and what is built on these. Other outputs are left out. Raises ValueError if there is no loss, or if the
        graph is too long for JAX, and RuntimeError if JAX is not installed.
        """
        if target != "jax":
            raise ValueError(f"function({target!r}): the only target of functions is 'jax'")
        if not self.trace.totals:
            raise ValueError("function('jax'): with reduction='none' there is no loss; compile it with the mean or the sum")
        require_jax()
        from scalargrad.program.jax_function import loss_function

        fed = set(self.inputs)
        return loss_function(self.trace, self.slots, [p in fed for p in self.parameters])

    def __repr__(self) -> str:
        steps = len(self.trace.forward), len(self.trace.backward)
        return f"<Program of {steps[0]} instructions forward and {steps[1]} backward, run by {self.target!r}; see .source()>"

    def _compute(self, parameters: Sequence[float], arguments: tuple) -> tuple[Any, Sequence[float]]:
        """Return the outputs, in the structure they came in, and the gradients."""
        fed = Feeds("program", [(self.slots, arguments)])
        totals, per_example = self.compute(parameters, fed.rows(), math.prod(fed.outer))
        convert = sys.modules["numpy"].asarray if fed.arrays else list
        results = chain(totals[:1], map(convert, per_example) if fed.outer else (row[0] for row in per_example))
        return fed.results(self.outputs, lambda _: next(results)), totals[1:]

    def compute(
        self, parameters: Sequence[float], rows: Sequence, n: int, names: Sequence[str] | None = None
    ) -> tuple[Sequence[float], list]:
        """Return what the runner returns, if it is finite or the engine accepts the examples; else raise the engine's error.

        names  how the error of each example begins, by default with its number
        """
        try:
            totals, per_example = self.run(parameters, rows, n)
            finite = _are_finite(totals, per_example)
        except (ArithmeticError, ValueError, TypeError):  # Python raises, or makes a complex number, where others have nan
            self._raise_engine_error(parameters, rows, n, names)
            raise
        if not finite:
            self._raise_engine_error(parameters, rows, n, names)
        return totals, per_example

    def _raise_engine_error(self, parameters: Sequence[float], rows: Sequence, n: int, names: Sequence[str] | None) -> None:
        """Raise the engine's error for the first example without finite outputs, if the engine refuses it."""
        for k in range(n):
            example = [[float(row[k])] for row in rows]
            with contextlib.suppress(ArithmeticError, ValueError, TypeError):
                if _are_finite(*self.run(parameters, example, 1)):
                    continue
            feeds = dict(zip((*self._unfed, *self.inputs), (*parameters, *(number for (number,) in example))))
            try:
                evaluate(self.outputs, feeds)
            except (ArithmeticError, ValueError) as error:
                name = names[k] if names else f"example {k}: " if n > 1 else ""
                raise type(error)(f"{name}{error}") from None
            return


def make_runner(trace: Trace, target: str | None, dtype: str = "float64") -> tuple[str, Callable]:
    """Return a target, the fastest one by default, and what runs a trace there.

    A runner is a function of the numbers of the parameters, of a row of n numbers for each input, and of n. It returns
    the totals of the trace, and for each output by example a sequence of n numbers.
    """
    if target == "jax":
        require_jax()
        from scalargrad.program.jaxed import JaxRunner

        return "jax", JaxRunner(trace, dtype)
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


def require_jax() -> None:
    """Raise RuntimeError if JAX is not installed."""
    if not importlib.util.find_spec("jax"):
        raise RuntimeError("target='jax' needs JAX: install it, as in `pip install jax`, or omit target=")


def _are_finite(totals: Sequence[float], per_example: Sequence[Sequence[float]]) -> bool:
    """Return whether all outputs are finite. Raises TypeError if Python made a complex number."""
    return all(map(math.isfinite, chain(totals[:1], *per_example)))
