"""Sending to real servers, and what they can do wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import socket

import pytest

# -- mail ------------------------------------------------------------------------


def test_one_mail_to_a_recipient_group(job, inbox, mail_url):
    assert job.night("2023-06-30", to=[mail_url]).code == 0
    ((mail, to, _),) = inbox.mails
    assert set(to) == {"desk@example.org", "isu@example.org"}
    assert mail["Message-ID"].endswith("@example.org>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"].startswith("[ccm-check] What stands: ")
    parts = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert parts == ["text/plain", "text/html"]
    for part in mail.walk():
        if not part.is_multipart():
            assert "30 May 2013" in " ".join(part.get_content().split())


def test_starttls_and_login(job, inbox, starttls_port, trusted, monkeypatch, tmp_path):
    secret = tmp_path / "password"
    secret.write_text("s3cret-pass\n")
    url = f"smtp://night@localhost:{starttls_port}?from=a@example.org&to=b@example.org"
    monkeypatch.setenv("CCM_SMTP_PASSWORD_FILE", str(secret))
    outcome = job.night("2023-06-30", to=[url])
    assert outcome.code == 0, outcome.err
    assert inbox.logins == [("night", "s3cret-pass")]
    assert len(inbox.mails) == 1
    _no_secret(job, outcome, "s3cret-pass")


def test_a_wrong_password_waits_and_is_not_shown(job, inbox, starttls_port, trusted, monkeypatch):
    url = f"smtp://night@localhost:{starttls_port}?from=a@example.org&to=b@example.org"
    monkeypatch.setenv("CCM_SMTP_PASSWORD", "wr0ng-pass")
    outcome = job.night("2023-06-30", to=[url])
    assert outcome.code == 1
    assert "the login was refused" in outcome.err
    _no_secret(job, outcome, "wr0ng-pass")
    monkeypatch.setenv("CCM_SMTP_PASSWORD", "s3cret-pass")
    assert job.night("2023-07-01", to=[url]).code == 0
    assert [mail["Subject"].split(":")[0] for mail, _, _ in inbox.mails] == [
        "[ccm-check] What stands",
        "[ccm-check] 1 fault",
        "[ccm-check] 1 mended",
    ]


def test_tls_from_the_start(job, inbox, smtps_port, trusted):
    url = f"smtps://localhost:{smtps_port}?from=a@example.org&to=b@example.org"
    assert job.night("2023-06-30", to=[url]).code == 0
    assert len(inbox.mails) == 1


def test_a_certificate_that_nobody_vouches_for(job, inbox, smtps_port):
    url = f"smtps://localhost:{smtps_port}?from=a@example.org&to=b@example.org"
    outcome = job.night("2023-06-30", to=[url])
    assert outcome.code == 1
    assert "the certificate is not valid" in outcome.err
    assert inbox.mails == []


def test_no_mail_over_an_open_line_unless_it_is_asked_for(job, inbox, mail_url):
    outcome = job.night("2023-06-30", to=[mail_url.replace("tls=none&", "")])
    assert outcome.code == 1
    assert "STARTTLS" in outcome.err
    assert inbox.mails == []


def test_a_server_that_is_down_is_caught_up_with(job, inbox, mail_url):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"smtp://127.0.0.1:{free.getsockname()[1]}?tls=none&{mail_url.partition('&')[2]}"
        outcome = job.night("2023-06-30", to=[closed])
    assert outcome.code == 1
    assert outcome.err.count("retry") >= 3
    assert "waiting" in outcome.err
    job.report()
    # The channel is named by its host, so the same route goes on at another port.
    assert job.night("2023-07-01", to=[mail_url]).code == 0
    subjects = [mail["Subject"] for mail, _, _ in inbox.mails]
    assert [s.split("] ")[1].split(":")[0] for s in subjects] == [
        "What stands",
        "1 fault",
        "1 changed",
        "1 mended",
    ]
    assert len({mail["Message-ID"] for mail, _, _ in inbox.mails}) == 4


def test_a_slow_server(job, inbox, mail_url):
    inbox.pause = 0.5
    text = f"""
    delivery = {{ attempts = 2, pause = 0, timeout = 0.2 }}
    [channel.mail]
    url = "{mail_url}"
    [[route]]
    name = "desk"
    channel = "mail"
    """
    outcome = job.night("2023-06-30", *job.config(text))
    assert outcome.code == 1
    assert "did not answer in time" in outcome.err
    inbox.pause = 0
    assert job.night("2023-06-30", *job.config(text)).code == 0
    # The slow server took the mail though it said so too late: the repeat has the same name.
    assert len({m["Message-ID"] for m, _, _ in inbox.mails if "stands" in m["Subject"]}) == 1


@pytest.mark.parametrize(
    ("answer", "state"), [("550 no such user", "refused"), ("450 busy", "wait")]
)
def test_one_recipient_refused(job, inbox, mail_url, answer, state):
    inbox.refuse["isu@example.org"] = answer
    outcome = job.night("2023-06-30", to=[mail_url])
    assert outcome.code == 1
    digests = [to for mail, to, _ in inbox.mails if "stands" in mail["Subject"]]
    assert digests == [("desk@example.org",)]
    inbox.refuse.clear()
    if state == "refused":
        assert "was refused by the mail server (550 no such user)" in _text(inbox.mails[-1])
        job.night("2023-07-01", to=[mail_url])
        assert sum("stands" in m["Subject"] for m, _, _ in inbox.mails) == 1
        retried = job.ledger_command(
            "retry", "--recipient", "isu@example.org", "--send-to", "new@example.org"
        )
        assert "wait for the next run" in retried.out
    assert job.night("2023-07-02", to=[mail_url]).code == 0
    found = [(m, to) for m, to, _ in inbox.mails if "stands" in m["Subject"]]
    later = "new@example.org" if state == "refused" else "isu@example.org"
    assert [to for _, to in found] == [("desk@example.org",), (later,)]
    assert found[0][0]["Message-ID"] == found[1][0]["Message-ID"]


def test_a_server_that_hangs_up_after_taking_the_mail(job, inbox, mail_url):
    inbox.drop_after_data = 1
    outcome = job.night("2023-06-30", to=[mail_url])
    assert outcome.code == 0
    assert "retry" in outcome.err
    first, second = inbox.mails
    assert first[2] == second[2]  # the same bytes, so the receiver knows it for a repeat
    assert first[0]["Message-ID"] == second[0]["Message-ID"]


def test_a_server_that_refuses_the_mail_itself(job, inbox, mail_url):
    inbox.answers.extend(["552 too big"] * 2)
    outcome = job.night("2023-06-30", to=[mail_url])
    assert outcome.code == 1
    assert "552 too big" in outcome.err
    assert job.night("2023-07-01", to=[mail_url]).code == 0
    assert sum("stands" in m["Subject"] for m, _, _ in inbox.mails) == 1


def test_header_injection_and_html(job, inbox, mail_url, record):
    evil = "Nothing\nBcc: thief@example.org\n\n<script>alert('x')</script>&"
    record["title"] = evil
    record["facts"].append(
        {"fact": "stated-count", "of": evil, "value": 3, "date": "2023-06-30", "source": "PAPER"}
    )
    job.night("2023-06-29", to=[mail_url])
    assert job.night("2023-06-30", to=[mail_url]).code == 0
    for mail, to, raw in inbox.mails:
        assert set(to) == {"desk@example.org", "isu@example.org"}
        assert mail["Bcc"] is None
        assert b"\nBcc:" not in raw
        html = next(p.get_content() for p in mail.walk() if p.get_content_type() == "text/html")
        assert "<script>" not in html
        assert "&lt;script&gt;" in html
        assert not [c for part in mail.walk() for c in str(part["Content-Type"]) if c in "\r\n"]


@pytest.mark.slow
def test_ten_thousand_findings_at_once(job, inbox, mail_url, hook):
    job.night("2023-06-30", to=[mail_url, hook.url])
    hook.taken.clear()
    job.record["facts"] += [
        {"fact": "stated-count", "of": f"n{n}", "value": n, "date": "2023-06-30", "source": "PAPER"}
        for n in range(10_000)
    ]
    outcome = job.night("2023-07-01", to=[mail_url, hook.url])
    assert outcome.code == 0, outcome.err
    assert len(inbox.mails) == 2
    mail = inbox.mails[-1][0]
    assert mail["Subject"] == "[ccm-check] 10,000 new"
    assert "and 9,800 more" in _text(inbox.mails[-1])
    (attached,) = [p for p in mail.walk() if p.get_content_type() == "application/json"]
    assert len(json.loads(attached.get_content())["events"]) == 10_000
    assert [len(body["events"]) for body in hook.bodies] == [500] * 20
    assert [body["part"]["number"] for body in hook.bodies] == list(range(1, 21))
    assert len({e["id"] for body in hook.bodies for e in body["events"]}) == 10_000


def _text(mail):
    parts = mail[0].walk()
    return " ".join(
        next(p for p in parts if p.get_content_type() == "text/plain").get_content().split()
    )


def _no_secret(job, outcome, secret):
    assert secret not in outcome.out + outcome.err
    for name in os.listdir(job.ledger.parent):
        if name.startswith("alerts.db"):
            assert secret.encode() not in job.ledger.with_name(name).read_bytes()


# -- webhooks --------------------------------------------------------------------


def test_a_signed_webhook(job, hook, monkeypatch):
    monkeypatch.setenv("CCM_WEBHOOK_KEY", "whsec_" + base64.b64encode(b"the key").decode())
    outcome = job.night("2023-06-30", to=[hook.url])
    assert outcome.code == 0
    ((headers, data),) = hook.taken
    body = json.loads(data)
    headers = {name.lower(): value for name, value in headers.items()}
    assert headers["idempotency-key"] == headers["webhook-id"] == body["id"]
    signed = f"{body['id']}.{headers['webhook-timestamp']}.".encode() + data
    digest = hmac.new(b"the key", signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    _no_secret(job, outcome, "whsec_")
    _no_secret(job, outcome, "t0ken-in-path")


@pytest.mark.parametrize("answer", [500, 503, 429, (429, {"Retry-After": "3"}), 408])
def test_a_webhook_that_fails_for_a_while(job, hook, answer):
    hook.answers.extend([answer, answer])
    outcome = job.night("2023-06-30", to=[hook.url])
    assert outcome.code == 0
    assert outcome.err.count(": retry ") == 2
    if isinstance(answer, tuple):
        assert "wait=3.0" in outcome.err
    keys = [headers["Idempotency-Key"] for headers, _ in hook.requests]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert len({data for _, data in hook.requests}) == 1


@pytest.mark.parametrize("answer", [400, 404, 410, 500])
def test_a_webhook_that_fails_all_night_is_caught_up_with(job, hook, answer):
    hook.always = answer
    assert job.night("2023-06-30", to=[hook.url]).code == 1
    job.report()
    assert job.night("2023-07-01", to=[hook.url]).code == 1
    hook.always = None
    assert job.night("2023-07-02", to=[hook.url]).code == 0
    assert [body["kind"] for body in hook.bodies] == ["digest", "operator", "alerts", "operator"]
    assert len({body["id"] for body in hook.bodies}) == 4


def test_a_redirect_is_not_followed(job, hook):
    hook.always = (302, {"Location": "https://elsewhere.example.org/?stolen"})
    outcome = job.night("2023-06-30", to=[hook.url])
    assert outcome.code == 1
    assert "a redirect to elsewhere.example.org, which is not followed" in outcome.err
    assert {headers["Idempotency-Key"] for headers, _ in hook.requests}


def test_a_webhook_that_hangs(job, hook):
    hook.answers.extend([0.4, 0.4])
    text = f"""
    [delivery]
    attempts = 3
    pause = 0
    timeout = 0.1
    [channel.hook]
    url = "{hook.url}"
    [[route]]
    name = "desk"
    channel = "hook"
    """
    outcome = job.night("2023-06-30", *job.config(text))
    assert outcome.code == 0, outcome.err
    assert "did not answer in time" in outcome.err
    assert len(hook.taken) == 1


def test_one_channel_that_is_down_holds_back_no_other(job, hook, inbox, mail_url):
    hook.always = 500
    outcome = job.night("2023-06-30", "--operator", mail_url, to=[hook.url, mail_url])
    assert outcome.code == 1
    subjects = [mail["Subject"] for mail, _, _ in inbox.mails]
    assert subjects[0].startswith("[ccm-check] What stands")
    assert subjects[1:] == ["[ccm-check] 1 fault"]
    # It is told once, and once more when it is over.
    job.night("2023-07-01", "--operator", mail_url, to=[hook.url, mail_url])
    hook.always = None
    assert job.night("2023-07-02", "--operator", mail_url, to=[hook.url, mail_url]).code == 0
    assert [m["Subject"] for m, _, _ in inbox.mails][2:] == ["[ccm-check] 1 mended"]


# -- folders ---------------------------------------------------------------------


def test_a_folder_that_cannot_be_written(job, tmp_path):
    (tmp_path / "out").write_text("a file")
    outcome = job.night("2023-06-30")
    assert outcome.code == 1
    assert "cannot be written" in outcome.err
    (tmp_path / "out").unlink()
    assert job.night("2023-07-01").code == 0
    assert [m["kind"] for m in job.messages()].count("digest") == 1
    assert not list(job.folder.glob(".ccm*"))
