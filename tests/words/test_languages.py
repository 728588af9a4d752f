"""Every language says all that English says."""

import ast
import re
from pathlib import Path

import pytest

import ccm_rules
from ccm_rules.authoring.together import folder_groups
from ccm_rules.compiler import tallies
from ccm_rules.compiler.folders import whole_sheets
from ccm_rules.compiler.parsing import is_provision, is_vocabulary, provisions_of
from ccm_rules.law.rule_document import RULE, joined, rule_document
from ccm_rules.law.toml_places import value_at
from ccm_rules.law.translation import missing
from ccm_rules.record.relations import BUILT_IN
from ccm_rules.record.vocabulary_file import VOCABULARY
from ccm_rules.words.language import CODES, language
from ccm_rules.words.template import lists_in, names_in

PACKAGE = Path(ccm_rules.__file__).parent
OTHERS = [code for code in CODES if code != "en"]
TEMPLATES = PACKAGE / "formats" / "templates"
SHEETS = [sheets for group in folder_groups() for sheets in whole_sheets(group)]
SHEETS = list({sheets.file: sheets for sheets in SHEETS}.values())
RULES = [one for one in SHEETS if not is_provision(one.file) and not is_vocabulary(one.file)]


def wording():
    """All fixed wording: what is passed to say, count and mark, and what templates say."""
    found = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            places = {"say": [0], "mark": [0]}.get(name, [])
            if name == "count" and len(node.args) == 3:
                places = [1, 2]
            for place in places:
                found |= constants(node.args[place])
    for file in TEMPLATES.glob("*.j2"):
        found |= set(re.findall(r'\bsay\("([^"]+)"\)', file.read_text(encoding="utf-8")))
    return found


def constants(node):
    if isinstance(node, ast.IfExp):
        return constants(node.body) | constants(node.orelse)
    return {node.value} if isinstance(getattr(node, "value", None), str) else set()


def test_the_wording_is_found():
    assert {"overdue", "In one minute", "Skip to the content"} <= wording()


@pytest.mark.parametrize("code", OTHERS)
def test_all_fixed_wording_is_translated(code):
    assert sorted(wording() - set(language(code).messages)) == []


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_is_left_over(code):
    assert sorted(set(language(code).messages) - wording()) == []


@pytest.mark.parametrize("code", OTHERS)
def test_translations_have_the_same_gaps(code):
    for english, other in language(code).messages.items():
        assert gaps(other) == gaps(english), english


def gaps(text):
    return set(re.findall(r"\{([a-z_]+)", text))


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("sheets", RULES, ids=lambda sheets: Path(sheets.file).stem)
def test_rules_say_everything_and_speak_of_the_same_things(sheets, code):
    english, other = (
        rule_document(sheets, sheets.file, language, provisions_of(SHEETS, language))
        for language in ("en", code)
    )
    assert list(missing(RULE, english.document, other.source)) == []
    for path in other.source.said:
        if not path.startswith(("derive", "finding")):
            continue
        here, there = (value_at(one.document, path) for one in (english, other))
        agreeing = set(re.findall(r"\{([a-z_]+):[^}]*\}", there))
        # A verb may agree with what the sentence names anyway.
        assert agreeing <= set(names_in(here))
        assert set(names_in(there)) == set(names_in(here)), there
        assert lists_in(there) == lists_in(here), there


VOCABULARIES = {one.file: one for one in SHEETS if is_vocabulary(one.file)}


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("file", VOCABULARIES)
def test_a_vocabulary_says_everything(code, file):
    sheets = VOCABULARIES[file]
    english, other = (joined(sheets, sheets.file, VOCABULARY, one) for one in ("en", code))
    assert list(missing(VOCABULARY, english.document, other.source)) == []
    values = set(language(code).values)
    for name, kind in english.document.items():
        for field in kind.values():
            if isinstance(field, dict):
                said = {*field.get("one_of", ()), field.get("default", "Article 1")}
                assert said - {"3"} <= values, name
        assert gaps(other.document[name].get("says", "")) == gaps(kind.get("says", ""))


@pytest.mark.parametrize("code", OTHERS)
def test_all_states_have_a_name(code):
    assert set(language(code).names) == set(ccm_rules.party_names())


@pytest.mark.parametrize("code", OTHERS)
def test_the_names_of_findings_are_words(code):
    """Information of many States is told under the name of its finding."""
    names = {
        info.name
        for rulebook in ccm_rules.load_every_treaty(indicators=True)
        for info in rulebook.findings.values()
        if info.severity == "info"
    }
    assert sorted(names - set(language(code).values)) == []


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_derived_without_a_sentence_has_a_name(code):
    """An explanation names a count, or a fact without a sentence, by its own name."""
    for rulebook in ccm_rules.load_every_treaty(indicators=True):
        counts = {count.head for count in rulebook.program.counts}
        named = {name for name in rulebook.types if name not in rulebook.says}
        named -= set(rulebook.vocabulary)
        spoken = {name for name in counts | named if " " not in name and "#" not in name}
        assert sorted(spoken - set(language(code).values) - INTERNAL) == []


#: Relations that no explanation names: it shows what they stand for.
INTERNAL = {*BUILT_IN, *tallies.TYPES, "duty-status"}
