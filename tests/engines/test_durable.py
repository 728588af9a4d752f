"""The driver of durable-rules: every fault of that engine that it can meet."""

from __future__ import annotations

import faulthandler
import os
import signal
import threading

import pytest

from ccm_rules import errors
from ccm_rules.cli import invoke
from ccm_rules.compiler import lowering
from ccm_rules.compiler.program import (
    Absence,
    Atom,
    Clause,
    Condition,
    Count,
    Program,
    Variable,
)
from ccm_rules.engines.compare import first_difference
from ccm_rules.engines.durable import driver as durable
from ccm_rules.engines.durable import worker
from ccm_rules.engines.host import evaluate
from ccm_rules.engines.sql.sqlite import SQLite
from tests.conftest import REAL

V = Variable


def clause(head, terms, body, conditions=(), absences=(), *, name="c", level=1, certain=True):
    atoms = tuple(Atom(r, ts, certain) if not isinstance(r, Atom) else r for r, ts in body)
    variables = tuple(dict.fromkeys(t.name for a in atoms for t in a.terms if isinstance(t, V)))
    return Clause(
        name,
        "r",
        head,
        terms,
        certain,
        level,
        False,
        atoms,
        tuple(conditions),
        tuple(absences),
        variables,
    )


def program(schema, *clauses, counts=()):
    typed = {
        n: tuple((c.rstrip("#"), "int" if c.endswith("#") else "text") for c in columns)
        for n, columns in schema.items()
    }
    return Program(typed, clauses, tuple(counts), {}, (), dict.fromkeys(typed, ()))


def both(made, base):
    """Derive with both engines, hold them against each other, and give the rows."""
    base = {
        name: dict.fromkeys(rows, 1) if not isinstance(rows, dict) else rows
        for name, rows in base.items()
    }
    sql = evaluate(made, base, lambda *_: [], SQLite(made))
    own = evaluate(made, base, lambda *_: [], durable.Durable(made))
    assert first_difference(made, sql.bindings, own.bindings) is None
    assert own.rows == sql.rows
    return {name: set(rows) for name, rows in own.rows.items()}


def test_absence_whatever_the_order_of_facts():
    made = program(
        {"due": ["k"], "done": ["k"], "late": ["k"]},
        clause(
            "late", (V("k"),), [("due", (V("k"),))], (), [Absence("done", (V("k"),), (), False)]
        ),
    )
    keys = [f"S{number}" for number in range(40)]
    found = both(made, {"due": [(k,) for k in keys], "done": [(k,) for k in keys[::2]]})
    assert found["late"] == {(k,) for k in keys[1::2]}


def test_one_rules_absence_leaves_another_rules_finding_alone():
    made = program(
        {"due": ["k"], "done": ["k"], "paid": ["k"], "a": ["k"], "b": ["k"], "c": ["k"]},
        clause(
            "a",
            (V("k"),),
            [("due", (V("k"),))],
            (),
            [Absence("done", (V("k"),), (), False)],
            name="a",
        ),
        clause(
            "b",
            (V("k"),),
            [("due", (V("k"),))],
            (),
            [Absence("paid", (V("k"),), (), False)],
            name="b",
        ),
        clause("c", (V("k"),), [("due", (V("k"),))], name="c"),
    )
    found = both(made, {"due": [("X",), ("Y",)], "done": [("X",)], "paid": [("Y",)]})
    assert found["a"] == {("Y",)}
    assert found["b"] == {("X",)}
    assert found["c"] == {("X",), ("Y",)}


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "!=", "=="])
@pytest.mark.parametrize("day", [9, 10, 11])
def test_a_join_may_end_in_a_comparison_that_is_false(operator, day):
    """Plainly used, the engine reads past such a join's end and crashes."""
    made = program(
        {"a": ["k", "x#"], "b": ["y#"], "hit": ["k"]},
        clause(
            "hit",
            (V("k"),),
            [("a", (V("k"), V("x"))), ("b", (V("y"),))],
            [Condition(operator, V("y"), V("x"))],
        ),
    )
    holds = {
        "<": day < 10,
        "<=": day <= 10,
        ">": day > 10,
        ">=": day >= 10,
        "!=": day != 10,
        "==": day == 10,
    }[operator]
    assert both(made, {"a": [("K", 10)], "b": [(day,)]})["hit"] == ({("K",)} if holds else set())


def test_every_join_ends_in_a_test_that_always_holds(rulebook):
    code = durable.Codes()
    for batch in lowering.batches(list(rulebook.program.clauses)):
        for name, rule in lowering.ruleset(rulebook.program, batch, code).items():
            if name.startswith("r"):
                for number, condition in enumerate(rule["all"]):
                    ((_, tests),) = condition.items()
                    if number:
                        assert tests["$and"][-1] == {"z": {"p0": "z"}}


def test_the_same_fact_on_both_sides_of_a_join():
    made = program(
        {"a": ["k", "x#"], "pair": ["x#", "y#"]},
        clause("pair", (V("x"), V("y")), [("a", (V("k"), V("x"))), ("a", (V("k"), V("y")))]),
    )
    found = both(made, {"a": [("K", 1), ("K", 2), ("L", 3)]})
    assert found["pair"] == {(1, 1), (1, 2), (2, 1), (2, 2), (3, 3)}


def test_comparisons_within_one_fact_and_a_variable_that_stands_twice():
    made = program(
        {"a": ["k", "l", "x#", "y#"], "same": ["k"], "less": ["k"]},
        clause("same", (V("k"),), [("a", (V("k"), V("k"), V("x"), V("y")))], name="same"),
        clause(
            "less",
            (V("k"),),
            [("a", (V("k"), V("l"), V("x"), V("y")))],
            [Condition("<", V("x"), V("y"))],
            name="less",
        ),
    )
    found = both(made, {"a": [("K", "K", 1, 2), ("L", "M", 3, 3), ("N", "N", 5, 4)]})
    assert found["same"] == {("K",), ("N",)}
    assert found["less"] == {("K",)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "a "),
        ("a", "A"),
        ("Côte", "Co\u0302te"),
        ("2012", "02012"),
        ("", " "),
        ('q"uote', "q'uote"),
        ("back\\slash", "backslash"),
        ("new\nline", "new line"),
        ("x" * 70_000, "x" * 70_001),
        ("nul\0a", "nul\0b"),
        ("true", "True"),
    ],
)
def test_texts_are_equal_only_to_themselves(one, other):
    made = program(
        {"a": ["k"], "b": ["k"], "hit": ["k"]},
        clause("hit", (V("k"),), [("a", (V("k"),)), ("b", (V("k"),))]),
    )
    assert both(made, {"a": [(one,)], "b": [(other,)]})["hit"] == set()
    assert both(made, {"a": [(one,)], "b": [(one,), (other,)]})["hit"] == {(one,)}


@pytest.mark.parametrize("value", [2**62, -(2**62), 2**63, 1.5, None, b"x", True])
def test_values_that_the_engine_compares_wrongly_are_refused(value):
    with pytest.raises(errors.EngineError):
        durable.Codes()(value)


def test_ids_never_share_a_hash():
    ids = durable.fact_ids()
    first = [next(ids) for _ in range(durable.COLLISION_FREE_IDS)]
    assert len({durable.fnv1a(id_.encode()) for id_ in first}) == len(first)


def test_later_ids_are_chosen_so_that_they_do_not_either(monkeypatch):
    real = durable.fnv1a
    monkeypatch.setattr(durable, "COLLISION_FREE_IDS", 50)
    monkeypatch.setattr(durable, "fnv1a", lambda data: real(data) % 97)
    ids = durable.fact_ids()
    found = [next(ids) for _ in range(40)] + [next(ids) for _ in range(20)]
    later = found[50:]
    hashes = [real(id_.encode()) % 97 for id_ in later]
    before = {real(str(n).encode()) % 97 for n in range(50)}
    assert len(set(hashes)) == len(hashes)
    assert not set(hashes) & before


def test_more_conditions_on_one_fact_than_the_engine_bears():
    many = [
        clause(
            f"h{n}",
            (V("k"),),
            [("a", (V("k"), V("x")))],
            [Condition(">=", V("x"), n)],
            name=f"c{n}",
        )
        for n in range(3 * lowering.MAX_NODES)
    ]
    made = program({"a": ["k", "x#"], **{f"h{n}": ["k"] for n in range(len(many))}}, *many)
    assert len(list(lowering.batches(many))) > 1
    found = both(made, {"a": [("K", 1000), ("L", 10)]})
    assert found["h10"] == {("K",), ("L",)}
    assert found[f"h{len(many) - 1}"] == {("K",)}


def test_a_join_wider_than_the_engine_bears_is_refused():
    body = [("a", (V(f"x{n}"),)) for n in range(lowering.MAX_JOIN + 1)]
    made = program({"a": ["k"], "h": ["k"]}, clause("h", (V("x0"),), body))
    with pytest.raises(errors.EngineError, match="joins more than"):
        lowering.ruleset(made, list(made.clauses), durable.Codes())


def test_many_rulesets_one_after_the_other():
    clauses = [
        clause(f"r{n + 1}", (V("k"),), [(f"r{n}", (V("k"),))], name=f"c{n}", level=n + 1)
        for n in range(300)
    ]
    made = program({f"r{n}": ["k"] for n in range(301)}, *clauses)
    assert both(made, {"r0": [("K",), ("L",)]})["r300"] == {("K",), ("L",)}


def test_possible_rows_and_counts():
    made = program(
        {
            "a": ["p", "k"],
            "sure": ["k"],
            "maybe": ["k"],
            "open": ["k"],
            "n": ["p", "lo#", "hi#"],
            "all": ["lo#", "hi#"],
        },
        clause("sure", (V("k"),), [("a", (V("p"), V("k")))], name="sure"),
        clause("maybe", (V("k"),), [("a", (V("p"), V("k")))], name="maybe", certain=False),
        clause("open", (V("k"),), [(Atom("a", (V("p"), V("k")), False, True), None)], name="open"),
        counts=[Count("n", "r", "n", "a", 1, 1), Count("all", "r", "all", "a", 0, 1)],
    )
    found = both(made, {"a": {("P", "K"): 1, ("P", "L"): 0, ("Q", "M"): 0}})
    assert found["sure"] == {("K",)}
    assert found["maybe"] == {("K",), ("L",), ("M",)}
    assert found["open"] == {("L",), ("M",)}
    assert found["n"] == {("P", 1, 2), ("Q", 0, 1)}
    assert found["all"] == {(1, 3)}


def test_a_count_of_nothing_is_zero():
    made = program({"a": ["k"], "n": ["lo#", "hi#"]}, counts=[Count("n", "r", "n", "a", 0, 1)])
    assert both(made, {"a": []})["n"] == {(0, 0)}


# -- the process of its own --------------------------------------------------------


def crash(*_):
    faulthandler.disable()  # pytest's, which would print the child's end as ours
    os.kill(os.getpid(), signal.SIGSEGV)


def fail(*_):
    raise KeyboardInterrupt("an exception that the engine would swallow")


def leave(*_):
    os._exit(3)


@pytest.mark.parametrize(
    ("what", "says"),
    [(fail, "KeyboardInterrupt"), (leave, "without an answer")],
)
def test_what_happens_in_the_worker_is_said_and_nothing_is_published(
    monkeypatch, capfd, what, says
):
    monkeypatch.setattr(durable.Durable, "level", what)
    assert invoke([str(REAL), "--engine", "both"]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert says in err


def test_a_fork_that_crashes_is_tried_again_without_a_word(monkeypatch, capfd):
    """Only the fork crashes: a new interpreter has the engine as it is."""
    assert invoke([str(REAL), "--engine", "both"]) == 1
    sound = capfd.readouterr()
    monkeypatch.setattr(durable.Durable, "level", crash)
    assert invoke([str(REAL), "--engine", "both"]) == 1
    assert capfd.readouterr() == sound


def test_with_other_threads_a_new_interpreter_does_the_work():
    made = program(
        {"a": ["k"], "h": ["k"]}, clause("h", (V("k"),), [("a", (V("k"),))], name="only")
    )
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        pending = worker.start(made, {"a": {("K",): 1}}, dict)
        assert pending.result() == {"only": frozenset({("K",)})}
    finally:
        stop.set()
        thread.join()


def test_a_cancelled_worker_is_gone():
    made = program({"a": ["k"], "h": ["k"]}, clause("h", (V("k"),), [("a", (V("k"),))]))
    pending = worker.start(made, {"a": {}}, dict)
    pending.cancel()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_engines_that_differ_publish_nothing(monkeypatch, capfd):
    """The smallest difference is shown: where they part, not what follows from it."""
    honest = durable.Durable.level

    def forgets(self, clauses, counts, rows):
        for step, answer in honest(self, clauses, counts, rows):
            lost = {min(answer)} if step.head == "entry-into-force" and answer else set()
            yield step, set(answer) - lost

    monkeypatch.setattr(durable.Durable, "level", forgets)
    assert invoke([str(REAL)]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "the engines disagree" in err
    assert "only sqlite derives" in err
    assert "entry-into-force" in err.splitlines()[1]
