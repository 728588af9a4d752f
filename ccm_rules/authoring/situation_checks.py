"""What is likely to be wrong with the situations that cases claim: a matrix in, complaints out.

No case is run here: that a case shows what it claims is looked at where it is (`rules test`),
since lint is to be quick. What a claim must say, and that the case is given facts of the kinds
that show the situation, can be seen without.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from ccm_rules.authoring.rule_checks import Complaint, complaint
from ccm_rules.authoring.situations import DUTY_FACTS, EMPTY, EXCUSED, FILLED, Matrix
from ccm_rules.compiler.duty_status import BEARING
from ccm_rules.law.rule import Case, Rule
from ccm_rules.law.situation_tables import Situation

_KINDS: Final = "use a kind of rules/vocabulary.toml, a fact that a rule derives, or duty-met"


def unfilled(
    matrix: Matrix, rules: Iterable[Rule], kinds: Collection[str]
) -> Iterator[Complaint]:
    """Situations without a case, and claims that cannot be right.

    Args:
        matrix: of the rules.
        rules: all of them.
        kinds: of fact, that records hold.
    """
    known = {situation.name: situation for situation in matrix.situations}
    for rule in rules:
        for number, case in enumerate(rule.cases):
            for what, mend in _claims(rule, case, known, kinds):
                yield complaint(rule, f"case[{number}].situation", "situation", what, mend)
        for number, item in enumerate(rule.cannots):
            if item.situation not in known:
                what, mend = _unknown(item.situation, known)
                yield complaint(rule, f"cannot[{number}].situation", "situation", what, mend)
    for cell in matrix.cells:
        rule = matrix.rules[cell.rule]
        if cell.state == EMPTY:
            what = f"no case is of {cell.situation}: {known[cell.situation].title}"
            mend = f'add one with situation = "{cell.situation}", or say why it cannot happen'
            yield complaint(rule, "name", "situation", what, mend)
        for number, item in enumerate(rule.cannots):
            if item.situation == cell.situation and cell.state in (EXCUSED, FILLED):
                what = f"{item.situation} cannot happen, and is {cell.state} all the same"
                mend = "leave one of the two out"
                yield complaint(rule, f"cannot[{number}].situation", "situation", what, mend)


def unknown(
    situations: Iterable[Situation], types: Mapping[str, Collection[str]]
) -> Iterator[Complaint]:
    """Facts and fields of situations that do not exist.

    Args:
        situations: all of them.
        types: the fields of every fact that there is.
    """
    for situation in situations:
        for pattern in (*situation.shows, *situation.none):
            relation = DUTY_FACTS.get(pattern.fact)
            fields = types.get(pattern.fact) if relation is None else set(BEARING[relation])
            if fields is None:
                what = f"situation {situation.name}: no fact is called {pattern.fact!r}"
                yield Complaint(*situation.at, "", "unknown-fact", what, _KINDS)
                continue
            for field in sorted(set(pattern.fields) - set(fields)):
                what = f"situation {situation.name}: a {pattern.fact} fact has no {field!r}"
                mend = f"use {', '.join(sorted(fields))}"
                yield Complaint(*situation.at, "", "unknown-field", what, mend)


def _unknown(name: str, known: Iterable[str]) -> tuple[str, str]:
    return f"no situation is called {name!r}", f"name one of {', '.join(known)}"


def _claims(
    rule: Rule, case: Case, known: Mapping[str, Situation], kinds: Collection[str]
) -> Iterator[tuple[str, str]]:
    """What a claim lacks, and its mend."""
    if case.same and not case.situation:
        yield "it says what stays the same and claims no situation", "leave same out"
    if case.situation and case.before is None:
        yield "it claims a situation, and does not say how things stood the day before", "before ="
    if case.situation and rule.duty is not None and case.status is None:
        yield "it claims a situation, and does not say how the duty stands", 'status = "…"'
    given = {str(fact.get("fact")) for fact in case.given}
    for name in case.situation:
        if name not in known:
            yield _unknown(name, known)
            continue
        for pattern in known[name].shows:
            if pattern.fact in kinds and pattern.fact not in given and not pattern.record:
                what = f"it claims {name}, and is given no {pattern.fact}"
                yield what, "give it one, or leave the claim out"
