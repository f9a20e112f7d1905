"""Tests of the engine in a browser: Pyodide is Python as WebAssembly, and runs in Node as it runs there."""

import shutil
import subprocess
from pathlib import Path

import pytest

import scalargrad
HERE = Path(__file__).parent
PACKAGES = ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments")

def test(tmp_path):
    import importlib
    for name in PACKAGES:
        place = Path(importlib.import_module(name).__file__).parent
        shutil.copytree(place, tmp_path/name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(Path(scalargrad.__file__).parent, tmp_path/"scalargrad", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["node", HERE/"pyodide.mjs", "/tmp/me/pyo/node_modules", tmp_path, HERE/"inside"], check=True)
