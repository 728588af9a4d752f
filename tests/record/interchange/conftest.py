"""The command line on a small record, as in the tests of the command line."""

from tests.cli.conftest import (  # noqa: F401 - fixtures
    _own_cache,
    ccm,
    facts,
    home,
    process,
    record,
    save,
)
