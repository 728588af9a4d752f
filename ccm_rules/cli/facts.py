"""``ccm-check facts``: what concerns facts files alone."""

from __future__ import annotations

import click

import ccm_rules
from ccm_rules.cli import exchange
from ccm_rules.cli.common import Settings, emit, facts_argument, load, terminal
from ccm_rules.words.counting import plural


@click.group("facts", short_help="Work on facts files.")
def command() -> None:
    """Work on facts files: check, convert, compare and join them.

    \b
    Examples:
      ccm-check facts validate facts/2023.json
      ccm-check facts export facts/2023.json -o tables
      ccm-check facts diff facts/2023.json facts/2026.json
    """  # noqa: D301 - click reads the \b


@command.command("validate", short_help="Look for mistakes in facts files.")
@facts_argument()
@click.option(
    "--rules",
    "home",
    type=click.Path(exists=True, file_okay=False),
    metavar="DIR",
    help="Rules whose vocabulary to use.",
)
@click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    default=ccm_rules.MAX_BYTES,
    metavar="N",
    help=f"Refuse larger facts files ({ccm_rules.MAX_BYTES:,}).",
)
def validate(facts: tuple[str, ...], home: str | None, max_bytes: int) -> int:
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
    out = terminal(None, no_color=True)
    out.write(
        f"{', '.join(record.files)}: {plural(len(record.facts), 'fact')}, "
        f"{plural(len(record.sources), 'source')}, {plural(len(record.registers), 'register')}: "
        "no problem found"
    )
    differ = sum(bool(pair.field) for pair in pairs)
    if differ:
        out.write(
            f"{plural(differ, 'contradiction')} between sources; `ccm-check check` shows them."
        )
    if len(pairs) > differ:
        out.write(f"{plural(len(pairs) - differ, 'fact')} entered twice.")
    for warning in record.warnings:
        out.write(f"warning: {warning}", hang=2)
    emit(out.text(), "text", None)
    return 0


for _command in (exchange.export, exchange.import_, exchange.diff, exchange.merge):
    command.add_command(_command)
