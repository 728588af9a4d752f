"""Reading rule files: from parsed TOML to the values of the rule language.

The reader checks the form of a file and gathers everything that is wrong with it;
what its words mean is checked by `ccm_rules.compiler.compile`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ccm_rules.dates import DateError, Period
from ccm_rules.errors import Problem
from ccm_rules.law import indicator_tables as tables
from ccm_rules.law.rule import (
    BASES,
    BINDINGS,
    SEVERITIES,
    STATUSES,
    Arithmetic,
    Authority,
    Body,
    Calculation,
    Case,
    Comparison,
    CountOf,
    Derive,
    Duty,
    Equivalent,
    FindingRule,
    Pattern,
    Rule,
    Term,
    Var,
)
from ccm_rules.law.sheets import At, Source
from ccm_rules.record.load import MAX_INT
from ccm_rules.words import durations as lengths

_COMPARISON = re.compile(r"\s*(\S+|'[^']*')\s+(<=|>=|==|!=|<|>)\s+('[^']*'|\S+)\s*\Z")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_FIELD = re.compile(r"[a-z][a-z0-9_]*\Z")
_VARIABLE = re.compile(r"\?[a-z][a-z0-9_]*\Z")


class Reader:
    """Reads one rule document and gathers what is wrong with it."""

    def __init__(self, source: Source, language: str = "en") -> None:
        self.source = source
        self.language = language
        self.problems: list[Problem] = []

    def fail(self, path: str, message: str, mend: str) -> None:
        """Note a problem at a path such as ``finding[0].says``."""
        self.problems.append(Problem(*self.at(path), 1, path, message, mend))

    def at(self, path: str) -> At:
        """Where a path stands, as near as the text tells."""
        return self.source.at(path)

    # -- pieces ------------------------------------------------------------

    def text(self, table: Mapping[str, Any], key: str, path: str, *, needed: bool = True) -> str:
        """Read a text."""
        value = table.get(key)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            self.fail(f"{path}{key}", f"{key} is missing or not text", f'add {key} = "…"')
            return ""
        return " ".join(value.split())

    def words(self, table: Mapping[str, Any], key: str, path: str) -> tuple[str, ...]:
        """Read a list of texts that may be left out; a single one counts as a list."""
        found = self.list(table.get(key), f"{path}{key}")
        if all(isinstance(item, str) for item in found):
            return tuple(found)
        self.fail(f"{path}{key}", f"{key} holds what is no text", f'{key} = ["…"]')
        return ()

    def choice(
        self, table: Mapping[str, Any], key: str, path: str, of: Iterable[str], default: str = ""
    ) -> str:
        """Read one of several words."""
        value = table.get(key, default)
        if value not in of:
            self.fail(f"{path}{key}", f"{key} cannot be {value!r}", f"use one of {', '.join(of)}")
            return next(iter(of))
        return str(value)

    def flag(self, table: Mapping[str, Any], key: str, path: str, default: bool = False) -> bool:
        """Read true or false."""
        value = table.get(key, default)
        if not isinstance(value, bool):
            self.fail(
                f"{path}{key}", f"{key} cannot be {value!r}", f"{key} = true, or leave it out"
            )
            return default
        return value

    def date(self, table: Mapping[str, Any], key: str, path: str) -> dt.date | None:
        """Read a day that may be left out."""
        value = table.get(key)
        if value is None or type(value) is dt.date:
            return value
        self.fail(f"{path}{key}", f"{key} is no day: {value!r}", f"{key} = 2023-06-30")
        return None

    def tables(self, table: Mapping[str, Any], key: str, path: str) -> list[Mapping[str, Any]]:
        """Read a list of tables that may be left out."""
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
            return value
        self.fail(f"{path}{key}", f"{key} is no list of tables", f"write [[{key}]]")
        return []

    def keys(self, table: Mapping[str, Any], allowed: Iterable[str], path: str) -> None:
        """Refuse unknown keys."""
        for key in table:
            if key not in allowed:
                self.fail(f"{path}{key}", f"unknown key {key!r}", f"use {', '.join(allowed)}")

    def term(self, value: Any, path: str) -> Term:
        """Read a variable or a constant."""
        if isinstance(value, str) and value.startswith("?"):
            if not _VARIABLE.match(value):
                self.fail(path, f"{value!r} is no variable", "write ? and a small letter: ?party")
            return Var(value[1:])
        if isinstance(value, str) and value.isprintable():
            return value
        if type(value) is int and -MAX_INT < value < MAX_INT:
            return value
        if type(value) is dt.date:
            return value
        self.fail(
            path,
            f"{value!r} can stand in no pattern",
            "use printable text, a whole number below 2^53, a date or ?variable",
        )
        return ""

    def variable(self, value: Any, path: str) -> Var:
        """Read a variable."""
        term = self.term(value, path)
        if isinstance(term, Var):
            return term
        self.fail(path, f"{value!r} is no variable", "write ? and its name: ?party")
        return Var("missing")

    def comparisons(self, value: Any, path: str) -> tuple[Comparison, ...]:
        """Read a list of comparisons."""
        found = []
        for number, text in enumerate(self.list(value, path)):
            match = _COMPARISON.match(text) if isinstance(text, str) else None
            if match is None:
                self.fail(
                    path, f"{text!r} is no comparison", 'write "?a < ?b" (<, <=, >, >=, ==, !=)'
                )
                continue
            left, operator, right = match.groups()
            at = f"{path}[{number}]"
            found.append(Comparison(self.operand(left, at), operator, self.operand(right, at)))
        return tuple(found)

    def operand(self, text: str, path: str) -> Term:
        """Read one side of a comparison."""
        if text == "as-of":
            return Var("as_of")
        if text.startswith("'"):
            if not text.isprintable():
                self.fail(path, f"{text!r} holds what cannot be shown", "write printable text")
            return text[1:-1]
        if re.fullmatch(r"-?[0-9]{1,20}", text):
            return self.term(int(text), path)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            try:
                return dt.date.fromisoformat(text)
            except ValueError:
                self.fail(path, f"{text} is no day", "write a day that exists")
        return self.term(text if text.startswith("?") else f"?{text}", path)

    def list(self, value: Any, path: str) -> list[Any]:
        """Read a list; a single value counts as one."""
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

    def pattern(self, value: Any, path: str, *, inner: bool = False) -> Pattern:
        """Read a pattern, or a question for a register (``record = …``)."""
        if not isinstance(value, Mapping):
            self.fail(path, "a pattern is a table", '{ fact = "report", party = "?p" }')
            return Pattern("", {})
        record = "record" in value
        if record and "fact" in value:
            self.fail(path, "a pattern asks for a fact or for its record, not both", "use two")
        name = value.get("record" if record else "fact")
        if not isinstance(name, str):
            self.fail(path, "the pattern names no fact", '{ fact = "report", … }')
            name = ""
        if record and inner:
            self.fail(
                path,
                "a question for a register stands in `all`",
                "ask for the absent fact; `complete` says until when its record must be complete",
            )
        special = ("fact", "record", *(("if", "complete") if inner else ()))
        fields = {k: self.term(v, f"{path}.{k}") for k, v in value.items() if k not in special}
        for key in fields:
            if not _FIELD.match(key):
                self.fail(f"{path}.{key}", f"no field is called {key!r}", "use small letters")
        complete = None
        if inner and "complete" in value:
            text = value["complete"]
            complete = self.operand(text, path) if isinstance(text, str) else self.term(text, path)
        return Pattern(
            name,
            fields,
            self.comparisons(value.get("if"), f"{path}.if") if inner else (),
            complete,
            record,
        )

    def patterns(self, value: Any, path: str, *, inner: bool = False) -> tuple[Pattern, ...]:
        """Read a list of patterns."""
        return tuple(
            self.pattern(item, f"{path}[{number}]", inner=inner)
            for number, item in enumerate(self.list(value, path))
        )

    def body(self, table: Mapping[str, Any], path: str) -> Body:
        """Read the conditions of a table."""
        let = {}
        reckoned = table.get("let", {})
        if not isinstance(reckoned, Mapping):
            self.fail(f"{path}let", "let is no table", 'let = { soon = { from = "?d", … } }')
            reckoned = {}
        for name, spec in reckoned.items():
            made = self.calculation(spec, f"{path}let") or self.arithmetic(spec, f"{path}let")
            if not _FIELD.match(name.removeprefix("?")):
                self.fail(f"{path}let", f"{name!r} is no variable", "use small letters")
            elif isinstance(made, Arithmetic | Calculation):
                let[name.removeprefix("?")] = made
            else:
                self.fail(
                    f"{path}let",
                    "let reckons a day or a number",
                    '{ cutoff = { from = "?opens", add = { months = -9 } } }',
                )
        return Body(
            self.patterns(table.get("all") or table.get("for"), f"{path}all"),
            self.comparisons(table.get("if"), f"{path}if"),
            self.patterns(table.get("none"), f"{path}none", inner=True),
            self.patterns(table.get("unless"), f"{path}unless", inner=True),
            let,
        )

    def bodies(self, value: Any, path: str) -> tuple[Body, ...]:
        """Read alternatives: a pattern, or a table with all / if / none / unless."""
        found = []
        for item in self.list(value, path):
            if isinstance(item, Mapping) and "fact" not in item and "record" not in item:
                self.keys(item, ("all", "if", "none", "unless", "let"), f"{path}.")
                found.append(self.body(item, f"{path}."))
            else:
                found.append(Body(all=(self.pattern(item, path),)))
        return tuple(found)

    def length(self, spec: Mapping[str, Any], path: str) -> Period | None:
        """Read a period."""
        try:
            return lengths.of(spec)
        except DateError as error:
            no_period = str(error) == "this is no period"
            mend = (
                '{ from = "?eif", add = { days = 180 } }'
                if no_period
                else 'add = { months = 6 }, round = "earlier"'
            )
            self.fail(path, str(error), mend)
            return None

    def calculation(self, value: Any, path: str) -> Calculation | None:
        """Read a number reckoned from two others: ``{ sum = ["?a", "?b"] }``."""
        names = {"sum": "+", "difference": "-", "percent": "%", "rest": "rest"}
        if not isinstance(value, Mapping) or len(value) != 1 or not set(value) <= set(names):
            return None
        ((name, operands),) = value.items()
        if not isinstance(operands, list) or len(operands) != 2:
            self.fail(path, f"{name} takes two numbers", f'{{ {name} = ["?a", "?b"] }}')
            return None
        left, right = (self.variable(operand, path) for operand in operands)
        return Calculation(names[name], left, right)

    def arithmetic(self, value: Any, path: str) -> Var | Arithmetic:
        """Read a day: a variable, or a table that reckons one."""
        if isinstance(value, str):
            return self.variable(value, path)
        if not isinstance(value, Mapping) or "from" not in value:
            self.fail(
                path,
                "a day is reckoned from another one",
                '{ from = "?eif", add = { days = 180 } }',
            )
            return Var("missing")
        self.keys(value, ("from", "add", "on", "round"), f"{path}.")
        length = self.length(value, path)
        return Arithmetic(self.variable(value["from"], path), length or Period())

    # -- lengths that sentences leave to the rule ---------------------------

    def with_lengths(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Put the lengths that the rule reckons with where sentences leave them out.

        ``{due.period}`` is the length by which the day ``due`` is reckoned, in words.
        """
        periods: dict[str, set[Period]] = {}
        for name, spec in _reckoned(document):
            try:
                periods.setdefault(name, set()).add(lengths.of(spec))
            except DateError:
                continue  # said where the period is read

        def fill(text: str, path: str) -> str:
            def length(match: re.Match[str]) -> str:
                found = {lengths.in_words(p, self.language) for p in periods.get(match[1], ())}
                if len(found) == 1 and "" not in found:
                    return found.pop()
                several = len(found) > 1
                what = "is reckoned with several lengths" if several else "is reckoned by no length"
                there = ", ".join(f"{{{name}.period}}" for name in sorted(periods))
                mend = f"use {there}" if there else "write the length out"
                self.fail(path, f"?{match[1]} {what}", mend)
                return match[0]

            return lengths.GAP.sub(length, text)

        def walk(value: Any, path: str) -> Any:
            if isinstance(value, str):
                return fill(value, path) if "{" in value else value
            if isinstance(value, Mapping):
                return {k: walk(v, f"{path}.{k}" if path else k) for k, v in value.items()}
            if isinstance(value, list):
                return [walk(v, f"{path}[{n}]") for n, v in enumerate(value)]
            return value

        return {
            key: value if key == "case" else walk(value, key) for key, value in document.items()
        }

    # -- tables ------------------------------------------------------------

    def rule(self, document: Mapping[str, Any], folder: str) -> Rule | None:
        """Read the whole document."""
        document = self.with_lengths(document)
        name = self.text(document, "name", "")
        if name:
            self.name(name, "name")
        stem = re.split(r"[/\\]", self.source.file)[-1].removesuffix(".toml")
        if name and name != stem:
            self.fail(
                "name",
                f"the rule {name!r} stands in a file of another name",
                f"call the file {name}.toml",
            )
        force = document.get("in_force", {})
        if not isinstance(force, Mapping):
            self.fail("in_force", "in_force is no table", "[in_force] with from, until, or both")
            force = {}
        self.keys(force, ("from", "until"), "in_force.")
        rule = Rule(
            name=name,
            file=self.source.file,
            folder=folder,
            title=self.text(document, "title", ""),
            summary=self.text(document, "summary", "", needed=False),
            binding=self.choice(document, "binding", "", BINDINGS),
            authority=self.authority(document),
            in_force_from=self.date(force, "from", "in_force."),
            in_force_until=self.date(force, "until", "in_force."),
            derives=tuple(
                self.derive(t, f"derive[{n}].")
                for n, t in enumerate(self.tables(document, "derive", ""))
            ),
            counts=tuple(
                self.count(t, f"count[{n}].")
                for n, t in enumerate(self.tables(document, "count", ""))
            ),
            duty=self.duty(document["duty"]) if "duty" in document else None,
            findings=tuple(
                self.finding(t, f"finding[{n}].")
                for n, t in enumerate(self.tables(document, "finding", ""))
            ),
            cases=tuple(
                self.case(t, f"case[{n}].") for n, t in enumerate(self.tables(document, "case", ""))
            ),
            section=self.text(document, "section", "", needed=bool(document.get("indicator"))),
            sections=tuple(
                tables.report_section(self, t, f"report_section[{n}].")
                for n, t in enumerate(self.tables(document, "report_section", ""))
            ),
            populations=tuple(
                tables.population(self, t, f"population[{n}].")
                for n, t in enumerate(self.tables(document, "population", ""))
            ),
            indicators=tuple(
                tables.indicator(self, t, f"indicator[{n}].")
                for n, t in enumerate(self.tables(document, "indicator", ""))
            ),
            equivalents=tuple(
                self.equivalent(t, f"equivalent[{n}].")
                for n, t in enumerate(document.get("equivalent", ()))
            ),
            source=self.source,
        )
        self.own_facts(rule)
        names = [finding.name for finding in rule.findings]
        for name_ in {n for n in names if names.count(n) > 1}:
            self.fail("finding", f"two findings are called {name_!r}", "give each its own name")
        if rule.duty is None and any(finding.when for finding in rule.findings):
            self.fail(
                "finding",
                "`when` speaks of a duty, and the rule has none",
                "add a [duty], or use all / if / none",
            )
        return None if self.problems else rule

    def authority(self, document: Mapping[str, Any]) -> Authority:
        """Read on what the rule stands."""
        table = document.get("authority")
        if not isinstance(table, Mapping):
            self.fail(
                "authority",
                "the rule names no authority",
                "add [authority] with instrument, article and quote",
            )
            return Authority("", "")
        self.keys(
            table, ("instrument", "article", "quote", "url", "compared", "note"), "authority."
        )
        quote = self.text(table, "quote", "authority.", needed=False)
        compared = table.get("compared")
        if quote and type(compared) is not dt.date:
            self.fail(
                "authority.compared",
                "the quotation was never compared with its source",
                "add compared = 2026-11-23",
            )
        note = self.text(table, "note", "authority.", needed=False)
        if not quote and not note:
            self.fail(
                "authority", "there is neither a quotation nor a note", "quote the words relied on"
            )
        return Authority(
            self.text(table, "instrument", "authority."),
            self.text(table, "article", "authority.", needed=False),
            quote,
            self.text(table, "url", "authority.", needed=bool(quote)),
            compared if type(compared) is dt.date else None,
            note,
        )

    def name(self, name: str, path: str) -> None:
        """Refuse what is no name of a rule, a finding or a fact."""
        if not _NAME.match(name):
            self.fail(path, f"{name!r} is no name", "use small letters, digits and hyphens")

    def derive(self, table: Mapping[str, Any], path: str) -> Derive:
        """Read derived facts."""
        self.keys(table, ("fact", "all", "if", "none", "unless", "let", "says", "shared"), path)
        head = self.pattern(table.get("fact"), f"{path}fact")
        self.name(head.fact, f"{path}fact")
        return Derive(
            head.fact,
            head.fields,
            self.body(table, path),
            self.text(table, "says", path, needed=False),
            self.flag(table, "shared", path),
            self.at(path),
        )

    def count(self, table: Mapping[str, Any], path: str) -> CountOf:
        """Read a count."""
        self.keys(
            table, ("fact", "number", "each", "all", "if", "none", "unless", "let", "says"), path
        )
        head = self.pattern(table.get("fact"), f"{path}fact")
        self.name(head.fact, f"{path}fact")
        number = self.variable(table.get("number"), f"{path}number")
        each = tuple(self.variable(v, f"{path}each") for v in self.list(table.get("each"), path))
        if number not in head.fields.values():
            self.fail(
                f"{path}number",
                "the counted fact does not hold the number",
                "put the variable into fact = { … }",
            )
        if not each:
            self.fail(f"{path}each", "it is not said what is counted", 'each = "?p"')
        return CountOf(
            head.fact,
            head.fields,
            number,
            each,
            self.body(table, path),
            self.text(table, "says", path, needed=False),
            self.at(path),
        )

    def duty(self, table: Mapping[str, Any]) -> Duty:
        """Read the duty."""
        path = "duty."
        self.keys(
            table,
            (
                "party",
                "item",
                "n",
                "for",
                "if",
                "none",
                "unless",
                "let",
                "due",
                "soon",
                "met_by",
                "record",
                "void_by",
                "replaced_by",
                "pending_by",
                "requested_by",
                "requested_record",
                "review_if",
            ),
            path,
        )
        soon = None
        if "soon" in table:
            ahead = table["soon"]
            if isinstance(ahead, Mapping) and all(type(v) is int for v in ahead.values()):
                back = {key: -value for key, value in ahead.items()}
                soon = self.length({"add": back, "round": "earlier"}, "duty.soon")
            else:
                self.fail("duty.soon", "soon is no length of time", "soon = { days = 90 }")
        if "due" not in table:
            self.fail(
                "duty.due", "the duty has no day", 'due = { from = "?eif", add = { days = 180 } }'
            )
        met_by = self.bodies(table.get("met_by"), "duty.met_by")
        record = self.patterns(table.get("record"), "duty.record")
        if not record and met_by:
            first = met_by[0].all[0]
            fields = {k: v for k, v in first.fields.items() if v != Var("done")}
            record = (Pattern(first.fact, fields, record=True),)
        if not record:
            self.fail(
                "duty.record",
                "it is not said which record must be complete",
                'record = [{ fact = "report", kind = "initial", party = "?p" }]',
            )
        return Duty(
            party=self.term(table.get("party", "?p"), "duty.party"),
            item=self.term(table.get("item", ""), "duty.item"),
            n=self.term(table.get("n", 0), "duty.n"),
            body=self.body(table, path),
            due=self.arithmetic(table.get("due", "?missing"), "duty.due"),
            soon=soon,
            met_by=met_by,
            record=record,
            void_by=self.bodies(table.get("void_by"), "duty.void_by"),
            replaced_by=self.bodies(table.get("replaced_by"), "duty.replaced_by"),
            pending_by=self.bodies(table.get("pending_by"), "duty.pending_by"),
            requested_by=self.bodies(table.get("requested_by"), "duty.requested_by"),
            requested_record=self.patterns(table.get("requested_record"), "duty.requested_record"),
            review_if=self.bodies(table.get("review_if"), "duty.review_if"),
            at=self.at("duty."),
        )

    def finding(self, table: Mapping[str, Any], path: str) -> FindingRule:
        """Read a finding."""
        self.keys(
            table,
            (
                "name",
                "when",
                "all",
                "if",
                "none",
                "unless",
                "let",
                "severity",
                "says",
                "remedy",
                "key",
                "party",
                "due",
                "status",
                "basis",
                "silent_open",
            ),
            path,
        )
        name = self.text(table, "name", path)
        if name:
            self.name(name, f"{path}name")
        when = tuple(self.list(table.get("when"), path))
        for status in when:
            if status not in STATUSES:
                self.fail(
                    f"{path}when", f"no duty is ever {status!r}", f"use {', '.join(STATUSES)}"
                )
        severity = self.choice(table, "severity", path, SEVERITIES)
        remedy = self.text(table, "remedy", path, needed=severity != "info")
        optional = {
            key: self.variable(table[key], f"{path}{key}") if key in table else None
            for key in ("party", "due")
        }
        status = table.get("status")
        if status is not None and status not in (*STATUSES, "open"):
            self.fail(
                f"{path}status", f"there is no status {status!r}", f"use {', '.join(STATUSES)}"
            )
        return FindingRule(
            name=name,
            when=when,
            body=self.body(table, path),
            severity=severity,
            says=self.text(table, "says", path),
            remedy=remedy,
            key=tuple(self.variable(v, f"{path}key") for v in self.list(table.get("key"), path)),
            party=optional["party"],
            due=optional["due"],
            status=status,
            basis=self.choice(table, "basis", path, BASES, "computed"),
            silent_open=self.flag(table, "silent_open", path),
            at=self.at(path),
        )

    def case(self, table: Mapping[str, Any], path: str) -> Case:
        """Read a test case."""
        self.keys(
            table,
            (
                "name",
                "as_of",
                "given",
                "registers",
                "raises",
                "open",
                "says",
                "known_by",
                "period",
                "counts",
                "derives",
                "lacks",
            ),
            path,
        )
        as_of = table.get("as_of")
        if type(as_of) is not dt.date:
            self.fail(f"{path}as_of", "the case has no day", "as_of = 2024-01-29")
            as_of = dt.date(2000, 1, 1)
        open_ = table.get("open", 0)
        if type(open_) is not int:
            self.fail(
                f"{path}open",
                "open is not the number of things that the record cannot tell",
                "open = 1",
            )
            open_ = 0
        return Case(
            self.text(table, "name", path),
            as_of,
            tuple(self.tables(table, "given", path)),
            tuple(self.tables(table, "registers", path)),
            self.words(table, "raises", path),
            open_,
            self.words(table, "says", path),
            self.date(table, "known_by", path),
            self.text(table, "period", path, needed=False) or None,
            tuple(
                tables.case_count(self, item, f"{path}counts")
                for item in self.list(table.get("counts"), f"{path}counts")
            ),
            self.expected(table, "derives", path),
            self.expected(table, "lacks", path),
            self.at(path),
        )

    def expected(self, table: Mapping[str, Any], key: str, path: str) -> tuple[Any, ...]:
        """Read the derived facts that a case expects."""
        found = []
        for item in self.list(table.get(key), f"{path}{key}"):
            if isinstance(item, Mapping) and isinstance(item.get("fact"), str):
                found.append(item)
            else:
                self.fail(
                    f"{path}{key}",
                    f"{item!r} is no derived fact",
                    '{ fact = "in-force", party = "NGA" }',
                )
        return tuple(found)

    def own_facts(self, rule: Rule) -> None:
        """Refuse a case that expects facts which its rule does not derive."""
        own = {item.fact for item in rule.derives} | {item.fact for item in rule.counts}
        if rule.duty is not None:
            own.add("duty-status")
        for number, case in enumerate(rule.cases):
            for key, items in (("derives", case.derives), ("lacks", case.lacks)):
                for name in sorted({item["fact"] for item in items} - own):
                    self.fail(
                        f"case[{number}].{key}",
                        f"this rule derives no {name!r}",
                        f"name one of {', '.join(sorted(own))}" if own else f"leave {key} out",
                    )

    def equivalent(self, table: Mapping[str, Any], path: str) -> Equivalent:
        """Read a change of the rule that no record could show."""
        self.keys(table, ("mutant", "why"), path)
        return Equivalent(
            self.text(table, "mutant", path), self.text(table, "why", path), self.at(path)
        )


def _reckoned(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The days that a document reckons, by name: of every ``let``, and the day of a duty."""
    if isinstance(value, list):
        for item in value:
            yield from _reckoned(item)
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "let" and isinstance(item, Mapping):
                for name, spec in item.items():
                    if isinstance(spec, Mapping) and "from" in spec:
                        yield name.lstrip("?"), spec
            elif key == "due" and isinstance(item, Mapping) and "from" in item:
                yield key, item
            elif key != "case":
                yield from _reckoned(item)

