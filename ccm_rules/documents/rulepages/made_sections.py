"""A rule goes in; out come the sections on what it makes: conclusions and findings."""

from __future__ import annotations

from ccm_rules.documents.blocks import Block, Items, text
from ccm_rules.documents.parts.building import lead
from ccm_rules.documents.parts.labels import BASIS_WORDS, SEVERITY_WORDS, STATUS_WORDS
from ccm_rules.documents.rulepages.ruleset import RuleSet
from ccm_rules.documents.rulepages.variables import Scope
from ccm_rules.law.rule import CountOf, Derive, FindingRule, Pattern, Rule
from ccm_rules.record.sentences import first_up
from ccm_rules.words.language import mark


def derived_section(among: RuleSet, rule: Rule) -> list[Block]:
    """Each fact that the rule concludes, and from what."""
    blocks: list[Block] = []
    for one in rule.made:
        scope = Scope(among.words)
        lines = among.words.conditions(one.body, scope)
        title = _counted(among, one, scope) if isinstance(one, CountOf) else ""
        blocks.append(lead(title or _concluded(among, one, scope)))
        blocks.append(Items(tuple(text(line) for line in lines)))
    return blocks


def _concluded(among: RuleSet, one: Derive | CountOf, scope: Scope) -> str:
    """What is concluded, in the words of its own sentence."""
    sentence = among.words.sentence(Pattern(one.fact, one.fields), scope)
    if isinstance(one, Derive) and one.perhaps:
        return among.say("{sentence} This may be so where:", sentence=sentence)
    return among.say("{sentence} This follows where:", sentence=sentence)


def _counted(among: RuleSet, one: CountOf, scope: Scope) -> str:
    """What is counted, and for what."""
    say, words = among.say, among.words
    scope.typed(one.number.name, "number")
    each = among.language.listed(scope.name(variable.name) for variable in one.each)
    number, what = scope.name(one.number.name), words.label(one.fact)
    types = among.rulebook.types[one.fact]
    others = [
        words.term(term, types.get(field, "text"), scope, field)
        for field, term in one.fields.items()
        if term != one.number
    ]
    if not others:
        form = mark("{fact}: {number}. Counted, each once, is {each}, where:")
        return first_up(say(form, fact=what, number=number, each=each))
    form = mark("{fact}, for {of}: {number}. Counted, each once, is {each}, where:")
    of = among.language.listed(others)
    return first_up(say(form, fact=what, number=number, each=each, of=of))


def findings_section(among: RuleSet, rule: Rule) -> list[Block]:
    """Each finding, when it is made, and what it says."""
    return [block for one in rule.findings for block in _finding(among, rule, one)]


def _finding(among: RuleSet, rule: Rule, finding: FindingRule) -> list[Block]:
    say, words = among.say, among.words
    rows = [
        (say("Severity"), say(SEVERITY_WORDS[finding.severity])),
        (say("Basis"), say(BASIS_WORDS[finding.basis])),
    ]
    duty = rule.duty
    if finding.when and duty is not None:
        scope = among.duty_scope(duty)
        words.conditions(duty.body, scope)  # names in the order of the duty
        for body in duty.met_by:
            scope.of_body(body)
        status = among.language.listed(say(STATUS_WORDS[one]) for one in finding.when)
        rows.append((say("When the duty is"), status))
    else:
        scope = among.scope(finding.party)
        if finding.status:
            rows.append((say("Status"), say(STATUS_WORDS[finding.status])))
    rows += [(say("Where"), one) for one in words.conditions(finding.body, scope)]
    rows.append((say("Sentence"), words.filled(finding.says, scope)))
    if finding.remedy:
        rows.append((say("What can be done"), words.filled(finding.remedy, scope)))
    return [lead(finding.name), among.labelled(rows)]
