"""Compiling graphs: `compile` and what it returns, a `Program`.

`program.py` is what users call. It runs a graph on symbols, which write down what happens to them (`trace.py`). From there
two ways lead on. `source.py` writes the trace as a text in one of the `languages.py`, and `interpreted.py` runs the text in
Python. `schedule.py` makes tables of the trace, which NumPy (`arrays.py`) or C (`native.py`) runs; `tables.py`
arranges them for C, and `cache.py` keeps its library.
"""

from scalargrad.program.program import Program, compile

__all__ = ["Program", "compile"]
