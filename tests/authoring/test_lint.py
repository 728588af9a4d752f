"""`ccm-check rules lint`: every check, on a rule file with one thing spoilt."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ccm_rules.authoring.cases import load_full_rules
from ccm_rules.authoring.lint import CHECKS, Lint
from ccm_rules.cli import invoke
from ccm_rules.compiler import load_every_treaty
from tests.authoring.sound_rule import ENGLISH, SOUND, put, spoilt, with_more
from tests.rule_files import FRENCH, write

DAY = dt.date(2026, 11, 25)
DERIVE = '\n[[derive]]\nfact = { fact = "extra", party = "?p" }\n'
FINDING = """
[[finding]]
name      = "first-report-{n}"
when      = "overdue"
severity  = "info"
says      = "{{p}} is late."
"""
WORDS = '\n[finding.first-report-{n}]\nsays = "{{p}} : en retard."\n'


def complaints(home, text=SOUND, day=DAY, **more):
    put(home, text)
    for name, other in more.items():
        put(home, other, name.replace("_", "-"))
    return Lint(str(home), day).run()


def with_body(body, after=""):
    """The sound rule with one more derived fact, and what follows it."""
    return with_more(DERIVE + body + "\n" + after)


def with_finding(n, old='"overdue"', new='"overdue"'):
    """The sound rule with one more finding."""
    return with_more(FINDING.format(n=n).replace(old, new), WORDS.format(n=n))


def test_the_sound_rule_is_clean(tmp_path):
    assert complaints(tmp_path) == []


def test_the_shipped_rules_are_clean():
    rules = [rule for book in load_every_treaty() for rule in load_full_rules(book.folders)[1]]
    compared = [rule.authority.compared for rule in rules if rule.authority.compared]
    # That a year has passed since is for `make lint` to say, not for a test.
    assert Lint(None, max(compared)).run() == []


ALL = 'all  = [{ fact = "deposit", party = "?p" }]\n'
SPOILT = [
    # the text, the check, what is said, what the line named begins with
    (spoilt('"bound", party = "?p", date = "?from" }]\nunless', '"bount", party = "?p", date = '
            '"?from" }]\nunless'), "unknown-fact", "no fact is called 'bount'", "for "),
    (spoilt('kind = "initial", date = "?done"', 'sort = "initial", date = "?done"'),
     "unknown-field", "a report fact has no 'sort'", "met_by"),
    (with_body('all  = [{ fact = "deposit", party = "?p", date = "?when" }]'),
     "unused-binding", "?when is bound and used nowhere", "all  = "),
    (with_body('all  = [{ fact = "deposit", party = "?p", date = "?d" }]\n'
               'let  = { e = { from = "?d", add = { days = 1 } } }'),
     "unused-binding", "?e is reckoned and used nowhere", "let  = "),
    (with_body(ALL + 'none = [{ fact = "report", party = "?q", kind = "initial" }]'),
     "unused-binding", "?q is bound and used nowhere", "none = "),
    (with_body(ALL + 'none = [\n  { fact = "report", party = "?q", kind = "initial" },\n'
               '  { fact = "completion", party = "?q" },\n]'),
     "negation", "?q stands in two absences", '  { fact = "report"'),
    (with_body(ALL + 'none = [{ fact = "report", party = "DEU", kind = "initial" }]'),
     "negation", "only a register of all States could show it", "none = "),
    (with_body('all  = [{ fact = "deposit", party = "?p", date = "?d" }]\n'
               'none = [{ fact = "bound", party = "?p", complete = "?d" }]'),
     "negation", "no register is asked about bound in none", "none = "),
    (with_body('all  = [{ fact = "deposit", party = "?p", date = "?d" }]\n'
               'unless = [{ fact = "report", party = "?p", complete = "?d" }]'),
     "negation", "no register is asked about report in unless", "unless = "),
    (with_body('all  = [{ fact = "deposit", party = "?p" }]\nunless = [\n'
               '  { fact = "report", party = "?p" },\n'
               '  { fact = "report", party = "?p", kind = "initial" },\n]'),
     "overlap", 'unless { fact = "report", party = "?p", kind = "initial" } is covered', None),
    (with_body('all  = [{ fact = "deposit", party = "?p" }]\n'
               'none = [{ fact = "report", party = "?p" }]\n'
               'unless = [{ fact = "report", party = "?p", kind = "initial" }]'),
     "overlap", "is covered by none", "unless = "),
    (spoilt('date = "?done" }]', 'date = "?done" }, { fact = "report", party = "?p", date = "?done"'
            " }]"), "overlap", "duty: met_by", "met_by"),
    (with_finding("late"), "overlap", "wherever first-report-late holds",
     "[[finding]]"),
    (spoilt('remedy    = "Submit it."\n', ""), "form", "remedy is missing", "[[finding]]"),
    (spoilt("due on {due}", "due on {day}"), "form", "speaks of {day}", "[[finding]]"),
    (spoilt("dû {due}", "dû {day}"), "sentence", "French leaves out {due}", "says "),
    (spoilt("2026-11-23", "2025-11-24"), "quotation", "over a year ago", "compared"),
    (spoilt("2026-11-23", "2026-11-26"), "quotation", "after 2026-11-25", "compared"),
    (spoilt('quote      = "not later than 180 days after"\n', ""), "form",
     "neither a quotation nor a note", "[authority]"),
    (spoilt("says   = ", "# says = "), "translation", "finding[0].says is English", "says "),
    (spoilt('title = "Premier rapport"\n', ""), "translation", "title is English", "title "),
    (spoilt('unless = [{ fact = "withdrawal-notice", party = "?p", date = "?w", if = '
            '["?w <= ?due"] }]', 'unless = [{ fact = "withdrawal-notice", party = "?p", date = '
            '"?w", if = ["?v <= ?due"] }]'), "form", "must speak of the absent fact", "[duty]"),
    (SOUND.partition("[[case]]")[0] + FRENCH + SOUND.partition(FRENCH)[2], "case",
     "the rule has no case", "name "),
    (with_finding("late", '"overdue"', '"met-late"'), "case",
     "no case raises first-report-late", "[[finding]]"),
    (spoilt("severity  =", "gravity   ="), "form", "unknown key 'gravity'", "gravity"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "check", "says", "line"), SPOILT, ids=[s[2] for s in SPOILT])
def test_what_is_spoilt_is_complained_of(tmp_path, text, check, says, line):
    found = complaints(tmp_path, text)
    mine = [one for one in found if one.check == check and says in one.what]
    assert len(mine) == 1, found
    assert mine[0].rule == "first-report"
    assert mine[0].mend
    if line is not None:
        lines = Path(mine[0].file).read_text(encoding="utf-8").splitlines()
        assert lines[mine[0].line - 1].startswith(line)


def test_every_check_is_tried():
    elsewhere = {"provision", "shared-fact", "situation"}
    assert {check for _, check, _, _ in SPOILT} | elsewhere == set(CHECKS)


def test_unknown_facts_and_fields_of_all_rules_come_at_once(tmp_path):
    one = spoilt('kind = "initial", date = "?done"', 'sort = "initial", date = "?done"')
    one = spoilt('"withdrawal-notice", party', '"withdrawal-notices", party', one)
    other = one.replace("first-report", "second-report").replace('"bound"', '"tied"')
    found = complaints(tmp_path, one, second_report=other)
    told = {(c.rule, c.check) for c in found if c.check.startswith("unknown")}
    assert told == {
        (rule, check)
        for rule in ("first-report", "second-report")
        for check in ("unknown-fact", "unknown-field")
    }


def test_a_file_that_is_not_toml_does_not_hide_what_is_wrong_with_others(tmp_path):
    found = complaints(tmp_path, spoilt("2026-11-23", "2020-01-01"), broken="name = \n")
    assert {(one.rule, one.check) for one in found} == {
        ("broken", "form"),
        ("first-report", "quotation"),
    }


def test_a_fact_that_two_rules_derive(tmp_path):
    other = SOUND.replace("first-report", "second-report")
    found = complaints(tmp_path, second_report=other)
    assert [(one.rule, one.check) for one in found] == [
        ("first-report", "shared-fact"),
        ("second-report", "shared-fact"),
    ]
    let = "let  = { from"
    found = complaints(
        tmp_path, spoilt(let, f"shared = true\n{let}"),
        second_report=spoilt(let, f"shared = true\n{let}", other),
    )  # fmt: skip
    assert found == []
    for file in (tmp_path / "ccm").glob("second-report.*"):
        file.unlink()
    found = complaints(tmp_path, spoilt(let, f"shared = true\n{let}"))
    assert [one.what for one in found] == ["no other rule derives bound"]


def test_a_quotation_of_a_year_ago_to_the_day_still_counts(tmp_path):
    put(tmp_path)
    assert Lint(str(tmp_path), dt.date(2027, 11, 23)).run() == []
    assert [c.check for c in Lint(str(tmp_path), dt.date(2027, 11, 24)).run()] == ["quotation"]


# -- the command line --------------------------------------------------------------


def run(*arguments):
    return invoke(["rules", "lint", *map(str, arguments)])


def test_the_command_says_what_where_and_how_to_mend_it(tmp_path, monkeypatch, capsys):
    put(tmp_path, spoilt("says   = ", "# says = "))
    monkeypatch.chdir(tmp_path)
    assert run("--rules", tmp_path, "--as-of", DAY) == 1
    out = capsys.readouterr().out
    assert "ccm/first-report.toml:27: translation\n" in out
    assert "finding[0].says is English only" in out
    assert "mend: say it in first-report.fr.toml" in out
    assert "1 rule: 1 complaint\n" in out


def test_a_boundary_without_a_case_on_one_side_is_for_rules_test(tmp_path, capsys):
    head, _, _ = ENGLISH.partition('[[case]]\nname      = "withdrawn a day later"')
    _, case, last = SOUND.rpartition("[[case]]")
    put(tmp_path, head + case + last)
    assert run("--rules", tmp_path, "--as-of", DAY) == 0
    assert run("--fast", "--rules", tmp_path, "--as-of", DAY) == 0  # as scripts may say it
    arguments = ["rules", "test", "--rules", str(tmp_path), "--engine", "sqlite"]
    assert invoke(arguments) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert 'withdrawal-notice: "?w <= ?due" with ?due one day later: no case notices' in said
    put(tmp_path)
    assert invoke(arguments) == 0


def test_a_rule_that_cannot_be_read_is_named_all_the_same(tmp_path, capsys):
    put(tmp_path, "name = \n", "broken")
    put(tmp_path, spoilt("2026-11-23", "2020-01-01"))
    assert run("broken", "--rules", tmp_path, "--as-of", DAY) == 1
    out = capsys.readouterr().out
    assert "is not TOML" in out
    assert "over a year" not in out


def test_a_rule_that_does_not_exist(tmp_path, capsys):
    put(tmp_path)
    assert run("first-reprot", "--rules", tmp_path) == 2
    assert "did you mean 'first-report'?" in capsys.readouterr().err


def test_rules_of_different_treaties_never_meet(tmp_path, capsys):
    """Each treaty derives facts of the same name, and is tested and looked at by itself."""
    put(tmp_path)
    (tmp_path / "mbc").mkdir()
    other = SOUND.replace("first-report", "other-report")
    write(tmp_path / "mbc" / "other-report.toml", other)
    (tmp_path / "treaties.toml").write_text(
        "".join(
            f'[{name}]\ntitle = "The {name}"\nrecord_title = "Its record"\n'
            f'called = "it"\nfolders = ["{name}"]\nrecords = "*.json"\n'
            for name in ("ccm", "mbc")
        ),
        encoding="utf-8",
    )
    assert run("--rules", tmp_path, "--as-of", DAY) == 0
    assert "2 rules: nothing to complain of" in capsys.readouterr().out
    assert invoke(["rules", "test", "mbc", "--rules", str(tmp_path), "--engine", "sqlite"]) == 0
    out = capsys.readouterr().out
    assert "PASS other-report: the 181st day" in out
    assert "first-report:" not in out
