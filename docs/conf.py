"""How Sphinx builds the site: `make docs`. Pages that follow from the model are written by `_ext`."""

import sys
from pathlib import Path

import exerkine_sim

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

project = "exerkine-sim"
author = "exerkine-sim contributors"
copyright = author
release = version = exerkine_sim.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "commands",
    "links",
    "notebooks",
    "pages",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "_templates"]
highlight_language = "text"
html_theme = "furo"
html_title = "exerkine-sim"
html_css_files = ["site.css"]
html_show_sourcelink = False
html_theme_options = {
    "source_view_link": None,
    "light_css_variables": {"color-brand-primary": "#005b96", "color-brand-content": "#005b96"},
    "dark_css_variables": {"color-brand-primary": "#7cc4f5", "color-brand-content": "#7cc4f5"},
}

# Formulas are set by a copy of MathJax that lies in the site, so that it reads the same without a network.
MATHJAX = HERE.parent / "build" / "mathjax" / "node_modules" / "mathjax" / "tex-svg.js"
html_static_path = ["_static", str(MATHJAX)]
mathjax_path = MATHJAX.name
mathjax4_config = {
    "output": {"displayOverflow": "linebreak", "linebreaks": {"inline": True}},
    "options": {"enableSpeech": False, "enableBraille": False, "enableMenu": False},
}

myst_heading_anchors = 4
myst_links_external_new_tab = False
nb_execution_mode = "off"  # `make notebooks` has executed them
nb_render_markdown_format = "gfm"  # rulings of claims have tables
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

autosummary_generate = True
autodoc_typehints = "none"  # the docstrings say it in words, with shapes and units
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": False}
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_param = False

nitpicky = True
# Types are written for people ("mapping of str to float"), and docstrings speak of what is not public, too.
nitpick_ignore_regex = [("py:.*", ".*")]
