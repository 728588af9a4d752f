"""The group of commands, of which ``check`` is the default; other groups are made alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

import ccm_rules

#: Commands by name: the module that holds each, loaded when it is called.
COMMANDS = {
    "check": "ccm_rules.cli.check",
    "explain": "ccm_rules.cli.explain",
    "deadlines": "ccm_rules.cli.deadlines",
    "history": "ccm_rules.cli.history",
    "report": "ccm_rules.cli.progress_report",
    "brief": "ccm_rules.cli.brief",
    "site": "ccm_rules.cli.site",
    "rules": "ccm_rules.cli.rules",
    "facts": "ccm_rules.cli.facts",
    "schema": "ccm_rules.cli.schema",
    "sql": "ccm_rules.cli.sql_script",
    "alert": "ccm_rules.cli.alert",
    "ledger": "ccm_rules.cli.ledger_commands",
}
_OWN = ("--help", "-h", "--version")


class DefaultGroup(click.Group):
    """A group whose first command need not be said, and whose modules are loaded when called.

    Args:
        commands_in: the commands by name, each with the module that holds it as
            ``command``; the first is the default.
        takes_words: whether the default command takes words, such as files, so that
            a first word that is no command is one of them.
    """

    def __init__(
        self,
        *args: Any,
        commands_in: Mapping[str, str],
        takes_words: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._modules = commands_in
        self._takes_words = takes_words

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command where none is named."""
        word = args[0] if args else ""
        if word not in self._modules and word not in _OWN:
            if word and not word.startswith("-"):
                self._mistyped(ctx, word)
            args = [next(iter(self._modules)), *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands, the most used first."""
        return list(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in self._modules:
            return None
        from importlib import import_module

        command = import_module(self._modules[cmd_name]).command
        assert isinstance(command, click.Command)
        return command

    def _mistyped(self, ctx: click.Context, word: str) -> None:
        """Complain of a word that the default command cannot take, or that is nearly a command."""
        import os

        if self._takes_words and os.path.exists(word):
            return
        import difflib

        near = difflib.get_close_matches(word, list(self._modules), 1, 0.7)
        if near or not self._takes_words:
            what = "neither a command nor a file" if self._takes_words else "no command"
            hint = f"did you mean {near[0]!r}?" if near else f"use {', '.join(self._modules)}"
            raise click.UsageError(f"{word!r} is {what} ({hint})", ctx)


@click.group(
    cls=DefaultGroup,
    commands_in=COMMANDS,
    takes_words=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(ccm_rules.__version__, prog_name="ccm-check", message="%(prog)s %(version)s")
def main() -> None:
    """Check the record of a convention: who owes what, and by when.

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
