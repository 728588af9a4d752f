"""Whether the cases of a rule notice when something in it is wrong.

Every mutant of a rule (`ccm_rules.authoring.mutants`) is run through the rule's own
cases: those are what a lawyer reads to know what the rule does. A mutant of which no
case fails survives: the law could be so, and no case would tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import attrs

from ccm_rules.authoring.cases import Outcome, Prepared, outcome_of, prepare, run_prepared
from ccm_rules.authoring.claims import wrong_claims
from ccm_rules.authoring.closure import closure
from ccm_rules.authoring.mutants import Mutant, mutants
from ccm_rules.authoring.situations import facts_shown
from ccm_rules.compiler.rulebook import Rulebook, rulebook_of
from ccm_rules.errors import CcmError
from ccm_rules.law.rule import Rule
from ccm_rules.law.situation_tables import Situation
from ccm_rules.law.toml_places import At
from ccm_rules.law.treaty import Treaty
from ccm_rules.record.vocabulary import Vocabulary


class Survivor(NamedTuple):
    """A mutant that no case notices.

    Attributes:
        name: the change in words.
        at: the place in a rule file that it is about.
        kind: what kind of change it is.
        why: why no record could show it, where the rule file says so.
    """

    name: str
    at: At
    kind: str
    why: str = ""


class RuleScore(NamedTuple):
    """How the cases of one rule went, and what they notice.

    Attributes:
        rule, file, folder: which rule.
        outcomes: of its cases, in the order of the file.
        kills: of every mutant that was run, by name, what `Bench.noticed` says.
        survivors: those that none did.
        equivalent: those that no record could show, as the rule file says and
            as is true of all cases there are.
        wrong: equivalents of the rule file that are none: noticed after all, or
            no mutant of the rule.
    """

    rule: str
    file: str
    folder: str
    outcomes: tuple[Outcome, ...]
    kills: Mapping[str, str | None]
    survivors: tuple[Survivor, ...]
    equivalent: tuple[Survivor, ...]
    wrong: tuple[Survivor, ...]

    @property
    def killed(self) -> int:
        """How many mutants some case noticed."""
        return sum(bool(case) for case in self.kills.values())

    @property
    def total(self) -> int:
        """How many mutants could be noticed."""
        return self.killed + len(self.survivors)

    @property
    def passed(self) -> bool:
        """Whether every case holds."""
        return all(outcome.passed for outcome in self.outcomes)


class Together(NamedTuple):
    """Rules that are read together, the kinds of fact that they read, and whose they are."""

    rules: Sequence[Rule]
    vocabulary: Vocabulary
    treaty: Treaty = Treaty()


class Bench:
    """Runs the cases of a rule, and of its mutants.

    Args:
        groups: what is read together; a rule that stands in several groups is run in the
            first.
        engines: the engines that run the cases of the rule as it stands; mutants run
            on the SQL engine alone.
        situations: what cases may claim.
    """

    def __init__(
        self,
        groups: Sequence[Together],
        engines: Sequence[str] = ("sqlite",),
        situations: Sequence[Situation] = (),
    ) -> None:
        self._situations = {situation.name: situation for situation in situations}
        self._together = {rule.name: group for group in reversed(groups) for rule in group.rules}
        self._engines = engines
        self._by_name = {rule.name: rule for group in reversed(groups) for rule in group.rules}
        self._prepared: dict[str, list[Prepared]] = {}
        self._mutants: dict[str, list[Mutant]] = {}
        self._kills: dict[str, Counter[str]] = {}

    def cases(self, name: str) -> tuple[Outcome, ...]:
        """Run the cases of a rule as it stands.

        Raises:
            InputError: a case or a rule is wrong.
        """
        rule = self._by_name[name]
        if not rule.cases:
            return ()
        claimed = {name for case in rule.cases for name in case.situation}
        claimed |= {item.situation for item in rule.cannots}
        shown = [facts_shown(self._situations[n]) for n in claimed if n in self._situations]
        rulebook = self._rulebook(rule, set().union(*shown))
        assert rulebook is not None  # the rules were compiled before
        outcomes = []
        for prepared in self._prepare(rule, rulebook):
            try:
                judged = prepared.judged(rulebook, self._engines)
                outcome = outcome_of(prepared, judged)
                claims = wrong_claims(prepared, judged, self._situations)
                outcomes.append(attrs.evolve(outcome, problems=(*outcome.problems, *claims)))
            except CcmError as error:
                if type(error) is not CcmError:
                    raise
                case = prepared.case
                outcomes.append(
                    Outcome(rule.name, case.name, tuple(sorted(case.raises)), (), (str(error),))
                )
        return tuple(outcomes)

    def mutants(self, name: str) -> list[Mutant]:
        """All mutants of a rule."""
        if name not in self._mutants:
            self._mutants = {name: list(mutants(self._by_name[name]))}  # one rule at a time
        return self._mutants[name]

    def names(self, name: str) -> list[str]:
        """The names of a rule's mutants that compile, or that could."""
        return [mutant.name for mutant in self.mutants(name)]

    def noticed(
        self, name: str, wanted: Iterable[str], hints: Mapping[str, str] | None = None
    ) -> Iterator[tuple[Mutant, str | None]]:
        """Run mutants of a rule.

        Args:
            name: the rule.
            wanted: names of mutants.
            hints: the cases that noticed mutants before, by the mutants' names; they
                are asked first.

        Returns:
            For each, the case that fails, or "" where none does; ``None`` where the
            change makes no rule: it does not compile, because something that it leaves
            out is needed.
        """
        names = set(wanted)
        for mutant in self.mutants(name):
            if mutant.name in names:
                yield mutant, self._noticed(mutant, (hints or {}).get(mutant.name, ""))

    def _noticed(self, mutant: Mutant, hint: str) -> str | None:
        rule = mutant.rule
        rulebook = self._rulebook(rule)
        if rulebook is None:
            return None
        kills = self._kills.setdefault(rule.name, Counter())
        # What noticed this mutant before is asked first, then what noticed the most so far.
        for prepared in sorted(
            self._prepare(rule, rulebook),
            key=lambda one: (one.case.name != hint, -kills[one.case.name]),
        ):
            try:
                holds = run_prepared(prepared, rulebook).passed
            except CcmError:
                holds = False  # two findings at once, or a day outside the calendar
            if not holds:
                kills[prepared.case.name] += 1
                return prepared.case.name
        return ""

    def _rulebook(self, rule: Rule, more: Iterable[str] = ()) -> Rulebook | None:
        rules, vocabulary, treaty = self._together[rule.name]
        rulebook, _ = rulebook_of(closure(rule, rules, more), dict(vocabulary), treaty)
        return rulebook

    def _prepare(self, rule: Rule, rulebook: Rulebook) -> list[Prepared]:
        if rule.name not in self._prepared:
            self._prepared[rule.name] = [prepare(rule, case, rulebook) for case in rule.cases]
        return self._prepared[rule.name]


def score(
    rule: Rule,
    outcomes: tuple[Outcome, ...],
    noticed: Mapping[str, tuple[Mutant, str | None]],
    *,
    complete: bool = True,
) -> RuleScore:
    """Sum up what was noticed of a rule.

    Args:
        rule: the rule.
        outcomes: of its cases.
        noticed: the mutants that were run, by name.
        complete: whether those are all mutants that there are.
    """
    why = {item.mutant: item for item in rule.equivalents}
    survivors, equivalent = [], []
    wrong = [
        Survivor(f"{item.mutant}: is no change of this rule", item.at, "")
        for item in (rule.equivalents if complete else ())
        if item.mutant not in noticed or noticed[item.mutant][1] is None
    ]
    for name, (mutant, seen) in noticed.items():
        if seen is None:
            continue
        if seen:
            if name in why:
                said = f"{name}: a case notices it, so it is no equivalent"
                wrong.append(Survivor(said, why[name].at, mutant.change.kind))
            continue
        at = rule.source.at(mutant.change.path)
        if name in why:
            equivalent.append(Survivor(name, at, mutant.change.kind, why[name].why))
        else:
            survivors.append(Survivor(name, at, mutant.change.kind))
    return RuleScore(
        rule.name,
        rule.file,
        rule.folder,
        outcomes,
        {name: seen for name, (_, seen) in noticed.items()},
        tuple(survivors),
        tuple(equivalent),
        tuple(wrong),
    )
