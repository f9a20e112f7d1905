"""Tests of what the tests of pages share."""


def test_axe_finds_what_is_wrong(new_page, axe):
    """Of a page that is accessible nothing is listed, and of a picture without a text it is."""
    page = new_page()
    page.set_content('<!doctype html><html lang="en"><title>a</title><main><h1>a</h1></main></html>')
    assert axe(page) == []
    page.set_content('<!doctype html><html lang="en"><title>a</title><main><h1>a</h1><img src="data:,"></main></html>')
    assert [finding.split(":")[0] for finding in axe(page)] == ["image-alt"]
