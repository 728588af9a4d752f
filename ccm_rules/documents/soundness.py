"""What ``facts validate`` says: a record and its contradictions go in, a document comes out."""

from __future__ import annotations

from ccm_rules.documents.blocks import Document, Entry, Line
from ccm_rules.documents.content import Content
from ccm_rules.record.model import Record
from ccm_rules.words.counting import plural


class Soundness(Content):
    """A record in which no mistake was found.

    Args:
        record: the record.
        contradictions: how many of its sources contradict each other.
        twice: how many facts are entered twice.
    """

    def __init__(self, record: Record, contradictions: int, twice: int) -> None:
        self.record = record
        self.contradictions = contradictions
        self.twice = twice

    def document(self) -> Document:
        """What the record holds, and what is odd in it."""
        record = self.record
        holds = ", ".join(
            plural(len(things), what)
            for things, what in (
                (record.facts, "fact"),
                (record.sources, "source"),
                (record.registers, "register"),
            )
        )
        lines = [Line(f"{', '.join(record.files)}: {holds}: no problem found", hang=False)]
        if self.contradictions:
            differ = plural(self.contradictions, "contradiction")
            shows = f"{differ} between sources; `ccm-check check` shows them."
            lines.append(Line(shows, hang=False))
        if self.twice:
            lines.append(Line(f"{plural(self.twice, 'fact')} entered twice.", hang=False))
        lines += [Line(f"warning: {warning}") for warning in record.warnings]
        title = "Facts files"
        return Document(title, (), "", title, "en", (Entry(tuple(lines)),), untitled=True)
