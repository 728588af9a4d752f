"""Which rules there are, as ``rules list`` says it: rules go in, their document comes out.

The JSON form is ``"schema": "ccm-rules/1"``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ccm_rules.compiler.info import RuleInfo
from ccm_rules.documents.blocks import Block, Document, Entry, Heading, Line
from ccm_rules.documents.content import Content
from ccm_rules.documents.context import authority_in_words


class RuleList(Content):
    """Rules.

    Args:
        rules: in the order of their folders.
        digest: of all rules that there are.
    """

    def __init__(self, rules: Sequence[RuleInfo], digest: str) -> None:
        self.rules = rules
        self.digest = digest

    def document(self) -> Document:
        """Each rule with its authority, by folder."""
        blocks: list[Block] = []
        folder = None
        for rule in self.rules:
            if rule.folder != folder:
                blocks.append(Heading(1, f"{rule.folder}/"))
                folder = rule.folder
            about = f"{authority_in_words(rule)} · {rule.binding} · {rule.title}"
            blocks.append(Entry((Line(rule.name, hang=False), Line(about, "small", 1, hang=False))))
        return Document("Rules", (), "", "Rules", "en", tuple(blocks), untitled=True)

    def data(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "schema": "ccm-rules/1",
            "digest": self.digest,
            "rules": [
                {
                    "name": rule.name,
                    "title": rule.title,
                    "binding": rule.binding,
                    "folder": rule.folder,
                    "instrument": rule.instrument,
                    "article": rule.article,
                    "url": rule.url or None,
                    "compared": rule.compared or None,
                    "findings": list(rule.findings),
                }
                for rule in self.rules
            ],
        }
