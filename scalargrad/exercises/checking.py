"""The feedback of graded tests: what a student's function returned, and what was expected.

With this module a graded test needs one line for each example, and its failure is a sentence for the student. `expect`
compares one result. `expect_calls` calls a function with all examples, twice, so that functions that remember earlier calls
or change their arguments fail. `read_dot` reads drawings.

>>> expect("tanh(0.5)", 0.0, 0.46211715726)
Traceback (most recent call last):
AssertionError: tanh(0.5): you returned 0.0, expected 0.4621
"""

import itertools
import math
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

TOLERANCE = 1e-9

# A name of DOT is quoted, a number, a word, or HTML. Blanks and comments are between tokens.
NAME = re.compile(r'"(?:[^"\\]|\\.)*"|-?(?:\.\d+|\d+(?:\.\d*)?)|[^\W\d]\w*|<(?:[^<>]|<[^<>]*>)*>', re.DOTALL)
TOKEN = re.compile(rf"\s|//[^\n]*|/\*.*?\*/|^\#[^\n]*|({NAME.pattern}|->|.)", re.DOTALL | re.MULTILINE)


def expect(call: str, found: Any, expected: Any, tolerance: float = TOLERANCE) -> None:
    """Raise AssertionError, with a sentence for the student, unless `found` agrees with `expected`.

    call       the call that was tested, as Python code
    expected   a number, True, False, None or a string; or a sequence or dictionary of these; `...` agrees with everything
    tolerance  relative to the larger number; a difference below a thousandth of it is rounding, too
    """
    if not agree(found, expected, tolerance):
        left, right = shown(found), shown(expected)
        if shown(_like(_plain(found), expected)) == right:  # they differ in later digits only, or in type
            left, right = f"{found!r:.200} ({type(found).__name__})", repr(expected).replace("Ellipsis", "...")
        raise AssertionError(f"{call}: you returned {left}, expected {right}")


def expect_calls(student: Any, name: str, examples: Iterable[tuple[tuple, Any]], tolerance: float = TOLERANCE) -> None:
    """Call a function of a student's module with each example, then with each once more, and compare all results.

    examples  pairs: the arguments, a tuple, and what is expected

    Raises AssertionError, with a sentence for the student, where a result is wrong, where a call raises an error or has
    changed its arguments, and where a later call has changed an earlier result.

    >>> import types
    >>> student = types.SimpleNamespace(last=lambda xs: xs.pop())
    >>> expect_calls(student, "last", [(([1.0, 2.0],), 2.0)])
    Traceback (most recent call last):
    AssertionError: last([1.0, 2.0]) changed its argument: [1.0, 2.0] became [1.0]; work on a copy
    """
    function, examples, results = getattr(student, name), list(examples), []
    for time in "", ", called once more":
        for arguments, expected in examples:
            call = f"{name}({', '.join(map(_code, arguments))})"
            before = _copied(arguments)
            try:
                found = _read(function(*arguments))
            except (AssertionError, NotImplementedError):
                raise
            except Exception as error:
                raise AssertionError(f"{call + time} raised {_explained(error)}") from error
            expect(call + time, found, expected, tolerance)
            for old, new in zip(before, arguments):
                if [old] != [new]:  # in lists, because nan != nan
                    raise AssertionError(f"{call} changed its argument: {_code(old)} became {_code(new)}; work on a copy")
            results.append((call, found, expected))
    for call, found, expected in results:
        if not agree(found, expected, tolerance):
            text = f"{call}: a later call has changed what this one returned, {shown(expected)}, to {shown(found)}"
            raise AssertionError(f"{text}; return a new object each time")


def expect_error(call: str, error: type[Exception], function: Callable, *arguments: Any) -> None:
    """Raise AssertionError, with a sentence for the student, unless calling the function raises this error."""
    try:
        found = _read(function(*arguments))
    except error:
        return
    raise AssertionError(f"{call}: you returned {shown(found)}, expected {error.__name__}")


def agree(found: Any, expected: Any, tolerance: float = TOLERANCE) -> bool:
    """Return whether two results are equal up to rounding. Numbers are never compared by the == of `found`."""
    found = _plain(found)
    if expected is ...:
        return True
    if expected is None or isinstance(expected, (bool, str)):
        return type(found) is type(expected) and found == expected
    if isinstance(expected, dict):
        same = isinstance(found, Mapping) and found.keys() == expected.keys()
        return same and all(agree(found[key], value, tolerance) for key, value in expected.items())
    if isinstance(expected, (tuple, list)):
        if not isinstance(found, Iterable) or isinstance(found, (str, Mapping, set)):
            return False
        parts = list(itertools.islice(found, len(expected) + 1))
        return len(parts) == len(expected) and all(map(agree, parts, expected, itertools.repeat(tolerance)))
    number = _number(found)
    return number is not None and math.isclose(number, expected, rel_tol=tolerance, abs_tol=tolerance / 1000)


def shown(x: Any) -> str:
    """Return a result as text for a student: numbers with four decimals, and little more than a line."""
    x = _plain(x)
    if x is ...:
        return "..."
    if isinstance(x, (tuple, list)):
        text = ", ".join(map(shown, x[:20])) + (", ..." if len(x) > 20 else "")
        return f"[{text}]" if isinstance(x, list) else f"({text}{',' if len(x) == 1 else ''})"
    number = _number(x)
    if isinstance(x, int) or number is None:
        return _code(x)
    return repr(round(number, 4) if number == 0 or 1e-3 <= abs(number) < 1e6 else float(f"{number:.4g}"))


def _read(x):
    """What a generator gives, as a list, because it computes only when somebody reads it."""
    return list(itertools.islice(x, 1000)) if isinstance(x, Iterator) else x


def _explained(error):
    """An error, and the last line of the student's file that led to it; that file is the first one called from here."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    lines = [frame for frame in frames if frame.filename == frames[0].filename]
    return f"{type(error).__name__}: {error}" + (f"\nin line {lines[-1].lineno}: {lines[-1].line}" if lines else "")


def _copied(x):
    """Lists, tuples and dictionaries copied at every level; what is in them stays the same object."""
    if isinstance(x, dict):
        return {key: _copied(value) for key, value in x.items()}
    return type(x)(map(_copied, x)) if type(x) in (list, tuple) else x


def _code(x):
    """An object as Python code, and little more than a line of it."""
    text = repr(x)
    return text if len(text) <= 200 else f"{text[:200]}..."


def _like(found, expected):
    """A result in the brackets of what is expected, and with its `...`."""
    if isinstance(expected, (tuple, list)) and isinstance(found, (tuple, list)) and len(found) == len(expected):
        return type(expected)(map(_like, found, expected))
    return expected if expected is ... else found


def _number(x):
    """The float of a number or a bool, such as x > 0; None for everything else."""
    try:
        return float(x) if hasattr(x, "__float__") else None
    except (TypeError, OverflowError):
        return None


def _plain(x):
    """NumPy scalars and arrays as Python numbers and lists."""
    return x.tolist() if hasattr(x, "tolist") else x


def read_dot(text: str) -> tuple[dict[str, dict[str, str]], list[tuple[str, str]]]:
    r"""Return what a DOT text describes: the attributes of each node, by its name, and the arrows, from name to name.

    Quotes, comments, the order of lines and defaults such as `node [shape=box]` are read as Graphviz reads them. The label
    of a node is the text that Graphviz draws, by default its name. Raises ValueError, with a sentence, for what is not DOT.

    >>> read_dot('digraph { node [shape=box]; a [label="say \\"hi\\""] a -> "b" }')
    ({'a': {'label': 'say "hi"', 'shape': 'box'}, 'b': {'label': 'b', 'shape': 'box'}}, [('a', 'b')])
    """
    return _Dot(text).graph()


class _Dot:
    """A text of DOT, read from left to right; the grammar is at graphviz.org/doc/info/lang.html."""

    def __init__(self, text):
        self.tokens = [match[1] for match in TOKEN.finditer(text) if match[1]][::-1]  # the next one is the last
        self.nodes: dict[str, dict[str, str]] = {}
        self.edges: list[tuple[str, str]] = []

    def graph(self):
        strict = self.taken("strict")
        self.take("digraph")
        if not self.comes("{"):
            self.name()
        self.block({})
        if self.tokens:
            raise ValueError(f"DOT: expected nothing after the last brace, got {self.tokens[-1]}")
        return self.nodes, list(dict.fromkeys(self.edges)) if strict else self.edges

    def block(self, defaults):
        """Read statements between braces; return the names of their nodes."""
        found, defaults = [], dict(defaults)
        self.take("{")
        while not self.taken("}"):
            if not self.taken(";"):
                found += self.statement(defaults)
        return found

    def statement(self, defaults):
        if self.taken("node"):
            defaults.update(self.attributes())
            return []
        if self.taken("edge") or self.taken("graph"):
            self.attributes()
            return []
        if self.tokens[-2:-1] == ["="]:  # a setting of the graph, such as rankdir=LR
            self.pair()
            return []
        ends = [self.end(defaults)]
        while self.taken("->"):
            ends.append(self.end(defaults))
        attributes = self.attributes()
        if len(ends) == 1:
            for name in ends[0]:
                self.nodes[name].update(attributes)
        for tails, heads in zip(ends, ends[1:]):
            self.edges += itertools.product(tails, heads)
        return [name for names in ends for name in names]

    def end(self, defaults):
        """Read a node, or a group of nodes between braces; return the names."""
        if self.taken("subgraph") and not self.comes("{"):
            self.name()
        if self.comes("{"):
            return self.block(defaults)
        name = self.name()
        while self.taken(":"):
            self.name()  # the place on the node where an arrow ends
        self.nodes.setdefault(name, {"label": name, **defaults})
        return [name]

    def attributes(self):
        found: dict[str, str] = {}
        while self.taken("["):
            while not self.taken("]"):
                found.update([self.pair()])
                self.taken(",") or self.taken(";")
        return found

    def pair(self):
        key = self.name()
        self.take("=")
        return key, self.name()

    def name(self):
        if not self.tokens or not NAME.fullmatch(self.tokens[-1]):
            raise ValueError(f"DOT: expected a name, got {self.tokens[-1] if self.tokens else 'the end of the text'}")
        name = self.tokens.pop()
        return (
            re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nlr" else match[1], name[1:-1]) if name[0] == '"' else name
        )

    def comes(self, text):
        return bool(self.tokens) and self.tokens[-1].lower() == text

    def taken(self, text):
        """Read this token if it comes next; return whether it did."""
        return self.comes(text) and bool(self.tokens.pop())

    def take(self, text):
        if not self.taken(text):
            raise ValueError(f"DOT: expected {text}, got {self.tokens[-1] if self.tokens else 'the end of the text'}")
