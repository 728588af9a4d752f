"""Plain values as JSON, for programs.

Keys stand in a fixed order and nothing depends on the machine, so equal input
gives equal bytes. The forms are published in ``schemas/``.
"""

from __future__ import annotations

import json
from typing import Any

from ccm_rules.formats.registry import PLAIN, Look


def render(value: Any, look: Look = PLAIN) -> str:
    """Write JSON."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
