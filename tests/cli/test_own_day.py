"""What a finding says of its own day, in every format: windows that closed, days long past."""

from __future__ import annotations

import json

import pytest

WINDOW = "stockpile-extension-window"
MISSED = f"{WINDOW}:ZAF:11MSP:0"


@pytest.fixture
def closed(save):
    """South Africa may ask until 11 December 2022 for more time, and nothing is on record."""
    registers = ("meeting", "extension-request", "extension-decision", "completion", "no-object")
    meetings = {"10MSP": "2022-08-30", "11MSP": "2023-09-11"}
    facts = [
        {"fact": "deposit", "date": "2015-05-28", "instrument": "ratification", "party": "ZAF"},
        {"fact": "obligation", "article": "3", "date": "2014", "party": "ZAF"},
    ]
    facts += [
        {"fact": "meeting", "id": name, "title": name, "kind": "MSP", "opens": day, "closes": day}
        for name, day in meetings.items()
    ]
    return save(
        {
            "title": "A window",
            "as_of": "2022-12-12",
            "sources": {"LIST": {"title": "A list", "kind": "register"}},
            "registers": [{"of": of, "until": "2024-12-31", "source": "LIST"} for of in registers],
            "facts": [{**fact, "source": "LIST"} for fact in facts],
        }
    )


@pytest.mark.parametrize(
    "arguments",
    [
        *(["check", "FACTS", "--format", name] for name in ("text", "json", "csv", "md", "html")),
        *(["check", "FACTS", "--format", name] for name in ("sarif", "junit")),
        ["explain", MISSED, "FACTS"],
        *(["history", "FACTS", "--format", name] for name in ("text", "json", "csv")),
        *(["deadlines", "FACTS", "--format", name] for name in ("text", "json", "csv", "ics")),
    ],
    ids=" ".join,
)
def test_a_window_that_closed_is_overdue_in_no_format(ccm, closed, arguments):
    arguments = [str(closed) if one == "FACTS" else one for one in arguments]
    if arguments[0] in ("check", "history"):
        arguments += ["--select", WINDOW]
    if arguments[0] == "history":
        arguments += ["--until", "2022-12-31"]
    outcome = ccm(*arguments, rules=False, engine=arguments[0] != "history")
    assert outcome.code in (0, 1), outcome.err
    assert outcome.out
    assert "overdue" not in outcome.out.casefold()


def test_its_status_is_window_closed_from_the_day_after(ccm, closed):
    def status(day):
        found = ccm("check", closed, "--select", WINDOW, "--as-of", day, "--format", "json",
                    rules=False)  # fmt: skip
        return [one["status"] for one in json.loads(found.out)["findings"]]

    assert status("2022-12-11") == ["due-soon"]
    assert status("2022-12-12") == ["window-closed"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nor_in_a_briefing(ccm, closed, tmp_path, language):
    page = tmp_path / "page.html"
    where = ("--meeting", "11MSP", "--party", "ZAF", "--as-of", "2022-12-12")
    outcome = ccm("brief", closed, *where, "--lang", language, "-o", page, rules=False)
    assert outcome.code == 0, outcome.err
    # The initial report is owed, and its record is not complete: nothing here is overdue.
    said = {"en": "overdue", "fr": "en retard"}[language]
    assert said not in page.read_text(encoding="utf-8").casefold()


def test_nor_in_an_alert(ccm, closed, tmp_path):
    outcome = ccm("alert", closed, "--ledger", tmp_path / "ledger.db", "--to", "-", "--as-of",
                  "2022-12-12", rules=False)  # fmt: skip
    assert outcome.code == 0, outcome.err
    assert MISSED in outcome.out
    assert "overdue" not in outcome.out.casefold()
