"""What differs between a program in Python, in C and in JavaScript.

`source.py` writes a trace in each of them. The loop that `native.py` runs has the texts in C as its cases.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable

ARITHMETIC = ("+", "-", "*", "/")

# The texts of operations that are not written as `x + y`: the comparisons, abs, and each function of `elementary.py` that is
# not made of others.
TEXTS: dict[str, dict[str, str]] = {
    ">": {"python": "(1.0 if {} > {} else 0.0)", "c": "({} > {} ? 1.0 : 0.0)", "javascript": "({} > {} ? 1 : 0)"},
    ">=": {"python": "(1.0 if {} >= {} else 0.0)", "c": "({} >= {} ? 1.0 : 0.0)", "javascript": "({} >= {} ? 1 : 0)"},
    "==": {"python": "(1.0 if {} == {} else 0.0)", "c": "({} == {} ? 1.0 : 0.0)", "javascript": "({} === {} ? 1 : 0)"},
    "abs": {"python": "abs({})", "c": "fabs({})", "javascript": "Math.abs({})"},
    "power": {"python": "power({}, {})", "c": "pow({}, {})", "javascript": "Math.pow({}, {})"},
    "maximum": {"python": "maximum({}, {})", "c": "maximum({}, {})", "javascript": "Math.max({}, {})"},
    "minimum": {"python": "minimum({}, {})", "c": "minimum({}, {})", "javascript": "Math.min({}, {})"},
    "exp": {"python": "exp({})", "c": "exp({})", "javascript": "Math.exp({})"},
    "log": {"python": "math.log({})", "c": "log({})", "javascript": "Math.log({})"},
    "log1p": {"python": "math.log1p({})", "c": "log1p({})", "javascript": "Math.log1p({})"},
    "log2": {"python": "math.log2({})", "c": "log2({})", "javascript": "Math.log2({})"},
    "log10": {"python": "math.log10({})", "c": "log10({})", "javascript": "Math.log10({})"},
    "expm1": {"python": "expm1({})", "c": "expm1({})", "javascript": "Math.expm1({})"},
    "sqrt": {"python": "math.sqrt({})", "c": "sqrt({})", "javascript": "Math.sqrt({})"},
    "sin": {"python": "math.sin({})", "c": "sin({})", "javascript": "Math.sin({})"},
    "cos": {"python": "math.cos({})", "c": "cos({})", "javascript": "Math.cos({})"},
    "tan": {"python": "math.tan({})", "c": "tan({})", "javascript": "Math.tan({})"},
    "asin": {"python": "math.asin({})", "c": "asin({})", "javascript": "Math.asin({})"},
    "acos": {"python": "math.acos({})", "c": "acos({})", "javascript": "Math.acos({})"},
    "atan": {"python": "math.atan({})", "c": "atan({})", "javascript": "Math.atan({})"},
    "sinh": {"python": "sinh({})", "c": "sinh({})", "javascript": "Math.sinh({})"},
    "cosh": {"python": "cosh({})", "c": "cosh({})", "javascript": "Math.cosh({})"},
    "tanh": {"python": "math.tanh({})", "c": "tanh({})", "javascript": "Math.tanh({})"},
}


@dataclasses.dataclass(frozen=True)
class Language:
    """What differs between languages.

    name        its name in TEXTS
    numbers     how inf and nan are written
    helpers     for each name that a text may use, the lines that define it; they are written if it is used
    module      the module whose functions are imported, such as tan for the text `math.tan({})`; "" if there is none
    comment     the beginning of a comment
    header      the first lines
    gap         what stands between definitions
    assign      the statement that names a number
    variable    the statement that makes a variable
    add         the statement that adds to a variable
    begin       the lines that open the function, from its name, the names of the parameters and the outputs by example
    loop        those that open the loop over the batch, from the names of the inputs
    results     those that keep an example's results, from their expressions
    close       those that close the loop
    size        the statement that counts the examples
    end         those that return, from the expressions of the totals, and close the function
    local       what stands before a function that is called by `train` alone
    train       the function that trains, from the numbers of parameters, of inputs of the loss, of what is remembered of a
                parameter, and of what is the same for all of them in a step
    """

    name: str
    numbers: dict[str, str]
    helpers: dict[str, str]
    module: str
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
    local: str
    train: Callable[..., str]

    def has_text(self, operation: str) -> bool:
        """Return whether there is a text of the operation."""
        return operation in ARITHMETIC or self.name in TEXTS.get(operation, ())

    def text(self, operation: str) -> str:
        """Return the text of an operation, with braces for its operands. Raises NotImplementedError if there is none."""
        if not self.has_text(operation):
            raise NotImplementedError(
                f"compile: {operation} has no text in the language {self.name!r}; add it to its row in TEXTS, in "
                f"scalargrad/program/languages.py, as in {TEXTS['tan'][self.name]!r}"
            )
        return f"{{}} {operation} {{}}" if operation in ARITHMETIC else TEXTS[operation][self.name]


def names_used() -> set[str]:
    """Return the names that the texts of any language use. A program gives them to nothing else."""
    texts = (text for row in TEXTS.values() for text in row.values())
    helpers = (name for language in LANGUAGES.values() for name in language.helpers)
    return {*re.findall(r"[A-Za-z_]\w*", " ".join(texts)), *helpers}


def _list_text(names: Iterable[str]) -> str:
    return f"[{', '.join(names)}]"


def _results_text(totals: list[str], per_example: list[int]) -> str:
    return _list_text([totals[0], _list_text(totals[1:]), *(["each"] if per_example else [])]) if totals else "each"


def _without_overflow(name: str, infinity: str = "math.inf") -> str:
    return f"""
        def {name}(x):
            try:
                return math.{name}(x)
            except OverflowError:
                return {infinity}
        """


PYTHON = Language(
    name="python",
    numbers={"inf": "math.inf", "-inf": "-math.inf", "nan": "math.nan"},
    module="math",
    helpers={
        "math": "import math",
        "exp": _without_overflow("exp"),
        "expm1": _without_overflow("expm1"),
        "sinh": _without_overflow("sinh", "math.copysign(math.inf, x)"),
        "cosh": _without_overflow("cosh"),
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
    begin=lambda name, parameters, per_example: [
        f"def {name}(parameters, batch):",
        f"    {_list_text(parameters)} = parameters",
        *(["    each = []"] if per_example else []),
    ],
    loop=lambda inputs: [f"    for {_list_text(inputs)} in batch:"],
    results=lambda per_example: [f"        each.append({_list_text(per_example)})"],
    close=[],
    size="    n = len(batch)",
    end=lambda totals, per_example: [f"    return {_results_text(totals, per_example)}"],
    local="",
    train=lambda *_: (
        """
        def train(parameters, memory, examples, batches, rates):
            # a batch is a list of places in examples, and a rate is a list of what `update` gets besides the batch
            losses = []
            for batch, rate in zip(batches, rates):
                loss, gradients = step(parameters, [examples[k] for k in batch])
                updated = update(rate, [[x, *m, gradient] for x, m, gradient in zip(parameters, memory, gradients)])
                parameters, memory = [x for x, *_ in updated], [m for _, *m in updated]
                losses.append(loss)
            return [losses, parameters, memory]
        """
    ),
)

JAVASCRIPT = Language(
    name="javascript",
    numbers={"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"},
    helpers={},
    module="",
    comment="//",
    header="",
    gap="\n\n",
    assign="const {} = {};",
    variable="let {} = {};",
    add="{} += {};",
    begin=lambda name, parameters, per_example: [
        f"function {name}(parameters, batch) {{",
        f"    const {_list_text(parameters)} = parameters;",
        *(["    const each = [];"] if per_example else []),
    ],
    loop=lambda inputs: [f"    for (const {_list_text(inputs)} of batch) {{"],
    results=lambda per_example: [f"        each.push({_list_text(per_example)});"],
    close=["    }"],
    size="    const n = batch.length;",
    end=lambda totals, per_example: [f"    return {_results_text(totals, per_example)};", "}"],
    local="",
    train=lambda *_: (
        """
        function train(parameters, memory, examples, batches, rates) {
            // a batch is a list of places in examples, and a rate is a list of what `update` gets besides the batch
            const losses = [];
            for (const [i, batch] of batches.entries()) {
                const [loss, gradients] = step(parameters, batch.map((k) => examples[k]));
                const updated = update(rates[i], parameters.map((x, j) => [x, ...memory[j], gradients[j]]));
                parameters = updated.map(([x, ...m]) => x);
                memory = updated.map(([x, ...m]) => m);
                losses.push(loss);
            }
            return [losses, parameters, memory];
        }
        """
    ),
)


def _train_in_c(parameters: int, inputs: int, memory: int, rates: int) -> str:
    read = "".join(f"\n            state[p][{1 + m}] = memory[{memory} * p + {m}];" for m in range(memory))
    kept = "".join(f"\n            memory[{memory} * p + {m}] = updated[p][{1 + m}];" for m in range(memory))
    return f"""\
// Parameters and memory are changed. The examples of all batches stand one after the other, and so do what `update` gets
// besides the batch, the rates: {rates} for each step.
void train(double *parameters, double *memory, const double *examples, const long *batch_sizes, long steps,
           const double *rates, double *losses)
{{
    static double totals[{1 + parameters}], state[{parameters}][{2 + memory}], updated[{parameters}][{1 + memory}];
    for (long i = 0; i < steps; i++) {{
        step(parameters, examples, batch_sizes[i], totals, 0);
        for (long p = 0; p < {parameters}; p++) {{
            state[p][0] = parameters[p];{read}
            state[p][{1 + memory}] = totals[1 + p];
        }}
        update(rates, state[0], {parameters}, 0, updated[0]);
        for (long p = 0; p < {parameters}; p++) {{
            parameters[p] = updated[p][0];{kept}
        }}
        losses[i] = totals[0];
        examples += batch_sizes[i] * {inputs};
        rates += {rates};
    }}
}}
"""


C = Language(
    name="c",
    numbers={"inf": "INFINITY", "-inf": "-INFINITY", "nan": "NAN"},
    helpers={
        "maximum": "static double maximum(double x, double y) { return x > y || x != x ? x : y; }",
        "minimum": "static double minimum(double x, double y) { return x < y || x != x ? x : y; }",
    },
    module="",
    comment="//",
    header="#include <math.h>",
    gap="\n\n",
    assign="const double {} = {};",
    variable="double {} = {};",
    add="{} += {};",
    begin=lambda name, parameters, per_example: [
        f"void {name}(const double *parameters, const double *batch, long n, double *totals, double *each)",
        "{",
        *(f"    const double {name} = parameters[{i}];" for i, name in enumerate(parameters)),
    ],
    loop=lambda inputs: [
        f"    for (long i = 0; i < n; i++, batch += {len(inputs)}) {{",
        *(f"        const double {name} = batch[{i}];" for i, name in enumerate(inputs)),
    ],
    results=lambda per_example: [f"        *each++ = {name};" for name in per_example],
    close=["    }"],
    size="",
    end=lambda totals, per_example: [*(f"    totals[{i}] = {total};" for i, total in enumerate(totals)), "}"],
    local="static ",  # because the C library, too, has a function `step`
    train=_train_in_c,
)

LANGUAGES = {language.name: language for language in (PYTHON, C, JAVASCRIPT)}
