"""Who is measured: our engines, Python written by hand, and other engines.

Ours and Python by hand do the same work: from a loaded record to the sentence of every
finding of the rules in ``bench/rules/ccm``, by its fingerprint. Ours is `ccm_rules.check`,
as everybody calls it. Other engines start from rows that are made for them and end with the
rows of findings, so they are spared reading facts and making sentences. The rules are
there from the start, loaded or written in the engine's own language; a run is what is
measured, and begins with an engine that knows neither rules nor facts.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

import ccm_rules
from bench.handwritten import sentences, words_of
from bench.handwritten.sentences import said
from ccm_rules.compiler import Rulebook, load_rules
from ccm_rules.record.model import Record
from ccm_rules.report.checking import base_of

#: Sentences by fingerprint.
Findings = dict[str, str]
Run = Callable[[], Any]
#: The rules that all are measured with, and Python by hand repeats: a copy of its own.
HOME: Final = Path(__file__).resolve().parent / "rules"


class Contestant(NamedTuple):
    """One way of finding what the rules find.

    Attributes:
        title: how a table calls it.
        prepare: makes a run on a record.
        package: the distribution whose version is told, or empty.
        rows: whether a run ends with rows, of which sentences are made afterwards.
    """

    title: str
    prepare: Callable[[Record], Run]
    package: str = ""
    rows: bool = False

    def findings(self, record: Record, outcome: Any) -> Findings:
        """What a run found, in sentences."""
        if not self.rows:
            found: Findings = outcome
            return found
        words = words_of(record, rules().vocabulary, ccm_rules.party_names())
        return said({name: rows for name, rows in outcome.items() if rows}, words)


@functools.cache
def rules() -> Rulebook:
    """The rules, as they were when they were written by hand."""
    return load_rules(["ccm"], home=HOME)


def _python(record: Record) -> Run:
    vocabulary, parties = rules().vocabulary, ccm_rules.party_names()
    return lambda: sentences(record, vocabulary, parties)


def _checked(*engines: str, reasons: bool = False) -> Callable[[Record], Run]:
    """As everybody checks a record, with engines that are named."""

    def prepare(record: Record) -> Run:
        for name in ("duckdb", "numpy") if "duckdb" in engines else ():
            if find_spec(name):  # as the peers' libraries, which are loaded before a run too
                import_module(name)
        rulebook = rules()

        def run() -> Findings:
            report = ccm_rules.check(record, rulebook, engines=engines)
            if reasons:
                for finding in report.findings:
                    report.because(finding)
            return {finding.fingerprint: finding.says for finding in report.findings}

        return run

    return prepare


def _peer(module: str) -> Callable[[Record], Run]:
    def prepare(record: Record) -> Run:
        rulebook = rules()
        assert record.as_of is not None
        base = base_of(record, rulebook, record.as_of.latest, {})
        peer: Mapping[str, Any] = vars(import_module(f"bench.peers.{module}"))
        run: Run = peer["prepare"](rulebook.program, list(rulebook.findings), base)
        return run

    return prepare


#: By short name; the first is the yardstick, to which all others are compared.
CONTESTANTS: Final = {
    "python": Contestant("Python, written by hand", _python),
    "sqlite": Contestant("SQLite", _checked("sqlite")),
    "duckdb": Contestant("DuckDB", _checked("duckdb"), "duckdb"),
    "reasons": Contestant("SQLite, every finding explained", _checked("sqlite", reasons=True)),
    "durable": Contestant("durable-rules, guarded", _checked("durable-rules"), "durable-rules"),
    "clips": Contestant("CLIPS (clipspy), rows only", _peer("clips"), "clipspy", True),
    "clingo": Contestant("clingo, rows only", _peer("asp"), "clingo", True),
    "durable-plain": Contestant(
        "durable-rules, used plainly, rows only", _peer("plain_durable"), "durable-rules", True
    ),
}
