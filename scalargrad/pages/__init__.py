"""Pages for browsers, each of them one file that needs no network.

Their `.html`, `.css` and `.js` ship as they are read; `templates.py` puts them together with what a page shows. `deck.py`
has slides.
"""
