"""Settings of Sphinx; `docs/build` assembles what it reads."""
project = "apical"
author = "the authors of apical"
extensions = ["myst_parser", "sphinx_copybutton"]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # pages that begin below the first level, as parts of others
html_theme = "furo"
html_title = "apical"
html_static_path = ["static"]
html_css_files = ["apical.css"]
html_extra_path = ["extra"]
html_show_sphinx = False
copybutton_exclude = ".linenos, .gp"
exclude_patterns = ["extra"]
# Terms are code here; what a lexer does not know of a transcript is no mistake of the page.
highlight_language = "none"
pygments_style = "friendly"
pygments_dark_style = "monokai"
