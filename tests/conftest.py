"""What all tests share."""

import contextlib
import os

import pytest
from hypothesis import settings

from scalargrad.engine import Value
from scalargrad.nodes import registry

# How many examples hypothesis tries; without deadlines, because machines are noisy.
for profile, count in (("quick", 10), ("usual", 100), ("everything", 300)):
    settings.register_profile(profile, deadline=None, max_examples=count)
settings.load_profile("usual")


def pytest_addoption(parser):
    """Add the option of `.ci/slow`."""
    parser.addoption(
        "--everything", action="store_true", help="run everything times everything, and three times the examples"
    )


def pytest_configure(config):
    """Take few examples in the quick run, `pytest -m "not slow"`, and many where there is time."""
    if config.getoption("--everything"):
        settings.load_profile("everything")
    elif config.getoption("markexpr") == "not slow":
        settings.load_profile("quick")


def pytest_collection_modifyitems(config, items):
    """Leave out what only `--everything` runs."""
    if not config.getoption("--everything"):
        left_out = [item for item in items if item.get_closest_marker("everything")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("everything")]


@pytest.fixture(autouse=True)
def forget_operations():
    """Operations that a test defines are gone after it."""
    before = registry.keys() | set()
    yield
    for name in registry.keys() - before:
        del registry[name]
        delattr(Value, name)


@pytest.fixture
def full_disk():
    """A context in which this process and its children can write nothing to files."""
    resource = pytest.importorskip("resource", reason="this system has no limits to make a full disk of")

    @contextlib.contextmanager
    def limited():
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limited


@pytest.fixture
def no_dot(monkeypatch):
    """A machine without the dot command."""
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def fake_dot(tmp_path, monkeypatch):
    """A machine whose dot command does what a shell script says."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    def write(script):
        (tmp_path / "dot").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "dot").chmod(0o755)

    return write


@pytest.fixture
def fake_package(tmp_path, monkeypatch):
    """A Python whose package pygraphviz does what a program says."""
    (tmp_path / "packages").mkdir()
    monkeypatch.syspath_prepend(tmp_path / "packages")
    return (tmp_path / "packages" / "pygraphviz.py").write_text


@pytest.fixture
def no_package(fake_package):
    """A Python without pygraphviz."""
    fake_package("raise ImportError('No module named pygraphviz')")
