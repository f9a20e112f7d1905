"""Tests of zips with what a grading needs."""

import os
import subprocess
import sys
import zipfile

import pytest

from scalargrad.exercises.packing import package, write_zip


def test_the_package_has_no_solutions():
    """All Python files go with the package, but neither the solutions nor the graded tests."""
    names = package().keys()
    assert {"scalargrad/__init__.py", "scalargrad/engine.py", "scalargrad/exercises/grading.py"} <= names
    assert all(name.endswith(".py") and "\\" not in name for name in names)
    assert not [name for name in names if "exemplars" in name or "graded" in name or "/ex0" in name]
    assert not [name for name, content in package().items() if b"### SOLUTION\n" in content]


@pytest.mark.slow("compiles the package anew")
def test_python_imports_the_package_from_a_zip(tmp_path):
    """A Python without scalargrad finds this version in the zip."""
    write_zip(tmp_path / "scalargrad.zip", package())
    said = "import scalargrad.exercises.grading as grading, scalargrad; print(grading.__file__, scalargrad.sigmoid(0))"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "scalargrad.zip")}
    done = subprocess.run([sys.executable, "-c", said], cwd=tmp_path, env=environment, capture_output=True, text=True)
    expected = os.path.join(tmp_path / "scalargrad.zip", "scalargrad", "exercises", "grading.py")
    assert done.stdout.split() == [expected, "0.5"], done.stderr


def test_what_is_in_a_zip(tmp_path):
    """A zip has the files, those that are programs can be executed, and the same files make the same zip."""
    files = {"run": b"#!/bin/sh\n", "folder/data": bytes(1000)}
    for name in ("a.zip", "new/b.zip"):
        write_zip(tmp_path / name, files, executable=["run"])
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "new" / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
    assert modes == {"run": 0o755, "folder/data": 0o644}


def test_half_a_zip_is_not_left(tmp_path):
    """Where writing fails, the zip that was there stays, and nothing beside it."""
    write_zip(tmp_path / "a.zip", {"x": b"1"})
    before = (tmp_path / "a.zip").read_bytes()
    with pytest.raises(TypeError):
        write_zip(tmp_path / "a.zip", {"x": b"2", "y": None})
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"] and (tmp_path / "a.zip").read_bytes() == before
