"""The pages of rules as Markdown files, with an index.

A directory of pages is written whole or not at all. Each file begins with a mark; what
has none was not written here, and is neither replaced nor removed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import ccm_rules
from ccm_rules.authoring.cases import load_full_rules
from ccm_rules.documents.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Para,
    Row,
    Run,
    Table,
    text,
)
from ccm_rules.documents.briefing.material import BINDING_WORDS
from ccm_rules.documents.rulepages.example import Records
from ccm_rules.documents.rulepages.page import Link, Pages
from ccm_rules.errors import CcmError
from ccm_rules.formats import markdown
from ccm_rules.law.rule import Rule

MARK: Final = "<!-- Made by `ccm-check rules docs`: change the rule, not this page. -->\n\n"
INDEX: Final = "README.md"


def books(home: str | None = None, language: str = "en", link: Link | None = None) -> list[Pages]:
    """The pages of all rules of a directory, one set for each treaty.

    Args:
        home: the directory of rules; the shipped one unless given.
        language: in which they are written.
        link: where the page of a rule stands, by its name; nowhere unless given.

    Raises:
        InputError: with every problem of every rule file.
    """
    found = []
    for rulebook in ccm_rules.load_every_treaty(home, indicators=True, language=language):
        plain = ccm_rules.load_rules(rulebook.folders, home=home, language=language)
        _, rules = load_full_rules(rulebook.folders, home, language)
        found.append(Pages(rulebook, plain, rules, *([] if link is None else [link])))
    return found


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


def files(
    home: str | None = None, language: str = "en", names: Sequence[str] = ()
) -> dict[str, str]:
    """The text of every page, by its path within the directory.

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
        found[INDEX] = _index(every)
    return found


def _unknown(name: str, names: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, list(names), 1)
    hint = f"did you mean {near[0]}?" if near else "`ccm-check rules` lists the rules"
    return f"no rule is called {name!r}; {hint}"


def _page(
    made: Pages, title: str, subtitle: Sequence[str], blocks: Sequence[Block], source: str
) -> str:
    header = made.say("Made from {file}; rules/README.md says how rules are read.", file=source)
    language = made.language.code
    document = Document(title, tuple(subtitle), header, "", language, tuple(blocks))
    return MARK + markdown.render(document)


def _index(every: Sequence[Pages]) -> str:
    first = every[0]
    say = first.say
    columns = (
        Column(say("Rule"), 6), Column(say("Article"), 4), Column(say("Nature"), 3),
        Column(say("What it holds"), 5),
    )  # fmt: skip
    blocks: list[Block] = [Para(text(say("A page for every rule: the law with its words, the "
                                         "conditions in plain words, a worked example, and what "
                                         "rests on the rule.")))]  # fmt: skip
    by_folder: dict[str, dict[str, tuple[Pages, Rule]]] = {}
    for made in every:
        for rule in made.rules.values():
            by_folder.setdefault(rule.folder, {}).setdefault(rule.name, (made, rule))
    for folder, rules in by_folder.items():
        rows = tuple(
            Row(
                (
                    Cell((Run(rule.title, f"{folder}/{rule.name}.md"),)),
                    Cell(text(made.authority(rule.name))),
                    Cell(text(say(BINDING_WORDS[rule.binding]))),
                    Cell(text(", ".join(_holds(made, rule)))),
                )
            )
            for made, rule in rules.values()
        )
        blocks += [Heading(1, f"{folder}/", folder), Table(say("Rules"), columns, rows)]
    return _page(first, say("Rules"), (), blocks, "rules/")


def _holds(made: Pages, rule: Rule) -> Iterator[str]:
    """What a rule holds, in a few words."""
    count = made.language.count
    if rule.duty is not None:
        yield made.say("a duty")
    if rule.findings:
        yield count(len(rule.findings), "{n} finding", "{n} findings")
    derived = len({one.fact for one in rule.made})
    if derived:
        yield count(derived, "{n} conclusion", "{n} conclusions")
    if rule.populations:
        yield count(len(rule.populations), "{n} population", "{n} populations")
    if rule.indicators:
        yield count(len(rule.indicators), "{n} indicator", "{n} indicators")


# -- writing -----------------------------------------------------------------------


def write(found: Mapping[str, str], output: str, *, whole: bool) -> list[str]:
    """Write pages into a directory, all or none.

    Args:
        found: the texts by path within the directory.
        output: the directory; it is made if there is none.
        whole: whether these are all pages, so that other marked ones are out of date and go.

    Returns:
        The pages that were removed.

    Raises:
        CcmError: something is in the way, or cannot be written; nothing has changed.
    """
    place = Path(output)
    if place.exists() and not place.is_dir():
        raise CcmError(f"{output}: is no directory; nothing was written")
    for name in found:
        target = place / name
        if target.exists() and not _ours(target):
            raise CcmError(
                f"{target}: was not written by `ccm-check rules docs`; move it away, or name "
                "another directory; nothing was written"
            )
    stale = [name for name in _marked(place) if name not in found] if whole else []
    try:
        _replace(found, stale, place)
    except OSError as error:
        raise CcmError(
            f"{output}: cannot be written: {error.strerror or error}; the old pages are whole"
        ) from None
    return stale


def _ours(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return stream.read(len(MARK.encode())) == MARK.encode()
    except OSError:
        return False


def _marked(place: Path) -> list[str]:
    """The pages that stand in a directory and its folders, by path within it."""
    there = sorted([*place.glob("*.md"), *place.glob("*/*.md")])
    return [file.relative_to(place).as_posix() for file in there if _ours(file)]


def _replace(found: Mapping[str, str], stale: Sequence[str], place: Path) -> None:
    """Put new files in the place of old ones; put the old ones back if one cannot be written."""
    made = not place.exists()
    place.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=place, prefix=".ccm-check-"))
    moved: list[str] = []
    placed: list[str] = []
    folders: list[Path] = []
    try:
        for name, content in found.items():
            new = work / "new" / name
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(content.encode("utf-8", "backslashreplace"))
        for name in (*found, *stale):
            if (place / name).exists():
                old = work / "old" / name
                old.parent.mkdir(parents=True, exist_ok=True)
                os.replace(place / name, old)
                moved.append(name)
        for name in found:
            folder = (place / name).parent
            if not folder.exists():
                folder.mkdir()
                folders.append(folder)
            os.replace(work / "new" / name, place / name)
            placed.append(name)
    except OSError:
        for name in placed:
            (place / name).unlink(missing_ok=True)
        for name in moved:
            os.replace(work / "old" / name, place / name)
        for folder in reversed(folders):
            folder.rmdir()
        shutil.rmtree(work, ignore_errors=True)
        if made:
            place.rmdir()
        raise
    shutil.rmtree(work, ignore_errors=True)
    for folder in {(place / name).parent for name in stale}:
        if folder != place and not any(folder.iterdir()):
            folder.rmdir()
