"""Reading a file whole: a path and a limit go in; its bytes come out, or an `OSError`.

A facts file, a table or a rule may come through a pipe (``ccm-check <(jq … facts.json)``),
so pipes are read. What would never end or never begin is refused: a pipe that nobody writes
to, a terminal, a device without an end.
"""

from __future__ import annotations

import os
import select
import stat
import time
from collections.abc import Callable
from typing import Final

#: The most that is read of a rule, its words or its cases, in bytes.
MAX_RULE_BYTES: Final = 4_000_000
_CHUNK: Final = 1 << 20
_PATIENCE: Final = 60.0
_START: Final = 1.0


class TooLargeError(OSError):
    """A file holds more than it may."""


def read_whole(path: str | os.PathLike[str], max_bytes: int, patience: float = _PATIENCE) -> bytes:
    """The bytes of a file, a pipe or a device that ends.

    Args:
        path: the file.
        max_bytes: the most that it may hold.
        patience: seconds to wait for a pipe's next bytes.

    Raises:
        TooLargeError: it holds more.
        OSError: it cannot be read; `strerror` says why.
        ValueError: the path is one that no file can have.
    """
    # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    with open(handle, "rb", buffering=0) as stream:
        if os.isatty(handle):
            raise OSError(0, "it is a terminal")
        if stat.S_ISFIFO(os.fstat(handle).st_mode):
            data = _of_pipe(handle, max_bytes + 1, patience)
        else:
            os.set_blocking(handle, True)
            data = _chunks(stream.read, max_bytes + 1)
    if len(data) > max_bytes:
        raise TooLargeError(0, f"is larger than {max_bytes:,} bytes")
    return data


def open_device(path: str | os.PathLike[str]) -> int:
    """A handle to write to a device or a pipe that somebody reads.

    Raises:
        OSError: it cannot be written, or nobody reads the pipe.
    """
    handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    os.set_blocking(handle, True)
    return handle


def _chunks(read: Callable[[int], bytes | None], most: int) -> bytes:
    parts, size = [], 0
    while size < most and (part := read(min(_CHUNK, most - size))):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _of_pipe(handle: int, most: int, patience: float) -> bytes:
    """What comes through a pipe until its writers close it."""
    opened = time.monotonic()
    begun = False

    def read(size: int) -> bytes:
        nonlocal begun
        while True:
            try:
                part = os.read(handle, size)
            except BlockingIOError:  # somebody writes, and has nothing yet
                if not select.select([handle], [], [], patience)[0]:
                    raise OSError(0, f"nothing came through the pipe in {patience:g} s") from None
                continue
            if part or begun:
                begun = True
                return part
            # Nobody writes: not yet, or not any more.
            if time.monotonic() - opened > _START:
                raise OSError(0, "it is a pipe, and nobody writes to it")
            time.sleep(0.01)

    return _chunks(read, most)
