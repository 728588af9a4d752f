"""Options that several commands have: each is written here once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import click

import ccm_rules
from ccm_rules.cli.common import ENGINES
from ccm_rules.cli.writing import Output
from ccm_rules.formats import registry
from ccm_rules.words.language import CODES

F = TypeVar("F", bound=Callable[..., Any])


def _all(*options: Callable[[Any], Any]) -> Callable[[F], F]:
    """Several options as one decorator, in the order in which help shows them."""

    def add(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return add


def day(ctx: click.Context, param: click.Parameter, value: str | None) -> ccm_rules.When | None:
    """Read one day."""
    if value is None:
        return None
    try:
        when = ccm_rules.parse_date(value)
    except ccm_rules.CcmError as error:
        raise click.BadParameter(str(error), ctx, param) from None
    if not when.exact:
        raise click.BadParameter(f"{value!r} is not one day; write it as 2023-06-30", ctx, param)
    return when


def facts_argument(*, required: bool = False) -> Callable[[F], F]:
    """The facts files of a command."""
    return click.argument("facts", nargs=-1, required=required, metavar="FACTS…", type=click.Path())


def as_of_option(help_: str = "Judge on this day (the record's own).") -> Callable[[F], F]:
    """The day on which things are judged."""
    return click.option("--as-of", callback=day, metavar="DATE", help=help_)


def known_by_option(help_: str = "Count only what was known by this day.") -> Callable[[F], F]:
    """The day by which things were known."""
    return click.option("--known-by", callback=day, metavar="DATE", help=help_)


def rules_option(help_: str = "Rules to use instead of the shipped ones.") -> Callable[[F], F]:
    """A directory of rules."""
    return click.option(
        "--rules",
        "home",
        type=click.Path(exists=True, file_okay=False),
        metavar="DIR",
        help=help_,
    )


def size_option(what: str = "facts files") -> Callable[[F], F]:
    """How large files may be."""
    return click.option(
        "--max-bytes",
        type=click.IntRange(min=1),
        default=ccm_rules.MAX_BYTES,
        metavar="N",
        help=f"Refuse larger {what} ({ccm_rules.MAX_BYTES:,}).",
    )


def language_option(what: str) -> Callable[[F], F]:
    """The language in which something is written."""
    return click.option(
        "--lang",
        type=click.Choice(CODES),
        default="en",
        show_default=True,
        help=f"Language of the {what}.",
    )


#: Which rules to look at, by a name of theirs.
select_option = click.option(
    "--select",
    multiple=True,
    metavar="NAMES",
    help="Only these rules, findings, instruments (CCM, LAP) or folders; comma lists, repeatable.",
)
ignore_option = click.option(
    "--ignore", multiple=True, metavar="NAMES", help="Leave these out, likewise."
)
#: The States to look at.
party_option = click.option(
    "--party",
    "parties",
    multiple=True,
    metavar="STATE",
    help="Only this State: a code (TGO) or its UN name. Repeatable.",
)
#: How a record is read and judged, for commands that look at more days than one.
reading_options = _all(
    known_by_option(),
    click.option(
        "--engine",
        type=click.Choice(["auto", *ENGINES]),
        default="auto",
        show_default=True,
        help="auto: by the record's size; several must agree.",
    ),
    rules_option(),
    size_option(),
)
#: The same on one day.
record_options = _all(as_of_option(), reading_options)
#: How facts are read where nothing is judged.
vocabulary_options = _all(rules_option("Rules whose vocabulary to use."), size_option("files"))
#: Where a result goes that has one form.
file_option = click.option(
    "--output", type=click.Path(), metavar="FILE", help="Write to a file, whole or not at all."
)


def output_options(*sets: str) -> Callable[[F], F]:
    """Where the result goes, and in which form; the command has it as ``out``.

    Args:
        sets: what its document can be, keys of `ccm_rules.formats.registry.SETS`; any
            format that suits one of them is offered.
    """
    options = _all(
        click.option(
            "--format",
            "form",
            type=click.Choice([one.name for one in registry.suiting(sets)]),
            default="text",
            show_default=True,
            help="How the result is written.",
        ),
        file_option,
        click.option("--no-color", is_flag=True, help="No colour (NO_COLOR is respected too)."),
    )

    def add(function: F) -> F:
        @functools.wraps(function)
        def command(
            *args: Any, form: str, output: str | None, no_color: bool, **others: Any
        ) -> Any:
            return function(*args, out=Output(form, output, no_color), **others)

        return options(cast(F, command))

    return add
