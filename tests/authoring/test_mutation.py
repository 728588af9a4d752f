"""Mutants, `ccm-check rules test`, and the table of what kills what in the shipped rules."""

from __future__ import annotations

import itertools
import random

import pytest

from ccm_rules.authoring import cases as cases_
from ccm_rules.authoring.cases import load_full_rules, run_case
from ccm_rules.authoring.mutants import mutants
from ccm_rules.authoring.mutation import Bench, Together
from ccm_rules.authoring.workshop import Workshop
from ccm_rules.cli import invoke
from ccm_rules.compiler.rulebook import load_rules
from tests.authoring import mutant_table
from tests.authoring.sound_rule import ENGLISH, SOUND, put, spoilt

# -- the table of the shipped rules ------------------------------------------------

HELD = ("ccm", "apmbc", "record")


@pytest.fixture(scope="module")
def workshop():
    return Workshop()


@pytest.fixture(scope="module")
def table():
    return mutant_table.read()


@pytest.fixture(scope="module")
def fresh(workshop, table):
    """The entries of rules that are as they were when the table was written.

    Writing it anew takes hours of processor time: `make mutants-changed`, before a release.
    """
    stale = mutant_table.changed(table, mutant_table.digests(workshop))
    return {name: entry for name, entry in table.items() if name not in stale}


@pytest.mark.slow
def test_the_table_says_how_every_rule_is_today(workshop, table):
    today = mutant_table.digests(workshop)
    assert mutant_table.changed(table, today) == [], "make mutants-changed"
    assert set(table) == set(today)
    bench = workshop.bench()
    for rule in workshop.rules:
        assert set(table[rule.name].kills) == set(bench.names(rule.name)), rule.name
        cases = {case.name for case in rule.cases}
        assert {case for case in table[rule.name].kills.values() if case} <= cases, rule.name


@pytest.mark.slow
def test_every_change_of_the_conventions_rules_is_noticed(workshop, table):
    noticed = excused = 0
    for rule in workshop.named(HELD):
        kills = table[rule.name].kills
        survivors = {mutant for mutant, case in kills.items() if case == ""}
        assert survivors == {one.mutant for one in rule.equivalents}, rule.name
        noticed += sum(bool(case) for case in kills.values())
        excused += len(survivors)
        # A file of section titles alone has nothing to change.
        assert kills or rule.name == "apmbc-themes"
    # That there is much to notice, and little that is excused.
    assert noticed > 20 * excused > 0


def differing(workshop, table, mutants_):
    """Those of (rule, mutant) that go otherwise than the table says."""
    bench, found = workshop.bench(), []
    for rule, group in itertools.groupby(sorted(mutants_), key=lambda one: one[0]):
        kills = table[rule].kills
        hints = {name: kills[name] or "" for _, name in group}
        for mutant, case in bench.noticed(rule, hints, hints):
            said = kills[mutant.name]
            if (case is None, not case) != (said is None, not said):
                found.append((rule, mutant.name, case, said))
    return found


def at_random(table, share):
    every = [(rule, mutant) for rule, entry in table.items() for mutant in entry.kills]
    return random.sample(every, round(share * len(every)))


def test_some_mutants_go_as_the_table_says(workshop, fresh):
    assert differing(workshop, fresh, at_random(fresh, 0.005)) == []


@pytest.mark.slow
def test_more_mutants_go_as_the_table_says(workshop, fresh):
    assert differing(workshop, fresh, at_random(fresh, 0.02)) == []


@pytest.mark.slow
def test_mutants_of_changed_rules_are_noticed(workshop, table):
    names = mutant_table.changed(table, mutant_table.digests(workshop))
    for score in mutant_table.scores(workshop, names, table):
        assert score.passed, score.rule
        assert not score.wrong, score.rule
        assert not score.survivors or score.folder not in HELD, score.rule


def test_a_digest_follows_the_law_and_not_the_words_or_the_layout(tmp_path):
    def digest(text):
        put(tmp_path, text)
        return mutant_table.digests(Workshop(str(tmp_path)))["first-report"]

    whole = digest(SOUND)
    assert digest("# A remark.\n\n" + spoilt('title    = "', 'title    = "The ')) == whole
    for old, new in (("days = 180", "days = 181"), ('given', 'open = 1\ngiven')):
        assert digest(spoilt(old, new)) != whole


# -- the command -------------------------------------------------------------------


def run(capsys, home, *arguments):
    jobs = () if "--jobs" in arguments else ("--jobs", "1")  # starting others takes longer
    code = invoke(["rules", "test", *arguments, *jobs, "--rules", str(home), "--engine", "sqlite"])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_pass_line_each_and_the_score(tmp_path, capsys):
    put(tmp_path)
    code, out, _ = run(capsys, tmp_path)
    assert code == 0
    assert [line for line in out.splitlines() if line.startswith("PASS")] == [
        "PASS first-report: the 181st day",
        "PASS first-report: the 180th day",
        "PASS first-report: withdrawn on the due day",
        "PASS first-report: withdrawn a day later",
        "PASS first-report: met, and by no voluntary report",
    ]
    assert "5 cases of 1 rule: all pass\n" in out
    assert "Mutation score: 100 %" in out


def test_one_process_and_several_say_the_same(tmp_path, capsys):
    put(tmp_path, ENGLISH.partition('[[case]]\nname      = "withdrawn on')[0])
    outputs = {run(capsys, tmp_path, "--jobs", jobs)[:2] for jobs in ("1", "2")}
    assert len(outputs) == 1


def test_a_fail_line_says_what_differs(tmp_path, capsys):
    put(tmp_path, spoilt("days = 180", "days = 179"))
    code, out, _ = run(capsys, tmp_path, "--no-mutants")
    assert code == 1
    assert "FAIL first-report: the 180th day\n     first-report-overdue is raised and sho" in out
    assert "PASS first-report: the 181st day" in out
    assert "5 cases of 1 rule: 2 failed\n" in out
    assert "Mutation" not in out


def test_a_survivor_is_named_with_file_and_line(tmp_path, monkeypatch, capsys):
    text = ENGLISH.partition('[[case]]\nname      = "the 180th day"')[0]
    put(tmp_path, text)
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(capsys, tmp_path, "--min-score", "10")
    assert code == 0
    line = 1 + [row.startswith("due ") for row in text.splitlines()].index(True)
    said = " ".join(out.split())
    assert f"ccm/first-report.toml:{line}: duty: due one day earlier: no case notices" in said
    assert "duty: due one day later: no case" not in said
    code, _, _ = run(capsys, tmp_path)
    assert code == 1


def test_a_change_that_no_record_could_show_is_excused_with_a_reason(tmp_path, capsys):
    head, case = ENGLISH.split('[[case]]\nname      = "withdrawn a day later"')
    text = head + "[[case]]" + case.partition("[[case]]")[2]
    where = 'duty: unless withdrawal-notice: "?w <= ?due"'
    excuse = "\n[[equivalent]]\nmutant = '{}'\nwhy    = \"No withdrawal comes so late.\"\n"
    excuses = [excuse.format(f"{where} {how}") for how in ("left out", "with ?due one day later")]
    put(tmp_path, text + excuses[0])
    assert run(capsys, tmp_path)[0] == 1
    put(tmp_path, text + "".join(excuses))
    code, out, _ = run(capsys, tmp_path)
    assert code == 0
    assert "no record could show it: No withdrawal comes so late." in out
    assert "2 more that no record could show" in out
    # An excuse holds only while it is true, and only for a change that there is.
    put(tmp_path, ENGLISH + excuses[0])
    code, out, _ = run(capsys, tmp_path)
    assert code == 1
    assert "a case notices it, so it is no equivalent" in " ".join(out.split())
    put(tmp_path, ENGLISH + excuses[0].replace("left out", "forgotten"))
    code, out, _ = run(capsys, tmp_path)
    assert code == 1
    assert "is no change of this rule" in " ".join(out.split())


def test_a_rule_or_folder_that_does_not_exist(tmp_path, capsys):
    put(tmp_path)
    code, _, err = run(capsys, tmp_path, "ccn")
    assert code == 2
    assert "ccn: is no rule and no folder of rules" in err
    assert "did you mean 'ccm'?" in err


def test_a_rule_that_does_not_compile(tmp_path, capsys):
    put(tmp_path, spoilt("{due}", "{day}"))
    code, _, err = run(capsys, tmp_path)
    assert code == 2
    assert "speaks of {day}" in err


# -- mutants -----------------------------------------------------------------------


def of(tmp_path, text=SOUND):
    put(tmp_path, text)
    _, (rule,) = load_full_rules((), tmp_path)
    return {mutant.name: mutant for mutant in mutants(rule)}


def test_the_mutants_of_the_sound_rule(tmp_path):
    assert list(of(tmp_path)) == [
        "duty: due one day later",
        "duty: due one day earlier",
        "duty: due reckoned with 6 months, not 180 days",
        'duty: unless without { fact = "withdrawal-notice", party = "?p", date = "?w", '
        'if = ["?w <= ?due"] }',
        'duty: unless withdrawal-notice: "?w <= ?due" left out',
        'duty: unless withdrawal-notice: "?w <= ?due" read as <',
        'duty: unless withdrawal-notice: "?w <= ?due" with ?due one day later',
        'duty: met_by without { fact = "report", party = "?p", kind = "initial", date = "?done" }',
        'duty: met_by report without kind = "initial"',
        'duty: record without { record = "report", party = "?p", kind = "initial" }',
        'duty: record report without kind = "initial"',
        "derive bound: left out",
        "derive bound: ?from one day later",
        "derive bound: ?from one day earlier",
        "derive bound: ?from reckoned with 7 months, not 6",
        "derive bound: ?from reckoned with 5 months, not 6",
        "derive bound: ?from reckoned with 180 days, not 6 months",
        "finding first-report-overdue: left out",
    ]


HEAD = "[[derive]]\nfact = "
OPERATORS = [
    ("soon   = { days = 90 }\nmet_by", "duty: soon left out"),
    ("soon   = { days = 90 }\nmet_by", "duty: due soon from a day later"),
    ("soon   = { days = 90 }\nmet_by", "duty: due soon from a day earlier"),
    ('void_by = [{ fact = "no-object", party = "?p" }]\nmet_by',
     'duty: void_by without { fact = "no-object", party = "?p" }'),
    ('replaced_by = [{ fact = "no-object", party = "?p" }]\nmet_by',
     'duty: replaced_by without { fact = "no-object", party = "?p" }'),
    ('pending_by = [{ fact = "no-object", party = "?p" }]\nmet_by',
     'duty: pending_by without { fact = "no-object", party = "?p" }'),
    ('requested_by = [{ fact = "no-object", party = "?p" }]\nmet_by',
     'duty: requested_by without { fact = "no-object", party = "?p" }'),
    ('requested_record = [{ fact = "no-object", party = "?p" }]\nmet_by',
     'duty: requested_record without { fact = "no-object", party = "?p" }'),
    ('review_if = [{ fact = "no-object", party = "?p", article = "4" }]\nmet_by',
     'duty: review_if no-object without article = "4"'),
]  # fmt: skip
IN_A_BODY = [
    ('if = ["?d < as-of"]', '"?d < as-of" left out'),
    ('if = ["?d < as-of"]', '"?d < as-of" read as <='),
    ('if = ["?d < as-of"]', '"?d < as-of" with ?d one day later'),
    ('if = ["?d > as-of"]', '"?d > as-of" read as >='),
    ('if = ["?d > as-of"]', '"?d > as-of" with ?d one day earlier'),
    ('if = ["?d >= 2020-01-01"]', '"?d >= 2020-01-01" with 2020-01-01 one day earlier'),
    ('if = ["?d != as-of"]', '"?d != as-of" left out'),
    ('none = [{ fact = "report", party = "?p", kind = "annual" }]',
     'none without { fact = "report", party = "?p", kind = "annual" }'),
    ('none = [{ fact = "report", party = "?p", kind = "annual" }]',
     'none report without kind = "annual"'),
    ('none = [{ fact = "report", party = "?p", complete = "?d" }]',
     'none report: without complete = "?d"'),
    ('none = [{ fact = "report", party = "?p", date = "?x", if = ["?x <= ?d"] }]',
     'none report: "?x <= ?d" read as <'),
    ('let = { e = { from = "?d", add = { years = 1 }, round = "earlier" } }',
     "?e reckoned with 2 years, not 1"),
    ('let = { e = { from = "?d", add = { years = 1 }, round = "earlier" } }', "?e rounded later"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "name"), OPERATORS)
def test_a_duty_is_changed_in_every_part(tmp_path, more, name):
    assert name in of(tmp_path, spoilt("met_by", more))


@pytest.mark.parametrize(("more", "name"), IN_A_BODY)
def test_a_body_is_changed_in_every_part(tmp_path, more, name):
    body = f'{{ fact = "more", party = "?p" }}\n{more}\n'
    body += 'all = [{ fact = "deposit", party = "?p", date = "?d" }]\n'
    assert f"derive more: {name}" in of(tmp_path, ENGLISH + "\n" + HEAD + body)


def test_the_days_between_which_a_rule_is_in_force_are_moved(tmp_path):
    found = of(tmp_path, spoilt("[authority]", "[in_force]\nfrom = 2010-08-01\n\n[authority]"))
    assert list(found)[:3] == [
        "in_force: from 2010-08-01 left out",
        "in_force: from 2010-08-01 one day later",
        "in_force: from 2010-08-01 one day earlier",
    ]


def test_a_status_of_a_finding_is_left_out(tmp_path):
    found = of(tmp_path, spoilt('when      = "overdue"', 'when      = ["overdue", "lapsed"]'))
    assert 'finding first-report-overdue: when without "lapsed"' in found


def test_a_fact_that_binds_what_others_need_is_not_left_out(tmp_path):
    assert not any('without { fact = "deposit"' in name for name in of(tmp_path))


def test_a_mutant_changes_one_thing_of_the_rule_and_keeps_its_cases(tmp_path):
    put(tmp_path)
    _, (rule,) = load_full_rules((), tmp_path)
    for mutant in mutants(rule):
        assert mutant.rule != rule
        assert (mutant.rule.name, mutant.rule.cases) == (rule.name, rule.cases)


def test_what_does_not_compile_is_no_mutant(tmp_path):
    """A fact that the rule itself needs cannot be left out unnoticed."""
    put(tmp_path)
    vocabulary, rules = load_full_rules((), tmp_path)
    seen = {m.name: noticed for m, noticed in Bench([Together(rules, vocabulary)]).noticed(
        "first-report", ["derive bound: left out", "duty: due one day later"])}  # fmt: skip
    assert seen == {"derive bound: left out": None, "duty: due one day later": "the 181st day"}


@pytest.mark.slow
def test_a_rule_and_the_rules_it_rests_on_say_what_the_whole_rulebook_says():
    """The closure changes no outcome: every case of one rule of each folder, both ways."""
    vocabulary, rules = load_full_rules()
    bench, whole = Bench([Together(rules, vocabulary)]), load_rules(indicators=True)
    for name in ("stockpile-extension-window", "stated-deadline", "action-25", "two-silent-years"):
        (rule,) = (rule for rule in rules if rule.name == name)
        assert bench.cases(name) == tuple(run_case(rule, case, whole) for case in rule.cases)


# -- derived facts in cases --------------------------------------------------------


def outcome(tmp_path, expected):
    text = spoilt('derives   = [{ fact = "bound", party = "NGA", date = "2023-08-01" }]', expected)
    put(tmp_path, text)
    _, (rule,) = load_full_rules((), tmp_path)
    rulebook = load_rules(home=tmp_path, cache=False, indicators=True)
    return cases_.run_case(rule, rule.cases[0], rulebook).problems


@pytest.mark.parametrize(
    ("expected", "problems"),
    [
        ('derives = [{ fact = "bound" }]', ()),
        ('derives = [{ fact = "bound", date = 2023-08-01 }]', ()),
        ('derives = [{ fact = "bound", party = "DEU" }]',
         ("bound (party DEU) should be derived and is not",
          "bound (party NGA, from 2023-08-01) is derived and should not be")),
        ('lacks = [{ fact = "bound", party = "DEU" }]', ()),
        ('lacks = [{ fact = "bound", party = "NGA" }]',
         ("bound (party NGA, date 2023-08-01) is derived and should not be",)),
        ('derives = [{ fact = "duty-status", status = "overdue", due = "2024-01-28" }]', ()),
        ('lacks = [{ fact = "duty-status", status = "upcoming" }]', ()),
    ],
)  # fmt: skip
def test_derived_facts_that_a_case_expects(tmp_path, expected, problems):
    problems = tuple(p.replace("from 2023", "date 2023") for p in problems)
    assert outcome(tmp_path, expected) == problems


@pytest.mark.parametrize(
    ("expected", "says"),
    [
        ('derives = [{ fact = "deposit", party = "NGA" }]', "this rule derives no 'deposit'"),
        ('derives = ["bound"]', "'bound' is no derived fact"),
        ('derives = [{ fact = "bound", day = "2023-08-01" }]', "a bound fact has no 'day'"),
        ('lacks = [{ fact = "bound", date = "1 August" }]', "bound.date is never '1 August'"),
        ('derives = [{ fact = "bound", party = 3 }]', "bound.party is never 3"),
    ],
)
def test_an_expected_fact_that_cannot_be(tmp_path, expected, says):
    with pytest.raises(cases_.InputError, match=says):
        outcome(tmp_path, expected)
