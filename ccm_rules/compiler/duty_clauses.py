"""The clauses of a duty: a duty goes in; when it is due, met, void or on record comes out.

What follows from them, its status, is the same for all duties: `ccm_rules.compiler.duty_status`.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from ccm_rules.compiler import duty_status as duties
from ccm_rules.compiler.emitting import Emitter, join
from ccm_rules.compiler.program import Term
from ccm_rules.compiler.recurring import recurring
from ccm_rules.compiler.types import CompileError, terms_of
from ccm_rules.dates import Period
from ccm_rules.law.rule import Arithmetic, Body, Comparison, Duty, Pattern, Rule, Var
from ccm_rules.law.rule import Term as SurfaceTerm


def duty(made: Emitter, rule: Rule, item: Duty) -> None:
    """State the duty, what meets it, and what else bears on its status."""
    body = made.in_force(rule, item.body)
    if isinstance(item.due, Arithmetic) and item.due.recurs:
        body = recurring(made, rule, item.due, body)
    elif isinstance(item.due, Arithmetic):
        body = attrs.evolve(body, let={**body.let, "due": item.due})
    elif item.due.name != "due":
        raise CompileError(
            "the day of a duty is called ?due",
            "bind ?due, or reckon it: due = { from = …, add = … }",
        )
    types = made.body_types(body)
    if types.get("due") != "when":
        raise CompileError("?due is no day", "bind ?due to a date")
    key: dict[str, SurfaceTerm] = {"party": item.party, "item": item.item, "n": item.n}
    made.fits(key, {"party": "party", "item": "text", "n": "int"}, types)
    own = f"duty {rule.name}"
    columns = {name: types[name] for name in sorted(types)}
    made.types[own] = columns
    made.declare(own)
    own_fields: dict[str, SurfaceTerm] = {name: Var(name) for name in columns}
    made.emit(rule, own, own, made.head_terms(own, own_fields, types), body)
    whose = Pattern(own, own_fields)
    subject: tuple[Term, ...] = (
        rule.name,
        *terms_of(item.party, "text"),
        *terms_of(item.item, "text"),
        *terms_of(item.n, "int"),
    )
    base, soon = Body(all=(whose,)), Var("due")
    if item.soon is not None:
        soon = Var("soon")
        base = attrs.evolve(base, let={"soon": Arithmetic(Var("due"), item.soon)})
    lapse = duties.WINDOW if not item.owed else duties.LAPSES if item.requested_by else duties.OWED
    head = (*subject, *terms_of(Var("due"), "when"), *terms_of(soon, "when"), lapse)
    made.emit(rule, own + " stated", duties.DUTY, head, base)
    for number, alternative in enumerate(item.ended_by):
        joined = join(Body(all=(whose,)), alternative)
        if "end" in types or made.body_types(joined).get("end") != "when":
            raise CompileError(
                "what ends a duty must bind ?end, the first day on which it is owed no more",
                'ended_by = { fact = "withdrawal-effect", party = "?p", date = "?end" }',
            )
        last = Arithmetic(Var("end"), Period(days=-1))
        joined = attrs.evolve(joined, let={**joined.let, "last": last})
        terms = (*subject, *terms_of(Var("end"), "when"), *terms_of(Var("last"), "when"))
        made.emit(rule, f"{own} ended {number}", duties.END, terms, joined)
    for number, alternative in enumerate(item.met_by):
        joined = join(Body(all=(whose,)), alternative)
        if made.body_types(joined).get("done") != "when":
            raise CompileError(
                "what meets a duty must bind ?done, the day on which it was done",
                'met_by = { fact = "report", …, date = "?done" }',
            )
        if item.ended_by:
            # What was done afterwards meets it no more.
            ended = Pattern(
                duties.END,
                {"rule": rule.name, **key, "end": Var("end")},
                (Comparison(Var("end"), "<=", Var("done")),),
            )
            joined = attrs.evolve(joined, unless=(*joined.unless, ended))
        terms = (*subject, *terms_of(Var("done"), "when"))
        made.emit(rule, f"{own} met {number}", duties.MET, terms, joined)
    for name, alternatives in (
        (duties.VOID, item.void_by),
        (duties.REPLACED, item.replaced_by),
        (duties.PENDING, item.pending_by),
        (duties.REQUESTED, item.requested_by),
        (duties.REVIEW, item.review_if),
        # Asked of what can be extended alone: see `ccm_rules.report.duties.Duties.undecided`.
        (duties.KNOWN, (item.known_if or (Body(),)) if item.requested_by else ()),
    ):
        for number, alternative in enumerate(alternatives):
            joined = join(Body(all=(whose,)), alternative)
            made.emit(rule, f"{own} {name} {number}", name, subject, joined)
    for number, alternative in enumerate(item.open_if):
        joined = join(Body(all=(whose,)), alternative)
        made.emit(rule, f"{own} open {number}", duties.SETTLED, subject, joined, (False,), True)
    for name, records in (
        (duties.RECORD, item.record),
        (duties.REQUEST_RECORD, item.requested_record),
    ):
        _complete(made, rule, f"{own} {name}", name, subject, whose, records)


def _complete(
    made: Emitter,
    rule: Rule,
    label: str,
    head: str,
    subject: tuple[Term, ...],
    whose: Pattern,
    records: Sequence[Pattern],
) -> None:
    """Until when the record is complete: until all that it needs is, so the earliest day."""
    asked = tuple(
        attrs.evolve(record, record=True, fields={**record.fields, "until": Var(f"until{number}")})
        for number, record in enumerate(records)
    )
    for number in range(len(asked)):
        earliest = tuple(
            Comparison(Var(f"until{number}"), "<" if other < number else "<=", Var(f"until{other}"))
            for other in range(len(asked))
            if other != number
        )
        body = Body(all=(whose, *asked), conditions=earliest)
        terms = (*subject, *terms_of(Var(f"until{number}"), "when"))
        made.emit(rule, f"{label} {number}", head, terms, body, modes=(True,))
