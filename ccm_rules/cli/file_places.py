"""Where facts stand in their files: a record goes in, places that formats point at come out."""

from __future__ import annotations

import hashlib
import os
import stat
from urllib.parse import quote

from ccm_rules.documents.places import File
from ccm_rules.record.model import Record
from ccm_rules.record.regions import regions


def files(record: Record, notes: list[str]) -> dict[str, File]:
    """The files of a record, by name.

    They are read once more: the record does not keep its text. Lines are only given
    if what is read is what the record was made of.

    Args:
        record: the record.
        notes: takes a remark if no lines can be given.
    """
    texts = _texts(record)
    if texts is None:
        notes.append(
            "results name no lines, as the facts cannot be read twice (a pipe), "
            "or changed meanwhile"
        )
        return {name: File(_uri(name), None) for name in record.files}
    return {
        name: File(_uri(name), regions(text))
        for name, text in zip(record.files, texts, strict=True)
    }


def _texts(record: Record) -> list[str] | None:
    digest = hashlib.sha256()
    texts = []
    for name in record.files:
        try:
            if not stat.S_ISREG(os.stat(name).st_mode):
                return None
            with open(name, "rb") as stream:
                data = stream.read()
        except OSError:
            return None
        digest.update(hashlib.sha256(data).digest())
        texts.append(data)
    if digest.hexdigest() != record.digest:
        return None
    return [data.decode("utf-8-sig") for data in texts]


def _uri(name: str) -> str:
    here = os.path.realpath(os.curdir)
    place = os.path.join(os.path.realpath(os.path.dirname(name)), os.path.basename(name))
    relative = os.path.relpath(place, here)
    if relative.split(os.sep)[0] == os.pardir:
        return "file://" + quote(os.fsencode(place.replace(os.sep, "/")))
    return quote(os.fsencode(relative.replace(os.sep, "/")))
