"""What the theme leaves out for those who use a keyboard or a screen reader."""


def setup(app):
    app.connect("html-page-context", complete, priority=900)  # after the theme
    return {"parallel_read_safe": True}


def complete(app, name, template, context, doctree):
    """Let code that is wider than its place take the focus, and give captions of the navigation the level of a heading."""
    if "body" in context:
        context["body"] = context["body"].replace("<pre>", '<pre tabindex="0">')
    tree = context["furo_navigation_tree"]
    context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')
