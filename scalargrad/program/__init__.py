"""Compiling graphs: `compile` and what it returns, a `Program`.

The rooms in the order of the work: `trace.py` runs a graph on symbols and writes down what happens to them; `source.py`
prints that as a program, in one of the `languages.py`, and `interpreted.py` runs the one in Python; `schedule.py` makes
tables of it, which `arrays.py` runs by NumPy and `native.py` by C, whose library `cache.py` keeps; `program.py` is what
users call.
"""

from scalargrad.program.program import Program, compile

__all__ = ["Program", "compile"]
