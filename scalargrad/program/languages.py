"""How Python, C and JavaScript write the same program: what differs from language to language.

`source.py` writes a trace in any of them.
"""

import dataclasses
from collections.abc import Callable, Iterable

from scalargrad.program.trace import CALLS


@dataclasses.dataclass(frozen=True)
class Language:
    """What differs from language to language.

    operations  how operations are written, where not as `x + y` or `exp(x)`
    numbers     how inf and nan are written
    helpers     lines to be written above the program where it uses a name
    comment     what a comment begins with
    header, gap   what stands at the top, and between definitions
    assign, size  the statements that name a number, and how many examples there are
    variable, add  those that make a variable, and add to it
    begin, loop   the lines that open the function, and the loop over the batch
    results, close, end  those that keep an example's results, close the loop, and close the function
    """

    operations: dict[str, str]
    numbers: dict[str, str]
    helpers: dict[str, str]
    comment: str
    header: str
    gap: str
    assign: str
    variable: str
    add: str
    begin: Callable[..., list[str]]
    loop: Callable[..., list[str]]
    results: Callable[..., list[str]]
    close: list[str]
    size: str
    end: Callable[..., list[str]]


def _list(names: Iterable[str]) -> str:
    return f"[{', '.join(names)}]"


def _returned(totals: list[str], each: list[int]) -> str:
    return _list([totals[0], _list(totals[1:]), *(["each"] if each else [])]) if totals else "each"


PYTHON = Language(
    operations={">": "(1.0 if {} > {} else 0.0)", ">=": "(1.0 if {} >= {} else 0.0)", "==": "(1.0 if {} == {} else 0.0)"},
    numbers={"inf": "math.inf", "-inf": "-math.inf", "nan": "math.nan"},
    helpers={
        "math": "import math",
        **{name: f"from math import {name}" for name in ("cos", "log", "log1p", "sin", "sqrt", "tan", "tanh")},
        "exp": """
            def exp(x):
                try:
                    return math.exp(x)
                except OverflowError:
                    return math.inf
            """,
        "power": """
            def power(x, y):
                try:
                    return x**y
                except ZeroDivisionError:
                    return math.inf
                except OverflowError:
                    return -math.inf if x < 0 and y % 2 == 1 else math.inf
            """,
        "maximum": """
            def maximum(x, y):
                return x if x > y or x != x else y
            """,
        "minimum": """
            def minimum(x, y):
                return x if x < y or x != x else y
            """,
    },
    comment="#",
    header="",
    gap="\n\n\n",
    assign="{} = {}",
    variable="{} = {}",
    add="{} += {}",
    begin=lambda parameters, each: [
        "def step(parameters, batch):",
        f"    {_list(parameters)} = parameters",
        *(["    each = []"] if each else []),
    ],
    loop=lambda inputs: [f"    for {_list(inputs)} in batch:"],
    results=lambda each: [f"        each.append({_list(each)})"],
    close=[],
    size="    n = len(batch)",
    end=lambda totals, each: [f"    return {_returned(totals, each)}"],
)

JAVASCRIPT = Language(
    operations={
        **{name: f"Math.{name}({{}})" for name in CALLS if name != "neg"},
        "power": "Math.pow({}, {})",
        "maximum": "Math.max({}, {})",
        "minimum": "Math.min({}, {})",
        **{name: f"({{}} {name.replace('==', '===')} {{}} ? 1 : 0)" for name in (">", ">=", "==")},
    },
    numbers={"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"},
    helpers={},
    comment="//",
    header="",
    gap="\n\n",
    assign="const {} = {};",
    variable="let {} = {};",
    add="{} += {};",
    begin=lambda parameters, each: [
        "function step(parameters, batch) {",
        f"    const {_list(parameters)} = parameters;",
        *(["    const each = [];"] if each else []),
    ],
    loop=lambda inputs: [f"    for (const {_list(inputs)} of batch) {{"],
    results=lambda each: [f"        each.push({_list(each)});"],
    close=["    }"],
    size="    const n = batch.length;",
    end=lambda totals, each: [f"    return {_returned(totals, each)};", "}"],
)

C = Language(
    operations={
        "abs": "fabs({})",
        "power": "pow({}, {})",
        **{name: f"({{}} {name} {{}} ? 1.0 : 0.0)" for name in (">", ">=", "==")},
    },
    numbers={"inf": "INFINITY", "-inf": "-INFINITY", "nan": "NAN"},
    helpers={
        "maximum": "static double maximum(double x, double y) { return x > y || x != x ? x : y; }",
        "minimum": "static double minimum(double x, double y) { return x < y || x != x ? x : y; }",
    },
    comment="//",
    header="#include <math.h>",
    gap="\n\n",
    assign="const double {} = {};",
    variable="double {} = {};",
    add="{} += {};",
    begin=lambda parameters, each: [
        "void step(const double *parameters, const double *batch, long n, double *totals, double *each)",
        "{",
        *(f"    const double {name} = parameters[{i}];" for i, name in enumerate(parameters)),
    ],
    loop=lambda inputs: [
        f"    for (long i = 0; i < n; i++, batch += {len(inputs)}) {{",
        *(f"        const double {name} = batch[{i}];" for i, name in enumerate(inputs)),
    ],
    results=lambda each: [f"        *each++ = {name};" for name in each],
    close=["    }"],
    size="",
    end=lambda totals, each: [*(f"    totals[{i}] = {total};" for i, total in enumerate(totals)), "}"],
)

LANGUAGES = {"python": PYTHON, "c": C, "javascript": JAVASCRIPT}
