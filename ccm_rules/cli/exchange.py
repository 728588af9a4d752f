"""``ccm-check facts export|import|diff|merge``: facts in and out."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

import click

import ccm_rules
from ccm_rules.cli import FOUND
from ccm_rules.cli.common import Nothing
from ccm_rules.cli.options import facts_argument, output_options, vocabulary_options
from ccm_rules.cli.writing import Output, emit, publish, remark

if TYPE_CHECKING:
    from ccm_rules.record import Document
    from ccm_rules.record.interchange.joining import Part
    from ccm_rules.record.model import Record

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
def export(
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
    _replaceable(output)
    from ccm_rules.cli.directory import write
    from ccm_rules.record.interchange.table_writer import encoded, joined, tables

    rulebook = ccm_rules.load_rules(home=home)
    record, documents = _documents(facts, rulebook, max_bytes)
    whole = flatten or sum(document.main for document in documents) > 1
    document = joined(documents) if whole else documents[0].content
    files = encoded(tables(document, rulebook.vocabulary), bom=bom)
    write(files.items(), output)
    remark(record.warnings)
    return 0


def _replaceable(output: str) -> None:
    """Refuse to replace what is no export.

    Raises:
        CcmError: there is something else.
    """
    if not os.path.lexists(output):
        return
    if not os.path.isdir(output):
        raise ccm_rules.CcmError(f"{output}: is no directory; nothing was written")
    names = os.listdir(output)
    others = [name for name in names if not _TABLE.match(name)]
    if others or (names and "header.csv" not in names):
        raise ccm_rules.CcmError(
            f"{output}: holds {min(others or names)}, which is not of an export; "
            "name an empty directory"
        )


@click.command("import", short_help="Make a facts file of CSV tables.")
@click.argument("directory", metavar="DIR", type=click.Path())
@click.option(
    "-o", "--output", type=click.Path(), metavar="FILE", help="The facts file to write, or -."
)
@vocabulary_options
def import_(directory: str, output: str | None, home: str | None, max_bytes: int) -> int:
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
    from ccm_rules.record.interchange.table_reader import read

    if output == "-":
        output = None
    rulebook = ccm_rules.load_rules(home=home)
    found = read(
        directory,
        output or "facts.json",
        rulebook.vocabulary,
        ccm_rules.party_names(),
        max_bytes=max_bytes,
        treaties=rulebook.treaties,
    )
    emit(text(found.document, rulebook.vocabulary), "json", output, found.record.files[1:])
    notes = [f"{name} is no CSV file and was not read" for name in found.unread]
    remark([*found.record.warnings, *notes])
    return 0


@click.command("diff", short_help="Show what differs between two records.")
@click.argument("before", metavar="A", type=click.Path())
@click.argument("after", metavar="B", type=click.Path())
@vocabulary_options
@output_options("document", "data", "sheet")
def diff(
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
    from ccm_rules.record.interchange.diff import diff as compare
    from ccm_rules.record.model import Fact
    from ccm_rules.record.sentences import describe

    rulebook = ccm_rules.load_rules(home=home)
    names = ccm_rules.party_names()
    one, other = (
        ccm_rules.load_facts(file, rulebook=rulebook, max_bytes=max_bytes)
        for file in (before, after)
    )
    changes = compare(one, other, rulebook.vocabulary)

    def say(fact: Fact) -> str:
        return describe(fact, rulebook.vocabulary, rulebook.language, names)

    content = Differences(one, other, changes, say, names)
    publish(content, out, (*one.files, *other.files))
    return FOUND if changes else 0


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
def merge(
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
    from ccm_rules.record import check_document
    from ccm_rules.record.interchange import joining as merging
    from ccm_rules.record.interchange.canonical import text
    from ccm_rules.record.sentences import describe

    if not facts:
        raise Nothing("name the facts files to merge")
    if output == "-":
        output = None
    rulebook = ccm_rules.load_rules(home=home)
    names = ccm_rules.party_names()
    parts = [_part(file, rulebook, max_bytes) for file in facts]
    document = merging.merge(parts, _chosen(header, parts))
    target = output or "facts.json"
    try:
        record = check_document(
            document, target, rulebook.vocabulary, names, treaties=rulebook.treaties
        )
    except ccm_rules.InputError:
        # Facts of which only one can hold are told with their places in the files.
        ccm_rules.load_facts(*facts, rulebook=rulebook, max_bytes=max_bytes)
        raise
    inputs = [name for part in parts for name in part.record.files]
    if base is not None:
        below = _part(base, rulebook, max_bytes)
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
        f"contradiction in {item.field!r}: "
        + " / ".join(describe(f, rulebook.vocabulary, rulebook.language, names) for f in item[2:])
        for item in differ
    )
    remark(record.warnings)
    return FOUND if differ else 0


def _documents(
    facts: tuple[str, ...], rulebook: ccm_rules.Rulebook, max_bytes: int
) -> tuple[Record, tuple[Document, ...]]:
    from ccm_rules.record import load_documents

    return load_documents(
        facts,
        rulebook.vocabulary,
        ccm_rules.party_names(),
        max_bytes=max_bytes,
        treaties=rulebook.treaties,
    )


def _part(file: str, rulebook: ccm_rules.Rulebook, max_bytes: int) -> Part:
    from ccm_rules.record.interchange.joining import Part

    return Part(file, *_documents((file,), rulebook, max_bytes))


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
