"""``ccm-check facts merge``: one facts file of several."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

import ccm_rules
from ccm_rules.cli import FOUND
from ccm_rules.cli.common import Nothing
from ccm_rules.cli.facts.reading_documents import rules_for
from ccm_rules.cli.options import facts_argument, vocabulary_options
from ccm_rules.cli.writing import emit, remark

if TYPE_CHECKING:
    from ccm_rules.record import Files
    from ccm_rules.record.interchange.joining import Part


@click.command("merge", short_help="Make one facts file of several.")
@facts_argument()
@click.option(
    "-o", "--output", type=click.Path(), metavar="FILE", help="The facts file to write, or -."
)
@click.option(
    "--header",
    type=click.Path(),
    metavar="FILE",
    help="Which of FACTS gives title, as-of day, period and rules, if they differ.",
)
@click.option(
    "--base",
    type=click.Path(),
    metavar="FILE",
    help="Extend this facts file, and leave out what it says.",
)
@vocabulary_options
def command(
    facts: tuple[str, ...],
    output: str | None,
    header: str | None,
    base: str | None,
    home: str | None,
    max_bytes: int,
) -> int:
    """Make one facts file of FACTS, without losing what any of them says.

    What two files say in the same words stands once. Where they differ both
    statements stand, and what cannot both be right is named on standard error.
    So is a fact that the complete list of another source excludes.
    Headers and sources must not differ. What a file extends is written out,
    unless --base keeps it apart.

    \b
    Exit codes: 0 written, 1 written and the files contradict each other,
    2 could not run.

    \b
    Examples:
      ccm-check facts merge ours.json theirs.json -o both.json
      ccm-check facts merge facts/2023.json news.json -o next.json \\
        --header news.json --base facts/common.json
    """  # noqa: D301 - click reads the \b
    from ccm_rules.record import Files, check_document
    from ccm_rules.record.interchange import joining as merging
    from ccm_rules.record.interchange.canonical import text
    from ccm_rules.record.sentences import describe

    if not facts:
        raise Nothing("name the facts files to merge")
    if output == "-":
        output = None
    read = [Files((file,), max_bytes) for file in facts]
    rulebook = rules_for(home, *read)
    names = rulebook.parties
    parts = [_part(*one, rulebook) for one in zip(facts, read, strict=True)]
    document = merging.merge(parts, _chosen(header, parts))
    target = output or "facts.json"
    try:
        record = check_document(
            document, target, rulebook.vocabulary, names, treaties=rulebook.treaties
        )
    except ccm_rules.InputError:
        # Facts of which only one can hold are named with their places in the files.
        ccm_rules.load_facts(*facts, rulebook=rulebook, max_bytes=max_bytes)
        raise
    inputs = [name for part in parts for name in part.record.files]
    if base is not None:
        below = _part(base, Files((base,), max_bytes), rulebook)
        extends = os.path.relpath(base, os.path.dirname(target) or os.curdir).replace(os.sep, "/")
        document = {**merging.without(document, below, record), "extends": extends}
        record = check_document(
            document,
            target,
            rulebook.vocabulary,
            names,
            max_bytes=max_bytes,
            treaties=rulebook.treaties,
        )
        inputs += below.record.files
    emit(text(document, rulebook.vocabulary), "json", output, inputs)
    differ = merging.between(record, parts, rulebook.vocabulary)
    remark(
        (f"contradiction in {item.field!r}: " if item.register is None else "excluded by a list: ")
        + " / ".join(describe(f, rulebook.vocabulary, rulebook.language, names) for f in item.sides)
        for item in differ
    )
    remark(record.warnings)
    return FOUND if differ else 0


def _part(file: str, files: Files, rulebook: ccm_rules.Rulebook) -> Part:
    from ccm_rules.record.interchange.joining import Part

    record = files.record(rulebook.vocabulary, rulebook.parties, rulebook.treaties)
    return Part(file, record, files.written)


def _chosen(header: str | None, parts: list[Part]) -> Part | None:
    """The part whose header is taken.

    Raises:
        click.UsageError: none of the parts is that file.
    """
    if header is None:
        return None
    for part in parts:
        if os.path.realpath(part.name) == os.path.realpath(header):
            return part
    raise click.UsageError(f"--header names {header!r}, which is none of the files to merge")
