"""Formats are tried by the command line, on the same small record."""

from __future__ import annotations

from tests.cli.conftest import (  # noqa: F401 - fixtures
    _own_cache,
    ccm,
    facts,
    home,
    process,
    record,
    save,
)
