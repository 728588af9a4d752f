"""The expected outputs: small ones as files, large ones as digests of their blocks."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.golden.blocks import cut

EXPECTED = Path(__file__).with_name("expected")
DIGESTS = "digests.txt"
#: An output of more bytes is kept as digests.
LIMIT = 30_000
_SHOWN = 60


class Held(NamedTuple):
    """What is held of some outputs.

    Attributes:
        files: whole outputs by name.
        digests: for each output that is not kept whole, its blocks: number of lines
            and digest by name.
    """

    files: dict[str, str]
    digests: dict[str, dict[str, str]]


def held(name: str, outputs: Mapping[str, str] | str) -> Held:
    """What is to be kept of what a part makes.

    Args:
        name: of the part.
        outputs: one output, or many small ones, each of which becomes a digest.
    """
    if not isinstance(outputs, str):
        return Held({}, {name: {key: _digest(text) for key, text in outputs.items()}})
    if len(outputs.encode()) <= LIMIT:
        return Held({name: outputs}, {})
    blocks = {"(whole)": outputs, **cut(name, outputs)}
    return Held({}, {name: {key: _digest(text) for key, text in blocks.items()}})


def _digest(text: str) -> str:
    return f"{hashlib.sha256(text.encode()).hexdigest()[:12]} {text.count(chr(10)):6}"


def read(folder: Path = EXPECTED) -> Held:
    """What is kept."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != DIGESTS
    }
    digests: dict[str, dict[str, str]] = {}
    manifest = folder / DIGESTS
    for line in manifest.read_text().splitlines() if manifest.exists() else ():
        if line.startswith("["):
            blocks = digests.setdefault(line.strip("[]"), {})
        elif line:
            blocks[line[21:]] = line[:19]
    return Held(files, digests)


def write(new: Held, folder: Path = EXPECTED) -> None:
    """Keep this, and nothing else."""
    for name in read(folder).files.keys() - new.files.keys():
        (folder / name).unlink()
    for name, text in new.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    lines = []
    for name, blocks in sorted(new.digests.items()):
        lines += [f"[{name}]", *(f"{mark}  {key}" for key, mark in blocks.items()), ""]
    (folder / DIGESTS).write_text("\n".join(lines))


def of_part(name: str, everything: Held) -> Held:
    """What is kept of one part."""
    return Held(
        {key: text for key, text in everything.files.items() if key == name},
        {key: blocks for key, blocks in everything.digests.items() if key == name},
    )


def differences(old: Held, new: Held) -> list[str]:
    """What differs, in lines to read; none if nothing does."""
    lines = []
    for name in sorted({*old.files, *new.files, *old.digests, *new.digests}):
        before, after = old.files.get(name), new.files.get(name)
        if before is not None and after is not None:
            lines += _diff(name, before, after)
        elif name in old.digests and name in new.digests:
            lines += _blocks(name, old.digests[name], new.digests[name])
        elif name not in new.files and name not in new.digests:
            lines.append(f"{name}: gone")
        elif name not in old.files and name not in old.digests:
            lines.append(f"{name}: new")
        else:
            lines.append(f"{name}: its size has passed {LIMIT:,} bytes")
    return lines


def _diff(name: str, before: str, after: str) -> Iterable[str]:
    lines = list(
        difflib.unified_diff(
            before.splitlines(), after.splitlines(), f"{name} (expected)", name, lineterm="", n=2
        )
    )
    if before != after and not lines:
        return [f"{name}: ends of lines differ"]
    more = [f"… and {len(lines) - _SHOWN} lines more"] if len(lines) > _SHOWN else []
    return lines[:_SHOWN] + more


def _blocks(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[str]:
    if before == after and list(before) == list(after):
        return []
    words = []
    for key in (*before, *(key for key in after if key not in before)):
        if key not in after:
            words.append(f"gone: {key}")
        elif key not in before:
            words.append(f"new: {key}")
        elif before[key] != after[key]:
            words.append(f"differs: {key}")
    if words in ([], ["differs: (whole)"]):
        words = ["the order of its blocks, or what stands between them"]
    more = [f"  … and {len(words) - _SHOWN} more"] if len(words) > _SHOWN else []
    return [f"{name}:", *(f"  {word}" for word in words[:_SHOWN]), *more]
