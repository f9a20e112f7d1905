"""Gradescope: an autograder to upload, and what it does there.

With this module a lecturer gets a zip in the layout that Gradescope documents: `setup.sh` runs once, when the autograder is
built, and `run_autograder` runs for each submission. The zip has this version of scalargrad and the tests, so that only
pytest is installed, and nothing where pytest is there already. Everything is in one folder, whose name can be set by
AUTOGRADER, so that both can be tried elsewhere:

    /autograder/source        what was in the zip
    /autograder/submission    what the student has handed in
    /autograder/results       where results.json is written

Source: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

import argparse
import json
import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from scalargrad.exercises.classroom import Grader
from scalargrad.exercises.folder import add_tests, chosen, write_tests
from scalargrad.exercises.handed_in import Submission
from scalargrad.exercises.isolation import TIME_LIMIT, seconds
from scalargrad.exercises.packing import package, write_zip
from scalargrad.exercises.results import replace
from scalargrad.exercises.running import list_tests

ROOT = 'root="${AUTOGRADER:-/autograder}"\n'
SETUP = f"""#!/usr/bin/env bash
# What the grading needs: Python 3.10 or newer with pytest, and NumPy, which students may use.
set -e
{ROOT}python="$(command -v python3 || true)"
if [ -z "$python" ] || ! "$python" -c "import pytest, numpy" 2> /dev/null; then
    if ! python3 -m venv "$root/environment" 2> /dev/null; then
        apt-get update
        apt-get install -y python3 python3-venv
        python3 -m venv --clear "$root/environment"
    fi
    python="$root/environment/bin/python"
    "$python" -m pip install pytest numpy
fi
"$python" -c "import sys; sys.exit(sys.version_info < (3, 10))" || {{ echo "Python 3.10 or newer is needed" >&2; exit 1; }}
echo "$python" > "$root/source/python"
"""
RUN = f"""#!/usr/bin/env bash
# Grades the submission; --time-limit=SECONDS gives each test more time.
set -e
{ROOT}cd "$root"
export PYTHONPATH="$root/source" PYTHONDONTWRITEBYTECODE=1
exec "$(cat "$root/source/python")" -m scalargrad.exercises.gradescope "$root"%s
"""


def write_autograder(
    path: str | os.PathLike,
    names: Collection[str] = (),
    custom_tests: str | os.PathLike | None = None,
    cap: bool = False,
) -> int:
    """Write the zip to upload, and return how many tests are in it.

    names         which exercises, such as ex01; all, if there are none
    custom_tests  a folder whose files test_*.py are added, such as hidden ones, or replace those of the same name
    cap           whether a score is at most the maximum, whatever the bonus

    Raises ValueError for a name that no exercise has, without custom tests, or if pytest cannot read the tests.
    """
    files = {"setup.sh": SETUP.encode(), "run_autograder": (RUN % (" --cap" if cap else "")).encode()}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_tests(folder, chosen(names))
        if custom_tests is not None:
            add_tests(Path(custom_tests), folder)
        count = len(list_tests(folder))
        files |= {f"tests/{each.name}": each.read_bytes() for each in sorted(folder.iterdir()) if each.is_file()}
    write_zip(path, files | package(), executable=("setup.sh", "run_autograder"))
    return count


def run(root: Path, time_limit: float = TIME_LIMIT, cap: bool = False) -> None:
    """Grade the submission in a folder of Gradescope's layout, and write results/results.json there.

    time_limit  seconds of processor time for each test
    """
    submission = Submission("submission", "", "", (("", root / "submission"),))
    with tempfile.TemporaryDirectory(prefix="scalargrad-", ignore_cleanup_errors=True) as name:
        temporary = Path(name).resolve()
        grader = Grader(root / "source" / "tests", temporary / "kept", time_limit, cap, temporary)
        try:
            ((_, found),) = grader.graded([submission])
        finally:
            grader.stop()
    replace(root / "results" / "results.json", json.dumps(documented(found), indent=2))


def documented(found: dict[str, Any]) -> dict[str, Any]:
    """Return results with the fields that Gradescope documents, their texts as they are, not as HTML."""
    fields = {name: found[name] for name in ("score", "output", "visibility", "tests")}
    return {**fields, "output_format": "text", "stdout_visibility": "hidden"}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="run_autograder", description="Grade the submission in a folder of Gradescope.")
    parser.add_argument("root", type=Path)
    parser.add_argument("--time-limit", type=seconds, default=TIME_LIMIT)
    parser.add_argument("--cap", action="store_true")
    options = parser.parse_args()
    run(options.root, options.time_limit, options.cap)
