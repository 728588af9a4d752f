"""``ccm-check rules lint``: what is likely to be wrong with a rule although it compiles."""

from __future__ import annotations

import click

import ccm_rules
from ccm_rules.cli import FOUND
from ccm_rules.cli.common import today
from ccm_rules.cli.options import as_of_option, output_options, rules_option
from ccm_rules.cli.writing import Output, publish


@click.command("lint", short_help="Find what is likely to be wrong with rule files.")
@click.argument("rules", nargs=-1, metavar="[RULE…]")
@rules_option("Rules to look at instead of the shipped ones.")
@as_of_option("The day on which the age of quotations is judged (today, in UTC).")
@click.option("--fast", is_flag=True, hidden=True, expose_value=False, help="As ever now.")
@output_options("document", "data")
def command(
    rules: tuple[str, ...],
    home: str | None,
    as_of: ccm_rules.When | None,
    out: Output,
) -> int:
    """Complain of what is likely to be wrong with rule files.

    RULE is the name of a rule or of a folder of rules; all, unless named. Everything is
    complained of at once, each with its file, line and mend: facts and fields that do not
    exist, variables that are bound and used nowhere, absences that nothing can show,
    exceptions or findings one of which covers the other, quotations that were not
    compared with their source for a year, facts that two rules derive without saying
    so, and words without a translation. No case is run: which boundary lacks a case on
    one side, `ccm-check rules test` says.

    \b
    Examples:
      ccm-check rules lint
      ccm-check rules lint --rules my-rules
      ccm-check rules lint ccm --as-of 2027-12-01
      ccm-check rules lint --format json

    \b
    Exit codes:
      0  nothing to complain of
      1  complaints
      2  could not run: there is no such rule, or no rule at all
    """  # noqa: D301 - click reads the \b
    import datetime as dt

    from ccm_rules.authoring.lint import Lint
    from ccm_rules.authoring.workshop import choose
    from ccm_rules.documents.complaints import Complaints

    judged = as_of or today()
    lint = Lint(home, dt.date.fromordinal(judged.latest))
    complaints = lint.run()
    # A rule that cannot be read is known by its complaints alone.
    unread = {one.rule for one in complaints} - {rule.name for rule in lint.rules}
    readable = [name for name in rules if name not in unread]
    chosen = choose(readable, lint.rules) if rules else lint.rules
    if rules:
        names = {rule.name for rule in chosen} | (unread & set(rules))
        complaints = [one for one in complaints if one.rule in names]
    content = Complaints(complaints, len(chosen))
    publish(content, out)
    return FOUND if complaints else 0
