"""``ccm-check facts export``: facts as CSV tables."""

from __future__ import annotations

import re
from typing import Final

import click

from ccm_rules.cli.common import Nothing
from ccm_rules.cli.directory import replaceable, write
from ccm_rules.cli.facts.reading_documents import rules_for
from ccm_rules.cli.options import facts_argument, vocabulary_options
from ccm_rules.cli.writing import remark

#: What a directory may hold that an export replaces.
_TABLE: Final = re.compile(r"(header|sources|registers|fact-.+)\.csv\Z")


@click.command("export", short_help="Write facts files as CSV tables.")
@facts_argument()
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="DIR",
    help="The directory to write; one that holds an export is replaced as a whole.",
)
@click.option("--flatten", is_flag=True, help="Write what the file extends out too.")
@click.option("--bom", is_flag=True, help="Begin tables with the mark by which Excel knows UTF-8.")
@vocabulary_options
def command(
    facts: tuple[str, ...],
    output: str | None,
    flatten: bool,
    bom: bool,
    home: str | None,
    max_bytes: int,
) -> int:
    """Write FACTS as CSV: a table for each kind of fact, and three more.

    The tables hold everything that the file says, so that `ccm-check facts
    import` makes the same file of them. One file keeps its `extends`, unless
    --flatten is given; several files become one record.

    \b
    Examples:
      ccm-check facts export facts/2023.json -o tables
      ccm-check facts export facts/2023.json -o tables --flatten --bom
    """  # noqa: D301 - click reads the \b
    if output is None:
        raise click.UsageError("name a directory to write, as in -o tables")
    if not facts:
        raise Nothing("name a facts file, as in `ccm-check facts export facts/2023.json -o tables`")
    replaceable(output, _strange)
    from ccm_rules.record import Files
    from ccm_rules.record.interchange.table_writer import encoded, joined, tables

    files = Files(facts, max_bytes)
    rulebook = rules_for(home, files)
    record = files.record(rulebook.vocabulary, rulebook.parties, rulebook.treaties)
    documents = files.written
    whole = flatten or sum(document.main for document in documents) > 1
    document = joined(documents) if whole else documents[0].content
    made = encoded(tables(document, rulebook.vocabulary), bom=bom)
    write(made.items(), output)
    remark(record.warnings)
    return 0


def _strange(names: list[str]) -> str:
    """What is no part of an export."""
    others = [name for name in names if not _TABLE.match(name)]
    if others or (names and "header.csv" not in names):
        return f"{min(others or names)}, which is not of an export"
    return ""
