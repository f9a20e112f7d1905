"""Tests of notebooks in JupyterLite, in Chromium: no server runs Python, and no network is needed but for Graphviz."""

import functools
import http.server
import os
import threading

import offline
import pytest
from course_site import lite
from lectures import FOLDER, NOTEBOOKS

from scalargrad.pictures.browser import ADDRESS

TRY, BUILD = FOLDER / "00_try.ipynb", FOLDER / "03_build_value.ipynb"
pytestmark = pytest.mark.everything("builds JupyterLite, and starts Python in it")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server of files that prints nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(node_modules, tmp_path_factory):
    """The address of JupyterLite on this machine, with the lectures that need no NumPy."""
    if not os.environ.get("CI"):
        pytest.importorskip("jupyterlite_core", reason="this test needs JupyterLite: `pip install -e '.[site]'`")
    folder = tmp_path_factory.mktemp("lite")
    lite.build(folder / "pages", [TRY, BUILD], offline.pyodide(folder / "pyodide", node_modules))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder / "pages")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def opened(address, browser, node_modules):
    """A function that runs all cells of a notebook, and returns the page; only Graphviz is asked for elsewhere."""
    outside = []

    def answer(route):
        outside.append(route.request.url)
        if route.request.url == ADDRESS:
            module = node_modules / "@viz-js" / "viz" / "dist" / "viz.js"
            route.fulfill(path=module, content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"})
        else:
            route.abort()

    context = browser.new_context(viewport={"width": 1280, "height": 6000})  # cells that are not seen are not there
    context.route(lambda url: not url.startswith(address), answer)

    def run(path, added=0):
        code = sum(cell.cell_type == "code" for cell in NOTEBOOKS[path.stem].cells)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{address}/notebooks/index.html?path={path.name}")
        page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
        page.get_by_text("Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        page.wait_for_function(
            "n => [...document.querySelectorAll('.jp-InputPrompt')].filter(e => /\\d/.test(e.textContent)).length == n",
            arg=code + added,
        )
        assert page.query_selector_all('[data-mime-type="application/vnd.jupyter.stderr"]') == []
        return page

    yield run
    context.close()
    assert outside == [ADDRESS]


def test_the_notebook_to_try_runs_to_its_end(opened):
    """Every cell runs without an error, and shows pictures, formulas and a page to play with."""
    page = opened(TRY)
    text = "\n".join(output.inner_text() for output in page.query_selector_all(".jp-OutputArea-output"))
    assert "promised -0.001491" in text and "step 100" in text
    assert len(page.query_selector_all(".jp-OutputArea-output img")) == 2
    assert page.frame_locator("iframe[srcdoc]").locator("#result").inner_text() == "0.1809"


def test_a_lecture_is_given_a_cell_that_installs(opened):
    """A lecture that says nothing of browsers runs to its end in one, because the site puts a cell before its first one."""
    page = opened(BUILD, added=1)
    assert len(page.query_selector_all(".jp-OutputArea-output img")) == 1
