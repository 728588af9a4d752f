"""Facts files as they are written, for commands that write facts again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ccm_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccm_rules.record import Document
    from ccm_rules.record.model import Record


def rules_for(files: Iterable[str], home: str | None, max_bytes: int) -> ccm_rules.Rulebook:
    """The rules that files ask for, whose vocabulary says how they are read."""
    from ccm_rules.record import Files

    folders = Files(files, max_bytes).folders
    return ccm_rules.load_rules(
        ccm_rules.asked_for(ccm_rules.read_treaties(home), folders), home=home
    )


def documents_of(
    facts: tuple[str, ...], rulebook: ccm_rules.Rulebook, max_bytes: int
) -> tuple[Record, tuple[Document, ...]]:
    """Read files: the record that they make, and each of them."""
    from ccm_rules.record import load_documents

    return load_documents(
        facts,
        rulebook.vocabulary,
        rulebook.parties,
        max_bytes=max_bytes,
        treaties=rulebook.treaties,
    )
