"""Debugging: a test that runs in the process of pytest, without a time limit, where a debugger can stop it.

With this module `pytest --pdb` and `pytest --trace` work on student code as on any other, and so does a `breakpoint()` in
it, if pytest runs in a terminal.
"""

import contextlib
import os
from pathlib import Path
from typing import Any

import pytest

from scalargrad.exercises.isolation import TEXT, Outcome
from scalargrad.exercises.loading import explained, load, view_of_student


def debugger_is_asked_for(config: pytest.Config) -> bool:
    """Return whether pytest was told to stop in a debugger."""
    return bool(config.getoption("usepdb", False) or config.getoption("trace", False))


def has_terminal(config: pytest.Config) -> bool:
    """Return whether somebody can answer a debugger."""
    capture: Any = config.pluginmanager.getplugin("capturemanager")
    if capture is None:
        return os.isatty(0)
    capture.suspend(in_=True)  # while pytest captures what is printed, its input is not the terminal
    try:
        return os.isatty(0)
    finally:
        capture.resume()


class Debugging:
    """The tests of one file, run in this process. The student's file is loaded once."""

    def __init__(self, student_file: Path) -> None:
        self.student_file = student_file
        self.module: Any = None

    def prepare(self, item: pytest.Function) -> None:
        """Give a test the student's module. pytest runs it then as any other; its teardown undoes what this changes."""
        undo = contextlib.ExitStack()
        item.addfinalizer(undo.close)
        allowed = getattr(item.module, "SCALARGRAD_IS_ALLOWED", False)
        undo.enter_context(view_of_student(self.student_file.parent, allowed))
        if self.module is None:
            self.module = load(self.student_file)
        item.funcargs["student"] = self.module

    def outcome(self, error: BaseException | None, printed: str) -> Outcome:
        """Return the outcome of a test that raised this error, or none."""
        if error is None:
            return Outcome("", printed[:TEXT])
        return Outcome(
            explained(error, self.student_file)[:TEXT], printed[:TEXT], not isinstance(error, NotImplementedError)
        )
