"""The course site: `pip install -e ".[site]"`, then `sphinx-build -W notebooks site`.

What pages are made of is in `course_site/`. The lectures are run when they are read; `-D executed=FOLDER` takes the outputs
of those that have been run already, from notebooks in that folder. `-D jupyterlite=0` leaves Jupyter in the browser out.
"""

import os
import sys
from pathlib import Path

import scalargrad

sys.path.insert(0, str(Path(__file__).parent))

project = html_title = "scalargrad"
author = "the authors of scalargrad"
release = version = scalargrad.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "course_site.sources",
    "course_site.docstrings",
    "course_site.formulas",
    "course_site.access",
    "course_site.lite",
]
exclude_patterns = ["course_site", "pictures", "**.ipynb_checkpoints"]

repository = os.environ.get("GITHUB_REPOSITORY", "")  # such as "name/scalargrad", where a workflow builds the site

nb_execution_mode = "force"
nb_execution_timeout = 120
nb_execution_raise_on_error = True
nb_merge_streams = True
nb_render_markdown_format = "myst"  # else the formulas of explain() are shown as they are typed
nb_ipywidgets_js = {}  # else pages ask the network for two scripts

myst_enable_extensions = ["amsmath", "dollarmath", "html_image"]
myst_heading_anchors = 3

add_module_names = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"

mathjax_path = "mathjax.js"  # of the site itself

smartquotes = False  # "" is an empty text

html_theme = "furo"
pygments_dark_style = "a11y-dark"
html_static_path = ["course_site/style.css"]
html_css_files = ["style.css"]
html_show_copyright = False
html_sourcelink_suffix = ""  # a lecture can be downloaded as it is
html_theme_options = {"top_of_page_buttons": []}
