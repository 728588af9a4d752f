"""On how many random inputs a property is tried: a few, the same in every run, or very many.

In: the environment variable CCM_EXAMPLES, which `make soak` sets. Out: settings for
Hypothesis, and numbers for tests that count by themselves.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

#: So many inputs where one takes some milliseconds; 0 outside of `make soak`.
SOAK = int(os.environ.get("CCM_EXAMPLES", "0"))


def how_many(few: int, of: int = 1) -> int:
    """A few, or one in ``of`` of as many as are asked for: the dearer an input, the fewer."""
    return SOAK // of or few


def tries(few: int, of: int = 1) -> settings:
    """The same as settings; a busy machine is no failure."""
    return settings(
        max_examples=how_many(few, of),
        derandomize=not SOAK,
        suppress_health_check=list(HealthCheck),
    )
