"""Briefings: what a check found, as a document to take into a room.

`briefing` is about a Meeting, `pages` about a State. Both return a `Document`,
which ``ccm_rules.formats`` writes as HTML, Word, PDF or Markdown: the content is
the same in all.
"""

from ccm_rules.documents.blocks import Document
from ccm_rules.documents.briefing.meeting import briefing
from ccm_rules.documents.briefing.state import pages

__all__ = ["Document", "briefing", "pages"]
