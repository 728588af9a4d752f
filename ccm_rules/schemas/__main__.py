"""Write the schemas that are generated anew: of facts, of rule files, of the vocabulary."""

import tomllib
from pathlib import Path

from ccm_rules.rulebook.load import VOCABULARY, rules_home
from ccm_rules.schemas import FACTS, RULE_FILE, VOCABULARY_FILE, facts_schema, text
from ccm_rules.schemas.rules import rule_schema, vocabulary_schema
from ccm_rules.vocabulary import from_document

vocabulary = from_document(tomllib.loads((rules_home() / VOCABULARY).read_text(encoding="utf-8")))
for name, schema in (
    (FACTS, facts_schema(vocabulary)),
    (RULE_FILE, rule_schema()),
    (VOCABULARY_FILE, vocabulary_schema()),
):
    Path(__file__).with_name(name).write_text(text(schema), encoding="utf-8")
