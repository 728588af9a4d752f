"""Pages about rules, made of the rules: for the terminal, for Markdown and for the web.

`pages` gathers them and makes an index, `page` says what one holds, and each of its
sections has a module; `example` works an example out of a real record.
"""

from ccm_rules.documents.rulepages.page import Pages

__all__ = ["Pages"]
