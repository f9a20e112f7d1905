"""What the tests of the exercises share."""

from scalargrad.exercises import grading


def pytest_configure(config):
    """Register the marks of graded tests, because processes forked from this run have its settings."""
    grading.register_marks(config)
