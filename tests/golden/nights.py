"""The nightly job on sixty days, one after the other, without a network."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT
from tests.golden.masks import masked
from tests.golden.running import said

NIGHTS = 60
#: Folders only, and something of everything that a routing file may say.
ROUTES = """
quiet_days = ["saturday", "12-24..01-01"]

[channel.all]
folder = "all"

[channel.some]
folder = "some"

[operator]
channel = "all"

[[route]]
name = "everything"
channel = "all"

[[route]]
name = "reports"
channel = "some"
rules = ["initial-transparency-report", "annual-transparency-report"]
severities = ["serious", "warning"]
digest = "monday"

[[route]]
name = "chad"
channel = "some"
parties = ["TCD"]
events = ["new", "updated", "reminder"]

[[mute]]
fingerprints = ["initial-transparency-report:CPV"]
reason = "The report is announced."
until = 2026-01-10

[reminders]
days = [90, 30]

[[reminders.for]]
rules = ["clearance"]
days = [180, 60, 27]
"""


class Job(NamedTuple):
    """Sixty nights.

    Attributes:
        record: name of a file in ``facts/``.
        last: the last of the days.
        known: whether each night knows only what was known by its day.
        routes: whether there is a routing file; else all goes to a folder and to
            standard output.
    """

    record: str
    last: str
    known: bool = False
    routes: bool = False


def ledger(job: Job) -> dict[str, str]:
    """What the nights print and send, and what the ledger then holds."""
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as place:
        # A channel is known by its folder, so the folder is called alike wherever it is.
        os.chdir(place)
        try:
            return dict(_ledger(job, Path(place)))
        finally:
            os.chdir(here)


def _ledger(job: Job, place: Path) -> Iterator[tuple[str, str]]:
    facts, last = str(ROOT / "facts" / f"{job.record}.json"), dt.date.fromisoformat(job.last)
    (place / "routes.toml").write_text(ROUTES)
    to = ("--config", "routes.toml") if job.routes else (
        "--to", "./all", "--to", "-", "--digest", "monday"
    )  # fmt: skip
    common = (facts, "--ledger", "l.db", *to, "--engine", "sqlite", "--health", "health.json")
    for back in range(NIGHTS - 1, -1, -1):
        day = (last - dt.timedelta(days=back)).isoformat()
        known = ("--known-by", day) if job.known else ()
        yield f"night {day}", said("alert", *common, "--as-of", day, *known, places=(str(place),))
    for command in (("show",), ("export",), ("export", "--format", "csv")):
        yield " ".join(("ledger", *command)), said("ledger", *command, "l.db", places=(str(place),))
    for path in sorted(place.rglob("*")):
        if path.suffix in (".json", ".txt"):
            text = path.read_text(encoding="utf-8")
            yield path.relative_to(place).as_posix(), masked(text, str(place))
