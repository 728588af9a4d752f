"""What cases are given: facts and registers, some of which have a name.

``[named]`` at the head of a file of cases calls a fact, a register or a list of them by a
name. In ``given`` and ``registers`` the name stands for it, and ``{ like = "name", … }``
for the same with other values: of a list, for all that it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ccm_rules.law.toml_places import Place

_LIKE: Final = "like"
#: The lists of a case in which names may stand.
LISTS: Final = ("given", "registers")


class Names:
    """The names that cases may use.

    Args:
        named: what each stands for.
    """

    def __init__(self, named: Mapping[str, Any]) -> None:
        self._named = named
        #: Those that were used.
        self.used: set[str] = set()

    def spelt_out(self, items: Any, place: Place) -> Any:
        """A list of facts or registers without names.

        Args:
            items: the list; what is none is for the reader of cases to refuse.
            place: where the list stands; gathers what is wrong with it.
        """
        if not isinstance(items, list):
            return items
        return [one for item in items for one in self._spelt(item, place, ())]

    def _spelt(self, item: Any, place: Place, trail: tuple[str, ...]) -> Iterator[Any]:
        if isinstance(item, str):
            for one in self._meant(item, place, trail):
                yield from self._spelt(one, place, (*trail, item))
        elif isinstance(item, Mapping) and _LIKE in item:
            name, own = str(item[_LIKE]), {key: item[key] for key in item if key != _LIKE}
            for meant in self._meant(name, place, trail):
                for one in self._spelt(meant, place, (*trail, name)):
                    yield {**one, **own}
        else:
            yield item

    def _meant(self, name: str, place: Place, trail: tuple[str, ...]) -> list[Any]:
        """What a name stands for, as a list."""
        if name in trail:
            place.fail(f"{name!r} stands for itself", "spell one of them out")
            return []
        if name not in self._named:
            there = ", ".join(self._named)
            mend = f"name one of {there}" if there else "call it so in [named]"
            place.fail(f"nothing here is called {name!r}", mend)
            return []
        self.used.add(name)
        value = self._named[name]
        return value if isinstance(value, list) else [value]
