"""The reference page of what people write in TOML: in goes the grammar, out comes Markdown.

``python -m ccm_rules.authoring.reference FILE`` writes the page; a test holds it up to date.
What the words mean to a rule, with examples, rules/README.md says.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ccm_rules.law.conditions import Body
from ccm_rules.law.forms import Many, Tables
from ccm_rules.law.grammar import ByName, Entry, Form, Table, entries, summary, table_name
from ccm_rules.law.rule_document import RULE
from ccm_rules.law.situation_tables import FORM as SITUATIONS
from ccm_rules.law.treaty_tables import TREATIES
from ccm_rules.record.vocabulary_file import VOCABULARY

_WORDS: Final = """\
By its name, for each fact a [kind](#kind). That of a rule folder is laid over the common one: new
kinds, whole, and of others the keys that are otherwise."""
_HEAD: Final = """\
<!-- Made of the grammar by `make docs`: change the classes of ccm_rules/law, not this page. -->

# What may stand in a rule file, the vocabulary, treaties.toml and situations.toml

Each table with its keys: what stands there, and what it means. A key in **bold** is needed. One
that is marked *fr* can be said in French, in `NAME.fr.toml` under the same key; one that is marked
*provision* can stand in a file of `provisions/` too. How it all works together, with examples, is
in [rules/README.md](../rules/README.md)."""


def reference() -> str:
    """The page."""
    parts = [_HEAD]
    for title, says, form, sheet in (
        ("`NAME.toml`: the law of a rule", "", RULE, "law"),
        ("`NAME.cases.toml`: its cases", "", RULE, "cases"),
        ("`vocabulary.toml`", _WORDS, VOCABULARY, ""),
        ("`treaties.toml`", "By its name, for each treaty a [treaty](#treaty).", TREATIES, ""),
        ("`situations.toml`", "", SITUATIONS, "law"),
    ):
        parts += [f"## {title}", *([says] if says else []), *_tables(form, sheet)]
    return "\n\n".join(parts) + "\n"


def _tables(form: Form, sheet: str) -> Iterator[str]:
    """The tables of a file, each once: the file's own, then those that it holds."""
    first = _inner(form)
    assert first is not None
    todo = [first.cls]
    for cls in todo:  # which grows meanwhile
        top = cls is first.cls and isinstance(form, Table)
        listed = [e for e in entries(cls) if not top or e.key.sheet in (sheet, "both")]
        if not top:
            yield f"### {table_name(cls)}"
            yield summary(cls)
        conditions = _conditions(listed) if cls is not Body else []
        if conditions:
            yield "It has the keys of [conditions](#conditions) too."
            listed = [entry for entry in listed if entry not in conditions]
        yield "\n".join(
            ["| key | what stands there | what it means |", "|---|---|---|", *map(_row, listed)]
        )
        inner = (_inner(entry.key.form) for entry in listed)
        more: list[type] = [Body] if conditions else []
        more += [table.cls for table in inner if table is not None]
        todo += [one for one in dict.fromkeys(more) if one not in todo]


def _conditions(listed: list[Entry]) -> list[Entry]:
    """The keys of conditions among those of a table that says nothing else of them."""
    own = {entry.name for entry in entries(Body)}
    found = [entry for entry in listed if entry.name in own]
    return [entry for entry in found if not entry.needed] if len(found) > 1 else []


def _inner(form: Form) -> Table | None:
    """The table that a form is or holds."""
    while not isinstance(form, Table):
        if isinstance(form, Tables):
            form = form.table
        elif isinstance(form, Many | ByName):
            form = form.of
        else:
            return None
    return form


def _row(entry: Entry) -> str:
    name = "any other" if entry.name == "*" else f"`{entry.name}`"
    name = f"**{name}**" if entry.needed else name
    marks = ["*fr*"] if entry.key.translated else []
    marks += ["*provision*"] if entry.key.common else []
    what = entry.key.form.words
    inner = _inner(entry.key.form)
    if inner is not None:
        what = f"{what}: [{table_name(inner.cls)}](#{table_name(inner.cls)})"
    says = " ".join([entry.key.words, *marks])
    return f"| {name} | {_cell(what)} | {_cell(says)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
