"""Cases and mutants of several rules at once, on several processors."""

from __future__ import annotations

import difflib
import functools
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, NamedTuple

from ccm_rules.authoring.cases import Outcome, load_full_rules
from ccm_rules.authoring.mutants import Mutant
from ccm_rules.authoring.mutation import Bench, RuleScore, Together, score
from ccm_rules.authoring.situations import Matrix, read_situations
from ccm_rules.authoring.together import folder_groups
from ccm_rules.compiler.compile import compile_rules
from ccm_rules.compiler.folders import read_treaties
from ccm_rules.errors import InputError, Problem
from ccm_rules.law.rule import Rule
from ccm_rules.law.treaty import Treaty, treaties_of

#: So many mutants are one piece of work: few enough to keep every processor busy.
_PIECE: Final = 16


class Workshop:
    """Rules that are being worked on, cases included.

    Args:
        home: the directory of rule folders; the shipped one unless given.

    Raises:
        InputError: with every problem of every rule file.
    """

    def __init__(self, home: str | None = None) -> None:
        self.home = home
        self.rules: list[Rule] = []
        self.groups: list[Together] = []
        self.situations = read_situations(home)
        treaties = read_treaties(home)
        for folders in folder_groups(home):
            vocabulary, group = load_full_rules(folders, home)
            compiled, problems = compile_rules(group, vocabulary)
            if compiled is None:
                raise InputError(problems)
            treaty = next(iter(treaties_of(treaties, folders)), Treaty())
            self.groups.append(Together(group, vocabulary, treaty))
            known = {rule.name for rule in self.rules}
            self.rules += [rule for rule in group if rule.name not in known]

    def bench(self, engines: Sequence[str] = ("sqlite",)) -> Bench:
        """What runs the cases of these rules."""
        return Bench(self.groups, engines, self.situations.situations)

    def matrix(self) -> Matrix:
        """Which of these rules have cases for which situations."""
        return Matrix(self.situations, [group.rules for group in self.groups])

    def named(self, names: Sequence[str]) -> list[Rule]:
        """Rules by the names of rules or folders; all, if none is named.

        Raises:
            InputError: there is no such rule or folder.
        """
        return choose(names, self.rules) if names else list(self.rules)

    def scores(
        self,
        rules: Sequence[Rule],
        *,
        engines: Sequence[str] = ("sqlite",),
        with_mutants: bool = True,
        jobs: int = 0,
        hints: Mapping[str, Mapping[str, str]] | None = None,
    ) -> list[RuleScore]:
        """Run the cases of rules, and their mutants.

        Args:
            rules: see `named`.
            engines: the engines that run the cases.
            with_mutants: whether to run mutants at all.
            jobs: how many processes; as many as there are processors, unless given.
            hints: of rules, the `RuleScore.kills` of an earlier run; what noticed a mutant
                then is asked first now.

        Raises:
            InputError: a case is wrong.
        """
        bench = self.bench(engines)
        pieces: list[_Piece] = []
        for rule in rules:
            pieces.append(_Piece(rule.name, None))
            before = (hints or {}).get(rule.name, {})
            names = bench.names(rule.name) if with_mutants else []
            pieces += [
                _Piece(rule.name, {m: before.get(m, "") for m in names[at : at + _PIECE]})
                for at in range(0, len(names), _PIECE)
            ]
        outcomes: dict[str, tuple[Outcome, ...]] = {}
        noticed: dict[str, dict[str, str | None]] = {rule.name: {} for rule in rules}
        for piece, result in zip(pieces, self._results(pieces, bench, engines, jobs), strict=True):
            outcomes[piece.rule] = outcomes.get(piece.rule, result.outcomes)
            noticed[piece.rule].update(result.noticed)
        found = []
        for rule in rules:
            seen: dict[str, tuple[Mutant, str | None]] = {
                mutant.name: (mutant, noticed[rule.name][mutant.name])
                for mutant in bench.mutants(rule.name)
                if mutant.name in noticed[rule.name]
            }
            found.append(score(rule, outcomes[rule.name], seen, complete=with_mutants))
        return found

    def _results(
        self, pieces: Sequence[_Piece], bench: Bench, engines: Sequence[str], jobs: int
    ) -> Iterator[_Result]:
        jobs = min(jobs or _processors(), len(pieces))
        if jobs <= 1:
            yield from (_work(bench, piece) for piece in pieces)
            return
        worked = functools.partial(_worked, self.home, tuple(engines))
        with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
            yield from pool.map(worked, pieces)


def choose(names: Sequence[str], rules: Sequence[Rule]) -> list[Rule]:
    """Rules by the names of rules or folders.

    Raises:
        InputError: there is no such rule or folder.
    """
    known = {rule.name for rule in rules} | {rule.folder for rule in rules}
    problems = []
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), 1)
            mend = f"did you mean {near[0]!r}?" if near else "`ccm-check rules` lists them"
            problems.append(Problem(name, 0, 0, "", "is no rule and no folder of rules", mend))
    if problems:
        raise InputError(problems)
    return [rule for rule in rules if {rule.name, rule.folder} & set(names)]


class _Piece(NamedTuple):
    """What one process does at a time: the cases of a rule, or some of its mutants."""

    rule: str
    mutants: dict[str, str] | None  # and what noticed each before


class _Result(NamedTuple):
    outcomes: tuple[Outcome, ...]
    noticed: dict[str, str | None]


def _worked(home: str | None, engines: tuple[str, ...], piece: _Piece) -> _Result:
    return _work(_bench(home, engines), piece)


@functools.cache  # once in each process that does pieces
def _bench(home: str | None, engines: tuple[str, ...]) -> Bench:
    return Workshop(home).bench(engines)


def _work(bench: Bench, piece: _Piece) -> _Result:
    if piece.mutants is None:
        return _Result(bench.cases(piece.rule), {})
    seen = bench.noticed(piece.rule, piece.mutants, piece.mutants)
    return _Result((), {mutant.name: noticed for mutant, noticed in seen})


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1
