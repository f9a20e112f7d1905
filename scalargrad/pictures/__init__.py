"""What `draw` is made of, from the graph to the file.

`sheet.py` lays a graph out as DOT, the language of Graphviz: `boxes.py` has the box of a node, `themes.py` the colours,
and `neurons.py` finds the neurons and layers to be framed or folded. `circles.py` draws a model as circles and lines.
`frames.py` says which numbers are known at each moment; `words.py` has captions, and texts for those who do not see.
`picture.py` is what users hold, and `render.py` has Graphviz make files, in a `process.py` that can be stopped; `svg.py` is
what is changed in them.
"""
