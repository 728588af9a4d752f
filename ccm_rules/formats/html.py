"""Documents as one HTML file each that asks the network for nothing.

It is a plain document with scripts off. With them it can be filtered and sorted,
and leads to the explanation of a finding. Its own policy lets no other script,
style or address in, whatever the facts hold.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from ccm_rules.documents.blocks import (
    Block,
    Document,
    Entry,
    Heading,
    Pairs,
    Part,
    Proof,
    Row,
    Tree,
    clean,
    every,
    outline,
)
from ccm_rules.formats.extras import needed
from ccm_rules.formats.registry import PLAIN, Look
from ccm_rules.words.language import language

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_HERE = os.path.join(os.path.dirname(__file__), "templates")
_SCHEMES = ("https://", "http://")


def render(document: Document, look: Look = PLAIN) -> str:
    """Write a page.

    Raises:
        CcmError: jinja2 is not installed.
    """
    say = language(document.language).say
    template, style, script = _template()
    if any(isinstance(block, Pairs | Entry | Tree | Part) for block in every(document.blocks)):
        style += _read("lists.css")
    document = document._replace(blocks=tuple(_named(document.blocks)))
    levels = 2 if sum(isinstance(b, Heading) for b in document.blocks) < 40 else 1
    return template.render(
        document=document,
        say=say,
        labels={"party": say("State"), "theme": say("Theme"), "severity": say("Severity")},
        chapters=[b for b in document.blocks if isinstance(b, Heading) and b.level <= levels],
        links=document.links,
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


@functools.cache
def _template() -> tuple[Template, str, str]:
    with needed("jinja2", "brief"):
        from jinja2 import FileSystemLoader
    environment = _environment(FileSystemLoader(_HERE))
    return environment.get_template("page.html.j2"), _read("page.css"), _read("page.js")


def _environment(loader: Any) -> Environment:
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(autoescape=True, loader=loader, undefined=StrictUndefined)
    environment.filters.update(
        shown=clean,
        target=target,
        kind=lambda block: type(block).__name__,
        marked=_marked,
        nested=_nested,
        # What follows is made here, of escaped parts, and not of facts.
        drawing=lambda svg: Markup(svg),  # noqa: S704
        raw=lambda text: Markup(text),  # noqa: S704
    )
    return environment


def _named(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks whose headings all have an id, for the contents to lead to."""
    for number, block in enumerate(blocks):
        if isinstance(block, Heading) and not block.id:
            block = block._replace(id=f"part-{number}")
        yield block


class _Branch(NamedTuple):
    words: str
    branches: list[_Branch]


def _nested(tree: Tree) -> list[_Branch]:
    """The lines of a tree, each with those below it."""
    root = _Branch("", [])
    above = [root]
    for depth, words in outline(tree.nodes):
        branch = _Branch(words, [])
        del above[depth:]
        above[-1].branches.append(branch)
        above.append(branch)
    return root.branches


def target(to: str) -> str:
    """Where a link leads: within the site or to a web address, and nowhere else."""
    to = clean(to)
    if to.startswith("#") or to.startswith(_SCHEMES):
        return quote(to, safe="#%/:=&?~+!$,;'@()*[]-._")
    if ":" in to.partition("/")[0]:
        return "#"
    return quote(to, safe="#/:-._")


def _marked(rows: Iterable[Row | Proof]) -> dict[str, bool]:
    names = ("party", "theme", "severity")
    return {name: any(getattr(row, name) for row in rows) for name in names}


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _read(name: str) -> str:
    with open(os.path.join(_HERE, name), encoding="utf-8") as stream:
        return stream.read()
