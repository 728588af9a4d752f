"""Words of the rule language by key: severities, statuses, natures, grounds."""

from __future__ import annotations

from typing import Final

from ccm_rules.words.language import mark

SEVERITY_WORDS: Final = {
    "serious": mark("serious"),
    "warning": mark("warning"),
    "notice": mark("notice"),
    "info": mark("information"),
}
STATUS_WORDS: Final = {
    "upcoming": mark("upcoming"),
    "due-soon": mark("due soon"),
    "overdue": mark("overdue"),
    "window-closed": mark("last day passed; none on record"),
    "met": mark("met"),
    "met-late": mark("met late"),
    "met-timing-open": mark("met; the day is open"),
    "pending": mark("a request is before a Meeting"),
    "lapsed": mark("passed without a request"),
    "superseded": mark("replaced by an extension"),
    "without-object": mark("without object"),
    "review": mark("for a person to judge"),
    "open": mark("open: the record cannot tell"),
}
#: Of a request for more time, which may be lodged until a day, and is not owed.
WINDOW_WORDS: Final = {
    "window-closed": mark("last day passed; no request on record"),
    "met": mark("lodged in time"),
    "met-late": mark("lodged after the last day"),
    "met-timing-open": mark("lodged; the day is open"),
}
BINDING_WORDS: Final = {
    "legal": mark("legal duty"),
    "practice": mark("practice of Meetings"),
    "political": mark("political commitment"),
    "record": mark("about the record"),
}
BASIS_WORDS: Final = {
    "computed": mark("computed: arithmetic on dates"),
    "reported": mark("reported by a source"),
    "found": mark("found by a Meeting"),
}
#: On what a number rests.
GROUND_WORDS: Final = {
    "derived": mark("derived: every member is on record"),
    "stated": mark("stated by a source"),
    "unknown": mark("not known"),
    "not-applicable": mark("a source says that it does not apply"),
}
#: What a State may announce about more time, as facts name it.
ANNOUNCED_WORDS: Final = {
    "on-track": mark("reports to be on track"),
    "no-request-intended": mark("intends no request"),
    "request-intended": mark("intends a request"),
    "request-expected": mark("a request is expected of it"),
    "may-need-extension": mark("may need more time"),
}
#: Where a State stands towards the treaty, as rules derive it.
STAGE_WORDS: Final = {
    "in-force": mark("State Party: {treaty} is in force for it."),
    "deposited-not-in-force": mark(
        "It has deposited its instrument; {treaty} is not yet in force for it."
    ),
    "signatory": mark("Signatory State."),
    "not-party": mark("State not party."),
    "withdrawing": mark("State Party whose withdrawal has been received and has not taken effect."),
    "withdrawn": mark("It has withdrawn from {treaty}."),
}
