"""Tests of the explorer in a browser: whatever is dragged, typed and stepped through, it shows Python's numbers."""

import itertools
import math
import re

import pytest
from registered import OPERATIONS, arity

from scalargrad import Value, explore, operation, parse, steps
from scalargrad.engine import Constant, topological_order
from scalargrad.losses import cross_entropy
from scalargrad.nn import MLP
from scalargrad.nodes import registry
from scalargrad.passes.labels import plain
from scalargrad.passes.notation import markup_number

README = "sigmoid(a*x + b)", {"a": 2, "x": -1, "b": 0.5}
TWICE = "d = a*a + b; Y = d * b - log(d)", {"a": 1.25, "b": 3.5}

# The numbers of all cells of the open picture as they are written, and all results as they are computed.
CELLS = "explorer.picture.cells.map(({ name, node, input, text }) => [name, node, input ?? null, text.textContent])"
VALUES = """() => explorer.numbers.nodes.map((node, i) => ({
    data: explorer.numbers.values[i],
    grad: explorer.numbers.values[explorer.numbers.gradients[i].at(-1)],
    partials: (node.partials ?? []).map((k) => explorer.numbers.values[k]),
}))"""

# All that can be read on the page, whichever node is chosen.
TEXTS = """() => explorer.numbers.nodes.map((_, i) => {
    explorer.choose(i);
    return [...document.querySelectorAll("header p, main, #caption")].map((each) => each.innerText).join(" ");
}).join(" ")"""


@pytest.fixture
def opened(new_page, tmp_path):
    """Open the page of a graph, or of an expression and its numbers, in a tab."""

    def open_page(graph, size=(1280, 760), **options):
        y = graph if isinstance(graph, Value) else parse(graph[0], **graph[1])[0]
        explore(y, max_nodes=500).save(tmp_path / "page.html")
        page = new_page(*size, **options)
        page.goto((tmp_path / "page.html").as_uri())
        return page

    return open_page


def rest(page):
    """Wait until what was done is painted."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def check(page, y):
    """All numbers are those of Python to 1e-9 for what the leaves have now, and all cells show them."""
    rest(page)
    order = topological_order(y)
    leaves = [node for node in order if node.operation is None and not isinstance(node, Constant)]
    for leaf, x in zip(leaves, page.evaluate("explorer.numbers.fed"), strict=True):
        leaf.data, leaf.grad = x, 0
    y.forward()
    y.backward()
    close = {"rel": 1e-9, "abs": 1e-12, "nan_ok": True}
    for node, found in zip(order, page.evaluate(VALUES), strict=True):
        assert found["data"] == pytest.approx(node.data, **close)
        assert found["partials"] == pytest.approx(list(node.partials), **close)
        if not isinstance(node, Constant):
            assert found["grad"] == pytest.approx(node.grad, **close)
    for name, i, k, text in page.evaluate(CELLS):
        node = order[i]
        x = node.data if name == "data" else node.grad if name == "grad" else node.partials[k]
        assert text == plain(markup_number(x)) or math.isclose(x, 0, abs_tol=1e-12)


def drag(page, locator, by):
    """Drag something by some pixels."""
    box = locator.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y, steps=3)
    page.mouse.up()


def cell(page, node, name="data"):
    """The cell of a number in the open picture."""
    return page.locator(f"svg.open g.{name}[data-node='{node}']").first


@pytest.mark.parametrize("graph", [README, TWICE])
def test_leaves_are_dragged_typed_and_moved_by_keys(opened, graph):
    """Each way to change a leaf changes all numbers as Python does."""
    page, (y, _) = opened(graph), parse(graph[0], **graph[1])
    check(page, y)
    seen = [page.evaluate("explorer.numbers.fed[0]")]
    for change in (
        lambda: drag(page, cell(page, 0), 64),
        lambda: drag(page, page.locator(".leaf-row input[type=range]").first, 9),
        lambda: page.locator(".leaf-row input[type=number]").first.fill("0.75"),
        lambda: cell(page, 0).locator("..").press("ArrowUp"),
        lambda: cell(page, 0).locator("..").press("PageDown"),
        lambda: drag(page, page.locator("#curve"), 20),
    ):
        change()
        check(page, y)
        seen.append(page.evaluate("explorer.numbers.fed[0]"))
    assert len(set(seen)) == len(seen) and seen[3] == 0.75
    page.locator("#reset").click()
    assert page.evaluate("explorer.numbers.fed") == list(map(float, graph[1].values()))
    check(page, y)


def test_every_operation(opened):
    """A graph with each operation of the registry, and a custom one, has Python's numbers for other leaves, too."""

    @operation("cube")
    def cube(x):
        return x * x * x, 3 * x * x

    a, b = Value(0.4, "a"), Value(0.7, "b")
    parts = [registry[name](*(a, b)[: arity(registry[name])]) for name in OPERATIONS]
    y = sum(parts, cube(a))
    page = opened(y)
    check(page, y)
    for x in (0.55, 0.3):
        page.locator(".leaf-row input[type=number]").first.fill(str(x))
        check(page, y)
    assert {node.operation.__name__ for node in topological_order(y) if node.operation} >= {*OPERATIONS, "cube"} - {"power"}


@pytest.mark.parametrize(
    "y",
    [
        lambda: Value(2.0, "a"),
        lambda: Value(2.0) * Value(3.0),
        lambda: 2 * Value(math.inf, "a") + 1,
        lambda: Value(1e200, "a") * Value(-1e-200, "a") - Value(123456.5),
        lambda: Value(0.0, "a").sqrt(),
    ],
)
def test_unusual_graphs(opened, y):
    """A leaf alone, leaves without names or with the same one, and infinite, huge and tiny numbers are shown, too."""
    page = opened(y())
    check(page, y())
    page.keyboard.press("Home")
    page.keyboard.press("End")
    page.locator(".leaf-row input[type=number]").first.fill("1.5")
    check(page, y())


def test_steps_show_what_is_known(opened):
    """Each step has its sentence, and nothing on the page shows a number that is computed later."""
    page, (y, _) = opened(TWICE), parse(TWICE[0], **TWICE[1])
    told = [step for step in steps(y) if not (step.is_forward and step.node.operation is None)]
    page.keyboard.press("d")
    page.keyboard.press("Home")
    later = [{plain(markup_number(step.result)) for step in told[i:]} for i in range(len(told) + 1)]
    for i, step in itertools.chain([(0, None)], enumerate(told, 1)):
        markup = page.locator("#caption").inner_html()
        caption = plain(re.sub("<(/?)su([bp])>", lambda found: f"<{found[1]}SU{found[2].upper()}>", markup))
        direction = "forward" if step is None or step.is_forward else "backward"
        assert caption.startswith(f"Step {i + 1} of {len(told) + 1}, {direction}: ")
        assert step is None or caption.endswith(step.caption)
        shown = {text for *_, text in page.evaluate(CELLS)}
        if step is not None:
            assert plain(markup_number(step.result)) in shown
        known = {plain(markup_number(x.data)) for x in topological_order(y) if x.operation is None} | {"0", "1", "−1"}
        known |= {plain(markup_number(each.result)) for each in told[:i]}
        assert (later[i] - known).isdisjoint(page.evaluate(TEXTS).split())
        page.keyboard.press("ArrowRight")
    assert page.locator("#caption").inner_text().startswith("Both passes are done.")
    check(page, y)


def test_the_keyboard_alone(opened):
    """Tab reaches the graph; arrows step and change a leaf; the program opens and closes; playing stops."""
    page = opened(README)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "a: data 2, gradient −0.1491"
    page.keyboard.press("ArrowUp")
    page.wait_for_function("document.activeElement.getAttribute('aria-valuetext').startsWith('a: data 2.04,')")
    page.keyboard.press("ArrowLeft")
    assert page.locator("#caption").inner_text().startswith("Step 10 of 10, backward:")
    page.wait_for_function("document.getElementById('spoken').textContent.startsWith('Step 10 of 10')")
    page.keyboard.press("Home")
    assert page.locator("#caption").inner_text() == "Step 1 of 10, forward: a = 2.04, x = −1, b = 0.5"
    page.keyboard.press("Space")
    assert page.locator("#play").get_attribute("aria-label") == "Pause"
    page.keyboard.press("Space")
    page.keyboard.press("End")
    page.keyboard.press("r")
    page.keyboard.press("p")
    assert page.locator("#program-text").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#program-text").is_visible()
    check(page, parse(README[0], **README[1])[0])


def test_outside_of_a_domain(opened):
    """Where a rule refuses its input, what comes after has no numbers, and the page says which operation and why."""
    page = opened(("y = a * log(a + 1)", {"a": 1}))
    field = page.locator(".leaf-row input[type=number]")
    field.fill("-2")
    rest(page)
    assert page.locator("#caption").inner_text() == "log(−1) has no value: the logarithm needs a positive number."
    assert [(name, text) for name, *_, text in page.evaluate(CELLS) if text and name != "partial"] == [
        ("data", "−2"),
        ("data", "−1"),
    ]
    assert page.locator("#result").inner_text() == "?"
    page.wait_for_function("document.getElementById('spoken').textContent.startsWith('log(−1) has no value')")
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    assert page.locator("#caption").inner_text() == "Step 1 of 9, forward: a = −2"
    field.fill("1")
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    check(page, parse("y = a * log(a + 1)", a=1)[0])


def test_a_nudge(opened):
    """The table has Δy of a nudge, grad · Δa, and their difference."""
    page = opened(TWICE)
    page.locator("#nudge").fill("-2")
    rest(page)
    at = [parse(TWICE[0], **{**TWICE[1], "a": a})[0] for a in (1.25, 1.26)]
    at[0].backward()
    slope = topological_order(at[0])[0].grad
    found = [float(text.replace("−", "-")) for text in page.locator("#effect td").all_inner_texts()]
    rise = at[1].data - at[0].data
    assert found == pytest.approx([rise, slope * 0.01, rise - slope * 0.01], rel=1e-5)
    assert page.locator("#effect h2").inner_text() == "What a does to Y"


def test_groups_fold(opened):
    """The control and a click on a group fold and unfold; the numbers are the same in each picture."""
    y = cross_entropy(MLP(2, [3, 2], "tanh", seed=1)([Value(1.0, "x1"), Value(-1.0, "x2")]), [1.0, 0.0])
    page = opened(y)
    depth = page.locator("#depth")
    assert depth.locator("option").all_inner_texts() == ["folded", "level 2", "open"]
    sizes = []
    for i in range(3):
        depth.select_option(index=i)
        check(page, y)
        sizes.append(page.locator("svg.open g.node").count())
    assert sizes[0] < sizes[1] < sizes[2]
    depth.select_option(index=0)
    page.locator("svg.open g.node[data-group] text").first.click()
    assert depth.evaluate("each => each.selectedIndex") == 1
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert page.locator("svg.open .fresh").count() > 0  # steps within a folded group are passed over
    page.locator("svg.open g.cluster text", has_text="cross_entropy").click()
    assert depth.evaluate("each => each.selectedIndex") == 0


def test_large_graphs_are_zoomed(opened):
    """The picture of more than 60 boxes has buttons and keys for its size; one of less has none, and fits."""
    page = opened(sum((Value(1.0, f"a{i}") * 2 for i in range(25)), Value(0.0, "s")))
    width = "explorer.picture.svg.getBoundingClientRect().width"
    sizes = [page.evaluate(width)]
    for change in (
        lambda: page.locator("#larger").click(),
        lambda: page.keyboard.press("+"),
        lambda: page.keyboard.press("-"),
    ):
        change()
        sizes.append(page.evaluate(width))
    assert [b / a for a, b in itertools.pairwise(sizes)] == pytest.approx([1.25, 1.25, 0.8], rel=1e-3)
    page.keyboard.press("0")
    room = page.locator("#graph").bounding_box()
    assert page.evaluate(width) <= room["width"] and page.evaluate(width.replace("width", "height")) <= room["height"]
    assert not opened(README).locator("#larger").is_visible()


def test_the_program_is_copied(opened, axe):
    """The program that is shown is the one that runs; where there is no clipboard, it is selected."""
    page = opened(README)
    page.locator("#program").click()
    assert page.locator("#program-text").inner_text() == page.evaluate(
        "document.getElementById('program-source').textContent.trim()"
    )
    assert axe(page) == []
    assert "Math.exp" in page.locator("#program-text").inner_text()
    page.locator("#copy").click()
    assert page.locator("#copied").inner_text() == "It is copied."
    page.evaluate("document.execCommand = () => false")
    page.locator("#copy").click()
    assert page.locator("#copied").inner_text().startswith("It is selected")
    assert page.evaluate("getSelection().toString()").strip().startswith("function step")


def test_in_a_notebook(new_page, tmp_path):
    """In the sandbox of a notebook the page works, too."""
    bundle = explore(parse(README[0], **README[1])[0])._repr_mimebundle_()
    (tmp_path / "notebook.html").write_text(f"<!doctype html>{bundle['text/html']}", encoding="utf-8")
    page = new_page(1000, 760)
    page.goto((tmp_path / "notebook.html").as_uri())
    frame = page.frame_locator("iframe")
    frame.locator(".leaf-row input[type=number]").first.fill("1")
    frame.locator("#result", has_text="0.3775").wait_for()
    frame.locator("#program").click()
    frame.locator("#copy").click()
    frame.locator("#copied", has_text="It is").wait_for()


def test_labels_do_no_harm(opened):
    """Labels that look like tags, places or names of templates are shown as they are."""
    evil = "</script><img src=x onerror=alert(1)>", "{{html program}}", "{0}"
    y = Value(2.0, evil[0]) * Value(3.0, evil[1]) + Value(5.0, evil[2])
    page = opened(y)
    assert page.locator("img").count() == 0
    for node, label in zip((0, 1, 3), evil):
        page.evaluate(f"explorer.choose({node})")
        assert page.locator("#about h2").inner_text() == f"{label}, a leaf"
    check(page, y)


@pytest.mark.parametrize(("width", "scheme"), list(itertools.product((1280, 390), ("light", "dark"))))
def test_everybody_can_use_it(opened, axe, width, scheme):
    """axe-core finds nothing, at rest and while stepping; a phone is not scrolled sideways."""
    page = opened(TWICE, (width, 760), color_scheme=scheme)
    page.wait_for_timeout(400)
    assert axe(page) == []
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("d")
    page.wait_for_timeout(400)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_size_of_a_page():
    """The README's example is a file of less than 60 kB."""
    assert len(explore(parse(README[0], **README[1])[0]).html.encode()) < 60_000
