"""What stands in a document, without the container that it is kept in."""

from __future__ import annotations

import io
import re
import zipfile

from tests.golden.masks import masked

#: The XML parts of a Word file that this package has a hand in.
_PARTS = (
    "word/document.xml", "word/styles.xml", "word/numbering.xml", "word/header1.xml",
    "word/footer1.xml", "word/_rels/document.xml.rels", "docProps/core.xml",
)  # fmt: skip


def text_of(name: str, data: bytes) -> str:
    """The text of a file, masked; of Word its XML parts, of PDF what can be read, page by page."""
    if name.endswith(".docx"):
        return masked(_word(data))
    if name.endswith(".pdf"):
        return masked(_pdf(data))
    return masked(data.decode("utf-8"))


def _word(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(f"# {part}\n{archive.read(part).decode('utf-8')}\n" for part in _PARTS)


def _pdf(data: bytes) -> str:
    """Words alone: how they are set apart depends on who reads the file."""
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(data)).pages
    return "\f".join(re.sub(r"\s+", "\n", page.extract_text()) for page in pages)
