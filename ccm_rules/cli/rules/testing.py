"""``ccm-check rules test``: whether the cases hold, and whether they would notice a mistake."""

from __future__ import annotations

import click

from ccm_rules.cli import FOUND
from ccm_rules.cli.common import engines
from ccm_rules.cli.options import output_options, rules_option
from ccm_rules.cli.writing import Output, publish, remark


@click.command("test", short_help="Run the cases of rules, and try changed rules on them.")
@click.argument("rules", nargs=-1, metavar="[RULE…]")
@rules_option("Rules to test instead of the shipped ones.")
@click.option(
    "--no-mutants", is_flag=True, help="Run the cases only; do not try changed rules on them."
)
@click.option(
    "--min-score",
    type=click.FloatRange(0, 100),
    default=100.0,
    show_default=True,
    metavar="PERCENT",
    help="Exit with 1 where cases notice fewer of the changes.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "durable", "sqlite", "both"]),
    default="auto",
    show_default=True,
    help="For the cases; changed rules run on sqlite.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes to use (as many as there are processors).",
)
@output_options("document", "data")
def command(
    rules: tuple[str, ...],
    home: str | None,
    no_mutants: bool,
    min_score: float,
    engine: str,
    jobs: int | None,
    out: Output,
) -> int:
    """Run the test cases that stand in rule files, a PASS or FAIL line each.

    RULE is the name of a rule or of a folder of rules; all, unless named. Then each
    rule is changed in one place (a boundary by a day, a condition left out, another
    period), and its cases are run again: if none fails, no case would notice that
    mistake, and the change is listed with its file and line. At the end stands how many
    of the situations that can concern these rules have a case. docs/testing-rules.md
    says how to read this, and how to write the case that is missing.

    \b
    Examples:
      ccm-check rules test
      ccm-check rules test ccm
      ccm-check rules test clearance --no-mutants
      ccm-check rules test lap --min-score 50 --format json

    \b
    Exit codes:
      0  every case passes, and the score is at least --min-score
      1  a case fails, or the score is lower
      2  could not run: a rule or a case is wrong
    """  # noqa: D301 - click reads the \b
    from ccm_rules.authoring.workshop import Workshop
    from ccm_rules.documents.trials import Trials, percent

    notes: list[str] = []
    workshop = Workshop(home)
    chosen = workshop.named(rules)
    scores = workshop.scores(
        chosen,
        engines=engines(engine, notes),
        with_mutants=not no_mutants,
        jobs=jobs or 0,
    )
    remark(notes)
    cells = workshop.matrix().of(rule.name for rule in chosen)
    content = Trials(scores, with_mutants=not no_mutants, cells=cells)
    publish(content, out)
    sound = all(score.passed and not score.wrong for score in scores)
    return 0 if sound and percent(scores) >= min_score else FOUND
