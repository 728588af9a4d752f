"""``ccm-check brief``: a briefing before a Meeting, or of a State."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

import ccm_rules
from ccm_rules.cli.common import Nothing, Settings, codes, judge, load
from ccm_rules.cli.options import (
    facts_argument,
    language_option,
    party_option,
    record_options,
)
from ccm_rules.cli.writing import encoded, remark, to_file
from ccm_rules.formats import registry

if TYPE_CHECKING:
    from ccm_rules.documents.briefing import Document

#: Formats by the suffix that asks for them.
FORMATS = {one.suffix: one for one in registry.suiting(["page"])}


@click.command("brief", short_help="Write a briefing before a Meeting, or of a State.")
@facts_argument()
@click.option("--meeting", metavar="ID", help="The Meeting, by its id in the record: 11MSP.")
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE",
    help="What to write; its suffix says how: .docx, .html, .pdf or .md.",
)
@party_option
@language_option("briefing")
@record_options
def command(
    facts: tuple[str, ...],
    meeting: str | None,
    output: str | None,
    parties: tuple[str, ...],
    lang: str,
    **options: Any,
) -> int:
    """Write what the record of one or more FACTS files holds as a document to read.

    First what can be read in a minute: what changed since the last Meeting,
    what is overdue, which requests the Meeting decides, which days come next.
    Then everything by theme, and the law, the arithmetic and the sources of
    every finding. With --party it is that State's page, which needs no Meeting
    where the record names none.

    \b
    Examples:
      ccm-check brief facts/2023.json --meeting 11MSP -o briefing.docx
      ccm-check brief facts/2023.json --meeting 11MSP -o briefing.html --lang fr
      ccm-check brief facts/2023.json --meeting 11MSP --party ZAF -o zaf.pdf
    """  # noqa: D301 - click reads the \b
    settings = Settings(**options, language=lang)
    notes: list[str] = []
    if output is None:
        raise click.UsageError("name a file to write, as in -o briefing.docx")
    suffix = os.path.splitext(output)[1].lower()
    if suffix not in FORMATS:
        raise click.UsageError(
            f"{output}: the suffix says how it is written; use {', '.join(sorted(FORMATS))}"
        )
    record, rulebook = load(facts, settings, indicators=True)
    states = codes(parties, rulebook)
    there = _meetings(record)
    if meeting is None and there:
        raise click.UsageError(f"name the Meeting with --meeting; the record has: {there}")
    if not there and not states:
        raise Nothing(
            "the record names no Meeting to brief; --party writes a State's page without one, "
            "and `ccm-check site` all of them"
        )
    report = judge(record, rulebook, settings, notes)
    if states:
        silent = [f"{report.words.party(c)} ({c})" for c in states if c not in report.states]
        if silent:
            raise Nothing(f"the record holds no fact about {' or '.join(silent)}")
        from ccm_rules.documents.briefing import pages

        document = pages(report, states, meeting or "")
    else:
        assert meeting is not None
        document = _of_meeting(report, meeting, settings)
    to_file(encoded(FORMATS[suffix].render(document)), output, record.files)
    remark([*record.warnings, *notes])
    return 0


def _meetings(record: ccm_rules.Record) -> str:
    ids = (str(fact.values.get("id")) for fact in record.facts if fact.kind == "meeting")
    return ", ".join(dict.fromkeys(ids))


def _of_meeting(report: ccm_rules.Report, meeting_id: str, settings: Settings) -> Document:
    from ccm_rules.documents.briefing import briefing
    from ccm_rules.documents.parts.material import Material

    material = Material(report)
    last = material.last_before(material.meeting(meeting_id))
    earlier = None
    if last is not None:
        # Without indicators the same rules find the same of every State, and sooner.
        plain = ccm_rules.load_rules(
            report.record.rules, home=settings.home, language=settings.language
        )
        earlier = ccm_rules.check(report.record, plain, as_of=last.closes, engines=report.engines)
    numbers = None
    if report.record.period is not None and report.rulebook.plan.indicators:
        numbers = report.numbers()
    return briefing(report, meeting_id, earlier, numbers)
