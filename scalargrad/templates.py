"""Fills the templates of pages.

A place in a template says how it is filled, so that a text with tags or quotes in it stays a text:

{{text title}}     escaped, in the page or between the quotes of an attribute
{{html slides}}    as it is: HTML that has been made
{{json data}}      as JSON that no tag ends, for an element <script type="application/json">
{{file deck.css}}  the content of another file of the template's folder
"""

import html
import json
import re
from pathlib import Path
from typing import Any

PLACES = re.compile(r"\{\{(text|html|json|file) ([\w.]+)\}\}")


def fill(template: Path, **parts: Any) -> str:
    """Return the text of a template with these parts in their places, in one pass: no part is read again.

    Raises ValueError if a part is missing, or one too many.
    """
    text = template.read_text(encoding="utf-8")
    if (named := {name for kind, name in PLACES.findall(text) if kind != "file"}) != parts.keys():
        raise ValueError(f"{template.name} is filled with {', '.join(sorted(named))}, got {', '.join(sorted(parts))}")

    def filled(place):
        kind, name = place.groups()
        if kind == "file":
            return template.with_name(name).read_text(encoding="utf-8")
        if kind == "json":
            text = json.dumps(parts[name], ensure_ascii=False, separators=(",", ":"))
            return text.replace("</", "<\\/").replace("<!", "\\u003c!")  # all that an element <script> reads
        return html.escape(str(parts[name])) if kind == "text" else parts[name]

    return PLACES.sub(filled, text)
