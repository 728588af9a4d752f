"""The group of commands, of which ``check`` is the default."""

from __future__ import annotations

import click

import ccm_rules

#: Commands by name: the module that holds each, loaded when it is called.
COMMANDS = {
    "check": "ccm_rules.cli.check",
    "explain": "ccm_rules.cli.explain",
    "deadlines": "ccm_rules.cli.deadlines",
    "report": "ccm_rules.cli.report",
    "brief": "ccm_rules.cli.brief",
    "site": "ccm_rules.cli.site",
    "rules": "ccm_rules.cli.rules",
    "facts": "ccm_rules.cli.facts",
    "sql": "ccm_rules.cli.sql",
    "alert": "ccm_rules.cli.alert",
    "ledger": "ccm_rules.cli.ledger",
}
_OWN = ("--help", "-h", "--version")


class DefaultGroup(click.Group):
    """A group in which ``check`` need not be said."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``check`` where no command is named."""
        if not args or (args[0] not in COMMANDS and args[0] not in _OWN):
            if args:
                self._mistyped(ctx, args[0])
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands, the most used first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command = import_module(COMMANDS[cmd_name]).command
        assert isinstance(command, click.Command)
        return command

    @staticmethod
    def _mistyped(ctx: click.Context, word: str) -> None:
        """Complain of a word that is no file and nearly a command."""
        import os

        if word.startswith("-") or os.path.exists(word):
            return
        import difflib

        near = difflib.get_close_matches(word, list(COMMANDS), 1, 0.7)
        if near:
            raise click.UsageError(
                f"{word!r} is neither a command nor a file (did you mean {near[0]!r}?)", ctx
            )


@click.group(
    cls=DefaultGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(ccm_rules.__version__, prog_name="ccm-check", message="%(prog)s %(version)s")
def main() -> None:
    """Check the record of the Convention on Cluster Munitions.

    Shows what is overdue, missed, due soon or inconsistent, with the law, the
    arithmetic and the sources of every date. What the record cannot tell is
    said to be open, never guessed.

    \b
    Examples:
      ccm-check facts/2023.json
      ccm-check facts/2023.json --party Togo --format json
      ccm-check explain initial-transparency-report:TGO
      ccm-check deadlines facts/2023.json --horizon 18m

    A first word that is no command is a facts file, which `check` then checks.
    Write ./explain for a file of that name.

    \b
    Exit codes:
      0  nothing at or above the threshold (--fail-on, a warning unless said)
      1  findings at or above the threshold
      2  could not run: a file, a rule, an engine or the command line is wrong
      3  nothing to check: no facts, or no rule is left
    """  # noqa: D301 - click reads the \b
