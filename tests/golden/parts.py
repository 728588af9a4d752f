"""What is held: every part by name, and how it is made."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import ccm_rules
from tests.conftest import ROOT
from tests.golden import inside, nights
from tests.golden.documents import text_of
from tests.golden.masks import masked
from tests.golden.running import said, said_elsewhere, written

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
LANGUAGES = ("en", "fr")
COMMANDS = (
    "", "check", "explain", "deadlines", "history", "report", "brief", "site", "rules", "facts",
    "schema", "sql", "alert", "ledger",
)  # fmt: skip
SCHEMAS = (
    "ccm-alert/1", "ccm-check/1", "ccm-facts-diff/1", "ccm-history/1", "ccm-report/1",
    "ccm-rule/1", "facts", "rule", "vocabulary",
)  # fmt: skip
#: Briefings of a record: the Meeting, the State, and in which forms.
BRIEFINGS = {
    LOOKS[0]: [("11MSP", "", ("md", "html", "docx", "pdf")), ("11MSP", "ZAF", ("md", "docx"))],
    LOOKS[1]: [("10MSP", "", ("md",))],
    LOOKS[2]: [("3RC", "", ("md", "html", "docx")), ("3RC", "PER", ("md", "html", "pdf"))],
    LOOKS[4]: [("", "UKR", ("md", "html", "docx", "pdf"))],
}
#: A rule that is explained on a record, and a State of which all rules are.
ASKED = {
    "2023": ("initial-transparency-report", "ZAF"),
    "2026": ("clearance", "PER"),
    "apmbc-2026": ("apmbc-withdrawal", "UKR"),
}
#: Rules of several kinds, explained without a record; the pages of docs show all of them.
RULES = (
    "annual-transparency-report", "clearance", "entry-into-force", "action-44",
    "two-silent-years", "contradicting-facts", "apmbc-clearance",
)  # fmt: skip
#: The days are ones on which something happens.
JOBS = {
    "2023": nights.Job("2023", "2022-09-30", known=True),
    "2026": nights.Job("2026", "2024-10-15"),
    "2026-routed": nights.Job("2026", "2026-02-03", routes=True),
    "apmbc-2026": nights.Job("apmbc-2026", "2026-02-03"),
}
#: Quotations are this old on the first of these days, and too old on the second.
LINTED = ("2026-12-01", "2029-01-01")
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
        yield from _asked(look)
        yield from _pages(look)
    for look, briefings in BRIEFINGS.items():
        for meeting, party, forms in briefings:
            for form in forms:
                yield from _briefing(look, meeting, party, form)
    yield from _numbers()
    yield from _files()
    yield from _rules()
    yield from _described()
    for name, job in JOBS.items():
        yield Part(f"nights/{name}", functools.partial(nights.ledger, job), slow=True)


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


def _asked(look: Look) -> Iterator[Part]:
    """Rules explained on a record, what they find of one State or why not, and other engines."""
    shown, party = ASKED[look.record]
    yield _run(f"{look.record}/explain-{shown}.txt", "explain", shown, *look.words, slow=True)

    def explained() -> Outputs:
        # Rules about the record, and those of an action plan, ask little of a State.
        rules = [r for r, info in judged(look).rulebook.rules.items() if info.binding == "legal"]
        return {rule: said("explain", f"{rule}:{party}", *look.words) for rule in rules}

    yield Part(f"{look.record}/explain-{party}", explained, slow=True)
    *words, _ = look.words
    for engine in ("durable", "duckdb"):
        command = ("check", *words, engine, "--format", "json")
        name = f"{look.record}/check-{engine}.json"
        yield Part(name, functools.partial(said_elsewhere, *command), slow=True)


def _pages(look: Look) -> Iterator[Part]:
    """The site, in both languages."""
    for language in LANGUAGES:
        command = ("site", *look.words, "--lang", language)
        yield Part(
            f"{look.record}/site-{language}", functools.partial(_folder, *command), slow=True
        )


def _briefing(look: Look, meeting: str, party: str, form: str) -> Iterator[Part]:
    """A briefing in one form, in both languages."""
    asked = (*(("--meeting", meeting) if meeting else ()), *(("--party", party) if party else ()))
    for language in LANGUAGES:
        name = "-".join(filter(None, ("brief", meeting, party, language)))
        command = ("brief", *look.words, *asked, "--lang", language)
        yield Part(
            f"{look.name}/{name}.{form}", functools.partial(_file, form, *command), slow=True
        )


def _file(form: str, *command: str) -> str:
    """What a command writes to a file, and what it says meanwhile."""
    words, files = written(f"it.{form}", *command)
    return "".join(text_of(name, data) for name, data in files.items()) + words


def _folder(*command: str) -> Outputs:
    """What a command writes into a folder, and what it says meanwhile."""
    words, files = written("it", *command)
    return {"(says)": words, **{name[3:]: text_of(name, files[name]) for name in files}}


def _numbers() -> Iterator[Part]:
    """The indicators of the progress report, each explained, and held against another record."""
    look = LOOKS[0]

    def explained() -> Outputs:
        record = judged(look).record
        book = ccm_rules.load_rules(record.rules, indicators=True)
        tally = ccm_rules.tally(record, book, engines=["sqlite"])
        return {name: masked(text) for name, text in inside.counted(tally)}

    yield Part("2023/explain-indicators", explained, slow=True)
    before = ("--compare", "facts/2026.json")
    for form, suffix in (("text", "txt"), ("json", "json"), ("csv", "csv"), ("md", "md")):
        yield _run(
            f"2023/compared.{suffix}", "report", *look.words, *before, "--format", form, slow=True
        )


def _files() -> Iterator[Part]:
    """Commands that work on facts files."""
    for record in (*FIRST, "common"):
        path = f"facts/{record}.json"
        yield _run(f"facts/validate-{record}.txt", "facts", "validate", path)
        yield Part(
            f"facts/export-{record}", functools.partial(_folder, "facts", "export", path), slow=True
        )
        flat = ("facts", "export", path, "--flatten", "--bom")
        yield Part(f"facts/export-flat-{record}", functools.partial(_folder, *flat), slow=True)
        yield Part(f"facts/import-{record}.json", functools.partial(_imported, path))
    for form, suffix in (("text", "txt"), ("json", "json"), ("csv", "csv")):
        both = ("facts/2023.json", "facts/2026.json", "--format", form)
        yield _run(f"facts/diff.{suffix}", "facts", "diff", *both, slow=form == "csv")
    merged = ("facts/2023.json", "facts/2026.json", "--header", "facts/2026.json")
    yield Part("facts/merge.json", lambda: _file("json", "facts", "merge", *merged), slow=True)


def _imported(path: str) -> str:
    """The facts file made of the tables of another one."""
    with tempfile.TemporaryDirectory() as place:
        said("facts", "export", path, "--flatten", "--output", f"{place}/tables")
        return said("facts", "import", f"{place}/tables", places=(place,))


def _rules() -> Iterator[Part]:
    """Commands that work on the rules of all treaties."""
    yield _run("rules/list.txt", "rules", "list")
    yield _run("rules/list.json", "rules", "list", "--format", "json")
    yield _run("rules/list-LAP.txt", "rules", "--select", "LAP", slow=True)
    for day in LINTED:
        for form, suffix in (("text", "txt"), ("json", "json")):
            lint = ("rules", "lint", "--fast", "--as-of", day, "--format", form)
            yield _run(f"rules/lint-{day}.{suffix}", *lint, slow=True)
    # With the cases of few rules: those of all take long.
    yield _run("rules/lint-record.txt", "rules", "lint", "record", "--as-of", LINTED[0], slow=True)
    for language in LANGUAGES:
        docs = ("rules", "docs", "--lang", language)
        yield Part(f"rules/docs-{language}", functools.partial(_folder, *docs), slow=True)

    for rule in RULES:
        yield _run(f"rules/explain-{rule}.txt", "explain", rule, "--engine", "sqlite", slow=True)


def _described() -> Iterator[Part]:
    """What the tool says of itself: help, schemas, and the SQL of a record still to be brought."""
    for command in COMMANDS:
        yield Part(f"help/{command or 'ccm-check'}.txt", functools.partial(_help, command))
    yield _run("schema/list.txt", "schema")
    for name in SCHEMAS:
        yield _run(f"schema/{name.replace('/', '-')}.json", "schema", name)
    for dialect in DIALECTS:
        day = ("--as-of", "2023-06-30")
        yield _run(f"sql/{dialect}.sql", "sql", "--dialect", dialect, *day, slow=True)


def _help(*command: str) -> str:
    """The help of a command and of its sub-commands."""
    text = said(*filter(None, command), "--help")
    if not command[0]:
        return text
    _, _, listed = text.partition("\nCommands:\n")
    below = (line.split()[0] for line in listed.splitlines() if line.strip())
    return text + "".join(f"\n{_help(*command, name)}" for name in below)
