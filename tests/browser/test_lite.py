"""Tests of notebooks in JupyterLite, in Chromium: no server runs Python, and no network is needed but for Graphviz."""

import functools
import http.server
import json
import threading
from pathlib import Path

import lite
import pytest

from scalargrad.pictures.browser import ADDRESS

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "00_try.ipynb"
pytestmark = pytest.mark.everything("builds JupyterLite, and starts Python in it")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server of files that prints nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site(node_modules, tmp_path_factory):
    """The address of JupyterLite on this machine."""
    pytest.importorskip("jupyterlite_core", reason="this test needs JupyterLite: `pip install -e '.[site]'`")
    pages = lite.build(tmp_path_factory.mktemp("lite"), node_modules, [NOTEBOOK])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=pages)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_notebook_to_try_runs_to_its_end(site, browser, node_modules):
    """Every cell runs without an error, and shows pictures and formulas; only Graphviz is asked for elsewhere."""
    outside = []

    def answer(route):
        outside.append(route.request.url)
        if route.request.url == ADDRESS:
            module = node_modules / "@viz-js" / "viz" / "dist" / "viz.js"
            route.fulfill(path=module, content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"})
        else:
            route.abort()

    context = browser.new_context(viewport={"width": 1280, "height": 6000})  # cells that are not seen are not there
    context.route(lambda url: not url.startswith(site), answer)
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{site}/notebooks/index.html?path={NOTEBOOK.name}")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    page.get_by_text("Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    code = sum(cell["cell_type"] == "code" for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"])
    page.wait_for_function(
        "n => [...document.querySelectorAll('.jp-InputPrompt')].filter(e => /\\d/.test(e.textContent)).length == n", arg=code
    )
    outputs = page.query_selector_all(".jp-OutputArea-output")
    text = "\n".join(output.inner_text() for output in outputs)
    assert outside == [ADDRESS]
    assert page.query_selector_all('[data-mime-type="application/vnd.jupyter.stderr"]') == []
    assert "promised -0.001491" in text and "step 100" in text
    assert len(page.query_selector_all(".jp-OutputArea-output img")) == 2
    frame = page.frame_locator("iframe[srcdoc]")
    assert frame.locator("#result").inner_text() == "0.1809"
    context.close()
