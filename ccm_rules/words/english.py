"""English, and what every language can say: the class that the others derive from.

Fixed wording stands in the code in English and is the key to every translation
(``say``); what rules say stands in their files in all languages. A language
knows how days, numbers, names and lists read in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ccm_rules.dates import Period, in_words
from ccm_rules.words.template import fill


def mark(text: str) -> str:
    """Mark a text that is said elsewhere, so that a test sees it needs a translation."""
    return text


class Language:
    """English: what the code says is what is said.

    Attributes:
        code: as HTML and Word know it.
        between: what stands between a label and what follows it.
        then: what stands between parts of a list.
    """

    code = "en"
    between = ": "
    then = "; "

    def say(self, text: str, **values: object) -> str:
        """Fixed wording, with its gaps filled.

        Args:
            text: English, with gaps such as ``{day}``.
            values: what stands in the gaps.
        """
        return text.format(**values) if values else text

    def count(self, number: int, one: str, many: str, **values: object) -> str:
        """Wording that depends on a number, which it names ``{n}``."""
        return self.say(one if self.single(number) else many, n=self.number(number), **values)

    def single(self, number: int) -> bool:
        """Whether a number takes the singular."""
        return number == 1

    def value(self, text: str) -> str:
        """A word that facts may hold, such as ``granted``."""
        return text

    def number(self, value: int) -> str:
        """A whole number."""
        return f"{value:,}"

    def range(self, low: int, high: int) -> str:
        """A number of which only the bounds are known."""
        return self.number(low) if low == high else f"from {low:,} to {high:,}"

    def date(self, earliest: int, latest: int) -> str:
        """A day on its own, as in a table."""
        return in_words(earliest, latest)

    def the_date(self, earliest: int, latest: int) -> str:
        """A day in a sentence."""
        return in_words(earliest, latest)

    def period(self, length: Period) -> str:
        """A period as arithmetic shows it: ``+ 180 days``."""
        return str(length)

    def party(self, code: str, names: Mapping[str, str]) -> str:
        """The name of a State, as in a table."""
        return names.get(code, code)

    def the_party(self, code: str, names: Mapping[str, str]) -> str:
        """The name of a State in a sentence."""
        return self.party(code, names)

    def meeting_title(self, title: str) -> str:
        """The title of a Meeting."""
        return title

    def meeting(self, title: str, name: str, projected: bool) -> str:
        """A Meeting in a sentence, with its id."""
        return f"the {title} ({name}{', projected' if projected else ''})"

    def listed(self, items: Iterable[str]) -> str:
        """Items as a sentence lists them."""
        *first, last = list(items) or ["none"]
        return f"{', '.join(first)} and {last}" if first else last

    def instrument(self, name: str, article: str) -> str:
        """Where a rule stands, for one line: ``Article 7(1) CCM``."""
        if article[:1].isdigit():
            return f"Article{'s' if ',' in article else ''} {article} {name}"
        return f"{article} {name}" if article else name

    def quoted(self, text: str) -> str:
        """A quotation."""
        return f"“{text}”"

    def fill(
        self,
        template: str,
        show: Callable[[str], str],
        number: Callable[[str], int | None],
        lists: Callable[[str], str],
    ) -> str:
        """Fill a rule's sentence; see `ccm_rules.words.template.fill`."""
        return fill(template, show, number, lists)
