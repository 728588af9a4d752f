"""JSON Schemas of rule files and of the vocabulary, for editors: completion, hover, complaints.

``python -m ccm_rules.authoring.schemas`` writes them; a test holds their keys against those
that the reader takes. What a schema refuses, the reader refuses too; what only the rules around a
rule can tell (that a variable is bound, that a fact exists), `ccm-check rules` says. Days
of TOML reach a schema as texts, so it cannot tell one from the other. Draft 7 of JSON
Schema: the editors know it best.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ccm_rules.law.rule import (
    BASES,
    BINDINGS,
    PERIODS,
    PLACES,
    SEVERITIES,
    STATUSES,
    UNITS,
)
from ccm_rules.law.translation import TRANSLATED
from ccm_rules.record.vocabulary import FIELD_TYPES

Schema = dict[str, Any]

_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_NAME: Final = "^[a-z0-9]+(-[a-z0-9]+)*$"
_VARIABLE: Final = r"^\?[a-z][a-z0-9_]*$"
_COMPARISON: Final = r"^\s*(\S+|'[^']*')\s+(<=|>=|==|!=|<|>)\s+('[^']*'|\S+)\s*$"
_FRENCH: Final = "The same in French; gaps as in English, with `de {p}`, `à {d}`, `{p:a/ont}`."

_BODY: Final = {
    "all": "Facts that must be on record. The same variable in two places joins them.",
    "if": 'Comparisons that must hold: "?a < ?b", "?kind != \'annual\'", "?d <= as-of".',
    "none": "Facts that must be absent, where the record of them is complete.",
    "unless": "Exceptions: the rule gives way where the record shows them; no register is asked.",
    "let": "Days and numbers that are reckoned, by variable name.",
}


def _ref(name: str, says: str = "") -> Schema:
    """A definition, with what an editor shows of it here."""
    found: Schema = {"$ref": f"#/definitions/{name}"}
    return {"description": says, "allOf": [found]} if says else found


def _text(says: str, **more: Any) -> Schema:
    return {"type": "string", "description": says, **more}


def _words(says: str) -> Schema:
    """A text that is not empty."""
    return _text(says, pattern=r"\S")


def _enum(values: tuple[str, ...], says: str) -> Schema:
    return {"enum": list(values), "description": says}


def _list(item: Schema, says: str) -> Schema:
    """A list; a single value counts as one."""
    return {"description": says, "anyOf": [item, {"type": "array", "items": item}]}


def _tables(name: str, says: str) -> Schema:
    return {"type": "array", "description": says, "items": _ref(name)}


def _table(
    properties: Mapping[str, Schema], required: tuple[str, ...] = (), of: str = "", **more: Any
) -> Schema:
    """A table; ``of`` names it among those of which some keys are translated."""
    found = dict(properties)
    twins = {}
    for key in TRANSLATED.get(of, ()) if of or "binding" in properties else ():
        found[f"{key}_fr"] = _text(_FRENCH)
        twins[f"{key}_fr"] = [key]
    schema: Schema = {"type": "object", "additionalProperties": False, "properties": found}
    if required:
        schema["required"] = list(required)
    if twins:
        schema["dependencies"] = twins
    return {**schema, **more}


def _body(**more: Schema) -> dict[str, Schema]:
    """The conditions of a table, and its own keys."""
    return {
        **more,
        "all": _list(_ref("pattern"), _BODY["all"]),
        "if": _list(_ref("comparison"), _BODY["if"]),
        "none": _list(_ref("absence"), _BODY["none"]),
        "unless": _list(_ref("absence"), _BODY["unless"]),
        "let": _ref("let", _BODY["let"]),
    }


def _member(kind: str) -> dict[str, Schema]:
    """What identifies a member of an indicator or of a population."""
    return {
        "party": _ref("term", "The State that is counted; ?p unless said."),
        "item": _ref("term", "A text that tells apart members that are more than a State."),
        "n": _ref("term", "A number that tells them apart."),
        "year": _ref("variable", f"The calendar year, where there is one {kind} a year."),
        "for": _list(
            _ref("alternative"), "What gives those years, or what the record is asked of."
        ),
        "record": _list(_ref("pattern"), "Facts whose record must be complete for it to be exact."),
    }


def rule_schema() -> Schema:
    """The JSON Schema of a rule file."""
    return {
        "$schema": _DRAFT,
        "$id": "urn:ccm-rules:rule",
        "title": "A rule of ccm-check",
        "description": "One rule a file; rules/README.md is the language.",
        **_table(
            {
                "name": _text("The file's own name, which never changes.", pattern=_NAME),
                "title": _words("What the rule is called."),
                "summary": _text("One or two plain sentences. {due.period} says how long a "
                                 "period is that the rule reckons with."),
                "binding": _enum(BINDINGS, "legal: the treaty; practice: how Meetings do it; "
                                 "political: an action plan; record: the record itself."),
                "section": _text("Letter of the progress report's section, A to K."),
                "authority": _ref("authority", "On what the rule stands."),
                "in_force": _ref("in_force", "From and until when the rule is applied."),
                "derive": _tables("derive", "Facts that follow."),
                "count": _tables("count", "How many there are."),
                "duty": _ref("duty", "What a party must do by a day."),
                "finding": _tables("finding", "What is said when conditions hold."),
                "case": _tables("case", "Test cases: one on both sides of each boundary day."),
                "equivalent": _tables("equivalent", "Changes of the rule that no record could "
                                      "show; rules test names them."),
                "report_section": _tables("report_section", "A section of the progress report."),
                "population": _tables("population", "Those of whom indicators are asked."),
                "indicator": _tables("indicator", "Numbers that an action plan asks for."),
            },
            ("name", "title", "binding", "authority"),
        ),
        "definitions": {**_forms(), **_tables_of(), **_numbers()},
    }  # fmt: skip


def _forms() -> dict[str, Schema]:
    reckoned = {
        "from": _ref("variable", "The day that it is reckoned from; a fact must bind it."),
        "add": _ref("length", "What is added; negative numbers count back."),
        "on": _table(
            {
                "month": {"type": "integer", "minimum": 1, "maximum": 12},
                "day": {"type": "integer", "minimum": 1, "maximum": 31},
            },
            description="The month or the day that the result is set to.",
        ),
        "round": _enum(("earlier", "later"), "Which day counts where there is no such day: "
                       "needed with months and years, unless on.day is set."),
    }  # fmt: skip
    return {
        "day": _text("A day, without quotation marks: 2026-11-23", format="date",
                     pattern=r"^\d{4}-\d{2}-\d{2}$"),
        "variable": _text("A variable: ? and its name.", pattern=_VARIABLE),
        "term": {
            "description": "A variable (?p), a text, a whole number or a day.",
            "anyOf": [
                {"type": "string", "pattern": r"^([^?]|\?[a-z][a-z0-9_]*$|$)"},
                {"type": "integer"},
            ],
        },
        "comparison": _text("Two sides and <, <=, >, >=, == or != between them; as-of is the day "
                            "on which things are judged.", pattern=_COMPARISON),
        "length": _table(
            {unit: {"type": "integer"} for unit in ("years", "months", "days")},
            description="A length of time in calendar years, months and days.",
        ),
        "reckoned": _table(reckoned, ("from",), description="A day reckoned from another one."),
        "let": {
            "type": "object",
            "additionalProperties": {"anyOf": [_ref("reckoned"), _ref("calculation")]},
        },
        "calculation": {
            "type": "object",
            "description": "A number reckoned from two others.",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
            "properties": {
                name: {"type": "array", "items": _ref("variable"), "minItems": 2, "maxItems": 2}
                for name in ("sum", "difference", "percent", "rest")
            },
        },
        "pattern": {
            "type": "object",
            "description": "A fact that is joined, by its fields; fields left out may be anything. "
            "With record instead of fact: until when the record of such facts is complete.",
            "properties": {
                "fact": _text("A kind of the vocabulary, or a derived fact."),
                "record": _text("A kind of the vocabulary; until = \"?u\" binds the last day."),
            },
            "anyOf": [{"required": ["fact"]}, {"required": ["record"]}],
            "additionalProperties": _ref("term"),
        },
        "absence": {
            "type": "object",
            "description": "A fact that must be absent, or that makes an exception.",
            "properties": {
                "fact": _text("A kind of the vocabulary, or a derived fact."),
                "if": _list(_ref("comparison"), "Comparisons that mention a variable of this fact "
                            "alone."),
                "complete": {"description": "The day until which the record must be complete; the "
                             "as-of day unless said.", "allOf": [_ref("term")]},
            },
            "required": ["fact"],
            "additionalProperties": _ref("term"),
        },
        "alternative": {
            "description": "A fact, or a table of conditions. Of several, one is enough.",
            "anyOf": [
                {"allOf": [_ref("pattern"), {"required": ["fact"]}]},
                {**_table(_body()), "not": {"required": ["fact"]}},
            ],
        },
    }  # fmt: skip


def _tables_of() -> dict[str, Schema]:
    says = _text("The sentence of such a fact, by its fields: {party}, {date}.")
    alternatives = {
        "met_by": "What meets it; each binds ?done, the day.",
        "void_by": "Without object: there turned out to be nothing to do.",
        "replaced_by": "Superseded: another duty took its place.",
        "pending_by": "A request is before a Meeting.",
        "requested_by": "Without one, what would be overdue has lapsed.",
        "review_if": "The law leaves it to a person.",
    }
    duty = _body()
    duty["for"] = _list(_ref("pattern"), "For whom it is: facts that must be on record.")
    del duty["all"]
    return {
        "authority": _table(
            {
                "instrument": _words("The treaty or plan, by its short name."),
                "article": _words("Article or Action."),
                "quote": _text("The words relied on, as they stand in the source."),
                "url": _text("Where they can be read."),
                "compared": _ref("day", "The day on which the quotation was compared with it."),
                "note": _text("How the text is read, and why; or why there is no quotation."),
            },
            ("instrument",),
            "authority",
            anyOf=[{"required": ["quote"]}, {"required": ["note"]}],
            **{"if": {"required": ["quote"], "properties": {"quote": {"pattern": r"\S"}}},
               "then": {"required": ["compared", "url"]}},
        ),
        "in_force": _table(
            {"from": _ref("day", "The first as-of day on which it is applied."),
             "until": _ref("day", "The last one.")},
        ),
        "derive": _table(
            _body(
                fact=_ref("pattern", "The fact that follows, by its fields."),
                says=says,
                shared={"type": "boolean", "description": "Rules in other files derive such "
                        "facts too."},
            ),
            ("fact",), "derive",
        ),
        "count": _table(
            _body(
                fact=_ref("pattern", "The fact that holds the number, by its other fields."),
                number=_ref("variable", "The number, a field of the fact."),
                each=_list(_ref("variable"), "What is counted, each once."),
                says=says,
            ),
            ("fact", "number", "each"),
        ),
        "duty": _table(
            {
                **duty,
                "party": _ref("term", "Whose duty it is; ?p unless said."),
                "item": _ref("term", "A text that tells its duties apart, such as a Meeting."),
                "n": _ref("term", "A number that tells them apart, such as a year."),
                "due": {
                    "description": "The day by which it is done: a variable, or reckoned.",
                    "anyOf": [_ref("variable"), _ref("reckoned")],
                },
                "soon": _ref("length", "How long before the day it is due soon."),
                "record": _list(_ref("pattern"), "Facts whose record must be complete for absence "
                                "to count; the first met_by without its date unless said."),
                "requested_record": _list(_ref("pattern"), "The same for requests."),
                **{key: _list(_ref("alternative"), words) for key, words in alternatives.items()},
            },
            ("due",),
        ),
        "finding": _table(
            _body(
                name=_text("Its name, which never changes.", pattern=_NAME),
                when=_list(_enum(STATUSES, "A status of the rule's duty."),
                           "The statuses of the rule's duty in which it holds."),
                severity=_enum(SEVERITIES, "How grave it is."),
                says=_words("The sentence, neutral and about the record: {p}, {due}, {until-due}."),
                remedy=_text("What can be done; needed unless it is for information."),
                key=_list(_ref("variable"), "What tells it from the rule's other findings."),
                party=_ref("variable", "The State that it is about; ?p if that is a State."),
                due=_ref("variable", "The day that it is about."),
                status=_enum((*STATUSES, "open"), "The status shown where it rests on no duty."),
                basis=_enum(BASES, "computed: arithmetic; reported: a third party says so; "
                            "found: a Meeting found it."),
                silent_open={"type": "boolean", "description": "Do not list as open what is only "
                             "possible."},
            ),
            ("name", "severity", "says"), "finding",
            **{"if": {"required": ["severity"],
                      "properties": {"severity": {"enum": list(SEVERITIES[1:])}}},
               "then": {"required": ["remedy"]}},
        ),
        "case": _table(
            {
                "name": _words("What it shows."),
                "as_of": _ref("day", "The day on which it is judged."),
                "given": {"type": "array", "items": {"type": "object"},
                          "description": "Facts, as in a facts file, without sources."},
                "registers": {"type": "array", "items": {"type": "object"},
                              "description": "What the record is complete for."},
                "raises": _list({"type": "string"}, "Every finding of this rule, and no other."),
                "open": {"type": "integer", "description": "Things of this rule that stay open."},
                "says": _list({"type": "string"}, "Sentences that must be said."),
                "known_by": _ref("day", "Count only what was known by this day."),
                "period": _text("The review period: [2022-07-01..2023-06-30]"),
                "counts": _list(_ref("case_count"), "What it expects of indicators."),
                "derives": _list(_ref("expected"), "All facts of these kinds that this rule "
                                 "must derive for certain, with the fields that matter."),
                "lacks": _list(_ref("expected"), "Facts of which there must be none, not even a "
                               "possible one."),
            },
            ("name", "as_of"),
        ),
        "expected": {
            "type": "object",
            "description": "A fact that this rule derives or counts, or its own duty-status.",
            "properties": {"fact": _text("Its kind.")},
            "required": ["fact"],
        },
        "equivalent": _table(
            {"mutant": _words("The change, as rules test names it."),
             "why": _words("Why no record tells the changed rule from this one.")},
            ("mutant", "why"),
        ),
        "case_count": _table(
            {
                "indicator": _words("Which one."),
                "year": {"type": "integer", "description": "Of which year."},
                "number": {"description": "How many are counted for certain; none, where there "
                           "is no number.", "anyOf": [{"type": "integer"}, {"const": "none"}]},
                "members": _list({"type": "string"}, "Their codes."),
                "open": _list({"type": "string"}, "Codes of those of whom it cannot tell."),
                "exact": {"type": "boolean", "description": "Whether the number is exact."},
            },
            ("indicator",),
        ),
    }  # fmt: skip


def _numbers() -> dict[str, Schema]:
    name = _text("Its name, which never changes.", pattern=_NAME)
    return {
        "population": _table(
            _body(
                name=name,
                title=_words("The same in words."),
                unit=_enum(UNITS, "What it consists of; States unless said."),
                **_member("population"),
            ),
            ("name", "title", "all"), "population",
        ),
        "indicator": _table(
            _body(
                name=name,
                title=_words("In a few words."),
                wording=_text("As the progress report words it."),
                unit=_enum(UNITS, "What is counted."),
                period=_enum(PERIODS, "flow: within the period; stock: on its last day; "
                             "look-back: in the two years before."),
                place=_enum(PLACES, "Where a progress report prints it; table unless said."),
                population=_text("Name of the population that it is asked of."),
                counted=_words("How it is counted, in a sentence or two."),
                any=_list(_ref("alternative"), "Alternatives: the union is counted."),
                open_if=_list(_ref("alternative"), "Of whom the record cannot tell."),
                reckoned=_text("Arithmetic on two other indicators.",
                               pattern=r"^\s*(\S+\s+[-+%]\s+\S+|1\s+-\s+\S+\s+%\s+\S+)\s*$"),
                within=_list({"type": "string"}, "Indicators whose members include these."),
                same_as=_list({"type": "string"}, "Indicators with the same members."),
                **_member("number"),
            ),
            ("name", "title", "unit", "period", "counted"), "indicator",
        ),
        "report_section": _table(
            {
                "letter": _words("A to K."),
                "title": _words("Its title."),
                "summary_title": _text("The heading under which the summary has it."),
                "summary": _list(_ref("summary_line"), "Its lines of the summary."),
            },
            ("letter", "title"), "report_section",
        ),
        "summary_line": _table(
            {"indicator": _words("The indicator that the line repeats."),
             "says": _words("Its words."), "says_fr": _text(_FRENCH)},
            ("indicator", "says"),
        ),
    }  # fmt: skip


def vocabulary_schema() -> Schema:
    """The JSON Schema of ``vocabulary.toml``."""
    field = _table(
        {
            "type": _enum(FIELD_TYPES, "party: a State; meeting: the id of a Meeting; text; int; "
                          "when: a day, vague or not."),
            "optional": {"type": "boolean", "description": "Whether a fact may leave it out."},
            "default": {"description": "The value of a fact that leaves it out.",
                        "type": ["string", "integer"]},
            "scheduled": {"type": "boolean", "description": "It counts whatever the as-of day."},
            "one_of": {"type": "array", "items": {"type": "string"},
                       "description": "The values allowed."},
        },
        ("type",),
        description="A field of the fact.",
    )  # fmt: skip
    kind: Schema = {
        "type": "object",
        "description": "A kind of fact.",
        "required": ["says"],
        "properties": {
            "label": _text("The name in words."),
            "label_fr": _text(_FRENCH),
            "says": _text("The sentence in which such a fact is shown, by its fields."),
            "says_fr": _text(_FRENCH),
            "key": {"type": "array", "items": {"type": "string"},
                    "description": "Fields that identify a fact: equal keys are one fact."},
            "statement": {"type": "boolean", "description": "It records what a source says."},
            "exclusive": {"type": "boolean", "description": "Contradiction is an error."},
            "one_of": {"type": "array", "items": {"type": "string"},
                       "description": "Fields of which a fact must carry one."},
        },
        "additionalProperties": field,
    }  # fmt: skip
    return {
        "$schema": _DRAFT,
        "$id": "urn:ccm-rules:vocabulary",
        "title": "The vocabulary of a record",
        "description": "Every kind of fact that a record may hold.",
        "type": "object",
        "additionalProperties": kind,
    }
