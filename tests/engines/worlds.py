"""Random records, grown from the cases in the rule files.

A record takes the facts of a few cases, of any rules, and disturbs them: days
move by a few days or become ranges, facts and registers drop out, States change
places, kinds of fact that no case gave are thrown in. So every rule is met, near
its boundaries, in company that its author did not think of.
"""

from __future__ import annotations

import functools
import random

from ccm_rules.authoring.cases import case_record, load_full_rules
from ccm_rules.dates import FIRST_DAY, LAST_DAY, When, parse
from ccm_rules.errors import InputError
from ccm_rules.record import merge
from ccm_rules.record.model import Fact, Record, Register
from ccm_rules.record.vocabulary import Vocabulary
from ccm_rules.words.states import party_names

VOCABULARY, RULES = load_full_rules()
PARTIES = ("BGR", "IRQ", "ZAF", "NGA")
INDICATORS = sorted(one.name for rule in RULES for one in rule.indicators)
_FIRST, _LAST = parse("2009-01-01").earliest, parse("2025-12-31").latest


@functools.cache
def cases_of(folders: tuple[str, ...]) -> list[Record]:
    """The records of all cases of a treaty: of the first unless folders are named."""
    vocabulary, rules = load_full_rules(folders) if folders else (VOCABULARY, RULES)
    return [
        case_record(rule, case, vocabulary, party_names()) for rule in rules for case in rule.cases
    ]


def disturb(when: When, choose: random.Random) -> When:
    """Move a day a little, make it vague, or leave it."""
    roll = choose.random()
    if roll < 0.5 or when.earliest == FIRST_DAY or when.latest == LAST_DAY:
        return when
    day = when.earliest + choose.randint(-2, 2)
    if roll < 0.75:
        return When(day, day + when.latest - when.earliest)
    return When(day - choose.choice([0, 1, 30, 400]), day + choose.choice([0, 1, 30, 400]))


@functools.cache
def words_of(folders: tuple[str, ...]) -> Vocabulary:
    """The kinds of fact of a treaty; of the first, unless folders are given."""
    return load_full_rules(folders)[0] if folders else VOCABULARY


def _stray(
    choose: random.Random, meetings: list[str], articles: list[str], vocabulary: Vocabulary
) -> Fact:
    """A fact of any kind, with any values."""
    kind = vocabulary[choose.choice(sorted(set(vocabulary) - {"meeting", "threshold-instrument"}))]
    values: dict[str, object] = {}
    for field in kind.fields.values():
        if field.optional and choose.random() < 0.5:
            continue
        if field.type == "when":
            day = choose.randint(_FIRST, _LAST)
            values[field.name] = When(day, day + choose.choice([0, 0, 5, 500]))
        elif field.type == "party":
            values[field.name] = choose.choice(PARTIES)
        elif field.type == "meeting":
            if not meetings:
                continue
            values[field.name] = choose.choice(meetings)
        elif field.one_of:
            values[field.name] = choose.choice(field.one_of)
        elif field.name == "of" and kind.statement:
            values[field.name] = choose.choice(INDICATORS)
        elif field.type == "int":
            values[field.name] = (
                choose.randint(0, 2)
                if field.name in ("number", "replaces", "value", "out_of")
                else choose.randint(2010, 2024)
            )
        else:
            values[field.name] = choose.choice(articles) if field.name == "article" else "a matter"
    return Fact(kind.name, values)  # type: ignore[arg-type]


def world(seed: int, folders: tuple[str, ...] = ()) -> Record:
    """The record that a seed stands for.

    Args:
        seed: any number.
        folders: rule folders of the treaty that it is about; the first unless given.
    """
    choose = random.Random(seed)
    articles = ["4", "5"] if folders else ["3", "4"]
    cases = [choose.choice(cases_of(folders)) for _ in range(choose.choice([1, 1, 2, 3]))]
    facts: list[Fact] = []
    seen = set()
    for case in cases:
        for fact in case.facts:
            if choose.random() < 0.08 or (fact.kind == "meeting" and fact.values["id"] in seen):
                continue
            if fact.kind == "meeting":
                seen.add(fact.values["id"])
            values = {
                k: disturb(v, choose) if isinstance(v, When) else v for k, v in fact.values.items()
            }
            if "party" in values and choose.random() < 0.1:
                values["party"] = choose.choice(PARTIES)
            facts.append(fact._replace(values=values))
    meetings = sorted(str(m) for m in seen)
    if meetings:
        kinds = words_of(folders)
        facts += [
            _stray(choose, meetings, articles, kinds) for _ in range(choose.choice([0, 0, 1, 3]))
        ]
    registers: list[Register] = []
    for case in cases:
        for register in case.registers:
            if choose.random() > 0.15:
                until = register.until.earliest + choose.choice([0, 0, 0, 0, -2, -1, 1, 2, 400])
                registers.append(register._replace(until=When(until, until)))
    as_of = disturb(cases[0].as_of, choose).earliest  # type: ignore[arg-type]
    record = Record(
        "random",
        When(as_of, as_of),
        cases[0].period,
        (),
        {},
        tuple(registers),
        tuple(facts),
        "",
        (),
    )
    try:
        merge(record.facts, words_of(folders))
    except InputError:  # two decisions on one deadline: such a record does not load
        record = record._replace(facts=tuple(f for f in facts if f.kind != "extension-decision"))
    return record
