"""JupyterLite with scalargrad in it, for a machine without a network.

JupyterLite is Jupyter in a browser: no server, and Python is Pyodide. Where there is a network, it takes Pyodide and the
packages of its kernel from there. Here they are put beside the pages.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
KERNEL = ("micropip", "ipython", "jedi", "packaging", "pyodide-http", "pyodide-unix-timezones")  # what it asks for


def build(folder: Path, node_modules: Path, notebooks: Iterable[Path]) -> Path:
    """Return a folder with pages in which these notebooks can be run. Raises CalledProcessError if a command fails."""
    (folder / "files").mkdir()
    for notebook in notebooks:
        shutil.copy(notebook, folder / "files")
    shutil.copytree(node_modules / "pyodide", folder / "static" / "pyodide")
    _fill(folder / "static" / "pyodide")
    _pip(folder, "wheel", "--no-deps", "--wheel-dir", "wheels", str(ROOT))
    _pip(folder, "download", "--no-deps", "--dest", "wheels", "graphviz", "comm")
    (folder / "jupyter_lite_config.json").write_text(json.dumps({"PipliteAddon": {"piplite_urls": ["wheels"]}}))
    _run(folder, "jupyter", "lite", "build", "--contents", "files", "--output-dir", "pages")
    return folder / "pages"


def _fill(pyodide):
    """Put the kernel's packages beside Pyodide, in the versions that its list has, and their sums into the list."""
    path = pyodide / "pyodide-lock.json"
    lock = json.loads(path.read_text())
    wanted = list(KERNEL)
    for name in wanted:  # which grows
        wanted += {re.sub("[-_.]+", "-", each.lower()) for each in lock["packages"][name]["depends"]}.difference(wanted)
    packages = [lock["packages"][name] for name in wanted]
    versions = [f"{package['name']}=={package['version']}" for package in packages]
    _pip(pyodide, "download", "--no-deps", "--python-version", "3.14", "--only-binary", ":all:", "--dest", ".", *versions)
    for package in packages:
        package["sha256"] = hashlib.sha256((pyodide / package["file_name"]).read_bytes()).hexdigest()
    path.write_text(json.dumps(lock))


def _pip(folder, *arguments):
    _run(folder, "pip", "--quiet", *arguments)


def _run(folder, *command):
    subprocess.run([sys.executable, "-m", *command], cwd=folder, check=True, capture_output=True)
