"""The record: facts files go in; facts, joined and limited to what counts, come out."""

from ccm_rules.record.items import parse_fact_table, parse_register_table
from ccm_rules.record.load import (
    MAX_BYTES,
    Document,
    Files,
    check_document,
    load,
    load_documents,
)
from ccm_rules.record.merge import Merged, merge, merge_record
from ccm_rules.record.relations import Base, Coverage, base_relations, known_by

__all__ = [
    "MAX_BYTES",
    "Base",
    "Coverage",
    "Document",
    "Files",
    "Merged",
    "base_relations",
    "check_document",
    "known_by",
    "load",
    "load_documents",
    "merge",
    "merge_record",
    "parse_fact_table",
    "parse_register_table",
]
