"""Tests of the colours: they can be read, and mean nothing that is not also said otherwise."""

import math
import re

import pytest

from scalargrad import Value, draw, parse, set_theme
from scalargrad.pictures.themes import THEMES

PAGES = {"light": "#FFFFFF", "dark": "#111111", "print": "#FFFFFF"}
FILLS = ["leaf", "result", "constant", "neutral", "positive", "negative", "fresh", "alarm", "paper", "layer"]
CREAM, NAVY = "#FFF8E7", "#0B1F3A"
LINES = ["line", "active", "positive_line", "negative_line"]


def luminance(colour):
    """The relative luminance of a colour, as the guidelines for web pages (WCAG) define it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """From 1 to 21; text needs 4.5, and lines 3."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_everything_can_be_read(theme):
    """Text stands out from every fill, and lines from the page they are for."""
    colours = THEMES[theme]
    assert min(contrast(colours.text, getattr(colours, fill)) for fill in FILLS) >= 4.5
    assert min(contrast(PAGES[theme], getattr(colours, line)) for line in LINES) >= 3


def test_light_pictures_can_be_read_on_dark_pages():
    """The lines of the light theme stand out from dark pages too."""
    assert min(contrast(PAGES["dark"], getattr(THEMES["light"], line)) for line in LINES) >= 3


def test_what_stands_on_the_page_can_be_read():
    """Texts between the boxes, which are large and bold, stand out from white, cream, navy and black, and in frames."""
    light, dark = THEMES["light"], THEMES["dark"]
    assert min(contrast(page, light.note) for page in ("#FFFFFF", CREAM, NAVY, "#111111", light.paper, light.layer)) >= 3.5
    assert min(contrast(page, dark.note) for page in (NAVY, "#111111", dark.paper, dark.layer)) >= 4.5
    y, _ = parse("d = a * b", a=2, b=3)
    source = draw(y, partials=True).source
    label = re.search(r"label=<((?:(?!data).)*?)>\]\n", source[source.index("n0 -> n2") :])[1]
    assert "BGCOLOR" not in label and light.note in label


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_no_number_stands_out(theme):
    """nan and infinity have a colour of their own, which no other number has, and are bold."""
    x, z = Value(math.inf, "x"), Value(-math.inf, "z")
    y = x + z
    y.backward()
    colours = THEMES[theme]
    source = draw(x * 1, y, theme=theme).source
    found = re.findall(rf'BGCOLOR="{colours.alarm}"[^>]*>(.*?)</TD>', source)
    assert sorted(set(found)) == ["<B>&#8722;&#8734;</B>", "<B>&#8734;</B>", "<B>nan</B>"]
    fills = [value for name, value in vars(colours).items() if name not in ("alarm", "text", "line", "active")]
    assert colours.alarm not in fills


def test_a_theme_for_the_session():
    """`set_theme` says what is drawn with where `draw` is not told, and refuses what there is not."""
    y, _ = parse("a * b", a=2, b=3)
    light, dark = (draw(y, theme=theme).source for theme in ("light", "dark"))
    assert draw(y).source == light
    try:
        set_theme("dark")
        assert draw(y).source == dark and draw(y, theme="light").source == light
        for unknown in ("pink", None, []):
            with pytest.raises(ValueError, match="^theme=.*: the theme of a picture is one of light, dark, print$"):
                set_theme(unknown)
        assert draw(y).source == dark
    finally:
        set_theme("light")


def test_print_is_black_and_white():
    """The theme for paper has no colour but black, white and grey."""
    assert all(re.fullmatch(r"#(..)\1\1", colour) for colour in vars(THEMES["print"]).values())


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_changes_colours_only(theme):
    """But for its colours a picture is the same in every theme, and its canvas is transparent."""
    y, _ = parse("sigmoid(a*x + b)", a=2, x=-1, b=0.5)
    y.backward()
    plain, themed = (re.sub("#[0-9A-F]{6}", "", draw(y, **options).source) for options in ({}, {"theme": theme}))
    assert plain == themed and "bgcolor=transparent" in themed


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_sign_of_a_gradient_is_a_colour_too(theme):
    """Positive, negative, and neither: gradients have three colours."""
    y, _ = parse("a * b + 0 * c", a=2, b=-1, c=5)
    before = draw(y, theme=theme).source
    y.backward()
    after = draw(y, theme=theme).source
    colours = THEMES[theme]
    found = dict(re.findall(r'<B>([abc])</B>.*?BGCOLOR="(#\w+)">grad', after))
    assert found == {"a": colours.negative, "b": colours.positive, "c": colours.neutral}
    assert set(re.findall(r'BGCOLOR="(#\w+)">grad', before)) == {colours.neutral}
    y.grad = float("nan")
    assert f'BGCOLOR="{colours.neutral}">grad' in draw(y, theme=theme).source
