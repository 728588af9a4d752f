"""Write the schemas that are made of the vocabulary, or of other schemas, anew."""

import tomllib
from pathlib import Path

from ccm_rules.rulebook.load import VOCABULARY, rules_home
from ccm_rules.schemas import generated, text
from ccm_rules.vocabulary import from_document

vocabulary = from_document(tomllib.loads((rules_home() / VOCABULARY).read_text(encoding="utf-8")))
for name, schema in generated(vocabulary).items():
    Path(__file__).with_name(name).write_text(text(schema), encoding="utf-8")
