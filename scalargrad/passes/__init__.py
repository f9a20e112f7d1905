"""The two passes over a graph, shown and told.

`moments.py` says in which order numbers and gradients appear; `formulas.py` what a rule does, as a formula; `notation.py`
how formulas are written, as text and in LaTeX; `steps.py` puts the three together, one step at a time; `explain.py` makes a
table of the steps.
"""
