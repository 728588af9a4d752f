"""``ccm-check rules list``: which rules there are."""

from __future__ import annotations

import click

import ccm_rules
from ccm_rules.cli.common import emit, output_options, terminal, words


@click.command("list", short_help="List the rules, with their authority.")
@click.option(
    "--select",
    multiple=True,
    metavar="NAMES",
    help="Only these rules, findings, instruments (CCM, LAP) or folders; comma lists, repeatable.",
)
@click.option(
    "--rules",
    "home",
    type=click.Path(exists=True, file_okay=False),
    metavar="DIR",
    help="Rules to list instead of the shipped ones.",
)
@output_options("text", "json")
def command(
    select: tuple[str, ...], home: str | None, form: str, output: str | None, no_color: bool
) -> int:
    """List the rules: name, authority, binding and title.

    A rule is legal (the treaty), practice (how Meetings do it), political (an
    action plan), or about the record itself.

    \b
    Examples:
      ccm-check rules
      ccm-check rules --select CCM
      ccm-check rules --format json
    """  # noqa: D301 - click reads the \b
    from ccm_rules.narrowing import kept
    from ccm_rules.render import explain as render
    from ccm_rules.render.json_ import dump

    rulebook = ccm_rules.load_rules(home=home, indicators=True)
    names = {rule for rule, _ in kept(rulebook, ccm_rules.Filters(select=words(select)))}
    rules = [rule for rule in rulebook.rules.values() if rule.name in names]
    if form == "json":
        text = dump(
            {"schema": "ccm-rules/1", "digest": rulebook.digest, "rules": render.rules_data(rules)}
        )
    else:
        text = render.render_rules(rules, terminal(output, no_color))
    emit(text, form, output)
    return 0
