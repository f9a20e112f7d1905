"""Feedback: what a student is told, as a page that any browser opens.

With this module each submission of a class gets one file, with its points, and with what was wrong in each failed test, and
the hints. Hidden tests count, and are not shown.
"""

import html
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scalargrad.exercises.handed_in import file_name
from scalargrad.exercises.results import replace
from scalargrad.templates import fill

PAGES = Path(__file__).with_name("pages")


def write_feedback(folder: str | os.PathLike, results: Mapping[str, Any], for_moodle: bool = False) -> None:
    """Write a page for each submission to a folder.

    for_moodle  whether each has a name by which Moodle knows whose it is, in a zip of feedback files
    """
    for key, found in results.items():
        about = found["extra_data"]
        name = file_name(key)
        if for_moodle and about["id"]:
            student = re.sub(r'[_/\\:*?"<>|]', " ", about["name"])[:50]  # Moodle reads the number behind the first _
            name = f"{student}_{about['id']}_assignsubmission_file_feedback"
        replace(Path(folder) / f"{name}.html", page(found))


def page(found: Mapping[str, Any]) -> str:
    """Return the page about the results of a submission, as HTML."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for test in found["tests"]:
        groups.setdefault(test["tags"][0], []).append(test)
    said = [f"<p>{html.escape(line)}</p>" for line in found["output"].splitlines()]
    if (most := _sum(found["tests"], "max_score")) > found["max_score"]:
        said.append(f"<p class='note'>With the bonus there are {most:g} points; {found['max_score']:g} are the maximum.</p>")
    return fill(
        PAGES / "feedback.html",
        name=found["extra_data"]["name"],
        score=f"{found['score']:g}",
        maximum=f"{found['max_score']:g}",
        share=share(found["score"], found["max_score"]),
        said="\n".join(said),
        exercises="".join(_section(exercise, group) for exercise, group in groups.items()),
    )


def share(part: float, whole: float) -> str:
    """Return how long a bar is, from 0 to 1."""
    return f"{min(part / whole, 1) if whole else 0:.3f}"


def _section(exercise, group):
    shown = [test for test in group if test["visibility"] != "hidden"]
    passed = [_line(test) for test in shown if test["status"] == "passed"]
    if hidden := len(group) - len(shown):
        passed.append(f"<li class='note'>{hidden} more {'test' if hidden == 1 else 'tests'} counted, not shown</li>")
    return fill(
        PAGES / "feedback_exercise.html",
        exercise=exercise,
        score=f"{_sum(group, 'score'):g}",
        maximum=f"{_sum(group, 'max_score'):g}",
        failed=_failed([test for test in shown if test["status"] == "failed"]),
        passed="<ul>\n" + "\n".join(passed) + "\n</ul>" if passed else "",
    )


def _failed(tests):
    """The failed tests, as HTML; what several of them say, such as a syntax error, is there once."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for test in tests:
        groups.setdefault(test["output"], []).append(test)
    pieces = []
    for feedback, group in groups.items():
        tasks = "\n".join(map(_line, group))
        pieces.append(fill(PAGES / "feedback_failed.html", tasks=tasks, feedback=feedback))
    return "".join(pieces)


def _line(test):
    task = test["name"].partition(": ")[2]
    points = f"({test['score']:g}\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}{test['max_score']:g})"
    return f"<li class='{test['status']}'>{html.escape(task)} {points}</li>"


def _sum(tests, key):
    return sum(test[key] for test in tests)
