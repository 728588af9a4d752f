"""Provisions: said once, applied with what fills their gaps; and what is wrong with either."""

from __future__ import annotations

import datetime as dt

import pytest

from ccm_rules.authoring.cases import load_full_rules
from ccm_rules.authoring.lint import Lint
from ccm_rules.compiler.rulebook import load_rules
from ccm_rules.errors import InputError
from tests.rule_files import with_vocabulary, write

LAW = """\
name    = "a-rule"
title   = "A rule"
binding = "legal"

[authority]
instrument = "CCM"
article    = "7(1)"
note       = "made for a test"

[applies.signed]
what   = "signed"
kind   = "signature"
weight = "notice"
key    = ["?d"]

[[finding]]
name     = "own"
all      = [{ fact = "deposit", party = "?p" }]
severity = "info"
says     = "{p} deposited."
"""
PROVISION = """\
[gaps]
what   = "the name"
kind   = "the kind of fact"
weight = "how grave it is"
key    = "what tells one from another"

[[finding]]
name     = "<what>-on-record"
all      = [{ fact = "<kind>", party = "?p", date = "?d" }]
key      = "<key>"
severity = "<weight>"
says     = "{p} <what> on {d}."
remedy   = "None is needed."
"""
FRENCH = '[finding."<what>-on-record"]\nsays = "{p} {p:a/ont} <what> {d}."\n'
CASES = """\
[gaps]
party = "code of a State"

[[case]]
name   = "<party> has <what>"
as_of  = 2024-01-01
given  = [{ fact = "<kind>", party = "<party>", date = "2008-12-03" }]
raises = ["<what>-on-record"]
"""
OWN_CASES = """\
[applies.signed]
party = "FRA"

[[case]]
name   = "its own"
as_of  = 2024-01-01
raises = []
"""


@pytest.fixture
def home(tmp_path):
    home = with_vocabulary(tmp_path)
    (home / "ccm").mkdir()
    (home / "provisions").mkdir()
    put(home)
    return home


def put(home, law=LAW, provision=PROVISION, cases=CASES, own_cases=OWN_CASES, french=FRENCH):
    place, folder = home / "provisions", home / "ccm"
    (place / "signed.toml").write_text(provision, encoding="utf-8")
    (place / "signed.fr.toml").write_text(french, encoding="utf-8")
    (place / "signed.cases.toml").write_text(cases, encoding="utf-8")
    (folder / "a-rule.toml").write_text(law, encoding="utf-8")
    (folder / "a-rule.cases.toml").write_text(own_cases, encoding="utf-8")
    words = 'title = "Une règle"\n[applies.signed]\nwhat = "signé"\n'
    (folder / "a-rule.fr.toml").write_text(words, encoding="utf-8")


def loaded(home, language="en"):
    _, (rule,) = load_full_rules(home=home, language=language)
    return rule


def test_the_tables_of_a_provision_stand_before_the_rules_own_with_their_gaps_filled(home):
    first, own = loaded(home).findings
    assert (first.name, first.severity, first.says) == (
        "signed-on-record", "notice", "{p} signed on {d}.",
    )  # fmt: skip
    assert [var.name for var in first.key] == ["d"]
    assert own.name == "own"
    assert first.at.file.endswith("provisions/signed.toml")
    assert own.at.file.endswith("ccm/a-rule.toml")


def test_its_french_is_filled_with_french_words_and_names_with_their_own(home):
    first, _ = loaded(home, "fr").findings
    assert (first.name, first.says) == ("signed-on-record", "{p} {p:a/ont} signé {d}.")


def test_its_cases_are_run_for_each_rule_before_its_own(home):
    assert [case.name for case in loaded(home).cases] == ["FRA has signed", "its own"]
    assert loaded(home).cases[0].given[0]["party"] == "FRA"


def test_a_table_says_where_those_of_a_provision_stand(home):
    put(home, law=LAW + '\n[[finding]]\napplies = "signed"\n')
    assert [one.name for one in loaded(home).findings] == ["own", "signed-on-record"]


TABLE = """
[[finding]]
applies = "signed"
what    = "signed"
kind    = "signature"
key     = ["?p"]
weight  = "warning"
remedy  = "See to it."
"""


def test_a_table_is_that_of_a_provision_but_for_what_it_says_itself(home):
    head, _, tail = LAW.partition("[applies.signed]")
    put(home, law=head + tail[tail.index("[[finding]]") :] + TABLE, own_cases="")
    _, mine = loaded(home).findings
    assert (mine.name, mine.severity, mine.remedy) == ("signed-on-record", "warning", "See to it.")


def test_a_french_sentence_that_is_wrong_is_named_where_it_stands(home):
    put(home, french=FRENCH.replace("{d}", "{day}"))
    with pytest.raises(InputError) as caught:
        load_rules(home=home, cache=False, language="fr")
    (problem,) = caught.value.problems
    assert "speaks of {day}" in problem.message
    assert problem.file.endswith("provisions/signed.fr.toml")
    assert problem.line == 2


WRONG = [
    # law, provision: the file that is named, the message, the mend
    (LAW.replace('what   = "signed"\n', ""), PROVISION,
     "ccm/a-rule.toml", "the gap <what> is left open", "the name"),
    (LAW.replace("what   =", "waht   ="), PROVISION,
     "ccm/a-rule.toml", "the provision has no gap <waht>", "use what, kind, weight, key"),
    (LAW.replace("[applies.signed]", "[applies.singed]"), PROVISION,
     "ccm/a-rule.toml", "no provision is called 'singed'", "name one of signed"),
    (LAW + '\n[[finding]]\napplies = "other"\n', PROVISION,
     "ccm/a-rule.toml", "no provision called 'other' has a finding", "name one of signed"),
    (LAW, PROVISION.replace("{p} <what>", "{p} <whom>"),
     "provisions/signed.toml", "<whom> is no gap of this provision", "[gaps]"),
    (LAW, "colour = 1\n" + PROVISION,
     "provisions/signed.toml", "unknown key 'colour'", "use "),
    (LAW, PROVISION.replace('severity = "<weight>"', 'severity = "<weight>"\nwhim = 1'),
     "provisions/signed.toml", "unknown key 'whim'", "use "),
]  # fmt: skip


@pytest.mark.parametrize(("law", "provision", "file", "says", "mend"), WRONG,
                         ids=[one[3] for one in WRONG])  # fmt: skip
def test_what_is_wrong_is_said_where_it_stands(home, law, provision, file, says, mend):
    put(home, law, provision)
    with pytest.raises(InputError) as caught:
        load_rules(home=home, cache=False)
    found = [p for p in caught.value.problems if says in p.message]
    assert len(found) == 1, caught.value.problems
    assert found[0].file.endswith(file)
    assert found[0].line > 0
    assert mend in found[0].mend


def complaints(home):
    return {
        (one.file.removeprefix(f"{home}/"), one.what)
        for one in Lint(str(home), dt.date(2026, 11, 25)).run()
        if one.check == "provision"
    }


ALONE = """\
[gaps]
party = "code of a State"
day   = "a day"

[named]
deposit = { fact = "deposit", party = "<party>", date = "2008-12-03", instrument = "accession" }

[[case]]
name   = "shared by several files"
as_of  = "<day>"
given  = ["deposit"]
raises = ["own"]
"""


def alone(home, values):
    (home / "provisions" / "shared.cases.toml").write_text(ALONE, encoding="utf-8")
    put(home, own_cases=f"[applies.shared]\n{values}\n{OWN_CASES}")


def test_cases_alone_are_taken_in_by_the_file_of_cases_that_says_so(home):
    alone(home, 'party = "FRA"\nday = 2024-01-01')
    case = loaded(home).cases[1]
    assert (case.name, case.as_of, case.given[0]["party"]) == (
        "shared by several files", dt.date(2024, 1, 1), "FRA",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("shared", "the gap <day> is left open"),
        ("signet", "the law applies no provision called 'signet', and none is cases alone"),
    ],
)
def test_cases_alone_that_are_taken_in_wrongly(home, name, says):
    alone(home, 'party = "FRA"')
    own = home / "ccm" / "a-rule.cases.toml"
    own.write_text(own.read_text("utf-8").replace("applies.shared", f"applies.{name}"), "utf-8")
    with pytest.raises(InputError) as caught:
        loaded(home)
    assert says in str(caught.value)


def test_lint_names_what_nothing_uses(home):
    assert complaints(home) == set()
    put(home, provision=PROVISION.replace("[gaps]", '[gaps]\nidle = "nothing"'),
        law=LAW.replace("[applies.signed]", '[applies.signed]\nidle = "x"'),
        own_cases=OWN_CASES + '\n[named.never]\nfact = "deposit"\n')  # fmt: skip
    write(home / "provisions" / "lonely.toml", "[[finding]]\n")
    assert complaints(home) == {
        ("provisions/signed.toml", "the gap <idle> stands nowhere"),
        ("provisions/lonely.toml", "no rule applies the provision lonely"),
        ("ccm/a-rule.cases.toml", "no case uses the name 'never'"),
    }
