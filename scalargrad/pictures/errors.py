"""What goes wrong when a picture is made."""

FAILED = "Graphviz could not draw this graph: {}"


class RenderError(RuntimeError):
    """The picture could not be made; the text says why and what to do."""
