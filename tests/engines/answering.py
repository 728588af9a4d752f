"""The engines, each as a function from a world to what it derives."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Sequence

from ccm_rules.compiler.program import Program
from ccm_rules.engines.durable import worker
from ccm_rules.engines.host import Bindings, Replay, Rows, evaluate
from ccm_rules.engines.sql.sqlite import SQLite
from ccm_rules.errors import EngineError
from tests.engines import naive
from tests.engines.programs import TODAY, World

Answer = tuple[Bindings, dict[str, Rows]]
Engine = Callable[[Sequence[World]], list[Answer]]
#: How many days a timeline covers in these tests, before and after the day of a world.
BEFORE, AFTER = 2, 3


def sqlite(world: World) -> Answer:
    derived = evaluate(world.program, world.base, world.fill, SQLite(world.program))
    return derived.bindings, derived.rows


def durable(worlds: Sequence[World]) -> list[Answer]:
    """Many worlds in one process, which is not ours: a crash is an error and no end.

    Where one world crashes it or fails in it, each has a process of its own, so
    that it is known which.
    """
    if len(worlds) > 1:
        found = _in_child(worlds)
        if found is not None:
            return found
    answers = []
    for world in worlds:
        bindings = worker.start(world.program, world.base, world.fill).result()
        derived = evaluate(world.program, world.base, world.fill, Replay(bindings))
        answers.append((bindings, derived.rows))
    return answers


def _in_child(worlds: Sequence[World]) -> list[Answer] | None:
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            os.close(read)
            from ccm_rules.engines.durable.driver import Durable

            made = [evaluate(w.program, w.base, w.fill, Durable(w.program)) for w in worlds]
            with os.fdopen(write, "wb") as stream:
                pickle.dump([(derived.bindings, derived.rows) for derived in made], stream)
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        data = stream.read()
    return pickle.loads(data) if os.waitpid(pid, 0)[1] == 0 else None


def each(answer: Callable[[World], Answer]) -> Engine:
    """An engine that takes one world at a time."""
    return lambda worlds: [answer(world) for world in worlds]


def _bulk(engine: str) -> Callable[[World], Answer]:
    def answer(world: World) -> Answer:
        from ccm_rules.engines.sql import bulk

        derived = bulk.evaluate(world.program, world.base, world.registers, engine)
        bindings = {step.id: derived.bindings.get(step.id, frozenset())
                    for step in (*world.program.clauses, *world.program.counts)}  # fmt: skip
        return bindings, {name: dict(derived.rows[name]) for name in world.program.schema}

    return answer


def engines() -> dict[str, Engine]:
    """All engines, by name."""
    return {
        "sqlite": each(sqlite),
        "durable-rules": durable,
        "sqlite-bulk": each(_bulk("sqlite")),
        "duckdb": each(_bulk("duckdb")),
    }


def differences(world: World, expected: Answer, answer: Answer) -> list[str]:
    """What an engine derives otherwise than it should.

    Rows are compared as they are, but for those of functions: what a function is
    asked may differ. Bindings may be missing of possible clauses that can add nothing.
    """
    bindings, rows = answer
    found = []
    for name in world.program.schema:
        if name not in world.program.functions and rows[name] != expected[1][name]:
            found.append(f"{name}: {rows[name]} and not {expected[1][name]}")
    idle = {c.id for c in world.program.clauses if not c.certain and not c.always}
    for step in (*world.program.clauses, *world.program.counts):
        mine = bindings.get(step.id, frozenset())
        if mine != expected[0][step.id] and not (step.id in idle and not mine):
            found.append(f"{step.id}: {set(mine)} and not {set(expected[0][step.id])}")
    return found


def meant(world: World, most: int = 10**9) -> Answer:
    """What a world means; see `naive`."""
    derived = naive.derive(world.program, world.base, world.fill, most)
    return derived.bindings, derived.rows


# -- many days at once ---------------------------------------------------------------


def on_days(world: World) -> Iterator[tuple[int, World]]:
    """The world on each day of a span: today moves, and rows come and go."""
    for day in range(TODAY - BEFORE, TODAY + AFTER + 1):
        base = {
            name: {row: sure for row, sure in rows.items() if _there(name, row, day)}
            for name, rows in world.base.items()
        }
        yield day, world._replace(base={**base, "as-of": {(day, day): 1}})


def _there(relation: str, row: tuple[str | int, ...], day: int) -> bool:
    """Whether a row holds on a day: some come, some go, most are there always."""
    number = sum(map(ord, relation + "".join(map(str, row)))) % 12
    first, last = TODAY - BEFORE, TODAY + AFTER
    return first + max(0, number - 9) * 2 <= day <= (last if number != 7 else last - 2)


def timeline(world: World) -> Iterator[tuple[int, World, dict[str, Rows]]]:
    """What the timeline says of each day.

    Raises:
        EngineError: the program asks for what cannot be told of many days.
    """
    from ccm_rules.engines.timeline.days import Span
    from ccm_rules.engines.timeline.moving import Clock
    from ccm_rules.engines.timeline.sweep import evaluate as run

    clock = Clock(Span(TODAY - BEFORE, TODAY + AFTER))
    days = dict(on_days(world))
    base = {}
    for name, rows in world.base.items():
        base[name] = {}
        for row, sure in rows.items():
            held = sum(clock.span.on(day) for day, one in days.items() if row in one.base[name])
            if held and name != "as-of":
                base[name][row] = held, held * sure
    base["as-of"] = {(clock.today, clock.today): (clock.span.every, clock.span.every)}
    found = run(world.program, base, world.fill, clock)
    for day, one in days.items():
        yield day, one, found.on(day)


__all__ = ["EngineError", "Program", "differences", "engines", "meant", "timeline"]
