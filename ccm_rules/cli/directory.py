"""Directories as results: files go in, and are written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable

import ccm_rules


def replaceable(output: str, strange: Callable[[list[str]], str]) -> None:
    """Refuse to replace what was not written here.

    Args:
        output: the directory.
        strange: says of the names in it what is not, or nothing.

    Raises:
        CcmError: there is something else.
    """
    if not os.path.lexists(output):
        return
    if not os.path.isdir(output):
        raise ccm_rules.CcmError(f"{output}: is no directory; nothing was written")
    if what := strange(os.listdir(output)):
        raise ccm_rules.CcmError(f"{output}: holds {what}; name an empty directory")


def write(files: Iterable[tuple[str, bytes]], output: str) -> None:
    """Write a directory whole, then put it in the place of what was there.

    Args:
        files: relative names, with ``/``, and contents.
        output: the directory.

    Raises:
        CcmError: it cannot be written; the old one is whole.
    """
    place = os.path.realpath(output)
    new = old = None
    try:
        new = tempfile.mkdtemp(dir=os.path.dirname(place), prefix=".ccm-check-")
        for name, content in files:
            file = os.path.join(new, *name.split("/"))
            os.makedirs(os.path.dirname(file), exist_ok=True)
            with open(file, "wb") as stream:
                stream.write(content)
        os.chmod(new, 0o755)  # noqa: S103 - others read it, a web server for one
        if os.path.isdir(place):
            old = tempfile.mkdtemp(dir=os.path.dirname(place), prefix=".ccm-check-")
            os.replace(place, old)
        try:
            os.replace(new, place)
        except OSError:
            if old is not None:
                os.replace(old, place)
                old = None
            raise
        new = None
    except OSError as error:
        raise ccm_rules.CcmError(
            f"{output}: cannot be written: {error.strerror or error}; the old one is whole"
        ) from None
    finally:
        for left in (new, old):
            if left is not None:
                shutil.rmtree(left, ignore_errors=True)
