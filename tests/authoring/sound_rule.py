"""A small rule of which everything is noticed, to be spoilt in one place at a time."""

from __future__ import annotations

from tests.rule_files import FRENCH, with_vocabulary, write

ENGLISH = """\
name     = "first-report"
title    = "First report"
binding  = "legal"

[authority]
instrument = "CCM"
article    = "7(1)"
quote      = "not later than 180 days after"
url        = "https://example.org/ccm"
compared   = 2026-11-23

[[derive]]
fact = { fact = "bound", party = "?p", date = "?from" }
all  = [{ fact = "deposit", party = "?p", date = "?d" }]
let  = { from = { from = "?d", add = { months = 6 }, on = { day = 1 } } }

[duty]
for    = [{ fact = "bound", party = "?p", date = "?from" }]
unless = [{ fact = "withdrawal-notice", party = "?p", date = "?w", if = ["?w <= ?due"] }]
due    = { from = "?from", add = { days = 180 } }
met_by = [{ fact = "report", party = "?p", kind = "initial", date = "?done" }]

[[finding]]
name      = "first-report-overdue"
when      = "overdue"
severity  = "warning"
says      = "The report of {p} was due on {due}."
remedy    = "Submit it."

[[case]]
name      = "the 181st day"
as_of     = 2024-01-29
given     = [{ fact = "deposit", party = "NGA", date = "2023-02-28", instrument = "ratification" }]
registers = [{ of = "report", kind = "initial", parties = "all", until = "2024-01-29" }]
raises    = ["first-report-overdue"]
derives   = [{ fact = "bound", party = "NGA", date = "2023-08-01" }]

[[case]]
name      = "the 180th day"
as_of     = 2024-01-28
given     = [{ fact = "deposit", party = "NGA", date = "2023-02-28", instrument = "ratification" }]
registers = [{ of = "report", kind = "initial", parties = "all", until = "2024-01-29" }]
raises    = []

[[case]]
name      = "withdrawn on the due day"
as_of     = 2024-01-30
given     = [
  { fact = "deposit", party = "NGA", date = "2023-02-28", instrument = "ratification" },
  { fact = "withdrawal-notice", party = "NGA", date = "2024-01-28" },
]
registers = [{ of = "report", kind = "initial", parties = "all", until = "2024-01-30" }]
raises    = []

[[case]]
name      = "withdrawn a day later"
as_of     = 2024-01-30
given     = [
  { fact = "deposit", party = "NGA", date = "2023-02-28", instrument = "ratification" },
  { fact = "withdrawal-notice", party = "NGA", date = "2024-01-29" },
]
registers = [{ of = "report", kind = "initial", parties = "all", until = "2024-01-30" }]
raises    = ["first-report-overdue"]

[[case]]
name      = "met, and by no voluntary report"
as_of     = 2024-01-30
given     = [
  { fact = "deposit", party = "NGA", date = "2023-02-28", instrument = "ratification" },
  { fact = "deposit", party = "DEU", date = "2023-02-28", instrument = "ratification" },
  { fact = "report", party = "NGA", kind = "initial", date = "2024-01-28" },
  { fact = "report", party = "DEU", kind = "voluntary", year = 2022, date = "2024-01-28" },
]
registers = [{ of = "report", kind = "initial", parties = "all", until = "2024-01-30" }]
raises    = ["first-report-overdue"]
"""
WORDS = """\
#: fr
title = "Premier rapport"

[finding.first-report-overdue]
says   = "Le rapport de {p} était dû {due}."
remedy = "Le présenter."
"""
SOUND = ENGLISH + WORDS


def put(home, text=SOUND, name="first-report"):
    """Write a rule into a directory of rules that has the shipped vocabulary; see `rule_files`."""
    folder = home / "ccm"
    folder.mkdir(exist_ok=True)
    if not (home / "vocabulary.toml").exists():
        with_vocabulary(home)
    return write(folder / f"{name}.toml", text)


def with_more(more, words="", text=SOUND):
    """A text with more tables, and what they are in French."""
    english, _, french = text.partition(FRENCH)
    return english + more + FRENCH + french + words


def spoilt(old, new, text=SOUND):
    """A text with one piece replaced."""
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)
