"""``ccm-check facts validate``: mistakes in facts files."""

from __future__ import annotations

import click

import ccm_rules
from ccm_rules.cli.common import Settings, load
from ccm_rules.cli.options import facts_argument, rules_option, size_option
from ccm_rules.cli.writing import Output, publish
from ccm_rules.documents.soundness import Soundness


@click.command("validate", short_help="Look for mistakes in facts files.")
@facts_argument()
@rules_option("Rules whose vocabulary to use.")
@size_option()
def command(facts: tuple[str, ...], home: str | None, max_bytes: int) -> int:
    """Look for mistakes in FACTS files, and name all of them at once.

    Each comes with file, line, column, JSON path and mend. Several files are
    read as one record. Sources that contradict each other are no mistake of a
    file: `ccm-check check` shows them.

    \b
    Example:
      ccm-check facts validate facts/2023.json
    """  # noqa: D301 - click reads the \b
    record, rulebook = load(facts, Settings(home=home, max_bytes=max_bytes))
    pairs = ccm_rules.contradictions(record, rulebook)
    differ = sum(bool(pair.field) for pair in pairs)
    publish(Soundness(record, differ, len(pairs) - differ), Output(no_color=True))
    return 0
