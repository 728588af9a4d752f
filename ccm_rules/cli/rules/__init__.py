"""``ccm-check rules``: what concerns rule files alone; ``list`` need not be said."""

from __future__ import annotations

import click

from ccm_rules.cli.group import DefaultGroup

#: Sub-commands by name: the module that holds each, loaded when it is called.
COMMANDS = {
    "list": "ccm_rules.cli.rules.listing",
    "test": "ccm_rules.cli.rules.testing",
    "lint": "ccm_rules.cli.rules.linting",
    "docs": "ccm_rules.cli.rules.docs",
}


@click.group("rules", cls=DefaultGroup, commands_in=COMMANDS, short_help="Work on the rules.")
def command() -> None:
    """List the rules; with a sub-command, work on them.

    Without a sub-command the rules are listed, and the options are those of
    `ccm-check rules list`.

    \b
    Examples:
      ccm-check rules
      ccm-check rules --select CCM
      ccm-check rules docs -o docs/rules
    """  # noqa: D301 - click reads the \b
