"""Documents as Markdown (CommonMark, with the tables of GitHub)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ccm_rules.documents.blocks import (
    Block,
    Box,
    Cell,
    Document,
    Entry,
    Heading,
    Inline,
    Items,
    Line,
    Pairs,
    Para,
    Part,
    Picture,
    Proof,
    Run,
    Table,
    Tree,
    clean,
    outline,
)
from ccm_rules.formats.registry import PLAIN, Look
from ccm_rules.words.language import language as of_code

#: What Markdown would obey. Escaped everywhere: that is ugly nowhere but in the source.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&$])")
#: Where a link may lead: within the document or directory, or to a web address.
_ADDRESS = re.compile(r"#|https?://|[^:]+(/|$)")
#: What it would obey at the beginning of a line.
_FIRST = re.compile(r"^(\s*)([-+=:]|\d+[.)])")


def escaped(text: str) -> str:
    r"""Words as Markdown shows them.

    >>> escaped("<b>*x*</b> | [y](z)")
    '\\<b\\>\\*x\\*\\</b\\> \\| \\[y\\](z)'
    """
    text = _SPECIAL.sub(r"\\\1", clean(text))
    # An address in words is no link: nothing turns it into one.
    return re.sub(r"(?i)\b(https?|ftp|mailto|www)([:.])", r"\1\\\2", text)


def _begun(text: str) -> str:
    """A line that begins no list, table or rule."""
    return _FIRST.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", text)


def render(document: Document, look: Look = PLAIN) -> str:
    """Write a document."""
    lines = [f"# {escaped(document.title)}", ""]
    preface = [escaped(line) for line in document.preface]
    if document.header:
        lines += [*(f"{line}  " for line in preface), "", f"*{escaped(document.header)}*", ""]
    elif preface:
        lines += ["  \n".join(preface), ""]
    lines += _blocks(document.blocks, document.language)
    if document.closing:
        lines.append(f"**{escaped(document.closing)}**")
    text = "\n".join(lines)
    return re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"


def _paragraph(text: str) -> list[str]:
    """A text and a free line, unless it is empty."""
    return [text, ""] if text else []


def _blocks(blocks: Iterable[Block], language: str) -> Iterator[str]:
    for block in blocks:
        yield from _block(block, language)
        yield ""


def _block(block: Block, language: str) -> list[str]:
    match block:
        case Heading(level, text, id_):
            anchor = f'<a id="{id_}"></a>' if id_ else ""
            return [*_paragraph(anchor), f"{'#' * (level + 1)} {escaped(text)}"]
        case Para():
            return [_para(block)]
        case Items(items):
            return [f"- {_inline(item)}" for item in items]
        case Table():
            return _table(block)
        case Picture():
            return [f"**{escaped(block.caption)}**", "", f"> {escaped(block.alternative)}"]
        case Box(title, blocks, _, _):
            return [f"**{escaped(title)}**", "", *_blocks(blocks, language)]
        case Proof():
            return _proof(block, of_code(language).between)
        case Pairs():
            return _pairs(block)
        case Entry():
            return _entry(block)
        case Tree():
            return _tree(block)
        case Part():
            return _part(block, language)


def _para(para: Para) -> str:
    text = _inline(para.runs)
    return f"*{text}*" if para.note and "*" not in text else text


def _pairs(pairs: Pairs) -> list[str]:
    rows = [f"- **{escaped(label)}**: {escaped(words)}" for label, words in pairs.rows]
    return [*_paragraph(escaped(pairs.lead)), *rows]


def _tree(tree: Tree) -> list[str]:
    return [f"{'  ' * (depth - 1)}- {escaped(words)}" for depth, words in outline(tree.nodes)]


def _entry(entry: Entry) -> list[str]:
    """An item of a list; what is set in is a list below it."""
    lines: list[str] = []
    for line in entry.lines:
        words = _line(line)
        if line.inset or not lines:
            lines.append(f"{'  ' * line.inset}- {words}")
        else:
            lines[-1] += "  "
            lines.append(f"  {words}")
    return lines


def _line(line: Line) -> str:
    words = _inline((Run(line.words, line.to, strong=line.strong),))
    return f"*{words}*" if line.role == "small" and "*" not in words else words


def _part(part: Part, language: str) -> list[str]:
    lines = [f"## {escaped(part.title)}", ""] if part.title else []
    for line in part.subtitle:
        lines += [f"*{escaped(line)}*", ""]
    return [*lines, *_blocks(part.blocks, language)]


def _inline(runs: Inline) -> str:
    parts = []
    for run in runs:
        text = escaped(run.text)
        if not text.strip():
            parts.append(text)
            continue
        if _ADDRESS.match(run.to):
            target = re.sub(r"[\s<>()\\]", lambda m: f"%{ord(m[0]):02X}", clean(run.to))
            lead = text[: len(text) - len(text.lstrip())]
            text = f"{lead}[{text.strip()}]({target})"
        if run.code and "`" not in run.text:
            text = f"`{clean(run.text)}`"
        elif run.slanted:
            text = f"*{text}*"
        if run.strong:
            tail = text[len(text.rstrip()) :]
            text = f"**{text.rstrip()}**{tail}"
        parts.append(text)
    return _begun("".join(parts))


def _table(table: Table) -> list[str]:
    lines = [f"**{escaped(table.caption)}**", ""] if table.caption else []
    lines.append("| " + " | ".join(escaped(column.title) for column in table.columns) + " |")
    marks = ("---:" if column.number else "---" for column in table.columns)
    lines.append("|" + "|".join(marks) + "|")
    for row in table.rows:
        cells = [_cell(cell) for cell in row.cells]
        if row.anchor:
            cells[0] = f'<a id="{row.anchor}"></a>{cells[0]}'
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _cell(cell: Cell) -> str:
    notes = (f"<br>*{escaped(note)}*" for note in cell.notes)
    return "".join([_inline(cell.runs), *notes])


def _proof(proof: Proof, between: str) -> list[str]:
    lines = [f'<a id="{proof.id}"></a>', "", f"**{escaped(proof.title)}**", ""]
    for label, runs in proof.lines:
        lines.append(f"- {escaped(label + between)}{_inline(runs)}")
    return lines
