"""A trace as the text of a program, to be read.

The text is a function in Python, C or JavaScript, as short as one written by hand: first what is the same for every example
of a batch, then for each example the forward pass, the backward pass, and what is added up. Names are the labels of the
graph. Only their letters, digits and underscores are used, so that no label becomes code.
"""

import keyword
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count

from scalargrad.program.languages import LANGUAGES, Language, names_used
from scalargrad.program.trace import Parts, Trace

INLINE_WIDTH = 60  # the most characters of an expression that is written inside another one
LINE_WIDTH = 100  # the most characters of a line with a list
PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3}  # the same in all three languages; names and calls have 4

# What no name may be, in any of the languages, besides the names in their texts.
RESERVED = set(keyword.kwlist) | set(
    """step update train parameters batch n i each totals len main errno linux unix
    INFINITY NAN HUGE HUGE_VAL MAXFLOAT M_E M_LOG2E M_LOG10E M_LN2 M_LN10 M_PI M_PI_2 M_PI_4 M_1_PI M_2_PI M_2_SQRTPI M_SQRT2
    M_SQRT1_2 FP_NAN FP_INFINITE FP_ZERO FP_SUBNORMAL FP_NORMAL
    auto break case char const continue default do double else enum extern float for goto if inline int long register
    restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
    arguments await catch class debugger delete eval export extends false finally function implements import in instanceof
    interface let new null package private protected public super this throw true try typeof undefined var with yield
    Infinity NaN""".split()
)


def source_text(trace: Trace, language: str) -> str:
    """Return the text of a function `step` in one of LANGUAGES.

    Its arguments are the numbers of the parameters, and the batch: a sequence of examples, each with the numbers of the
    inputs. It returns the first output and the gradients, reduced over the batch, and the other outputs for each example.
    In C it writes them to two arrays that it is given.
    """
    return _program(LANGUAGES[language], _function_text("step", trace, language))


def training_text(loss: Trace, update: Trace, language: str) -> str:
    """Return the text of a function `train` in one of LANGUAGES, and of what it calls: `step`, the program of the loss, and
    `update`, that of the optimizer, of which each example is one parameter: its number, its memory and its gradient."""
    sizes = len(loss.parameters), len(loss.inputs), len(update.inputs) - 2, len(update.parameters)
    loop = textwrap.dedent(LANGUAGES[language].train(*sizes)).lstrip("\n")
    functions = _function_text("step", loss, language), _function_text("update", update, language)
    return _program(LANGUAGES[language], *(LANGUAGES[language].local + text for text in functions), loop)


def _function_text(name: str, trace: Trace, language: str) -> str:
    return "\n".join(_Writer(trace, LANGUAGES[language]).function(name)) + "\n"


def _program(language: Language, *functions: str) -> str:
    """Return functions with what they need before them: the header, helpers and imports."""
    body = language.gap.join(functions).replace("\n" + language.gap, language.gap)
    imports = []
    if language.module:
        call = rf"\b{language.module}\.(\w+)\("
        names = sorted(set(re.findall(call, body)))
        imports = [f"from {language.module} import {', '.join(names)}"] if names else []
        body = re.sub(call, r"\1(", body)
    helpers: list[str] = []
    for name, helper in reversed(language.helpers.items()):  # later helpers may use earlier ones
        if re.search(rf"\b{name}[.(]", "".join([body, *helpers])):
            helpers.insert(0, textwrap.dedent(helper).strip())
    lines = [helper for helper in (language.header, *helpers, *imports) if helper and "\n" not in helper]
    definitions = [helper for helper in helpers if "\n" in helper]
    return language.gap.join([*(["\n".join(lines)] if lines else []), *definitions, body])


class _Writer:
    def __init__(self, trace: Trace, language: Language) -> None:
        self._trace, self._language = trace, language
        self._names: dict[int, str] = {}
        self._taken = RESERVED | names_used()
        self._numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(1))
        self._inline: dict[int, tuple[str, int]] = {}  # expressions to be written inside others, with their precedence
        self._used_in_loop: set[int] = set()  # what is computed before the loop and used in it

    def function(self, name: str) -> Iterator[str]:
        """Yield the lines of a function of this name."""
        trace, language, varying = self._trace, self._language, self._trace.varying
        inputs = [self._name(i) for i in trace.inputs]
        parameters = [self._name(i) for i in trace.parameters if not varying[i]]
        results = zip(["total_", *["d_"] * len(trace.parameters)], trace.totals[:1] + trace.parameters)
        totals = [self._new_name(prefix + trace.labels.get(i, "")) for prefix, i in results] if trace.totals else []
        terms = [(total, i) for total, parts in zip(totals, trace.parts) for i in parts.varying]
        invariant = [i for i in (*trace.forward, *trace.backward) if not varying[i]]
        forward = [i for i in trace.forward if varying[i] and i not in trace.added_up]
        backward = [i for i in trace.backward if varying[i] and i not in trace.added_up]
        self._used_in_loop = {x for i in (*forward, *backward) for x in trace.operands(i) if not varying[x]}

        yield from _wrap(language.begin(name, parameters, trace.per_example))
        yield from self._section("the same for every example", 1, invariant)
        variables = (total for total, parts in zip(totals, trace.parts) if parts.varying)
        yield from (f"    {language.variable.format(total, '0.0')}" for total in variables)
        if terms or trace.per_example:
            yield from _wrap(language.loop(inputs))
            yield from self._section("forward", 2, forward)
            yield from self._section("backward", 2, backward)
            if terms:
                yield f"        {language.comment} added up over the batch"
            yield from (f"        {language.add.format(total, self._operand(i, 1))}" for total, i in terms)
            if trace.per_example:
                yield from _wrap(language.results([self._operand(i, 1) for i in trace.per_example]))
            yield from language.close
        returned = [self._total(total, parts) for total, parts in zip(totals, trace.parts)]
        if language.size and re.search(r"\bn\b", " ".join(returned)):
            yield language.size
        yield from _wrap(language.end(returned, trace.per_example))

    def _total(self, total: str, parts: Parts) -> str:
        """Return the expression of a total: what was added up, and the offset that every example adds."""
        mean, offset = self._trace.reduction == "mean", " + ".join(self._operand(i, 1) for i in parts.invariant)
        if offset and not mean:
            offset = f"n * ({offset})"
        return " + ".join([*([f"{total} / n" if mean else total] if parts.varying else []), *([offset] if offset else [])])

    def _section(self, title: str, depth: int, instructions: Iterable[int]) -> Iterator[str]:
        """Yield a statement for each instruction, except those that will be written inside others."""
        titled = False
        for i in instructions:
            text, precedence = self._expression(i)
            # What is used once is written where it is used, unless it has a name, or would be computed more often there.
            is_inline = self._trace.uses[i] == 1 and i not in self._trace.labels and i not in self._used_in_loop
            if is_inline and len(text) <= INLINE_WIDTH:
                self._inline[i] = (text, precedence)
                continue
            if not titled:
                yield f"{'    ' * depth}{self._language.comment} {title}"
            titled = True
            yield "    " * depth + self._language.assign.format(self._name(i), text)

    def _expression(self, i: int) -> tuple[str, int]:
        """Return an instruction as an expression, and its precedence."""
        name, operands = self._trace.operations[i], self._trace.operands(i)
        if name == "neg":
            return f"-{self._operand(operands[0], 4)}", PRECEDENCE[name]
        if name in PRECEDENCE:
            level = PRECEDENCE[name]
            return f"{self._operand(operands[0], level)} {name} {self._operand(operands[1], level + 1)}", level
        return self._language.text(name).format(*(self._operand(x, 1) for x in operands)), 4

    def _operand(self, i: int, level: int) -> str:
        """Return an operand, in parentheses if its precedence is below the level."""
        if i in self._inline:
            text, precedence = self._inline[i]
        elif i in self._trace.numbers:
            text, precedence = repr(self._trace.numbers[i]), 4
            text = self._language.numbers.get(text, text)
        else:
            text, precedence = self._name(i), 4
        return f"({text})" if precedence < level else text

    def _name(self, i: int) -> str:
        if i not in self._names:
            self._names[i] = self._new_name(self._trace.labels.get(i, ""))
        return self._names[i]

    def _new_name(self, label: str) -> str:
        """Return a name that is not taken: the letters, digits and underscores of the label, or v1, v2, ..."""
        name = re.sub(r"\W+", "_", label, flags=re.ASCII).strip("_")
        if not name or name[0].isdigit() or name in self._taken:
            stem = f"{name}_" if name and not name[0].isdigit() else "v"
            while (name := f"{stem}{next(self._numbers[stem])}") in self._taken:
                pass
        self._taken.add(name)
        return name


def _wrap(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines, the long ones broken between the elements of their lists."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        while len(line) > LINE_WIDTH and (comma := line.rfind(", ", 0, LINE_WIDTH)) > len(indent):
            yield line[: comma + 1]
            line = indent + line[comma + 2 :]
        yield line
