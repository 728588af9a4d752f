"""What several commands share: options, loading, and writing results."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import click

import ccm_rules
from ccm_rules.cli import NOTHING
from ccm_rules.formats.terminal import Terminal, harmless

F = TypeVar("F", bound=Callable[..., Any])

_ENGINES = {
    "durable": ("durable-rules",),
    "sqlite": ("sqlite",),
    "duckdb": ("duckdb",),
    "both": ("durable-rules", "sqlite"),
    "all": ("durable-rules", "sqlite", "duckdb"),
}
_SECOND = "pip install 'ccm-rules[durable]'"
_EXTRAS = {"durable-rules": _SECOND, "duckdb": "pip install 'ccm-rules[duckdb]'"}


def day(ctx: click.Context, param: click.Parameter, value: str | None) -> ccm_rules.When | None:
    """Read one day."""
    if value is None:
        return None
    try:
        when = ccm_rules.parse_date(value)
    except ccm_rules.CcmError as error:
        raise click.BadParameter(str(error), ctx, param) from None
    if not when.exact:
        raise click.BadParameter(f"{value!r} is not one day; write it as 2023-06-30", ctx, param)
    return when


def facts_argument(*, required: bool = False) -> Callable[[F], F]:
    """The facts files of a command."""
    return click.argument("facts", nargs=-1, required=required, metavar="FACTS…", type=click.Path())


def record_options(function: F) -> F:
    """Options on how a record is read and judged."""
    return click.option(
        "--as-of",
        callback=day,
        metavar="DATE",
        help="Judge on this day (the record's own).",
    )(reading_options(function))


def reading_options(function: F) -> F:
    """The same for commands that look at more days than one."""
    for option in reversed(
        (
            click.option(
                "--known-by",
                callback=day,
                metavar="DATE",
                help="Count only what was known by this day.",
            ),
            click.option(
                "--engine",
                type=click.Choice(["auto", *_ENGINES]),
                default="auto",
                show_default=True,
                help="auto: by the record's size; several must agree.",
            ),
            click.option(
                "--rules",
                "home",
                type=click.Path(exists=True, file_okay=False),
                metavar="DIR",
                help="Rules to use instead of the shipped ones.",
            ),
            click.option(
                "--max-bytes",
                type=click.IntRange(min=1),
                default=ccm_rules.MAX_BYTES,
                metavar="N",
                help=f"Refuse larger facts files ({ccm_rules.MAX_BYTES:,}).",
            ),
        )
    ):
        function = option(function)
    return function


def party_option(function: F) -> F:
    """The States to look at."""
    return click.option(
        "--party",
        "parties",
        multiple=True,
        metavar="STATE",
        help="Only this State: a code (TGO) or its UN name. Repeatable.",
    )(function)


def output_options(*formats: str) -> Callable[[F], F]:
    """Where the result goes, and in which form."""

    def add(function: F) -> F:
        for option in reversed(
            (
                click.option(
                    "--format",
                    "form",
                    type=click.Choice(formats),
                    default="text",
                    show_default=True,
                    help="How the result is written.",
                ),
                click.option(
                    "--output",
                    type=click.Path(),
                    metavar="FILE",
                    help="Write to a file, whole or not at all.",
                ),
                click.option(
                    "--no-color", is_flag=True, help="No colour (NO_COLOR is respected too)."
                ),
            )
        ):
            function = option(function)
        return function

    return add


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


def codes(parties: Iterable[str]) -> tuple[str, ...]:
    """Codes of States named by code or by UN name.

    Raises:
        click.UsageError: there is no such State; the message names the nearest.
    """
    names = ccm_rules.party_names()
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
            for name in _ENGINES[choice]
            if name not in there and not (name == "duckdb" and ccm_rules.installed(name))
        ]
        if missing:
            raise ccm_rules.CcmError(f"{missing[0]} is not installed: {_EXTRAS[missing[0]]}")
        return _ENGINES[choice]
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
    rulebook = _rules(settings, indicators)
    record = ccm_rules.load_facts(*facts, rulebook=rulebook, max_bytes=settings.max_bytes)
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
    return ccm_rules.check(
        record,
        rulebook,
        as_of=as_of,
        known=settings.known_by,
        engines=engines(settings.engine, notes, len(record.facts)),
    )


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


def terminal(output: str | None, no_color: bool) -> Terminal:
    """What text is written for: a terminal, a pipe or a file."""
    if output is not None:
        return Terminal()
    stream = sys.stdout
    colour = (
        not no_color
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
        and stream.isatty()
    )
    return Terminal(colour=colour, encoding=stream.encoding or "utf-8")


def remark(notes: Iterable[str]) -> None:
    """Say on standard error what the chosen form has no place for."""
    for note in notes:
        click.echo(f"note: {harmless(note)}", err=True)


def emit(text: str, form: str, output: str | None, inputs: Iterable[str] = ()) -> None:
    """Write a result to standard output, or to a file whole or not at all.

    JSON and CSV are UTF-8 whatever the terminal's encoding.

    Raises:
        CcmError: the file cannot be written; what was there before stays.
    """
    if output is not None:
        to_file(text.encode("utf-8", "backslashreplace"), output, inputs)
        return
    try:
        if form == "text":
            sys.stdout.write(text)
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()  # who stops reading has read enough; the exit code stays true
    except OSError as error:
        _silence()
        raise ccm_rules.CcmError(
            f"standard output cannot be written: {error.strerror or error}"
        ) from None


def _silence() -> None:
    """Keep Python from flushing a broken stream once more at its end."""
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, sys.stdout.fileno())
    except (OSError, ValueError):
        pass
    finally:
        os.close(null)


def to_file(data: bytes, output: str, inputs: Iterable[str] = ()) -> None:
    """Write a file whole or not at all.

    Raises:
        CcmError: the file cannot be written; what was there before stays.
    """
    import tempfile

    place = os.path.realpath(output)
    temporary = None
    try:
        if os.path.isdir(place):
            raise ccm_rules.CcmError(f"{output}: is a directory; nothing was written")
        if os.path.exists(place):
            if any(os.path.exists(name) and os.path.samefile(name, place) for name in inputs):
                raise ccm_rules.CcmError(
                    f"{output}: is one of the facts files; nothing was written"
                )
            if not os.path.isfile(place):  # a device or a pipe cannot be replaced
                with open(place, "wb") as device:
                    device.write(data)
                return
            with open(place, "ab"):  # a file that may not be written is not replaced either
                mode = os.stat(place).st_mode & 0o7777
        else:
            mask = os.umask(0)
            os.umask(mask)
            mode = 0o666 & ~mask
        with tempfile.NamedTemporaryFile(
            dir=os.path.dirname(place), prefix=".ccm-check-", delete=False
        ) as stream:
            temporary = stream.name
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, place)
        temporary = None
    except OSError as error:
        raise ccm_rules.CcmError(
            f"{output}: cannot be written: {error.strerror or error}; the old one is whole"
        ) from None
    finally:
        if temporary is not None:
            import contextlib

            with contextlib.suppress(OSError):
                os.unlink(temporary)
