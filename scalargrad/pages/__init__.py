"""Pages to play with: one HTML file each, which needs no network.

What is computed in a page is computed by programs that were compiled from the rules.

page       a page, which shows itself in a notebook and is saved
live       a graph as Graphviz has laid it out, whose numbers, arrows and colours a script can change
numbers    all numbers of a graph: data, gradients and local derivatives, as Values to be compiled
"""
