"""The subcommands `scalargrad exercises` and `scalargrad grade`."""

import argparse
import os
import sys
import time
from pathlib import Path

from scalargrad.exercises import classroom, scores
from scalargrad.exercises.feedback import write_feedback
from scalargrad.exercises.folder import by_name, chosen, update_tests, write_exercises
from scalargrad.exercises.github import update_package, write_workflow
from scalargrad.exercises.gradescope import write_autograder
from scalargrad.exercises.isolation import HAS_PROCESSES
from scalargrad.exercises.limits import TIME_LIMIT, seconds
from scalargrad.exercises.report import write_report

FORMATS = ("points", "moodle", "canvas")
CAP = "count at most the maximum: a bonus only makes up for lost points"
CUSTOM_TESTS = "a folder of custom tests, to add, or to replace tests by name"


def add_exercises(commands: argparse._SubParsersAction) -> None:
    """Add the command that writes the folder a student works in."""
    text = "write a folder of exercises; pytest grades them there"
    command = commands.add_parser("exercises", help=text, description=f"{text.capitalize()}.")
    command.add_argument("folder", metavar="DIR", nargs="?", help="the folder; exercises it already has are not changed")
    command.add_argument("names", metavar="EXERCISE", nargs="*", help="which, such as ex01; all, if none is named")
    what = command.add_mutually_exclusive_group()
    what.add_argument("--solutions", action="store_true", help="write the solutions instead")
    what.add_argument("--update", action="store_true", help="write nothing but the tests, as they are in this version")
    what.add_argument("--gradescope", metavar="ZIP", help="write an autograder for Gradescope, and no folder")
    command.add_argument("--github", action="store_true", help="add a workflow that shows the points on GitHub")
    command.add_argument("--tests", metavar="DIR", help=f"for Gradescope: {CUSTOM_TESTS}")
    command.add_argument("--cap", action="store_true", help=f"for Gradescope: {CAP}")
    command.set_defaults(run=_exercises)


def add_grade(commands: argparse._SubParsersAction) -> None:
    """Add the command that grades a class."""
    text = "grade a class, and print which tests were hardest"
    command = commands.add_parser("grade", help=text, description=f"{text.capitalize()}.")
    handed_in = "a folder with a folder or a zip for each student, or what Moodle or Canvas hand out, also as a zip"
    limit = f"of processor time for each test ({TIME_LIMIT:g})"
    command.add_argument("submissions", metavar="SUBMISSIONS", help=handed_in)
    command.add_argument("-o", "--output", metavar="FILE", default="scores.csv", help="the points, as CSV (scores.csv)")
    command.add_argument("--format", default="points", choices=FORMATS, help="what reads the CSV (points: you)")
    command.add_argument("--assignment", metavar="NAME", default="Exercises", help="its name in Canvas (Exercises)")
    command.add_argument("--exercises", metavar="NAMES", default="", help="which count, as in ex01,ex02 (all)")
    command.add_argument("--feedback", metavar="DIR", help="write what each student is told to a folder, as HTML")
    command.add_argument("--report", metavar="FILE", help="write what was hardest, and what failed most, as HTML")
    command.add_argument("--time-limit", metavar="SECONDS", type=seconds, default=TIME_LIMIT, help=limit)
    command.add_argument("--tests", metavar="DIR", help=CUSTOM_TESTS)
    command.add_argument("--cap", action="store_true", help=CAP)
    command.set_defaults(run=_grade)


def _exercises(options, rest):
    _refuse([text for text in rest if text.startswith("-")])
    options.names += [text for text in rest if not text.startswith("-")]  # those behind an option
    if options.gradescope:
        _write_autograder(options)
        return
    if not options.folder:
        raise ValueError("name the folder to write to, as in `scalargrad exercises my-exercises`")
    if options.folder in by_name():
        example = f"scalargrad exercises my-exercises {options.folder}"
        raise ValueError(f"{options.folder} is an exercise: name a folder first, as in `{example}`")
    for option in ("tests", "cap"):
        if getattr(options, option):
            raise ValueError(f"--{option} is for an autograder, --gradescope ZIP, or for `scalargrad grade`")
    if options.update:
        if options.names:
            raise ValueError("--update is for all exercises in the folder: leave out their names, or leave out --update")
        updated = update_tests(options.folder)
        update_package(Path(options.folder))
        print(f"These are those of this version now, and no exercise is changed: {', '.join(updated)}.")
    else:
        written = write_exercises(options.folder, options.solutions, options.names)
        count = "1 exercise was" if len(written) == 1 else f"{len(written)} exercises were"
        print(f"{count} written to {options.folder}; run pytest there.")
        if kept := [path.name for path in chosen(options.names) if path.name not in written]:
            print(f"These were there and are not changed: {', '.join(kept)}.")
    if options.github:
        write_workflow(Path(options.folder))
        print("GitHub shows the points of whoever pushes this folder, with its folder .github, as a repository.")


def _write_autograder(options):
    if options.github:
        raise ValueError("--github is for a folder of exercises: leave it out, or leave out --gradescope")
    _refuse_folder("--gradescope", options.gradescope)
    names = [name for name in (options.folder, *options.names) if name is not None]
    count = write_autograder(options.gradescope, names, options.tests, options.cap)
    print(f"{options.gradescope} has {count} tests; upload it to Gradescope as the autograder of an assignment.")


def _grade(options, rest):
    _refuse(rest)
    if not HAS_PROCESSES:
        raise ValueError(
            "grade: a browser has no processes, and each submission is graded in one: grade a class with Python elsewhere"
        )
    start = time.monotonic()
    columns = {"points": scores.points, "moodle": scores.moodle, "canvas": scores.canvas(options.assignment)}[options.format]
    names = [name.strip() for name in options.exercises.split(",") if name.strip()]
    others = [path for path in (options.feedback, options.report) if path]
    paths = [os.path.realpath(path) for path in (options.output, *others)]
    if len(set(paths)) < len(paths):
        raise ValueError(f"-o {options.output}: give the points, the feedback and the report names of their own")
    _refuse_folder("-o", options.output)
    _refuse_folder("--report", options.report)
    if options.feedback and os.path.isfile(options.feedback):
        raise ValueError(f"--feedback {options.feedback}: this is a file; name a folder")
    try:
        results = classroom.grade(
            options.submissions, options.output, options.time_limit, options.tests, options.cap, names, columns, others
        )
    except classroom.Interrupted:
        raise SystemExit(f"\nThe points so far are in {options.output}; the same command does the rest.") from None
    except KeyboardInterrupt:
        raise SystemExit("\nStopped before the points were written; the same command does the rest.") from None
    print(scores.statistics(results))
    print(f"\n{len(results)} submissions in {time.monotonic() - start:.0f} s; the points are in {options.output}.")
    if options.feedback:
        write_feedback(options.feedback, results, options.format == "moodle")
        print(f"What each student is told is in {options.feedback}.")
    if options.report:
        write_report(options.report, results)
        print(f"The report is {options.report}.")
    if options.format != "points":
        _say_what_is_not_taken(options.format.capitalize(), results)


def _say_what_is_not_taken(system, results):
    """Say which grades Moodle or Canvas will not take, and why."""
    if nameless := scores.without_number(results):
        print(f"no row for {system}, because no number of {system} is in the name: {', '.join(nameless)}", file=sys.stderr)
    above = [key for key, each in results.items() if each["score"] > each["max_score"]]
    if above and system == "Moodle":
        print(f"above the maximum, which Moodle refuses (see --cap): {', '.join(above)}", file=sys.stderr)


def _refuse_folder(option, path):
    """Say that a folder is in the place of a file, before the work and not after it."""
    if path and os.path.isdir(path):
        raise ValueError(f"{option} {path}: this is a folder; name a file")


def _refuse(rest):
    if rest:
        raise ValueError(f"{rest[0]}: there is no such option")
