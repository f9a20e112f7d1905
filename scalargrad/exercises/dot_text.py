"""Drawings in DOT, read: what they describe, however they are written.

With this module a graded test compares a student's drawing with a graph, and not with a text.
"""

import itertools
import re

# A name of DOT is quoted, a number, a word, or HTML. Blanks and comments are between tokens.
NAME = re.compile(r'"(?:[^"\\]|\\.)*"|-?(?:\.\d+|\d+(?:\.\d*)?)|[^\W\d]\w*|<(?:[^<>]|<[^<>]*>)*>', re.DOTALL)
TOKEN = re.compile(rf"\s|//[^\n]*|/\*.*?\*/|^\#[^\n]*|({NAME.pattern}|->|.)", re.DOTALL | re.MULTILINE)


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
