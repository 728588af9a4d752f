"""What is said of a finding: its fingerprint and its sentence, by hand.

A row of `bench.handwritten.findings` goes in. One function a finding, as the rules word it
that stand beside this package (`bench/rules`).
"""
# ruff: noqa: D103, E501 - what each says stands in it; rows are taken apart on one line

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ccm_rules.dates import edtf, in_words
from ccm_rules.record.relations import Row

#: A fingerprint, and a sentence.
Said = tuple[str, str]


class Words:
    """How days, numbers and names read; what was said once is known."""

    def __init__(
        self,
        today: int,
        parties: Mapping[str, str],
        meetings: Iterable[Row],
        named: Mapping[object, list[str]],
    ) -> None:
        """Say how names are said.

        Args:
            today: the as-of day.
            parties: names of States by code.
            meetings: rows of the Meetings on record.
            named: codes of the States that a sentence lists, by what it calls them.
        """
        self.as_of = (today, today)
        self.today = in_words(today, today)
        self._parties = parties
        self._days: dict[tuple[int, int], str] = {}
        self._named = named
        self._meetings = {
            str(id_): f"the {title} ({id_}{', projected' if lo != hi else ''})"
            for id_, title, _, lo, hi, *_ in meetings
        }

    def day(self, lo: int, hi: int) -> str:
        """A day, known or vague."""
        known = self._days.get((lo, hi))
        if known is None:
            known = self._days[lo, hi] = in_words(lo, hi)
        return known

    def span(self, lo: int, hi: int) -> str:
        """A number, or its bounds."""
        return f"{lo:,}" if lo == hi else f"from {lo:,} to {hi:,}"

    def state(self, code: str) -> str:
        """The name of a State."""
        return self._parties.get(code, code)

    def meeting(self, name: str) -> str:
        """A Meeting with its title."""
        return self._meetings.get(name, name)

    def rest(self, first: tuple[int, int], *others: tuple[int, int]) -> str:
        """What is left of a number, or of days, if all are known."""
        if any(lo != hi for lo, hi in (first, *others)):
            return "an unknown number of"
        return f"{first[0] - sum(lo for lo, _ in others):,}"

    def names(self, what: object) -> str:
        """States in a list."""
        *first, last = sorted(map(self.state, self._named.get(what, ()))) or ["none"]
        return f"{', '.join(first)} and {last}" if first else last


def said(found: Mapping[str, set[Row]], words: Words) -> dict[str, str]:
    """Sentences by fingerprint; where a finding holds in several ways, the first is said."""
    spoken: dict[str, str] = {}
    for relation, rows in found.items():
        say = SENTENCES[relation]
        for row in sorted(rows):
            name, sentence = say(row, words)
            if name not in spoken:
                spoken[name] = sentence[:1].upper() + sentence[1:]
    return spoken


def annual_reports_missing(row: Row, say: Words) -> Said:
    counted_lo, counted_hi, due_lo, due_hi, expected_lo, expected_hi, missing_lo, missing_hi, owed_lo, owed_hi, received, y, _ = row
    return f"annual-report-count/annual-reports-missing:{y}", (
        f"Annual reports for {y}, due on {say.day(due_lo, due_hi)}: "
        f"{say.span(expected_lo, expected_hi)} expected (States Parties that have "
        f"filed an initial report; {say.span(owed_lo, owed_hi)} are bound), "
        f"{received} received by {say.day(counted_lo, counted_hi)} as the record "
        f"states. On record as missing: {say.names(y)}; missing and not named: "
        f"{say.rest((expected_lo, expected_hi), (received, received), (missing_lo, missing_hi))}."
    )


def annual_reports_missing_unnamed(row: Row, say: Words) -> Said:
    counted_lo, counted_hi, due_lo, due_hi, expected_lo, expected_hi, owed_lo, owed_hi, received, y, _ = row
    return f"annual-report-count/annual-reports-missing-unnamed:{y}", (
        f"Annual reports for {y}, due on {say.day(due_lo, due_hi)}: "
        f"{say.span(expected_lo, expected_hi)} expected (States Parties that have "
        f"filed an initial report; {say.span(owed_lo, owed_hi)} are bound), "
        f"{received} received by {say.day(counted_lo, counted_hi)} as the record "
        "states; missing and not named: "
        f"{say.rest((expected_lo, expected_hi), (received, received))}."
    )


def annual_reports_due_soon(row: Row, say: Words) -> Said:
    due_lo, due_hi, owed_lo, owed_hi, _, _, y, _ = row
    return f"annual-report-count/annual-reports-due-soon:{y}", (
        f"The annual transparency reports for {y} are due on "
        f"{say.day(due_lo, due_hi)}; States Parties that owe one: "
        f"{say.span(owed_lo, owed_hi)}."
    )


def annual_report_overdue(row: Row, say: Words) -> Said:
    due_lo, due_hi, p, until_lo, until_hi, y, _ = row
    return f"annual-transparency-report:{p}:{y}", (
        f"The annual transparency report of {say.state(p)} for {y} was due on "
        f"{say.day(due_lo, due_hi)}; none is on record by "
        f"{say.day(until_lo, until_hi)}."
    )


def annual_report_late(row: Row, say: Words) -> Said:
    done_lo, done_hi, due_lo, due_hi, p, _, _, y, _ = row
    return f"annual-transparency-report:{p}:{y}", (
        f"The annual transparency report of {say.state(p)} for {y} was due on "
        f"{say.day(due_lo, due_hi)}; it was submitted on {say.day(done_lo, done_hi)}."
    )


def first_annual_report_unclear(row: Row, say: Words) -> Said:
    due_lo, due_hi, eif_lo, eif_hi, p, _, _, y, _ = row
    return f"annual-transparency-report:{p}:{y}", (
        f"The Convention entered into force for {say.state(p)} on "
        f"{say.day(eif_lo, eif_hi)}; whether an annual report for {y} was due on "
        f"{say.day(due_lo, due_hi)} beside the initial report is for a person to "
        "decide."
    )


def last_annual_report_unclear(row: Row, say: Words) -> Said:
    due_lo, due_hi, p, _, _, w_lo, w_hi, y, _ = row
    return f"annual-transparency-report:{p}:{y}", (
        f"The withdrawal of {say.state(p)} took effect on {say.day(w_lo, w_hi)}; "
        f"whether an annual report for {y} was still due on {say.day(due_lo, due_hi)} "
        "is for a person to decide."
    )


def clarification_response_overdue(row: Row, say: Words) -> Said:
    by, due_lo, due_hi, _, _, m, p, r_lo, r_hi, until_lo, until_hi, _ = row
    return f"clarification-response:{p}:{m}", (
        f"{say.state(p)} received a Request for Clarification from {say.state(by)} "
        f"({m}) on {say.day(r_lo, r_hi)}. A response was due on "
        f"{say.day(due_lo, due_hi)}; none is on record by "
        f"{say.day(until_lo, until_hi)}."
    )


def clarification_response_due_soon(row: Row, say: Words) -> Said:
    by, due_lo, due_hi, _, _, m, p, r_lo, r_hi, _, _, _ = row
    return f"clarification-response:{p}:{m}", (
        f"A response of {say.state(p)} to the Request for Clarification from "
        f"{say.state(by)} ({m}), received on {say.day(r_lo, r_hi)}, is due on "
        f"{say.day(due_lo, due_hi)}."
    )


def clarification_response_late(row: Row, say: Words) -> Said:
    by, done_lo, done_hi, due_lo, due_hi, _, _, m, p, _, _, _, _, _ = row
    return f"clarification-response:{p}:{m}", (
        f"A response of {say.state(p)} to the Request for Clarification from "
        f"{say.state(by)} ({m}) was due on {say.day(due_lo, due_hi)}; it was given on "
        f"{say.day(done_lo, done_hi)}."
    )


def clarification_submission_possible(row: Row, say: Words) -> Said:
    by, due_lo, due_hi, m, next, o_lo, o_hi, p, _ = row
    return f"clarification-submission/clarification-submission-possible:{p}:{by}:{m}:{next}", (
        f"{say.state(by)} may submit the matter of its Request for Clarification to "
        f"{say.state(p)} ({m}) through the Secretary-General to {say.meeting(next)}, "
        f"which opens on {say.day(o_lo, o_hi)}: a response was due on "
        f"{say.day(due_lo, due_hi)}, and none is on record."
    )


def clearance_after_hostilities(row: Row, say: Words) -> Said:
    d_lo, d_hi, ended_lo, ended_hi, p, _ = row
    return f"clearance-after-hostilities/clearance-after-hostilities:{p}:{edtf(ended_lo, ended_hi)}", (
        f"The active hostilities in {say.state(p)} are recorded as ended on "
        f"{say.day(ended_lo, ended_hi)}; ten years later is {say.day(d_lo, d_hi)}. "
        f"Whether that is the deadline of {say.state(p)} is for a person to decide."
    )


def clearance_declaration_due_soon(row: Row, say: Words) -> Said:
    c_lo, c_hi, due_lo, due_hi, m, p, _, _, _ = row
    return f"clearance-declaration:{p}:{m}", (
        f"{say.state(p)} completed clearance on {say.day(c_lo, c_hi)}; its "
        f"declaration of compliance is due at {say.meeting(m)}, which closes on "
        f"{say.day(due_lo, due_hi)}."
    )


def clearance_declaration_missing(row: Row, say: Words) -> Said:
    c_lo, c_hi, due_lo, due_hi, m, p, until_lo, until_hi, _ = row
    return f"clearance-declaration:{p}:{m}", (
        f"{say.state(p)} completed clearance on {say.day(c_lo, c_hi)}; its "
        f"declaration of compliance was due at {say.meeting(m)}, which closed on "
        f"{say.day(due_lo, due_hi)}, and none is on record by "
        f"{say.day(until_lo, until_hi)}."
    )


def clearance_declaration_late(row: Row, say: Words) -> Said:
    c_lo, c_hi, done_lo, done_hi, due_lo, due_hi, m, p, _, _, _ = row
    return f"clearance-declaration:{p}:{m}", (
        f"{say.state(p)} completed clearance on {say.day(c_lo, c_hi)} and declared it "
        f"on {say.day(done_lo, done_hi)}, after the close of {say.meeting(m)} on "
        f"{say.day(due_lo, due_hi)}."
    )


def clearance_request_in_time(row: Row, say: Words) -> Said:
    d_lo, d_hi, done_lo, done_hi, due_lo, due_hi, m, n, _, _, p, _, _, _ = row
    return f"clearance-extension-window:{p}:{m}:{n}", (
        f"{say.state(p)} submitted its request for an extension of its Article 4 "
        f"deadline ({say.day(d_lo, d_hi)}) on {say.day(done_lo, done_hi)}, in time "
        f"for {say.meeting(m)}: the last day was {say.day(due_lo, due_hi)}."
    )


def clearance_request_late(row: Row, say: Words) -> Said:
    d_lo, d_hi, done_lo, done_hi, due_lo, due_hi, m, n, _, _, p, _, _, _ = row
    return f"clearance-extension-window:{p}:{m}:{n}", (
        f"{say.state(p)} submitted its request for an extension of its Article 4 "
        f"deadline ({say.day(d_lo, d_hi)}) on {say.day(done_lo, done_hi)}; to be "
        f"considered at {say.meeting(m)} it was to be lodged by "
        f"{say.day(due_lo, due_hi)}."
    )


def clearance_request_was_late(row: Row, say: Words) -> Said:
    d_lo, d_hi, decided_lo, decided_hi, done_lo, done_hi, due_lo, due_hi, m, n, _, _, outcome, p, _, _, _ = row
    return f"clearance-extension-window:{p}:{m}:{n}", (
        f"{say.state(p)} submitted a request for an extension of its Article 4 "
        f"deadline ({say.day(d_lo, d_hi)}) on {say.day(done_lo, done_hi)}, after the "
        f"last day for {say.meeting(m)}, {say.day(due_lo, due_hi)}; it was {outcome} "
        f"on {say.day(decided_lo, decided_hi)}."
    )


def clearance_request_window_missed(row: Row, say: Words) -> Said:
    d_lo, d_hi, due_lo, due_hi, m, n, _, _, p, until_lo, until_hi, _ = row
    return f"clearance-extension-window:{p}:{m}:{n}", (
        "The last day to request an extension of the Article 4 deadline of "
        f"{say.state(p)} ({say.day(d_lo, d_hi)}) for {say.meeting(m)} was "
        f"{say.day(due_lo, due_hi)}; no request is on record by "
        f"{say.day(until_lo, until_hi)}."
    )


def clearance_request_window_closed_on_track(row: Row, say: Words) -> Said:
    d_lo, d_hi, due_lo, due_hi, m, n, _, _, p, until_lo, until_hi, _ = row
    return f"clearance-extension-window:{p}:{m}:{n}", (
        "The last day to request an extension of the Article 4 deadline of "
        f"{say.state(p)} ({say.day(d_lo, d_hi)}) for {say.meeting(m)} was "
        f"{say.day(due_lo, due_hi)}; {say.state(p)} reports to be on track and has "
        f"asked for none by {say.day(until_lo, until_hi)}."
    )


def clearance_request_due_soon(row: Row, say: Words) -> Said:
    d_lo, d_hi, due_lo, due_hi, m, n, _, _, p, _, _, _ = row
    return f"clearance-extension-window:{p}:{m}:{n}", (
        f"A request for an extension of the Article 4 deadline of {say.state(p)} "
        f"({say.day(d_lo, d_hi)}), if it needs one, is to be lodged by "
        f"{say.day(due_lo, due_hi)} to be considered at {say.meeting(m)}."
    )


def clearance_request_announced(row: Row, say: Words) -> Said:
    d_lo, d_hi, due_lo, due_hi, m, n, _, _, p, _, _, _ = row
    return f"clearance-extension-window:{p}:{m}:{n}", (
        f"{say.state(p)} has announced a request for an extension of its Article 4 "
        f"deadline ({say.day(d_lo, d_hi)}); to be considered at {say.meeting(m)} it "
        f"is to be lodged by {say.day(due_lo, due_hi)}."
    )


def clearance_deadline_near(row: Row, say: Words) -> Said:
    due_lo, due_hi, n, p, _, _, _ = row
    return f"clearance:{p}:{n}", (
        f"The Article 4 deadline of {say.state(p)} is {say.day(due_lo, due_hi)}, "
        f"{say.rest((due_lo, due_hi), say.as_of)} days from now; no completion is on "
        "record."
    )


def clearance_deadline_missed(row: Row, say: Words) -> Said:
    due_lo, due_hi, n, p, until_lo, until_hi, _ = row
    return f"clearance:{p}:{n}", (
        f"The Article 4 deadline of {say.state(p)} was {say.day(due_lo, due_hi)}; the "
        "record shows a request for an extension but neither a grant nor a "
        f"completion by {say.day(until_lo, until_hi)}."
    )


def clearance_deadline_lapsed(row: Row, say: Words) -> Said:
    due_lo, due_hi, n, p, until_lo, until_hi, _ = row
    return f"clearance:{p}:{n}", (
        f"The Article 4 deadline of {say.state(p)} was {say.day(due_lo, due_hi)}; "
        "neither a completion nor a request for an extension is on record by "
        f"{say.day(until_lo, until_hi)}."
    )


def clearance_deadline_pending(row: Row, say: Words) -> Said:
    due_lo, due_hi, n, p, _, _, _ = row
    return f"clearance:{p}:{n}", (
        f"The Article 4 deadline of {say.state(p)} passed on "
        f"{say.day(due_lo, due_hi)} while its request for an extension awaits a "
        "decision; the Convention does not say what holds in between."
    )


def cleared_in_time(row: Row, say: Words) -> Said:
    done_lo, done_hi, due_lo, due_hi, n, p, _, _, _ = row
    return f"clearance:{p}:{n}", (
        f"{say.state(p)} completed clearance on {say.day(done_lo, done_hi)}, by its "
        f"deadline of {say.day(due_lo, due_hi)}."
    )


def cleared_late(row: Row, say: Words) -> Said:
    done_lo, done_hi, due_lo, due_hi, n, p, _, _, _ = row
    return f"clearance:{p}:{n}", (
        f"{say.state(p)} completed clearance on {say.day(done_lo, done_hi)}; its "
        f"deadline was {say.day(due_lo, due_hi)}."
    )


def cleared_timing_open(row: Row, say: Words) -> Said:
    done_lo, done_hi, due_lo, due_hi, n, p, _, _, _ = row
    return f"clearance:{p}:{n}", (
        f"{say.state(p)} completed clearance on {say.day(done_lo, done_hi)}; the "
        "record cannot tell whether that was by its deadline of "
        f"{say.day(due_lo, due_hi)}."
    )


def clearance_without_object_after_deadline(row: Row, say: Words) -> Said:
    due_lo, due_hi, n, p, _, _, verified_lo, verified_hi, _ = row
    return f"clearance:{p}:{n}", (
        f"The Article 4 deadline of {say.state(p)} passed on "
        f"{say.day(due_lo, due_hi)} without a request for an extension on record; on "
        f"{say.day(verified_lo, verified_hi)} the State confirmed, having verified "
        "it, that there were no remnants to clear."
    )


def clearance_without_object(row: Row, say: Words) -> Said:
    _, _, n, p, _, _, verified_lo, verified_hi, _ = row
    return f"clearance:{p}:{n}", (
        f"{say.state(p)} confirmed on {say.day(verified_lo, verified_hi)}, having "
        "verified it, that there were no remnants to clear."
    )


def no_meeting_before_deadline(row: Row, say: Words) -> Said:
    a, d_lo, d_hi, granted_lo, granted_hi, m, _, _, _, p, _ = row
    return f"deciding-meeting/no-meeting-before-deadline:{p}:{a}", (
        f"The Article {a} deadline of {say.state(p)} is {say.day(d_lo, d_hi)}, and no "
        "further Meeting opens between the grant, on "
        f"{say.day(granted_lo, granted_hi)}, and that day; the last to open before it "
        f"was {say.meeting(m)}."
    )


def deadline_inside_meeting(row: Row, say: Words) -> Said:
    a, c_lo, c_hi, d_lo, d_hi, m, n, o_lo, o_hi, p, _ = row
    return f"deciding-meeting/deadline-inside-meeting:{p}:{a}:{n}", (
        f"Deadline {n} of {say.state(p)} under Article {a}, {say.day(d_lo, d_hi)}, "
        f"falls inside {say.meeting(m)}, which opens on {say.day(o_lo, o_hi)} and "
        f"closes on {say.day(c_lo, c_hi)}."
    )


def entry_into_force_differs(row: Row, say: Words) -> Said:
    eif_lo, eif_hi, p, stated_lo, stated_hi, _ = row
    return f"entry-into-force-stated/entry-into-force-differs:{p}:{edtf(stated_lo, stated_hi)}", (
        f"The record states {say.day(stated_lo, stated_hi)} as the day of entry into "
        f"force for {say.state(p)}; by the date of deposit it is "
        f"{say.day(eif_lo, eif_hi)}."
    )


def extension_without_request(row: Row, say: Words) -> Said:
    a, d_lo, d_hi, n, p, _, _ = row
    return f"extension-decisions/extension-without-request:{p}:{a}:{n}", (
        f"Extension {n} of the Article {a} deadline of {say.state(p)} was granted on "
        f"{say.day(d_lo, d_hi)}, and no request for it is on record."
    )


def request_undecided(row: Row, say: Words) -> Said:
    a, asked_lo, asked_hi, c_lo, c_hi, m, n, p, _, _ = row
    return f"extension-decisions/request-undecided:{p}:{a}:{n}", (
        f"{say.state(p)} submitted request {n} for an extension of its Article {a} "
        f"deadline on {say.day(asked_lo, asked_hi)}, addressed to {say.meeting(m)}, "
        f"which closed on {say.day(c_lo, c_hi)}; no decision is on record."
    )


def grant_too_long(row: Row, say: Words) -> Said:
    a, d_lo, d_hi, max_lo, max_hi, n, p, _, _ = row
    return f"extension-length/grant-too-long:{p}:{a}:{n}", (
        f"Extension {n} of the Article {a} deadline of {say.state(p)} was granted "
        f"until {say.day(d_lo, d_hi)}; counted from the deadline that it replaces, "
        f"the Convention allows {say.day(max_lo, max_hi)} at most."
    )


def request_too_long(row: Row, say: Words) -> Said:
    a, d_lo, d_hi, max_lo, max_hi, n, p, _, _ = row
    return f"extension-length/request-too-long:{p}:{a}:{n}", (
        f"{say.state(p)} asks to extend its Article {a} deadline until "
        f"{say.day(d_lo, d_hi)}; counted from the deadline that it would replace, the "
        f"Convention allows {say.day(max_lo, max_hi)} at most."
    )


def exceptional_circumstances(row: Row, say: Words) -> Said:
    n, p, _, _ = row
    return f"extension-length/exceptional-circumstances:{p}:{n}", (
        f"Request {n} of {say.state(p)} asks for an additional extension of its "
        "Article 3 deadline, which the Convention allows in exceptional "
        "circumstances only; whether there are such circumstances is for the Meeting."
    )


def extension_granted(row: Row, say: Words) -> Said:
    a, d_lo, d_hi, n, p, _ = row
    return f"extensions-granted/extension-granted:{p}:{a}", (
        f"The Article {a} deadline of {say.state(p)} is {say.day(d_lo, d_hi)} by "
        f"extension {n}, the last on record."
    )


def initial_report_due_differs(row: Row, say: Words) -> Said:
    due_lo, due_hi, eif_lo, eif_hi, p, stated_lo, stated_hi, _ = row
    return f"initial-report-stated-due/initial-report-due-differs:{p}:{edtf(stated_lo, stated_hi)}", (
        f"The record states {say.day(stated_lo, stated_hi)} as the day on which the "
        f"initial transparency report of {say.state(p)} was due; reckoned from entry "
        f"into force on {say.day(eif_lo, eif_hi)}, it is {say.day(due_lo, due_hi)}."
    )


def initial_report_overdue(row: Row, say: Words) -> Said:
    due_lo, due_hi, _, _, p, until_lo, until_hi, _ = row
    return f"initial-transparency-report:{p}", (
        f"The initial transparency report of {say.state(p)} was due on "
        f"{say.day(due_lo, due_hi)}; none is on record by "
        f"{say.day(until_lo, until_hi)}."
    )


def initial_report_due_soon(row: Row, say: Words) -> Said:
    due_lo, due_hi, _, _, p, _, _, _ = row
    return f"initial-transparency-report:{p}", (
        f"The initial transparency report of {say.state(p)} is due on "
        f"{say.day(due_lo, due_hi)}."
    )


def initial_report_late(row: Row, say: Words) -> Said:
    done_lo, done_hi, due_lo, due_hi, _, _, p, _, _, _ = row
    return f"initial-transparency-report:{p}", (
        f"The initial transparency report of {say.state(p)} was due on "
        f"{say.day(due_lo, due_hi)}; it was submitted on {say.day(done_lo, done_hi)}."
    )


def initial_report_early(row: Row, say: Words) -> Said:
    done_lo, done_hi, _, _, eif_lo, eif_hi, p, _, _, _ = row
    return f"initial-transparency-report:{p}", (
        f"{say.state(p)} submitted its initial transparency report on "
        f"{say.day(done_lo, done_hi)}, before the Convention entered into force for "
        f"it on {say.day(eif_lo, eif_hi)}."
    )


def national_measures_stated(row: Row, say: Words) -> Said:
    all, counted_lo, counted_hi, n, _ = row
    return f"national-implementation/national-measures-stated:{all}", (
        f"{n} of {all} States Parties had reported having adopted all national "
        f"measures by {say.day(counted_lo, counted_hi)}, as the record states; it "
        "does not name them."
    )


def national_measures_counted(row: Row, say: Words) -> Said:
    f_lo, f_hi, n_lo, n_hi, _ = row
    return "national-implementation/national-measures-counted", (
        f"States Parties on record by {say.today} as having adopted all national "
        f"measures: {say.span(n_lo, n_hi)} of the {say.span(f_lo, f_hi)} for which "
        "the Convention is in force."
    )


def participation(row: Row, say: Words) -> Said:
    d_lo, d_hi, f_lo, f_hi, s_lo, s_hi, _, _, _, _, _ = row
    return "participation-count/participation", (
        f"States with a deposit on record by {say.today}: {say.span(d_lo, d_hi)}; in "
        f"force for: {say.span(f_lo, f_hi)}; awaiting entry into force: "
        f"{say.names('w')}; signatories without a deposit: {say.span(s_lo, s_hi)}; "
        f"withdrawn: {say.names('x')}."
    )


def provisional_application_running(row: Row, say: Words) -> Said:
    d_lo, d_hi, eif_lo, eif_hi, p, scope, _ = row
    return f"provisional-application/provisional-application-running:{p}", (
        f"{say.state(p)} declared on {say.day(d_lo, d_hi)} that it applies {scope} "
        "provisionally until the Convention enters into force for it on "
        f"{say.day(eif_lo, eif_hi)}. No period under Articles 3, 4 or 7 runs for it "
        "yet."
    )


def request_after_expiry(row: Row, say: Words) -> Said:
    asked_lo, asked_hi, d_lo, d_hi, n, p, _, _ = row
    return f"request-after-expiry/request-after-expiry:{p}:{n}", (
        f"{say.state(p)} submitted request {n} for an extension of its Article 4 "
        f"deadline on {say.day(asked_lo, asked_hi)}, after that deadline, "
        f"{say.day(d_lo, d_hi)}, had expired."
    )


def deadline_before_meeting(row: Row, say: Words) -> Said:
    a, d_lo, d_hi, m, n, o_lo, o_hi, p, _, _ = row
    return f"request-meeting/deadline-before-meeting:{p}:{a}:{n}", (
        f"The Article {a} deadline of {say.state(p)}, {say.day(d_lo, d_hi)}, comes "
        f"before {say.meeting(m)} opens on {say.day(o_lo, o_hi)}, to which its "
        "undecided request is addressed."
    )


def request_to_later_meeting(row: Row, say: Words) -> Said:
    a, d_lo, d_hi, m, n, o_lo, o_hi, p, _, _ = row
    return f"request-meeting/request-to-later-meeting:{p}:{a}:{n}", (
        f"Request {n} of {say.state(p)} under Article {a} is recorded as addressed to "
        f"{say.meeting(m)}, which opened on {say.day(o_lo, o_hi)}, after the "
        f"deadline, {say.day(d_lo, d_hi)}."
    )


def retention_report_overdue(row: Row, say: Words) -> Said:
    due_lo, due_hi, _, _, _, _, p, until_lo, until_hi, y, _ = row
    return f"retention-report:{p}:{y}", (
        f"{say.state(p)} is recorded as retaining cluster munitions under Article "
        f"3(6) in {y}. The report under Article 3(8) was due on "
        f"{say.day(due_lo, due_hi)}; no annual report for that year, of which it is a "
        f"part in practice, is on record by {say.day(until_lo, until_hi)}."
    )


def retention_report_late(row: Row, say: Words) -> Said:
    done_lo, done_hi, due_lo, due_hi, _, _, _, _, p, _, _, y, _ = row
    return f"retention-report:{p}:{y}", (
        f"The report of {say.state(p)} under Article 3(8) on retained cluster "
        f"munitions in {y} was due on {say.day(due_lo, due_hi)}; the annual report "
        f"for that year was submitted on {say.day(done_lo, done_hi)}."
    )


def stated_deadline_differs(row: Row, say: Words) -> Said:
    a, n, p, reckoned_lo, reckoned_hi, stated_lo, stated_hi, _ = row
    return f"stated-deadline/stated-deadline-differs:{p}:{a}:{n}:{edtf(stated_lo, stated_hi)}", (
        f"A source states the Article {a} deadline of {say.state(p)} as "
        f"{say.day(stated_lo, stated_hi)}; by entry into force, the Convention and "
        f"the decisions on record it is {say.day(reckoned_lo, reckoned_hi)}."
    )


def stockpile_deadline_near(row: Row, say: Words) -> Said:
    due_lo, due_hi, n, p, _, _, _ = row
    return f"stockpile-destruction:{p}:{n}", (
        f"The Article 3 deadline of {say.state(p)} is {say.day(due_lo, due_hi)}, "
        f"{say.rest((due_lo, due_hi), say.as_of)} days from now; no completion is on "
        "record."
    )


def stockpile_deadline_missed(row: Row, say: Words) -> Said:
    due_lo, due_hi, n, p, until_lo, until_hi, _ = row
    return f"stockpile-destruction:{p}:{n}", (
        f"The Article 3 deadline of {say.state(p)} was {say.day(due_lo, due_hi)}; the "
        "record shows a request for an extension but neither a grant nor a "
        f"completion by {say.day(until_lo, until_hi)}."
    )


def stockpile_deadline_lapsed(row: Row, say: Words) -> Said:
    due_lo, due_hi, n, p, until_lo, until_hi, _ = row
    return f"stockpile-destruction:{p}:{n}", (
        f"The Article 3 deadline of {say.state(p)} was {say.day(due_lo, due_hi)}; "
        "neither a completion nor a request for an extension is on record by "
        f"{say.day(until_lo, until_hi)}."
    )


def stockpile_deadline_pending(row: Row, say: Words) -> Said:
    due_lo, due_hi, n, p, _, _, _ = row
    return f"stockpile-destruction:{p}:{n}", (
        f"The Article 3 deadline of {say.state(p)} passed on "
        f"{say.day(due_lo, due_hi)} while its request for an extension awaits a "
        "decision; the Convention does not say what holds in between."
    )


def stockpile_destroyed_in_time(row: Row, say: Words) -> Said:
    done_lo, done_hi, due_lo, due_hi, n, p, _, _, _ = row
    return f"stockpile-destruction:{p}:{n}", (
        f"{say.state(p)} completed the destruction of its stockpiles on "
        f"{say.day(done_lo, done_hi)}, by its deadline of {say.day(due_lo, due_hi)}."
    )


def stockpile_destroyed_late(row: Row, say: Words) -> Said:
    done_lo, done_hi, due_lo, due_hi, n, p, _, _, _ = row
    return f"stockpile-destruction:{p}:{n}", (
        f"{say.state(p)} completed the destruction of its stockpiles on "
        f"{say.day(done_lo, done_hi)}; its deadline was {say.day(due_lo, due_hi)}."
    )


def stockpile_destroyed_timing_open(row: Row, say: Words) -> Said:
    done_lo, done_hi, due_lo, due_hi, n, p, _, _, _ = row
    return f"stockpile-destruction:{p}:{n}", (
        f"{say.state(p)} completed the destruction of its stockpiles on "
        f"{say.day(done_lo, done_hi)}; the record cannot tell whether that was by its "
        f"deadline of {say.day(due_lo, due_hi)}."
    )


def stockpile_without_object_after_deadline(row: Row, say: Words) -> Said:
    due_lo, due_hi, n, p, _, _, verified_lo, verified_hi, _ = row
    return f"stockpile-destruction:{p}:{n}", (
        f"The Article 3 deadline of {say.state(p)} passed on "
        f"{say.day(due_lo, due_hi)} without a request for an extension on record; on "
        f"{say.day(verified_lo, verified_hi)} the State confirmed, having verified "
        "it, that it held no stockpiles to destroy."
    )


def stockpile_without_object(row: Row, say: Words) -> Said:
    _, _, n, p, _, _, verified_lo, verified_hi, _ = row
    return f"stockpile-destruction:{p}:{n}", (
        f"{say.state(p)} confirmed on {say.day(verified_lo, verified_hi)}, having "
        "verified it, that it held no stockpiles to destroy."
    )


def stockpile_request_in_time(row: Row, say: Words) -> Said:
    d_lo, d_hi, done_lo, done_hi, due_lo, due_hi, m, n, _, _, p, _, _, _ = row
    return f"stockpile-extension-window:{p}:{m}:{n}", (
        f"{say.state(p)} submitted its request for an extension of its Article 3 "
        f"deadline ({say.day(d_lo, d_hi)}) on {say.day(done_lo, done_hi)}, in time "
        f"for {say.meeting(m)}: the last day was {say.day(due_lo, due_hi)}."
    )


def stockpile_request_late(row: Row, say: Words) -> Said:
    d_lo, d_hi, done_lo, done_hi, due_lo, due_hi, m, n, _, _, p, _, _, _ = row
    return f"stockpile-extension-window:{p}:{m}:{n}", (
        f"{say.state(p)} submitted its request for an extension of its Article 3 "
        f"deadline ({say.day(d_lo, d_hi)}) on {say.day(done_lo, done_hi)}; to be "
        f"considered at {say.meeting(m)} it was to be lodged by "
        f"{say.day(due_lo, due_hi)}."
    )


def stockpile_request_was_late(row: Row, say: Words) -> Said:
    d_lo, d_hi, decided_lo, decided_hi, done_lo, done_hi, due_lo, due_hi, m, n, _, _, outcome, p, _, _, _ = row
    return f"stockpile-extension-window:{p}:{m}:{n}", (
        f"{say.state(p)} submitted a request for an extension of its Article 3 "
        f"deadline ({say.day(d_lo, d_hi)}) on {say.day(done_lo, done_hi)}, after the "
        f"last day for {say.meeting(m)}, {say.day(due_lo, due_hi)}; it was {outcome} "
        f"on {say.day(decided_lo, decided_hi)}."
    )


def stockpile_request_window_missed(row: Row, say: Words) -> Said:
    d_lo, d_hi, due_lo, due_hi, m, n, _, _, p, until_lo, until_hi, _ = row
    return f"stockpile-extension-window:{p}:{m}:{n}", (
        "The last day to request an extension of the Article 3 deadline of "
        f"{say.state(p)} ({say.day(d_lo, d_hi)}) for {say.meeting(m)} was "
        f"{say.day(due_lo, due_hi)}; no request is on record by "
        f"{say.day(until_lo, until_hi)}."
    )


def stockpile_request_window_closed_on_track(row: Row, say: Words) -> Said:
    d_lo, d_hi, due_lo, due_hi, m, n, _, _, p, until_lo, until_hi, _ = row
    return f"stockpile-extension-window:{p}:{m}:{n}", (
        "The last day to request an extension of the Article 3 deadline of "
        f"{say.state(p)} ({say.day(d_lo, d_hi)}) for {say.meeting(m)} was "
        f"{say.day(due_lo, due_hi)}; {say.state(p)} reports to be on track and has "
        f"asked for none by {say.day(until_lo, until_hi)}."
    )


def stockpile_request_due_soon(row: Row, say: Words) -> Said:
    d_lo, d_hi, due_lo, due_hi, m, n, _, _, p, _, _, _ = row
    return f"stockpile-extension-window:{p}:{m}:{n}", (
        f"A request for an extension of the Article 3 deadline of {say.state(p)} "
        f"({say.day(d_lo, d_hi)}), if it needs one, is to be lodged by "
        f"{say.day(due_lo, due_hi)} to be considered at {say.meeting(m)}."
    )


def stockpile_request_announced(row: Row, say: Words) -> Said:
    d_lo, d_hi, due_lo, due_hi, m, n, _, _, p, _, _, _ = row
    return f"stockpile-extension-window:{p}:{m}:{n}", (
        f"{say.state(p)} has announced a request for an extension of its Article 3 "
        f"deadline ({say.day(d_lo, d_hi)}); to be considered at {say.meeting(m)} it "
        f"is to be lodged by {say.day(due_lo, due_hi)}."
    )


def threshold_not_reached(row: Row, say: Words) -> Said:
    n_lo, n_hi, number, t_lo, t_hi, _, _, _ = row
    return f"threshold-instrument/threshold-not-reached:{number}", (
        f"The record says that instrument number {number} was deposited on "
        f"{say.day(t_lo, t_hi)}; deposits on record by that day: "
        f"{say.span(n_lo, n_hi)}."
    )


def threshold_reached_before(row: Row, say: Words) -> Said:
    n_lo, n_hi, number, t_lo, t_hi, _ = row
    return f"threshold-instrument/threshold-reached-before:{number}", (
        f"The record says that instrument number {number} was deposited on "
        f"{say.day(t_lo, t_hi)}; deposits on record before that day: "
        f"{say.span(n_lo, n_hi)}."
    )


def threshold_missing(row: Row, say: Words) -> Said:
    n_lo, n_hi, _ = row
    return "threshold-instrument/threshold-missing", (
        f"The record holds {say.span(n_lo, n_hi)} deposits of 16 February 2010 or "
        "before, and does not say with which instrument the Convention entered into "
        "force: the dates of those States come out too early."
    )


def withdrawal_pending(row: Row, say: Words) -> Said:
    d_lo, d_hi, p, r_lo, r_hi, _ = row
    return f"withdrawal/withdrawal-pending:{p}", (
        f"The Depositary received the instrument of withdrawal of {say.state(p)} on "
        f"{say.day(r_lo, r_hi)}. The withdrawal takes effect on "
        f"{say.day(d_lo, d_hi)}, unless {say.state(p)} is then engaged in an armed "
        f"conflict; until it takes effect, the Convention binds {say.state(p)}."
    )


def withdrawal_in_conflict(row: Row, say: Words) -> Said:
    d_lo, d_hi, p, _, _, _ = row
    return f"withdrawal/withdrawal-in-conflict:{p}", (
        "The six months after the receipt of the instrument of withdrawal of "
        f"{say.state(p)} ended on {say.day(d_lo, d_hi)}. The record shows "
        f"{say.state(p)} engaged in an armed conflict on that day and on {say.today}; "
        "by Article 20(3) the withdrawal does not take effect before the end of the "
        "conflict."
    )


def withdrawn(row: Row, say: Words) -> Said:
    e_lo, e_hi, p, _ = row
    return f"withdrawal/withdrawn:{p}", (
        f"The withdrawal of {say.state(p)} from the Convention took effect on "
        f"{say.day(e_lo, e_hi)}."
    )


SENTENCES: Final[Mapping[str, Callable[[Any, Words], Said]]] = {
    "finding annual-report-count/annual-reports-missing": annual_reports_missing,
    "finding annual-report-count/annual-reports-missing-unnamed": annual_reports_missing_unnamed,
    "finding annual-report-count/annual-reports-due-soon": annual_reports_due_soon,
    "finding annual-transparency-report/annual-report-overdue": annual_report_overdue,
    "finding annual-transparency-report/annual-report-late": annual_report_late,
    "finding annual-transparency-report/first-annual-report-unclear": first_annual_report_unclear,
    "finding annual-transparency-report/last-annual-report-unclear": last_annual_report_unclear,
    "finding clarification-response/clarification-response-overdue": clarification_response_overdue,
    "finding clarification-response/clarification-response-due-soon": clarification_response_due_soon,
    "finding clarification-response/clarification-response-late": clarification_response_late,
    "finding clarification-submission/clarification-submission-possible": clarification_submission_possible,
    "finding clearance-after-hostilities/clearance-after-hostilities": clearance_after_hostilities,
    "finding clearance-declaration/clearance-declaration-due-soon": clearance_declaration_due_soon,
    "finding clearance-declaration/clearance-declaration-missing": clearance_declaration_missing,
    "finding clearance-declaration/clearance-declaration-late": clearance_declaration_late,
    "finding clearance-extension-window/clearance-request-in-time": clearance_request_in_time,
    "finding clearance-extension-window/clearance-request-late": clearance_request_late,
    "finding clearance-extension-window/clearance-request-was-late": clearance_request_was_late,
    "finding clearance-extension-window/clearance-request-window-missed": clearance_request_window_missed,
    "finding clearance-extension-window/clearance-request-window-closed-on-track": clearance_request_window_closed_on_track,
    "finding clearance-extension-window/clearance-request-due-soon": clearance_request_due_soon,
    "finding clearance-extension-window/clearance-request-announced": clearance_request_announced,
    "finding clearance/clearance-deadline-near": clearance_deadline_near,
    "finding clearance/clearance-deadline-missed": clearance_deadline_missed,
    "finding clearance/clearance-deadline-lapsed": clearance_deadline_lapsed,
    "finding clearance/clearance-deadline-pending": clearance_deadline_pending,
    "finding clearance/cleared-in-time": cleared_in_time,
    "finding clearance/cleared-late": cleared_late,
    "finding clearance/cleared-timing-open": cleared_timing_open,
    "finding clearance/clearance-without-object-after-deadline": clearance_without_object_after_deadline,
    "finding clearance/clearance-without-object": clearance_without_object,
    "finding deciding-meeting/no-meeting-before-deadline": no_meeting_before_deadline,
    "finding deciding-meeting/deadline-inside-meeting": deadline_inside_meeting,
    "finding entry-into-force-stated/entry-into-force-differs": entry_into_force_differs,
    "finding extension-decisions/extension-without-request": extension_without_request,
    "finding extension-decisions/request-undecided": request_undecided,
    "finding extension-length/grant-too-long": grant_too_long,
    "finding extension-length/request-too-long": request_too_long,
    "finding extension-length/exceptional-circumstances": exceptional_circumstances,
    "finding extensions-granted/extension-granted": extension_granted,
    "finding initial-report-stated-due/initial-report-due-differs": initial_report_due_differs,
    "finding initial-transparency-report/initial-report-overdue": initial_report_overdue,
    "finding initial-transparency-report/initial-report-due-soon": initial_report_due_soon,
    "finding initial-transparency-report/initial-report-late": initial_report_late,
    "finding initial-transparency-report/initial-report-early": initial_report_early,
    "finding national-implementation/national-measures-stated": national_measures_stated,
    "finding national-implementation/national-measures-counted": national_measures_counted,
    "finding participation-count/participation": participation,
    "finding provisional-application/provisional-application-running": provisional_application_running,
    "finding request-after-expiry/request-after-expiry": request_after_expiry,
    "finding request-meeting/deadline-before-meeting": deadline_before_meeting,
    "finding request-meeting/request-to-later-meeting": request_to_later_meeting,
    "finding retention-report/retention-report-overdue": retention_report_overdue,
    "finding retention-report/retention-report-late": retention_report_late,
    "finding stated-deadline/stated-deadline-differs": stated_deadline_differs,
    "finding stockpile-destruction/stockpile-deadline-near": stockpile_deadline_near,
    "finding stockpile-destruction/stockpile-deadline-missed": stockpile_deadline_missed,
    "finding stockpile-destruction/stockpile-deadline-lapsed": stockpile_deadline_lapsed,
    "finding stockpile-destruction/stockpile-deadline-pending": stockpile_deadline_pending,
    "finding stockpile-destruction/stockpile-destroyed-in-time": stockpile_destroyed_in_time,
    "finding stockpile-destruction/stockpile-destroyed-late": stockpile_destroyed_late,
    "finding stockpile-destruction/stockpile-destroyed-timing-open": stockpile_destroyed_timing_open,
    "finding stockpile-destruction/stockpile-without-object-after-deadline": stockpile_without_object_after_deadline,
    "finding stockpile-destruction/stockpile-without-object": stockpile_without_object,
    "finding stockpile-extension-window/stockpile-request-in-time": stockpile_request_in_time,
    "finding stockpile-extension-window/stockpile-request-late": stockpile_request_late,
    "finding stockpile-extension-window/stockpile-request-was-late": stockpile_request_was_late,
    "finding stockpile-extension-window/stockpile-request-window-missed": stockpile_request_window_missed,
    "finding stockpile-extension-window/stockpile-request-window-closed-on-track": stockpile_request_window_closed_on_track,
    "finding stockpile-extension-window/stockpile-request-due-soon": stockpile_request_due_soon,
    "finding stockpile-extension-window/stockpile-request-announced": stockpile_request_announced,
    "finding threshold-instrument/threshold-not-reached": threshold_not_reached,
    "finding threshold-instrument/threshold-reached-before": threshold_reached_before,
    "finding threshold-instrument/threshold-missing": threshold_missing,
    "finding withdrawal/withdrawal-pending": withdrawal_pending,
    "finding withdrawal/withdrawal-in-conflict": withdrawal_in_conflict,
    "finding withdrawal/withdrawn": withdrawn,
}
