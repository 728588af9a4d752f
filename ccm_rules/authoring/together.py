"""Which rule folders are read together.

Rules of different treaties derive facts under the same names and never meet, so what
looks at all rule files looks at them one treaty at a time.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

from ccm_rules.compiler.folders import rules_home
from ccm_rules.law.sheets import PROVISIONS

#: Beside the vocabulary: for each treaty its ``folders``.
_TREATIES: Final = "treaties.toml"


def folder_groups(home: str | Path | None = None) -> list[tuple[str, ...]]:
    """The folders of each treaty; one empty group, which means all, where none are named.

    Folders of no treaty are read with the first one; a folder may be in several groups.
    """
    place = rules_home() if home is None else Path(home)
    try:
        document = tomllib.loads((place / _TREATIES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [()]  # what is wrong with the file is said where it is loaded
    groups = [
        tuple(map(str, table["folders"]))
        for table in document.values()
        if isinstance(table, dict) and isinstance(table.get("folders"), list)
    ]
    if not groups:
        return [()]
    named = {name for group in groups for name in group}
    others = {file.parent.name for file in place.glob("*/*.toml")} - named - {PROVISIONS}
    return [(*groups[0], *sorted(others)), *groups[1:]]
