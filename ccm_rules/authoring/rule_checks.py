"""What is likely to be wrong with one rule although it compiles: each check is a function.

In goes a rule as it was read, out come complaints, each with file, line and mend.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ccm_rules.authoring.anatomy import (
    Part,
    bound_by,
    covers,
    more_general,
    parts,
    patterns_of,
    places,
    used,
)
from ccm_rules.dates import Period, add
from ccm_rules.law import shown
from ccm_rules.law.rule import DUTY_LISTS, Body, FindingRule, Pattern, Rule, Var
from ccm_rules.law.rule_document import RULE, Joined
from ccm_rules.law.sheets import cases_file, words_file
from ccm_rules.law.toml_places import At, value_at
from ccm_rules.law.translation import missing
from ccm_rules.record.vocabulary import Kind
from ccm_rules.words import durations as lengths
from ccm_rules.words.template import names_in

#: A quotation is compared with its source again after this time.
_A_YEAR = Period(years=1, rounding="later")


class Complaint(NamedTuple):
    """One thing that is likely to be wrong.

    Attributes:
        file: the rule file.
        line: its line, or 0.
        rule: name of the rule, or empty.
        check: name of the check.
        what: what is wrong.
        mend: what to do.
    """

    file: str
    line: int
    rule: str
    check: str
    what: str
    mend: str


class Reading(NamedTuple):
    """A rule with what it was read from.

    Attributes:
        rule: the rule.
        english: its document.
        french: its document in French.
    """

    rule: Rule
    english: Joined
    french: Joined


def complaints(
    reading: Reading, vocabulary: Mapping[str, Kind], as_of: dt.date, language: str
) -> Iterator[Complaint]:
    """Everything that is likely to be wrong with a rule by itself.

    Args:
        reading: the rule.
        vocabulary: the kinds of fact.
        as_of: the day on which quotations are judged.
        language: the language that its words are read in beside English.
    """
    rule = reading.rule
    for part in parts(rule):
        yield from _unused(rule, part)
        for place in places(part.item):
            yield from _absences(rule, part, place.key, place.body, vocabulary)
            yield from _exceptions(rule, part, place.key, place.body)
    yield from _alternatives(rule)
    yield from _findings(rule)
    yield from _sentences(reading)
    yield from _cases(rule)
    yield from _quotation(rule, as_of)
    for path in missing(RULE, reading.english.document, reading.french.source):
        mend = f"say it in {os.path.basename(words_file(rule.file, language))}"
        yield complaint(rule, path, "translation", f"{path} is English only", mend)
    for name in reading.english.unused:
        at, mend = At(cases_file(rule.file), 1), "leave it out of [named]"
        yield Complaint(*at, rule.name, "provision", f"no case uses the name {name!r}", mend)


def complaint(rule: Rule, path: str, check: str, what: str, mend: str, *needles: str) -> Complaint:
    """A complaint about a path of a rule; see `ccm_rules.law.toml_places.line_of`."""
    return Complaint(*rule.source.at(path, *needles), rule.name, check, what, mend)


def _unused(rule: Rule, part: Part) -> Iterator[Complaint]:
    """Variables that are bound and used nowhere."""
    counted = used(rule, part)
    for pattern, key in patterns_of(part):
        for field, term in pattern.fields.items():
            if isinstance(term, Var) and counted[term.name] == 1:
                what = f"{part.name}: ?{term.name} is bound and used nowhere"
                mend = f"leave {field} out: a field left out may be anything"
                needle = f'"?{term.name}"'
                yield complaint(rule, f"{part.path}{key}", "unused-binding", what, mend, needle)
    for place in places(part.item):
        for name in place.body.let:
            if counted[name] == 1:
                what = f"{part.name}: ?{name} is reckoned and used nowhere"
                mend = "leave it out of let"
                yield complaint(rule, f"{part.path}let", "unused-binding", what, mend)


# -- absences ----------------------------------------------------------------------


def _absences(
    rule: Rule, part: Part, key: str, body: Body, vocabulary: Mapping[str, Kind]
) -> Iterator[Complaint]:
    """Absences that nothing can show, and variables that join nothing."""
    outer = _outer(rule, part, key, body)
    listed = [("none", p) for p in body.none] + [("unless", p) for p in body.unless]
    for name, pattern in listed:
        kind = vocabulary.get(pattern.fact)
        asks = kind is not None and not kind.statement and name == "none"
        found = []
        if pattern.complete is not None and not asks:
            found.append(_asks_no_register(pattern, name))
        found += _apart(pattern, [other for _, other in listed if other is not pattern], outer)
        if asks and kind is not None and _asks_of_all(pattern, kind, outer):
            found.append(
                (
                    f"the absence of {pattern.fact} is asked of every State, so only a register "
                    "of all States could show it",
                    "name a State that the rule binds, or leave the field out",
                    pattern.fact,
                )
            )
        for what, mend, needle in found:
            path = f"{part.path}{key or name}"
            what = f"{part.name}: {what}"
            yield complaint(rule, path, "negation", what, mend, f'"{needle}"')


def _asks_no_register(pattern: Pattern, name: str) -> tuple[str, str, str]:
    what = (
        "complete says until when a record must be complete, and no register is asked about "
        f"{pattern.fact} in {name}"
    )
    return what, "leave complete out", pattern.fact


def _apart(
    pattern: Pattern, others: list[Pattern], outer: set[str]
) -> Iterator[tuple[str, str, str]]:
    """Variables of two absences that no fact binds."""
    elsewhere = {name for other in others for name in shown.in_pattern(other)}
    compared = {name for one in pattern.conditions for name in shown.in_comparison(one)}
    for local in sorted(_variables(pattern) - outer - compared):
        if local in elsewhere:
            yield (
                f"?{local} stands in two absences and is bound by no fact, so that it means "
                "another thing in each",
                "bind it in all, or give each absence a variable of its own",
                f"?{local}",
            )


def _asks_of_all(pattern: Pattern, kind: Kind, outer: set[str]) -> bool:
    """Whether an absence is asked of every State."""
    if _variables(pattern) & outer:
        return False
    party = next((name for name, field in kind.fields.items() if field.type == "party"), None)
    return party is not None and party in pattern.fields


def _exceptions(rule: Rule, part: Part, key: str, body: Body) -> Iterator[Complaint]:
    """Two absences of a body, one of which says all that the other one does."""
    outer = _outer(rule, part, key, body)
    listed = [("none", p) for p in body.none] + [("unless", p) for p in body.unless]
    for at, (name, pattern) in enumerate(listed):
        for other_at, (other_name, other) in enumerate(listed):
            if at == other_at or (at > other_at and _equal(pattern, other, outer)):
                continue
            # `unless` asks no register, so it does not do for `none`.
            if covers(other, pattern, outer) and (other_name == "none" or name == "unless"):
                yield complaint(
                    rule,
                    f"{part.path}{key or name}",
                    "overlap",
                    f"{part.name}: {name} {shown.pattern(pattern)} is covered by "
                    f"{other_name} {shown.pattern(other)}",
                    "leave the narrower one out, or tell them apart",
                    f'"{pattern.fact}"',
                )


def _outer(rule: Rule, part: Part, key: str, body: Body) -> set[str]:
    """The variables that are bound where an absence of a body is asked for."""
    found = bound_by(body) | {"as_of"}
    duty = rule.duty
    if duty is not None and (
        key in DUTY_LISTS or (isinstance(part.item, FindingRule) and part.item.when)
    ):
        found |= bound_by(duty.body) | {"due", "until", "done"}
    if part.item is duty:
        found.add("due")
    return found


def _variables(pattern: Pattern) -> set[str]:
    return {term.name for term in pattern.fields.values() if isinstance(term, Var)}


def _equal(one: Pattern, other: Pattern, outer: set[str]) -> bool:
    return covers(one, other, outer) and covers(other, one, outer)


# -- duties and findings -------------------------------------------------------------


def _alternatives(rule: Rule) -> Iterator[Complaint]:
    """Two alternatives of a duty, one of which holds wherever the other does."""
    duty = rule.duty
    if duty is None:
        return
    fixed = bound_by(duty.body) | {"due", "done", "end"}
    for key in DUTY_LISTS:
        bodies: tuple[Body, ...] = getattr(duty, key)
        for at, body in enumerate(bodies):
            for other_at, other in enumerate(bodies):
                if at == other_at or not more_general(other, body, fixed):
                    continue
                if at > other_at or not more_general(body, other, fixed):
                    what = f"duty: {key} {shown.body(body)} is covered by {shown.body(other)}"
                    mend = "leave the narrower one out, or tell them apart"
                    yield complaint(rule, f"duty.{key}", "overlap", what, mend)


def _findings(rule: Rule) -> Iterator[Complaint]:
    """Two findings that hold at once and say it twice, or cannot both be said."""
    for at, one in enumerate(rule.findings):
        for other_at, other in enumerate(rule.findings):
            if at == other_at or not _both(rule, one, other):
                continue
            if at < other_at or not _both(rule, other, one):
                what = f"finding {one.name}: wherever {other.name} holds, this one holds too"
                mend = (
                    "except in it what the other one speaks of"
                    if one.when
                    else "leave one of them out, or tell them apart"
                )
                yield complaint(rule, f"finding[{at}].", "overlap", what, mend)


def _both(rule: Rule, one: FindingRule, other: FindingRule) -> bool:
    """Whether a finding holds wherever another one does."""
    if bool(one.when) != bool(other.when):
        return False
    if one.when:
        assert rule.duty is not None
        if not set(one.when) & set(other.when):
            return False
        return more_general(one.body, other.body, bound_by(rule.duty.body) | {"due", "done"})
    key = {var.name for var in (*one.key, *other.key)} | {"p"}
    return one.key == other.key and more_general(one.body, other.body, key)


# -- words, cases and quotations -------------------------------------------------------


def _sentences(reading: Reading) -> Iterator[Complaint]:
    """Translations that leave a gap out, or have one that English has not."""
    for path, at in reading.french.source.said.items():
        if not path.startswith(("derive", "finding")):
            continue
        want, have = (
            _gaps(value_at(one.document, path)) for one in (reading.english, reading.french)
        )
        for gap in sorted(want ^ have):
            lacks = "French leaves out" if gap in want else "only French speaks of"
            what, mend = f"{path}: {lacks} {{{gap}}}", "let both sentences speak of the same things"
            yield Complaint(*at, reading.rule.name, "sentence", what, mend)


def _gaps(text: str) -> set[str]:
    """The variables of a sentence, whatever it adds to a gap, and the lengths that it names."""
    plain = re.sub(r"\{([^{}:]*):[^{}]*\}", r"{\1}", text)
    return {*names_in(plain), *(f"{name}.period" for name in lengths.GAP.findall(plain))}


def _cases(rule: Rule) -> Iterator[Complaint]:
    """Findings that no case raises."""
    says = rule.derives or rule.counts or rule.duty or rule.findings
    if says and not rule.cases:
        mend = "add a [[case]] (rules/README.md)"
        yield complaint(rule, "name", "case", "the rule has no case", mend)
        return
    raised = {name for case in rule.cases for name in case.raises}
    for number, finding in enumerate(rule.findings):
        if finding.name not in raised:
            what = f"no case raises {finding.name}"
            yield complaint(rule, f"finding[{number}].", "case", what, "add a case that does")


def _quotation(rule: Rule, as_of: dt.date) -> Iterator[Complaint]:
    """Quotations that were not compared with their source for a year."""
    authority = rule.authority
    if not authority.quote or authority.compared is None:
        return
    if add(authority.compared.toordinal(), _A_YEAR) < as_of.toordinal():
        what = f"the quotation was last compared with its source on {authority.compared}, "
        what += "over a year ago"
        mend = f"compare it with {authority.url}, and write the day of that"
    elif authority.compared > as_of:
        what = f"the quotation cannot have been compared on {authority.compared}, "
        what += f"which is after {as_of}"
        mend = "write the day on which it was"
    else:
        return
    yield complaint(rule, "authority.compared", "quotation", what, mend)
