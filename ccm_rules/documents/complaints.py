"""What ``rules lint`` says: complaints go in, their document comes out.

The JSON form is ``"schema": "ccm-rules-lint/1"``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ccm_rules.authoring.rule_checks import Complaint
from ccm_rules.documents.blocks import Document, Entry, Line
from ccm_rules.documents.content import Content
from ccm_rules.words.counting import plural


class Complaints(Content):
    """Complaints about rule files.

    Args:
        complaints: all of them, in order.
        rules: how many rules were looked at.
    """

    def __init__(self, complaints: Sequence[Complaint], rules: int) -> None:
        self.complaints = complaints
        self.rules = rules

    def document(self) -> Document:
        """Each complaint with its place and mend, and how many there are."""
        what = "nothing to complain of"
        if self.complaints:
            what = plural(len(self.complaints), "complaint")
        sum_ = Line(f"{plural(self.rules, 'rule')}: {what}", "strong", hang=False)
        title = "What is likely to be wrong with rules"
        blocks = (*map(_entry, self.complaints), Entry((sum_,)))
        return Document(title, (), "", title, "en", blocks, untitled=True)

    def data(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "schema": "ccm-rules-lint/1",
            "rules": self.rules,
            "complaints": [one._asdict() for one in self.complaints],
        }


def _entry(one: Complaint) -> Entry:
    place = f"{one.file}:{one.line}" if one.line else one.file
    return Entry(
        (
            Line(f"{place}: {one.check}", "warning", hang=False, whole=True),
            Line(one.what, inset=2),
            Line(one.mend, "small", inset=2, mark="mend:"),
        )
    )
