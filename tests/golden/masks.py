"""What an output says that may change without its meaning: digests, the version, paths."""

from __future__ import annotations

import re

import ccm_rules
from tests.conftest import ROOT

_MASKS = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "<digest>"),
    # The beginning of one, as headings of text show it.
    (re.compile(r"\b[0-9a-f]{12}\b"), "<digest>"),
    (re.compile(rf"(?<![\w.]){re.escape(ccm_rules.__version__)}(?![\w.])"), "<version>"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "<time>"),
    # A rule may move to another file, or to another line, and stay what it is.
    (re.compile(r"\brules/[\w./-]+\.toml(:\d+)*"), "<rule file>"),
)


def masked(text: str, *places: str) -> str:
    """The same text, whatever the version, the digests and the folders are.

    Args:
        text: what was said.
        places: folders of this run.
    """
    for place in (*places, str(ROOT)):
        text = text.replace(place, "<folder>")
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text
