"""The files of a rule out of one text, so that a test shows a rule in one piece.

Tables of cases may stand anywhere in it; what follows a line ``#: fr`` is its French.
"""

from __future__ import annotations

import re
import shutil

from ccm_rules.compiler import rules_home
from ccm_rules.law.sheets import Sheets, cases_file, words_file

_TABLE = re.compile(r"(?m)^(?=\[)")
_OF_CASES = re.compile(r"\[\[(case|cannot|equivalent)\]\]")
FRENCH = "#: fr\n"


def apart(text):
    """The law, the French and the cases of a text; empty where it has none."""
    english, _, french = text.partition(FRENCH)
    parts = _TABLE.split(english)
    cases = [part for part in parts if _OF_CASES.match(part)]
    return "".join(part for part in parts if part not in cases), french, "".join(cases)


def sheets(file, text):
    """The files of a rule as they are read."""
    law, french, cases = (part.encode() for part in apart(text))
    return Sheets(str(file), law, {"fr": french} if french else {}, cases or None)


def with_vocabulary(home):
    """A directory of rules that has the shipped vocabulary."""
    home.mkdir(exist_ok=True)
    for name in ("vocabulary.toml", "vocabulary.fr.toml"):
        shutil.copy(rules_home() / name, home)
    return home


def copy_rule(file, folder):
    """Copy the files of a rule."""
    for name in (file.name, words_file(file.name, "fr"), cases_file(file.name)):
        if file.with_name(name).exists():
            shutil.copy(file.with_name(name), folder)


def write(file, text):
    """Write the files of a rule, and remove those that it has no more."""
    law, *others = apart(text)
    file.write_text(law, encoding="utf-8")
    names = words_file(file.name, "fr"), cases_file(file.name)
    for name, part in zip(names, others, strict=True):
        if part:
            file.with_name(name).write_text(part, encoding="utf-8")
        else:
            file.with_name(name).unlink(missing_ok=True)
    return file
