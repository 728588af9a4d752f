"""``ccm-check rules list``: which rules there are."""

from __future__ import annotations

import click

import ccm_rules
from ccm_rules.cli.common import words
from ccm_rules.cli.options import output_options, rules_option, select_option
from ccm_rules.cli.writing import Output, publish


@click.command("list", short_help="List the rules, with their authority.")
@select_option
@rules_option("Rules to list instead of the shipped ones.")
@output_options("document", "data")
def command(
    select: tuple[str, ...], home: str | None, out: Output
) -> int:
    """List the rules of all treaties: name, authority, binding and title.

    A rule is legal (the treaty), practice (how Meetings do it), political (an
    action plan), or about the record itself.

    \b
    Examples:
      ccm-check rules
      ccm-check rules --select CCM
      ccm-check rules --format json
    """  # noqa: D301 - click reads the \b
    from hashlib import sha256

    from ccm_rules.documents.rule_list import RuleList
    from ccm_rules.report.filters import kept

    rulebooks = ccm_rules.load_every_treaty(home, indicators=True)
    # All of one treaty's and then what another one has of its own.
    every = {rule.name: rule for rulebook in rulebooks for rule in rulebook.rules.values()}
    together = rulebooks[0]._replace(
        rules=every, folders=tuple(dict.fromkeys(rule.folder for rule in every.values()))
    )
    names = {rule for rule, _ in kept(together, ccm_rules.Filters(select=words(select)))}
    rules = [rule for rule in every.values() if rule.name in names]
    digests = [rulebook.digest for rulebook in rulebooks]
    digest = digests[0] if len(digests) == 1 else sha256(" ".join(digests).encode()).hexdigest()
    publish(RuleList(rules, digest), out)
    return 0
