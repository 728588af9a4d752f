"""The compiler: folders of rules go in, and a rulebook comes out."""

from ccm_rules.compiler.folders import facts_home, read_treaties, rule_files, rules_home
from ccm_rules.compiler.info import FindingInfo, RuleInfo
from ccm_rules.compiler.rulebook import Rulebook, load_every_treaty, load_rules
from ccm_rules.law.treaty import Treaty, asked_for

__all__ = [
    "FindingInfo",
    "RuleInfo",
    "Rulebook",
    "Treaty",
    "asked_for",
    "facts_home",
    "load_every_treaty",
    "load_rules",
    "read_treaties",
    "rule_files",
    "rules_home",
]
