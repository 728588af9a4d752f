"""How duties stand over time: the days on which they change, and what filters leave."""

from __future__ import annotations

import doctest
from types import SimpleNamespace

import pytest

import ccm_rules.report.histories
from ccm_rules.compiler.info import FindingInfo
from ccm_rules.dates import When, in_words, iso, parse
from ccm_rules.engines.timeline.days import Span
from ccm_rules.engines.timeline.moving import Clock
from ccm_rules.engines.timeline.sweep import Timeline
from ccm_rules.errors import CcmError, EnginesDifferError
from ccm_rules.record import load
from ccm_rules.record.model import Fact, Record, Register
from ccm_rules.report.checking import check
from ccm_rules.report.filters import Filters
from ccm_rules.report.histories import confirm, history, only, sample
from ccm_rules.report.spells import DutyHistory, History, Spell, Standing, Stands
from ccm_rules.words.states import party_names
from tests.conftest import TODAY


@pytest.fixture(scope="module")
def today(rulebook):
    return load([TODAY], rulebook.vocabulary, party_names())


@pytest.fixture(scope="module")
def story(today, rulebook):
    return history(today, rulebook, since=parse("2010-01-01"), until=parse("2026-11-25"))


def nigeria(until="2024-06-30"):
    """Nigeria: entry into force on 1 August 2023, initial report due on 28 January 2024."""
    values = {"party": "NGA", "date": parse("2023-02-28"), "instrument": "ratification"}
    register = Register("report", {"kind": "initial"}, None, parse(until), ())
    return Record("t", None, None, (), {}, (register,), (Fact("deposit", values, ()),), "", ())


def spells_of(story, rule, party="NGA"):
    (duty,) = (duty for duty in story.duties if (duty.rule, duty.party) == (rule, party))
    return [(iso(s.first), iso(s.last), *s.standings) for s in duty.spells]


def test_a_duty_from_one_status_to_the_next(rulebook):
    told = history(nigeria(), rulebook, since=parse("2023-01-01"), until=parse("2024-12-31"))
    due = parse("2024-01-28")
    assert spells_of(told, "initial-transparency-report") == [
        ("2023-02-28", "2023-10-29", Standing("upcoming", due, None)),
        ("2023-10-30", "2024-01-28", Standing("due-soon", due, None)),
        ("2024-01-29", "2024-06-30", Standing("overdue", due, None)),
        ("2024-07-01", "2024-12-31", Standing("overdue", due, parse("2024-06-30").latest)),
    ]
    # That the record ends is no change of status.
    assert [
        (iso(c.day), [s.status for s in c.old], [s.status for s in c.new])
        for c in told.changes()
        if c.duty.rule == "initial-transparency-report"
    ] == [
        ("2023-02-28", [], ["upcoming"]),
        ("2023-10-30", ["upcoming"], ["due-soon"]),
        ("2024-01-29", ["due-soon"], ["overdue"]),
    ]
    found = {one.fingerprint: one.spells for one in told.findings}
    assert [
        (iso(s.first), iso(s.last), s.name) for s in found["initial-transparency-report:NGA"]
    ] == [
        ("2023-10-30", "2024-01-28", "initial-report-due-soon"),
        ("2024-01-29", "2024-12-31", "initial-report-overdue"),
    ]


def test_where_the_record_ends_before_the_day_it_is_open(rulebook):
    told = history(
        nigeria("2024-01-28"), rulebook, since=parse("2024-01-01"), until=parse("2024-12-31")
    )
    due = parse("2024-01-28")
    assert spells_of(told, "initial-transparency-report") == [
        ("2024-01-01", "2024-01-28", Standing("due-soon", due, None)),
        ("2024-01-29", "2024-12-31", Standing("open", due, None)),
    ]


def test_one_day_is_a_span(rulebook):
    told = history(nigeria(), rulebook, since=parse("2024-01-29"), until=parse("2024-01-29"))
    (spell,) = spells_of(told, "initial-transparency-report")
    assert spell == ("2024-01-29", "2024-01-29", Standing("overdue", parse("2024-01-28"), None))
    assert told.changes() == []
    confirm(told, [told.since])


def test_known_by_limits_what_every_day_is_judged_with(rulebook, today):
    span = {"since": parse("2023-01-01"), "until": parse("2023-06-30")}
    known = parse("2023-01-31")
    told = history(today, rulebook, **span, known=known)
    assert told.known_by == known.latest
    assert len(told.record.facts) < len(today.facts)
    report = check(today, rulebook, as_of=span["until"], known=known, engines=["sqlite"])
    assert {f.fingerprint for f in report.findings} == {
        one.fingerprint for one in told.findings if one.spells[-1].last == told.until
    }


@pytest.mark.parametrize("party", ["NGA", "PER", "TGO"])
def test_the_day_of_a_change_has_the_new_status_and_the_day_before_the_old(
    party, story, today, rulebook
):
    changes = [
        change
        for change in only(story, Filters((party,))).changes()
        if change.day >= parse("2020-01-01").earliest
    ]
    assert len(changes) > 5
    every = sorted({change.day for change in changes})
    days = every[:: len(every) // 4]
    reports = {
        day: check(today, rulebook, as_of=When(day, day), engines=["sqlite"])
        for last in days
        for day in (last - 1, last)
    }
    for change in changes:
        if change.day not in days:
            continue
        duty = change.duty
        for day, standings in ((change.day - 1, change.old), (change.day, change.new)):
            told = [
                (one.status, in_words(*one.due))
                for one in reports[day].duties([party])
                if one.key == duty[:4]
            ]
            assert told == [(s.status, in_words(*s.due)) for s in standings], (iso(day), duty)


def test_every_day_of_a_spell_is_told_once(story):
    for duty in story.duties:
        for one, other in zip(duty.spells, duty.spells[1:], strict=False):
            assert one.last < other.first
            assert one.last + 1 < other.first or one.standings != other.standings
    for found in story.findings:
        for one, other in zip(found.spells, found.spells[1:], strict=False):
            assert one.last < other.first
            assert one.last + 1 < other.first or one[2:] != other[2:]


def test_filters(story):
    peru = only(story, Filters(("PER",), ("clearance", "initial-transparency-report")))
    assert {(duty.party, duty.rule) for duty in peru.duties} == {
        ("PER", "initial-transparency-report")
    }
    assert {one.rule for one in peru.findings} == {"initial-transparency-report"}
    late = only(story, Filters(select=("initial-report-late",)))
    assert late.findings
    assert {spell.name for one in late.findings for spell in one.spells} == {"initial-report-late"}
    # A finding brings the duty that it is about, as in a check.
    assert {duty.rule for duty in late.duties} == {"initial-transparency-report"}
    assert only(story, Filters()) is story
    with pytest.raises(CcmError, match="no rule"):
        only(story, Filters(select=("nothing",)))


def test_sampled_days_are_spread_and_hold_the_last(story):
    assert doctest.testmod(ccm_rules.report.histories).attempted
    days = sample(story, 3)
    assert len(set(days)) == 3
    assert days[-1] == story.until
    assert story.since < days[0]
    assert sample(story, 0) == ()
    one_day = story._replace(since=story.until)
    assert sample(one_day, 3) == (story.until,)


@pytest.mark.parametrize("what", ["duties", "findings"])
def test_a_history_that_an_engine_does_not_confirm_is_not_published(what, story):
    day = parse("2026-11-25").latest
    confirm(story, [day])
    told = getattr(story, what)
    with_one_less = tuple(one for one in told if one.spells[-1].last != day)
    with pytest.raises(EnginesDifferError, match="2026-11-25"):
        confirm(story._replace(**{what: with_one_less}), [day])
    with pytest.raises(EnginesDifferError, match="2026-11-25"):
        confirm(
            story._replace(
                duties=tuple(
                    duty._replace(
                        spells=tuple(
                            s._replace(first=s.first, last=s.last - 1) for s in duty.spells
                        )
                    )
                    for duty in story.duties
                )
            ),
            [day],
        )


def test_a_span_that_ends_before_it_begins(rulebook):
    with pytest.raises(CcmError, match="no day to look at"):
        history(nigeria(), rulebook, since=parse("2024-01-02"), until=parse("2024-01-01"))


# -- what the shipped rules and records do not do --------------------------------


def stands(status, due="2024-01-28", until=None):
    return Standing(status, parse(due), until)


def test_a_duty_may_go_and_come_back():
    duty = DutyHistory(
        "r",
        "PER",
        "",
        0,
        (
            Spell(1, 4, (stands("upcoming"),)),
            Spell(5, 6, (stands("upcoming", "2025"),)),
            Spell(9, 9, (stands("upcoming", "2025"),)),
            Spell(10, 12, (stands("upcoming", "2025", 7),)),
        ),
    )
    told = History(1, 20, None, None, None, (duty,), (), None)
    assert [(c.day, [str(s.due) for s in c.old], [str(s.due) for s in c.new])
            for c in told.changes()] == [
        (5, ["2024-01-28"], ["2025"]),
        (7, ["2025"], []),
        (9, [], ["2025"]),
        (13, ["2025"], []),
    ]  # fmt: skip


def found_of(rows, infos):
    """What is found of made-up rows over nine days."""
    clock = Clock(Span(1, 9))
    told = {
        relation: {
            tuple(clock.today if value == "today" else value for value in row): (days, days)
            for row, days in made.items()
        }
        for relation, made in rows.items()
    }
    rulebook = SimpleNamespace(findings={info.relation: info for info in infos})
    return list(ccm_rules.report.histories._findings(Timeline(clock, told), rulebook))


def info(name, columns, key=("p",), due="due"):
    return FindingInfo(
        "r", name, name, columns, key, "p", due, "", "notice", "computed", "", "", (), True, False
    )


COLUMNS = (("due", "when"), ("p", "party"), ("status", "text"), ("until", "when"))


def test_of_several_rows_the_first_of_the_day_speaks():
    """As a check does: rows are sorted, and today is one of the values."""
    columns = (("a", "when"), *COLUMNS)
    rows = {
        ("today", "today", 50, 50, "PER", "late", 9, 9): 0b111111111,
        (4, 4, 60, 60, "PER", "met", 9, 9): 0b111111110,
    }
    (one,) = found_of({"f": rows}, [info("f", columns)])
    assert one.fingerprint == "r:PER"
    assert one.spells == (
        Stands(1, 4, "f", "notice", "late", When(50, 50)),
        Stands(5, 9, "f", "notice", "met", When(60, 60)),
    )


def test_rows_that_say_the_same_are_one_spell():
    rows = {
        (50, 50, "PER", "overdue", "today", "today"): 0b000001111,
        (50, 50, "PER", "overdue", 4, 4): 0b011110000,
    }
    (one,) = found_of({"f": rows}, [info("f", COLUMNS)])
    assert one.spells == (Stands(1, 8, "f", "notice", "overdue", When(50, 50)),)


def test_a_day_that_moves_is_told_day_by_day():
    rows = {("today", "today", "PER", "met", 1, 1): 0b11}
    (one,) = found_of({"f": rows}, [info("f", COLUMNS)])
    assert [(s.first, s.last, s.due) for s in one.spells] == [
        (1, 1, When(1, 1)),
        (2, 2, When(2, 2)),
    ]
    by_day = found_of({"f": rows}, [info("f", COLUMNS, ("p", "due"))])
    assert [one.fingerprint for one in by_day] == ["r:PER:0001-01-01", "r:PER:0001-01-02"]


def test_two_findings_for_one_fingerprint_are_refused():
    row = (50, 50, "PER", "met", 1, 1)
    infos = [info("f", COLUMNS), info("g", COLUMNS)]
    told = found_of({"f": {row: 0b0011}, "g": {row: 0b1100}}, infos)
    assert [spell.name for spell in told[0].spells] == ["f", "g"]
    with pytest.raises(CcmError, match="f and g hold at once for r:PER"):
        found_of({"f": {row: 0b0011}, "g": {row: 0b0110}}, infos)
