"""What the tests of pages share."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGES = Path(__file__).with_name("package.json")


@pytest.fixture(scope="session")
def node_modules(request):
    """The folder of the packages that package.json pins, installed by npm once, in pytest's cache."""
    pinned, cache = PACKAGES.read_bytes(), request.config.cache.mkdir("browser")
    folder = cache / "installed"
    if not (folder / "package.json").is_file() or (folder / "package.json").read_bytes() != pinned:
        npm = shutil.which("npm")
        if npm is None:
            _missing("this test needs npm: install it, as in `apt-get install npm`")
        draft = cache / secrets.token_hex(8)  # another process may install them at the same time
        draft.mkdir()
        (draft / "package.json").write_bytes(pinned)
        options = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
        done = subprocess.run([npm, "install", *options], cwd=draft, capture_output=True, text=True)
        if done.returncode:
            shutil.rmtree(draft)
            _missing(f"npm could not install what {PACKAGES} pins: {done.stderr.strip()}")
        shutil.rmtree(folder, ignore_errors=True)
        try:
            draft.rename(folder)
        except OSError:  # the other process was faster
            shutil.rmtree(draft)
    return folder / "node_modules"


def _missing(wanted):
    pytest.fail(wanted) if os.environ.get("CI") else pytest.skip(wanted)


@pytest.fixture(scope="session")
def axe(node_modules):
    """Return a function that lists what axe-core finds wrong for people with disabilities in a page or a frame.

    impacts  only what is so bad, such as "critical"; by default everything
    """
    script = (node_modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

    def findings(page, impacts=()):
        page.evaluate(script)
        found = page.evaluate("axe.run({ preload: false, resultTypes: ['violations'] })")["violations"]
        found = [each for each in found if not impacts or each["impact"] in impacts]
        return [f"{each['id']}: {node['html']} {node['failureSummary']}" for each in found for node in each["nodes"]]

    return findings
