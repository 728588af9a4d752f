"""Write the schemas that are made of the vocabularies, of the reader, or of others, anew."""

from pathlib import Path

from ccm_rules.authoring.schemas import every_kind, generated, text
from ccm_rules.compiler.rulebook import load_every_treaty

vocabulary = every_kind(rulebook.vocabulary for rulebook in load_every_treaty())
for name, schema in generated(vocabulary).items():
    Path(__file__).with_name(name).write_text(text(schema), encoding="utf-8")
