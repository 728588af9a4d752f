"""Files that cannot be used: every mistake is named at once, and nothing breaks."""

from __future__ import annotations

import json

import pytest

from ccm_rules.cli import invoke


def change(**changes):
    def apply(record):
        record["facts"][0] = {**record["facts"][0], **changes}
        return record

    return apply


def add(*facts):
    def apply(record):
        record["facts"] += facts
        return record

    return apply


DECISION = {
    "fact": "extension-decision",
    "party": "ZAF",
    "article": "3",
    "number": 1,
    "replaces": 0,
    "outcome": "granted",
    "date": "2023-01-01",
    "source": "PAPER",
}


def nested(record):
    return '{"facts": ' + "[" * 100_000 + "]" * 100_000 + "}"


def as_text(old, new):
    def apply(record):
        text = json.dumps(record)
        assert old in text
        return text.replace(old, new, 1)

    return apply


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda _: "", "ends in the middle"),
        (lambda _: "not JSON", "is not JSON"),
        (lambda _: "[]", "a facts file is a JSON object"),
        (lambda r: json.dumps(r)[:-1], "ends in the middle"),
        (lambda r: json.dumps(r)[:-40], "facts.json:1:"),
        (
            lambda r: json.dumps(r).encode()[:200] + b"\xff\xfe" + json.dumps(r).encode()[200:],
            "is not UTF-8",
        ),
        (lambda r: json.dumps(r).encode("utf-16"), "is not UTF-8"),
        (nested, "nested too deeply"),
        (as_text('"party": "TGO"', '"party": "TGO", "party": "TGO"'), "stands twice"),
        (as_text('"number": 0', '"number": NaN'), "NaN is not JSON"),
        (as_text('"number": 0', '"number": -Infinity'), "-Infinity is not JSON"),
        (as_text('"number": 0', '"number": 1e999'), "not a whole number"),
        (as_text('"number": 0', '"number": true'), "not a whole number"),
        (as_text('"number": 0', '"number": 99999999999999999999'), "not a whole number"),
        (change(fact="depositt"), "unknown kind of fact 'depositt'"),
        (change(party="TOG"), "unknown party 'TOG'"),
        (change(source="LIST2 ¶1"), "unknown source 'LIST2 ¶1'"),
        (change(date="2023-04-31"), "April 2023 has 30 days"),
        (change(date="[2023-05-01..2023-04-01]"), "runs backwards"),
        (change(date="yesterday"), "is no date"),
        (change(instrument="promise"), "instrument cannot be 'promise'"),
        (change(colour="red"), "has no 'colour'"),
        (add(DECISION), "has no 'meeting' or 'procedure'"),
        (add({**DECISION, "meeting": "99MSP"}), "unknown Meeting '99MSP'"),
        (
            add(
                {**DECISION, "procedure": "silence"},
                {**DECISION, "procedure": "silence", "number": 2},
            ),
            "only one can hold",
        ),
        (lambda r: {**r, "fact": []}, "unknown key 'fact'"),
        (lambda r: {**r, "as_of": "2023"}, "as_of must be one day"),
        (lambda r: {**r, "facts": {}}, "facts is not a list"),
        (lambda r: {**r, "extends": "missing.json"}, "missing.json: cannot be read"),
        (lambda r: {**r, "title": 3}, "the title is not text"),
        (lambda r: {**r, "rules": ["nowhere"]}, "holds no rules"),
    ],
)
def test_mistakes_are_named(ccm, save, record, damage, message):
    outcome = ccm(save(damage(record)))
    assert outcome.code == 2
    assert outcome.out == ""
    assert message in outcome.said
    assert "mend:" in outcome.said
    assert "internal error" not in outcome.said
    if "rules" not in message:
        assert ccm("facts", "validate", "facts.json", engine=False).code == 2


def test_place_and_mend(ccm, save, record):
    outcome = ccm(save(change(party="TOG")(record)))
    line = next(
        n for n, text in enumerate(save(record).read_text().splitlines(), 1) if "TOG" in text
    )
    assert f"facts.json:{line}:13 (facts[0].party): unknown party 'TOG'" in outcome.err
    assert "mend: use an ISO 3166-1 alpha-3 code (did you mean '" in outcome.err


def test_all_problems_of_all_files_at_once(ccm, save, record):
    record["facts"][0]["party"] = "TOG"
    record["facts"][1]["date"] = "2023-04-31"
    record["registers"][0]["until"] = "2023-13-01"
    record["extra"] = 1
    one = save(record, "one.json")
    two = save("{", "two.json")
    for command in (["check"], ["facts", "validate"]):
        outcome = ccm(*command, one, two, "missing.json", engine=command == ["check"])
        assert outcome.code == 2
        for part in (
            "'TOG'",
            "2023-04-31",
            "month 13",
            "unknown key 'extra'",
            "two.json",
            "missing.json",
        ):
            assert part in outcome.said
        assert outcome.err.endswith("ccm-check: 6 problems; nothing was checked\n")


def test_files_that_are_none(ccm, tmp_path, facts):
    assert "Is a directory" in ccm(tmp_path).said
    assert "No such file" in ccm("missing.json").said
    assert "larger than 100 bytes" in ccm(facts, "--max-bytes", "100").said
    for arguments in ([tmp_path], ["missing.json"], [facts, "--max-bytes", "100"], ["a\0b"]):
        assert ccm(*arguments).code == 2


def test_broken_rules(ccm, facts, tmp_path):
    place = tmp_path / "rules"
    place.mkdir()
    assert ccm(facts, "--rules", place, rules=False).code == 2
    (place / "vocabulary.toml").write_text("[deposit]\n")
    assert ccm(facts, "--rules", place, rules=False).code == 2


def test_hostile_messages_are_harmless(ccm, save, record):
    outcome = ccm(save(change(**{"party": "\x1b[31m\u202eTOG", "\x1b[2J": "x"})(record)))
    assert outcome.code == 2
    assert "\x1b" not in outcome.err
    assert "\u202e" not in outcome.err


def test_internal_errors_are_one_line_and_exit_2(ccm, facts, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("of the\ntool")

    monkeypatch.setattr("ccm_rules.load_rules", fail)
    outcome = ccm(facts)
    assert outcome.code == 2
    assert outcome.out == ""
    assert (
        outcome.err.splitlines()[0] == "ccm-check: internal error: ZeroDivisionError: of the tool"
    )
    assert "--traceback" in outcome.err
    with pytest.raises(ZeroDivisionError):
        invoke([str(facts), "--traceback"])
    monkeypatch.setenv("CCM_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        invoke([str(facts)])


def test_interrupt(ccm, facts, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("ccm_rules.load_rules", stop)
    outcome = ccm(facts)
    assert outcome.code == 130
    assert outcome.out == ""


def test_engines_that_differ_publish_nothing(ccm, facts, monkeypatch):
    import ccm_rules

    def differ(*_, **__):
        raise ccm_rules.EnginesDifferError("the engines disagree, so nothing is published")

    monkeypatch.setattr("ccm_rules.check", differ)
    outcome = ccm(facts)
    assert (outcome.code, outcome.out) == (2, "")
    assert "the engines disagree" in outcome.err
