"""How `ccm-check rules test` reads: a line a case, then what no case notices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ccm_rules.authoring.mutation import RuleScore, Survivor
from ccm_rules.formats.terminal import Terminal
from ccm_rules.words.counting import plural


def percent(scores: Sequence[RuleScore]) -> float:
    """The share of mutants that some case notices, in percent; 100 where there are none."""
    total = sum(score.total for score in scores)
    return 100 * sum(score.killed for score in scores) / total if total else 100.0


def share(scores: Sequence[RuleScore]) -> str:
    """The same in words, never rounded up to 100."""
    value = percent(scores)
    return f"{int(10 * value) / 10:g} %"


def render(scores: Sequence[RuleScore], terminal: Terminal, *, with_mutants: bool) -> str:
    """Write the cases, the survivors and the score."""
    for score in scores:
        for outcome in score.outcomes:
            word = "PASS" if outcome.passed else "FAIL"
            style = "good" if outcome.passed else "serious"
            terminal.write(f"{word} {score.rule}: {outcome.case}", style, hang=5)
            for problem in outcome.problems:
                terminal.write(problem, indent=5, hang=2)
    if with_mutants:
        terminal.write()
        terminal.write("Rules with one thing changed, and whether a case notices", "bold")
        for score in scores:
            _rule(score, terminal)
    terminal.write()
    _summary(scores, terminal, with_mutants)
    return terminal.text()


def _rule(score: RuleScore, terminal: Terminal) -> None:
    terminal.write(f"{score.rule}: {score.killed} of {score.total} noticed", indent=2, hang=2)
    for survivor in score.survivors:
        terminal.write(
            f"{survivor.at.file}:{survivor.at.line}: {survivor.name}: no case notices",
            "warning",
            4,
            2,
            whole=True,
        )
    for survivor in score.equivalent:
        place = f"{survivor.at.file}:{survivor.at.line}"
        terminal.write(f"{place}: {survivor.name}", "dim", 4, 2, whole=True)
        terminal.write(f"no record could show it: {survivor.why}", "dim", 6, 2)
    for survivor in score.wrong:
        terminal.write(
            f"{survivor.at.file}:{survivor.at.line}: [[equivalent]] {survivor.name}",
            "serious",
            4,
            2,
            whole=True,
        )


def _summary(scores: Sequence[RuleScore], terminal: Terminal, with_mutants: bool) -> None:
    outcomes = [outcome for score in scores for outcome in score.outcomes]
    failed = sum(not outcome.passed for outcome in outcomes)
    told = f"{plural(len(outcomes), 'case')} of {plural(len(scores), 'rule')}: "
    terminal.write(told + (f"{failed:,} failed" if failed else "all pass"), "bold")
    if not with_mutants:
        return
    killed, total = sum(s.killed for s in scores), sum(s.total for s in scores)
    folders = list(dict.fromkeys(score.folder for score in scores))
    for folder in folders if len(folders) > 1 else ():
        mine = [score for score in scores if score.folder == folder]
        told = f"{sum(s.killed for s in mine):,} of {sum(s.total for s in mine):,}"
        terminal.write(f"{folder}: {told} noticed, {share(mine)}", indent=2)
    terminal.write(f"Mutation score: {share(scores)} ({killed:,} of {total:,} noticed)", "bold")
    if spared := sum(len(score.equivalent) for score in scores):
        terminal.write(f"{spared:,} more that no record could show, as their rules say")


def data(scores: Sequence[RuleScore], *, with_mutants: bool) -> dict[str, Any]:
    """The same as plain values: ``"schema": "ccm-rules-test/1"``."""
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
    found["rules"] = [_rule_data(score, with_mutants) for score in scores]
    return found


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
