"""Templates of pages are filled.

A place in a template says how it is filled, so that a text with tags or quotes in it stays a text:

{{text title}}     escaped, in the page or between the quotes of an attribute
{{json numbers}}   as JSON, in a script
{{html slides}}    as it is: HTML that has been made
{{file deck.css}}  the content of another file of this folder
"""

import html
import json
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def fill(template: str, **parts: Any) -> str:
    """Return a template, a file of this folder, with these parts in their places, in one pass: no part is read again."""
    text = (FOLDER / template).read_text(encoding="utf-8")
    places = re.compile(r"\{\{(text|json|html|file) ([\w.]+)\}\}")
    if (named := {name for kind, name in places.findall(text) if kind != "file"}) != parts.keys():
        raise ValueError(f"{template} is filled with {', '.join(sorted(named))}, got {', '.join(sorted(parts))}")

    def filled(place):
        kind, name = place.groups()
        if kind == "file":
            return (FOLDER / name).read_text(encoding="utf-8")
        if kind == "json":  # in a script, < could begin a tag, and & an entity where the page is read as XML
            return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(parts[name]))
        return html.escape(str(parts[name])) if kind == "text" else parts[name]

    return places.sub(filled, text)
