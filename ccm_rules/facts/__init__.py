"""Facts: reading the record, joining what is told twice, choosing what counts."""

from ccm_rules.facts.load import MAX_BYTES, load, parse_fact_table, parse_register_table
from ccm_rules.facts.merge import Merged, merge
from ccm_rules.facts.relations import Base, Coverage, base_relations, known_by

__all__ = [
    "MAX_BYTES",
    "Base",
    "Coverage",
    "Merged",
    "base_relations",
    "known_by",
    "load",
    "merge",
    "parse_fact_table",
    "parse_register_table",
]
