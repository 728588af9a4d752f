"""A rule file with a mistake: where it is, and how to mend it."""

from __future__ import annotations

import shutil

import pytest

from ccm_rules.compiler import load_rules, rules_home
from ccm_rules.errors import InputError
from tests.rule_files import write

RULE = """
name    = "{name}"
title   = "A rule"
binding = "legal"

[authority]
instrument = "CCM"
article    = "7(1)"
note       = "made for a test"
"""
FINDING = """
[[finding]]
name     = "found"
all      = [{ fact = "deposit", party = "?p", date = "?d" }]
severity = "notice"
says     = "{p} deposited on {d}."
remedy   = "None."
"""


@pytest.fixture
def home(tmp_path):
    shutil.copy(rules_home() / "vocabulary.toml", tmp_path)
    (tmp_path / "ccm").mkdir()
    return tmp_path


@pytest.fixture
def problems(home):
    """Write rule files and load them; give what is wrong."""

    def check(*texts, names=("a-rule", "b-rule")):
        for name, text in zip(names, texts, strict=False):
            whole = RULE.replace("{name}", name) + text
            write(home / "ccm" / f"{name}.toml", whole)
        with pytest.raises(InputError) as caught:
            load_rules(home=home, cache=False)
        for problem in caught.value.problems:
            assert problem.file.endswith(".toml")
            assert problem.line > 0
            assert problem.mend
        return [(p.path, p.message) for p in caught.value.problems]

    return check


def test_the_sound_rule_loads(home):
    text = RULE.replace("{name}", "a-rule") + FINDING
    (home / "ccm" / "a-rule.toml").write_text(text)
    assert list(load_rules(home=home, cache=False).rules) == ["a-rule"]


@pytest.mark.parametrize(
    ("old", "new", "path", "says"),
    [
        ("[[finding]]", "[[finding]", "", "is not TOML"),
        ("severity", "gravity", "finding[0].gravity", "unknown key 'gravity'"),
        ('"notice"', '"grave"', "finding[0].severity", "severity cannot be 'grave'"),
        ('remedy   = "None."', "", "finding[0].remedy", "remedy is missing"),
        ('says     = "{p} deposited on {d}."', "", "finding[0].says", "says is missing"),
        ('"{p} deposited on {d}."', '"{q} deposited."', "finding[0]", "speaks of {q}"),
        ('fact = "deposit"', 'fact = "deposits"', "finding[0]", "no fact is called 'deposits'"),
        ("party = ", "state = ", "finding[0]", "a deposit fact has no 'state'"),
        ('"?d" }', '"?d", instrument = "gift" }', "finding[0]", "is never 'gift'"),
        ('"?d" }', '"?p" }', "finding[0]", "?p is party and when"),
        ('date = "?d"', 'date = "?D"', "finding[0].all[0].date", "is no variable"),
        ("severity", 'if = ["?d before 2020"]\nseverity', "finding[0].if[0]", "is no comparison"),
        ("severity", 'if = ["?e < as-of"]\nseverity', "finding[0]", "?e is bound by no fact"),
        ("severity", 'if = ["?d < 5"]\nseverity', "finding[0]", "when cannot be compared with int"),
        ("severity", "if = [\"?p < 'A'\"]\nseverity", "finding[0]", "words have no order"),
        (
            "severity",
            'let = { e = { from = "?d", add = { months = 6 } } }\nseverity',
            "finding[0].let.e",
            "round",
        ),
        (
            "severity",
            'let.e = { from = "?d", add = { days = 1 } }\n'
            'let.f = { from = "?e", add = { days = 1 } }\nseverity',
            "finding[0]",
            "?e is no day that a fact binds",
        ),
        (
            "severity",
            'unless = [{ fact = "completion", party = "?p", if = ["?d < as-of"] }]\nseverity',
            "finding[0]",
            "must speak of the absent fact",
        ),
        ("severity", 'when = "overdue"\nseverity', "finding", "the rule has none"),
        ("severity", 'when = "tardy"\nseverity', "finding[0].when[0]", "no duty is ever 'tardy'"),
        ("severity", 'basis = "guessed"\nseverity', "finding[0].basis", "basis cannot be"),
    ],
)
def test_a_mistake_is_named_with_its_place(problems, old, new, path, says):
    assert old in FINDING
    found = problems(FINDING.replace(old, new, 1))
    assert any(p == path and says in message for p, message in found), found


def test_a_rule_in_a_file_of_another_name(problems, home):
    text = RULE.replace("{name}", "another") + FINDING
    (home / "ccm" / "c-rule.toml").write_text(text)
    assert any("file of another name" in message for _, message in problems(FINDING))


def test_a_circular_rule_names_the_circle(problems):
    circle = """
[[derive]]
fact = {{ fact = "{0}", party = "?p" }}
all  = [{{ fact = "{1}", party = "?p" }}]
"""
    found = problems(circle.format("hen", "egg"), circle.format("egg", "hen"))
    assert any(("a circular rule: " in m and "hen → egg → hen" in m) or "egg → hen → egg" in m
               for _, m in found)  # fmt: skip


def test_a_rule_cannot_derive_a_fact_of_the_record(problems):
    found = problems(
        '[[derive]]\nfact = { fact = "deposit", party = "?p" }\n'
        'all = [{ fact = "signature", party = "?p" }]'
    )
    assert any("a fact of the record" in message for _, message in found)


def test_a_duty_without_a_day_and_without_a_record(problems):
    found = problems('[duty]\nfor = [{ fact = "deposit", party = "?p", date = "?d" }]\n')
    assert {path for path, _ in found} >= {"duty.due", "duty.record"}


def test_two_findings_of_one_name(problems):
    assert any("two findings are called" in m for _, m in problems(FINDING + FINDING))


def test_all_mistakes_of_all_files_come_at_once(problems):
    found = problems(FINDING.replace("severity", "gravity"), FINDING.replace('"notice"', '"grave"'))
    assert {"unknown key 'gravity'", "severity cannot be 'grave'"} <= {m for _, m in found}


def test_a_rules_directory_that_is_none(tmp_path):
    with pytest.raises(InputError, match="holds no rules"):
        load_rules(home=tmp_path / "nowhere", cache=False)
    with pytest.raises(InputError, match="holds no rules"):
        load_rules(["../rules"], cache=False)
