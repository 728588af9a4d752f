"""Rule files that are wrong in ways of meaning or of shape: a message, never a traceback."""

from __future__ import annotations

import copy
import datetime as dt
import json
import shutil
import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccm_rules.authoring.cases import load_full_rules
from ccm_rules.compiler import load_rules, rules_home
from ccm_rules.errors import InputError
from tests.rule_files import write

HEAD = """\
name    = "a-rule"
title   = "A rule"
binding = "legal"

[authority]
instrument = "CCM"
article    = "7(1)"
note       = "made for a test"

"""
DERIVE = """\
[[derive]]
fact = { fact = "joined-up", party = "?p", on = "?d" }
all  = [{ fact = "deposit", party = "?p", date = "?d" }]

"""
COUNT = """\
[[count]]
fact   = { fact = "how-many", year = "?y", number = "?n" }
number = "?n"
each   = "?p"
all    = [{ fact = "report", party = "?p", year = "?y", date = "?d" }]

"""
DUTY = """\
[duty]
for    = [{ fact = "deposit", party = "?p", date = "?d" }]
due    = { from = "?d", add = { days = 180 } }
soon   = { days = 90 }
met_by = [{ fact = "report", party = "?p", kind = "initial", date = "?done" }]

"""
FINDING = """\
[[finding]]
name     = "late"
when     = "overdue"
severity = "notice"
says     = "{p} was due on {due}."
remedy   = "Submit it."
none     = [{ fact = "completion", party = "?p", date = "?x", if = ["?x <= ?due"] }]
"""
SOUND = HEAD + DERIVE + COUNT + DUTY + FINDING


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    shutil.copy(rules_home() / "vocabulary.toml", home)
    (home / "ccm").mkdir()
    return home


def loaded(home, text):
    file = home / "ccm" / "a-rule.toml"
    if isinstance(text, bytes):
        file.write_bytes(text)
    else:
        write(file, text)
    return load_rules(home=home, cache=False)


def problems(home, text):
    with pytest.raises(InputError) as caught:
        loaded(home, text)
    return caught.value.problems


def test_the_sound_rule_loads(empty):
    assert list(loaded(empty, SOUND).findings) == ["finding a-rule/late"]


@pytest.mark.parametrize(
    ("old", "new", "path", "says", "line_of"),
    [
        ("[authority]", "[ authority_ ]", "authority", "names no authority", None),
        ("soon   =", "owed   = false\nsoon   =", "finding[0].when", "is never overdue", "when "),
        ('"overdue"', '"window-closed"', "finding[0].when", "never window-closed", "when "),
        ("soon   =",
         'owed   = false\nrequested_by = [{ fact = "completion", party = "?p" }]\nsoon   =',
         "duty.requested_by", "never lapses", "requested_by"),
        ('note       = "made for a test"\n', "", "authority", "neither a quotation", "[authority]"),
        ('"made for a test"', '"x"\nquote = "words"', "authority.compared", "never compared", None),
        ('"legal"', '"moral"', "binding", "binding cannot be 'moral'", "binding"),
        ('"?p", on = "?d"', '"?p", on = "?e"', "derive[0]", "?e is bound by no fact", "[[derive]]"),
        ('on = "?d" }', 'on = "?d", }', "", "is not TOML", "fact = { fact = \"joined-up\""),
        ('year = "?y", number', 'year = "?d", number', "count[0]", "grouped by a date",
         "[[count]]"),
        ('number = "?n"\n', 'number = "?m"\n', "count[0].number", "does not hold the number",
         "number = "),
        ('each   = "?p"\n', "", "count[0].each", "what is counted", "[[count]]"),
        ('each   = "?p"\n', 'each   = "?q"\n', "count[0]", "?q is bound by no fact", "[[count]]"),
        ('year = "?y", number', 'year = 2022, number', "count[0]", "variables only", "[[count]]"),
        ('"how-many"', '"report"', "count[0]", "fact of the record", "[[count]]"),
        ("days = 180", "months = 6", "duty.due", "round", "due "),
        ("days = 180", "weeks = 6", "duty.due", "no period", "due "),
        ('date = "?done"', 'date = "?d2"', "duty", "must bind ?done", "[duty]"),
        ('?x <= ?due', "?due <= as-of", "finding[0]", "speak of the absent fact", "[[finding]]"),
        ("{due}", "{dew}", "finding[0]", "speaks of {dew}", "[[finding]]"),
        ('"Submit it."', '"{whom}"', "finding[0]", "speaks of {whom}", "[[finding]]"),
        ("remedy ", 'key = ["?z"]\nremedy ', "finding[0]", "?z is bound by no fact", "[[finding]]"),
        ('"deposit", party = "?p", date = "?d" }]\ndue', '"deposits", party = "?p", date = "?d" }]'
         "\ndue", "duty", "no fact is called 'deposits'", "[duty]"),
        ('name    = "a-rule"', 'name    = "A_Rule"', "name", "is no name", "name "),
    ],
)  # fmt: skip
def test_a_mistake_of_meaning_has_file_line_path_and_mend(empty, old, new, path, says, line_of):
    assert SOUND.count(old) >= 1
    text = SOUND.replace(old, new, 1)
    found = problems(empty, text)
    (problem,) = [p for p in found if p.path == path and says in p.message] or [found]
    assert problem.file.endswith("ccm/a-rule.toml")
    assert problem.mend
    if line_of is not None:
        assert text.splitlines()[problem.line - 1].startswith(line_of)


def test_a_name_that_is_nearly_right_is_suggested(empty):
    (problem,) = problems(empty, SOUND.replace('"completion"', '"completoin"'))
    assert "did you mean 'completion'?" in problem.mend


def test_a_fact_derived_twice_has_the_same_fields_and_types(empty):
    other = DERIVE.replace('on = "?d"', 'day = "?d"')
    assert "derived elsewhere" in problems(empty, SOUND + other)[0].message
    other = DERIVE.replace('on = "?d"', 'on = "?p"')
    assert "elsewhere and" in problems(empty, SOUND + other)[0].message


def test_a_text_that_is_not_utf8(empty):
    (problem,) = problems(empty, SOUND.encode().replace(b"A rule", b"A r\xfcle"))
    assert "UTF-8" in problem.message


def test_a_vocabulary_that_is_wrong(empty, tmp_path):
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    for text in ('[deposit]\nsays = "x"\nparty = { type = "state" }\n', "deposit = 3\n",
                 '[deposit]\nsays = "x"\nkey = ["nothing"]\n'):  # fmt: skip
        (tmp_path / "vocabulary.toml").write_text(text)
        found = problems(tmp_path, SOUND)
        of_it = [problem for problem in found if problem.file.endswith("vocabulary.toml")]
        assert of_it[0].path.startswith("deposit")
        assert of_it[0].line


def test_a_duty_that_cannot_be_reckoned_under_a_finding_of_its_status(empty):
    (problem,) = problems(empty, SOUND.replace('from = "?d"', 'from = "?p"'))
    assert (problem.path, problem.message) == ("duty", "?p is no day that a fact binds")


@pytest.mark.parametrize("where", ["none", "unless"])
def test_a_question_for_a_register_stands_only_in_all(empty, where):
    head, _, _ = FINDING.rpartition("none ")
    inner = f'{where} = [{{ record = "report", party = "?p", until = "?u" }}]\n'
    assert problems(empty, HEAD + DUTY + head + inner)


@pytest.mark.parametrize("name", ["duty", "duty met", "duty for review", "duty open"])
def test_no_rule_derives_what_the_status_law_derives(empty, name):
    assert problems(empty, SOUND.replace("joined-up", name))


@pytest.mark.parametrize("name", ["", "Joined Up", "n:deposit", "finding a-rule/late", "zz_hello"])
def test_a_derived_fact_has_a_name_like_any_other(empty, name):
    assert problems(empty, SOUND.replace("joined-up", name))


def test_a_constant_of_another_type_in_an_absence_is_a_mistake(empty):
    table = copy.deepcopy(WHOLE)
    table["finding"][0]["none"][0]["party"] = dt.date(2020, 1, 1)
    with pytest.raises(InputError, match="party cannot be"):
        loaded_whole(empty, table)


# -- anything anywhere -------------------------------------------------------------


def toml(value):
    """A value as inline TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return json.dumps(value)


def document(table):
    return "\n".join(f"{key} = {toml(value)}" for key, value in table.items())


def loaded_whole(home, table):
    """Write the files of a rule that is one table, and load it with its cases."""
    cases = {key: table[key] for key in ("case", "equivalent") if key in table}
    law = {key: value for key, value in table.items() if key not in cases}
    for name, part in (("a-rule.toml", law), ("a-rule.cases.toml", cases)):
        (home / "ccm" / name).write_text(document(part), encoding="utf-8")
    load_full_rules(home=home)
    return load_rules(home=home, cache=False, indicators=True)


def places(value, at=()):
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*at, key)
        if isinstance(item, (dict, list)):
            yield from places(item, (*at, key))


def spoilt(whole, place, junk, drop):
    """A copy of a table with one value taken out or replaced by junk."""
    table = copy.deepcopy(whole)
    inner = table
    for key in place[:-1]:
        inner = inner[key]
    if drop:
        del inner[place[-1]]
    else:
        inner[place[-1]] = junk
    return table


CASE = """
[in_force]
from  = 2010-08-01
until = 2030-01-01

[[case]]
name      = "a case"
as_of     = 2024-01-29
given     = []
registers = []
raises    = []
period    = "2023"
"""
WHOLE = tomllib.loads(SOUND + CASE)
JUNK = st.sampled_from(
    [0, -1, 2**70, 1.5, True, "", "?", "?p", "?d", "?due", "as-of", "{p}", "duty", "deposit", "é",
     [], [[]], ["?p"], [3], {}, {"a": 1}, {"fact": "deposit"}, [{"fact": 3}], {"from": "?d"},
     {"record": "report", "until": "?u"}, dt.date(2020, 1, 1),
     dt.datetime(2020, 1, 1, 5, 0, 0)]  # noqa: DTZ001
)  # fmt: skip


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(place=st.sampled_from(list(places(WHOLE))), junk=JUNK, drop=st.booleans())
def test_anything_anywhere_loads_or_is_a_problem_with_a_file(empty, place, junk, drop):
    found = ()
    try:
        loaded_whole(empty, spoilt(WHOLE, place, junk, drop))
    except InputError as error:
        found = error.problems
    assert all(problem.file.endswith(".toml") and problem.mend for problem in found)
