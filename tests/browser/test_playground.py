"""Tests of the playground in a real browser: it trains as Python trains, and everything in it can be used."""

import math
import random

import pytest

from scalargrad import operation, sigmoid
from scalargrad.graph import placeholder
from scalargrad.losses import binary_cross_entropy, cross_entropy, hinge, mean_squared_error
from scalargrad.nn import MLP, Layer, Neuron
from scalargrad.optim import SGD, AdaGrad, Adam, AdamW, Momentum, Optimizer, RMSProp
from scalargrad.pages.playground import playground
from scalargrad.program import compile

ARROW = "ArrowRight"


def moons(n=40, seed=1):
    """Points of two classes, each on half a circle."""
    generator, points = random.Random(seed), []
    for i in range(n):
        angle = math.pi * generator.random()
        point = (1 - math.cos(angle), 0.5 - math.sin(angle)) if i % 2 else (math.cos(angle), math.sin(angle))
        points.append(tuple(x + generator.gauss(0, 0.1) for x in point))
    return points, [i % 2 for i in range(n)]


@pytest.fixture
def open_playground(new_page, tmp_path):
    """Save a playground, open it, and return the tab."""

    def opened(model, loss=binary_cross_entropy, data=None, look=None, **options):
        playground(model, loss, *(data or moons()), **options).save(tmp_path / "page.html")
        page = new_page(**(look or {}))
        page.goto((tmp_path / "page.html").as_uri())
        return page

    return opened


def parameters(page):
    """The parameters in the page, by name."""
    return dict(page.evaluate("data.parameters.map((p, i) => [p.name, parameters[i]])"))


def shown(page, name):
    return page.locator(f"#{name}").text_content()


def set_slider(page, name, value):
    page.locator(f"#{name}").evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')); }", value
    )


def test_each_optimizer_trains_as_in_python(open_playground):
    """Twenty steps give the parameters that Python computes, to 1e-9, and the loss that is shown is theirs."""
    (points, labels), x, t = moons(), placeholder(2, "x"), placeholder("t")
    page = open_playground(MLP(2, [4, 1], "tanh", seed=0), optimizer=Adam(lr=0.05))
    set_slider(page, "batch", len(points))
    for kind in (SGD, Momentum, AdaGrad, RMSProp, Adam, AdamW):
        page.locator("#optimizer").select_option(kind.__name__)
        page.locator("#reset").click()
        page.locator("body").press("Escape")
        for _ in range(20):
            page.keyboard.press(ARROW)
        model = MLP(2, [4, 1], "tanh", seed=0)
        train = compile(
            binary_cross_entropy([model(x)], [t]), [x, t], optimizer=kind(model.parameters(), lr=0.05), target="python"
        )
        train(points, labels, epochs=20)
        assert shown(page, "steps") == "20"
        assert parameters(page) == pytest.approx({p.label: p.data for p in model.parameters()}, rel=1e-9, abs=1e-12)
        assert float(shown(page, "loss")) == pytest.approx(train.program(points, labels), rel=1e-3)


def test_every_optimizer_is_offered(open_playground):
    """The page offers all optimizers; the given one is chosen and keeps its settings, the others have their defaults."""
    page = open_playground(Neuron(2, seed=0), optimizer=Momentum(lr=0.2, momentum=0.5))
    assert page.locator("#optimizer option").all_text_contents() == [
        "SGD",
        "AdaGrad",
        "Adam",
        "AdamW",
        "Momentum",
        "RMSProp",
    ]
    assert page.locator("#optimizer").input_value() == "Momentum" and shown(page, "rate-text") == "0.2"
    assert page.evaluate("data.optimizers.Momentum.update.constants").count(0.5) == 1
    page.locator("#optimizer").select_option("SGD")
    page.locator("#step").click()
    assert page.evaluate("training.state.length") == 2 and shown(page, "steps") == "1"


def test_a_custom_optimizer(open_playground):
    """An optimizer that somebody has written is offered too."""

    class Halved(Optimizer):
        def update(self, x, gradient, lr, memory):
            return x / 2, ()

    model = Neuron(2, seed=0)
    page = open_playground(model, optimizer=Halved(None, lr=0.1))
    page.locator("#step").click()
    assert parameters(page) == {p.label: p.data / 2 for p in model.parameters()}


def test_it_trains_until_it_is_paused(open_playground):
    """Play trains until pause; the loss falls, and the points are told apart."""
    page = open_playground(MLP(2, [8, 1], "tanh", seed=0), optimizer=Adam(lr=0.05))
    before = float(shown(page, "loss"))
    page.locator("#play").click()
    page.wait_for_function("training.steps > 300")
    page.locator("#play").click()
    steps = page.evaluate("training.steps")
    page.wait_for_timeout(100)
    assert page.evaluate("training.steps") == steps and float(shown(page, "loss")) < before / 2
    assert int(shown(page, "right").removesuffix(" %")) >= 90
    assert f"in {steps} steps" in page.locator("#curve").get_attribute("aria-label")


def test_start_over_and_seeds(open_playground):
    """Start over gives the first weights again; other seeds draw new ones in the ranges of first weights, each the same."""
    model = MLP(2, [8, 1], seed=0)
    first = {p.label: p.data for p in model.parameters()}
    page = open_playground(model)
    page.locator("#step").click()
    assert parameters(page) != first
    page.locator("#reset").click()
    assert parameters(page) == first and shown(page, "steps") == "0"
    found = []
    for seed in "121":
        page.locator("#seed").fill(seed)
        page.locator("#seed").press("Enter")
        found.append(parameters(page))
    assert found[0] == found[2] != found[1]
    for name, number in found[0].items():
        bound = 0 if name[0] == "b" else math.sqrt(3) if name.startswith("w[0]") else math.sqrt(6 / 9)
        assert abs(number) <= bound and (bound == 0 or number != 0)


def test_what_is_predicted(open_playground):
    """What is right, and where the boundary is, follow from the loss: also for labels -1 and 1, and for probabilities."""
    points, labels = moons()
    neuron = Neuron(2, nonlin=False, seed=3)

    def probability(x):
        return sigmoid(neuron(x))

    signs = [2 * label - 1 for label in labels]
    cases = [
        (neuron, hinge, signs, 0),
        (neuron, binary_cross_entropy, labels, 0),
        (probability, mean_squared_error, labels, 0.5),
    ]
    for model, loss, given, threshold in cases:
        page = open_playground(model, loss, (points, given))
        right = sum((model(point).data > threshold) == (label > 0) for point, label in zip(points, given))
        assert shown(page, "right") == f"{100 * right / len(points):.0f} %"
        classes = page.evaluate("[...plane.classes]")
        grid = page.evaluate("plane.grid")
        assert [model(point).data > threshold for point in zip(*grid)][::50] == [bool(c) for c in classes][::50]


def test_classes(open_playground):
    """A model with a score for each class takes a point for the class of the largest."""
    generator, model = random.Random(0), MLP(2, [5, 3], "tanh", seed=1)
    points = [(generator.gauss(0, 1), generator.gauss(0, 1)) for _ in range(30)]
    page = open_playground(model, cross_entropy, (points, [i % 3 for i in range(30)]))
    scores = [[score.data for score in model(point)] for point in points]
    right = sum(row.index(max(row)) == i % 3 for i, row in enumerate(scores))
    assert shown(page, "right") == f"{100 * right / 30:.0f} %"
    assert page.locator("#tools label").all_text_contents() == ["chooses", "adds ● 0", "adds ■ 1", "adds ▲ 2", "removes"]
    page.locator("#step").click()


def test_a_loss_that_is_not_finite_stops_it(open_playground):
    """With a learning rate that is too large the training stops, says what is not finite, and starts over well."""
    page = open_playground(Neuron(2, nonlin=False, seed=0), mean_squared_error, optimizer=SGD(lr=10.0))
    page.locator("#play").click()
    page.wait_for_function("document.getElementById('about').textContent.startsWith('Stopped')")
    text = shown(page, "about")
    assert "too large" in text or "Infinity" in text
    assert "learning rate smaller than 10" in text and page.locator("#play").get_attribute("aria-label") == "Train"
    assert all(map(math.isfinite, parameters(page).values()))
    page.locator("#reset").click()
    assert shown(page, "steps") == "0" and "Stopped" not in shown(page, "about")


def place_of(page, weight):
    """A place on the screen where the line of a weight is, and no other."""
    return page.evaluate(
        """(weight) => {
            const box = network.canvas.getBoundingClientRect(), half = network.size / 2;
            const unit = network.units.find((each) => each.weights.includes(weight));
            const source = network.units[unit.sources[unit.weights.indexOf(weight)]];
            for (let t = 0.1; t < 0.9; t += 0.05) {
                const along = 3 * t * t - 2 * t * t * t, middle = 1.5 * t * (1 - t);
                const x = (1 - t) ** 3 * (source.x + half) + middle * (source.x + unit.x) + t ** 3 * (unit.x - half);
                const event = { clientX: box.left + x, clientY: box.top + source.y + along * (unit.y - source.y) };
                if (network.weightAt(event) === weight) return [event.clientX, event.clientY];
            }
        }""",
        weight,
    )


def test_a_weight_is_dragged(open_playground):
    """The line of a weight says its number, and dragged up it grows; the loss and the predictions follow at once."""
    page = open_playground(MLP(2, [3, 1], "tanh", seed=0))
    before, loss = parameters(page), shown(page, "loss")
    x, y = place_of(page, 0)
    page.mouse.move(x, y)
    name = page.evaluate("data.parameters[0].name")
    assert shown(page, "about").startswith(f"{name} = ")
    page.mouse.down()
    page.mouse.move(x, y - 60, steps=3)
    page.mouse.up()
    assert parameters(page) == {**before, name: pytest.approx(before[name] + 1)}
    assert shown(page, "loss") != loss


def test_a_neuron_opens(open_playground):
    """A click on a neuron opens its graph, whose numbers and gradients are the engine's for the chosen example, live."""
    (points, labels), model = moons(), MLP(2, [3, 1], "tanh", seed=0)
    page = open_playground(model)
    page.get_by_role("button", name="neuron 1 of layer 0, tanh: its graph").click()
    page.keyboard.press("Tab")
    assert shown(page, "neuron-title") == "Neuron 1 of layer 0, tanh, for example 0"
    page.evaluate("chooseExample(7)")
    page.locator("#weights input").nth(0).fill("0.25")
    neuron = model.layers[0].neurons[1]
    neuron.w[0].data = 0.25
    loss = binary_cross_entropy([model(points[7])], labels[7:8])
    loss.backward()
    numbers = dict(
        page.evaluate("neuron.cells.map(({ row }) => [row, neuron.schedule.perExample[row][0]])"),
    )
    expected = [each for p in (*neuron.w, neuron.b) for each in (p.data, p.grad)]
    for number in expected:
        assert min(abs(number - each) for each in numbers.values()) < 1e-12
    assert parameters(page)["w[0][1][0]"] == 0.25
    texts = page.locator("#neuron-graph .data text").all_text_contents()
    assert "0.25" in texts and "" not in texts
    inside = """() => {
        const { left, right, top, bottom } = neuron.svg.getBoundingClientRect();
        return [...neuron.svg.querySelectorAll("text")].map((text) => text.getBoundingClientRect())
            .every((box) => box.left >= left && box.right <= right && box.top >= top && box.bottom <= bottom);
    }"""
    assert page.evaluate(inside)
    page.get_by_role("button", name="neuron 1 of layer 0, tanh: its graph").click()
    assert page.locator("#neuron").is_hidden()


def test_points_of_ones_own(open_playground):
    """A click adds a point of the chosen label or removes one, and the training goes on with them."""
    page = open_playground(Neuron(2, seed=0))
    box = page.locator("#plane").bounding_box()
    page.get_by_label("adds ■ 1").check()
    page.mouse.click(box["x"] + 10, box["y"] + 20)
    assert (
        page.evaluate("batches.count") == 41 and "Example 40" in shown(page, "about") and "label 1" in shown(page, "about")
    )
    x, y = page.evaluate("examples.map((column) => column.at(-1))")[:2]
    assert [x, y] == pytest.approx(page.evaluate("plane.fromPixels(10, 20)"), abs=1e-9)
    page.locator("#step").click()
    page.get_by_label("removes").check()
    page.mouse.click(box["x"] + 10, box["y"] + 20)
    assert page.evaluate("batches.count") == 40 and page.evaluate("examples[0].length") == 40
    page.get_by_label("chooses").check()
    x, y = page.evaluate("plane.toPixels(examples[0][5], examples[1][5])")
    page.mouse.click(box["x"] + x, box["y"] + y)
    chosen = page.evaluate("example")
    assert math.dist(page.evaluate(f"plane.toPixels(examples[0][{chosen}], examples[1][{chosen}])"), [x, y]) < 2


def test_the_last_point_stays(open_playground):
    """Of two points one can be removed, and not the other."""
    page = open_playground(Neuron(2, seed=0), data=([(0.0, 0.0), (1.0, 1.0)], [0, 1]))
    page.locator("#plane").focus()
    page.keyboard.press("Delete")
    assert page.evaluate("batches.count") == 1
    page.keyboard.press("Delete")
    assert page.evaluate("batches.count") == 1 and "The last point stays" in shown(page, "about")


def test_the_keyboard_alone(open_playground):
    """With the keyboard alone one trains, starts over, opens a neuron, types a weight, and chooses and adds points."""
    page = open_playground(MLP(2, [2, 1], seed=0))
    page.keyboard.press(ARROW)
    assert shown(page, "steps") == "1"
    page.keyboard.press("Space")
    page.wait_for_function("training.steps > 5")
    page.keyboard.press("Space")
    page.keyboard.press("r")
    assert shown(page, "steps") == "0"

    def tab_to(script):
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate(f"((element) => {script})(document.activeElement)"):
                return
        raise AssertionError(f"the keyboard does not get to where {script}")

    tab_to("element.title.startsWith('neuron 0 of layer 0')")
    page.keyboard.press("Enter")
    assert page.locator("#neuron").is_visible()
    tab_to("element.id === 'plane'")
    page.keyboard.press("PageDown")
    assert page.evaluate("example") == 1 and "example 1" in shown(page, "neuron-title")
    tab_to("element.value === 'choose'")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("tool") == "add 0"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert page.evaluate("batches.count") == 41
    tab_to("element.parentElement.textContent === 'w[0][0][0]'")
    page.keyboard.press("ArrowUp")
    assert "w[0][0][0] = " in shown(page, "about")


def test_what_is_this(open_playground):
    """The page shows the printed program, says that the loop computes, and selects the text where there is no clipboard."""
    page = open_playground(Neuron(2, seed=0), optimizer=SGD(lr=0.1))
    page.get_by_role("button", name="What is this?").click()
    assert "not by this text but by a" in shown(page, "program")
    source = shown(page, "source")
    assert "function step(" in source and "function update(" in source and "function train(" in source
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Selected").wait_for()
    assert "function step(" in page.evaluate("String(getSelection())")
    page.keyboard.press("Escape")
    assert page.locator("#program").is_hidden()


def test_the_printed_program_computes_what_the_page_computes(open_playground):
    """A step of the printed program has the parameters of a step of the page."""
    model, (points, labels) = MLP(2, [3, 1], "tanh", seed=0), moons()
    page = open_playground(model, optimizer=SGD(lr=0.1))
    set_slider(page, "batch", 40)
    page.locator("#step").click()
    found = page.evaluate(
        """([examples]) => {
            const train = new Function(at.source.textContent + "return train;")();
            const first = data.parameters.map((p) => p.number), all = [...examples.keys()];
            return train(first, first.map(() => []), examples, [all], [[0.1]])[1];
        }""",
        [[[*point, label] for point, label in zip(points, labels)]],
    )
    assert found == pytest.approx(page.evaluate("[...parameters]"), rel=1e-12)


@pytest.mark.slow("axe-core looks at three states of a page")
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(open_playground, axe, width, color_scheme):
    """Wide and narrow, light and dark, with a neuron and with the program open, axe-core finds nothing; all is inside."""
    page = open_playground(MLP(2, [3, 2], seed=0), cross_entropy, look={"width": width, "color_scheme": color_scheme})
    assert axe(page) == []
    page.get_by_role("button", name="neuron 0 of layer 0").click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="What is this?").click()
    assert axe(page) == []


def test_another_window(open_playground):
    """When the window becomes narrow, everything moves into it; when its colours change, the heat maps have the new ones."""
    page = open_playground(MLP(2, [16, 1], seed=0))
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function("network.units.every(({ x }) => x < 390)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    before = page.evaluate("[...plane.map.pixels]")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("getComputedStyle(document.body).backgroundColor === 'rgb(18, 18, 18)'")
    page.wait_for_function("(before) => plane.map.pixels.some((pixel, i) => pixel !== before[i])", arg=before)


def test_little_motion(open_playground):
    """For readers who want little motion the page draws only now and then while it trains."""
    page = open_playground(Neuron(2, seed=0), look={"reduced_motion": "reduce"})
    page.locator("#play").click()
    page.wait_for_function("steps > 200")
    assert page.evaluate("[frames, steps]")[0] < 10
    page.locator("#play").click()
    assert shown(page, "steps") == str(page.evaluate("steps"))


def test_in_a_notebook(new_page):
    """In the frame of a notebook, which may do nothing but run scripts, it trains."""
    page = new_page()
    page.set_content(playground(Neuron(2, seed=0), binary_cross_entropy, *moons())._repr_mimebundle_()["text/html"])
    frame = page.frame_locator("iframe")
    frame.locator("#step").click()
    assert frame.locator("#steps").text_content() == "1"


def test_models_of_all_kinds(open_playground):
    """A layer, a function with features and a model without neurons train; of a custom model the units are shown."""
    inner = MLP(3, [2, 1], "tanh", seed=0)
    a = Neuron(2, nonlin=False, seed=1)

    def with_product(x):
        return sigmoid(inner([*x, x[0] * x[1]]))

    def without_neurons(x):
        return a.w[0] * x[0] - a.b

    def with_a_constant(x):
        return inner([*x, 1.0])

    for model, units in ((Layer(2, 1, seed=0), 3), (with_product, 7), (with_a_constant, 6), (without_neurons, 3)):
        page = open_playground(model, mean_squared_error)
        page.locator("#step").click()
        assert shown(page, "steps") == "1" and page.locator(".unit").count() == units


def test_labels_that_are_markup(new_page, tmp_path):
    """A title and names of parameters with tags and placeholders of templates in them stay texts."""
    bad = "</script><img src=x onerror=alert(1)>{{file page.py}}"
    neuron = Neuron(2, seed=0)
    neuron.w[0].label = bad
    playground(neuron, binary_cross_entropy, *moons(), title=bad).save(tmp_path / "page.html")
    page = new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert (
        shown(page, "neuron") is not None and page.locator("h1").text_content() == bad and page.locator("img").count() == 0
    )
    page.locator(".unit:not(:disabled)").click()
    assert page.locator("#weights label").first.text_content() == bad


def deciding(x):
    return x[0] if x[0] > 0 else x[1]


def test_bad_input():
    """What a playground cannot be made of is refused in a sentence."""
    points, labels = moons(4)
    model, loss = MLP(2, [2, 1], seed=0), binary_cross_entropy
    other = Neuron(2, seed=1)

    @operation("decided")
    def decided(x):
        return (x, 1) if x > 0 else (-x, -1)

    for arguments, error, sentence in [
        ((MLP(3, [1]), loss, points, labels), ValueError, "the model takes a Vector of two inputs; .*given 2 inputs"),
        (
            (lambda x: 1.0, loss, points, labels),
            TypeError,
            "a model returns one score, or one for each class, each a Value, got .1.0.",
        ),
        ((deciding, loss, points, labels), TypeError, "the model decides by a number"),
        ((lambda x: decided(model(x)), loss, points, labels), TypeError, "decides by a number"),
        ((lambda a, b: a, loss, points, labels), ValueError, "the model takes a Vector of two inputs; .*missing 1"),
        ((model, loss, 3, labels), TypeError, "points come in a list, a tuple or an array, got 3"),
        (
            (model, loss, [1.0, 2.0], [0, 1]),
            TypeError,
            "both numbers of a point come in a list, .* got 1.0",
        ),
        ((model, loss, [], []), ValueError, "one or more points, got 0 points and 0 labels"),
        ((model, loss, points, labels[1:]), ValueError, "got 4 points and 3 labels"),
        ((model, loss, [(1.0, 2.0, 3.0)], [0]), ValueError, r"a point is two finite numbers, got \[1.0, 2.0, 3.0\]"),
        ((model, loss, [(1.0, math.nan)], [0]), ValueError, "a point is two finite numbers"),
        ((model, loss, points, "abab"), ValueError, "a label is a finite number, got 'a'"),
        ((model, loss, points, [0, 1, 2, 0]), ValueError, "one score has two different labels, got 0, 1, 2"),
        ((model, loss, points, [1, 1, 1, 1]), ValueError, "one score has two different labels, got 1"),
        (
            (model, loss, points, [0, 5, 0, 5]),
            ValueError,
            "the target of example 0 is 5, and it has to be a number from 0 to 1",
        ),
        ((MLP(2, [3]), cross_entropy, points, [0, 1, 3, 2]), ValueError, "3 scores has the labels 0 to 2, got 0, 1, 2, 3"),
        ((model, lambda y, t: y, points, labels), TypeError, "a loss is one Value"),
        ((model, lambda y, t: y[0] if y[0] > 0 else t[0], points, labels), TypeError, "the loss decides by a number"),
        ((model, "hinge", points, labels), TypeError, "a loss is a function"),
        (("model", loss, points, labels), TypeError, "a model is a function"),
        ((model, loss, points, labels, Adam(other.parameters())), ValueError, "Adam has other parameters than the model"),
        ((model, loss, points, labels, 0.1), TypeError, "an optimizer is made as in .* got 0.1"),
    ]:
        with pytest.raises(error, match=sentence) as raised:
            playground(*arguments)
        assert "\n" not in str(raised.value)
    with pytest.raises(ValueError, match=r"the ending of a page's file is .html"):
        playground(model, loss, points, labels).save("page.pdf")
