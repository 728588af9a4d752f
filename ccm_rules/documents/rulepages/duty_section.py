"""A rule goes in; out come the sections on its duty: whose, when due, its boundary days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from ccm_rules.documents.blocks import Block, Items, Run, text
from ccm_rules.documents.rulepages.boundaries import Seen
from ccm_rules.documents.rulepages.due_days import origins, whole_days
from ccm_rules.documents.rulepages.ruleset import RuleSet
from ccm_rules.documents.rulepages.variables import Scope
from ccm_rules.law.rule import Arithmetic, Duty, Rule
from ccm_rules.record.sentences import first_up
from ccm_rules.words.durations import in_words
from ccm_rules.words.language import mark

#: What becomes of a duty: the parts of which one alternative is enough.
_ALTERNATIVES: Final = {
    "met_by": mark("Met by"),
    "void_by": mark("Without object if"),
    "replaced_by": mark("Replaced if"),
    "ended_by": mark("Ended if"),
    "pending_by": mark("Pending if"),
    "review_if": mark("A person decides if"),
    "requested_by": mark("Passed, and not lapsed, if"),
    "open_if": mark("The record cannot tell if"),
}


def duty_section(among: RuleSet, rule: Rule) -> list[Block]:
    """The duty with all its conditions."""
    duty, say, words = rule.duty, among.say, among.words
    if duty is None:
        return []
    scope = among.duty_scope(duty)
    rows = [(say("Whose it is"), one) for one in words.conditions(duty.body, scope)]
    if isinstance(duty.due, Arithmetic):
        rows.append((say("Due"), f"{first_up(words.computed(duty.due, scope))}."))
    else:
        due = f"{first_up(scope.name(duty.due.name))}."
        rows += list(_computed_elsewhere(among, rule)) or [(say("Due"), due)]
    if duty.soon is not None:
        length = in_words(duty.soon, among.language.code)
        soon = say("From {length} before the due day on.", length=length)
        rows.append((say("Due soon"), soon))
    for name, label in _ALTERNATIVES.items():
        rows += [(say(label), one) for one in words.alternatives(getattr(duty, name), scope)]
    known = mark("Overdue only where the record of this is complete beyond the due day: {record}.")
    if not duty.owed:
        rows.append((say("Not owed"), say("It may be done until that day, and is never overdue.")))
        known = mark("Not done only where the record of this is complete beyond the day: {record}.")
    rows.append((say("The record"), say(known, record=words.records(duty.record, scope))))
    if duty.requested_record:
        asked = words.records(duty.requested_record, scope)
        lapsed = say("Lapsed only where this is complete too: {record}.", record=asked)
        rows.append((say("The record"), lapsed))
    return [among.labelled(rows)]


def _computed_elsewhere(among: RuleSet, rule: Rule) -> Iterator[tuple[str, str]]:
    """How the due day comes about where the duty only takes it over."""
    say, words = among.say, among.words
    for origin in origins(rule, among.rules):
        if isinstance(origin.of, Duty):
            continue
        body, name = origin.of.body, origin.variable
        scope = Scope(words)
        scope.of_body(body)
        rest = {key: made for key, made in body.let.items() if key != name}
        where = words.conditions(attrs.evolve(body, let=rest), scope)
        if origin.made is None:
            how = say("{day}, as a fact of the record gives it", day=scope.name(name))
        else:
            how = words.computed(origin.made, scope)
        shown = f"{first_up(how)}. {' '.join(where)}"
        if origin.rule.name != rule.name:
            shown += " " + say("(Rule: {title}.)", title=origin.rule.title)
        yield say("How that day is reckoned"), shown


def boundary_section(among: RuleSet, rule: Rule) -> list[Block]:
    """The days on which the status of the duty changes, with the cases that test them.

    Raises:
        InputError: a case of the rule is wrong.
    """
    if rule.duty is None:
        return []
    days = (whole_days(origin) for origin in origins(rule, among.rules))
    form = mark(
        "The day from which it is reckoned is day 0: day {n} is the due day and in time; it is "
        "overdue from day {m} on."
    )
    if not rule.duty.owed:
        form = mark(
            "The day from which it is reckoned is day 0: day {n} is the last day; it is over from "
            "day {m} on."
        )
    counted = [text(among.say(form, n=number, m=number + 1)) for number in days if number]
    tested = [
        (Run(f"{among.say(says)} "), Run(_case(among, seen)))
        for says, seen in among.boundaries(rule)
    ]
    return [Items((*counted, *tested))]


def _case(among: RuleSet, seen: Seen | None) -> str:
    """The case that shows a boundary day."""
    if seen is None:
        return among.say("No case of the rule tests this day.")
    done = {"met": seen.due, "met-late": seen.due + 1}.get(seen.status)
    form = mark("Case “{name}”: due {due}, judged {day}.")
    if done is not None:
        form = mark("Case “{name}”: due {due}, done {done}.")
    due, day = (among.language.date(one, one) for one in (seen.due, done or seen.judged))
    return among.say(form, name=seen.case, due=due, day=day, done=day)
