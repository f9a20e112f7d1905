"""Compiling graphs: `compile` and what it returns, a `Program`.

The rooms in the order of the work: `trace.py` runs a graph on symbols and writes down what happens to them; `source.py`
prints that as a program, in one of the `languages.py`; `schedule.py` makes tables of it, which `interpreted.py` runs by
Python, `arrays.py` by NumPy and `native.py` by C, whose library `cache.py` keeps; `program.py` is what users call.
"""

from scalargrad.program.program import Program, compile

__all__ = ["Program", "compile"]
