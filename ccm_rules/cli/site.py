"""``ccm-check site``: static pages that any web server can hold."""

from __future__ import annotations

import os
from typing import Any

import click

from ccm_rules.cli.common import Settings, judge, load
from ccm_rules.cli.directory import replaceable, write
from ccm_rules.cli.options import facts_argument, language_option, record_options
from ccm_rules.cli.writing import encoded, remark
from ccm_rules.formats import registry

#: Formats by suffix, each of which is what a file of that name holds.
_FORMATS = {one.suffix: one for one in registry.FORMATS}
#: What says that a directory was written by this command, and may be replaced by it.
_MARK = ".ccm-check-site"


@click.command("site", short_help="Write a site: pages for States and rules, calendars, data.")
@facts_argument()
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="DIR",
    help="The directory to write; one that this command wrote is replaced as a whole.",
)
@language_option("site")
@record_options
def command(facts: tuple[str, ...], output: str | None, lang: str, **options: Any) -> int:
    """Write static pages about the record of one or more FACTS files.

    An index, a page for each State and for each rule, the calendar of what
    falls due for all and for each State (.ics), and JSON beside each page. Any
    web server can hold them, and they open from a disk.

    \b
    Examples:
      ccm-check site facts/2023.json -o public
      ccm-check site facts/2023.json -o public-fr --lang fr
    """  # noqa: D301 - click reads the \b
    settings = Settings(**options, language=lang)
    notes: list[str] = []
    if output is None:
        raise click.UsageError("name a directory to write, as in -o public")
    replaceable(output, _strange)
    record, rulebook = load(facts, settings, indicators=True)
    report = judge(record, rulebook, settings, notes)
    from ccm_rules.documents.site_pages import contents

    files = (
        (name, encoded(_FORMATS[os.path.splitext(name)[1]].render(content)))
        for name, content in contents(report, settings.home)
    )
    write((*files, (_MARK, b"")), output)
    remark([*record.warnings, *notes])
    return 0


def _strange(names: list[str]) -> str:
    """What this command did not write."""
    return "files that this command did not write" if names and _MARK not in names else ""
