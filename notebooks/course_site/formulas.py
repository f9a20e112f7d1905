"""MathJax, which sets formulas: one file, which npm brings when the site is built, so that pages need no network."""

import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from sphinx.errors import ConfigError

PACKAGES = Path(__file__).with_name("package.json")


def setup(app):
    app.connect("builder-inited", bring)
    return {"parallel_read_safe": True}


def bring(app):
    """Put MathJax into the site, in the version that package.json names."""
    target = Path(app.outdir, "_static", app.config.mathjax_path)
    if app.builder.format != "html" or target.exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise ConfigError("npm brings MathJax, and was not found: install it, as in `apt-get install npm`")
    version = json.loads(PACKAGES.read_text(encoding="utf-8"))["dependencies"]["mathjax"]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([npm, "pack", f"mathjax@{version}"], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise ConfigError(f"npm could not bring mathjax {version}: {done.stderr.strip()}")
        with tarfile.open(Path(folder, f"mathjax-{version}.tgz")) as package:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(package.extractfile("package/es5/tex-svg.js").read())
