"""Which findings and deadlines a filter means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ccm_rules.alerts.config import Config, Filter, Mute, Route
from ccm_rules.alerts.events import Event, digest_of
from ccm_rules.alerts.snapshot import Ahead
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.errors import CcmError, InputError, Problem
from ccm_rules.report.filters import Filters, kept

About = Mapping[str, Any]
Pairs = frozenset[tuple[str, str]]


class Router:
    """Answers which route, mute or lead time a finding or deadline has.

    Args:
        config: who is told what.
        rulebook: says what the names of rules mean.
        place: the routing file, for messages.

    Raises:
        InputError: a filter names a rule that does not exist.
    """

    def __init__(self, config: Config, rulebook: Rulebook, place: str = "") -> None:
        self.config = config
        self.treaty = rulebook.treaty
        self.first = rulebook.treaties[0] if rulebook.treaties else rulebook.treaty
        self._pairs: dict[tuple[str, ...], Pairs] = {}
        filters = [route.which for route in config.routes]
        filters += [mute.which for mute in config.mutes]
        filters += [leads.which for leads in config.leads]
        problems = []
        for which in filters:
            if which.rules and which.rules not in self._pairs:
                try:
                    self._pairs[which.rules] = kept(rulebook, Filters(select=which.rules))
                except CcmError as error:
                    message, _, mend = str(error).partition("; ")
                    problems.append(Problem(place, 0, 0, "rules", message, mend))
        if problems:
            raise InputError(problems)

    def matches(self, which: Filter, about: About) -> bool:
        """Whether a filter means a finding or a deadline."""
        return (
            (not which.parties or about.get("party") in which.parties)
            and (not which.severities or about.get("severity") in which.severities)
            and (not which.fingerprints or about.get("fingerprint") in which.fingerprints)
            and (
                not which.rules
                or (about.get("rule", ""), about.get("name", "")) in self._pairs[which.rules]
            )
        )

    def wants(self, route: Route, event: Event) -> bool:
        """Whether a route is told of an event.

        An update goes to whoever was told before and to whoever is concerned now.
        """
        if event.kind not in route.kinds:
            return False
        about = event.about
        before = event.body.get("before") or {}
        return self.matches(route.which, about) or bool(
            before and self.matches(route.which, {**about, **before})
        )

    def leads(self, ahead: Ahead) -> tuple[int, ...]:
        """The lead times of a duty, in days."""
        about = ahead._asdict()
        for leads in self.config.leads:
            if self.matches(leads.which, about):
                return leads.days
        return self.config.days

    def muted(self, day: int) -> Callable[[About], bool]:
        """Tells whether something is muted on a day."""
        mutes = [mute for mute in self.config.mutes if mute.until >= day]
        if not mutes:
            return lambda about: False
        return lambda about: any(self.matches(mute.which, about) for mute in mutes)


def mute_key(mute: Mute) -> str:
    """Identifies a mute from one night to the next."""
    return f"mute:{digest_of(mute.which, mute.reason, mute.until)[:12]}"
