"""``ccm-check sql``: the rules as a script for a database."""

from __future__ import annotations

import click

import ccm_rules
from ccm_rules.cli.common import Settings, load, today
from ccm_rules.cli.options import (
    as_of_option,
    facts_argument,
    file_option,
    known_by_option,
    rules_option,
    size_option,
)
from ccm_rules.cli.writing import emit

#: The databases; `ccm_rules.engines.sql.dialects` says how each is written to.
DIALECTS = ("sqlite", "duckdb", "postgres", "clickhouse")


@click.command("sql", short_help="Print the rules as SQL, for your own database.")
@facts_argument()
@click.option(
    "--dialect",
    type=click.Choice(DIALECTS),
    required=True,
    help="The database that the script is for.",
)
@as_of_option("Judge on this day (the record's own; today without one).")
@known_by_option("Write only what was known by this day.")
@rules_option()
@size_option()
@file_option
def command(
    facts: tuple[str, ...],
    dialect: str,
    as_of: ccm_rules.When | None,
    known_by: ccm_rules.When | None,
    home: str | None,
    max_bytes: int,
    output: str | None,
) -> int:
    """Print a script that finds, in a database, what check finds.

    With FACTS the script brings the record. Without, it makes tables for the
    facts, says what belongs in every column, and judges what it finds there:
    so the rules run where the data already lies. The outcome is the table
    "ccm finding"; docs/engines.md says more.

    \b
    Examples:
      ccm-check sql facts/2023.json --dialect sqlite | sqlite3
      ccm-check sql facts/2023.json --dialect duckdb --output run.sql
      ccm-check sql --dialect postgres --as-of 2023-06-30 | psql mydata
      ccm-check sql --dialect clickhouse --output run.sql
    """  # noqa: D301 - click reads the \b
    from ccm_rules.engines.sql.dialects import DIALECTS as KNOWN
    from ccm_rules.engines.sql.record_tables import filled_from
    from ccm_rules.engines.sql.script import script, written
    from ccm_rules.record import known_by as known_facts

    settings = Settings(home=home, max_bytes=max_bytes)
    filling = None
    if facts:
        record, rulebook = load(facts, settings)
        if known_by is not None:
            record = known_facts(record, known_by.latest)
        when = as_of or record.as_of or today()
        filling = filled_from(record, rulebook)
    else:
        if known_by is not None:
            raise click.UsageError("--known-by chooses among FACTS, and none are given")
        rulebook = ccm_rules.load_rules(home=home)
        when = as_of or today()
    emit(written(script(rulebook, KNOWN[dialect], when.latest, filling)), "sql", output, facts)
    return 0
