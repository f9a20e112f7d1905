"""The points of a class: tables for lecturers, Moodle and Canvas, and what was hardest.

With this module the results of all submissions become CSV, and a summary for a terminal. Moodle reads the columns of its
grading worksheet, of which it needs the identifier, the grade and when the grade was modified. Canvas reads those of its
gradebook, where the row of points possible comes first. Both find a student by the number in the name of what they handed
out.

Sources: what both read, mod/assign/feedback/offline/importgradeslib.php in Moodle, and lib/gradebook_importer.rb in Canvas.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scalargrad.exercises.results import replace

Columns = Callable[[Sequence[str], Mapping[str, Any]], Iterable[Sequence[Any]]]


def points(exercises: Sequence[str], results: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    """Return rows with the points of each submission in each exercise, and their sum; the first row has the names."""
    yield ["submission", *exercises, "score", "max_score"]
    for submission, each in results.items():
        own: Counter[str] = Counter()
        for test in each["tests"]:
            own[_exercise(test)] += test["score"]
        yield [submission, *(own[name] for name in exercises), each["score"], each["max_score"]]


def moodle(exercises: Sequence[str], results: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    """Return the rows of Moodle's grading worksheet: one for each submission that has a number."""
    yield ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)"]
    for each in results.values():
        if number := each["extra_data"]["id"]:
            yield [f"Participant {number}", each["extra_data"]["name"], each["score"], each["max_score"], "-"]


def canvas(assignment: str) -> Columns:
    """Return the function that returns the rows of Canvas's gradebook, with the points of one assignment.

    assignment  its name; with its number behind it, as in "Exercises (4711)", Canvas knows it for certain
    """

    def rows(exercises: Sequence[str], results: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        maximum = max((each["max_score"] for each in results.values()), default=0)
        yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment]
        yield ["    Points Possible", "", "", "", "", maximum]
        for each in results.values():
            if number := each["extra_data"]["id"]:
                yield [each["extra_data"]["name"], number, "", "", "", each["score"]]

    return rows


def without_number(results: Mapping[str, Any]) -> list[str]:
    """Return the submissions that have no row for Moodle and Canvas, because no number is in their name."""
    return [key for key, each in results.items() if not each["extra_data"]["id"]]


def write_csv(path: Path, exercises: Sequence[str], results: Mapping[str, Any], columns: Columns = points) -> None:
    """Write the rows of a table of all submissions."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(columns(exercises, results))
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
