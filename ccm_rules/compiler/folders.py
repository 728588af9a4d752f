"""Where rules lie: a directory goes in, and its treaties and the files of its rules come out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from ccm_rules.bounded import MAX_RULE_BYTES, TooLargeError, read_whole
from ccm_rules.compiler import cache as keep
from ccm_rules.errors import InputError, Problem
from ccm_rules.law.sheets import PROVISIONS, Sheets, is_law, law_of, read_sheets
from ccm_rules.law.treaty import TREATIES, Treaty, told_apart, treaties_in, treaties_of

if TYPE_CHECKING:
    from pathlib import Path  # takes longer to import than the rules to load

PACKAGE: Final = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
VOCABULARY: Final = "vocabulary.toml"


def rules_home() -> Path:
    """Where the rules are: in the checkout, or inside the installed package."""
    from pathlib import Path

    return Path(home_of("rules"))


def facts_home() -> Path:
    """Where the records are that come with the tool."""
    from pathlib import Path

    return Path(home_of("facts"))


def home_of(name: str) -> str:
    """Where ``rules`` or ``facts`` are: in the checkout, or inside the installed package."""
    installed = os.path.join(PACKAGE, "_data", name)
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(PACKAGE), name)


def rule_files(
    folders: Iterable[str] = (), home: str | os.PathLike[str] | None = None
) -> list[Path]:
    """The vocabularies and the rule files of some folders.

    Args:
        folders: names of folders; those of the first treaty if none is named.
        home: the directory of rules; the shipped one unless given.

    Raises:
        InputError: a folder does not exist, or holds no rule.
    """
    from pathlib import Path

    home = home_of("rules") if home is None else os.fspath(home)
    names = folders_to_read(list(folders), read_treaties(home), home)
    files = files_in(names, home, read_treaties(home))
    return [Path(file) for file in files if os.path.exists(file)]


def read_treaties(
    home: str | os.PathLike[str] | None = None, language: str = "en", *, cache: bool = True
) -> tuple[Treaty, ...]:
    """The treaties of a directory of rules; none where it does not name any.

    Args:
        home: the directory; the shipped one unless given.
        language: of their titles.
        cache: whether the user's cache directory may be used.

    Raises:
        InputError: with every problem of ``treaties.toml``.
    """
    file = os.path.join(home_of("rules") if home is None else home, TREATIES)
    if not os.path.isfile(file):
        return ()
    sheets = read_sheets(file, read_if_there, cases=False)
    key = keep.key_of("treaties", language, sheets.law, repr(sheets.words))
    found = keep.read(key, treaties_in) if cache else None
    if found is None:
        document = _parsed_treaties(sheets, language)
        found = treaties_in(document)
        if cache:
            keep.write(key, document)
    return found


def _parsed_treaties(sheets: Sheets, language: str) -> dict[str, Any]:
    from ccm_rules.law.rule_document import joined
    from ccm_rules.law.toml_places import Place
    from ccm_rules.law.treaty_tables import TREATIES as FORM

    made = joined(sheets, shown(sheets.file), FORM, language)
    FORM.read(made.document, Place(made.source, made.problems))
    if made.problems:
        raise InputError(made.problems)
    for table in made.document.values():
        if "since" in table:
            table["since"] = str(table["since"])  # plain enough for the cache
    return made.document


def folders_to_read(
    folders: list[str], treaties: Sequence[Treaty], home: str | os.PathLike[str]
) -> list[str]:
    """The folders that are meant where perhaps none is named.

    Raises:
        InputError: they are of different treaties.
    """
    if not folders:
        others = {folder for treaty in treaties[1:] for folder in treaty.folders}
        mine = set(treaties[0].folders) if treaties else set()
        return [name for name in _folders(home) if name in mine or name not in others]
    if treaties and not treaties_of(treaties, folders):
        file = os.path.join(home, TREATIES)
        what = f"rules of different treaties are not read together: {told_apart(treaties, folders)}"
        raise InputError([Problem(file, 0, 0, "", what, "name the folders of one treaty")])
    return folders


def _vocabularies(
    folders: Iterable[str], home: str | os.PathLike[str], treaties: Sequence[Treaty]
) -> Iterator[str]:
    """The common vocabulary, and those that folders lay over it.

    A treaty's words are read whichever of its folders are, so that its records can be.
    """
    yield os.path.join(home, VOCABULARY)
    treaty = next(iter(treaties_of(treaties, folders)), Treaty())
    for folder in dict.fromkeys([*treaty.folders, *folders]):
        file = os.path.join(home, folder, VOCABULARY)
        if os.path.basename(folder) == folder and os.path.exists(file):
            yield file


def files_in(
    folders: Iterable[str], home: str | os.PathLike[str], treaties: Sequence[Treaty]
) -> list[str]:
    """The vocabularies, the provisions and the laws; a provision may have cases alone.

    Raises:
        InputError: a folder does not exist or holds no rule, or a file stands beside no rule.
    """
    names = list(folders)
    common = os.path.join(home, PROVISIONS)
    files = list(_vocabularies(names, home, treaties))
    files += [os.path.join(common, name) for name in sorted(set(map(law_of, _toml_in(common))))]
    problems = []
    for name in names:
        place = os.path.join(home, name)
        plain = os.path.basename(name) == name and name not in (".", "..", PROVISIONS)
        files_there = _toml_in(place) if plain else []
        found = [file for file in files_there if is_law(file) and file != VOCABULARY]
        for file in files_there:
            if law_of(file) not in (*found, VOCABULARY):
                what, mend = "stands beside no rule", f"name it after one, as {law_of(file)}"
                problems.append(Problem(os.path.join(place, file), 0, 0, "", what, mend))
        if not files_there:
            there = ", ".join(_folders(home)) or "a directory of rule folders"
            problems.append(Problem(place, 0, 0, "", "holds no rules", f"name one of {there}"))
        files += [os.path.join(place, file) for file in found]
    if not names:
        mend = "name a directory with rule folders"
        problems.append(Problem(os.fspath(home), 0, 0, "", "holds no rules", mend))
    if problems:
        raise InputError(problems)
    return files


def _folders(home: str | os.PathLike[str]) -> list[str]:
    try:
        names = sorted(os.listdir(home))
        return [n for n in names if n != PROVISIONS and _toml_in(os.path.join(home, n))]
    except OSError:
        return []


def _toml_in(directory: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(directory) if name.endswith(".toml"))
    except (OSError, ValueError):  # ValueError: a name that no folder can have
        return []


def _read(file: str) -> bytes:
    try:
        return read_whole(file, MAX_RULE_BYTES)
    except TooLargeError as error:
        mend = "a rule fits a page: divide it"
        raise InputError([Problem(file, 0, 0, "", str(error.strerror), mend)]) from None
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        mend = "name a rules directory with a vocabulary.toml"
        raise InputError([Problem(file, 0, 0, "", what, mend)]) from None


def read_if_there(file: str) -> bytes | None:
    """The bytes of a file; ``None`` where there is none and need not be any.

    Raises:
        InputError: a law, or a file that is there, cannot be read.
    """
    folder, name = os.path.split(file)
    needed = is_law(name) and os.path.basename(folder) != PROVISIONS
    return _read(file) if needed or os.path.lexists(file) else None


def whole_sheets(
    folders: Iterable[str] = (), home: str | os.PathLike[str] | None = None
) -> list[Sheets]:
    """The vocabularies, provisions and rules of some folders, with their words and cases.

    Args:
        folders: as in `rule_files`.
        home: as in `rule_files`.

    Raises:
        InputError: a folder does not exist or holds no rule, or a file cannot be read.
    """
    home = home_of("rules") if home is None else os.fspath(home)
    names = folders_to_read(list(folders), read_treaties(home), home)
    files = files_in(names, home, read_treaties(home))
    return [read_sheets(file, read_if_there) for file in files]


def shown(file: str) -> str:
    """A path as messages name it: as it is given, or from the working directory if below."""
    try:
        return file.removeprefix(os.path.join(os.getcwd(), ""))
    except OSError:
        return file
