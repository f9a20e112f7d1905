"""Tests of slides in a browser: keys, clicks and swipes, full size, and slides within slides. They need Chromium."""

import html

import pytest

from scalargrad import draw, parse
from scalargrad.pictures.themes import THEMES

pytestmark = pytest.mark.slow("starts a browser")


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    """The address of a page with seven slides."""
    path = tmp_path_factory.mktemp("deck") / "deck.html"
    draw(parse("a * x", a=2, x=3)[0], theme="dark").save_slides(path)
    return path.as_uri()


@pytest.fixture
def page(new_page):
    """A new page, on which no error is raised and which asks for no other file."""
    return new_page(height=720, has_touch=True)


def place(page):
    """The number of the one slide that is seen, which the page also writes."""
    (seen,) = [i for i, slide in enumerate(page.query_selector_all("section"), 1) if slide.is_visible()]
    assert page.inner_text("#place") == f"{seen} / 7"
    return seen


def test_keys_of_presenters(page, deck):
    """Arrows, page keys, space and Enter go a frame forward or back, Home and End to the ends, and no further."""
    page.goto(deck)
    forward, back = (
        ("ArrowRight", "ArrowDown", "PageDown", "Space", "Enter"),
        ("ArrowLeft", "ArrowUp", "PageUp", "Backspace"),
    )
    assert place(page) == 1
    for i, key in enumerate(forward, 2):
        page.keyboard.press(key)
        assert place(page) == i
    for i, key in enumerate(back, 1):
        page.keyboard.press(key)
        assert place(page) == 6 - i
    for key, i in (("End", 7), ("ArrowRight", 7), ("Home", 1), ("ArrowLeft", 1), ("Control+ArrowRight", 1)):
        page.keyboard.press(key)
        assert place(page) == i
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement")


def test_clicks_and_swipes(page, deck):
    """A click or a tap is a frame, buttons go both ways, and a swipe goes where the finger goes, once."""
    page.goto(deck)
    page.mouse.click(200, 300)
    page.touchscreen.tap(900, 300)
    assert place(page) == 3
    page.click("#back")
    assert place(page) == 2
    page.keyboard.press("Enter")  # on the button
    assert place(page) == 1
    swipe = """(dx) => { for (const [kind, x] of [["touchstart", 600], ["touchend", 600 + dx]]) {
        const touch = new Touch({ identifier: 1, target: document.body, clientX: x, clientY: 300 })
        const touches = { touches: kind === "touchstart" ? [touch] : [], changedTouches: [touch] }
        document.body.dispatchEvent(new TouchEvent(kind, { bubbles: true, cancelable: true, ...touches }))
    } }"""
    for dx, i in ((-200, 2), (-60, 3), (150, 2), (10, 2)):
        page.evaluate(swipe, dx)
        assert place(page) == i
    page.reload()
    assert place(page) == 2


@pytest.mark.parametrize("width, height", [(1280, 720), (390, 844)])
def test_a_frame_fills_the_slide(page, deck, width, height):
    """On any screen the picture is as large as fits, in one place, above its caption, and nothing has to be scrolled."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto(deck)
    boxes = set()
    for _ in range(7):
        svg, caption = (page.query_selector(f"section.on {each}").bounding_box() for each in ("svg", ".caption"))
        boxes.add((svg["x"], svg["y"], svg["width"], svg["height"]))
        assert svg["y"] + svg["height"] <= caption["y"] and caption["y"] + caption["height"] <= height
        page.keyboard.press("ArrowRight")
    ((x, y, across, down),) = boxes
    assert across > 0.95 * width and (down > 0.75 * height or height > width)
    assert page.evaluate("[document.body.scrollWidth, document.body.scrollHeight]") == [width, height]
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert "#%02X%02X%02X" % tuple(map(int, colour[4:-1].split(","))) == THEMES["dark"].page


def test_slides_within_slides(page, deck):
    """Within reveal.js the keys go to the page when its slide is shown, and beyond its end to the slides around it."""
    page.goto("about:blank")
    page.goto(deck)  # an address whose frames may load files
    page.set_content(f'<iframe src="{html.escape(deck)}" width="800" height="450"></iframe>')
    (inside,) = page.frames[1:]
    inside.wait_for_selector("section.on")
    page.evaluate("window.said = []; addEventListener('message', (event) => said.push(JSON.parse(event.data)))")
    page.evaluate("frames[0].postMessage('slide:start', '*')")
    page.wait_for_function("document.activeElement.tagName === 'IFRAME'")
    page.keyboard.press("ArrowRight")
    assert place(inside) == 2 and page.evaluate("said") == []
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("said.length")
    assert page.evaluate("said") == [{"method": "next"}]


def test_on_paper(page, deck):
    """Printed, each frame has a page of its own, 16:9, with its picture, which is in the page for that time only."""
    page.goto(deck)
    count = "document.querySelectorAll('section svg').length"
    page.evaluate(f"addEventListener('beforeprint', () => {{ window.printed = {count} }})")
    content = page.pdf(prefer_css_page_size=True)
    assert content.count(b"/Type /Page\n") == 7 and b"/MediaBox [0 0 960 540]" in content
    assert page.evaluate(f"[window.printed, {count}]") == [7, 1]
