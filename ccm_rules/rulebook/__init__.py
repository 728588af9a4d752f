"""The rulebook: reading rule files and compiling them."""

from ccm_rules.rulebook.load import (
    FindingInfo,
    Rulebook,
    RuleInfo,
    facts_home,
    load_rules,
    rule_files,
    rules_home,
)

__all__ = [
    "FindingInfo",
    "RuleInfo",
    "Rulebook",
    "facts_home",
    "load_rules",
    "rule_files",
    "rules_home",
]
