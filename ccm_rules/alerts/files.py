"""Files of the job, which another program may read at any moment."""

from __future__ import annotations

import contextlib
import os
import tempfile


def write_whole(path: str, data: bytes) -> None:
    """Write a file, whole or not at all, and onto the disk.

    Raises:
        OSError: it cannot be written; what stood there is whole.
    """
    folder = os.path.dirname(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".ccm-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
