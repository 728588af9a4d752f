"""Registers that have gone stale: a report goes in; out come those, with what rests on them.

A register is stale that ended more than a year before the as-of day, while a duty stands as it
showed then, or is open since. That is told to whoever keeps the record: it says nothing of a
State.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ccm_rules.compiler.duty_status import RECORD, REQUEST_RECORD
from ccm_rules.record.model import Register
from ccm_rules.report.known_days import year_before
from ccm_rules.report.provenance import Complete

if TYPE_CHECKING:
    from ccm_rules.report.views import Report


class Stale(NamedTuple):
    """A register that has gone stale.

    Attributes:
        register: the register.
        text: what it is complete for, and until when.
        says: the same, and what can be done; equal from one day to the next.
    """

    register: Register
    text: str
    says: str


def stale_registers(report: Report) -> tuple[Stale, ...]:
    """The registers that have gone stale, in the order of the record."""
    evaluation = report.evaluation
    since = year_before(report.as_of)
    resting = {d.key for d in report.duties() if not d.current or d.status == "open"}
    found: dict[str, Register] = {}
    for relation in (RECORD, REQUEST_RECORD):
        for row in evaluation.derived.rows.get(relation, ()):
            if int(row[4]) < since and row[:4] in resting:
                step = evaluation.provenance.step(relation, row)
                for one in step.parents:
                    if isinstance(one, Complete) and one.register.until.latest < since:
                        found[one.register.place] = one.register
    order = {register.place: number for number, register in enumerate(report.record.registers)}
    places = sorted(found, key=lambda place: order.get(place, 0))
    return tuple(_stale(report, found[place]) for place in places)


def _stale(report: Report, register: Register) -> Stale:
    text = report.stated(register).text
    says = report.words.language.say(
        "{register} That is more than a year ago, and duties rest on it: what it showed is no "
        "finding of today. Enter what is known since, with a register that says until when.",
        register=text,
    )
    return Stale(register, text, says)
