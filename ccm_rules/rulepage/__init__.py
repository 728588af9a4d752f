"""Pages about rules, made of the rules: for the terminal, for Markdown and for the web.

`Pages` says what a page holds; `ccm_rules.rulepage.example` works an example out of a real
record, `ccm_rules.rulepage.docs` writes the pages as files.
"""

from ccm_rules.rulepage.page import Pages

__all__ = ["Pages"]
