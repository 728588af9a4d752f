"""Who is measured: our engines, Python written by hand, and other engines.

All do the same work: from the base rows of a record and its registers to the rows
of all findings of the rules in ``rules/ccm``, in Python's memory. The rules are
there from the start, loaded or written in the engine's own language; a run is what is
measured, and begins with an engine that knows neither rules nor facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Final, NamedTuple

from ccm_rules.compiler import Rulebook, load_rules
from ccm_rules.engines.host import Rows
from ccm_rules.record import Base
from ccm_rules.record.relations import Functions, Row

Findings = dict[str, set[Row]]
Run = Callable[[], Findings]


class Contestant(NamedTuple):
    """One way of finding what the rules find.

    Attributes:
        title: how a table calls it.
        prepare: makes a run on a record.
        package: the distribution whose version is told, or empty.
        ours: whether it is an engine of this project.
    """

    title: str
    prepare: Callable[[Base], Run]
    package: str = ""
    ours: bool = False


def _rules() -> Rulebook:
    return load_rules(["ccm"])


def certain(rulebook: Rulebook, rows: Mapping[str, Rows]) -> Findings:
    """The certain rows of all findings."""
    found: Findings = {}
    for name in rulebook.findings:
        told = {row for row, sure in rows[name].items() if sure}
        if told:
            found[name] = told
    return found


def _python(base: Base) -> Run:
    from bench.handwritten import findings

    return lambda: findings(base)


def _sqlite_rows(base: Base) -> Run:
    """As `ccm-check` runs it: all bindings come back, so every tree is there."""
    from ccm_rules.engines.host import evaluate
    from ccm_rules.engines.sql.sqlite import SQLite

    rulebook = _rules()
    program = rulebook.program

    def run() -> Findings:
        fill = Functions(program.functions, base.coverage).rows
        derived = evaluate(program, base.rows, fill, SQLite(program))
        return certain(rulebook, derived.rows)

    return run


def _durable(base: Base) -> Run:
    """As `ccm-check` runs it: behind the driver, in a process of its own."""
    from ccm_rules.engines.durable.worker import start
    from ccm_rules.engines.host import Replay, evaluate

    rulebook = _rules()
    program = rulebook.program

    def run() -> Findings:
        fill = Functions(program.functions, base.coverage).rows
        answers = Replay(start(program, base.rows, fill).result())
        return certain(rulebook, evaluate(program, base.rows, fill, answers).rows)

    return run


def _bulk(engine: str, *, trees: bool = False) -> Callable[[Base], Run]:
    def prepare(base: Base) -> Run:
        from ccm_rules.engines import narrowing
        from ccm_rules.engines.sql import bulk

        for name in ("duckdb", "numpy") if engine == "duckdb" else ():
            if find_spec(name):  # as the peers' libraries, which are loaded before a run too
                import_module(name)
        rulebook = _rules()
        program, registers = rulebook.program, base.coverage.registers
        narrow = narrowing.narrowed(program, list(rulebook.findings))

        def run() -> Findings:
            if not trees:
                return bulk.certain(narrow, base.rows, registers, engine)
            derived = bulk.evaluate(program, base.rows, registers, engine)
            # What every finding rests on, read back.
            kept = [derived.bindings[step] for step in derived.bindings]
            assert kept
            return certain(rulebook, derived.rows)

        return run

    return prepare


def _peer(module: str) -> Callable[[Base], Run]:
    def prepare(base: Base) -> Run:
        rulebook = _rules()
        run: Run = import_module(f"bench.peers.{module}").prepare(
            rulebook.program, list(rulebook.findings), base
        )
        return run

    return prepare


#: By short name; the first is the yardstick, to which all others are compared.
CONTESTANTS: Final = {
    "python": Contestant("Python, written by hand", _python),
    "sqlite": Contestant("SQLite, findings only", _bulk("sqlite"), ours=True),
    "duckdb": Contestant("DuckDB, findings only", _bulk("duckdb"), "duckdb", ours=True),
    "sqlite-trees": Contestant("SQLite, because-trees kept", _sqlite_rows, ours=True),
    "duckdb-trees": Contestant(
        "DuckDB, because-trees kept", _bulk("duckdb", trees=True), "duckdb", ours=True
    ),
    "durable": Contestant("durable-rules, guarded", _durable, "durable-rules", ours=True),
    "clips": Contestant("CLIPS (clipspy)", _peer("clips"), "clipspy"),
    "clingo": Contestant("clingo", _peer("asp"), "clingo"),
    "durable-plain": Contestant(
        "durable-rules, used plainly", _peer("plain_durable"), "durable-rules"
    ),
}
