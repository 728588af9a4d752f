"""Libraries that only some formats need, and what to say where one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ccm_rules.errors import CcmError


@contextmanager
def needed(library: str, extra: str) -> Iterator[None]:
    """Import a library, or say how it is had.

    Raises:
        CcmError: it is not installed.
    """
    try:
        yield
    except ImportError:
        raise CcmError(f"{library} is not installed: pip install 'ccm-rules[{extra}]'") from None
