"""A rule goes in; out come lengths of time that its texts name and its conditions do not."""

from __future__ import annotations

from collections.abc import Iterator

from ccm_rules.authoring.anatomy import parts, places
from ccm_rules.dates import Period
from ccm_rules.documents.rulepages.ruleset import RuleSet
from ccm_rules.law.rule import Arithmetic, Rule
from ccm_rules.words import durations as lengths
from ccm_rules.words.language import mark


def doubts(among: RuleSet, name: str) -> list[str]:
    """What a person should look at.

    Args:
        among: all rules.
        name: name of the rule.
    """
    rule, below = among.rules[name], among.graph.below(name)
    if len(below) == 1 and not list(_periods(rule)):
        return []
    counted = {
        length
        for other in below
        for period in _periods(among.rules[other])
        for length in lengths.in_period(period)
    }
    found = []
    for what, words, spoken in _texts(among, rule):
        for length in lengths.named(words, spoken):
            if not _covered(length, counted):
                said = lengths.length_in_words(length, among.language.code)
                text = mark("{what} names {length}; the rule reckons with no such length.")
                found.append(among.say(text, what=what, length=said))
    return list(dict.fromkeys(found))


def _texts(among: RuleSet, rule: Rule) -> Iterator[tuple[str, str, str]]:
    """The texts of a rule: what each is, its words, and the code of its language."""
    say, code = among.say, among.language.code
    yield say("The quotation"), rule.authority.quote, rule.authority.language
    yield say("The title"), rule.title, code
    yield say("The summary"), rule.summary, code
    yield say("The note"), rule.authority.note, code
    for finding in rule.findings:
        for words in (finding.says, finding.remedy):
            yield say("The sentence of {name}", name=finding.name), words, code
    for one in rule.made:
        yield say("The sentence of {name}", name=one.fact), one.says, code


def _covered(length: lengths.Length, counted: set[lengths.Length]) -> bool:
    """Whether a length is counted, months and years taken together."""
    number, unit = length
    if length in counted:
        return True
    if unit == "year":
        return (number * 12, "month") in counted
    return unit == "month" and number % 12 == 0 and (number // 12, "year") in counted


def _periods(rule: Rule) -> Iterator[Period]:
    """Every period by which a rule counts, how soon a duty is due soon aside."""
    if rule.duty is not None and isinstance(rule.duty.due, Arithmetic):
        yield rule.duty.due.period
    for part in parts(rule):
        for place in places(part.item):
            for made in place.body.let.values():
                if isinstance(made, Arithmetic):
                    yield made.period
