"""The cache: what was compiled goes in under a key, and comes out as plain data, or not at all.

Parsing some fifty files of rules takes longer than applying them. An entry's name is a digest
of everything that went into it, this package's own code included, so an entry is never stale
and never changed in place. Whoever can write an entry decides what is found, so entries are
data and no code, and lie only where nobody but this user can write: beside the bytecode, or
in the user's cache directory. Anything odd counts as no cache; so does a system that has no
owners of files.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar

from ccm_rules.compiler import info, program

_PACKAGE: Final = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
#: Whatever compiles rules stands in the compiler's room or below; a test holds that.
_BELOW: Final = ("errors.py", "bounded.py", "dates.py", "words", "law", "record", "compiler")
_PREFIX: Final = "ccm-rules-"
_KEPT: Final = 16
_MOST_BYTES: Final = 50_000_000
_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
_ODD: Final = (AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)

T = TypeVar("T")


def key_of(*parts: bytes | str) -> str:
    """The name of what this code makes of some parts; empty where the code cannot be read."""
    code = _code()
    if not code:
        return ""
    key = hashlib.sha256(code + sys.version.encode())
    for part in parts:
        data = part.encode(errors="surrogateescape") if isinstance(part, str) else part
        key.update(b"%d " % len(data) + data)
    return key.hexdigest()


def read(key: str, make: Callable[[Any], T]) -> T | None:
    """What was kept under a key.

    Args:
        key: see `key_of`.
        make: makes what is wanted of the value kept, and fails where that is odd.
    """
    for directory in _directories(key):
        try:
            if _is_ours(directory):
                return make(_decoded(key, _content(os.path.join(directory, _PREFIX + key))))
        except _ODD:
            continue
    return None


def write(key: str, value: Any) -> None:
    """Keep a value, whole or not at all, where that is possible.

    Args:
        key: see `key_of`.
        value: texts, numbers, lists, tuples, dictionaries, and the compiler's own tuples.
    """
    if _digest() != _code():
        return  # edited meanwhile: nobody knows which code made it
    data = _encoded(key, value)
    for directory in _directories(key):
        try:
            if _can_be_ours(directory):
                os.makedirs(directory, mode=0o700, exist_ok=True)
                if _is_ours(directory):
                    _replace(directory, _PREFIX + key, data)
                    _forget_old(directory)
                    return
        except OSError:
            continue


# -- the code that compiles --------------------------------------------------


@functools.cache
def _code() -> bytes:
    """The digest of the code as this process found it first."""
    return _digest()


def _digest() -> bytes:
    """The digest of the code as it is; empty where it cannot be read, as in an archive."""
    digest = hashlib.sha256()
    for file in _sources():
        try:
            with open(file, "rb") as stream:
                data = stream.read()
        except OSError:
            return b""
        digest.update(f"{os.path.relpath(file, _PACKAGE)} {len(data)} ".encode() + data)
    return digest.digest()


def _sources() -> Iterator[str]:
    for name in _BELOW:
        place = os.path.join(_PACKAGE, name)
        if name.endswith(".py"):
            yield place
        for folder, folders, files in os.walk(place):
            folders.sort()
            names = sorted(name for name in files if name.endswith((".py", ".toml")))
            yield from (os.path.join(folder, name) for name in names)


# -- where it lies -----------------------------------------------------------


def _directories(key: str) -> Iterator[str]:
    """Where an entry may lie, without links on the way."""
    if not key or not hasattr(os, "geteuid"):
        return
    if not sys.dont_write_bytecode:
        yield os.path.join(_PACKAGE, "__pycache__")
    from platformdirs import user_cache_dir  # takes as long to import as to read a cache

    directory = user_cache_dir("ccm-rules", appauthor=False)
    if os.path.isabs(directory):
        yield os.path.realpath(directory)


def _is_ours(directory: str) -> bool:
    """Whether nobody but this user, and root, can write into a directory."""
    found = os.lstat(directory)
    private = found.st_uid == os.geteuid() and not found.st_mode & _OTHERS
    return private and stat.S_ISDIR(found.st_mode) and _can_be_ours(os.path.dirname(directory))


def _can_be_ours(directory: str) -> bool:
    """Whether nobody but this user, and root, can put another directory in the place of one."""
    while not os.path.lexists(directory):
        directory = os.path.dirname(directory)
    while True:
        found = os.lstat(directory)
        open_to_others = found.st_mode & _OTHERS and not found.st_mode & stat.S_ISVTX
        if open_to_others or found.st_uid not in (0, os.geteuid()):
            return False
        parent = os.path.dirname(directory)
        if parent == directory:
            return True
        directory = parent


def _content(place: str) -> bytes:
    """The bytes of an entry.

    Raises:
        OSError: there is none.
        ValueError: it is no plain file of this user's.
    """
    handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(handle, "rb") as stream:
        found = os.fstat(handle)
        private = found.st_uid == os.geteuid() and not found.st_mode & _OTHERS
        if not (private and stat.S_ISREG(found.st_mode) and found.st_size <= _MOST_BYTES):
            raise ValueError("this is no file of ours")
        return stream.read()


def _replace(directory: str, name: str, data: bytes) -> None:
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=directory)
    try:
        with open(handle, "wb") as stream:
            stream.write(data)
        os.replace(temporary, os.path.join(directory, name))
    except OSError:
        os.unlink(temporary)
        raise


def _forget_old(directory: str) -> None:
    """Keep the newest few: every edit of a rule makes a new one."""
    with os.scandir(directory) as entries:
        found = [entry for entry in entries if entry.name.startswith(_PREFIX)]
    found.sort(key=lambda entry: entry.stat(follow_symlinks=False).st_mtime)
    for entry in found[:-_KEPT]:
        os.unlink(entry.path)


# -- what stands in it -------------------------------------------------------
#
# A list of values, the last of which is what was kept. A text or a number stands for itself.
# Anything else is a list: of what kind it is, and at which places before it its parts stand.


def _named(types: Iterable[Any]) -> dict[str, Callable[[list[Any]], Any]]:
    return {type_.__name__: type_._make for type_ in types}


_MAKERS: Final[dict[str, Callable[[list[Any]], Any]]] = {
    "list": list,
    "tuple": tuple,
    "dict": lambda parts: dict(zip(parts[::2], parts[1::2], strict=True)),
    **_named((info.RuleInfo, info.FindingInfo)),
    **_named((program.Variable, program.Atom, program.Condition, program.Absence)),
    **_named((program.Clause, program.Count, program.Demand, program.Program)),
}


def _makers(body: bytes) -> dict[str, Callable[[list[Any]], Any]]:
    """How values are made; a plain check does without the module of indicators."""
    if b'["Plan",' not in body:
        return _MAKERS
    from ccm_rules.compiler.plan import IndicatorInfo, Plan, PopulationInfo, SectionInfo

    return {**_MAKERS, **_named((Plan, SectionInfo, PopulationInfo, IndicatorInfo))}


def _encoded(key: str, value: Any) -> bytes:
    entries: list[Any] = []
    known: dict[Any, int] = {}

    def place(entry: Any, same: Any) -> int:
        if same not in known:
            known[same] = len(entries)
            entries.append(entry)
        return known[same]

    def put(part: Any) -> int:
        kind = type(part)
        if part is None or kind in (str, int, bool):
            return place(part, (kind, part))
        if kind is dict:
            part = [inner for pair in part.items() for inner in pair]
        entry = [kind.__name__, *map(put, part)]
        # What can be changed afterwards is never shared.
        return place(entry, len(entries) if kind in (dict, list) else tuple(entry))

    put(value)
    # Names of files that are no UTF-8 hold halves of characters; json reads them back as such.
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    body = text.encode(errors="surrogatepass")
    return _checksum(key, body) + b"\n" + body


def _decoded(key: str, data: bytes) -> Any:
    """The value of an entry.

    Raises:
        ValueError, TypeError, LookupError, RecursionError: it is none.
    """
    checksum, _, body = data.partition(b"\n")
    if checksum != _checksum(key, body):
        raise ValueError("the entry is not whole, or another one")
    makers = _makers(body)
    made: list[Any] = []
    for entry in json.loads(body):
        if isinstance(entry, list):
            made.append(makers[entry[0]]([made[place] for place in entry[1:]]))
        else:
            made.append(entry)
    return made[-1]


def _checksum(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + body).hexdigest().encode()
