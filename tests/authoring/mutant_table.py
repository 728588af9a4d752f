"""What kills what: the mutants of every rule and the case that notices each, in a table.

In: the shipped rules. Out: `mutants.json` beside this file, which `make mutants` writes
and the tests read. Running every mutant takes minutes, so it is done again only where a
rule, its cases or what it reads has changed (`digest`), and for a sample of the rest.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import attrs

from ccm_rules.authoring.closure import closure
from ccm_rules.authoring.mutation import RuleScore
from ccm_rules.authoring.workshop import Workshop
from ccm_rules.cli.writing import publish
from ccm_rules.documents.trials import Trials
from ccm_rules.law.rule import Rule

TABLE = Path(__file__).with_name("mutants.json")

#: What no mutant changes and no case looks at: words for the reader, and places in files.
_BESIDE_THE_LAW = {
    "at", "file", "folder", "line", "source", "title", "summary", "binding", "authority",
    "section", "sections", "equivalents", "remedy", "wording", "counted", "place", "summary_title",
}  # fmt: skip


class Entry(NamedTuple):
    """What is known of one rule.

    Attributes:
        digest: of the rule as it was, its cases and what it reads.
        kills: by the name of a mutant the case that noticed it; "" where none did, and
            ``None`` where the change makes no rule.
    """

    digest: str
    kills: dict[str, str | None]


def digests(workshop: Workshop) -> dict[str, str]:
    """A digest of what each rule, its cases and the rules that it reads mean.

    Neither the layout of files nor the words around the law count.
    """
    found: dict[str, str] = {}
    for group in workshop.groups:
        for rule in group.rules:
            if rule.name not in found:
                found[rule.name] = _digest(rule, group.rules, group.vocabulary)
    return found


def _digest(rule: Rule, group: list[Rule], vocabulary: Mapping[str, Any]) -> str:
    read = [
        _plain(part if part.name == rule.name else attrs.evolve(part, cases=()))
        for part in closure(rule, group)
    ]
    law = json.dumps(read, sort_keys=True)
    # Of the vocabulary only the kinds of fact that are spoken of anywhere.
    kinds = [_plain(kind) for name, kind in sorted(vocabulary.items()) if json.dumps(name) in law]
    return hashlib.sha256((law + json.dumps(kinds, sort_keys=True)).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """A value as JSON has it, without what stands beside the law."""
    if attrs.has(type(value)):
        fields = {a.name: getattr(value, a.name) for a in attrs.fields(type(value))}
    elif isinstance(value, tuple) and hasattr(value, "_asdict"):
        fields = value._asdict()
    elif isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    elif isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(one) for one in value]
    else:
        return value.isoformat() if isinstance(value, dt.date) else value
    kept = {name: _plain(one) for name, one in fields.items() if name not in _BESIDE_THE_LAW}
    return {"is": type(value).__name__, **kept}


def read() -> dict[str, Entry]:
    """The table as it is committed."""
    table = {}
    for rule, entry in json.loads(TABLE.read_text(encoding="utf-8")).items():
        kills: dict[str, str | None] = dict.fromkeys(entry["makes no rule"])
        kills |= dict.fromkeys(entry["unnoticed"], "")
        for case, mutants in entry["noticed"].items():
            kills |= dict.fromkeys(mutants, case)
        table[rule] = Entry(entry["digest"], kills)
    return table


def write(table: Mapping[str, Entry]) -> None:
    """Put the table in its place, a mutant a line under the case that notices it."""
    document = {}
    for rule, (digest, kills) in sorted(table.items()):
        noticed: dict[str, list[str]] = {}
        for mutant, case in sorted(kills.items()):
            if case:
                noticed.setdefault(case, []).append(mutant)
        document[rule] = {
            "digest": digest,
            "noticed": dict(sorted(noticed.items())),
            "unnoticed": sorted(m for m, case in kills.items() if case == ""),
            "makes no rule": sorted(m for m, case in kills.items() if case is None),
        }
    TABLE.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def changed(table: Mapping[str, Entry], today: Mapping[str, str]) -> list[str]:
    """The rules of which the table does not say how they are today."""
    return [name for name in today if name not in table or table[name].digest != today[name]]


def scores(
    workshop: Workshop, names: Iterable[str], table: Mapping[str, Entry]
) -> list[RuleScore]:
    """Run all mutants of these rules, asking first the case that noticed each before."""
    wanted = set(names)
    rules = [rule for rule in workshop.rules if rule.name in wanted]
    hints = {name: {m: c for m, c in entry.kills.items() if c} for name, entry in table.items()}
    return workshop.scores(rules, hints=hints)


def main(arguments: list[str]) -> int:
    """Run all mutants, or with ``--changed`` those of changed rules, and write the table."""
    workshop = Workshop()
    today = digests(workshop)
    table = read() if TABLE.exists() else {}
    names = changed(table, today) if "--changed" in arguments else list(today)
    found = scores(workshop, names, table)
    publish(Trials(found, with_mutants=True), "text", None)
    kept = {name: entry for name, entry in table.items() if name in today}
    write(kept | {one.rule: Entry(today[one.rule], dict(one.kills)) for one in found})
    sound = all(one.passed and not one.wrong and not one.survivors for one in found)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
