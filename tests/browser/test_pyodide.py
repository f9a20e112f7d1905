"""Tests of scalargrad where Python runs in a browser. Pyodide is Python as WebAssembly; in Node it runs as it does there."""

import importlib.metadata
import shutil
import subprocess
from pathlib import Path

import pytest

import scalargrad

HERE = Path(__file__).parent
PACKAGES = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")


@pytest.mark.slow("starts Python as WebAssembly")
def test_everything_inside(node_modules, tmp_path):
    """The tests in the folder `inside` pass in Pyodide, which has no NumPy, no processes and no Graphviz of its own."""
    files = [file for name in PACKAGES for file in importlib.metadata.files(name) if file.suffix != ".pyc"]
    for file in files:
        if ".." not in file.parts:  # as of scripts
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file.locate(), tmp_path / file)
    shutil.copytree(Path(scalargrad.__file__).parent, tmp_path / "scalargrad", ignore=shutil.ignore_patterns("__pycache__"))
    command = ["node", HERE / "pyodide.mjs", node_modules, tmp_path, HERE / "inside"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-2000:]}"
    assert done.stdout.count(" passed") == 2
