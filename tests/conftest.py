"""What all tests share."""

import os

import pytest
from hypothesis import settings

from scalargrad.engine import Value
from scalargrad.operation import registry

# Without deadlines, for machines are noisy and PyTorch's first call is slow.
settings.register_profile("scalargrad", deadline=None)
settings.load_profile("scalargrad")


@pytest.fixture(autouse=True)
def forget_operations():
    """Operations that a test defines are gone after it."""
    before = registry.keys() | set()
    yield
    for name in registry.keys() - before:
        del registry[name]
        delattr(Value, name)


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
