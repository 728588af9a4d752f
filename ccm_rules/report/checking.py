"""Checking a record against a rulebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ccm_rules.compiler.program import Program
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import When, recorded
from ccm_rules.engines.compare import first_difference
from ccm_rules.engines.host import Bindings, Derivations, Fill, Replay, evaluate
from ccm_rules.errors import CcmError, EnginesDifferError
from ccm_rules.record import Base, base_relations, known_by, merge
from ccm_rules.record.model import Fact, Record
from ccm_rules.record.relations import Functions
from ccm_rules.report.findings import Finding, Maker, Open, Words, fact_sentence
from ccm_rules.words.states import party_names

#: The engines, in the order in which they are named.
ENGINES = ("durable-rules", "sqlite", "duckdb")
#: From so many facts on a record is judged inside a database, by SQL alone: there
#: durable-rules takes minutes, and rows need not pass through Python.
BULK_FROM = 5_000
#: From so many facts on DuckDB, where it is installed, is quicker than SQLite.
DUCKDB_FROM = 100_000


class Report(NamedTuple):
    """What a check found.

    Attributes:
        as_of: the day on which things are judged, as an ordinal.
        known_by: the day up to which sources count, or ``None`` for all.
        engines: the engines that derived it, each to the same result.
        findings: sorted by severity, party and rule.
        open: what the record cannot tell, by rule.
        record: what was known of the record.
        rulebook: the rules applied.
        base: the rows that the engines started from.
        derived: everything derived, with its parents.
        maker: makes words of rows.
    """

    as_of: int
    known_by: int | None
    engines: tuple[str, ...]
    findings: tuple[Finding, ...]
    open: tuple[Open, ...]
    record: Record
    rulebook: Rulebook
    base: Base
    derived: Derivations
    maker: Maker


def available_engines() -> tuple[str, ...]:
    """The engines that judge an ordinary record here: durable-rules is an extra."""
    return ("durable-rules", "sqlite") if installed("durable-rules") else ("sqlite",)


def installed(engine: str) -> bool:
    """Whether an engine can run here: all but SQLite are extras."""
    from importlib.util import find_spec

    module = {"durable-rules": "durable_rules_engine", "duckdb": "duckdb"}.get(engine)
    return module is None or find_spec(module) is not None


def suited_engines(facts: int) -> tuple[str, ...]:
    """The engines that judge a record of so many facts, unless others are named."""
    if facts < BULK_FROM:
        return available_engines()
    return ("duckdb",) if facts >= DUCKDB_FROM and installed("duckdb") else ("sqlite",)


def check(
    record: Record,
    rulebook: Rulebook,
    *,
    as_of: When | None = None,
    known: When | None = None,
    engines: Sequence[str] | None = None,
    parties: Mapping[str, str] | None = None,
) -> Report:
    """Judge a record on a day.

    Args:
        record: see `load`.
        rulebook: see `load_rules`.
        as_of: the day; the record's own unless given.
        known: only what was known by this day counts; everything unless given.
        engines: which engines derive it; those suited to its size unless given.
            Several must agree on every derivation.
        parties: names of States by code.

    Raises:
        CcmError: there is no as-of day, it lies outside the years 1000 to 2999, or the
            rules are another treaty's.
        EnginesDifferError: the engines do not agree; nothing can be published.
        EngineError: an engine failed.
    """
    day = as_of if as_of is not None else record.as_of
    if day is None:
        raise CcmError("the record names no as-of day; give one")
    recorded(day)
    of_one_treaty(record, rulebook)
    names = party_names() if parties is None else parties
    if known is not None:
        record = known_by(record, known.latest)
    base = base_of(record, rulebook, day.latest, names)
    return judge(
        base, record, rulebook, day.latest, known.latest if known else None, engines, names
    )


def base_of(record: Record, rulebook: Rulebook, as_of: int, parties: Mapping[str, str]) -> Base:
    """The rows that engines start from; of the rulebook only its vocabulary and language matter.

    Args:
        record: the record, already limited to what is known.
        rulebook: the rules.
        as_of: the day on which things are judged, as an ordinal.
        parties: names of States by code.
    """
    vocabulary = rulebook.vocabulary
    return base_relations(
        record,
        merge(record.facts, vocabulary),
        vocabulary,
        as_of,
        parties,
        lambda fact: describe(fact, rulebook, parties),
    )


def judge(
    base: Base,
    record: Record,
    rulebook: Rulebook,
    as_of: int,
    known: int | None,
    engines: Sequence[str] | None,
    parties: Mapping[str, str],
) -> Report:
    """Judge rows that `base_of` made; see `check`.

    Raises:
        EnginesDifferError: the engines do not agree; nothing can be published.
        EngineError: an engine failed.
    """
    chosen = tuple(engines) if engines else suited_engines(len(record.facts))
    derived = _derive(rulebook, base, chosen)
    maker = Maker(rulebook, base, derived, parties, as_of)
    return Report(
        as_of,
        known,
        chosen,
        maker.findings(),
        maker.open(),
        record,
        rulebook,
        base,
        derived,
        maker,
    )


def of_one_treaty(record: Record, rulebook: Rulebook) -> None:
    """Refuse to judge a record by another treaty's rules.

    Raises:
        CcmError: the rules are not those that the record asks for.
    """
    if not (record.rules and rulebook.treaty.name):
        return
    from ccm_rules.law.treaty import told_apart, treaties_of

    if rulebook.treaty not in treaties_of(rulebook.treaties, record.rules):
        raise CcmError(
            f"the record asks for the rules of {told_apart(rulebook.treaties, record.rules)}, "
            f"and these are of the {rulebook.treaty.title}; load_rules(record.rules) has them"
        )


def _derive(rulebook: Rulebook, base: Base, engines: Sequence[str]) -> Derivations:
    program = rulebook.program
    fill = Functions(program.functions, base.coverage).rows
    if unknown := set(engines) - set(ENGINES):
        raise CcmError(
            f"no engine is called {min(unknown)!r}; there are {', '.join(ENGINES[:-1])} "
            f"and {ENGINES[-1]}"
        )
    pending = None
    if "durable-rules" in engines:
        from ccm_rules.engines.durable.worker import start

        # The worker runs beside the other engines, on a core of its own.
        pending = start(program, base.rows, fill)
    try:
        derived = _by_sql(rulebook, base, fill, engines)
    except BaseException:
        if pending:
            pending.cancel()
        raise
    if pending is None:
        assert derived is not None
        return derived
    answered = pending.result()
    if derived is None:
        return evaluate(program, base.rows, fill, Replay(answered))
    first = "sqlite" if "sqlite" in engines else "duckdb"
    _agree(program, derived.bindings, answered, (first, "durable-rules"))
    return derived


def _by_sql(
    rulebook: Rulebook, base: Base, fill: Fill, engines: Sequence[str]
) -> Derivations | None:
    """What the SQL engines derive, if any is asked for; row by row only where that is quicker."""
    program = rulebook.program
    derived = None
    if "sqlite" in engines:
        if sum(map(len, base.rows.values())) < BULK_FROM:
            from ccm_rules.engines.sql.sqlite import SQLite

            derived = evaluate(program, base.rows, fill, SQLite(program))
        else:
            derived = _bulk(rulebook, base, "sqlite")
    if "duckdb" in engines:
        if not installed("duckdb"):
            raise CcmError("duckdb is not installed: pip install 'ccm-rules[duckdb]'")
        other = _bulk(rulebook, base, "duckdb")
        if derived is None:
            return other
        _agree(program, derived.bindings, dict(other.bindings.items()), ("sqlite", "duckdb"))
    return derived


def _bulk(rulebook: Rulebook, base: Base, engine: str) -> Derivations:
    from ccm_rules.engines.sql import bulk

    return bulk.evaluate(rulebook.program, base.rows, base.coverage.registers, engine)


def _agree(program: Program, one: Bindings, other: Bindings, names: tuple[str, str]) -> None:
    """Refuse to go on where two engines do not derive the same.

    Raises:
        EnginesDifferError: with the smallest derivation that only one made.
    """
    difference = first_difference(program, one, other)
    if difference is not None:
        step, values, who = difference
        variables = next((c.variables for c in program.clauses if c.id == step), ())
        shown = ", ".join(f"{n}={v!r}" for n, v in zip(variables, values, strict=False))
        raise EnginesDifferError(
            "the engines disagree, so nothing is published: "
            f"only {names[who]} derives\n"
            f"    {step}\n    with {shown or repr(values)}"
        )


def describe(fact: Fact, rulebook: Rulebook, parties: Mapping[str, str]) -> str:
    """A fact as a sentence, with its sources."""
    kind = rulebook.vocabulary[fact.kind]
    words = Words(parties, {}, rulebook)
    text = fact_sentence(kind, kind.row(fact.values), words)
    return f"{text} [{'; '.join(fact.sources)}]" if fact.sources else text
