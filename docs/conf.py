"""Settings of Sphinx; `docs/build` assembles what it reads."""
project = "apical"
author = "the authors of apical"
extensions = ["myst_parser", "sphinx_copybutton"]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 4
myst_disable_syntax = ["myst_line_comment"]  # a line of a paragraph may begin with %, as in all other readers
suppress_warnings = ["myst.header"]  # pages that begin below the first level, as parts of others
html_theme = "furo"
html_title = "apical"
# Said here since the theme of Debian 12 has colours for a dark page only where it is chosen by hand, not where the reader's system is dark.
html_theme_options = {"dark_css_variables": {
    "color-foreground-primary": "#d8dade", "color-foreground-secondary": "#a6acb4", "color-foreground-muted": "#8b929b",
    "color-foreground-border": "#666b73", "color-background-primary": "#14161a", "color-background-secondary": "#1b1e23",
    "color-background-hover": "#23272e", "color-background-hover--transparent": "#23272e00", "color-background-border": "#343a42",
    "color-background-item": "#454b54", "color-brand-primary": "#7ab3f5", "color-brand-content": "#7ab3f5",
    "color-highlighted-background": "#12406b", "color-highlight-on-target": "#33330a", "color-admonition-background": "#191c21",
    "color-card-border": "#343a42", "color-card-background": "#191c21", "color-card-marginals-background": "#23272e",
    "color-problematic": "#f07878", "color-api-keyword": "#a6acb4"}}
html_static_path = ["static"]
html_css_files = ["apical.css"]
html_extra_path = ["extra"]
html_show_sphinx = False
copybutton_exclude = ".linenos, .gp"
exclude_patterns = ["extra"]
# Terms are code here; what a lexer does not know of a transcript is no mistake of the page.
highlight_language = "none"
pygments_style = "friendly"
pygments_dark_style = "github-dark"
html_use_index = False
