"""Tests of what all pages use."""

from pathlib import Path

from scalargrad.pages import page as pages
from scalargrad.passes.labels import plain
from scalargrad.passes.notation import is_exact, markup_number

SHARED = Path(pages.__file__).with_name("shared.js").read_text(encoding="utf-8")
NUMBERS = [0.0, -0.0, 1.5625, -1.5615, 0.1, 0.1 + 0.2, 1 / 3, 9999.5, 9998.5, 10000.5, 10001.5, 999_999.5, 1e-4, 9.9995e-5]
NUMBERS += [12.125, 12.375, 1e99, 1e-99, 2**-20, 1234.5, 1235.5, -123.25]


def test_numbers_are_written_as_in_pictures(new_page):
    """A number has the text that Python gives it, also one in the middle of two, and is as exact."""
    page = new_page()
    page.set_content(f"<script>{SHARED}</script>")
    numbers = NUMBERS + [i / 64 for i in range(-700, 700, 3)] + [i * 10.0**k / 7 for i in range(1, 30) for k in range(-9, 9)]
    found = page.evaluate("(numbers) => numbers.map((x) => [numberText(x), isExact(x)])", numbers)
    assert [tuple(each) for each in found] == [(plain(markup_number(x)), is_exact(x)) for x in numbers]
    assert page.evaluate("[NaN, Infinity, -Infinity].map(numberText)") == ["nan", "∞", "−∞"]
