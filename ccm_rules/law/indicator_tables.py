"""Reading the tables of rule files that concern indicators.

That is `[[indicator]]` with its `[[population]]`, the `[[report_section]]` that
says where the progress report prints them, and what a case expects of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ccm_rules.law.rule import (
    PERIODS,
    PLACES,
    UNITS,
    CaseCount,
    Indicator,
    Population,
    Reckoned,
    Section,
    Var,
)

if TYPE_CHECKING:
    from ccm_rules.law.reader import Reader


def report_section(reader: Reader, table: Mapping[str, Any], path: str) -> Section:
    """Read a section of the progress report."""
    reader.keys(table, ("letter", "title", "summary_title", "summary"), path)
    lines = []
    for item in reader.list(table.get("summary"), f"{path}summary"):
        if isinstance(item, Mapping) and set(item) == {"indicator", "says"}:
            lines.append((reader.text(item, "indicator", path), reader.text(item, "says", path)))
        else:
            reader.fail(
                f"{path}summary",
                "a line of the summary names an indicator and its words",
                '{ indicator = "…", says = "…" }',
            )
    return Section(
        reader.text(table, "letter", path),
        reader.text(table, "title", path),
        reader.text(table, "summary_title", path, needed=bool(lines)),
        tuple(lines),
        reader.at(path),
    )


def _year(reader: Reader, table: Mapping[str, Any], path: str) -> Var | None:
    """Read the variable of the calendar year."""
    return reader.variable(table["year"], f"{path}year") if "year" in table else None


def _years_wanted(reader: Reader, path: str, what: str) -> None:
    reader.fail(
        f"{path}year",
        f"{what} that is counted by year says for which years",
        'year = "?y" and for = [{ fact = "…", year = "?y" }]',
    )


def population(reader: Reader, table: Mapping[str, Any], path: str) -> Population:
    """Read those of whom an indicator is asked."""
    own = ("name", "title", "unit", "party", "item", "n", "year", "for", "record")
    reader.keys(table, (*own, "all", "if", "none", "unless", "let"), path)
    name = reader.text(table, "name", path)
    if name:
        reader.name(name, f"{path}name")
    if "all" not in table:
        reader.fail(
            f"{path}all",
            "it is not said who belongs to it",
            'all = [{ fact = "in-force", party = "?p" }]',
        )
    year = _year(reader, table, path)
    instances = reader.bodies(table.get("for"), f"{path}for")
    if year is not None and not instances:
        _years_wanted(reader, path, "a population")
    return Population(
        name=name,
        title=reader.text(table, "title", path),
        unit=reader.choice(table, "unit", path, UNITS, "States"),
        party=reader.term(table.get("party", "?p"), f"{path}party"),
        item=reader.term(table.get("item", ""), f"{path}item"),
        n=reader.term(table.get("n", 0), f"{path}n"),
        year=year,
        instances=instances,
        body=reader.body({k: v for k, v in table.items() if k != "for"}, path),
        record=reader.patterns(table.get("record"), f"{path}record"),
        at=reader.at(path),
    )


def indicator(reader: Reader, table: Mapping[str, Any], path: str) -> Indicator:
    """Read a number that an action plan asks for."""
    own = (
        "name",
        "title",
        "wording",
        "unit",
        "period",
        "place",
        "population",
        "counted",
        "party",
        "item",
        "n",
        "year",
        "for",
        "any",
        "open_if",
        "record",
        "reckoned",
        "within",
        "same_as",
    )
    reader.keys(table, (*own, "all", "if", "none", "unless", "let"), path)
    name = reader.text(table, "name", path)
    if name:
        reader.name(name, f"{path}name")
    bodies = reader.bodies(table.get("any"), f"{path}any")
    if "all" in table:
        bodies = (reader.body({k: v for k, v in table.items() if k != "for"}, path), *bodies)
    year = _year(reader, table, path)
    instances = reader.bodies(table.get("for"), f"{path}for")
    if year is not None and not instances:
        _years_wanted(reader, path, "a number")
    return Indicator(
        name=name,
        title=reader.text(table, "title", path),
        wording=reader.text(table, "wording", path, needed=False),
        unit=reader.choice(table, "unit", path, UNITS),
        period=reader.choice(table, "period", path, PERIODS),
        place=reader.choice(table, "place", path, PLACES, "table"),
        population=reader.text(table, "population", path, needed=False),
        counted=reader.text(table, "counted", path),
        party=reader.term(table.get("party", "?p"), f"{path}party"),
        item=reader.term(table.get("item", ""), f"{path}item"),
        n=reader.term(table.get("n", 0), f"{path}n"),
        year=year,
        instances=instances,
        bodies=bodies,
        open_if=reader.bodies(table.get("open_if"), f"{path}open_if"),
        record=reader.patterns(table.get("record"), f"{path}record"),
        reckoned=_reckoned(reader, table, path),
        within=reader.words(table, "within", path),
        same_as=reader.words(table, "same_as", path),
        at=reader.at(path),
    )


def _reckoned(reader: Reader, table: Mapping[str, Any], path: str) -> Reckoned | None:
    """Read arithmetic on two other numbers."""
    if "reckoned" not in table:
        return None
    match reader.text(table, "reckoned", path).split():
        case [left, ("+" | "-" | "%") as operator, right]:
            return Reckoned(operator, left, right)
        case ["1", "-", left, "%", right]:
            return Reckoned("rest", left, right)
    reader.fail(
        f"{path}reckoned",
        "this is no arithmetic on two numbers",
        'write "a - b", "a + b", "a % b" for a as a share of b in percent, '
        'or "1 - a % b" for the share that is left',
    )
    return None


def case_count(reader: Reader, table: Any, path: str) -> CaseCount:
    """Read what a case expects of an indicator."""
    if not isinstance(table, Mapping):
        reader.fail(path, "this is no count", '{ indicator = "…", number = 1 }')
        table = {}
    reader.keys(table, ("indicator", "year", "number", "members", "open", "exact"), path)
    numbers = {key: table.get(key, 0) for key in ("number", "year")}
    without = numbers["number"] == "none"
    if without:
        numbers["number"] = 0
    for key, value in numbers.items():
        if type(value) is not int:
            mend = 'counts = [{ indicator = "…", number = 1 }]'
            reader.fail(path, f"the {key} of the count is no whole number", mend)
            numbers[key] = 0
    return CaseCount(
        reader.text(table, "indicator", path),
        numbers["year"],
        None if without else numbers["number"],
        tuple(sorted(reader.words(table, "members", path))) if "members" in table else None,
        tuple(sorted(reader.words(table, "open", path))),
        reader.flag(table, "exact", path, not table.get("open") and not without),
    )
