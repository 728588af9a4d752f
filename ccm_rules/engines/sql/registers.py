"""The registers of a record as tables: registers in, their rows out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from ccm_rules.compiler.program import Row
from ccm_rules.record.model import Register

#: The registers of a record: which kind of fact each is about, and until when.
REGISTER: Final = "register"
#: The States that a register is about, of one that is not about all.
REGISTER_PARTY: Final = "register party"
#: The values that a register is limited to: a text (told), or a number where that is ''.
REGISTER_LIMIT: Final = "register limit"

REGISTER_SCHEMA: Final = {
    REGISTER: (("register", "int"), ("of", "text"), ("until", "int"), ("everyone", "int")),
    REGISTER_PARTY: (("register", "int"), ("party", "text")),
    REGISTER_LIMIT: (
        ("register", "int"),
        ("field", "text"),
        ("told", "text"),
        ("number", "int"),
    ),
}


def register_rows(
    registers: Sequence[Register], kinds: Collection[str] | None = None
) -> dict[str, list[Row]]:
    """The rows of the tables of registers.

    Args:
        registers: of a record, in its order.
        kinds: the kinds of fact that anybody asks about; all unless given.
    """
    asked = [(n, r) for n, r in enumerate(registers) if kinds is None or r.of in kinds]
    return {
        REGISTER: [(n, r.of, r.until.earliest, int(r.parties is None)) for n, r in asked],
        REGISTER_PARTY: [(n, party) for n, r in asked for party in sorted(r.parties or ())],
        REGISTER_LIMIT: [
            (n, field, "", value) if isinstance(value, int) else (n, field, str(value), 0)
            for n, r in asked
            for field, value in r.where.items()
        ],
    }
