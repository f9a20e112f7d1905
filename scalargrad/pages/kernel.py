"""Schedules run by JavaScript, in a page.

The loop is `kernel.js`, which reads the tables of any schedule. The element-wise steps are written here, from the texts of
`languages.py`.
"""

import math
from collections.abc import Iterable
from typing import Any

from scalargrad.program.languages import JAVASCRIPT
from scalargrad.program.schedule import Schedule, kinds
from scalargrad.program.tables import Tables

TABLES = "invariant_steps", "steps", "terms", "broadcast", "products", "tiles", "tile_rows", "offsets", "per_example"


def tables(schedule: Schedule) -> dict[str, Any]:
    """Return what `new Schedule` in kernel.js takes, ready for JSON."""
    arranged = Tables(schedule)
    return {
        **{_camel_case(name): list(getattr(arranged, name)) for name in TABLES},
        "constants": [x if math.isfinite(x) else JAVASCRIPT.numbers[repr(x)] for x in schedule.constants],
        "invariantCount": schedule.invariant_count,
        "rowCount": arranged.row_count,
        "inputCount": schedule.input_count,
        "isMean": schedule.is_mean,
    }


def elementwise(schedules: Iterable[Schedule]) -> str:
    """Return the text of ELEMENTWISE in kernel.js: for each kind of element-wise step that schedules have a loop, by code.

    Raises NotImplementedError if a function has no text in JavaScript.
    """
    used = {name for schedule in schedules for name in schedule.kinds_used()} - {"linear", "inner"}
    lines = [
        f"  {code}(rows, out, x, y, size) {{ for (let k = 0; k < size; k++) rows[out + k] = {_text(name)}; }},"
        for code, name in enumerate(kinds())
        if name in used
    ]
    return "\n".join(["// The element-wise steps by their codes.", "const ELEMENTWISE = {", *lines, "};"])


def _text(name):
    return JAVASCRIPT.text(name).format("rows[x + k]", "rows[y + k]")


def _camel_case(name):
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
