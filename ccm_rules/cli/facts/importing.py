"""``ccm-check facts import``: a facts file out of CSV tables."""

from __future__ import annotations

import click

import ccm_rules
from ccm_rules.cli.options import vocabulary_options
from ccm_rules.cli.writing import emit, remark


@click.command("import", short_help="Make a facts file of CSV tables.")
@click.argument("directory", metavar="DIR", type=click.Path())
@click.option(
    "-o", "--output", type=click.Path(), metavar="FILE", help="The facts file to write, or -."
)
@vocabulary_options
def command(directory: str, output: str | None, home: str | None, max_bytes: int) -> int:
    """Make a facts file of the tables in DIR, as `facts export` writes them.

    Every mistake comes with file, line, number of the cell, column and mend,
    all of them at once; then nothing is written. The file is written in the
    canonical form: keys in the order of the vocabulary, one fact a line.

    \b
    Examples:
      ccm-check facts import tables -o facts.json
      ccm-check facts import tables | head
    """  # noqa: D301 - click reads the \b
    from ccm_rules.record.interchange.canonical import text
    from ccm_rules.record.interchange.table_reader import folders_in, read

    if output == "-":
        output = None
    folders = ccm_rules.asked_for(ccm_rules.read_treaties(home), folders_in(directory, max_bytes))
    rulebook = ccm_rules.load_rules(folders, home=home)
    found = read(
        directory,
        output or "facts.json",
        rulebook.vocabulary,
        rulebook.parties,
        max_bytes=max_bytes,
        treaties=rulebook.treaties,
    )
    emit(text(found.document, rulebook.vocabulary), "json", output, found.record.files[1:])
    notes = [f"{name} is no CSV file and was not read" for name in found.unread]
    remark([*found.record.warnings, *notes])
    return 0
