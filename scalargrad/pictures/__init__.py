"""What `draw` is made of, from the graph to the file.

`sheet.py` lays a graph out as DOT, the language of Graphviz: `boxes.py` has the box of a node, `themes.py` the colours,
`neurons.py` finds the neurons and layers to be framed or folded, and `frames.py` the order in which numbers appear.
`circles.py` draws a model as circles and lines. `picture.py` is what users hold, and `render.py` has Graphviz make files.
"""
