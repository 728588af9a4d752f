"""Which JSON Schemas there are, as ``schema`` says it: titles go in, a document comes out."""

from __future__ import annotations

from collections.abc import Mapping

from ccm_rules.documents.blocks import Cell, Column, Document, Row, Table, text
from ccm_rules.documents.content import Content


class SchemaList(Content):
    """Schemas by name.

    Args:
        titles: of each.
    """

    def __init__(self, titles: Mapping[str, str]) -> None:
        self.titles = titles

    def document(self) -> Document:
        """A line a schema."""
        columns = (Column("Name", width=0), Column("What it describes", 3))
        rows = (Row((Cell(text(name)), Cell(text(title)))) for name, title in self.titles.items())
        blocks = (Table("", columns, tuple(rows)),)
        return Document("JSON Schemas", (), "", "JSON Schemas", "en", blocks, untitled=True)
