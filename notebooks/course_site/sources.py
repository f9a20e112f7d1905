"""What is read: lectures with links and outputs, the README, the reference in the order of its table, and the exercises."""

import ast
import re
from pathlib import Path

import nbformat

from scalargrad.exercises.folder import exemplars

COLAB = "https://colab.research.google.com/github"
TASK = """
## {title}

```{{eval-rst}}
.. automodule:: scalargrad.exercises.exemplars.{module}
   :members:
   :no-index:
```
"""


def setup(app):
    app.add_config_value("executed", "", "env", str)
    app.add_config_value("repository", "", "env", str)
    app.connect("source-read", read)
    app.connect("include-read", read_included)
    return {"parallel_read_safe": True}


def read(app, name, content):
    """Complete the text of a page."""
    path = Path(app.env.doc2path(name))
    if path.suffix == ".ipynb":
        content[0] = nbformat.writes(lecture(app.config, path, nbformat.reads(content[0], as_version=4)))
    elif name == "exercises":
        content[0] += "".join(tasks())
    elif name == "reference/README":
        content[0] += contents(re.findall(r"^\| \[.*?\]\((.*?)\.md\)", content[0], re.MULTILINE))
    content[0] = re.sub(r"\]\((?:\.\./)+README\.md", f"]({'../' * name.count('/')}index.md", content[0])


def read_included(app, path, parent, content):
    """Let the links of a file beside the folder lead to pages of the site; the README is its front page."""
    content[0] = re.sub(r'(\]\(|src=")notebooks/', r"\1", content[0]).replace("](README.md", "](index.md")


def lecture(config, path, notebook):
    """Return a lecture with links below its title, and with outputs if it has been run."""
    executed = Path(config.executed, path.name)
    if config.executed and executed.is_file():
        run = nbformat.read(executed, as_version=4)
        if [cell.source for cell in run.cells] != [cell.source for cell in notebook.cells]:
            raise ValueError(f"{executed} was run before {path} was changed; run it again")
        notebook = run
        notebook.metadata["mystnb"] = {"execution_mode": "off"}
    title, _, text = notebook.cells[0].source.partition("\n\n")
    notebook.cells[0].source = f"{title}\n\n{links(config, path.name)}\n\n{text}"
    return notebook


def links(config, name):
    """Return the links by which a lecture can be opened elsewhere."""
    ways = []
    if config.jupyterlite:
        ways.append(f'<a href="lite/notebooks/index.html?path={name}">Run it in the browser</a>')
    if config.repository:
        ways.append(f"[Open it in Colab]({COLAB}/{config.repository}/blob/main/notebooks/{name})")
    ways.append(f'<a href="_sources/{name}" download>Download it</a>')
    return " · ".join(ways)


def tasks():
    """Return the sections of the exercises, whose tasks are the docstrings of the solutions."""
    for path in exemplars():
        first = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).partition("\n")[0]
        yield TASK.format(title=first.removesuffix("."), module=path.stem)


def contents(pages):
    """Return a table of contents that is seen beside the page only."""
    return "\n".join(["\n```{toctree}", ":hidden:", "", *pages, "```\n"])
