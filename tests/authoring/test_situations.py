"""Situations: what concerns a rule, what a case claims, and whether the case shows it."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from ccm_rules.authoring.lint import Lint
from ccm_rules.authoring.situations import counted, read_situations
from ccm_rules.authoring.workshop import Workshop
from ccm_rules.cli import invoke
from ccm_rules.documents.rulepages.pages import documents
from ccm_rules.errors import InputError
from ccm_rules.formats.markdown import render
from tests.authoring.sound_rule import put, spoilt, with_more

DAY = dt.date(2026, 11, 25)
SITUATIONS = """\
[[trait]]
name    = "duty"
has     = ["due"]
without = "Nothing falls due."

[[trait]]
name    = "work"
names   = ["completion"]
without = "Nothing is completed."

[[trait]]
name     = "bound"
rests_on = ["deposit"]
without  = "It is about no party."

[[situation]]
name  = "late"
title = "done after the day"
needs = ["duty", "bound"]
shows = [{ fact = "duty", due = "?due" }, { fact = "duty-met", done = "?done" }]
if    = ["?done > ?due"]
turn  = 1

[[situation]]
name  = "completed"
title = "completed"
needs = ["work"]
shows = [{ fact = "completion", party = "?p" }]
"""
WORDS = """\
[trait.duty]
without = "Rien n'échoit."

[trait.work]
without = "Rien n'est achevé."

[trait.bound]
without = "Elle ne porte sur aucune partie."

[situation.late]
title = "fait après l'échéance"

[situation.completed]
title = "achevé"
"""
LATE = """
[[case]]
name      = "a day late"
situation = "late"
as_of     = 2024-01-29
given     = [
  { fact = "deposit", party = "NGA", date = "2023-02-28", instrument = "ratification" },
  { fact = "report", party = "NGA", kind = "initial", date = "2024-01-29" },
]
registers = [{ of = "report", kind = "initial", parties = "all", until = "2024-12-31" }]
before    = "due-soon"
status    = "met-late"
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "situations.toml").write_text(SITUATIONS, encoding="utf-8")
    (tmp_path / "situations.fr.toml").write_text(WORDS, encoding="utf-8")
    return tmp_path


def with_situations(home, old, new):
    text = (home / "situations.toml").read_text(encoding="utf-8")
    assert old in text
    (home / "situations.toml").write_text(text.replace(old, new, 1), encoding="utf-8")


def lint(home):
    return [(one.check, one.what) for one in Lint(str(home), DAY).run()]


def problems(home):
    """What is wrong with the cases of the rule, by case."""
    outcomes = Workshop(str(home)).bench().cases("first-report")
    return {one.case: list(one.problems) for one in outcomes if one.problems}


# -- the matrix ------------------------------------------------------------------------


def test_what_is_missing_is_named_and_what_a_rule_lacks_excuses_it(home):
    put(home)
    assert lint(home) == [("situation", "no case is of late: done after the day")]
    cells = Workshop(str(home)).matrix().cells
    assert [(cell.situation, cell.state, cell.why) for cell in cells] == [
        ("late", "empty", ""),
        ("completed", "excused", "Nothing is completed."),
    ]
    put(home, with_more(LATE))
    assert lint(home) == []
    assert counted(Workshop(str(home)).matrix().cells)["filled"] == 1


def test_a_rule_that_is_no_law_and_one_that_finds_nothing_of_a_state_are_not_concerned(home):
    put(home, spoilt('binding  = "legal"', 'binding  = "political"'))
    assert lint(home) == []
    assert Workshop(str(home)).matrix().cells == []


def test_a_trait_reaches_through_other_rules(home):
    with_situations(home, 'rests_on = ["deposit"]', 'rests_on = ["signature"]')
    put(home)
    assert lint(home) == []
    assert Workshop(str(home)).matrix().cells[0].why == "It is about no party."


def test_what_cannot_happen_says_why(home):
    put(home, with_more('\n[[cannot]]\nsituation = "late"\nwhy = "It is so."\n'))
    assert lint(home) == []
    assert Workshop(str(home)).matrix().cells[0].why == "It is so."


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('situation = "late"\nwhy = "So."', "late cannot happen, and is filled all the same"),
        ('situation = "completed"\nwhy = "So."', "completed cannot happen, and is excused"),
        ('situation = "lat"\nwhy = "So."', "no situation is called 'lat'"),
    ],
)
def test_what_cannot_happen_is_neither_shown_nor_excused(home, more, said):
    put(home, with_more(f"{LATE}\n[[cannot]]\n{more}\n"))
    assert [check for check, what in lint(home) if said in what] == ["situation"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('situation = "late"', 'situation = "lat"', "no situation is called 'lat'"),
        ('before    = "due-soon"\n', "", "does not say how things stood the day before"),
        ('status    = "met-late"\n', "", "does not say how the duty stands"),
        ('situation = "late"', 'situation = ["late", "completed"]', "is given no completion"),
        ('situation = "late"', 'same = "So."', "claims no situation"),
    ],
)
def test_a_claim_that_cannot_be_right(home, old, new, said):
    put(home, with_more(spoilt(old, new, LATE)))
    assert [check for check, what in lint(home) if said in what] == ["situation"]


def test_words_in_english_only_and_words_of_nothing(home):
    put(home, with_more(LATE))
    file = home / "situations.fr.toml"
    file.write_text(spoilt('[situation.late]\ntitle = "fait après l\'échéance"\n', "", WORDS))
    assert ("translation", "situation[0].title is English only") in lint(home)
    file.write_text(WORDS + '\n[situation.early]\ntitle = "tôt"\n')
    assert any("no situation here is called 'early'" in what for _, what in lint(home))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("turn  = 1", "turn  = 2", "shows has no pattern 2"),
        ('needs = ["work"]', 'needs = ["wrok"]', "no trait is called 'wrok'"),
        ('name  = "completed"', 'name  = "late"', "'late' stands twice"),
        ('"?done > ?due"', '"given ?done"', "(given) is not asked of situations"),
        ('has     = ["due"]\n', "", "it is not said by what a rule has it"),
        ('has     = ["due"]', 'has     = ["dew"]', "no duty has 'dew'"),
    ],
)
def test_mistakes_of_the_file_are_refused(home, old, new, said):
    with_situations(home, old, new)
    (home / "situations.fr.toml").unlink()
    with pytest.raises(InputError) as caught:
        read_situations(home)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "check", "said"),
    [
        ('"completion", party', '"complexion", party', "unknown-fact", "called 'complexion'"),
        ("done = ", "dane = ", "unknown-field", "a duty-met fact has no 'dane'"),
        ('"completion", party', '"completion", state', "unknown-field", "has no 'state'"),
    ],
)
def test_facts_and_fields_of_situations_exist(home, old, new, check, said):
    put(home, with_more(LATE))
    with_situations(home, old, new)
    assert [one for one, what in lint(home) if said in what] == [check]


# -- whether a case shows what it claims -------------------------------------------------


def test_a_case_that_shows_what_it_claims(home):
    put(home, with_more(LATE))
    assert problems(home) == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"2024-01-29" },', '"2024-01-28" },', "it claims late, and does not show it"),
        ('"met-late"', '"met"', "the status is met-late, where the case says met"),
        ('"due-soon"', '"none"', "the status on the day before is due-soon, where the case says"),
        ("2024-01-29\n", "2024-01-30\n", "nothing turns on its day"),
        ('"late"\n', '"late"\nsame = "So."\n', "same says that nothing changes"),
    ],
)
def test_a_claim_that_is_not_right(home, old, new, said):
    case = spoilt(old, new, LATE)
    if "turns" in said:
        case = spoilt('"due-soon"', '"met-late"', case)
    put(home, with_more(case))
    assert any(said in problem for problem in problems(home)["a day late"])


def test_what_a_situation_turns_on_must_matter_unless_a_case_says_why_it_does_not(home):
    with_situations(home, '"completion", party', '"deposit", party')
    with_situations(home, 'needs = ["work"]\n', "")
    case = spoilt('"late"', '["late", "completed"]', LATE)
    put(home, with_more(case))
    assert problems(home) == {}
    with_situations(home, '"deposit", party', '"signature", party')
    signed = '{ fact = "signature", party = "NGA", date = "2010-01-01" },'
    case = spoilt(
        "given     = [", f"given     = [\n  {signed}", spoilt('"late"', '"completed"', LATE)
    )
    put(home, with_more(case))
    assert problems(home) == {
        "a day late": [
            "without signature nothing would change; make it matter for completed, or say why: same"
        ]
    }
    put(home, with_more(case + 'same = "A signature binds nobody."\n'))
    assert problems(home) == {}


def test_a_vague_comparison_is_one_that_the_record_leaves_open(home):
    with_situations(home, 'if    = ["?done > ?due"]', 'vague = ["?done > ?due"]')
    put(home, with_more(LATE))
    assert "does not show it" in problems(home)["a day late"][0]
    case = spoilt('date = "2024-01-29"', 'date = "[2024-01-28..2024-01-29]"', LATE)
    put(home, with_more(spoilt("met-late", "met-timing-open", case)))
    assert problems(home) == {
        "a day late": ["the status on the day before is open, where the case says due-soon"]
    }


def test_certainly_later_is_never_unknown(home):
    with_situations(home, "?done > ?due", "?done >> ?due")
    put(home, with_more(LATE))
    assert problems(home) == {}
    absent = 'none  = [{ fact = "report", party = "?p", date = "?d", if = ["?d >> ?due"] }]'
    with_situations(home, "turn  = 1", f"turn  = 1\n{absent}")
    assert problems(home) == {"a day late": ["it claims late, and does not show it"]}


def test_an_absent_fact_keeps_a_situation_from_being_shown(home):
    absent = 'none  = [{ fact = "deposit", party = "?p", date = "?d", if = ["?d < 2023-03-01"] }]'
    with_situations(home, "turn  = 1", f"turn  = 1\n{absent}")
    put(home, with_more(LATE))
    assert problems(home) == {"a day late": ["it claims late, and does not show it"]}


def test_a_case_that_shows_what_cannot_happen(home):
    case = spoilt('situation = "late"\n', "", LATE)
    put(home, with_more(case + '\n[[cannot]]\nsituation = "late"\nwhy = "So."\n'))
    shown = "it shows late, which [[cannot]] says cannot happen"
    assert problems(home) == {"a day late": [shown]}


def test_statuses_of_several_duties_are_said_by_state(home):
    other = '{ fact = "deposit", party = "DEU", date = "2024-01-28", instrument = "ratification" },'
    case = spoilt("given     = [", f"given     = [\n  {other}", LATE)
    put(home, with_more(case))
    said = "the status is DEU: upcoming, NGA: met-late, where the case says met-late"
    assert said in problems(home)["a day late"]
    case = spoilt('"met-late"', '{ NGA = "met-late", DEU = "upcoming" }', case)
    case = spoilt('"due-soon"\n', '{ NGA = "due-soon", DEU = "upcoming" }\n', case)
    put(home, with_more(case))
    assert problems(home) == {}


def test_a_status_says_where_the_record_ended(home):
    case = spoilt(
        '  { fact = "report", party = "NGA", kind = "initial", date = "2024-01-29" },\n', "", LATE
    )
    case = spoilt('situation = "late"\n', "", case)
    case = spoilt("as_of     = 2024-01-29", "as_of     = 2024-01-31", case)
    case = spoilt("2024-12-31", "2024-01-30", case)
    case = spoilt('"due-soon"', '"overdue"', case)
    put(home, with_more(spoilt('"met-late"', '"overdue until 2024-01-30"', case)))
    assert problems(home) == {}


# -- what is shown of it -----------------------------------------------------------------


def test_rules_test_prints_how_many_cells_are_filled(home, capsys):
    put(home, with_more(LATE))
    arguments = ["rules", "test", "--rules", str(home), "--engine", "sqlite", "--no-mutants"]
    assert invoke(arguments) == 0
    out = capsys.readouterr().out
    assert "Situations: 100 % (1 of 1 have a case)\n" in out
    assert "1 more excused by what their rule lacks, 0 that cannot happen" in out
    assert invoke([*arguments, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["situations"] == {
        "cells": 2, "filled": 1, "excused": 1, "cannot": 0, "empty": 0, "without_case": [],
    }  # fmt: skip


def test_the_page_shows_the_matrix(home):
    put(home, with_more('\n[[cannot]]\nsituation = "late"\nwhy = "It is so."\n'))
    page = render(documents(str(home))["situations.md"])
    assert "| 1 | late | done after the day | duty, bound |" in page
    assert "| [First report](ccm/first-report.md) | – | · |" in page
    assert "| [first-report](ccm/first-report.md) | late | It is so. |" in page
    assert "[Situations](situations.md)" in render(documents(str(home))["README.md"])
    french = render(documents(str(home), "fr")["situations.md"])
    assert "fait après l'échéance" in french
    assert "Rien n'échoit." in french


# -- the shipped rules -------------------------------------------------------------------


def test_every_cell_of_the_shipped_rules_is_filled_or_excused():
    assert [cell[:2] for cell in Workshop().matrix().cells if cell.state == "empty"] == []
