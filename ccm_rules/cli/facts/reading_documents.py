"""Facts files as they are written, for commands that write facts again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ccm_rules

if TYPE_CHECKING:
    from ccm_rules.record import Document
    from ccm_rules.record.model import Record


def documents_of(
    facts: tuple[str, ...], rulebook: ccm_rules.Rulebook, max_bytes: int
) -> tuple[Record, tuple[Document, ...]]:
    """Read files: the record that they make, and each of them."""
    from ccm_rules.record import load_documents

    return load_documents(
        facts,
        rulebook.vocabulary,
        ccm_rules.party_names(),
        max_bytes=max_bytes,
        treaties=rulebook.treaties,
    )
