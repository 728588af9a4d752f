"""Running the chosen engines, and holding their answers against each other.

In go compiled rules and the rows of a record; out come the derivations on which all
chosen engines agree, or an error that shows where they part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ccm_rules.compiler.program import Clause, Count, Program, Row
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.engines import choice
from ccm_rules.engines.host import Bindings, Derivations, Fill, Replay, Rows, evaluate
from ccm_rules.errors import CcmError, EnginesDifferError
from ccm_rules.record.relations import Base, Functions


def derive(rulebook: Rulebook, base: Base, engines: Sequence[str]) -> Derivations:
    """Everything that follows from some rows, by each of some engines.

    Raises:
        CcmError: there is no such engine, or it is not installed.
        EnginesDifferError: the engines do not agree; nothing can be published.
        EngineError: an engine failed.
    """
    program = rulebook.program
    fill = Functions(program.functions, base.coverage).rows
    if unknown := set(engines) - set(choice.ENGINES):
        raise CcmError(
            f"no engine is called {min(unknown)!r}; there are {', '.join(choice.ENGINES[:-1])} "
            f"and {choice.ENGINES[-1]}"
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
    # Every row follows from the reasons, which both have here.
    difference = first_difference(program, derived.bindings, answered)
    _agree(program, difference, (first, "durable-rules"))
    return derived


def _by_sql(
    rulebook: Rulebook, base: Base, fill: Fill, engines: Sequence[str]
) -> Derivations | None:
    """What the SQL engines derive, if any is asked for; row by row only where that is quicker."""
    program = rulebook.program
    derived = None
    if "sqlite" in engines:
        if sum(map(len, base.rows.values())) < choice.BULK_FROM:
            from ccm_rules.engines.sql.sqlite import SQLite

            derived = evaluate(program, base.rows, fill, SQLite(program))
        else:
            derived = _bulk(rulebook, base, "sqlite")
    if "duckdb" in engines:
        if not choice.installed("duckdb"):
            raise CcmError("duckdb is not installed: pip install 'ccm-rules[duckdb]'")
        other = _bulk(rulebook, base, "duckdb")
        if derived is None:
            return other
        # DuckDB derives rows first, and reasons when somebody looks at them.
        _agree(program, first_row(program, derived.rows, other.rows), ("sqlite", "duckdb"))
    return derived


def _bulk(rulebook: Rulebook, base: Base, engine: str) -> Derivations:
    from ccm_rules.engines.sql import bulk

    return bulk.evaluate(rulebook.program, base.rows, base.coverage.registers, engine)


def _agree(
    program: Program, difference: tuple[str, Row, int] | None, names: tuple[str, str]
) -> None:
    """Refuse to go on where two engines do not derive the same.

    Raises:
        EnginesDifferError: with the smallest derivation that only one made.
    """
    if difference is not None:
        step, values, who = difference
        variables = next((c.variables for c in program.clauses if c.id == step), ())
        if step in program.schema:
            variables = tuple(name for name, _ in program.schema[step])
        shown = ", ".join(f"{n}={v!r}" for n, v in zip(variables, values, strict=False))
        raise EnginesDifferError(
            "the engines disagree, so nothing is published: "
            f"only {names[who]} derives\n"
            f"    {step}\n    with {shown or repr(values)}"
        )


def first_row(
    program: Program, one: Mapping[str, Rows], other: Mapping[str, Rows]
) -> tuple[str, Row, int] | None:
    """The smallest row that two engines do not derive alike, at the lowest level.

    Returns:
        The relation, the row, and 0 or 1 for the engine that derived it, or derived it for
        certain; ``None`` where the engines agree on every row.
    """
    heads = {clause.head: clause.level for clause in program.clauses}
    heads |= {count.head: count.level for count in program.counts}
    for name in sorted(heads, key=lambda name: (heads[name], name)):
        mine, theirs = one[name], other[name]
        if mine != theirs:
            differ = {row for row, _ in mine.items() ^ theirs.items()}
            values = min(differ, key=_by_value)
            return name, values, 0 if mine.get(values, -1) > theirs.get(values, -1) else 1
    return None


def _by_value(row: Row) -> list[tuple[bool, str | int]]:
    return [(isinstance(value, str), value) for value in row]


def first_difference(
    program: Program, one: Bindings, other: Bindings
) -> tuple[str, Row, int] | None:
    """The smallest derivation that only one of two engines made.

    Smallest is: at the lowest level, of the first clause, with the least values,
    so that what is shown is where they part and not what follows from it.

    Returns:
        The clause's id, the values of its variables, and 0 or 1 for the engine
        that derived it; ``None`` where the engines agree on everything.
    """
    if one == other:
        return None
    steps: list[Clause | Count] = [*program.clauses, *program.counts]
    for step in sorted(steps, key=lambda step: (step.level, step.id)):
        mine = one.get(step.id, frozenset())
        theirs = other.get(step.id, frozenset())
        if mine != theirs:
            values = min(mine ^ theirs, key=_by_value)
            return step.id, values, 0 if values in mine else 1
    raise AssertionError("engines answered clauses that the program does not have")
