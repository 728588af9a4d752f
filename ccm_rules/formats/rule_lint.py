"""How `ccm-check rules lint` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ccm_rules.authoring.lint import Complaint
from ccm_rules.formats.terminal import Terminal
from ccm_rules.words.counting import plural


def render(complaints: Sequence[Complaint], rules: int, terminal: Terminal) -> str:
    """Write each complaint with its place and mend, and how many there are."""
    for one in complaints:
        place = f"{one.file}:{one.line}" if one.line else one.file
        terminal.write(f"{place}: {one.check}", "warning", whole=True)
        terminal.write(one.what, indent=4, hang=2)
        terminal.write(f"mend: {one.mend}", "dim", 4, 6)
    told = plural(len(complaints), "complaint") if complaints else "nothing to complain of"
    terminal.write(f"{plural(rules, 'rule')}: {told}", "bold")
    return terminal.text()


def data(complaints: Sequence[Complaint], rules: int) -> dict[str, Any]:
    """The same as plain values: ``"schema": "ccm-rules-lint/1"``."""
    return {
        "schema": "ccm-rules-lint/1",
        "rules": rules,
        "complaints": [one._asdict() for one in complaints],
    }
