"""The shipped rules, each changed at random in what it means, on random records.

Random programs are of every shape and mean nothing; these have the shapes of law:
a comparison turned round, an absence made an exception, a period lengthened, a
condition left out. Every engine derives what the program means.
"""

from __future__ import annotations

import os
import re
import sys
from random import Random

from ccm_rules.compiler.compile import compile_rules
from ccm_rules.compiler.limits import flaws
from ccm_rules.dates import DateError
from ccm_rules.law.reader import rule_of
from ccm_rules.law.toml_places import Place, Sheet, Source
from ccm_rules.record import base_relations, merge
from ccm_rules.words.states import party_names
from tests.engines.answering import differences, engines, meant
from tests.engines.naive import TooManyError
from tests.engines.programs import World
from tests.engines.worlds import RULES, VOCABULARY, world
from tests.fuzz.mutation import Table, copied, nodes, tree_of
from tests.fuzz.targets import PARSED, closure
from tests.soaking import SOAK, how_many

ENGINES = engines()
MOST = 20_000
OPERATORS = ("<", "<=", ">", ">=", "==", "!=")
#: Rules that compile without all the indicators.
ALONE = [rule for rule in RULES if not (rule.indicators or rule.populations or rule.sections)]
DOCUMENTS = {
    path.stem: tree_of({key: value for key, value in document.items() if key != "case"})
    for path, document in PARSED.items()
}


def plain(tree):
    if isinstance(tree, Table):
        return {key: plain(value) for key, value in tree}
    return [plain(value) for value in tree] if isinstance(tree, list) else tree


def changed(tree, choose):
    """Change what a rule means, and leave it one."""
    places = []
    for parent, number in nodes(tree):
        key, value = parent[number] if isinstance(parent, Table) else ("", parent[number])
        if key in ("all", "if", "none", "unless", "for", "met_by", "void_by") and isinstance(
            value, list
        ):
            places += [(parent, number, key, value)] * 3
        elif key in ("days", "months", "years", "complete", "round") or (
            isinstance(value, str) and re.search(r" (<|<=|>|>=|==|!=) ", value)
        ):
            places.append((parent, number, key, value))
    if not places:
        return
    parent, number, key, value = choose.choice(places)

    def put(new, name=None):
        parent[number] = (name or key, new) if isinstance(parent, Table) else new

    if isinstance(value, list):
        roll = choose.random()
        if value and roll < 0.4:
            del value[choose.randrange(len(value))]
        elif key in ("none", "unless"):
            put(value, "unless" if key == "none" else "none")
        elif roll < 0.7:
            choose.shuffle(value)
        elif value:
            value.append(copied(choose.choice(value)))
    elif type(value) is int:
        put(choose.choice([value + 1, -value, 2 * value, 0, 31, 12]))
    elif key == "round":
        put("later" if value == "earlier" else "earlier")
    elif key == "complete":
        del parent[number]
    else:
        put(re.sub(r" (<=|>=|==|!=|<|>) ", f" {choose.choice(OPERATORS)} ", value))


def made(seed):
    """A world with a changed rule in the company that it needs; ``None`` if it is none."""
    choose = Random(f"rule {seed}")
    rule = choose.choice(ALONE)
    tree = copied(DOCUMENTS[rule.name])
    for _ in range(choose.randint(1, 3)):
        changed(tree, choose)
    place = Place(Source(Sheet(rule.file)), [])
    read = rule_of(plain(tree), place, rule.folder)
    if place.problems:
        return None
    compiled, _ = compile_rules(closure(read), VOCABULARY)
    if compiled is None:
        return None
    assert list(flaws(compiled.program)) == []
    record = world(seed)
    base = base_relations(
        record, merge(record.facts, VOCABULARY), VOCABULARY, record.as_of.latest, party_names(),
        lambda fact: f"{fact.kind} {sorted(fact.values.items())}",
    )  # fmt: skip
    return World(compiled.program, base.rows, record.registers)


def test_engines_derive_what_changed_rules_mean():
    tried = 0
    worlds = how_many(15, of=10)
    first = 0 if not SOAK else int.from_bytes(os.urandom(4), "big")
    for seed in range(first, first + worlds):
        one = made(seed)
        if one is None:
            continue
        try:
            expected = meant(one, MOST)
        except (TooManyError, DateError):
            continue
        for name, answer in ENGINES.items():
            (found,) = answer([one])
            assert differences(one, expected, found) == [], f"world {seed} on {name}"
        tried += 1
    print(f"changed rules: {tried} of {worlds}, on {', '.join(ENGINES)}", file=sys.stderr)
    assert tried > worlds / 3
