"""The two passes over a graph, shown and told.

`moments.py` says in which order numbers and gradients appear; `formulas.py` what a rule does, as a formula; `labels.py` how
labels are set, and `notation.py` how formulas are written: as text, in LaTeX, and as markup for pictures. `steps.py` puts
these together, one step at a time; `explain.py` makes a table of the steps.
"""
