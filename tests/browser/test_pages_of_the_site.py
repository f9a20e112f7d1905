"""Tests of the course site, built as it is published, and opened in Chromium from its folder: no network is needed."""

import html.parser
import os
import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("index", "02_backpropagation", "reference/pages", "api", "exercises")
pytestmark = pytest.mark.everything("runs all lectures, and builds the course site")


class Links(html.parser.HTMLParser):
    """What a page refers to, and what may be referred to in it."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors = [], {""}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors.add(attributes.get("id"))
        self.links += [attributes[name] for name in ("href", "src") if attributes.get(name)]


@pytest.fixture(scope="module")
def site(request, runs, tmp_path_factory):
    """The folder of the site; the lectures in it have been run by the tests of notebooks."""
    if not os.environ.get("CI"):
        pytest.importorskip("furo", reason="this test needs Sphinx: `pip install -e '.[site]'`")
    work = tmp_path_factory.mktemp("site")
    for name, done in runs.items():
        nbformat.write(done.result(), work / f"{name}.ipynb")
    folder = Path(request.config.getoption("--site") or work / "site")
    options = ["-W", "--keep-going", "-E", "-q", "-d", str(work / "doctrees"), "-D", f"executed={work}"]
    command = [sys.executable, "-m", "sphinx", *options, "notebooks", str(folder.resolve())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder.resolve()


@pytest.fixture(scope="module")
def pages(site):
    """The pages of the site, without those of JupyterLite."""
    found = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*.html"))}
    return {name: path for name, path in found.items() if not name.startswith(("lite/", "_"))}


def test_every_lecture_and_every_page_of_the_reference_is_there(pages):
    """Nothing of the folder is left out."""
    sources = [path.relative_to(ROOT / "notebooks") for path in (ROOT / "notebooks").rglob("*.*")]
    wanted = {path.with_suffix(".html").as_posix() for path in sources if path.suffix in (".ipynb", ".md")}
    assert wanted <= set(pages)


def test_links_lead_to_pages_of_the_site(pages):
    """Each link, picture and script that is not of another site is a file, and each anchor is there."""
    parsed = {path: Links(path) for path in pages.values()}
    for page, content in parsed.items():
        for link in content.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme in ("https", "http", "data", "mailto"):
                continue
            target = (page.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else page
            assert target.is_file(), f"{page}: {link}"
            if target in parsed:
                assert urllib.parse.unquote(parts.fragment) in parsed[target].anchors, f"{page}: {link}"


def test_lectures_can_be_run_in_the_browser(site, pages):
    """JupyterLite has each lecture that a link opens in it, and a wheel of scalargrad."""
    lectures = [name.removesuffix(".html") for name in pages if name[0].isdigit()]
    assert sorted(path.stem for path in (site / "lite" / "files").glob("*.ipynb")) == lectures
    assert list((site / "lite" / "pypi").glob("scalargrad_teaching-*.whl"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_on_a_phone_and_ask_for_nothing(pages, new_page, scheme):
    """No page is wider than a phone, asks for the network, or has a formula that MathJax has not set."""
    page, formulas = new_page(390, 844, scheme), 0
    for path in pages.values():
        if path.name == "search.html":
            continue
        page.goto(path.as_uri())
        page.wait_for_function("[...document.querySelectorAll('.math')].every(e => e.querySelector('mjx-container'))")
        assert page.query_selector_all("[data-mjx-error]") == [], path
        assert max(page.eval_on_selector_all("html, .content", "all => all.map(e => e.scrollWidth)")) <= 390, path
        page.eval_on_selector_all("article pre, article code", "all => all.forEach(e => e.remove())")
        assert not re.search(r"\\frac|\\partial|\$\$", page.inner_text("article")), path
        formulas += len(page.query_selector_all("mjx-container"))
    assert formulas > 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_use_the_pages(site, new_page, axe, name, scheme):
    """axe-core finds nothing serious in a page of each kind."""
    page = new_page(color_scheme=scheme)
    page.goto((site / f"{name}.html").as_uri())
    assert axe(page, impacts=("serious", "critical")) == []


def test_the_front_page_is_alive(site, new_page):
    """A number that is typed in the explorer changes the result."""
    page = new_page()
    page.goto((site / "index.html").as_uri())
    frame = page.frame_locator("iframe[srcdoc]")
    assert frame.locator("#result").inner_text() == "0.1824"
    frame.locator("input[type=number]").first.fill("-2")
    frame.locator("input[type=number]").first.press("Enter")
    assert frame.locator("#result").inner_text() == "0.9241"


def test_the_playground_trains(site, new_page):
    """The network of the page of its own takes steps."""
    page = new_page()
    page.goto((site / "playground.html").as_uri())
    frame = page.frame_locator("iframe[srcdoc]")
    frame.locator("#play").click()
    frame.locator("#steps", has_text=re.compile("[1-9]")).wait_for()


def test_the_search_needs_no_network(site, browser):
    """The search finds the lecture on backpropagation first."""
    context = browser.new_context(offline=True)  # what is found has no excerpts: those need a server
    page = context.new_page()
    page.goto((site / "search.html").as_uri() + "?q=backpropagation")
    assert page.locator("#search-results li a").first.inner_text() == "2. Backpropagation"
    context.close()
