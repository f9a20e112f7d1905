"""The report on a class: one page for the lecturer.

With this module a lecturer sees how the points are distributed, which tests were hardest, and for each exercise what went
wrong most.
"""

import html
import os
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scalargrad.exercises.feedback import PAGES, share
from scalargrad.exercises.results import replace
from scalargrad.templates import fill

HARDEST, MESSAGES = 10, 5  # so many tests are listed, and messages for each exercise
TEXT = 300  # and so many characters of a message
RETURNED = re.compile(r"you returned .*?, expected", re.DOTALL)


def write_report(path: str | os.PathLike, results: Mapping[str, Any]) -> None:
    """Write the report on the results of a class, as HTML."""
    replace(Path(path), page(results))


def page(results: Mapping[str, Any]) -> str:
    """Return the report on the results of a class, which has a submission at least, as HTML."""
    found = list(results.values())
    maximum = found[0]["max_score"]
    scores = [each["score"] for each in found]
    every = [test for each in found for test in each["tests"]]
    exercises = list(dict.fromkeys(test["tags"][0] for test in every))
    tried = Counter(test["name"] for test in every if test["extra_data"]["tried"])
    failed = Counter(test["name"] for test in every if test["extra_data"]["tried"] and test["status"] == "failed")
    hardest = [(name, name) for name, _ in sorted(failed.items(), key=lambda each: (-each[1], each[0]))[:HARDEST]]
    return fill(
        PAGES / "report.html",
        count=len(found),
        mean=f"{statistics.fmean(scores):.1f}",
        median=f"{statistics.median(scores):g}",
        maximum=f"{maximum:g}",
        columns=_columns(scores, maximum),
        exercises="".join(_exercise(exercise, found) for exercise in exercises),
        hardest=_tests(hardest, failed, tried),
        sections="".join(_section(exercise, found, failed, tried) for exercise in exercises),
        unusual=_unusual(results),
    )


def distribution(scores: Iterable[float], maximum: float) -> dict[str, int]:
    """Return how many scores have so many percent of the maximum, in steps of 10: "0" is from 0 to below 10."""
    counts = dict.fromkeys([*(f"{percent}" for percent in range(0, 101, 10)), "more"], 0)
    for score in scores:
        tenths = 10 if score >= maximum else min(int(10 * score / maximum), 9)
        counts["more" if score > maximum else f"{10 * tenths}"] += 1
    return counts


def messages(tests: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Return what failed tests say, each with the names of the tests that say it, without hints and what was printed.

    What was returned is left out, because many mistakes return something of their own.
    """
    said: dict[str, set[str]] = {}
    for test in tests:
        if test["status"] == "failed":
            text = re.split(r"\n(?:hint|printed): ", test["output"])[0]
            text = RETURNED.sub("you returned …, expected", text)
            said.setdefault(text if len(text) <= TEXT else f"{text[:TEXT]} …", set()).add(test["name"])
    return said


def _columns(scores, maximum):
    counts = distribution(scores, maximum)
    highest = max(counts.values())
    return "\n".join(
        f'<li>{count}<i style="--share: {share(count, highest)}"></i><small>{name}</small></li>'
        for name, count in counts.items()
    )


def _breaking(name):
    """A name, as HTML, that a narrow page may break behind each _."""
    return html.escape(name).replace("_", "_<wbr>")


def _own(exercise, each):
    return [test for test in each["tests"] if test["tags"][0] == exercise]


def _exercise(exercise, found):
    scores = [sum(test["score"] for test in _own(exercise, each)) for each in found]
    maximum = sum(test["max_score"] for test in _own(exercise, found[0]))
    mean = statistics.fmean(scores)
    return fill(
        PAGES / "report_exercise.html",
        exercise=_breaking(exercise),
        mean=f"{mean:.1f}",
        maximum=f"{maximum:g}",
        share=share(mean, maximum),
        every=sum(score >= maximum for score in scores),
        none=scores.count(0),
    )


def _tests(tests, failed, tried):
    """A table of tests, given by their names and what they are called here, and how many failed them, as HTML."""
    rows = [
        fill(
            PAGES / "report_test.html",
            name=called,
            count=f"{failed[name]} of {tried[name]}",
            share=share(failed[name], tried[name]),
        )
        for name, called in tests
    ]
    return fill(PAGES / "report_tests.html", rows="".join(rows)) if rows else "<p>Nobody has failed a test.</p>\n"


def _section(exercise, found, failed, tried):
    """What went wrong in an exercise, as HTML: its tests, and what most submissions were told."""
    tasks = {test["name"]: test["name"].partition(": ")[2] for test in _own(exercise, found[0])}
    told: Counter[str] = Counter()
    tests: dict[str, set[str]] = {}
    for each in found:
        for text, own in messages(_own(exercise, each)).items():
            told[text] += 1
            tests.setdefault(text, set()).update(own)
    rows = [
        fill(
            PAGES / "report_message.html",
            count=f"{count} of {len(found)}",
            message=text,
            tasks=", ".join(task for name, task in tasks.items() if name in tests[text]),
        )
        for text, count in sorted(told.items(), key=lambda each: (-each[1], each[0]))[:MESSAGES]
    ]
    return fill(
        PAGES / "report_section.html",
        exercise=exercise,
        tests=_tests([(name, task) for name, task in tasks.items() if failed[name]], failed, tried),
        messages=fill(PAGES / "report_messages.html", rows="".join(rows)) if rows else "",
    )


def _unusual(results):
    lines = [
        f"<li>{html.escape(key)}: {html.escape('; '.join(each['extra_data']['remarks']))}</li>"
        for key, each in results.items()
        if each["extra_data"]["remarks"]
    ]
    return "<h2>What was unusual</h2>\n<ul>\n" + "\n".join(lines) + "\n</ul>" if lines else ""
