"""Records that come with the tool, judged for worked examples of rules.

In goes what a treaty names as its examples, each pinned to a day, so that a page reads the
same every day; out come reports, each made when it is first asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import ccm_rules
from ccm_rules.compiler.folders import facts_home
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import parse
from ccm_rules.documents.blocks import Block
from ccm_rules.documents.rulepages.example import example
from ccm_rules.errors import InputError
from ccm_rules.law.rule import Rule
from ccm_rules.report.views import Report


class Records:
    """Reports on the records that treaties name for examples, each made when it is first asked for.

    Args:
        home: the directory of rules; the shipped one unless given.
        language: of the reports.
        engines: which engines derive them.
    """

    def __init__(
        self, home: str | None = None, language: str = "en", engines: tuple[str, ...] = ()
    ) -> None:
        self._home = home
        self._language = language
        self._engines = engines or ccm_rules.available_engines()
        self._reports: dict[tuple[str, str], Report | None] = {}

    def of(self, rulebook: Rulebook) -> Iterator[Report]:
        """Reports on the example records of a treaty, the preferred one first."""
        treaty = rulebook.treaty
        if not rulebook.treaties:  # rules that name no treaty are tried on the first one's
            treaty = ccm_rules.read_treaties()[0]
        for sample in treaty.examples:
            key = (treaty.name, sample)
            if key not in self._reports:
                self._reports[key] = self._report(rulebook, sample)
            report = self._reports[key]
            if report is not None:
                yield report

    def example(self, rule: Rule, rulebook: Rulebook) -> list[Block]:
        """The worked example of a rule, out of the records of its treaty."""

        def reports() -> Iterator[Report]:
            return (r for r in self.of(rulebook) if rule.folder in r.rulebook.folders)

        return example(rule, reports, rulebook, commands=self._home is None)

    def _report(self, rulebook: Rulebook, sample: str) -> Report | None:
        """A report; none where the record cannot be read with other rules than the shipped."""
        file, _, day = sample.partition(" as of ")
        place = os.path.join(facts_home(), file)
        try:
            record = ccm_rules.load_facts(place, rulebook=rulebook)
            if record.rules and set(record.rules) != set(rulebook.folders):
                rulebook = ccm_rules.load_rules(
                    [name for name in record.rules if name in rulebook.folders],
                    home=self._home,
                    indicators=True,
                    language=self._language,
                )
            as_of = parse(day) if day else None
            return ccm_rules.check(record, rulebook, as_of=as_of, engines=self._engines)
        except InputError:
            if self._home is None:
                raise
            return None
