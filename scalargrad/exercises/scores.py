"""The points of a class: a table, and what was hardest.

With this module the results of all submissions become CSV, and a summary for a terminal.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scalargrad.exercises.results import replace


def write_csv(path: Path, exercises: Sequence[str], results: Mapping[str, Any]) -> None:
    """Write the points of each submission in each exercise, and their sum."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["submission", *exercises, "score", "max_score"])
    for submission, each in results.items():
        points: Counter[str] = Counter()
        for test in each["tests"]:
            points[_exercise(test)] += test["score"]
        rows.writerow([submission, *(points[name] for name in exercises), each["score"], each["max_score"]])
    replace(path, text.getvalue())


def statistics(results: Mapping[str, Any]) -> str:
    """Return a summary as text: for each exercise the mean and the tests that cost most points; then what was unusual."""
    tests = [test for each in results.values() for test in each["tests"]]
    lines = []
    for exercise in dict.fromkeys(_exercise(test) for test in tests):
        own = [test for test in tests if _exercise(test) == exercise]
        mean, most = (sum(test[key] for test in own) / len(results) for key in ("score", "max_score"))
        losers = sum(
            any(_exercise(test) == exercise and _failed(test) for test in each["tests"]) for each in results.values()
        )
        lines.append(f"{exercise}: mean {mean:.1f} of {most:g}, points lost by {losers} of {len(results)}")
        failed = Counter(test["name"].removeprefix(f"{exercise}: ") for test in own if _failed(test))
        lines += [f"{count:6}  {name}" for name, count in failed.most_common()]
    unusual = {name: each["output"] for name, each in results.items() if each["extra_data"]["remarks"]}
    lines += [f"{name}: {'; '.join(output.splitlines())}" for name, output in unusual.items()]
    return "\n".join(lines)


def _exercise(test):
    return test["tags"][0]


def _failed(test):
    return test["score"] < test["max_score"]
