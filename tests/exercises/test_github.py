"""Tests of the workflow on GitHub."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from test_classroom import FIRST, SECOND, hand_in

from scalargrad.exercises.folder import write_exercises
from scalargrad.exercises.github import PACKAGE_PATH, WORKFLOW, WORKFLOW_PATH, update_package, write_workflow
from scalargrad.exercises.results import Result, markdown


@pytest.mark.slow("runs pytest as GitHub does")
def test_the_points_are_the_summary(tmp_path):
    """The last command of the workflow adds the points to the summary, with the package that lies beside it."""
    folder, summary = tmp_path / "work", tmp_path / "summary.md"
    hand_in(folder, FIRST)
    write_exercises(folder, names=["ex01", "ex02"])
    write_workflow(folder)
    summary.write_text("before\n")
    *_, command = re.findall(r"run: (.*)", WORKFLOW)
    place = re.search(r"PYTHONPATH: (.*)", WORKFLOW)[1]
    assert place == PACKAGE_PATH.as_posix() and (folder / place).exists()
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": place, "GITHUB_STEP_SUMMARY": str(summary)}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    done = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 1, done.stdout + done.stderr  # some tests fail
    text = summary.read_text()
    assert text.startswith("before\n## 10 of 20 points\n")
    assert f"| {FIRST} | 10 of 10 |\n| {SECOND} | 0 of 10 |\n" in text and "not written yet: " in text


def test_the_workflow(tmp_path):
    """The workflow has read access alone, a time limit, and pinned actions; a workflow that is there is not changed."""
    write_workflow(tmp_path)
    assert (tmp_path / WORKFLOW_PATH).read_text() == WORKFLOW
    assert "permissions:\n  contents: read\n" in WORKFLOW and "timeout-minutes: " in WORKFLOW
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", name) for name in re.findall(r"uses: (.*)", WORKFLOW))
    (tmp_path / WORKFLOW_PATH).write_text("mine")
    write_workflow(tmp_path)
    assert (tmp_path / WORKFLOW_PATH).read_text() == "mine"


def test_the_package_is_updated_where_there_is_one(tmp_path):
    """An update brings this version of the package to a folder that has another, and to no other folder."""
    assert not update_package(tmp_path) and list(tmp_path.iterdir()) == []
    write_workflow(tmp_path)
    new = (tmp_path / PACKAGE_PATH).read_bytes()
    (tmp_path / PACKAGE_PATH).write_bytes(b"of an earlier version")
    assert update_package(tmp_path) and (tmp_path / PACKAGE_PATH).read_bytes() == new


def test_no_text_ends_the_block():
    """What was wrong is a block of text, whatever backticks are in it."""
    failure = "you returned:\n```\n````text\n# <b>"
    results = [Result("ex01", "one", 2, failure=failure, tried=True, selected=True), Result("ex02", "two", 1, bonus=True)]
    text = markdown(results)
    fence, block = re.search(r"^(`+)text\n(.*)^\1\n\Z", text, re.MULTILINE | re.DOTALL).groups()
    assert fence == "`````" and fence not in block and "# <b>" in block
    assert text.startswith("## 0 of 2 points\n\n| exercise | points |\n") and "| ex02 (bonus) | 0 of 1 |" in text
