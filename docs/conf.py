"""How Sphinx builds the manual; `make docs` stages the pages and runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygments.lexers import TextLexer

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "pulumi-alicloud-snapshot"
author = "the authors of pulumi-alicloud-snapshot"
extensions = ["myst_parser"]
root_doc = "index"
html_theme = "furo"
html_title = "pulumi-alicloud-snapshot"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
myst_heading_anchors = 4
nitpicky = True
myst_title_to_header = True
exclude_patterns = ["_index.md"]  # the package's page in Pulumi's registry, which has a language of its own


def setup(app: Sphinx) -> None:
    """Show a Mermaid diagram as text; GitHub draws it."""
    app.add_lexer("mermaid", TextLexer)
