"""What `draw` is made of, from the graph to the file.

`groups.py` finds what belongs together, with `neurons.py`, and `folding.py` says which of it is one box. `places.py` puts
boxes in frames and in `rows.py`, and `layout.py` joins them by arrows. `sheet.py` writes this as DOT, the language of
Graphviz: `writing.py` says what is in the boxes, `boxes.py` has the box of a node, `themes.py` the colours. `circles.py`
draws a model as circles and lines. `frames.py` says which numbers are known at each moment; `words.py` has captions, and
texts for those who do not see. `picture.py` is what users hold, `moving.py` shows its frames one after the other, and
`slides.py` makes a slide of each, in a presentation or on the page of `deck.py`. `render.py` has Graphviz make files, in a
`process.py` that can be stopped; in a browser Graphviz is in `browser.py`. `svg.py` is what is changed in the files.
"""

from scalargrad.pictures.browser import load

__all__ = ["load"]
