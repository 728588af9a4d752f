"""Names of States: a code of ISO 3166-1 alpha-3 goes in, the name comes out."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Mapping


@functools.cache
def party_names() -> Mapping[str, str]:
    """Names of States by ISO 3166-1 alpha-3 code, as the United Nations uses them."""
    with open(os.path.join(os.path.dirname(__file__), "parties.json"), encoding="utf-8") as stream:
        names: dict[str, str] = json.load(stream)
    return names
