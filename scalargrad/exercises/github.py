"""GitHub: points as the summary of a workflow, in the repository of each student.

With this module a folder of exercises gets a workflow that runs its tests on GitHub, whenever something is pushed, and shows
the points there. This version of scalargrad lies beside it, in one file that Python imports from, so that the tests and what
runs them are of one version.
"""

from pathlib import Path

from scalargrad.exercises.folder import write_new
from scalargrad.exercises.packing import package, write_zip

WORKFLOW_PATH, PACKAGE_PATH = Path(".github/workflows/points.yml"), Path(".github/scalargrad.zip")
WORKFLOW = """# Runs the tests of the exercises, and shows the points in the summary of the run.
name: points

on: [push, workflow_dispatch]

permissions:
  contents: read

jobs:
  points:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - name: What the tests need
        run: python -m pip install pytest numpy
      - name: The points
        run: python -m pytest --summary="$GITHUB_STEP_SUMMARY"
        env:
          PYTHONPATH: .github/scalargrad.zip
"""


def write_workflow(folder: Path) -> None:
    """Write the workflow to a folder of exercises, unless it has one, and this version of scalargrad."""
    write_new(folder / WORKFLOW_PATH, WORKFLOW)
    write_zip(folder / PACKAGE_PATH, package())


def update_package(folder: Path) -> bool:
    """Write this version of scalargrad to a folder of exercises that has another; return whether it has one."""
    if there := (folder / PACKAGE_PATH).exists():
        write_zip(folder / PACKAGE_PATH, package())
    return there
