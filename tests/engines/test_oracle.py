"""Small programs of every shape: both engines against a third, that tries everything."""

from __future__ import annotations

import itertools
import operator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccm_rules.compiler import lowering
from ccm_rules.compiler.program import Absence, Atom, Clause, Condition, Count, Program, Variable
from ccm_rules.engines.compare import first_difference
from ccm_rules.engines.durable import driver as durable
from ccm_rules.engines.durable import worker
from ccm_rules.engines.host import evaluate
from ccm_rules.engines.sql.sqlite import SQLite
from ccm_rules.errors import EngineError

V = Variable
TESTS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
#: Two base relations and what is derived: a text, and two numbers.
COLUMNS = (("k", "text"), ("x", "int"), ("y", "int"))


def made_of(body, conditions=(), absences=(), *, name="only", head="head"):
    """A clause whose head holds all its variables."""
    names = tuple(dict.fromkeys(t.name for a in body for t in a.terms if isinstance(t, V)))
    return Clause(
        name, "r", head, tuple(V(n) for n in names), True, 1, True,
        tuple(body), tuple(conditions), tuple(absences), names,
    )  # fmt: skip


def program_of(*clauses, counts=(), **more):
    heads = {
        c.head: tuple((f"c{n}", "int" if v.name[0] in "xy" else "text")
                      for n, v in enumerate(c.head_terms))
        for c in clauses
    }  # fmt: skip
    schema = {"a": COLUMNS, "b": COLUMNS, **heads, **more}
    return Program(schema, clauses, tuple(counts), {}, (), dict.fromkeys(schema, ()))


def extend(terms, row, binding):
    binding = dict(binding)
    for term, value in zip(terms, row, strict=True):
        if isinstance(term, V):
            if binding.setdefault(term.name, value) != value:
                return None
        elif term is not None and term != value:
            return None
    return binding


def holds(condition, binding):
    left, right = (
        binding[t.name] if isinstance(t, V) else t for t in (condition.left, condition.right)
    )
    return TESTS[condition.operator](left, right)


def tried(clause, rows):
    """What a clause binds, by trying every choice of rows."""
    found = set()
    for choice in itertools.product(*(rows[atom.relation].items() for atom in clause.body)):
        binding = {}
        for atom, (row, certain) in zip(clause.body, choice, strict=True):
            if (atom.certain and not certain) or (atom.open and certain):
                binding = None
            binding = None if binding is None else extend(atom.terms, row, binding)
        if binding is None or not all(holds(c, binding) for c in clause.conditions):
            continue
        if any(
            (certain or not absence.certain)
            and (local := extend(absence.terms, row, binding)) is not None
            and all(holds(c, local) for c in absence.conditions)
            for absence in clause.absences
            for row, certain in rows[absence.relation].items()
        ):
            continue
        found.add(tuple(binding[name] for name in clause.variables))
    return found


def nothing(*_):
    return []


def answers(program, base):
    """What durable-rules binds, in a process of its own: a crash fails one test only."""
    return worker.start(program, base, nothing).result()


def same(program, base):
    """Hold both engines against what trying everything gives."""
    base = {n: r if isinstance(r, dict) else dict.fromkeys(r, 1) for n, r in base.items()}
    sql = evaluate(program, base, nothing, SQLite(program)).bindings
    own = answers(program, base)
    assert first_difference(program, sql, own) is None
    for clause in program.clauses:
        assert own.get(clause.id, set()) == tried(clause, base), clause
    return own


TEXTS = st.sampled_from(["P", "p", "P ", "1"])
NUMBERS = st.integers(-1, 2)
ROWS = st.dictionaries(st.tuples(TEXTS, NUMBERS, NUMBERS), st.integers(0, 1), max_size=5)
K = st.one_of(st.sampled_from([V("k"), V("l")]), TEXTS)
X = st.one_of(st.sampled_from([V("x1"), V("x2"), V("y1"), V("y2")]), NUMBERS)


@st.composite
def clauses(draw):
    relation = st.sampled_from(["a", "b"])
    body = [
        Atom(draw(relation), (draw(K), draw(X), draw(X)), *draw(how))
        for how in [st.sampled_from([(True, False), (False, False), (False, True)])]
        * draw(st.integers(1, 3))
    ]
    bound = sorted({t for a in body for t in a.terms if isinstance(t, V) and t.name[0] in "xy"})
    conditions = []
    if bound:
        side = st.one_of(st.sampled_from(bound), NUMBERS)
        for _ in range(draw(st.integers(0, 2))):
            conditions.append(
                Condition(draw(st.sampled_from(sorted(TESTS))), draw(st.sampled_from(bound)),
                          draw(side))
            )  # fmt: skip
    known = {t for a in body for t in a.terms if isinstance(t, V)}
    absences = []
    for _ in range(draw(st.integers(0, 2))):
        own = V("x_own")
        terms = (
            draw(st.one_of(st.none(), K.filter(lambda t: not isinstance(t, V) or t in known))),
            own,
            draw(st.one_of(st.none(), X.filter(lambda t: not isinstance(t, V) or t in known))),
        )
        tests = []
        if bound and draw(st.booleans()):
            tests = [Condition(draw(st.sampled_from(sorted(TESTS))), own,
                               draw(st.sampled_from(bound)))]  # fmt: skip
        absences.append(Absence(draw(relation), terms, tuple(tests), draw(st.booleans())))
    return made_of(body, conditions, absences)


@settings(max_examples=60)
@given(clause=clauses(), a=ROWS, b=ROWS)
@example(clause=made_of([Atom("a", ("p", 0, 0), False)]), a={("p", 0, 0): 0}, b={})
def test_every_shape_of_clause_on_any_rows(clause, a, b):
    same(program_of(clause), {"a": a, "b": b})


@settings(max_examples=40)
@given(made=st.lists(clauses(), min_size=2, max_size=5), a=ROWS, b=ROWS)
def test_clauses_of_one_ruleset_do_not_disturb_each_other(made, a, b):
    several = [c._replace(id=f"c{n}", head=f"h{n}") for n, c in enumerate(made)]
    same(program_of(*several), {"a": a, "b": b})


def test_an_absence_that_several_rows_forbid():
    clause = made_of(
        [Atom("a", (V("k"), V("x"), V("y")), True)],
        (),
        [Absence("b", (V("k"), V("x_b"), None), (Condition(">", V("x_b"), V("x")),), False)],
    )
    rows = {
        "a": [("P", 5, 0), ("Q", 5, 0), ("R", 5, 0)],
        "b": [("P", 6, 0), ("P", 7, 0), ("P", 8, 1), ("Q", 5, 0), ("Q", 4, 0)],
    }
    assert same(program_of(clause), rows)["only"] == {("Q", 5, 0), ("R", 5, 0)}


def test_two_clauses_share_their_first_fact_and_one_is_withdrawn():
    first = Atom("a", (V("k"), V("x"), V("y")), True)
    stands = made_of([first], name="stands", head="h1")
    falls = made_of(
        [first], (), [Absence("b", (V("k"), None, None), (), False)], name="falls", head="h2"
    )
    found = same(program_of(stands, falls), {"a": [("P", 1, 1), ("Q", 1, 1)], "b": [("P", 0, 0)]})
    assert found["stands"] == {("P", 1, 1), ("Q", 1, 1)}
    assert found["falls"] == {("Q", 1, 1)}


def test_a_join_by_inequality_alone_counts_every_pair():
    clause = made_of(
        [Atom("a", (V("k"), V("x1"), 0), True), Atom("a", (V("l"), V("x2"), 0), True)],
        [Condition("<", V("x1"), V("x2"))],
    )
    rows = {"a": [(f"S{n}", n, 0) for n in range(12)], "b": []}
    assert len(same(program_of(clause), rows)["only"]) == 12 * 11 // 2


def test_a_text_that_looks_like_a_number_is_none():
    """Texts are handed over as numbers: neither may be taken for the other."""
    rows = {"a": [("1", 0, 1), ("0", 1, 0), ("2", 2, 2)], "b": []}
    text = made_of([Atom("a", ("1", V("x"), V("y")), True)], name="text", head="h1")
    number = made_of([Atom("a", (V("k"), 1, V("y")), True)], name="number", head="h2")
    found = same(program_of(text, number), rows)
    assert found["text"] == {(0, 1)}
    assert found["number"] == {("0", 0)}


@pytest.mark.parametrize("big", [2**31, 2**32, 2**53, 2**61, -(2**31), -(2**53)])
@pytest.mark.parametrize("test", ["==", "<", "!="])
def test_neighbours_among_large_numbers_are_told_apart(big, test):
    """A double has no room for 2^53 + 1."""
    clause = made_of(
        [Atom("a", (V("k"), V("x1"), 0), True), Atom("b", (V("k"), V("x2"), 0), True)],
        [Condition(test, V("x1"), V("x2"))],
    )
    same(program_of(clause), {"a": [("P", big, 0)], "b": [("P", big + 1, 0), ("P", big, 0)]})


def test_a_number_beyond_what_the_engine_compares_ends_the_evaluation():
    clause = made_of([Atom("a", (V("k"), V("x1"), 0), True), Atom("b", (V("k"), V("x1"), 0), True)])
    base = {"a": {("P", 2**62, 0): 1}, "b": {("P", 2**62, 0): 1}}
    with pytest.raises(EngineError, match="too large"):
        answers(program_of(clause), base)


def test_more_rules_than_one_condition_bears():
    number = 2 * lowering.MAX_RULES + 1
    many = [
        Clause(f"c{n}", "r", "head", (V("k"),), True, 1, True,
               (Atom(f"r{n}", (V("k"),), True),), (), (), ("k",))
        for n in range(number)
    ]  # fmt: skip
    names = {f"r{n}": (("k", "text"),) for n in range(number)}
    made = program_of(*many, **names)
    sizes = [len(batch) for batch in lowering.batches(many)]
    assert sum(sizes) == number
    assert max(sizes) <= lowering.MAX_RULES
    found = same(made, {"a": [], "b": [], **{name: [(name,)] for name in names}})
    assert {row for rows in found.values() for row in rows} == {(name,) for name in names}


def test_no_batch_puts_more_on_one_relation_than_it_bears():
    made = [
        made_of(
            [Atom("a", (V("k"), V("x"), V("y")), True)] * 2,
            (),
            [Absence("b", (V("k"), None, None), (), False)] * (n % 3),
            name=f"c{n}",
        )
        for n in range(100)
    ]
    split = list(lowering.batches(made))
    assert [c for batch in split for c in batch] == made
    for batch in split:
        assert sum(len(c.body) for c in batch) <= lowering.MAX_NODES
        assert sum(len(c.absences) for c in batch) <= lowering.MAX_NODES


def test_facts_that_match_no_rule_and_relations_without_rows():
    clause = made_of([Atom("a", (V("k"), 7, V("y")), True)],
                     (), [Absence("b", (None, None, None), (), False)])  # fmt: skip
    program = program_of(clause)
    for a in ({}, {("P", n, n): 1 for n in range(20)}):
        ((_, found),) = durable.Durable(program).level([clause], [], {"a": a, "b": {}})
        assert set(found) == ({("P", 7)} if a else set())


@settings(max_examples=25)
@given(a=ROWS, group=st.integers(0, 3))
def test_counts_by_any_columns(a, group):
    count = Count("count", "r", "n", "a", group, 1)
    columns = (*COLUMNS[:group], ("lo", "int"), ("hi", "int"))
    own = same(program_of(counts=[count], n=columns), {"a": a, "b": {}})
    expected = {
        (*key, sum(certain for row, certain in a.items() if row[:group] == key),
         sum(row[:group] == key for row in a))
        for key in ({row[:group] for row in a} if group else {()})
    }  # fmt: skip
    assert own["count"] == expected


@settings(max_examples=25)
@given(a=ROWS, groups=st.sets(st.tuples(TEXTS, NUMBERS), max_size=4))
def test_counts_with_groups_that_may_have_none(a, groups):
    count = Count("count", "r", "n", "a", 2, 1, "d")
    columns = (*COLUMNS[:2], ("lo", "int"), ("hi", "int"))
    program = program_of(counts=[count], n=columns, d=COLUMNS[:2])
    own = same(program, {"a": a, "b": {}, "d": groups})
    expected = {
        (*key, sum(certain for row, certain in a.items() if row[:2] == key),
         sum(row[:2] == key for row in a))
        for key in {row[:2] for row in a} | groups
    }  # fmt: skip
    assert own["count"] == expected


def test_rows_that_the_rules_state_are_joined_like_others():
    clause = made_of([Atom("a", (V("k"), V("x"), V("y")), True)])
    program = program_of(clause)._replace(constants={"a": (("P", 1, 2),)})
    own = evaluate(program, {"a": {("Q", 3, 4): 0}, "b": {}}, nothing, SQLite(program)).bindings
    assert own["only"] == {("P", 1, 2)}
    assert answers(program, {"a": {("Q", 3, 4): 0}, "b": {}}) == own


def test_the_first_ids_after_the_counted_ones_are_new_too():
    ids = list(itertools.islice(durable.fact_ids(), durable.COLLISION_FREE_IDS + 500))
    assert len({durable.fnv1a(id_.encode()) for id_ in ids}) == len(ids) == len(set(ids))


def test_indexes_have_names_of_their_own_when_a_relation_is_written_anew(monkeypatch):
    """A function's rows grow from level to level; its indexes go, those of others stay."""
    monkeypatch.setattr("ccm_rules.engines.sql.sqlite.WORTH_AN_INDEX", 0)
    first = Atom("a", (V("k"), V("x"), V("y")), True)
    kept = Absence("b", (V("k"), None, None), (), False)
    growing = Absence("grows", (V("k"), None, None), (), False)
    clause = made_of([first], (), [growing, kept])
    program = program_of(clause, grows=COLUMNS)
    backend = SQLite(program)
    rows = {"a": {("P", 1, 1): 1, ("Q", 1, 1): 1, ("R", 1, 1): 1}, "b": {("Q", 0, 0): 1}}
    for grown, left in (({}, {("P", 1, 1), ("R", 1, 1)}), ({("R", 0, 0): 1}, {("P", 1, 1)})):
        ((_, found),) = backend.level([clause], [], {**rows, "grows": grown})
        assert set(found) == left
