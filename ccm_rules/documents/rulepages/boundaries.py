"""A rule with its cases goes in; out come the boundary days of its duty, and who tests them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from ccm_rules.authoring.cases import case_record
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import day
from ccm_rules.law.rule import Rule
from ccm_rules.report.checking import check
from ccm_rules.words.language import mark

_UNDONE: Final = ("upcoming", "due-soon")
_PASSED: Final = ("overdue", "window-closed", "lapsed", "pending", "review")


class Seen(NamedTuple):
    """A duty as a case shows it.

    Attributes:
        case: name of the case.
        judged: its as-of day, as an ordinal.
        due: the due day.
        status: of the duty.
        done: the days on which it was met.
        soon: the first day on which it is due soon, or 0.
    """

    case: str
    judged: int
    due: int
    status: str
    done: frozenset[int]
    soon: int


#: What holds on a day, and a case that shows it.
Boundary = tuple[str, Seen | None]

#: What is said of each side of the due day, and whether a case shows it.
_SIDES: Final[tuple[tuple[str, Callable[[Seen], bool]], ...]] = (
    (mark("Done on the due day: in time."),
     lambda s: s.status == "met" and s.due in s.done),
    (mark("Done on the day after: late."),
     lambda s: s.status == "met-late" and s.due + 1 in s.done),
    (mark("Not done, on the due day itself: not yet overdue."),
     lambda s: s.status in _UNDONE and s.judged == s.due),
    (mark("Not done, on the day after: passed, where the record is complete so far."),
     lambda s: s.status in _PASSED and s.judged == s.due + 1),
)  # fmt: skip
#: The same for the first day on which a duty is due soon.
_SOON: Final[tuple[tuple[str, Callable[[Seen], bool]], ...]] = (
    (mark("On the last day before it is due soon: upcoming."),
     lambda s: s.status == "upcoming" and s.judged == s.soon - 1),
    (mark("On the first day of being due soon: due soon."),
     lambda s: s.status == "due-soon" and s.judged == s.soon),
)  # fmt: skip


def boundaries(rule: Rule, rulebook: Rulebook) -> Iterator[Boundary]:
    """The boundary days of a rule's duty: what holds on each, and a case that shows it.

    Args:
        rule: a rule with its cases.
        rulebook: the rule with those that it reads.

    Raises:
        InputError: a case of the rule is wrong.
    """
    if rule.duty is not None:
        seen = list(_cases(rule, rulebook))
        for says, holds in (*_SIDES, *(_SOON if rule.duty.soon is not None else ())):
            yield says, next((one for one in seen if holds(one)), None)


def _cases(rule: Rule, rulebook: Rulebook) -> Iterator[Seen]:
    for case in rule.cases:
        record = case_record(rule, case, rulebook.vocabulary, rulebook.parties)
        known = day(case.known_by) if case.known_by is not None else None
        report = check(record, rulebook, known=known, engines=("sqlite",))
        for duty in report.duties():
            if duty.rule != rule.name or duty.status == "open" or not duty.due.exact:
                continue
            done = frozenset(when.earliest for when in report.done(duty) if when.exact)
            soon = report.soon(duty)
            first = soon.earliest if soon is not None and soon.exact else 0
            yield Seen(case.name, report.as_of, duty.due.earliest, duty.status, done, first)
