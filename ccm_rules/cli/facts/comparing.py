"""``ccm-check facts diff``: what differs between two records."""

from __future__ import annotations

import click

from ccm_rules.cli import FOUND
from ccm_rules.cli.facts.reading_documents import rules_for
from ccm_rules.cli.options import output_options, vocabulary_options
from ccm_rules.cli.writing import Output, publish


@click.command("diff", short_help="Show what differs between two records.")
@click.argument("before", metavar="A", type=click.Path())
@click.argument("after", metavar="B", type=click.Path())
@vocabulary_options
@output_options("document", "data", "sheet")
def command(
    before: str,
    after: str,
    home: str | None,
    max_bytes: int,
    out: Output,
) -> int:
    """Show facts, registers and sources that differ between the facts files A and B.

    What a file extends belongs to its record. Order does not count, nor does
    the way in which a date is written. Where both tell a fact with the same key
    differently, it has changed; a statement is never changed, but removed and
    added.

    \b
    Exit codes: 0 both say the same, 1 they differ, 2 could not run.

    \b
    Examples:
      ccm-check facts diff facts/2023.json facts/2026.json
      ccm-check facts diff old.json new.json --format json
    """  # noqa: D301 - click reads the \b
    from ccm_rules.documents.differences import Differences
    from ccm_rules.record import Files
    from ccm_rules.record.interchange.diff import diff as compare
    from ccm_rules.record.model import Fact
    from ccm_rules.record.sentences import describe

    read = [Files((file,), max_bytes) for file in (before, after)]
    rulebook = rules_for(home, *read)
    names = rulebook.parties
    one, other = (
        files.record(rulebook.vocabulary, names, rulebook.treaties) for files in read
    )
    changes = compare(one, other, rulebook.vocabulary)

    def say(fact: Fact) -> str:
        return describe(fact, rulebook.vocabulary, rulebook.language, names)

    content = Differences(one, other, changes, say, names)
    publish(content, out, (*one.files, *other.files))
    return FOUND if changes else 0
