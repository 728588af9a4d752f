"""Names of indicators, populations and sections: rules go in, and what is wrong comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ccm_rules.law.rule import Indicator, Population, Rule
from ccm_rules.law.toml_places import At

#: A place, a path, what is wrong, and the mend.
Wrong = tuple[At, str, str, str]


def wrong_names(rules: Sequence[Rule]) -> Iterator[Wrong]:
    """What is wrong with the names of indicators, populations and sections."""
    indicators: dict[str, str] = {}
    populations: dict[str, str] = {}
    for rule in rules:
        yield from _twice("indicator", rule, rule.indicators, indicators)
        yield from _twice("population", rule, rule.populations, populations)
    sections = {section.letter for rule in rules for section in rule.sections}
    for rule in rules:
        if rule.indicators and rule.section not in sections:
            mend = f"use {', '.join(sorted(sections)) or 'a [[report_section]]'}"
            message = f"there is no section {rule.section!r}"
            yield rule.source.at("section"), "section", message, mend
        for number, one in enumerate(rule.indicators):
            yield from _unknown(one, f"indicator[{number}]", indicators, populations)
        for number, section in enumerate(rule.sections):
            path = f"report_section[{number}].summary"
            for line in section.summary:
                if line.indicator not in indicators:
                    message = f"no indicator is called {line.indicator!r}"
                    yield section.at, path, message, _near(line.indicator, indicators)


def _twice(
    kind: str, rule: Rule, items: Sequence[Indicator | Population], seen: dict[str, str]
) -> Iterator[Wrong]:
    for number, item in enumerate(items):
        if item.name in seen:
            message = f"{seen[item.name]} calls another {kind} {item.name!r}"
            yield item.at, f"{kind}[{number}].name", message, "rename one"
        seen[item.name] = rule.file


def _unknown(
    one: Indicator, path: str, indicators: Mapping[str, str], populations: Mapping[str, str]
) -> Iterator[Wrong]:
    names = [*one.within, *one.same_as]
    if one.reckoned is not None:
        names += [one.reckoned.left, one.reckoned.right]
    for name in names:
        if name not in indicators:
            yield one.at, path, f"no indicator is called {name!r}", _near(name, indicators)
    if one.population and one.population not in populations:
        message = f"no population is called {one.population!r}"
        yield one.at, path, message, _near(one.population, populations)


def _near(name: str, names: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, list(names), 1)
    return f"did you mean {near[0]!r}?" if near else "declare it, or mend the name"
