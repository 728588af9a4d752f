"""Write ``facts.schema.json`` anew from the vocabulary of the shipped rules."""

import tomllib
from pathlib import Path

from ccm_rules.rulebook.load import VOCABULARY, rules_home
from ccm_rules.rulebook.translation import in_language
from ccm_rules.schemas import FACTS, facts_schema, text
from ccm_rules.vocabulary import from_document

document = tomllib.loads((rules_home() / VOCABULARY).read_text(encoding="utf-8"))
vocabulary = from_document(in_language(document, "en"))
Path(__file__).with_name(FACTS).write_text(text(facts_schema(vocabulary)), encoding="utf-8")
