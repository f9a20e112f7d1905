"""The subcommands `scalargrad exercises` and `scalargrad grade`."""

import argparse
import time

from scalargrad.exercises import classroom
from scalargrad.exercises.folder import exemplars, write_exercises
from scalargrad.exercises.isolation import HAS_PROCESSES, TIME_LIMIT, seconds
from scalargrad.exercises.scores import statistics


def add_exercises(commands: argparse._SubParsersAction) -> None:
    """Add the command that writes the folder a student works in."""
    text = "write a folder of exercises; pytest grades them there"
    command = commands.add_parser("exercises", help=text, description=f"{text.capitalize()}.")
    command.add_argument("folder", metavar="DIR", help="the folder; exercises it already has are not changed")
    command.add_argument("--solutions", action="store_true", help="write the solutions instead")
    command.set_defaults(run=_exercises)


def add_grade(commands: argparse._SubParsersAction) -> None:
    """Add the command that grades a class."""
    text = "grade a class, and print which tests were hardest"
    command = commands.add_parser("grade", help=text, description=f"{text.capitalize()}.")
    handed_in = "a folder with a folder or a zip for each student, or what Moodle or Canvas hand out, also as a zip"
    limit = f"of processor time for each test ({TIME_LIMIT:g})"
    command.add_argument("submissions", metavar="SUBMISSIONS", help=handed_in)
    command.add_argument("-o", "--output", metavar="FILE", default="scores.csv", help="the points, as CSV (scores.csv)")
    command.add_argument("--time-limit", metavar="SECONDS", type=seconds, default=TIME_LIMIT, help=limit)
    command.add_argument("--tests", metavar="DIR", help="a folder of custom tests, to add, or to replace tests by name")
    command.add_argument(
        "--cap", action="store_true", help="count at most the maximum: a bonus only makes up for lost points"
    )
    command.set_defaults(run=_grade)


def _exercises(options, rest):
    _refuse(rest)
    written = write_exercises(options.folder, options.solutions)
    print(f"{len(written)} exercises were written to {options.folder}; run pytest there.")
    kept = [path.name for path in exemplars() if path.name not in written]
    if kept:
        print(f"These were there and are not changed: {', '.join(kept)}.")


def _grade(options, rest):
    _refuse(rest)
    if not HAS_PROCESSES:
        raise ValueError(
            "each submission is graded in a process of its own, which a browser has not: grade a class elsewhere"
        )
    start = time.monotonic()
    try:
        results = classroom.grade(options.submissions, options.output, options.time_limit, options.tests, options.cap)
    except classroom.Interrupted:
        raise SystemExit(f"\nThe points so far are in {options.output}; the same command does the rest.") from None
    except KeyboardInterrupt:
        raise SystemExit("\nStopped before the points were written; the same command does the rest.") from None
    print(statistics(results))
    print(f"\n{len(results)} submissions in {time.monotonic() - start:.0f} s; the points are in {options.output}.")


def _refuse(rest):
    if rest:
        raise ValueError(f"{rest[0]}: there is no such option")
