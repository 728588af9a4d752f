"""The rulebook: reading rule files and compiling them."""

from ccm_rules.rulebook.info import FindingInfo, RuleInfo
from ccm_rules.rulebook.load import (
    Rulebook,
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
