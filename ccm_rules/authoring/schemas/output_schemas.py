"""Schemas of what alerts, the site and ``facts diff`` write.

They share definitions with ``ccm-check-2.schema.json``, so they are made from it;
``python -m ccm_rules.authoring.schemas`` writes them anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ccm_rules.report.findings import SEVERITIES

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_BINDINGS: Final = ["legal", "practice", "political", "record"]
_ANY: Final = {"type": "string"}
_TEXT: Final = {"type": "string", "minLength": 1}
_FLAG: Final = {"type": "boolean"}
_ID: Final = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
#: An empty text says that there is none.
_CODE_OR_EMPTY: Final = {"type": "string", "pattern": "^([A-Z]{3})?$"}


def _object(properties: Mapping[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in properties if name not in optional],
        "properties": dict(properties),
    }


def _list(items: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": dict(items), **more}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _head(name: str, title: str) -> dict[str, Any]:
    return {"$schema": _DRAFT, "$id": f"urn:ccm-rules:{name}", "title": title}


def rule_schema(check: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of the data beside a rule's page of the site.

    Args:
        check: the schema of ``ccm-check/2``.
    """
    authority = check["$defs"]["finding"]["properties"]["authority"]
    return {
        **_head("ccm-rule/2", "Data beside a rule's page of ccm-check site"),
        **_object(
            {
                "schema": {"const": "ccm-rule/2"},
                "as_of": _ref("day"),
                "name": _ref("name"),
                "title": _ANY,
                "summary": _ref("text_or_null"),
                "binding": {"enum": _BINDINGS},
                "section": _ref("text_or_null"),
                "authority": {
                    **authority,
                    "required": [*authority["required"], "note"],
                    "properties": {**authority["properties"], "note": _ref("text_or_null")},
                },
                "findings": _list(_ref("finding")),
                "open": {
                    "description": "States of which the record cannot tell.",
                    **_list(_ref("code")),
                },
                "sections": {
                    "description": "What the page of the rule says, in its order.",
                    **_list(_object({"id": _TEXT, "title": _TEXT, "lines": _list(_TEXT)})),
                },
            }
        ),
        "$defs": {
            name: check["$defs"][name]
            for name in ("day", "code", "name", "text_or_null", "finding", "because")
        },
    }


def alert_schema(check: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of messages of the nightly job, as webhooks and files hold them.

    Args:
        check: the schema of ``ccm-check/2``.
    """
    of_rule = {
        "fingerprint": _TEXT,
        "rule": _ref("name"),
        "binding": {"enum": _BINDINGS},
        "party": _CODE_OR_EMPTY,
        "party_name": _ANY,
        "status": _ANY,
        "severity": {"enum": list(SEVERITIES)},
        "authority": _ANY,
        "url": _ANY,
        "due": {**_ANY, "description": "EDTF, or empty."},
        "due_text": {**_ANY, "description": "The same in words."},
    }
    finding = {
        **of_rule,
        "name": _ref("name"),
        "basis": {"enum": ["computed", "reported", "found"]},
        "says": _TEXT,
        "remedy": _ANY,
        "known_until": {
            **_ANY,
            "description": "The last day for which the record speaks of it; empty: no register "
            "is asked. Left out of what was told before there was such a day.",
        },
    }
    deadline = {**of_rule, "title": _ANY, "item_name": _ANY, "projected": _FLAG}
    before = {
        "type": "object",
        "additionalProperties": False,
        "description": "What was told before of the fields that changed.",
        "properties": {
            name: {"type": ["string", "null"]}
            for name in ("due", "due_text", "status", "severity", "name", "says")
        },
    }
    event = {"id": _ID, "day": _ref("day"), "fingerprint": _TEXT}

    def kind(name: str, more: Mapping[str, Any]) -> dict[str, Any]:
        return _object({**event, "kind": {"const": name}, **more})

    found, due = {"finding": _ref("finding")}, {"deadline": _ref("deadline")}
    left = {"days_left": _ref("count")}
    trouble = {"says": _TEXT, "since": _ref("day")}
    digest = _object(
        {
            "why": {"enum": ["first", "weekly"]},
            "standing": _list(_ref("finding")),
            "last_known": {
                **_ref("count"),
                "description": "How many findings are none of the day any more.",
            },
            "ahead": _list(_ref("deadline")),
            "muted": _ref("count"),
            "since": {"type": "object", "additionalProperties": _ref("count")},
        }
    )
    seen = ("title", "facts", "rules", "engines")
    return {
        **_head("ccm-alert/2", "A message of ccm-check alert"),
        **_object(
            {
                "schema": {"const": "ccm-alert/2"},
                "id": {**_ID, "description": "Tells a repeat from news."},
                "kind": {"enum": ["alerts", "digest", "operator"]},
                "route": {**_ANY, "description": "Who is told."},
                "as_of": _ref("day"),
                "title": _ANY,
                "facts": _ref("digest"),
                "rules": _ref("digest"),
                "engines": check["properties"]["engines"],
                "finds": {**_ANY, "description": "Who finds that a party does not comply."},
                "events": _list(_ref("event"), minItems=1),
                "part": _object({"number": _ref("count"), "of": _ref("count")}),
                "digest": digest,
            },
            optional=(*seen, "finds", "events", "part", "digest"),
        ),
        "if": {"properties": {"kind": {"const": "digest"}}},
        "then": {"required": ["digest", *seen], "not": {"required": ["events"]}},
        "else": {"required": ["events"], "not": {"required": ["digest"]}},
        "$defs": {
            **{name: check["$defs"][name] for name in ("day", "digest", "count", "name")},
            "finding": _object(finding, optional=("known_until",)),
            "deadline": _object(deadline),
            "event": {
                "oneOf": [
                    kind("new", found),
                    kind("updated", {**found, "before": before}),
                    kind("updated", {**due, **left, "before": before}),
                    kind("resolved", {**found, "now": _ANY}),
                    kind("reminder", {**due, **left, "lead": _ref("count")}),
                    kind("fault", trouble),
                    kind("mended", trouble),
                    kind("remark", trouble),
                ]
            },
        },
    }


def diff_schema(check: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of ``ccm-check facts diff --format json``.

    Args:
        check: the schema of ``ccm-check/2``.
    """
    record = _object(
        {
            "title": _ANY,
            "digest": _ref("digest"),
            "count": _ref("count"),
            "files": _list(_ANY, minItems=1),
        }
    )
    fields = {
        "description": "What it says, by field; null: the record does not hold it.",
        "type": ["object", "null"],
        "additionalProperties": {"type": ["string", "integer", "array"], "items": _ANY},
    }
    kinds = ("added", "removed", "changed")
    change = _object(
        {
            "section": {"enum": ["header", "source", "register", "fact"]},
            "change": {"enum": list(kinds)},
            "kind": {
                **_ref("text_or_null"),
                "description": "The kind of fact, or the id of a source.",
            },
            "party": {"anyOf": [_ref("code"), {"type": "null"}]},
            "says": {**_ref("text_or_null"), "description": "A fact as a sentence."},
            "differing": {**_list(_ANY), "description": "Of a change, the fields that differ."},
            "before": fields,
            "after": fields,
        }
    )
    return {
        **_head("ccm-facts-diff/1", "Output of ccm-check facts diff --format json"),
        **_object(
            {
                "schema": {"const": "ccm-facts-diff/1"},
                "before": _ref("record"),
                "after": _ref("record"),
                "summary": _object(dict.fromkeys(kinds, _ref("count"))),
                "changes": _list(_ref("change")),
            }
        ),
        "$defs": {
            **{name: check["$defs"][name] for name in ("digest", "count", "code", "text_or_null")},
            "record": record,
            "change": change,
        },
    }
