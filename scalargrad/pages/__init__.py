"""Pages for browsers that compute, each of them one file that needs no network.

Their `.html`, `.css` and `.js` ship as they are read, and `templates.py` fills them. Slides, which compute nothing, are in
`pictures/`.
"""
