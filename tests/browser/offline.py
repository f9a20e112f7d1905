"""Pyodide for JupyterLite on a machine without a network: the packages that its kernel loads are beside it."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

KERNEL = ("micropip", "ipython", "jedi", "packaging", "pyodide-http", "pyodide-unix-timezones")  # what it asks for


def pyodide(folder: Path, node_modules: Path) -> Path:
    """Return a folder with Pyodide and these packages, in the versions that its list has; their sums are in the list."""
    shutil.copytree(node_modules / "pyodide", folder)
    path = folder / "pyodide-lock.json"
    lock = json.loads(path.read_text())
    wanted = list(KERNEL)
    for name in wanted:  # which grows
        wanted += {re.sub("[-_.]+", "-", each.lower()) for each in lock["packages"][name]["depends"]}.difference(wanted)
    packages = [lock["packages"][name] for name in wanted]
    versions = [f"{package['name']}=={package['version']}" for package in packages]
    options = ["--quiet", "--no-deps", "--python-version", "3.14", "--only-binary", ":all:", "--dest", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "download", *options, *versions], check=True, capture_output=True)
    for package in packages:
        package["sha256"] = hashlib.sha256((folder / package["file_name"]).read_bytes()).hexdigest()
    path.write_text(json.dumps(lock))
    return folder
