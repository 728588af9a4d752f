"""A directory of rule pages: texts go in, and are written whole or not at all.

Each file begins with a mark; what has none was not written here, and is neither
replaced nor removed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from ccm_rules.errors import CcmError

MARK: Final = "<!-- Made by `ccm-check rules docs`: change the rule, not this page. -->\n\n"


def write(found: Mapping[str, str], output: str, *, whole: bool) -> list[str]:
    """Write pages into a directory, all or none.

    Args:
        found: the texts by path within the directory.
        output: the directory; it is made if there is none.
        whole: whether these are all pages, so that other marked ones are out of date and go.

    Returns:
        The pages that were removed.

    Raises:
        CcmError: something is in the way, or cannot be written; nothing has changed.
    """
    place = Path(output)
    if place.exists() and not place.is_dir():
        raise CcmError(f"{output}: is no directory; nothing was written")
    for name in found:
        target = place / name
        if target.exists() and not _ours(target):
            raise CcmError(
                f"{target}: was not written by `ccm-check rules docs`; move it away, or name "
                "another directory; nothing was written"
            )
    stale = [name for name in _marked(place) if name not in found] if whole else []
    try:
        _replace(found, stale, place)
    except OSError as error:
        raise CcmError(
            f"{output}: cannot be written: {error.strerror or error}; the old pages are whole"
        ) from None
    return stale


def _ours(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return stream.read(len(MARK.encode())) == MARK.encode()
    except OSError:
        return False


def _marked(place: Path) -> list[str]:
    """The pages that stand in a directory and its folders, by path within it."""
    there = sorted([*place.glob("*.md"), *place.glob("*/*.md")])
    return [file.relative_to(place).as_posix() for file in there if _ours(file)]


def _replace(found: Mapping[str, str], stale: Sequence[str], place: Path) -> None:
    """Put new files in the place of old ones; put the old ones back if one cannot be written."""
    made = not place.exists()
    place.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=place, prefix=".ccm-check-"))
    moved: list[str] = []
    placed: list[str] = []
    folders: list[Path] = []
    try:
        for name, content in found.items():
            new = work / "new" / name
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(content.encode("utf-8", "backslashreplace"))
        for name in (*found, *stale):
            if (place / name).exists():
                old = work / "old" / name
                old.parent.mkdir(parents=True, exist_ok=True)
                os.replace(place / name, old)
                moved.append(name)
        for name in found:
            folder = (place / name).parent
            if not folder.exists():
                folder.mkdir()
                folders.append(folder)
            os.replace(work / "new" / name, place / name)
            placed.append(name)
    except OSError:
        for name in placed:
            (place / name).unlink(missing_ok=True)
        for name in moved:
            os.replace(work / "old" / name, place / name)
        for folder in reversed(folders):
            folder.rmdir()
        shutil.rmtree(work, ignore_errors=True)
        if made:
            place.rmdir()
        raise
    shutil.rmtree(work, ignore_errors=True)
    for folder in {(place / name).parent for name in stale}:
        if folder != place and not any(folder.iterdir()):
            folder.rmdir()
