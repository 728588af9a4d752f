"""Blocks as text for a terminal, at most 80 columns wide."""

from __future__ import annotations

from collections.abc import Iterable

from ccm_rules.documents.blocks import Block, Box, Heading, Inline, Items, Para, plain
from ccm_rules.formats.terminal import Terminal


def blocks(content: Iterable[Block], terminal: Terminal) -> None:
    """Write headings, paragraphs, lists and boxes; nothing else occurs where text is written.

    Addresses stand on lines of their own, so that they stay whole.
    """
    indent = 0
    after_list = False
    for block in content:
        match block:
            case Heading(_, text, _):
                terminal.write()
                terminal.write(text, "bold")
                indent = 2
            case Para(runs, note):
                if after_list and block.leads:
                    terminal.write()
                terminal.write(plain(runs), "dim" if note else "", indent)
                _addresses(runs, terminal, indent)
            case Items(items):
                for item in items:
                    terminal.write(f"- {plain(item)}", indent=indent, hang=2)
                    _addresses(item, terminal, indent + 2)
            case Box(title, inner, _, _):
                terminal.write(title, "bold", indent)
                blocks(inner, terminal)
            case _:
                raise TypeError(f"text cannot show {type(block).__name__}")
        after_list = isinstance(block, Items)


def _addresses(runs: Inline, terminal: Terminal, indent: int) -> None:
    for run in runs:
        if run.to.startswith("http"):
            terminal.write(run.to, "dim", indent, whole=True)
