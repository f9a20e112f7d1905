"""Graphviz as WebAssembly, where Python itself runs in a browser (Pyodide), which has no other programs.

It is the package @viz-js/viz, under the MIT licence. It is loaded once, and then makes pictures at once.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

from scalargrad.pictures.errors import FAILED, RenderError

ADDRESS = "https://cdn.jsdelivr.net/npm/@viz-js/viz@3.31.0/dist/viz.js"

NOT_LOADED = "pictures need Graphviz, which a browser has to load first: `await scalargrad.pictures.load()`"
SVG_ONLY = "in a browser Graphviz makes .svg alone, not {}: save an .svg, or a page with save_slides('deck.html')"

# Without fonts it has a table of the widths of letters: that of Times, unless it knows the name of the font. In the table a
# minus is too wide, and a tilde as wide as a minus should be.
FONT, KNOWN_FONT = "Helvetica,Arial,sans-serif", "Arial"
MINUS, TILDE, AS_WIDE, UNUSED = "&#8722;", "~", "~", "\uf8ff"

_graphviz: Any = None


def is_browser() -> bool:
    """Return whether Python runs as WebAssembly."""
    return sys.platform == "emscripten"


async def load(address: str = ADDRESS) -> None:
    """Load Graphviz in a browser, before the first picture; elsewhere, and the second time, do nothing.

    address  of its JavaScript module, such as that of a copy which needs no network
    """
    global _graphviz
    if is_browser() and _graphviz is None:
        from pyodide.code import run_js

        _graphviz = await (await run_js(f"import({json.dumps(address)})")).instance()


def render_in_browser(sources: Sequence[str], format: str, timeout: float) -> list[bytes]:
    """Return what the files of several pictures contain. Nothing can end it, so the time limit does not count."""
    from pyodide.ffi import can_run_sync, run_sync

    if format != "svg":
        raise RenderError(SVG_ONLY.format(format))
    if _graphviz is None:
        if not can_run_sync():
            raise RenderError(NOT_LOADED)
        run_sync(load())
    return [_drawn(source).encode() for source in sources]


def _drawn(source):
    from pyodide.ffi import JsException

    source = source.replace(FONT, KNOWN_FONT).replace(TILDE, UNUSED).replace(MINUS, AS_WIDE)
    try:
        svg = _graphviz.renderString(source, format="svg")
    except JsException as error:
        raise RenderError(FAILED.format(error.message)) from None
    return svg.replace(f'"{KNOWN_FONT}"', f'"{FONT}"').replace(AS_WIDE, MINUS).replace(UNUSED, TILDE)
