"""Compiling graphs: `compile` and what it returns, a `Program` or, with an optimizer, a `Training`.

`compiler.py` is what users call. A graph is run on symbols (`symbols.py`), which write down what happens to them
(`trace.py`). From there two ways lead on. `source.py` writes the trace as a text in one of the `languages.py`, and
`interpreted.py` runs the text in Python. `schedule.py` makes tables of the trace, which NumPy (`arrays.py`) or C
(`native.py`) runs; `tables.py` arranges them for C, and `cache.py` keeps its library. `program.py` feeds whatever runs.

NumPy runs many steps at a time: `agenda.py` says which run together, `grouping.py` sorts them by what they read, and makes
the `array_groups.py`, which are calls of any module of arrays. `pure.py` makes pure functions of them, which `jaxed.py` runs
by JAX, on all its devices; `jax_function.py` gives a loss to other programs that use JAX.

`training.py` is a function that trains. `update.py` makes a trace of the optimizer's formula, too, and `loops.py` runs the
two programs in turn, or `jax_loop.py` on JAX's devices. `control.py` has what a training needs around that: an order,
progress, and Ctrl-C.
"""

from scalargrad.program.compiler import compile
from scalargrad.program.program import Program
from scalargrad.program.training import Training

__all__ = ["Program", "Training", "compile"]
