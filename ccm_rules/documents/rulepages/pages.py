"""The pages of all rules, with an index: a directory of rules goes in, documents come out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import ccm_rules
from ccm_rules.authoring.cases import load_full_rules
from ccm_rules.authoring.situations import Matrix, read_situations
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.documents.blocks import Block, Document, Heading, Items
from ccm_rules.documents.parts.building import linked, para
from ccm_rules.documents.parts.labels import BINDING_WORDS
from ccm_rules.documents.parts.table_lines import TableLine, cell, column, table
from ccm_rules.documents.rulepages.page import Pages
from ccm_rules.documents.rulepages.ruleset import Link, nowhere
from ccm_rules.documents.rulepages.samples import Records
from ccm_rules.documents.rulepages.situation_page import PAGE, SituationPage
from ccm_rules.errors import CcmError
from ccm_rules.law.rule import Rule
from ccm_rules.law.situation_tables import SITUATIONS
from ccm_rules.words.language import mark

INDEX: Final = "README.md"


def books(home: str | None = None, language: str = "en", link: Link = nowhere) -> list[Pages]:
    """The pages of all rules of a directory, one set for each treaty.

    Args:
        home: the directory of rules; the shipped one unless given.
        language: in which they are written.
        link: where the page of a rule stands, by its name; nowhere unless given.

    Raises:
        InputError: with every problem of every rule file.
    """
    every = ccm_rules.load_every_treaty(home, indicators=True, language=language)
    return [pages_of(rulebook, home, link) for rulebook in every]


def pages_of(rulebook: Rulebook, home: str | None, link: Link = nowhere) -> Pages:
    """The pages of the rules of a rulebook."""
    folders, language = rulebook.folders, rulebook.language
    _, rules = load_full_rules(folders, home, language)
    return Pages(rulebook, rules, link)


def of_rule(name: str, home: str | None = None, language: str = "en") -> Pages:
    """The pages among which that of a rule is.

    Raises:
        CcmError: there is no such rule.
    """
    every = books(home, language)
    for made in every:
        if name in made.rules:
            return made
    raise CcmError(_unknown(name, [rule for made in every for rule in made.rules]))


def documents(
    home: str | None = None, language: str = "en", names: Sequence[str] = ()
) -> dict[str, Document]:
    """Every page, by its path within the directory.

    Args:
        home: the directory of rules; the shipped one unless given.
        language: in which they are written.
        names: the rules; all unless given, and only then the index too.

    Raises:
        InputError: with every problem of every rule file.
        CcmError: a rule is named that is not there.
    """
    folders: dict[str, str] = {}
    every = books(home, language, lambda name: f"../{folders[name]}/{name}.md")
    there: dict[str, tuple[Pages, Rule]] = {}
    for made in every:
        for rule in made.rules.values():
            there.setdefault(rule.name, (made, rule))
    folders.update((name, rule.folder) for name, (_, rule) in there.items())
    for name in names:
        if name not in there:
            raise CcmError(_unknown(name, there))
    records = Records(home, language)
    found = {}
    for name in names or there:
        made, rule = there[name]
        blocks = made.blocks(name, records.example(rule, made.rulebook))
        source = f"rules/{rule.folder}/{name}.toml"
        page = _page(made, rule.title, made.subtitle(name), blocks, source)
        found[f"{rule.folder}/{name}.md"] = page
    if not names:
        shown = situation_page(every, home, lambda name: f"{folders[name]}/{name}.md")
        extra = {} if shown is None else {shown.title: f"{PAGE}.md"}
        found[INDEX] = _index(there.values(), every[0], extra)
        if shown is not None:
            source = f"rules/{SITUATIONS}"
            found[f"{PAGE}.md"] = _page(every[0], shown.title, (), shown.blocks(), source)
    return found


def situation_page(every: Sequence[Pages], home: str | None, link: Link) -> SituationPage | None:
    """The page of situations; ``None`` where none are named.

    Args:
        every: the pages of all rules.
        home: the directory of rules; the shipped one unless given.
        link: where the page of a rule stands, by its name.

    Raises:
        InputError: with every problem of the file of situations.
    """
    language = every[0].language
    situations = read_situations(home, language.code)
    if not situations.situations:
        return None
    matrix = Matrix(situations, [list(made.rules.values()) for made in every])
    return SituationPage(matrix, language, link)


def _unknown(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), 1)
    hint = f"did you mean {near[0]}?" if near else "`ccm-check rules` lists the rules"
    return f"no rule is called {name!r}; {hint}"


def _page(
    made: Pages, title: str, subtitle: Sequence[str], blocks: Iterable[Block], source: str
) -> Document:
    header = made.say("Made from {file}; rules/README.md says how rules are read.", file=source)
    language = made.language.code
    return Document(title, tuple(subtitle), header, "", language, tuple(blocks))


def _index(
    there: Iterable[tuple[Pages, Rule]], first: Pages, extra: Mapping[str, str]
) -> Document:
    """The page that leads to all others, by folder; ``extra`` are pages of no rule, by title."""
    say = first.say
    folders: dict[str, list[TableLine]] = {}
    for made, rule in there:
        to = f"{rule.folder}/{rule.name}.md"
        cells = [
            column(say("Rule"), 6, cell(rule.title, to=to)),
            column(say("Article"), 4, made.authority(rule.name)),
            column(say("Nature"), 3, say(BINDING_WORDS[rule.binding])),
            column(say("What it holds"), 5, ", ".join(_holds(made, rule))),
        ]
        folders.setdefault(rule.folder, []).append(TableLine(cells))
    about = say(
        "A page for every rule: the law with its words, the conditions in plain words, a worked "
        "example, and what rests on the rule."
    )
    blocks: list[Block] = [para(about)]
    blocks += [Items((linked(first.language, extra.items()),))] if extra else []
    for folder, lines in folders.items():
        blocks += [Heading(1, f"{folder}/", folder), *table(say("Rules"), lines)]
    return _page(first, say("Rules"), (), blocks, "rules/")


def _holds(made: Pages, rule: Rule) -> Iterator[str]:
    """What a rule holds, in a few words."""
    if rule.duty is not None:
        yield made.say("a duty")
    for held, one, many in (
        (rule.findings, mark("{n} finding"), mark("{n} findings")),
        ({made.fact for made in rule.made}, mark("{n} conclusion"), mark("{n} conclusions")),
        (rule.populations, mark("{n} population"), mark("{n} populations")),
        (rule.indicators, mark("{n} indicator"), mark("{n} indicators")),
    ):
        if held:
            yield made.language.count(len(held), one, many)
