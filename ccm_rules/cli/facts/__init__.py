"""``ccm-check facts``: what concerns facts files alone."""

from __future__ import annotations

import click

from ccm_rules.cli.facts import comparing, exporting, importing, merging, validating


@click.group("facts", short_help="Work on facts files.")
def command() -> None:
    """Work on facts files: check, convert, compare and join them.

    \b
    Examples:
      ccm-check facts validate facts/2023.json
      ccm-check facts export facts/2023.json -o tables
      ccm-check facts diff facts/2023.json facts/2026.json
    """  # noqa: D301 - click reads the \b


for _module in (validating, exporting, importing, comparing, merging):
    command.add_command(_module.command)
