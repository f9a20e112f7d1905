"""What all tests share."""

import contextlib
import gc
import os
import shutil
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings

from scalargrad.engine import Value
from scalargrad.nodes import registry

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

# How many examples hypothesis tries; without deadlines, because machines are noisy.
for profile, count in (("quick", 10), ("usual", 50), ("everything", 300)):
    settings.register_profile(profile, deadline=None, max_examples=count)
settings.load_profile("usual")


def pytest_addoption(parser):
    """Add the options of `.ci/slow` and of the course site."""
    parser.addoption("--everything", action="store_true", help="run everything times everything, and six times the examples")
    parser.addoption("--jax", action="store_true", help="import JAX, if it is installed, for the tests that use it")
    parser.addoption("--site", metavar="FOLDER", help="keep the course site that is tested, in this folder")


def pytest_configure(config):
    """Take few examples in the quick run, `pytest -m "not slow"`, and many where there is time; hide JAX."""
    if not config.getoption("--jax"):
        sys.modules["jax"] = None  # type: ignore[assignment]  # other tests fork, which no process may in which JAX has threads
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


@pytest.fixture(scope="session")
def runs():
    """The lecture notebooks, being run by two kernels at a time."""
    from lectures import NOTEBOOKS, run

    with ThreadPoolExecutor(max_workers=2) as pool:
        yield {name: pool.submit(run, notebook) for name, notebook in NOTEBOOKS.items()}


@pytest.fixture
def ctrl_c():
    """Ctrl-C as Python has it, also where tests run in the background of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    callbacks, gc.callbacks[:] = gc.callbacks[:], []  # what is raised in one is lost; hypothesis has one
    yield
    gc.callbacks[:] = callbacks
    signal.signal(signal.SIGINT, before)


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


@pytest.fixture(scope="session")
def browser():
    """Chromium without a window: the machine's own, because none is downloaded."""
    if CHROMIUM is None:
        wanted = "this test needs Chromium: install it, as in `apt-get install chromium`, or say in CHROMIUM where it is"
        pytest.fail(wanted) if os.environ.get("CI") else pytest.skip(wanted)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def new_page(browser):
    """Open a tab, of some size and colour scheme, in which nothing may go wrong and nothing may ask for the network."""
    wrong, contexts = [], []

    def opened(width=1280, height=800, color_scheme="light", **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=color_scheme, offline=True, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on(
            "request",
            lambda request: None if request.url.startswith(("file:", "data:", "about:")) else wrong.append(request.url),
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
