"""Tests of reading drawings."""

import pytest

from scalargrad.exercises.dot_text import read_dot


@pytest.mark.parametrize(
    "text",
    [
        'digraph {\na [label="x = 1"]\nb\na -> b\na -> b\n}',
        'DiGraph G { rankdir=LR; node [shape=box] a [label="x = 1", color="red"]; a -> b; a:e -> b:w [penwidth=2]; }',
        'digraph "my graph" { graph [dpi=96]; edge [color=blue] /* two\nlines */ "a"->"b"//c\n# d\n"a"[label="x = 1";]a->b}',
        'digraph { subgraph cluster_1 { "a" [label="x = 1"][shape=box] } subgraph { a } -> { b; b } }',
        'digraph { b a -> b a -> b; a [label="\\x\\ = 1"] }',
    ],
)
def test_dot_is_what_it_describes(text):
    """One graph may be written in many ways."""
    nodes, edges = read_dot(text)
    assert {name: attributes["label"] for name, attributes in nodes.items()} == {"a": "x = 1", "b": "b"}
    assert edges == [("a", "b"), ("a", "b")]


def test_dot_of_other_graphs():
    """Chains, groups, strict graphs, HTML labels, lines and escapes are read as Graphviz reads them."""
    assert read_dot("digraph { a -> b -> {c d} }")[1] == [("a", "b"), ("b", "c"), ("b", "d")]
    assert read_dot("strict digraph { a -> b a -> b }")[1] == [("a", "b")]
    nodes, _ = read_dot(r'digraph { 1.5 [label=<<b>x</b>>] y [label="a\\b\"c\nd"] "node" {node [label=z] u} v }')
    labels = [attributes["label"] for attributes in nodes.values()]
    assert labels == ["<<b>x</b>>", 'a\\b"c\nd', "node", "z", "v"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("graph { a }", "expected digraph, got graph"),
        ("digraph { a -> }", "expected a name, got }"),
        ("digraph { a", "expected a name, got the end of the text"),
        ("digraph { a [label=a = 2.0] }", "expected a name, got ="),
        ('digraph { a [label="say "hi""] }', 'expected =, got ""'),
        ("digraph { a -- b }", "expected a name, got -"),
        ("digraph { } }", "expected nothing after the last brace, got }"),
        ("digraph { a [label=x } ", "expected a name, got }"),
        ("digraph a", "expected {, got the end of the text"),
        ("", "expected digraph, got the end of the text"),
    ],
)
def test_what_is_not_dot_is_refused(text, said):
    """A mistake is told with what was expected and what is there."""
    with pytest.raises(ValueError) as raised:
        read_dot(text)
    assert str(raised.value) == f"DOT: {said}"
