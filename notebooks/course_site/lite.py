"""JupyterLite, which is Jupyter in a browser without a server: the lectures, and the wheel that they install."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

NOTEBOOKS = Path(__file__).parent.parent
NEEDS = {"numpy": "numpy", "matplotlib": "matplotlib", "sklearn": "scikit-learn"}
INSTALL = """\
import piplite

await piplite.install({packages})
import scalargrad

await scalargrad.pictures.load()  # Graphviz"""


def setup(app):
    app.add_config_value("jupyterlite", True, "env", bool)
    app.connect("build-finished", add)
    return {"parallel_read_safe": True}


def add(app, exception):
    """Put JupyterLite into the folder `lite` of the site."""
    if app.config.jupyterlite and not exception and app.builder.format == "html":
        build(Path(app.outdir, "lite"), sorted(NOTEBOOKS.glob("*.ipynb")))


def build(output, notebooks, pyodide=None):
    """Write pages in which these notebooks can be run to a folder. Raises RuntimeError if a command fails.

    pyodide  a folder with Pyodide and the packages it shall have; by default both are taken from the network
    """
    shutil.rmtree(output, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "files").mkdir()
        for path in notebooks:
            nbformat.write(prepared(nbformat.read(path, as_version=4)), folder / "files" / path.name)
        if pyodide:
            shutil.copytree(pyodide, folder / "static" / "pyodide")
        _run(folder, "pip", "--quiet", "wheel", "--no-deps", "--wheel-dir", "wheels", str(NOTEBOOKS.parent))
        _run(folder, "pip", "--quiet", "download", "--no-deps", "--dest", "wheels", "graphviz", "comm")
        apps = ("--apps", "lab", "--apps", "notebooks", "--no-sourcemaps")
        folders = ("--contents", "files", "--piplite-wheels", "wheels", "--output-dir", str(output.resolve()))
        _run(folder, "jupyterlite_core", "build", *apps, *folders)


def prepared(notebook):
    """Return a notebook that installs what it needs in its first cell of code; one that does so already stays as it is."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    if "piplite" not in code:
        packages = {NEEDS[name] for name in re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE) if name in NEEDS}
        cell = new_code_cell(INSTALL.format(packages=json.dumps(["scalargrad-teaching", *sorted(packages)])), id="install")
        notebook.cells.insert(1, cell)
    return notebook


def _run(folder, *command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"python -m {' '.join(command)}: {done.stdout}\n{done.stderr}")
