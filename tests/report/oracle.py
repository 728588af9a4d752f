"""Who is counted, once more, by hand: an oracle for the numbers of the action plan.

Written from the wording of the progress report and of the `counted` sentences, with
nothing of the engine: a few lines for each number, over the facts of a record and its
registers. Whatever may be so or not is `None` here: three values, no relations.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

from ccm_rules.dates import When
from ccm_rules.record import merge

#: Numbers that are the length of one or more lists of the report, by topic.
LISTS = {
    "donors": ["assistance-provided-article-3", "assistance-provided-article-4",
               "assistance-provided-article-5"],
    "assistance-provided-or-received": [
        "assistance-provided-article-3", "assistance-provided-article-4",
        "assistance-provided-article-5", "assistance-received"],
    "assistance-sought-with-information": [
        "assistance-requested-article-3", "assistance-requested-article-4",
        "assistance-requested-article-5"],
    "assistance-received-by-article": [
        "assistance-received-article-3", "assistance-received-article-4",
        "assistance-received-article-5"],
    "obligations-disseminated": [
        "obligations-disseminated-in-period", "obligations-disseminated-earlier"],
    "country-coalition-states": ["country-coalition"],
    "country-coalitions": ["country-coalition"],
    "national-measures-challenges": ["national-measures-no-progress"],
    "contamination-reported-by-states-not-party": ["clearance-contamination-reported-voluntarily"],
    "assistance-needed-by-states-not-party": ["assistance-needed-not-party"],
    "assistance-received-by-states-not-party": ["assistance-received-not-party"],
    "risk-education-by-states-not-party": ["risk-education-provided-not-party"],
    "victim-data-disaggregated-by-states-not-party": ["victim-data-disaggregated-not-party"],
    "accessions-in-progress": ["accession-in-progress"],
    "article-3-additional-updates": ["stockpile-additional-updates"],
    "article-3-assistance-used": ["stockpile-assistance-used"],
    "article-3-standards-met": ["stockpile-destruction-standards-met"],
    "article-3-stocks-transferred": ["stockpile-transferred-for-destruction"],
    "letters-on-initial-reports": ["initial-report-outstanding"],
    **{same: [same] for same in (
        "national-measures-assistance-requested", "clearance-challenges-and-assistance-requested",
        "clearance-assistance-received", "assistance-provided-article-3",
        "assistance-provided-article-4", "assistance-provided-article-5", "assistance-received",
        "assistance-requested-article-3", "assistance-received-article-3",
        "assistance-requested-article-4", "assistance-received-article-4",
        "assistance-requested-article-5", "assistance-received-article-5",
        "national-measures-strengthened", "obligations-disseminated-in-period",
        "obligations-disseminated-earlier", "national-measures-no-progress",
        "national-measures-ratification-law-only", "gender-training-requested",
        "retained-used-for-training", "retained-all-destroyed", "retained-destruction-planned",
        "retained-no-decrease", "victims-under-jurisdiction", "no-victims-confirmed",
        "new-victims-reported", "no-new-victims-reported", "victim-data-difficulties",
        "victim-database-outdated", "victim-database-standardising",
    )},
}  # fmt: skip

#: Arithmetic that the report prints: of two numbers, by what they are reckoned.
ARITHMETIC = {
    "article-3-compliance-declared": (
        "article-3-obligations-ever", "article-3-obligations-remaining", lambda a, b: a - b),
    "article-4-completion-declared": (
        "article-4-obligations-ever", "article-4-obligations-remaining", lambda a, b: a - b),
    "initial-reports-received-percent": (
        "initial-reports-received", "initial-reports-due", lambda a, b: percent(a, b)),
    "national-measures-missing-percent": (
        "national-measures-all", "states-parties-by-deposit", lambda a, b: percent(b - a, b)),
}  # fmt: skip


class Asked(NamedTuple):
    """Those of whom something is asked: for certain, perhaps, and whether that is all."""

    sure: frozenset
    maybe: frozenset
    whole: bool


class Counted(NamedTuple):
    """Who is counted, who may be, whether that is all, and of whom it was asked."""

    members: frozenset
    open: frozenset
    whole: bool
    asked: Asked | None


class View(NamedTuple):
    """Everything that a number shows."""

    ground: str
    value: int | None
    low: int | None
    high: int | None
    members: frozenset
    open: frozenset
    out_of: int | None
    population: frozenset
    quotes: tuple
    reckoned: int | None
    operands: tuple[int, int] | None


def percent(part, whole):
    return int(100 * part / whole + 0.5) if whole else None


def all_of(*truths):
    return False if False in truths else None if None in truths else True


def by(when, day):
    """Whether a day that may be vague lies on or before another."""
    return True if when.latest <= day else None if when.earliest <= day else False


def within(when, first, last):
    return all_of(by(when, last), not_(by(when, first - 1)))


def not_(truth):
    return None if truth is None else not truth


def first_of_month_after(day, months):
    date = dt.date.fromordinal(day)
    month = date.year * 12 + date.month - 1 + months
    return dt.date(month // 12, month % 12 + 1, 1).toordinal()


def months_before(day, months):
    """The same day of an earlier month, or the last that there is."""
    date = dt.date.fromordinal(day)
    month = date.year * 12 + date.month - 1 - months
    for last in (date.day, 30, 29, 28):
        try:
            return dt.date(month // 12, month % 12 + 1, min(last, date.day)).toordinal()
        except ValueError:
            continue
    raise AssertionError


class Oracle:
    """Counts the numbers of a record's own period, on its last day."""

    def __init__(self, record, rulebook):
        self.vocabulary = rulebook.vocabulary
        self.plan = rulebook.plan
        self.registers = record.registers
        self.first, self.day = record.period.earliest, record.period.latest
        assert record.as_of.latest == self.day
        self.facts = defaultdict(list)
        self.written = defaultdict(list)
        for fact, written in merge(record.facts, rulebook.vocabulary).facts:
            kind = rulebook.vocabulary[fact.kind]
            day = fact.values.get("date")  # a stated deadline need not have one
            there = by(day, self.day) if day else True
            if there is not False:
                values = {n: fact.values.get(n, f.default) for n, f in kind.fields.items()}
                self.facts[fact.kind].append((there, values))
                self.written[fact.kind].append((there, values, written))
        assert not self.facts["withdrawal-notice"], "the oracle does not know withdrawals"
        self.meeting, self.opens = self._next_meeting()
        self.year = next(
            (y for y in range(2000, 2100)
             if self.first <= dt.date(y + 1, 4, 30).toordinal() <= self.day), None
        )  # fmt: skip
        self.due = dt.date(self.year + 1, 4, 30).toordinal() if self.year else None

    def _next_meeting(self):
        after = [v for _, v in self.facts["meeting"] if v["opens"].earliest > self.day]
        after.sort(key=lambda v: v["opens"].earliest)
        assert len(after) < 2 or after[0]["opens"].latest < after[1]["opens"].earliest
        return (after[0]["id"], after[0]["opens"]) if after else (None, None)

    # -- what is on record ---------------------------------------------------

    def there(self, kind, /, **wanted):
        """Facts of a kind, each with whether it has happened by the day."""
        for there, values in self.facts[kind]:
            if all(values[name] == value for name, value in wanted.items()):
                yield there, values

    def has(self, kind, /, **wanted):
        """Whether there is such a fact."""
        found = [there for there, _ in self.there(kind, **wanted)]
        return True if True in found else None if None in found else False

    def complete(self, kind, /, **asked):
        """Whether a register says that no such fact is missing by the day."""
        return any(
            register.of == kind
            and (register.parties is None or asked.get("party") in register.parties)
            and all(asked.get(name) == value for name, value in register.where.items())
            and register.until.earliest >= self.day
            for register in self.registers
        )

    def listed(self, topic, year=None):
        """Whom the report to the next Meeting names."""
        wanted = {"topic": topic, "meeting": self.meeting}
        if year is not None:
            wanted["year"] = year
        return gathered((v["party"], t) for t, v in self.there("reported", **wanted))

    def list_whole(self, topic):
        return self.complete("reported", topic=topic, meeting=self.meeting)

    # -- the treaty ------------------------------------------------------------

    def in_force_from(self):
        thirtieth = next((v["date"].latest for _, v in self.facts["threshold-instrument"]), 0)
        days = {}
        for _, values in self.facts["deposit"]:
            day = values["date"].latest
            assert values["date"].earliest == day
            days[values["party"]] = first_of_month_after(max(day, thirtieth), 6)
        return days

    def obligations(self, article):
        """Who has obligations that remain; who completed and has not declared it, too.

        No discovery is on record, so a completion or a declaration ends them.
        """
        found = {}
        for party in {v["party"] for _, v in self.there("obligation", article=article)}:
            has = self.has("obligation", party=party, article=article)
            done = {
                "completion": self.has("completion", party=party, article=article),
                "declaration": self.has("declaration", party=party, article=article),
                "no-object": self.has("no-object", party=party, article=article),
            }
            ended = True if True in done.values() else None if None in done.values() else False
            ways = [all_of(has, not_(ended))]
            for there, values in self.there("completion", party=party, article=article):
                if self.complete("declaration", party=party, article=article):
                    ways.append(all_of(
                        has, there, not_(by(values["date"], self.first - 1)),
                        not_(self.has("declaration", party=party, article=article)),
                    ))  # fmt: skip
            found[party] = True if True in ways else None if None in ways else False
        return found

    def expired(self, request):
        """Whether a request for clearance came after the deadline that it would replace."""
        party, replaced, lodged = request["party"], request["replaces"], request["date"]
        ways = [False]
        if request["article"] == "4" and replaced == 0 and party in self.in_force_from():
            date = dt.date.fromordinal(self.in_force_from()[party])
            day = date.replace(year=date.year + 10).toordinal()
            there = self.has("obligation", party=party, article="4")
            ways.append(all_of(there, not_(before(lodged, When(day, day)))))
        for there, values in self.there(
            "extension-decision", party=party, article="4", number=replaced, outcome="granted"
        ):
            if request["article"] == "4":
                ways.append(all_of(there, not_(before(lodged, values["until"]))))
        return any_of(*ways)

    def retaining(self):
        return gathered((v["party"], t) for t, v in self.there("retention", year=self.year))

    def initial(self, party):
        return self.has("report", party=party, kind="initial")

    def annual(self, party, year):
        return self.has("report", party=party, kind="annual", year=year)

    def initial_due(self):
        return {p: True for p, day in self.in_force_from().items() if day + 180 < self.day}

    def annual_expected(self, year):
        last = dt.date(year, 12, 31).toordinal()
        return {p: self.initial(p) for p, day in self.in_force_from().items() if day <= last}

    def requests(self, article=None):
        """Requests before the Meeting, or expected there."""
        found = []
        for kind in ("extension-request", "announcement"):
            for there, values in self.there(kind, meeting=self.meeting):
                expected = kind == "extension-request" or values["what"] == "request-expected"
                if expected and article in (None, values["article"]):
                    found.append(((values["party"], values["article"], 0), there))
        return gathered(found)

    # -- those of whom it is asked ----------------------------------------------

    def population(self, name, year=0):
        meeting = self.meeting is not None
        if name == "states-parties":
            who = {p: True for p, day in self.in_force_from().items() if day <= self.day}
            whole = self.complete("deposit")
        elif name == "states-by-deposit":
            who = {v["party"]: t for t, v in self.facts["deposit"]}
            whole = self.complete("deposit")
        elif name == "donors":
            topics = LISTS["donors"]
            who = gathered(pair for topic in topics for pair in self.listed(topic).items())
            whole = meeting and all(map(self.list_whole, topics))
        elif name in ("article-3", "affected"):
            who = self.obligations("3" if name == "article-3" else "4")
            topic = "stockpile" if name == "article-3" else "clearance"
            whole = meeting and self.list_whole(f"{topic}-obligations-remaining")
        elif name == "with-victims":
            who = self.listed("victims-under-jurisdiction")
            whole = meeting and self.list_whole("victims-under-jurisdiction")
        elif name == "retaining":
            who = self.retaining()
            whole = self.complete("retention", year=self.year)
        elif name == "progress-expected":
            lists = [self.obligations("3"), self.obligations("4"), self.retaining()]
            who = gathered(pair for one in lists for pair in one.items())
            whole = meeting and self.complete("retention", year=self.year) and all(
                self.list_whole(f"{topic}-obligations-remaining")
                for topic in ("stockpile", "clearance")
            )  # fmt: skip
        elif name == "initial-reports-due":
            who = self.initial_due()
            whole = self.complete("deposit")
        elif name in ("annual-reports-expected", "reporting-states"):
            who = self.annual_expected(year or self.year)
            whole = self.complete("deposit") and self.complete("report", kind="initial")
        else:
            assert name == "requests-expected"
            who = self.requests()
            whole = meeting and self.list_whole("extension-requests-expected")
        sure, maybe = split(who)
        return Asked(sure, maybe, whole)

    # -- the numbers --------------------------------------------------------------

    def counted(self):
        """Every number of which the record can show members, by name and year."""
        found = {}

        def put(name, who, *, whole=None, year=0, complete=None):
            """Count: from lists that are whole or not, or by asking of each one."""
            info = self.plan.indicators[name]
            sure, maybe = split(who)
            asked = self.population(info.population, year) if info.population else None
            if asked is not None:
                maybe |= {
                    w for w in asked.sure | asked.maybe
                    if whole is False or (complete is not None and not complete(w[0], w[1]))
                }  # fmt: skip
            # Where lists tell who it is, nothing depends on who else there is.
            known = whole if whole is not None else asked is None or asked.whole
            found[name, year] = Counted(sure, maybe - sure, known, asked)

        def report(name, who, *, whole, year=0):
            """Count from a list of the report: without a Meeting ahead there is no report."""
            if self.meeting is not None:
                put(name, who, whole=whole, year=year)
            elif any(truth is not False for truth in who.values()) and not year:
                info, (sure, maybe) = self.plan.indicators[name], split(who)
                asked = self.population(info.population) if info.population else None
                found[name, year] = Counted(sure, maybe, False, asked)

        meeting, last, earlier = self.meeting, self.year, self.year - 1 if self.year else None
        first, day = self.first, self.day
        for name, topics in LISTS.items():
            who = gathered(pair for topic in topics for pair in self.listed(topic).items())
            report(name, who, whole=all(map(self.list_whole, topics)))
        for name, topic, article in (
            ("article-3-progress-reported", "stockpile-progress-reported", None),
            ("risk-education-disaggregated", "risk-education-disaggregated", None),
            ("article-4-national-resources", "clearance-national-resources", None),
            ("risk-education-provided-article-3", "risk-education-provided", "3"),
            ("risk-education-provided-article-4", "risk-education-provided", "4"),
        ):
            who = self.listed(topic)
            if article:
                has = self.obligations(article)
                who = {p: all_of(t, has.get(p, False)) for p, t in who.items()}
            report(name, who, whole=self.list_whole(topic))
        for year in (last, earlier):
            report(
                "victim-assistance-with-annual-report",
                self.listed("victim-assistance-updated", year),
                year=year,
                whole=self.list_whole("victim-assistance-updated"),
            )
        report(
            "overdue-annual-reports-received",
            self.listed("overdue-report-submitted", earlier),
            year=earlier,
            whole=self.list_whole("overdue-report-submitted"),
        )

        # Voluntary reports: of States that never signed nor deposited, and of Signatories.
        whole = self.list_whole("voluntary-report-submitted")
        report(
            "voluntary-reports-by-states-not-party",
            gathered(
                (
                    v["party"],
                    all_of(
                        t,
                        self.never(v["party"], "signature"),
                        self.never(v["party"], "deposit"),
                    ),
                )
                for t, v in self.there("report", kind="voluntary", year=last)
            ),
            whole=whole,
        )
        report(
            "voluntary-reports-by-signatories",
            gathered(
                (
                    v["party"],
                    all_of(
                        t,
                        self.has("signature", party=v["party"]),
                        not_(self.deposited_before(v["party"], v["date"])),
                    ),
                )
                for t, v in self.there(
                    "reported", topic="voluntary-report-submitted", meeting=meeting
                )
            ),
            whole=whole,
        )

        for article, topic in (("3", "stockpile"), ("4", "clearance")):
            report(
                f"article-{article}-obligations-remaining",
                self.obligations(article),
                whole=self.list_whole(f"{topic}-obligations-remaining"),
            )
            report(
                f"article-{article}-declared-in-period",
                gathered(
                    (v["party"], all_of(t, within(v["date"], first, day)))
                    for t, v in self.there("declaration", article=article)
                ),
                whole=self.list_whole(f"{topic}-declaration"),
            )

        report(
            "extension-requests-expected",
            self.requests(),
            whole=self.list_whole("extension-requests-expected"),
        )
        if meeting is not None:
            # Nine months before a Meeting of which the day may be vague.
            latest = When(
                months_before(self.opens.earliest, 9), months_before(self.opens.latest, 9)
            )
            put(
                "extension-requests-in-time",
                gathered(
                    (
                        (v["party"], v["article"], 0),
                        all_of(t, before(v["date"], latest), not_(self.expired(v))),
                    )
                    for t, v in self.there("extension-request", meeting=meeting)
                ),
            )
            latest = When(
                months_before(self.opens.earliest, 3), months_before(self.opens.latest, 3)
            )
            put(
                "contributions-three-months-ahead",
                gathered(
                    (v["party"], all_of(t, before(v["date"], latest)))
                    for t, v in self.there("contribution", meeting=meeting)
                ),
                complete=lambda p, _: self.complete("contribution", party=p, meeting=meeting),
            )

        # Participation.
        whole = self.complete("deposit")
        put(
            "states-parties-by-deposit",
            {v["party"]: t for t, v in self.facts["deposit"]},
            whole=whole,
        )
        put(
            "states-parties-in-force",
            {p: True for p, d in self.in_force_from().items() if d <= day},
            whole=whole,
        )
        put(
            "new-states-parties",
            {
                v["party"]: all_of(t, within(v["date"], first, day))
                for t, v in self.facts["deposit"]
            },
            whole=whole,
        )
        put(
            "signatories",
            {
                v["party"]: all_of(t, self.never(v["party"], "deposit"))
                for t, v in self.facts["signature"]
            },
            whole=self.complete("signature"),
        )

        # Obligations, announcements and requests.
        for article in ("3", "4"):
            put(
                f"article-{article}-obligations-ever",
                gathered((v["party"], t) for t, v in self.there("obligation", article=article)),
                whole=self.complete("obligation", article=article),
            )
        put(
            "article-4-no-extension-requested",
            {
                p: all_of(t, self.never(p, "extension-request", article="4"))
                for p, t in self.obligations("4").items()
            },
        )
        for name, article, what in (
            ("article-3-on-track", "3", "on-track"),
            ("article-4-on-track", "4", "on-track"),
            ("article-4-may-need-extension", "4", "may-need-extension"),
            ("article-3-requests-expected", "3", "request-expected"),
            ("article-4-requests-intended", "4", "request-intended"),
        ):
            who = gathered(
                (v["party"], all_of(t, self.announced_for(what, v["meeting"])))
                for t, v in self.there("announcement", article=article, what=what)
            )
            put(
                name,
                who,
                complete=lambda p, _, a=article, w=what: self.complete(
                    "announcement", party=p, article=a, what=w
                ),
            )
        put(
            "article-4-requests-for-meeting",
            gathered(
                ((v["party"], "", v["number"]), t)
                for t, v in self.there("extension-request", article="4")
                if meeting and v["meeting"] == meeting
            ),
            complete=lambda p, _: self.complete("extension-request", party=p, article="4"),
        )
        submitted = [
            (v, all_of(t, any_of(meeting is not None and v["meeting"] == meeting,
                                 within(v["date"], first, day))))
            for t, v in self.there("extension-request", article="3")
        ]  # fmt: skip
        put(
            "article-3-requests-submitted",
            gathered(((v["party"], "", v["number"]), t) for v, t in submitted),
            complete=lambda p, _: self.complete("extension-request", party=p, article="3"),
        )
        put(
            "article-3-requests-submitted-or-expected",
            gathered(
                [
                    *((v["party"], t) for v, t in submitted),
                    *(
                        (v["party"], t)
                        for t, v in self.there("announcement", article="3", what="request-expected")
                        if meeting and v["meeting"] == meeting
                    ),
                ]
            ),
            complete=lambda p, _: (
                self.complete("extension-request", party=p, article="3")
                and self.complete("announcement", party=p, article="3", what="request-expected")
            ),
        )
        closed = [v["id"] for _, v in self.facts["meeting"]
                  if within(v["closes"], first, day) is True]  # fmt: skip
        if closed:
            put(
                "found-non-compliant",
                gathered(
                    (v["party"], t)
                    for t, v in self.facts["non-compliance"]
                    if v["meeting"] in closed
                ),
                whole=all(self.complete("non-compliance", meeting=m) for m in closed),
            )

        # Reports.
        due = self.initial_due()
        put("initial-reports-due", due, whole=whole)
        put(
            "initial-reports-received",
            {p: self.initial(p) for p in due},
            complete=lambda p, _: self.complete("report", kind="initial", party=p),
        )
        put("initial-reports-overdue", {p: self.never(p, "report", kind="initial") for p in due})
        if last is not None:
            put(
                "progress-reports-in-last-two-years",
                {
                    p: all_of(t, any_of(self.annual(p, last), self.annual(p, earlier)))
                    for p, t in self.population_as_dict("progress-expected").items()
                },
                complete=lambda p, _: (
                    self.complete("report", kind="annual", party=p, year=last)
                    and self.complete("report", kind="annual", party=p, year=earlier)
                ),
            )
            expected = self.annual_expected(last)
            put(
                "annual-reports-expected",
                expected,
                year=last,
                whole=whole and self.complete("report", kind="initial"),
            )

            def reported(name, who, *years):
                for year in years:
                    put(
                        name,
                        {p: all_of(t, self.annual(p, year)) for p, t in who.items()},
                        year=year,
                        complete=lambda p, _, y=year: self.complete(
                            "report", kind="annual", party=p, year=y
                        ),
                    )

            reported("annual-reports-received", expected, last)
            reported("article-3-with-annual-report", self.obligations("3"), last)
            reported("article-4-with-annual-report", self.obligations("4"), last, earlier)
            reported("retaining-with-annual-report", self.retaining(), last)
            for name, who in (
                ("article-4-without-annual-report", self.obligations("4")),
                ("retaining-without-annual-report", self.retaining()),
            ):
                put(name, {p: all_of(t, self.never(p, "report", kind="annual", year=last))
                           for p, t in who.items()}, year=last)  # fmt: skip
            put(
                "initial-and-annual-reports-by-30-april",
                gathered(
                    (v["party"], all_of(t, self.initial(v["party"]), by(v["date"], self.due)))
                    for t, v in self.there("report", kind="annual", year=last)
                ),
                complete=lambda p, _: self.complete("report", kind="annual", party=p, year=last),
            )
            put("retaining", self.retaining(), whole=self.complete("retention", year=last))

        # Measures and surveys.
        parties = split(self.population_as_dict("states-parties"))[0]
        put(
            "national-measures-all",
            {
                v["party"]: t
                for t, v in self.facts["national-measures"]
                if (v["party"], "", 0) in parties
            },
            complete=lambda p, _: self.complete("national-measures", party=p),
        )
        affected = self.obligations("4")
        put(
            "baseline-surveys",
            {
                v["party"]: all_of(t, affected.get(v["party"], False))
                for t, v in self.facts["baseline-survey"]
            },
            complete=lambda p, _: self.complete("baseline-survey", party=p),
        )
        return found

    def population_as_dict(self, name):
        asked = self.population(name)
        return {**{w[0]: True for w in asked.sure}, **{w[0]: None for w in asked.maybe}}

    def never(self, party, kind, /, **wanted):
        """Whether the record shows that there is no such fact; `None` where it cannot tell."""
        there = self.has(kind, party=party, **wanted)
        if there is False:
            return True if self.complete(kind, party=party, **wanted) else None
        return not_(there)

    def deposited_before(self, party, date):
        for there, values in self.there("deposit", party=party):
            if values["date"].latest < date.earliest:
                return there
            return None if values["date"].earliest < date.latest else False
        return False

    def announced_for(self, what, meeting):
        """A request is expected at the Meeting of the report, or intended for a later one."""
        if what == "request-expected":
            return self.meeting is not None and meeting == self.meeting
        if what != "request-intended":
            return True
        if self.meeting in (None, meeting):
            return False
        opens = [v["opens"] for _, v in self.there("meeting", id=meeting)]
        return not_(before(opens[0], self.opens)) if opens else False

    # -- numbers as they are shown ------------------------------------------------

    def quotes(self):
        """What sources print of the period, by name and year."""
        found = defaultdict(list)
        for there, values, written in self.written["stated-count"]:
            date = values["date"]
            if there and date.earliest >= self.first and date.latest <= self.day:
                places = tuple(dict.fromkeys(ref for fact in written for ref in fact.sources))
                note = "; ".join(dict.fromkeys(fact.note for fact in written if fact.note))
                found[values["of"], values["year"]].append(
                    (values["value"], values["out_of"], values["qualifier"], places, note)
                )
        return found

    def views(self):
        """Every number as it is to be shown, by name and year."""
        counted, quotes = self.counted(), self.quotes()
        inapplicable = {
            v["of"] for t, v in self.facts["stated-not-applicable"]
            if t and self.first <= v["date"].earliest and v["date"].latest <= self.day
        }  # fmt: skip
        exact = {
            key: len(c.members) for key, c in counted.items()
            if c.whole and not c.open
        }  # fmt: skip

        def best(name):
            if (name, 0) in exact:
                return {exact[name, 0]}
            return {quote[0] for quote in quotes.get((name, 0), ())}

        reckoned = {}
        for name, (left, right, made) in ARITHMETIC.items():
            ways = {(made(a, b), (a, b)) for a in best(left) for b in best(right)}
            if len({result for result, _ in ways}) == 1:
                reckoned[name, 0] = next(iter(ways))
        reckoned = {key: way for key, way in reckoned.items() if way[0] is not None}
        keys = {*counted, *quotes, *reckoned}
        names = {name for name, _ in keys}
        keys |= {(name, 0) for name in self.plan.indicators if name not in names}
        return {
            key: self._view(key, counted.get(key), exact.get(key), quotes.get(key, []),
                            reckoned.get(key, (None, None)), key[0] in inapplicable)
            for key in keys
        }  # fmt: skip

    def _view(self, key, counted, exact, quotes, reckoned, inapplicable):
        info = self.plan.indicators[key[0]]
        low = high = None
        members = open_ = population = frozenset()
        printed = [q[1] for q in sorted(quotes, key=in_print) if q[1]]
        out_of = printed[0] if printed else None
        if counted is not None:
            members, open_ = counted.members, counted.open
            low = len(members)
            high = low + len(open_) if counted.whole else None
        asked = counted.asked if counted is not None else None
        if info.population and (asked is not None or not key[1]):
            asked = asked or self.population(info.population)
            population = asked.sure
            same = self.plan.populations[info.population].unit == info.unit
            own = same and (exact is not None or (info.listed and not printed))
            if asked.whole and not asked.maybe and own:
                out_of = len(asked.sure)
        values = {quote[0] for quote in quotes}
        if exact is not None:
            ground, value = "derived", exact
        elif values:
            ground, value = "stated", min(values) if len(values) == 1 else None
        elif reckoned[0] is not None:
            ground, value = "stated", reckoned[0]
        else:
            ground, value = "not-applicable" if inapplicable else "unknown", None
        return View(ground, value, low, high, members, open_, out_of, population,
                    tuple(sorted(quotes)), *reckoned)  # fmt: skip


def in_print(quote):
    """The summary comes first, then the tables, then the paragraphs."""
    first = quote[3][0].partition(" ")[2] if quote[3] else ""
    return (0 if first.startswith("II") else 1 if first.startswith("Action") else 2, -quote[1])


def before(when, limit):
    """Whether one vague day lies on or before another."""
    if when.latest <= limit.earliest:
        return True
    return None if when.earliest <= limit.latest else False


def any_of(*truths):
    return True if True in truths else None if None in truths else False


def gathered(pairs):
    """Who it is, where several ways lead there."""
    found = {}
    for who, truth in pairs:
        found[who] = any_of(truth, found.get(who, False))
    return found


def split(who):
    """The certain and the possible ones, each as State, item and number."""
    full = {w if isinstance(w, tuple) else (w, "", 0): t for w, t in who.items()}
    return (
        frozenset(w for w, t in full.items() if t is True),
        frozenset(w for w, t in full.items() if t is None),
    )
