"""Two years, night by night, with the facts known by each day, against a plain reckoning."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import re
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack

import pytest

import ccm_rules
from ccm_rules.alerts import job
from ccm_rules.alerts.config import OPERATOR, Config, Filter, Route
from ccm_rules.alerts.delivery import Clock
from ccm_rules.alerts.events import KINDS
from ccm_rules.alerts.ledger import Ledger
from ccm_rules.alerts.quiet import Quiet
from ccm_rules.alerts.routing import Router
from ccm_rules.alerts.targets import target
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

FIRST, LAST = dt.date(2022, 7, 1).toordinal(), dt.date(2024, 6, 30).toordinal()
LEADS = (180, 90, 30, 7)


@pytest.fixture(scope="module")
def years():
    half = (FIRST + LAST) // 2
    spans = ((FIRST, half), (half + 1, LAST))
    command = [sys.executable, "-m", "tests.alerts.two_years"]
    found = []
    with ExitStack() as stack:
        runs = [
            stack.enter_context(
                subprocess.Popen(
                    [*command, str(first), str(last)], cwd=ROOT, stdout=subprocess.PIPE
                )
            )
            for first, last in spans
        ]
        # The first writes only once it is done, so the second does not wait to be read.
        for run in runs:
            found += pickle.loads(run.stdout.read())
    assert [run.returncode for run in runs] == [0, 0]
    return {s.day: rest for s, *rest in found}, {s.day: s for s, *_ in found}


def _run(snapshots, place, days):
    """Let the job run on some nights; what its folder then holds."""
    channel, recipients = target(f"{place}/out")
    route = Route("all", channel.name, recipients, Filter(), KINDS, -1, Quiet())
    config = Config({channel.name: channel}, (route,), (route._replace(name=OPERATOR),))
    work = job.Work(Router(config, ccm_rules.load_rules()), snapshots.__getitem__)
    place.mkdir()
    for day in days:
        # As each night is a process of its own, each opens the ledger anew.
        clock = Clock(lambda day=day: f"{dt.date.fromordinal(day)}T02:00:00Z", lambda _: None)
        with Ledger(str(place / "l.db")) as ledger:
            outcome = job.run(ledger, config, lambda: work, day, clock, lambda *_, **__: None, 100)
        assert not outcome.problem
        assert not outcome.delivered.waiting
    messages = [json.loads(path.read_text()) for path in sorted((place / "out").glob("*.json"))]
    # Which registers have gone stale is for whoever keeps the record: test_upgrades.py.
    return [message for message in messages if message["kind"] != "operator"]


def _events(messages):
    return [
        (dt.date.fromisoformat(e["day"]).toordinal(), e["kind"], e["fingerprint"], e.get("lead"))
        for message in messages
        for e in message.get("events", ())
    ]


def _gist(finding):
    """A finding but for the day of the look and what is counted from it."""
    *rest, says = finding
    says = re.sub(r"(on record|for none) by \d+ \w+ \d{4}", "", says)
    return (*rest, re.sub(r", -?[\d,]+ days from now", "", says))


def _plainly(years):
    """Which alerts there must be, reckoned from the findings and deadlines of each day."""
    alerts = Counter()
    for day in range(FIRST + 1, LAST + 1):
        before, now = years[day - 1][0], years[day][0]
        for name in before.keys() | now.keys():
            if name not in before:
                alerts[day, "new", name, None] += 1
            elif name not in now:
                alerts[day, "resolved", name, None] += 1
            elif _gist(before[name]) != _gist(now[name]):
                alerts[day, "updated", name, None] += 1
    for duty in {duty for _, ahead in years.values() for duty in ahead}:
        rule, party, item, n = duty
        names = {
            f"{rule}:{party}",
            f"{rule}:{party}:{item}",
            f"{rule}:{party}:{n}",
            f"{rule}:{party}:{item}:{n}",
        }
        told = {}  # due day -> the lead times told
        last = None
        for day in range(FIRST, LAST + 1):
            due = years[day][1].get(duty)
            if due is None:
                continue
            reached = [lead for lead in LEADS if due - day <= lead]
            fresh = [lead for lead in reached if lead not in told.get(due, ())]
            moved = last is not None and last != due
            standing = any(name in years[day][0] for name in names)
            if day > FIRST and moved and not standing:
                alerts[day, "updated", names, None] += 1
            elif day > FIRST and fresh and min(fresh) == min(reached):
                alerts[day, "reminder", (rule, party, item, n), min(fresh)] += 1
            if reached or moved:
                told.setdefault(due, set()).update(reached)
                last = due
    return alerts


def _matching(events, years):
    """The same keys as the plain reckoning has: a duty in place of its fingerprint."""
    duties = {duty for _, ahead in years.values() for duty in ahead}
    by_name = {}
    for rule, party, item, n in duties:
        for parts in ([], [item], [n], [item, n]):
            name = ":".join(str(part) for part in (rule, party, *parts))
            by_name.setdefault(name, set()).add((rule, party, item, n))
    found = Counter()
    for day, kind, name, lead in events:
        if kind != "reminder":
            found[day, kind, name, lead] += 1
            continue
        duty = [d for d in by_name[name] if d in years[day][1]]
        assert len(duty) == 1, name
        found[day, kind, duty[0], lead] += 1
    return found


def test_two_years_send_what_a_plain_reckoning_says_each_once(years, tmp_path):
    facts, snapshots = years
    messages = _run(snapshots, tmp_path / "nightly", range(FIRST, LAST + 1))
    events = _events(messages)
    expected = _plainly(facts)
    assert _matching(events, facts) == expected
    assert max(expected.values()) == 1
    # The whole is not empty: every kind is there.
    assert {kind for _, kind, _, _ in expected} == set(KINDS)
    ids = [e["id"] for message in messages for e in message.get("events", ())]
    assert len(ids) == len(set(ids))
    # One message on a night that has news, one digest at the beginning, and no other.
    assert len(messages) == 1 + len({day for day, *_ in events})

    # Some of it by hand: the annual reports fall due on 30 April 2024.
    annual = Counter(
        (str(dt.date.fromordinal(day)), lead)
        for day, kind, name, lead in events
        if kind == "reminder" and re.match(r"annual-transparency-report:\w+:2023$", name)
    )
    assert sorted(annual) == [
        ("2023-11-02", 180),
        ("2024-01-31", 90),
        ("2024-03-31", 30),
        ("2024-04-23", 7),
    ]
    assert set(annual.values()) <= {len(snapshots[LAST - 100].ahead), 110, 111}
    # Nigeria deposited on 28 February 2023: in force on 1 August, due on 28 January 2024.
    nigeria = [
        (str(dt.date.fromordinal(day)), kind, lead)
        for day, kind, name, lead in events
        if name == "initial-transparency-report:NGA"
    ]
    assert [n for n in nigeria if n[1] == "reminder"] == [
        ("2023-08-01", "reminder", 180),
        ("2023-10-30", "reminder", 90),
        ("2023-12-29", "reminder", 30),
        ("2024-01-21", "reminder", 7),
    ]


def test_nights_without_a_run_change_nothing_that_is_told(years, tmp_path):
    _, snapshots = years
    every = _run(snapshots, tmp_path / "every", range(FIRST, FIRST + 500))
    days = [day for day in range(FIRST, FIRST + 500) if (day * 7919) % 11 < 3 or day == FIRST + 499]
    some = _run(snapshots, tmp_path / "some", [FIRST, *days])
    ids = [[e["id"] for m in messages for e in m.get("events", ())] for messages in (every, some)]
    assert ids[0] == ids[1]
