"""What is held: every part by name, and how it is made."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import ccm_rules
from tests.conftest import ROOT
from tests.golden import inside
from tests.golden.masks import masked
from tests.golden.running import said

Outputs = Mapping[str, str] | str


class Part(NamedTuple):
    """Outputs that are made and held together.

    Attributes:
        name: of the file under ``expected/``, or of the section of ``digests.txt``.
        make: makes the output, or many small ones by name.
        slow: whether only ``make test-all`` holds it.
    """

    name: str
    make: Callable[[], Outputs]
    slow: bool = False


class Look(NamedTuple):
    """A record on a day, as far as it was known by another one.

    Attributes:
        record: name of a file in ``facts/``.
        as_of: the day; the record's own if it is empty.
        known: only what was known by this day counts; everything if it is empty.
    """

    record: str
    as_of: str = ""
    known: str = ""

    @property
    def name(self) -> str:
        """What outputs are filed under."""
        return f"{self.record}/{self.as_of or 'own day'}".replace(" ", "-")

    @property
    def words(self) -> tuple[str, ...]:
        """The words of a command line: file and days. One engine: others are held against it."""
        day = ("--as-of", self.as_of) if self.as_of else ()
        return (f"facts/{self.record}.json", *day, *self._known, "--engine", "sqlite")

    @property
    def _known(self) -> tuple[str, ...]:
        return ("--known-by", self.known) if self.known else ()

    @property
    def span(self) -> tuple[str, ...]:
        """The same for a command that looks at all days up to this one."""
        until = ("--until", self.as_of) if self.as_of else ()
        return (f"facts/{self.record}.json", *until, *self._known, "--engine", "sqlite")


LOOKS = (
    Look("2023"),
    Look("2023", "2022-09-30", "2022-09-30"),
    Look("2026", "2026-02-03"),
    Look("2026", "2023-06-30"),
    Look("apmbc-2026", "2026-02-03"),
    Look("apmbc-2026", "2023-06-30"),
)
#: The first look at each record: of it `make test` holds text and JSON.
FIRST = {look.record: look for look in reversed(LOOKS)}
DIALECTS = ("sqlite", "duckdb", "postgres", "clickhouse")
PERIOD = ("--period", "2022-07-01..2023-06-30")


@functools.lru_cache(maxsize=1)
def judged(look: Look) -> ccm_rules.Report:
    """The report of a look, kept until the next one is asked for."""
    path = ROOT / "facts" / f"{look.record}.json"
    record = ccm_rules.load_facts(path, rulebook=ccm_rules.load_rules())
    return ccm_rules.check(
        record,
        ccm_rules.load_rules(record.rules),
        as_of=ccm_rules.parse_date(look.as_of) if look.as_of else None,
        known=ccm_rules.parse_date(look.known) if look.known else None,
        engines=["sqlite"],
    )


def parts() -> Iterator[Part]:
    """Everything that is held."""
    for look in LOOKS:
        yield from _looked(look)
    for look in FIRST.values():
        yield from _spanned(look)


def _run(name: str, *arguments: str, slow: bool = False) -> Part:
    return Part(name, lambda: said(*arguments), slow)


def _looked(look: Look) -> Iterator[Part]:
    """Commands that judge one day."""

    second = look != FIRST[look.record]

    def out(name: str, command: str, *options: str, slow: bool = False) -> Part:
        slow = slow or second
        return _run(f"{look.name}/{name}", command, *look.words, *options, slow=slow)

    yield _run(f"{look.name}/check.txt", "check", *look.words)
    yield out("check-full.txt", "check", "--full", slow=True)
    yield out("check-party.txt", "check", "--party", "ZAF,NGA,PER", "--full", slow=True)
    yield out("check.json", "check", "--format", "json")
    for form in ("csv", "sarif", "junit"):
        yield out(f"check.{form}", "check", "--format", form, slow=True)
    yield Part(f"{look.name}/explain", lambda: _explained(look), slow=second)
    yield Part(f"{look.name}/relations", lambda: dict(inside.relations(judged(look))))
    yield out("deadlines.txt", "deadlines")
    for form in ("json", "csv", "ics"):
        yield out(f"deadlines.{form}", "deadlines", "--format", form, slow=form != "json")
    if look.record != "apmbc-2026":  # its rules count nothing
        period = () if look.record == "2023" else PERIOD
        yield out("report.txt", "report", *period)
        for form in ("json", "csv", "md"):
            yield out(f"report.{form}", "report", *period, "--format", form, slow=form != "json")
        yield out("report-all.txt", "report", *period, "--paragraphs", "--members", slow=True)
    for dialect in () if second else DIALECTS:
        *words, _, _ = look.words  # it names no engine
        yield _run(f"{look.name}/{dialect}.sql", "sql", *words, "--dialect", dialect, slow=True)


def _explained(look: Look) -> Outputs:
    report = judged(look)
    return {
        finding.fingerprint: masked(inside.explained(report, finding))
        for finding in report.findings
    }


def _spanned(look: Look) -> Iterator[Part]:
    """Commands that look at all days up to one."""
    for form in ("json", "csv"):
        yield _run(
            f"{look.record}/history.{form}", "history", *look.span, "--format", form, slow=True
        )
    yield _run(f"{look.record}/history.txt", "history", *look.span, slow=look.record != "2023")
    yield _run(f"{look.record}/findings.txt", "history", *look.span, "--findings", slow=True)
