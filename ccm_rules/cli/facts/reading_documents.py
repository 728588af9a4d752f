"""Facts files as they are written, for commands that write facts again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ccm_rules

if TYPE_CHECKING:
    from ccm_rules.record import Files


def rules_for(home: str | None, *read: Files) -> ccm_rules.Rulebook:
    """The rules that files ask for, whose vocabulary says what they mean.

    They are read by then, and not again: a pipe can be read once.
    """
    folders = next((files.folders for files in read if files.folders), ())
    return ccm_rules.load_rules(
        ccm_rules.asked_for(ccm_rules.read_treaties(home), folders), home=home
    )
