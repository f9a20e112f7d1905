"""The results of graded tests, their table, and Gradescope's file.

With this module a student reads the points, and so does a machine.
"""

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOT_RUN, UNWRITTEN = "not run", " is not written yet"


@dataclass
class Result:
    """A graded test and its outcome. It counts as failed until it has passed.

    function  the name of the test in its file
    selected  whether this run of pytest is to run it
    """

    exercise: str
    task: str
    points: float
    hint: str = ""
    visibility: str = "visible"
    bonus: bool = False
    function: str = ""
    selected: bool = False
    failure: str = NOT_RUN
    printed: str = ""
    tried: bool = False

    @property
    def score(self) -> float:
        return 0 if self.failure else self.points

    @property
    def feedback(self) -> str:
        """What the student is told: nothing if the test passed, and the hint only if there was code to test."""
        lines = [self.failure]
        if self.failure and self.hint and self.tried:
            lines.append(f"hint: {self.hint}")
        if self.failure and self.printed:
            lines.append(f"printed: {self.printed.rstrip()}")
        return "\n".join(lines)


def totals(results: Iterable[Result], cap: bool = False) -> tuple[float, float]:
    """Return the score and the maximum. A bonus is part of the score only, so it makes up for points lost elsewhere.

    cap  whether the score is at most the maximum
    """
    results = list(results)
    score, maximum = sum(each.score for each in results), sum(each.points for each in results if not each.bonus)
    return min(score, maximum) if cap else score, maximum


def table(results: Iterable[Result], cap: bool = False) -> str:
    """Return the table as text: the points of each exercise, and below them what was wrong in each failed test.

    Where only some tests were selected, it lists these, and their points.
    """
    groups: dict[str, list[Result]] = {}
    every = list(results)
    results = [each for each in every if each.selected]
    for result in results:
        groups.setdefault(result.exercise, []).append(result)
    width, lines = max(map(len, groups), default=0) + 2, []
    for exercise, group in groups.items():
        lines.append(f"{exercise:{width}}{_points(group)}{'  (bonus)' if group[0].bonus else ''}")
        if len(results) < len(every):
            lines += [f"  + {each.task} ({each.points:g})" for each in group if not each.failure]
        failed = [each for each in group if each.failure]
        unwritten = dict.fromkeys(each.failure for each in failed if each.failure.endswith(UNWRITTEN))
        if unwritten:
            lines.append(f"    not written yet: {', '.join(each.removesuffix(UNWRITTEN) for each in unwritten)}")
        # A reason that several tests share, such as a syntax error, is printed once.
        for reason in dict.fromkeys(each.feedback for each in failed if not each.tried and each.failure not in unwritten):
            lines += _indented(reason, 4)
        for result in failed:
            if result.tried:
                lines.append(f"  - {result.task} ({result.points:g})")
                lines += _indented(result.feedback, 6)
    score, maximum = totals(results, cap)
    if len(results) < len(every):
        maximum = sum(each.points for each in results)
        return "\n".join([*lines, f"{len(results)} of {len(every)} tests were selected: {score:g} of {maximum:g} points"])
    return "\n".join([*lines, f"{'total':{width}}{score:5g} of {maximum:g}"])


def markdown(results: Iterable[Result], cap: bool = False) -> str:
    """Return the points of each exercise as a table in Markdown, and below it what was wrong, as `table` has it."""
    results = list(results)
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.exercise, []).append(result)
    score, maximum = totals(results, cap)
    lines = [f"## {score:g} of {maximum:g} points", "", "| exercise | points |", "|---|--:|"]
    for exercise, group in groups.items():
        lines.append(f"| {exercise}{' (bonus)' if group[0].bonus else ''} | {_points(group).strip()} |")
    text = table(results, cap)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))  # longer than any in the text
    return "\n".join([*lines, "", f"{fence}text", text, fence, ""])


def _points(group):
    return f"{sum(each.score for each in group):5g} of {sum(each.points for each in group):g}"


def _indented(text, width):
    return [" " * width + line for line in text.splitlines()]


def content(results: Iterable[Result], cap: bool = False) -> dict[str, Any]:
    """Return what Gradescope reads in a file results.json."""
    results = list(results)
    score, maximum = totals(results, cap)
    tests = [
        {
            "name": f"{each.exercise}: {each.task}",
            "score": each.score,
            "max_score": each.points,
            "status": "failed" if each.failure else "passed",
            "output": each.feedback,
            "visibility": each.visibility,
            "tags": [each.exercise],
            "extra_data": {"tried": each.tried},
        }
        for each in results
    ]
    return {"score": score, "max_score": maximum, "output": "", "visibility": "visible", "tests": tests}


def capped(found: dict[str, Any], cap: bool) -> dict[str, Any]:
    """Return what Gradescope reads, with a score that is at most the maximum, or with the sum of all points."""
    score = sum(test["score"] for test in found["tests"])
    return {**found, "score": min(score, found["max_score"]) if cap else score}


def write_results(path: str | os.PathLike, results: Iterable[Result], cap: bool = False) -> None:
    """Write Gradescope's file results.json. A reader never finds half a file."""
    replace(Path(path), json.dumps(content(results, cap), indent=2))


def replace(path: Path, text: str) -> None:
    """Write a file in one step: a reader finds the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
