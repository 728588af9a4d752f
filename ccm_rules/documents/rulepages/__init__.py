"""Pages about rules, made of the rules: for the terminal, for Markdown and for the web.

`Pages` says what a page holds; `ccm_rules.documents.rulepages.example` works an example out
of a real record, `ccm_rules.documents.rulepages.pages` writes the pages as files.
"""

from ccm_rules.documents.rulepages.page import Pages

__all__ = ["Pages"]
