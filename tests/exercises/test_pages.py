"""Tests of the pages for students and lecturers, light and dark, on wide screens and narrow ones."""

import re

import pytest
from results_of_a_class import by_key, graded

from scalargrad.exercises.feedback import PAGES, page
from scalargrad.exercises.report import page as report

LONG = "a_file_with_a_very_long_name_" * 10
MISTAKE = f"f({LONG}): you returned {'9' * 200}, expected 3\nhint: count"


def luminance(colour):
    """How light a colour is, from 0 to 1, as WCAG 2 defines it."""
    parts = re.findall("..", colour[1:]) if len(colour) == 7 else [2 * part for part in colour[1:]]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in (int(part, 16) / 255 for part in parts)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast():
    """On light and dark pages, every text stands out from what is behind it by 4.5, and bars by 3, as WCAG 2 asks."""
    blocks = re.findall(r":root \{(.*?)\}", (PAGES / "page.css").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        light = {name: luminance(colour) for name, colour in re.findall(r"--(\w+): (#\w+)", block)}
        for text, ratio in {"text": 4.5, "note": 4.5, "wrong": 4.5, "right": 4.5, "bar": 3}.items():
            for behind in ("page", "soft"):
                low, high = sorted((light[text], light[behind]))
                assert (high + 0.05) / (low + 0.05) >= ratio, (text, behind)


@pytest.mark.slow("starts a browser")
def test_in_a_browser(new_page, tmp_path):
    """Both pages fit a wide screen and a phone, whatever is in them, and are dark where the reader's screen is."""
    student = graded(LONG, "1", {"ex01_a: one": MISTAKE}.items(), [LONG])
    (tmp_path / "feedback.html").write_text(page(student), encoding="utf-8")
    (tmp_path / "report.html").write_text(report(by_key(student, graded("b", ""))), encoding="utf-8")
    for name in ("feedback", "report"):
        backgrounds = []
        for scheme in ("light", "dark"):
            for width in (1280, 360):
                opened = new_page(width, color_scheme=scheme)
                opened.goto((tmp_path / f"{name}.html").as_uri())
                assert opened.evaluate("document.documentElement.scrollWidth") == width
                backgrounds.append(opened.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert backgrounds[0] == backgrounds[1] == "rgb(255, 255, 255)" != backgrounds[2] == backgrounds[3]
