"""What the record of a convention shows, and why.

Everything that the command line does can be done from here:

>>> import ccm_rules
>>> rulebook = ccm_rules.load_rules()
>>> record = ccm_rules.load_facts(ccm_rules.newest_facts(), rulebook=rulebook)
>>> day = ccm_rules.parse_date("2023-06-30")
>>> report = ccm_rules.check(record, rulebook, as_of=day, engines=["sqlite"])
>>> worst = report.findings[0]
>>> worst.severity, worst.current, worst.fingerprint.startswith(worst.rule)
('serious', True, True)

Without a name `load_rules` reads the rules of the first treaty; those of a record
of another one are had with ``load_rules(record.rules)``.

Several files form one record. `check` judges it on its own as-of day unless
told another one; nothing in this package but its command line reads a clock.
`explain` says why a finding stands, down to fact, source and paragraph, and
`not_held` which conditions did not hold. `narrow` looks at some States or some
rules only, `deadlines` at what is still to come, and `history` at how every duty
stood on every day.

Errors that are somebody's to mend are `CcmError`; an `InputError` carries every
problem of the files at once, each with its place.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ccm_rules.compiler import (
    Rulebook,
    RuleInfo,
    Treaty,
    asked_for,
    facts_home,
    load_every_treaty,
    load_rules,
    read_treaties,
)
from ccm_rules.dates import When
from ccm_rules.dates import parse as parse_date
from ccm_rules.engines.choice import (
    BULK_FROM,
    DUCKDB_FROM,
    available_engines,
    installed,
    suited_engines,
)
from ccm_rules.errors import CcmError, EngineError, EnginesDifferError, InputError, Problem
from ccm_rules.record import MAX_BYTES
from ccm_rules.record.model import Contradiction, Fact, Record
from ccm_rules.report.checking import check
from ccm_rules.report.findings import SEVERITIES, Finding, Open
from ccm_rules.report.views import Report
from ccm_rules.words.states import party_names

if TYPE_CHECKING:
    from pathlib import Path

    from ccm_rules.law.rule import Rule
    from ccm_rules.report.because import Node
    from ccm_rules.report.comparison import Change
    from ccm_rules.report.duties import Deadline
    from ccm_rules.report.filters import Filters
    from ccm_rules.report.numbers import Number, Tally
    from ccm_rules.report.spells import History

__version__ = "0.1.0"

__all__ = [
    "BULK_FROM",
    "DUCKDB_FROM",
    "MAX_BYTES",
    "SEVERITIES",
    "CcmError",
    "Change",
    "Contradiction",
    "Deadline",
    "EngineError",
    "EnginesDifferError",
    "Fact",
    "Filters",
    "Finding",
    "History",
    "InputError",
    "Node",
    "Number",
    "Open",
    "Problem",
    "Record",
    "Report",
    "RuleInfo",
    "Rulebook",
    "Tally",
    "Treaty",
    "When",
    "__version__",
    "asked_for",
    "available_engines",
    "check",
    "compare",
    "contradictions",
    "deadlines",
    "explain",
    "history",
    "installed",
    "load_every_treaty",
    "load_facts",
    "load_rules",
    "narrow",
    "newest_facts",
    "not_held",
    "parse_date",
    "party_names",
    "read_rule",
    "read_treaties",
    "suited_engines",
    "tally",
]

#: Names that are seldom needed at once, and the modules that hold them.
_LATER = {
    "Change": "ccm_rules.report.comparison",
    "Node": "ccm_rules.report.because",
    "Number": "ccm_rules.report.numbers",
    "Tally": "ccm_rules.report.numbers",
    "Deadline": "ccm_rules.report.duties",
    "Filters": "ccm_rules.report.filters",
    "History": "ccm_rules.report.spells",
}


def __getattr__(name: str) -> object:
    if name in _LATER:
        from importlib import import_module

        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_facts(
    *paths: str | os.PathLike[str], rulebook: Rulebook | None = None, max_bytes: int = MAX_BYTES
) -> Record:
    """Read one or more facts files as one record.

    Args:
        paths: the files; one that says ``extends`` brings another one.
        rulebook: whose vocabulary says which facts there are; the shipped rules that
            the files ask for unless given.
        max_bytes: refuse a larger file.

    Raises:
        InputError: with every problem of every file.
    """
    from ccm_rules.record import Files

    files = Files(paths, max_bytes)
    if rulebook is None:
        rulebook = load_rules(asked_for(read_treaties(), files.folders))
    return files.record(rulebook.vocabulary, rulebook.parties, rulebook.treaties)


def newest_facts(*, with_period: bool = False, treaty: str = "") -> Path:
    """The newest of the records that come with this package.

    The record of today names no as-of day: say one to `check`.

    Args:
        with_period: the newest that names a review period, as `tally` needs.
        treaty: name of the treaty in ``rules/treaties.toml``; the first unless given.

    Raises:
        CcmError: there is none.
    """
    import json

    whose = next((one for one in read_treaties() if treaty in ("", one.name)), None)
    if whose is None:
        raise CcmError(f"no treaty is called {treaty!r}; rules/treaties.toml names them")
    found = sorted(facts_home().glob(whose.records), reverse=True)
    for path in found:
        if not with_period or "period" in json.loads(path.read_text(encoding="utf-8")):
            return path
    what = f"no record of the {whose.title}" + (" with a review period" if with_period else "")
    raise CcmError(f"{what} is in {facts_home()}; name a facts file")


def contradictions(record: Record, rulebook: Rulebook) -> tuple[Contradiction, ...]:
    """Facts that cannot both be right, that are entered twice, or that a register excludes.

    Raises:
        InputError: facts contradict of which only one can hold.
    """
    from ccm_rules.record import merge_record

    return merge_record(record, rulebook.vocabulary).contradictions


def explain(report: Report, finding: Finding) -> Node:
    """Why a finding stands: a tree down to facts, sources and paragraphs."""
    return report.because(finding)


def not_held(
    report: Report, rule: str, party: str, beside: Finding | None = None
) -> Sequence[Node]:
    """Which conditions of a rule did not hold for a State; beside a finding, for its duty."""
    return report.not_held(rule, party, beside)


def narrow(report: Report, filters: Filters) -> Report:
    """The same report, of some States or some rules only."""
    from ccm_rules.report.filters import narrow

    return narrow(report, filters)


def deadlines(report: Report, until: int, parties: Iterable[str] = ()) -> list[Deadline]:
    """Duties still to be done, and Meetings, up to a day.

    Args:
        report: what was found on a day.
        until: the last day to look at, as an ordinal.
        parties: codes of the States to look at; all unless given.
    """
    from ccm_rules.report.duties import deadlines

    return deadlines(report, until, parties)


def history(
    record: Record,
    rulebook: Rulebook,
    *,
    since: When,
    until: When,
    known: When | None = None,
) -> History:
    """How every duty stood on every day of a span, and what was found on which days.

    Equal to `check` on each of those days, and made in one go. It is judged
    with one record throughout, and not with what was known on each day.

    Args:
        record: see `load_facts`.
        rulebook: see `load_rules`.
        since: the first day.
        until: the last day.
        known: only what was known by this day counts; everything unless given.

    Raises:
        CcmError: the span ends before it begins.
    """
    from ccm_rules.report.histories import history

    return history(record, rulebook, since=since, until=until, known=known)


def tally(
    record: Record,
    rulebook: Rulebook,
    *,
    period: When | None = None,
    as_of: When | None = None,
    known: When | None = None,
    engines: Sequence[str] | None = None,
) -> Tally:
    """Count the indicators of an action plan over a review period.

    Args:
        record: see `load_facts`.
        rulebook: rules loaded with their indicators: ``load_rules(indicators=True)``.
        period: the review period; the record's own unless given.
        as_of: the day on which things are judged; the period's last unless given.
        known: only what was known by this day counts; everything unless given.
        engines: as in `check`.

    Raises:
        CcmError: there is no review period, or the rules hold no indicator; and
            what `check` raises.
    """
    if period is not None:
        record = record._replace(period=period)
    if record.period is None:
        raise CcmError("the record names no review period; give one")
    day = as_of or When(record.period.latest, record.period.latest)
    return check(record, rulebook, as_of=day, known=known, engines=engines).numbers()


def compare(now: Tally, then: Tally) -> Sequence[Change]:
    """Hold the numbers of one period against those of another: what grew, and who moved."""
    from ccm_rules.report.comparison import compare

    return compare(now, then)


def read_rule(info: RuleInfo, *, home: str | os.PathLike[str] | None = None) -> Rule:
    """Everything that stands in a rule's file, its test cases included.

    Args:
        info: the rule, out of a `Rulebook`.
        home: the directory of rules; the shipped one unless given.
    """
    from ccm_rules.authoring.cases import load_full_rules

    return next(rule for rule in load_full_rules([info.folder], home)[1] if rule.name == info.name)
