"""From rows to findings: sentences, fingerprints, and what stays open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from ccm_rules.compiler.info import FindingInfo, RuleInfo
from ccm_rules.compiler.program import Row, Variable
from ccm_rules.dates import When
from ccm_rules.errors import CcmError
from ccm_rules.record.sentences import Fields, Words, first_up, sentence, values_of
from ccm_rules.report.evaluation import Evaluation
from ccm_rules.report.fingerprints import duty_keys, fingerprint_of, identify
from ccm_rules.report.known_days import KnownDays
from ccm_rules.words.template import lists_in

SEVERITIES: Final = ("serious", "warning", "notice", "info")
#: Of what has ended nothing is found that is as grave.
GRAVE: Final = ("serious", "warning")
#: So many places are named in a sentence; an explanation names them all.
_PLACES: Final = 4


class Finding(NamedTuple):
    """What a rule says of a party on the as-of date.

    Attributes:
        fingerprint: identifies the finding from one day to the next: the rule
            and the key that it declares, never a due date.
        rule: name of the rule.
        name: name of the finding.
        party: code of the State, or empty.
        party_name: its name, or empty.
        due: the day that it is about, or ``None``.
        status: status of the duty, or empty.
        severity: info, notice, warning or serious.
        basis: computed, reported or found.
        binding: legal, practice, political or record.
        says: the sentence.
        remedy: what can be done, or empty.
        known_until: the last day for which the record speaks of the matter, as an ordinal;
            ``None`` where no register is asked.
        current: whether that is at most a year before the as-of day, and what it is about has
            not ended. What is not current held on that day, and is no finding of today.
        relation: where its rows are, for explanations.
        rows: the rows behind it, the first of which the sentence shows.
    """

    fingerprint: str
    rule: str
    name: str
    party: str
    party_name: str
    due: When | None
    status: str
    severity: str
    basis: str
    binding: str
    says: str
    remedy: str
    known_until: int | None
    current: bool
    relation: str
    rows: tuple[Row, ...]


class Open(NamedTuple):
    """What the record cannot tell, summed up for one rule.

    Attributes:
        rule: name of the rule.
        title: its title.
        number: how many matters are open: duties and findings, each once.
        parties: codes of the States concerned, sorted; empty entries left out.
    """

    rule: str
    title: str
    number: int
    parties: tuple[str, ...]


def opened(matters: Iterable[Open]) -> int:
    """How many matters the record cannot tell of, of all rules."""
    return sum(matter.number for matter in matters)


class Possible(NamedTuple):
    """A finding of which the record cannot tell whether it holds.

    Attributes:
        rule: name of the rule.
        fingerprint: that the finding would have.
        party: code of the State, or empty.
        relation: the relation of the rows behind it.
        row: one of them.
    """

    rule: str
    fingerprint: str
    party: str
    relation: str
    row: Row


class Maker:
    """Makes findings of what the engines derived."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.rulebook = evaluation.rulebook
        self.derived = evaluation.derived
        self.words = evaluation.words
        self.as_of = evaluation.as_of
        self.provenance = evaluation.provenance
        self._counts = self.provenance.counts
        self._known = KnownDays(evaluation)
        self._keys = duty_keys(self.rulebook)
        self._listings: dict[str, list[str]] = {}

    def findings(self) -> tuple[Finding, ...]:
        """All findings: what is current first; by severity, party, day and name."""
        found: dict[str, Finding] = {}
        for info in self.rulebook.findings.values():
            groups: dict[str, list[Row]] = {}
            for row, certain in self.derived.rows.get(info.relation, {}).items():
                if certain:
                    groups.setdefault(identify(info, row), []).append(row)
            for fingerprint, rows in groups.items():
                finding = self._finding(info, fingerprint, sorted(rows))
                other = found.setdefault(fingerprint, finding)
                if other is not finding:
                    raise CcmError(
                        f"rule {info.rule}: {other.name} and {info.name} "
                        f"hold at once for {fingerprint}"
                    )
        return tuple(sorted(found.values(), key=_order))

    def open(self) -> tuple[Open, ...]:
        """What the record cannot tell, by rule."""
        instances: dict[str, dict[str, str]] = {}
        for row in self.derived.rows.get("duty open", {}):
            rule, party, item, n = str(row[0]), str(row[1]), str(row[2]), int(row[3])
            name = fingerprint_of(self._keys, rule, party, item, n)
            instances.setdefault(rule, {})[name] = party
        # A finding that is possible of such a duty is the same matter.
        for one in self.possible():
            instances.setdefault(one.rule, {})[one.fingerprint] = one.party
        return tuple(
            Open(
                name,
                rule.title,
                len(instances[name]),
                tuple(sorted({code for code in instances[name].values() if code})),
            )
            for name, rule in self.rulebook.rules.items()
            if name in instances
        )

    def possible(self) -> tuple[Possible, ...]:
        """Findings of which the record cannot tell whether they hold."""
        possible: list[Possible] = []
        for info in self.rulebook.findings.values():
            for row, sure in self.derived.rows.get(info.relation, {}).items():
                if not sure and not info.silent_open:
                    fields = values_of(info.columns, row)
                    party = str(fields[info.party][1][0]) if info.party else ""
                    fingerprint = identify(info, row)
                    possible.append(Possible(info.rule, fingerprint, party, info.relation, row))
        rules = {item.rule for item in possible}
        certain = {
            identify(info, row)
            for info in self.rulebook.findings.values()
            if info.rule in rules
            for row, sure in self.derived.rows.get(info.relation, {}).items()
            if sure
        }
        return tuple(item for item in possible if item.fingerprint not in certain)

    def _finding(self, info: FindingInfo, fingerprint: str, rows: list[Row]) -> Finding:
        rule: RuleInfo = self.rulebook.rules[info.rule]
        fields = values_of(info.columns, rows[0])
        fields.setdefault("as_of", ("when", (self.as_of, self.as_of)))
        lists = self._lists(info, rows)
        party = str(fields[info.party][1][0]) if info.party else ""
        due = When(*map(int, fields[info.due][1])) if info.due else None
        known = self._known.of_finding(info, fields, rows[0], fingerprint)
        return Finding(
            fingerprint,
            info.rule,
            info.name,
            party,
            self.words.party(party) if party else "",
            due,
            str(fields["status"][1][0]) if info.of_duty else info.status,
            "notice" if known.ended and info.severity in GRAVE else info.severity,
            info.basis,
            rule.binding,
            first_up(sentence(info.says, fields, self.words, lists)),
            self._remedy(info, fields, lists) if known.current else "",
            known.until,
            known.current,
            info.relation,
            tuple(rows),
        )

    def _remedy(self, info: FindingInfo, fields: Fields, lists: Mapping[str, str]) -> str:
        """What can still be done: nothing for which a day that it rests on has passed."""
        if any(int(fields[day][1][-1]) < self.as_of for day in info.remedy_days):
            return ""
        return sentence(info.remedy, fields, self.words, lists)

    def _listing(self, info: FindingInfo) -> list[str]:
        """The lists that a finding's sentences ask for."""
        if info.relation not in self._listings:
            self._listings[info.relation] = sorted(lists_in(info.says) | lists_in(info.remedy))
        return self._listings[info.relation]

    def _lists(self, info: FindingInfo, rows: list[Row]) -> dict[str, str]:
        """What the lists of a sentence say, such as ``n.names``."""
        found: dict[str, str] = {}
        for name in self._listing(info):
            variable, _, what = name.partition(".")
            if what == "each":
                found[name] = self._each(info, rows, variable)
            else:
                relation, row = self._bound(info, rows[0], variable, counted=what == "names")
                if what == "names":
                    count = self._counts[relation]
                    found[name] = self.members(count.source, row[: count.group])
                else:
                    found[name] = self._some(self.provenance.places(relation, row))
        return found

    def _each(self, info: FindingInfo, rows: list[Row], variable: str) -> str:
        """The values of a variable over all the ways in which a finding holds, with places."""
        values: dict[str, list[str]] = {}
        for row in rows:
            type_, columns = values_of(info.columns, row)[variable]
            places = values.setdefault(self.words.show(type_, columns, alone=True), [])
            places += self.provenance.places(*self._bound(info, row, variable, counted=False))
        placed = [f"{value} ({self._some(dict.fromkeys(ps))})" for value, ps in values.items()]
        return self.words.language.listed(placed)

    def _some(self, places: Iterable[str]) -> str:
        """Places in a sentence: a few, and how many more there are."""
        say = self.words.language.say
        found = list(places)
        shown = "; ".join(found[:_PLACES]) or say("the record")
        rest = len(found) - _PLACES
        return say("{shown}; and {n} more", shown=shown, n=rest) if rest > 0 else shown

    def _bound(
        self, info: FindingInfo, row: Row, variable: str, *, counted: bool
    ) -> tuple[str, Row]:
        """The row that binds a variable: of a count, else of a fact on record if there is one."""
        clause_and_values = self.provenance.derivation(info.relation, row)
        assert clause_and_values is not None
        clause, _ = clause_and_values
        columns = {Variable(c) for c in (variable, f"{variable}_lo")}
        binding = [
            (atom.relation, joined)
            for atom, joined in self.provenance.joined(info.relation, row)
            if columns & {term for term in atom.terms if isinstance(term, Variable)}
            and (not counted or atom.relation in self._counts)
        ]
        if not binding:
            raise CcmError(f"rule {info.rule}: nothing counts {{{variable}}} in {clause.id}")
        recorded = [item for item in binding if item[0] in self.rulebook.vocabulary]
        return (recorded or binding)[0]

    def counted_codes(self, info: FindingInfo, row: Row) -> dict[str, str]:
        """For each counted variable whose members a sentence lists, their codes."""
        codes = Words({}, (), self.rulebook.vocabulary, self.rulebook.language)
        found: dict[str, str] = {}
        for name in self._listing(info):
            variable, _, what = name.partition(".")
            if what == "names":
                relation, bound = self._bound(info, row, variable, counted=True)
                count = self._counts[relation]
                found[variable] = self.members(count.source, bound[: count.group], codes)
        return found

    def members(self, source: str, group: Row, words: Words | None = None) -> str:
        """The things that a count counted, in words."""
        words = words or self.words
        types = self.rulebook.types[source]
        names = []
        for row, certain in self.derived.rows[source].items():
            if certain and row[: len(group)] == group:
                values = list(values_of(types.items(), row).values())[len(group) :]
                given = [value for value in values if value[1][0]] or values
                names.append(", ".join(words.show(*value, alone=True) for value in given))
        names.sort()
        return words.language.listed(names)


def _order(finding: Finding) -> tuple[bool, int, str, str, int, str]:
    day = finding.due.earliest if finding.due is not None else 0
    return (
        not finding.current,
        SEVERITIES.index(finding.severity),
        finding.party_name or "~",
        finding.rule,
        day,
        finding.fingerprint,
    )
