"""What several commands share: facts files and settings go in, a judged record comes out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import click

import ccm_rules
from ccm_rules.cli import NOTHING
from ccm_rules.formats.terminal import harmless

#: What --engine may say, and which engines that are; ``auto`` beside them.
ENGINES: Final = {
    "durable": ("durable-rules",),
    "sqlite": ("sqlite",),
    "duckdb": ("duckdb",),
    "both": ("durable-rules", "sqlite"),
    "all": ("durable-rules", "sqlite", "duckdb"),
}
_SECOND = "pip install 'ccm-rules[durable]'"
_EXTRAS = {"durable-rules": _SECOND, "duckdb": "pip install 'ccm-rules[duckdb]'"}


class Settings(NamedTuple):
    """How a record is read and judged; see `record_options`."""

    as_of: ccm_rules.When | None = None
    known_by: ccm_rules.When | None = None
    engine: str = "auto"
    home: str | None = None
    max_bytes: int = ccm_rules.MAX_BYTES
    language: str = "en"


class Nothing(click.ClickException):
    """There is nothing to check."""

    exit_code = NOTHING

    def show(self, file: Any = None) -> None:
        """Say what is missing."""
        click.echo(
            f"ccm-check: nothing to check: {harmless(self.message)}", file=file or sys.stderr
        )


def codes(parties: Iterable[str], rulebook: ccm_rules.Rulebook) -> tuple[str, ...]:
    """Codes of States, or of other parties of a treaty, named by code or by UN name.

    Raises:
        click.UsageError: there is no such State; the message names the nearest.
    """
    names = rulebook.parties
    by_name: dict[str, str] = {}
    found = []
    for text in parties:
        parts = [text]
        if "," in text and all(part.strip().upper() in names for part in text.split(",")):
            parts = text.split(",")
        for part in map(str.strip, parts):
            if part.upper() in names:
                found.append(part.upper())
                continue
            by_name = by_name or {_folded(name): code for code, name in names.items()}
            code = by_name.get(_folded(part))
            if code is None:
                raise click.UsageError(_no_state(part, by_name, names))
            found.append(code)
    return tuple(dict.fromkeys(found))


def _folded(name: str) -> str:
    import unicodedata

    plain = unicodedata.normalize("NFKD", name.replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def _no_state(text: str, by_name: Mapping[str, str], names: Mapping[str, str]) -> str:
    import difflib

    word = _folded(text)
    near = [name for name in by_name if word and name.startswith(word)]
    near = near or difflib.get_close_matches(
        word, [*by_name, *(code.casefold() for code in names)], 3
    )
    hints = dict.fromkeys(by_name.get(name, name.upper()) for name in near)
    hint = " or ".join(f"{code} ({names[code]})" for code in list(hints)[:3])
    mend = (
        f"did you mean {hint}?" if hint else "use an ISO 3166-1 alpha-3 code or the State's UN name"
    )
    return f"unknown State {text!r}: {mend}"


def words(values: Iterable[str]) -> tuple[str, ...]:
    """Take comma lists apart."""
    return tuple(
        dict.fromkeys(word for value in values for word in map(str.strip, value.split(",")) if word)
    )


def engines(choice: str, notes: list[str], facts: int = 0) -> tuple[str, ...]:
    """The engines of a choice for so many facts; notes if there is only one.

    Raises:
        CcmError: an engine is asked for that is not installed.
    """
    there = ccm_rules.available_engines()
    if choice != "auto":
        missing = [
            name
            for name in ENGINES[choice]
            if name not in there and not (name == "duckdb" and ccm_rules.installed(name))
        ]
        if missing:
            raise ccm_rules.CcmError(f"{missing[0]} is not installed: {_EXTRAS[missing[0]]}")
        return ENGINES[choice]
    if facts >= ccm_rules.BULK_FROM:
        (chosen,) = ccm_rules.suited_engines(facts)
        quicker = facts >= ccm_rules.DUCKDB_FROM and chosen != "duckdb"
        notes.append(
            f"the record holds {facts:,} facts, so one engine ({chosen}) judged it and nothing "
            "confirms its result; --engine all asks every engine, which takes long"
            + (f"; duckdb would be quicker: {_EXTRAS['duckdb']}" if quicker else "")
        )
        return (chosen,)
    if len(there) == 1:
        notes.append(
            f"one engine ({there[0]}) was used, so nothing confirms its result; "
            f"the second is had with {_SECOND}, or make in a checkout"
        )
    return there


def note_crashed(
    crashed: Iterable[str], left: Sequence[str], choice: str, notes: list[str]
) -> None:
    """Note engines that crashed.

    Raises:
        EngineError: they were asked for by name.
    """
    for name in crashed:
        what = f"{name} crashed twice"
        if choice != "auto":
            raise ccm_rules.EngineError(f"{what}; nothing is published")
        notes.append(
            f"{what} and counts as absent: one engine ({left[0]}) was used, so nothing "
            "confirms its result"
        )


def load(
    facts: Sequence[str], settings: Settings, *, indicators: bool = False
) -> tuple[ccm_rules.Record, ccm_rules.Rulebook]:
    """Read facts and the rules that they ask for, with their indicators if those are wanted.

    Raises:
        InputError: with every problem.
        Nothing: no file was named.
    """
    if not facts:
        raise Nothing(
            "name a facts file, as in `ccm-check facts/2023.json`; `ccm-check --help` says more"
        )
    from ccm_rules.record import Files

    files = Files(facts, settings.max_bytes)
    rulebook = _rules(settings, indicators)
    folders = ccm_rules.asked_for(rulebook.treaties, files.folders)
    if folders and set(folders) != set(rulebook.folders):
        rulebook = _rules(settings, indicators, folders)
    record = files.record(rulebook.vocabulary, rulebook.parties, rulebook.treaties)
    if record.rules and set(record.rules) != set(rulebook.folders):
        rulebook = _rules(settings, indicators, record.rules)
    return record, rulebook


def _rules(settings: Settings, indicators: bool, folders: Iterable[str] = ()) -> ccm_rules.Rulebook:
    return ccm_rules.load_rules(
        folders, home=settings.home, indicators=indicators, language=settings.language
    )


def judge(
    record: ccm_rules.Record, rulebook: ccm_rules.Rulebook, settings: Settings, notes: list[str]
) -> ccm_rules.Report:
    """Check a record, on today's date if nobody names another one.

    Raises:
        Nothing: the record holds no fact, or there is no rule.
        CcmError: see `ccm_rules.check`.
    """
    if not record.facts:
        raise Nothing(f"no fact is in {', '.join(record.files)}")
    if not rulebook.findings:
        raise Nothing("there is no rule")
    as_of = settings.as_of or record.as_of
    if as_of is None:
        as_of = today()
        notes.append("as of today, in UTC: the record names no as-of day, and --as-of gives none")
    report = ccm_rules.check(
        record,
        rulebook,
        as_of=as_of,
        known=settings.known_by,
        engines=engines(settings.engine, notes, len(record.facts)),
    )
    note_crashed(report.absent, report.engines, settings.engine, notes)
    return report


def today(zone: str = "") -> ccm_rules.When:
    """Today in a time zone, UTC unless named; this and `utc_now` alone read a clock.

    Raises:
        CcmError: there is no such zone.
    """
    import datetime as dt

    where: dt.tzinfo = dt.UTC
    if zone:
        from zoneinfo import ZoneInfo

        try:
            where = ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ccm_rules.CcmError(
                f"no time zone is called {zone!r}; write one as Europe/Vienna (if it is right, "
                "the system's zones are missing: install the package tzdata)"
            ) from None
    return ccm_rules.parse_date(dt.datetime.now(where).date().isoformat())


def utc_now() -> str:
    """The time in UTC, as ISO 8601 to the second."""
    import datetime as dt

    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
