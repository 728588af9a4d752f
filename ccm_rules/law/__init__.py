"""What a rule says: reading rule files, the treaties they belong to, and their languages."""

from typing import Final

#: Whole numbers are below it, so that every engine and every reader of JSON holds them exactly.
MAX_INT: Final = 2**53
