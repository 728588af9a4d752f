"""The status of a duty: what bears on it goes in, its status on the as-of day comes out.

The statuses are those of the design. The clauses below are written out, and not
in rule files, because they are not the law of any treaty: they say what
"overdue" means when dates are vague and the record may be incomplete.

A status is certain by construction. What is neither met, nor passed, nor known
to be undone is `open`: the record cannot tell.

What ends a duty (`END`: a withdrawal, say) makes one that is due on that day or later
none (`CEASED`). One that was due before is judged on the last day on which nothing had
ended it for sure (`ENDED`), and on no later one: its status stays what it was.
"""

from __future__ import annotations

from typing import Final

from ccm_rules.compiler.program import Absence, Atom, Clause, Condition, Term, Variable

DUTY: Final = "duty"
MET: Final = "duty met"
VOID: Final = "duty void"
REPLACED: Final = "duty replaced"
END: Final = "duty end"
CEASED: Final = "duty ceased"
ENDED: Final = "duty ended"
PENDING: Final = "duty pending"
REQUESTED: Final = "duty requested"
REVIEW: Final = "duty for review"
KNOWN: Final = "duty known"
RECORD: Final = "duty record"
REQUEST_RECORD: Final = "duty request record"
STATUS: Final = "duty-status"
OPEN: Final = "duty open"
#: Before the name of the rule whose day comes again and again.
RECURRENCE: Final = "recurrence "
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

#: Fields of `END`, as the clauses of a duty see them.
END_TYPES: Final = {
    "rule": "text",
    "party": "party",
    "item": "text",
    "n": "int",
    "end": "when",
    "last": "when",
}

SCHEMA: Final = {
    DUTY: (*_KEY, *_DUE, ("soon_lo", "int"), ("soon_hi", "int"), ("passes", "int")),
    MET: (*_KEY, ("done_lo", "int"), ("done_hi", "int")),
    VOID: _KEY,
    REPLACED: _KEY,
    END: (
        *_KEY,
        *(("end_lo", "int"), ("end_hi", "int")),
        *(("last_lo", "int"), ("last_hi", "int")),
    ),
    CEASED: (*_KEY, *_DUE),
    ENDED: (*_KEY, ("last", "int"), ("_last", "int")),
    PENDING: _KEY,
    REQUESTED: _KEY,
    REVIEW: _KEY,
    KNOWN: _KEY,
    RECORD: (*_KEY, ("until_lo", "int"), ("until_hi", "int")),
    REQUEST_RECORD: (*_KEY, ("until_lo", "int"), ("until_hi", "int")),
    SETTLED: _KEY,
    _UNMET: (*_KEY, *_DUE, ("soon_hi", "int"), ("passes", "int")),
    OPEN: (*_KEY, *_DUE),
}
INTERVALS: Final = {
    DUTY: ((4, 5), (6, 7)),
    MET: ((4, 5),),
    END: ((4, 5), (6, 7)),
    CEASED: ((4, 5),),
    RECORD: ((4, 5),),
    REQUEST_RECORD: ((4, 5),),
    _UNMET: ((4, 5),),
    OPEN: ((4, 5),),
}
#: The fields of what bears on duties, as rules would see them.
BEARING: Final = {
    relation: {
        name.removesuffix("_lo"): "when" if name.endswith("_lo") else type_
        for name, type_ in columns
        if not name.endswith("_hi")
    }
    for relation, columns in SCHEMA.items()
    if relation != _UNMET  # of which half a day is kept
}

V = Variable
_K: tuple[Term, ...] = (V("rule"), V("party"), V("item"), V("n"))
_D: tuple[Term, ...] = (V("due_lo"), V("due_hi"))
_TODAY = Atom("as-of", (V("today"), V("_today")), False)
#: In its place, for a duty that has ended: the last day on which it was owed for sure.
_LAST = Atom(ENDED, (*_K, V("today"), V("_today")), False)


def _any(relation: str, *conditions: Condition, extra: tuple[Term | None, ...] = ()) -> Absence:
    return Absence(relation, (*_K, *extra), conditions, False)


def _sure(relation: str, *conditions: Condition, extra: tuple[Term | None, ...] = ()) -> Absence:
    return Absence(relation, (*_K, *extra), conditions, True)


#: Nothing has ended the duty, as far as the record shows.
_ON = _any(ENDED, extra=(None, None))


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
        passed: bool | None = None,
    ) -> None:
        """A status on the as-of day, and at the close of the last day of what has ended.

        It is one of before or after the due day, or of both; of what has ended that day
        has passed.
        """
        terms = (*_K, name, *_D, V(until), V(until))
        now = (*conditions, *((_is("today", ">", "due_hi"),) if passed else ()))
        clause(f"{name} ({until})", STATUS, terms, (*body, _TODAY), now, (*absences, _ON))
        if passed is not False:
            last = (*body, _LAST)
            clause(f"{name} ({until}), ended", STATUS, terms, last, conditions, absences)

    terms = (*_K, *_D, V("soon_lo"), V("soon_hi"), V("passes"))
    duty = Atom(DUTY, terms, True)
    unmet = Atom(_UNMET, (*_K, *_D, V("soon_hi"), V("passes")), True)
    met = Atom(MET, (*_K, V("done_lo"), V("done_hi")), True)
    other: tuple[Term | None, ...] = (V("other_lo"), V("other_hi"))

    # Ended: due on the day from which it is owed no more, or judged on the day before.
    end = (*_K, V("end_lo"), V("end_hi"), V("last_lo"), V("last_hi"))
    perhaps = Atom(DUTY, terms, False)
    clause(
        "ceased",
        CEASED,
        (*_K, *_D),
        (Atom(END, end, True), perhaps),
        (_is("end_hi", "<=", "due_lo"),),
    )
    clause(
        "perhaps ceased",
        CEASED,
        (*_K, *_D),
        (Atom(END, end, False), perhaps),
        (_is("end_lo", "<=", "due_hi"),),
        certain=False,
    )
    sooner: tuple[Term | None, ...] = (V("sooner"), None, None, None)
    clause(
        "ended",
        ENDED,
        (*_K, V("last_lo"), V("last_lo")),
        (Atom(END, end, False), Atom("as-of", (V("as_of"), V("_as_of")), False)),
        (_is("end_lo", "<=", "as_of"),),
        (_any(END, _is("sooner", "<", "end_lo"), extra=sooner),),
    )

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
    owed = (_any(CEASED, extra=_D),)
    status("superseded", (duty, Atom(REPLACED, _K, True)), (), owed)
    status("without-object", (duty, Atom(VOID, _K, True)), (), (*owed, _any(REPLACED)))
    live = (*owed, _any(SETTLED))

    # Done: in time, late, or at a time too vague to tell. What a Meeting may have extended, and
    # what may have been asked for before, is late only where the record of that is complete.
    complete = Atom(RECORD, (*_K, V("until"), V("_until")), True)
    late = (_is("done_lo", ">", "due_hi"),)
    no_sooner = (*live, _any(MET, _is("other_lo", "<=", "due_hi"), extra=other))
    extended = Condition("!=", V("passes"), OWED)
    covered = _is("until", ">", "due_hi")
    status("met", (met, duty), (_is("done_hi", "<=", "due_lo"),), live)
    status("met-late", (met, duty), (*late, Condition("==", V("passes"), OWED)), no_sooner)
    status("met-late", (met, duty, complete), (*late, extended, covered), no_sooner)
    unknown = _any(RECORD, covered, extra=(V("until"), None))
    status("met-timing-open", (met, duty), (*late, extended), (*no_sooner, unknown))
    maybe = Atom(MET, (*_K, V("other_lo"), V("other_hi")), False)
    status(
        "met-timing-open",
        (met, duty, maybe),
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
        (unmet,),
        (_is("today", "<=", "due_lo"), _is("today", "<", "soon_hi")),
        nothing_yet,
        passed=False,
    )
    status(
        "due-soon",
        (unmet,),
        (_is("today", "<=", "due_lo"), _is("today", ">=", "soon_hi")),
        nothing_yet,
        passed=False,
    )
    undone = (_any(MET, extra=(None, None)), _any(REVIEW))
    status(
        "review", (unmet, Atom(REVIEW, _K, True)), (), (_any(MET, extra=(None, None)),), passed=True
    )
    status("pending", (unmet, Atom(PENDING, _K, True)), (), undone, passed=True)
    asked = Atom(REQUEST_RECORD, (*_K, V("asked"), V("_asked")), True)
    for limit, within in (
        ("today", _is("today", "<=", "until")),
        ("until", _is("until", "<", "today")),
    ):
        plain = (covered, within)
        status(
            "overdue",
            (unmet, complete),
            (*plain, Condition("==", V("passes"), OWED)),
            (*undone, _any(PENDING)),
            limit,
            passed=True,
        )
        status(
            "overdue",
            (unmet, complete, Atom(REQUESTED, _K, True)),
            plain,
            (*undone, _any(PENDING)),
            limit,
            passed=True,
        )
        status(
            "window-closed",
            (unmet, complete),
            (*plain, Condition("==", V("passes"), WINDOW)),
            (*undone, _any(PENDING)),
            limit,
            passed=True,
        )
        status(
            "lapsed",
            (unmet, complete, asked),
            (*plain, Condition("==", V("passes"), LAPSES), _is("asked", ">", "due_hi")),
            (*undone, _any(PENDING), _any(REQUESTED)),
            limit,
            passed=True,
        )
    # The rest: passed and not known to be undone, or not even known to exist or to be live.
    nothing = (Absence(STATUS, (*_K, None, None, None, None, None), (), False),)
    clause("open: unmet", OPEN, (*_K, *_D), (unmet,), (), (*nothing, _ON))
    clause("open: unmet, ended", OPEN, (*_K, *_D), (unmet, _LAST), (), nothing)
    ceased = _sure(CEASED, extra=_D)
    clause(
        "open: possible", OPEN, (*_K, *_D), (Atom(DUTY, terms, False, open=True),), (), (ceased,)
    )
    clause(
        "open: perhaps settled",
        OPEN,
        (*_K, *_D),
        (Atom(SETTLED, _K, False, open=True), duty),
        (),
        (ceased,),
    )
    clause(
        "open: perhaps ceased", OPEN, (*_K, *_D), (Atom(CEASED, (*_K, *_D), False, open=True), duty)
    )
    return clauses
