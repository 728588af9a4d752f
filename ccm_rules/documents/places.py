"""Where facts stand: files and regions, for formats that point at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ccm_rules.record.regions import Region


class File(NamedTuple):
    """One facts file.

    Attributes:
        uri: relative to the directory of the run where it lies in it, else absolute.
        regions: of its facts and registers by path, or ``None`` if nobody can tell.
    """

    uri: str
    regions: Mapping[str, Region] | None

    @property
    def relative(self) -> bool:
        """Whether the address is relative."""
        return not self.uri.startswith("file:")


def split(place: str) -> tuple[str, str]:
    """Take the place of a fact apart: its file, and its path in it."""
    file, _, path = place.rpartition(" ")
    return file, path
