"""One submission, graded: its exercises are gathered in a folder of their own, and all tests run on them.

With this module a submission is graded in a process of its own, so that whatever it does to its grading costs no other
anything. What is known so far is in a file all the time.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scalargrad.exercises.folder import HERE
from scalargrad.exercises.gathering import Gathered, gather
from scalargrad.exercises.handed_in import Submission
from scalargrad.exercises.isolation import run_tests
from scalargrad.exercises.results import Result, content, replace


def list_tests(folder: Path) -> list[Result]:
    """Return the tests with points in a folder, none of them run. Raises ValueError where pytest cannot read them."""
    with tempfile.TemporaryDirectory() as place:
        listed = Path(place, "tests.json")
        command = [sys.executable, "-m", "pytest", str(folder), "-q", "-c", str(folder / "pytest.ini"), "--collect-only"]
        command += ["-o", "addopts=--tb=short", "-p", "no:cacheprovider", f"--list-json={listed}"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # other plugins would only cost time
        environment["PYTHONPATH"] = os.pathsep.join([str(HERE.parent.parent), os.environ.get("PYTHONPATH", "")])
        done = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode or not listed.exists():
            said = (done.stdout + done.stderr).decode(errors="replace")
            errors = re.findall(r"^E +(.*)", said, re.MULTILINE) or [said[-500:]]
            raise ValueError(f"pytest cannot read the tests: {errors[-1]}")
        return [Result(**each) for each in json.loads(listed.read_text(encoding="utf-8"))]


def grade_alone(
    submission: Submission, tests: Sequence[Result], tests_folder: Path, folder: Path, path: Path, time_limit: float
) -> None:
    """Grade a submission, in the process that was started for that, and write its results to a file.

    tests       those in tests_folder, not run yet
    folder      an empty one, for the copy of the submission
    path        of the results, which are there from the beginning and after each exercise
    time_limit  seconds of processor time for each test
    """
    if hasattr(os, "setsid"):
        os.setsid()  # so that Ctrl-C reaches it only through who has started it
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115, until the process ends
    work, own = folder / "work", folder / "temporary"
    for each in work, own:
        each.mkdir()
    os.environ.update(TMPDIR=str(own), TMP=str(own), TEMP=str(own))
    tempfile.tempdir = None  # find it anew
    exercises = list(dict.fromkeys(test.exercise for test in tests))
    try:
        gathered = gather(submission, work, exercises)
    except Exception as error:  # noqa: BLE001, because whatever happens to a submission is a line in its results
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(exist_ok=True)
        gathered = Gathered({}, "", [str(error) or type(error).__name__])
    for exercise in exercises:
        replace(path, json.dumps(results(submission, tests, gathered.graded, gathered.remarks)))
        group = {test.function: test for test in tests if test.exercise == exercise}
        file = gathered.files.get(exercise, work / f"{exercise}.py")
        for name, outcome in run_tests(tests_folder / f"test_{exercise}.py", list(group), file, time_limit):
            group[name].failure, group[name].printed, group[name].tried = outcome[:3]
    replace(path, json.dumps(results(submission, tests, gathered.graded, gathered.remarks)))


def results(
    submission: Submission, tests: Sequence[Result], graded: str = "", remarks: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the results of a submission, in the form of Gradescope's results.json.

    graded, remarks  what is said of how it was read, see `gathering.Gathered`
    """
    about = {"submission": submission.key, "name": submission.name, "id": submission.id, "remarks": list(remarks)}
    output = "\n".join(filter(None, [graded, *remarks]))
    return {**content(tests), "output": output, "extra_data": about}


def with_remark(found: Mapping[str, Any], remark: str) -> dict[str, Any]:
    """Return results with one more remark."""
    about = {**found["extra_data"], "remarks": [*found["extra_data"]["remarks"], remark]}
    return {**found, "output": f"{found['output']}\n{remark}".lstrip(), "extra_data": about}
