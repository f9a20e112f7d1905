"""What `draw` is made of, from the graph to the file.

`sheet.py` lays a graph out as DOT, the language of Graphviz: `boxes.py` has the box of a node, `themes.py` the colours,
and `neurons.py` finds the neurons and layers to be framed or folded. `circles.py` draws a model as circles and lines.
`words.py` has captions, and the text for those who do not see a picture. `picture.py` is what users hold, `moving.py` shows
its frames one after the other, and `slides.py` makes a slide of each. `render.py` has Graphviz make files, in a `process.py`
that can be stopped; `svg.py` is what is changed in them, and `files.py` writes them.
"""
