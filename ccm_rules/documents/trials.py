"""What ``rules test`` says: scores go in, a line a case and what no case notices come out.

The JSON form is ``"schema": "ccm-rules-test/1"``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ccm_rules.authoring.cases import Outcome
from ccm_rules.authoring.mutation import RuleScore, Survivor
from ccm_rules.authoring.situations import CANNOT, EMPTY, EXCUSED, FILLED, Cell, counted
from ccm_rules.documents.blocks import Block, Document, Entry, Heading, Line, Part
from ccm_rules.documents.content import Content
from ccm_rules.words.counting import plural


def percent(scores: Sequence[RuleScore]) -> float:
    """The share of mutants that some case notices, in percent; 100 where there are none."""
    total = sum(score.total for score in scores)
    return 100 * sum(score.killed for score in scores) / total if total else 100.0


def share(scores: Sequence[RuleScore]) -> str:
    """The same in words, never rounded up to 100."""
    value = percent(scores)
    return f"{int(10 * value) / 10:g} %"


class Trials(Content):
    """Cases, and the changes of rules that they were tried on.

    Args:
        scores: of each rule.
        with_mutants: whether changed rules were tried.
        cells: which situations these rules have cases for.
    """

    def __init__(
        self, scores: Sequence[RuleScore], *, with_mutants: bool, cells: Sequence[Cell] = ()
    ) -> None:
        self.scores = scores
        self.with_mutants = with_mutants
        self.cells = cells

    def document(self) -> Document:
        """The cases, the survivors and the score."""
        blocks: list[Block] = [_outcome(score, o) for score in self.scores for o in score.outcomes]
        if self.with_mutants:
            title = "Rules with one thing changed, and whether a case notices"
            blocks += [Heading(1, title, "changed"), *map(_of_rule, self.scores)]
        blocks.append(Part("", (), (Entry(tuple(self._sum())),)))
        title = "The cases of rules"
        return Document(title, (), "", title, "en", tuple(blocks), untitled=True)

    def _sum(self) -> Iterator[Line]:
        outcomes = [outcome for score in self.scores for outcome in score.outcomes]
        failed = sum(not outcome.passed for outcome in outcomes)
        cases = f"{plural(len(outcomes), 'case')} of {plural(len(self.scores), 'rule')}"
        yield _strong(f"{cases}: {f'{failed:,} failed' if failed else 'all pass'}")
        if self.with_mutants:
            yield from _noticed(self.scores)
        if self.cells:
            yield from _covered(self.cells)

    def data(self) -> dict[str, Any]:
        """The same as plain values."""
        scores, with_mutants = self.scores, self.with_mutants
        found: dict[str, Any] = {
            "schema": "ccm-rules-test/1",
            "cases": sum(len(score.outcomes) for score in scores),
            "failed": sum(not o.passed for score in scores for o in score.outcomes),
        }
        if with_mutants:
            found["mutants"] = sum(score.total for score in scores)
            found["noticed"] = sum(score.killed for score in scores)
            found["score"] = int(100 * percent(scores)) / 100
            found["equivalent"] = sum(len(score.equivalent) for score in scores)
        if self.cells:
            found["situations"] = {
                "cells": len(self.cells),
                **counted(self.cells),
                "without_case": [
                    {"rule": cell.rule, "situation": cell.situation}
                    for cell in self.cells
                    if cell.state == EMPTY
                ],
            }
        found["rules"] = [_rule_data(score, with_mutants) for score in scores]
        return found


def _noticed(scores: Sequence[RuleScore]) -> Iterator[Line]:
    """How many of the changes cases notice, by folder and in all."""

    def of(some: Sequence[RuleScore]) -> str:
        return f"{sum(one.killed for one in some):,} of {sum(one.total for one in some):,}"

    folders = list(dict.fromkeys(score.folder for score in scores))
    for folder in folders if len(folders) > 1 else ():
        mine = [score for score in scores if score.folder == folder]
        yield Line(f"{folder}: {of(mine)} noticed, {share(mine)}", inset=1, hang=False)
    yield _strong(f"Mutation score: {share(scores)} ({of(scores)} noticed)")
    if spared := sum(len(score.equivalent) for score in scores):
        words = f"{spared:,} more that no record could show, as their rules say"
        yield Line(words, hang=False)


def _covered(cells: Sequence[Cell]) -> Iterator[Line]:
    """How many of the situations that concern rules have cases."""
    number = counted(cells)
    filled = number[FILLED]
    concern = filled + number[EMPTY]
    value = f"{int(1000 * filled / concern) / 10:g} %" if concern else "none needed"
    yield _strong(f"Situations: {value} ({filled:,} of {concern:,} have a case)")
    spared = f"{number[EXCUSED]:,} more excused by what their rule lacks"
    yield Line(f"{spared}, {number[CANNOT]:,} that cannot happen", hang=False)


def _strong(words: str) -> Line:
    return Line(words, "strong", hang=False)


def _outcome(score: RuleScore, outcome: Outcome) -> Entry:
    word, role = ("PASS", "good") if outcome.passed else ("FAIL", "serious")
    first = Line(f"{score.rule}: {outcome.case}", role, mark=word)
    return Entry((first, *(Line(problem, inset=1) for problem in outcome.problems)))


def _of_rule(score: RuleScore) -> Entry:
    lines = [Line(f"{score.rule}: {score.killed} of {score.total} noticed")]
    for survivor in score.survivors:
        where = f"{survivor.at.file}:{survivor.at.line}: {survivor.name}: no case notices"
        lines.append(Line(where, "warning", 1, whole=True))
    for survivor in score.equivalent:
        where = f"{survivor.at.file}:{survivor.at.line}: {survivor.name}"
        lines.append(Line(where, "small", 1, whole=True))
        lines.append(Line(f"no record could show it: {survivor.why}", "small", 2))
    for survivor in score.wrong:
        where = f"{survivor.at.file}:{survivor.at.line}: [[equivalent]] {survivor.name}"
        lines.append(Line(where, "serious", 1, whole=True))
    return Entry(tuple(lines))


def _rule_data(score: RuleScore, with_mutants: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "rule": score.rule,
        "folder": score.folder,
        "file": score.file,
        "cases": [
            {"name": o.case, "passed": o.passed, "problems": list(o.problems)}
            for o in score.outcomes
        ],
    }
    if with_mutants:
        found |= {
            "mutants": score.total,
            "noticed": score.killed,
            "survivors": [_survivor(one) for one in score.survivors],
            "equivalent": [_survivor(one) | {"why": one.why} for one in score.equivalent],
            "wrong_equivalents": [_survivor(one) for one in score.wrong],
        }
    return found


def _survivor(one: Survivor) -> dict[str, Any]:
    return {"mutant": one.name, "file": one.at.file, "line": one.at.line, "kind": one.kind}
