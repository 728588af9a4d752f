"""JSON Schemas of what people write in TOML, for editors: completion, hover, complaints.

In goes the grammar that the reader has (`ccm_rules.law.grammar`), out come the schemas of a
rule's law, of its words in another language and of its cases, of the vocabulary, of the treaties
and of situations; ``python -m ccm_rules.authoring.schemas`` writes them. What a schema refuses,
the reader refuses too; what only the rules around a rule can tell (that a variable is bound,
that a fact exists), `ccm-check rules` says. Days of TOML reach a schema as texts, so it cannot
tell one from the other. Draft 7 of JSON Schema: the editors know it best.
"""

from __future__ import annotations

from typing import Final

from ccm_rules.law.forms import DAY, Tables
from ccm_rules.law.grammar import ByName, Form, Schema, Schemas, Table, entries
from ccm_rules.law.rule_document import RULE
from ccm_rules.law.situation_tables import FORM as SITUATIONS
from ccm_rules.law.translation import words_of
from ccm_rules.law.treaty_tables import TREATIES
from ccm_rules.record.vocabulary_file import VOCABULARY

_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_SAYS: Final = (
    "The same in another language; gaps as in English, in French also `de {p}`, `à {d}`, "
    "`{p:a/ont}`."
)


def rule_schema() -> Schema:
    """The schema of NAME.toml: a law."""
    schemas = Schemas()
    says = "The law of a rule; its words in French and its cases stand in files beside it."
    table = schemas.table(RULE.cls, "law")
    # What a provision may hold, a rule that applies one need not say, nor all of its authority.
    common = {entry.name for entry in entries(RULE.cls) if entry.key.common}
    for name in common:  # where the tables of a provision stand among the rule's own
        tables = table["properties"][name]
        if "items" in tables:
            tables["items"] = {"anyOf": [tables["items"], schemas.define("applied", _applied)]}
    needed = [name for name in table["required"] if name in common]
    table["required"] = [name for name in table["required"] if name not in common]
    whole = {
        name: {key: form.pop(key) for key in ("required", "allOf") if key in form}
        for name, form in schemas.definitions.items()
        if name in ("authority", "duty")  # of which a rule may say a part
    }
    alone = {"required": needed, "properties": whole}
    table["allOf"].append({"if": {"not": {"required": ["applies"]}}, "then": alone})
    return _whole("rule", "A rule of ccm-check", says, schemas, table)


def _applied() -> Schema:
    says = "A provision whose tables stand here; beside it, what fills its gaps."
    return {
        "type": "object",
        "required": ["applies"],
        "properties": {"applies": {"type": "string", "description": says}},
    }


def cases_schema() -> Schema:
    """The schema of NAME.cases.toml: what a law is tested by."""
    schemas = Schemas()
    says = "Test cases of the rule beside it, and changes of it that no record could show."
    table = schemas.table(RULE.cls, "cases")
    return _whole("rule-cases", "The cases of a rule", says, schemas, table)


def vocabulary_schema() -> Schema:
    """The schema of ``vocabulary.toml``."""
    schemas = Schemas()
    says = "Every kind of fact that a record may hold."
    table = VOCABULARY.schema(schemas)
    return _whole("vocabulary", "The vocabulary of a record", says, schemas, table)


def treaty_vocabulary_schema() -> Schema:
    """The schema of the ``vocabulary.toml`` of a folder, in which nothing need stand."""
    schemas = Schemas()
    says = "Kinds of fact that one treaty has, and what it says otherwise than the common one."
    table = VOCABULARY.schema(schemas)
    for definition in schemas.definitions.values():
        definition.pop("required", None)
    return _whole("treaty-vocabulary", "The vocabulary of a treaty", says, schemas, table)


def treaties_schema() -> Schema:
    """The schema of ``treaties.toml``."""
    schemas = Schemas()
    says = "Which rule folders belong together, and what is shown of a treaty alone."
    return _whole("treaties", "Treaties", says, schemas, TREATIES.schema(schemas))


def situations_schema() -> Schema:
    """The schema of ``situations.toml``."""
    schemas = Schemas()
    says = "What can happen to a State, and by what a case of a rule shows it."
    return _whole("situations", "Situations", says, schemas, schemas.table(SITUATIONS.cls))


def words_schema() -> Schema:
    """The schema of NAME.fr.toml: what a law says in another language."""
    says = "The words of the rule beside it in another language; list entries by their names."
    schemas = Schemas()
    return _whole("rule-words", "The words of a rule", says, schemas, _words(RULE, schemas))


def _whole(name: str, title: str, says: str, schemas: Schemas, table: Schema) -> Schema:
    head = {"$schema": _DRAFT, "$id": f"urn:ccm-rules:{name}", "title": title, "type": "object"}
    found = {**head, **table, "description": says}
    if schemas.definitions:
        found["definitions"] = schemas.definitions
    return found


def _words(form: Form, schemas: Schemas) -> Schema:
    """The words of a table, of the members of a list, or of what has names."""
    if isinstance(form, Tables | ByName):
        inner = form.table if isinstance(form, Tables) else form.of
        return {"type": "object", "additionalProperties": _words(inner, schemas)}
    assert isinstance(form, Table)
    said = schemas.define("words", lambda: {"type": "string", "description": _SAYS})
    keys = words_of(form.cls)
    properties = {
        entry.name: said if entry.key.translated else _words(entry.key.form, schemas)
        for entry in keys
    }
    properties |= {e.name: schemas.key(e.key) for e in keys if e.key.form is DAY}
    if form is RULE:
        properties["applies"] = next(
            schemas.key(entry.key) for entry in entries(form.cls) if entry.name == "applies"
        )
    table: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return {"anyOf": [said, table]} if len(keys) == 1 else table
