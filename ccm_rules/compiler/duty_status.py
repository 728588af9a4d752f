"""The status of a duty: what bears on it goes in, its status on the as-of day comes out.

The statuses are those of the design. The clauses below are written out, and not
in rule files, because they are not the law of any treaty: they say what
"overdue" means when dates are vague and the record may be incomplete.

A status is certain by construction. What is neither met, nor passed, nor known
to be undone is `open`: the record cannot tell.
"""

from __future__ import annotations

from typing import Final

from ccm_rules.compiler.program import Absence, Atom, Clause, Condition, Term, Variable

DUTY: Final = "duty"
MET: Final = "duty met"
VOID: Final = "duty void"
REPLACED: Final = "duty replaced"
PENDING: Final = "duty pending"
REQUESTED: Final = "duty requested"
REVIEW: Final = "duty for review"
RECORD: Final = "duty record"
REQUEST_RECORD: Final = "duty request record"
STATUS: Final = "duty-status"
OPEN: Final = "duty open"
SETTLED: Final = "duty settled"
_UNMET: Final = "duty unmet"

#: What a duty is once its day has passed with nothing on record, as the column `passes` says:
#: overdue, lapsed where no request is on record, or a window that has closed.
OWED: Final = 0
LAPSES: Final = 1
WINDOW: Final = 2

_KEY: Final = (("rule", "text"), ("party", "text"), ("item", "text"), ("n", "int"))
_DUE: Final = (("due_lo", "int"), ("due_hi", "int"))

#: Fields of `STATUS` as rules see them.
STATUS_TYPES: Final = {
    "rule": "text",
    "party": "party",
    "item": "text",
    "n": "int",
    "status": "text",
    "due": "when",
    "until": "when",
}

SCHEMA: Final = {
    DUTY: (*_KEY, *_DUE, ("soon_lo", "int"), ("soon_hi", "int"), ("passes", "int")),
    MET: (*_KEY, ("done_lo", "int"), ("done_hi", "int")),
    VOID: _KEY,
    REPLACED: _KEY,
    PENDING: _KEY,
    REQUESTED: _KEY,
    REVIEW: _KEY,
    RECORD: (*_KEY, ("until_lo", "int"), ("until_hi", "int")),
    REQUEST_RECORD: (*_KEY, ("until_lo", "int"), ("until_hi", "int")),
    SETTLED: _KEY,
    _UNMET: (*_KEY, *_DUE, ("soon_hi", "int"), ("passes", "int")),
    OPEN: (*_KEY, *_DUE),
}
INTERVALS: Final = {
    DUTY: ((4, 5), (6, 7)),
    MET: ((4, 5),),
    RECORD: ((4, 5),),
    REQUEST_RECORD: ((4, 5),),
    _UNMET: ((4, 5),),
    OPEN: ((4, 5),),
}

V = Variable
_K: tuple[Term, ...] = (V("rule"), V("party"), V("item"), V("n"))
_D: tuple[Term, ...] = (V("due_lo"), V("due_hi"))
_TODAY = Atom("as-of", (V("today"), V("_today")), False)


def _any(relation: str, *conditions: Condition, extra: tuple[Term | None, ...] = ()) -> Absence:
    return Absence(relation, (*_K, *extra), conditions, False)


def _sure(relation: str, *conditions: Condition, extra: tuple[Term | None, ...] = ()) -> Absence:
    return Absence(relation, (*_K, *extra), conditions, True)


def _is(left: str, operator: str, right: str) -> Condition:
    return Condition(operator, V(left), V(right))  # type: ignore[arg-type]


def status_clauses() -> list[Clause]:
    """The clauses that give every duty its status."""
    clauses: list[Clause] = []

    def clause(
        name: str,
        head: str,
        terms: tuple[Term, ...],
        body: tuple[Atom, ...],
        conditions: tuple[Condition, ...] = (),
        absences: tuple[Absence, ...] = (),
        certain: bool = True,
    ) -> None:
        variables = tuple(
            dict.fromkeys(t.name for a in body for t in a.terms if isinstance(t, Variable))
        )
        clauses.append(
            Clause(
                f"duty#{len(clauses)} {name}",
                "",
                head,
                terms,
                certain,
                0,
                False,
                body,
                conditions,
                absences,
                variables,
            )
        )

    def status(
        name: str,
        body: tuple[Atom, ...],
        conditions: tuple[Condition, ...] = (),
        absences: tuple[Absence, ...] = (),
        until: str = "today",
    ) -> None:
        terms = (*_K, name, *_D, V(until), V(until))
        clause(f"{name} ({until})", STATUS, terms, body, conditions, absences)

    terms = (*_K, *_D, V("soon_lo"), V("soon_hi"), V("passes"))
    duty = Atom(DUTY, terms, True)
    unmet = Atom(_UNMET, (*_K, *_D, V("soon_hi"), V("passes")), True)
    met = Atom(MET, (*_K, V("done_lo"), V("done_hi")), True)
    other: tuple[Term | None, ...] = (V("other_lo"), V("other_hi"))

    # Replaced by an extension, or found to be without object.
    for relation in (REPLACED, VOID):
        for certain in (True, False):
            clause(
                f"settled by {relation}",
                SETTLED,
                _K,
                (Atom(relation, _K, certain),),
                certain=certain,
            )
    status("superseded", (duty, Atom(REPLACED, _K, True), _TODAY))
    status("without-object", (duty, Atom(VOID, _K, True), _TODAY), (), (_any(REPLACED),))
    live = (_any(SETTLED),)

    # Done: in time, late, or at a time too vague to tell.
    status("met", (met, duty, _TODAY), (_is("done_hi", "<=", "due_lo"),), live)
    status(
        "met-late",
        (met, duty, _TODAY),
        (_is("done_lo", ">", "due_hi"),),
        (*live, _any(MET, _is("other_lo", "<=", "due_hi"), extra=other)),
    )
    maybe = Atom(MET, (*_K, V("other_lo"), V("other_hi")), False)
    status(
        "met-timing-open",
        (met, duty, maybe, _TODAY),
        (_is("other_lo", "<=", "due_hi"),),
        (*live, _sure(MET, _is("sure_hi", "<=", "due_lo"), extra=(V("sure_lo"), V("sure_hi")))),
    )

    # Not done, as far as the record shows.
    clause(
        "unmet",
        _UNMET,
        (*_K, *_D, V("soon_hi"), V("passes")),
        (duty,),
        (),
        (*live, _sure(MET, extra=(None, None))),
    )
    # "Due soon" only if it is so whatever the day turns out to be, and neither where
    # the duty may be met already.
    nothing_yet = (_any(MET, extra=(None, None)),)
    status(
        "upcoming",
        (unmet, _TODAY),
        (_is("today", "<=", "due_lo"), _is("today", "<", "soon_hi")),
        nothing_yet,
    )
    status(
        "due-soon",
        (unmet, _TODAY),
        (_is("today", "<=", "due_lo"), _is("today", ">=", "soon_hi")),
        nothing_yet,
    )
    passed = (_is("today", ">", "due_hi"),)
    undone = (_any(MET, extra=(None, None)), _any(REVIEW))
    status(
        "review", (unmet, Atom(REVIEW, _K, True), _TODAY), passed, (_any(MET, extra=(None, None)),)
    )
    status("pending", (unmet, Atom(PENDING, _K, True), _TODAY), passed, undone)
    complete = Atom(RECORD, (*_K, V("until"), V("_until")), True)
    asked = Atom(REQUEST_RECORD, (*_K, V("asked"), V("_asked")), True)
    covered = (*passed, _is("until", ">", "due_hi"))
    for limit, within in (
        ("today", _is("today", "<=", "until")),
        ("until", _is("until", "<", "today")),
    ):
        plain = (*covered, within)
        status(
            "overdue",
            (unmet, complete, _TODAY),
            (*plain, Condition("==", V("passes"), OWED)),
            (*undone, _any(PENDING)),
            limit,
        )
        status(
            "overdue",
            (unmet, complete, Atom(REQUESTED, _K, True), _TODAY),
            plain,
            (*undone, _any(PENDING)),
            limit,
        )
        status(
            "window-closed",
            (unmet, complete, _TODAY),
            (*plain, Condition("==", V("passes"), WINDOW)),
            (*undone, _any(PENDING)),
            limit,
        )
        status(
            "lapsed",
            (unmet, complete, asked, _TODAY),
            (*plain, Condition("==", V("passes"), LAPSES), _is("asked", ">", "due_hi")),
            (*undone, _any(PENDING), _any(REQUESTED)),
            limit,
        )
    # The rest: passed and not known to be undone, or not even known to exist or to be live.
    nothing = (Absence(STATUS, (*_K, None, None, None, None, None), (), False),)
    clause("open: unmet", OPEN, (*_K, *_D), (unmet,), (), nothing)
    clause("open: possible", OPEN, (*_K, *_D), (Atom(DUTY, terms, False, open=True),))
    clause("open: perhaps settled", OPEN, (*_K, *_D), (Atom(SETTLED, _K, False, open=True), duty))
    return clauses
