"""Tests of sentences with places: filled with numbers they are those of `steps`."""

import re

import pytest

from scalargrad import Value, compile, parse, steps
from scalargrad.pages.numbers import Numbers
from scalargrad.pages.sentences import MOST, Story
from scalargrad.passes.labels import plain
from scalargrad.passes.notation import is_exact, markup_number

GRAPHS = {
    "sigmoid(a*x + b)": {"a": 2, "x": -1, "b": 0.5},
    "d = a + b; e = b - c; Y = d * e": {"a": 2, "b": 3, "c": 1},
    "a*a - 2*a**3 / log(b) + 1e-7*a": {"a": -1.5, "b": 0.25},
    "maximum(a, b) * (-a)**2 * exp(b)": {"a": -0.5, "b": -3},
    "a**3 + b**2": {"a": 1e-5, "b": -2},
    "a": {"a": 2},
}


def told(y):
    """The story of a graph, and the numbers that go into its places."""
    numbers = Numbers(y)
    story = Story(numbers)
    program = compile(list(story.results.places), numbers.leaves, reduction="none", target="python")
    found = program(*([leaf.data] for leaf in numbers.leaves))
    return story, [each[0] if isinstance(each, tuple) else each for each in found]


def filled(text, numbers):
    """A text with numbers in its places."""

    def number(place):
        kind, x = place[1], numbers[int(place[2].split(",")[0])]
        if kind == "=":
            return "=" if all(is_exact(numbers[int(i)]) for i in place[2].split(",")) else "≈"
        text = markup_number(x)
        return repr(x) if kind == "!" else f"({text})" if kind and x < 0 or kind == "^" and "SUP" in text else text

    return re.sub(r"\{([=(^!]?)([\d,]+)\)?\}", number, text).replace("&#123;", "{").replace("&#125;", "}")


@pytest.mark.parametrize("expression", GRAPHS)
def test_the_sentences_are_those_of_steps(expression):
    """Each step, filled with numbers, is the caption of that step; of an edge, with its rule before it."""
    y, _ = parse(expression, **GRAPHS[expression])
    story, numbers = told(y)
    captions = [plain(filled(step["text"], numbers)) for step in story.steps]
    leaves = [step.caption for step in steps(y) if step.node.operation is None and step.is_forward]
    others = [step for step in steps(y) if step.node.operation is not None or not step.is_forward]
    assert captions[0] == ", ".join(leaves)
    for caption, step in zip(captions[1:], others, strict=True):
        rule, so, _ = ("", "", "") if step.is_forward else caption.partition(", so ")
        assert caption == f"{rule}{so}{step.caption}"
        assert step.is_forward or rule.startswith("d" if step.consumer is None else "∂")


@pytest.mark.parametrize("expression", GRAPHS)
def test_numbers_are_known_when_their_step_has_been_taken(expression):
    """The numbers in the sentence of a step are those of this step and of steps before it; the new one is new."""
    story, _ = told(parse(expression, **GRAPHS[expression])[0])
    since = story.results.since
    for now, step in enumerate(story.steps, 1):
        places = [int(i) for each in re.findall(r"\{[=(^]?([\d,]+)\)?\}", step["text"]) for i in each.split(",")]
        assert all(since[place] <= now for place in places)
        assert since[step["gradient"] if "gradient" in step else step["node"]] == now


def test_each_result_has_a_step_of_its_own():
    """A gradient that is the same Value as another one, as through a sum, is known only after its own step."""
    story, numbers = told(parse("sigmoid(a + b)", a=1, b=2)[0])
    gradients = [step["gradient"] for step in story.steps if "gradient" in step]
    assert len(set(gradients)) == len(gradients) == 4
    assert [story.results.since[place] for place in gradients] == [4, 5, 6, 7]
    assert numbers[gradients[2]] == numbers[gradients[3]]


def about(y, name):
    """What is said of the node of a name, as text."""
    story, numbers = told(y)
    (node,) = (node for node in story.nodes if node.get("name") == name)
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", filled(node["about"], numbers))).replace("&lt;", "<").strip()


def test_the_chain_rule_is_a_sum_over_consumers():
    """Of a node that two others use there are two terms, in symbols and in numbers; y as a consumer is no factor."""
    y, _ = parse("d = a + b; e = b - c; Y = d * e", a=2, b=3, c=1)
    assert "2 terms d Y d b = ∂ d ∂ b · d Y d d + ∂ e ∂ b · d Y d e = 1 · 2 + 1 · 5 = 7" in about(y, "b")
    assert "The chain rule d Y d d = ∂ Y ∂ d = 2 with the local derivative ∂ Y ∂ d = e = 2" in about(y, "d")
    assert about(y, "Y").startswith("Y = d · e = 5 · 2 = 10 Here the backward pass begins d Y d Y = 1")


def test_a_node_used_twice_by_one_operation_has_a_left_and_a_right_term():
    """The two terms of a * a are told apart, and so are their local derivatives."""
    y, _ = parse("a * a", a=3)
    assert "∂ v 1 ∂ a left + ∂ v 1 ∂ a right = 3 + 3 = 6" in about(y, "a")


def test_long_sums_are_cut():
    """Of many terms the first ones and the last are shown, and their number is that of all of them."""
    a = Value(2.0, "a")
    y = sum((a * (i + 0.5) for i in range(20)), Value(0.0, "s"))
    text = about(y, "a")
    assert "Used 20 times" in text and "…" in text
    assert text.count("·") <= 6 * MOST


def test_labels_are_no_places_and_no_tags():
    """A label with braces, quotes or tags is a text."""
    y = Value(2.0, "{0}") * Value(3.0, "</script><img onerror=alert(1)>") * Value(5.0, "{(1)}")
    story, numbers = told(y)
    texts = [step["text"] for step in story.steps] + [node["about"] for node in story.nodes]
    assert not any("<img" in text or "</script" in text for text in texts)
    assert plain(filled(story.steps[0]["text"], numbers)) == "{0} = 2, </script><img onerror=alert(1)> = 3, {(1)} = 5"
