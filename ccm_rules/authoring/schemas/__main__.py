"""Write the schemas that are made of the vocabulary, of the reader, or of others, anew."""

import tomllib
from pathlib import Path

from ccm_rules.authoring.schemas import generated, text
from ccm_rules.compiler.folders import VOCABULARY, rules_home
from ccm_rules.record.vocabulary import from_document

document = tomllib.loads((rules_home() / VOCABULARY).read_text(encoding="utf-8"))
vocabulary = from_document(document)
for name, schema in generated(vocabulary).items():
    Path(__file__).with_name(name).write_text(text(schema), encoding="utf-8")
