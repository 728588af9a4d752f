"""The clauses of a finding: what a rule finds goes in; its rows and how they read come out."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ccm_rules.compiler import duty_status as duties
from ccm_rules.compiler.emitting import Emitter, check_template, join
from ccm_rules.compiler.info import FindingInfo
from ccm_rules.compiler.types import CompileError, Types, refuse_unbound
from ccm_rules.law.rule import Body, Comparison, Duty, FindingRule, Pattern, Rule, Var
from ccm_rules.law.rule import Term as SurfaceTerm
from ccm_rules.words.template import names_in

_MET = ("met", "met-late", "met-timing-open")


def finding(made: Emitter, rule: Rule, item: FindingRule) -> None:
    """Say something when conditions hold, or when a duty has a status."""
    relation = f"finding {rule.name}/{item.name}"
    body = made.in_force(rule, item.body)
    variants = [(item.status or "", body)]
    if item.when and rule.duty is not None:
        own = f"duty {rule.name}"
        if own not in made.types:
            return  # what is wrong with the duty is said already
        whose = Pattern(own, {name: Var(name) for name in made.types[own]})
        variants = list(_of_statuses(rule.name, rule.duty, item.when, whose, body))
    columns = _common_types(made, [variant for _, variant in variants])
    status_column = {"status": "text"} if "status" not in columns else {}
    made.types[relation] = {**columns, **status_column}
    made.declare(relation)
    for key, text in (("says", item.says), ("remedy", item.remedy)):
        check_template(text, {**columns, "as_of": "when"}, key)
    for number, (status, variant) in enumerate(variants):
        fields: dict[str, SurfaceTerm] = {
            **{n: Var(n) for n in columns},
            **dict.fromkeys(status_column, status),
        }
        terms = made.head_terms(relation, fields, made.body_types(variant))
        made.emit(rule, f"{relation} {number}", relation, terms, variant)
    made.findings[relation] = _info(made, rule, item, relation, columns)


def _of_statuses(
    rule: str, duty: Duty, statuses: tuple[str, ...], whose: Pattern, body: Body
) -> Iterator[tuple[str, Body]]:
    """The ways in which a duty has one of some statuses; of one that is met, by what."""
    for status in statuses:
        fields: dict[str, SurfaceTerm] = {
            "rule": rule,
            "party": duty.party,
            "item": duty.item,
            "n": duty.n,
            "status": status,
            "due": Var("due"),
            "until": Var("until"),
        }
        joined = Body(all=(whose, Pattern(duties.STATUS, fields)))
        met = duty.met_by if status in _MET else ()
        operator = {"met": "<=", "met-late": ">"}.get(status)
        for alternative in met or (Body(),):
            full = join(joined, alternative)
            if met and operator:
                in_time = Comparison(Var("done"), operator, Var("due"))
                full = attrs.evolve(full, conditions=(*full.conditions, in_time))
            yield status, join(full, body)


def _common_types(made: Emitter, bodies: list[Body]) -> Types:
    """The variables that all of some bodies bind, in order."""
    types = made.body_types(bodies[0])
    for body in bodies[1:]:
        other = made.body_types(body)
        types = {name: type_ for name, type_ in types.items() if name in other}
    types.pop("as_of", None)
    return {name: types[name] for name in sorted(types)}


def _info(
    made: Emitter, rule: Rule, item: FindingRule, relation: str, columns: Types
) -> FindingInfo:
    duty = rule.duty if item.when else None
    party, key = _whose(item, duty, columns)
    due = item.due.name if item.due is not None else ""
    refuse_unbound([*key, *filter(None, (party, due))], columns)
    days = [name for name in names_in(item.remedy) if columns.get(name) == "when"]
    if item.remedy_until is not None:
        days.append(item.remedy_until.name)
        if columns.get(days[-1]) != "when":
            message = f"remedy_until: ?{days[-1]} is no day"
            raise CompileError(message, "name a day that the conditions bind", "remedy_until")
    if duty is not None:
        due = due or "due"
    return FindingInfo(
        rule.name,
        item.name,
        relation,
        tuple(made.types[relation].items()),
        tuple(key),
        party,
        due,
        item.status or "",
        item.severity,
        item.basis,
        item.says,
        item.remedy,
        tuple(dict.fromkeys(day for day in days if day not in ("as_of", "until"))),
        duty is not None,
        item.silent_open,
    )


def _whose(item: FindingRule, duty: Duty | None, columns: Types) -> tuple[str, list[str]]:
    """The variable of the State, or none, and those that identify the finding."""
    key = [var.name for var in item.key]
    party = item.party.name if item.party is not None else ""
    if duty is not None:
        key = key or [t.name for t in (duty.party, duty.item, duty.n) if isinstance(t, Var)]
        party = party or (duty.party.name if isinstance(duty.party, Var) else "")
    if not party and columns.get("p") == "party":
        party = "p"
    if party and party not in key:
        key.insert(0, party)
    return party, key
