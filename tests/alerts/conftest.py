"""Real parts to send to: a mail server, a web server, folders; and the job on a small record."""

from __future__ import annotations

import contextlib
import email
import email.policy
import json
import os
import socket
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jsonschema
import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from ccm_rules.authoring.schemas import ALERT
from ccm_rules.authoring.schemas import read as read_schema
from tests.cli.conftest import (  # noqa: F401 - fixtures
    _own_cache,
    ccm,
    facts,
    home,
    process,
    record,
    save,
)

_MESSAGE = jsonschema.Draft202012Validator(read_schema(ALERT))


class Inbox:
    """What a mail server took, and what it is told to answer next."""

    def __init__(self) -> None:
        self.mails = []
        self.refuse = {}
        self.answers = deque()
        self.logins = []
        self.pause = 0.0
        self.drop_after_data = 0
        self.transports = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.transports.append(server.transport)
        if self.pause:
            time.sleep(self.pause)
        if self.answers:
            answer = self.answers.popleft()
            if answer is not None:
                return answer
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((mail, tuple(envelope.rcpt_tos), envelope.content))
        if self.drop_after_data:
            self.drop_after_data -= 1
            server.transport.abort()
            return "250 OK"
        return "250 OK"

    def login(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"s3cret-pass", handled=False)


@contextlib.contextmanager
def _serve(inbox, **options):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield controller
    finally:
        for transport in inbox.transports:  # what a client left open
            controller.loop.call_soon_threadsafe(transport.abort)
        controller.stop()


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def mail_url(inbox):
    with _serve(inbox) as controller:
        yield (
            f"smtp://127.0.0.1:{controller.port}?tls=none&from=alerts@example.org"
            "&to=desk@example.org,isu@example.org"
        )


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    """The test's own authority is the one that this machine trusts."""
    place = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(place))
    monkeypatch.setenv("SSL_CERT_FILE", str(place))


def _tls(authority):
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def starttls_port(inbox, authority):
    with _serve(
        inbox,
        tls_context=_tls(authority),
        require_starttls=True,
        auth_required=True,
        authenticator=inbox.login,
    ) as controller:
        yield controller.port


@pytest.fixture
def smtps_port(inbox, authority):
    with _serve(inbox, ssl_context=_tls(authority)) as controller:
        yield controller.port


class Hook:
    """What a web server took, and what it answers next: codes, or a number of seconds to hang."""

    def __init__(self) -> None:
        self.requests = []
        self.taken = []
        self.answers = deque()
        self.always = None

    @property
    def bodies(self):
        return [json.loads(data) for _, data in self.taken]

    def kinds(self):
        return [event["kind"] for body in self.bodies for event in body.get("events", ())]


@pytest.fixture
def hook():
    state = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            data = self.rfile.read(length)
            if len(data) < length:
                return  # the sender died in the middle: nothing has come
            state.requests.append((dict(self.headers), data))
            answer = state.answers.popleft() if state.answers else state.always
            headers = {}
            if isinstance(answer, tuple):
                answer, headers = answer
            if isinstance(answer, float):
                time.sleep(answer)
                return
            code = answer or 200
            if code < 300:
                state.taken.append((dict(self.headers), data))
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}/hook/t0ken-in-path"
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def beat():
    """A dead-man's switch: how often it was called."""
    calls = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            calls.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/ping", calls
    server.shutdown()
    server.server_close()
    thread.join()


class Job:
    """Runs the nightly job on the record of the test, into a folder unless told otherwise."""

    def __init__(self, ccm, save, record, tmp_path) -> None:
        self._ccm, self._save = ccm, save
        self.record = record
        self.ledger = tmp_path / "alerts.db"
        self.folder = tmp_path / "out"
        self.path = tmp_path / "facts.json"
        self.write()

    def write(self):
        self._save(self.record)

    def night(self, day, *options, to=None, write=True):
        if write:
            self.write()
        if to is None and "--config" not in options:
            to = [self.folder.as_uri()]
        arguments = [part for url in to or () for part in ("--to", url)]
        return self._ccm(
            "alert", self.path, "--ledger", self.ledger, "--as-of", day, *arguments, *options
        )

    def messages(self):
        """What stands in the folder, in order of days."""
        found = [json.loads(p.read_text()) for p in sorted(self.folder.glob("*.json"))]
        for message in found:
            _MESSAGE.validate(message)
        return found

    def events(self):
        return [
            (e["day"], e["kind"], e["fingerprint"])
            for body in self.messages()
            for e in body.get("events", ())
        ]

    def ledger_command(self, name, *options):
        return self._ccm("ledger", name, self.ledger, *options, rules=False, engine=False)

    def config(self, text):
        place = self.ledger.with_name("routes.toml")
        place.write_text(text, encoding="utf-8")
        return "--config", place

    def report(self, party="TGO", day="2023-05-02", year=None):
        """Put a report on record, so that its finding changes."""
        self.record["facts"].append(
            {"fact": "report", "party": party, "kind": "initial", "date": day, "source": "PAPER"}
        )


@pytest.fixture
def job(ccm, save, record, tmp_path):
    record["registers"][0]["until"] = "2024-12-31"
    record["registers"][0]["parties"].append("NGA")
    return Job(ccm, save, record, tmp_path)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Nobody waits between attempts, and no setting of this machine gets in."""
    monkeypatch.setattr(time, "sleep", _sleeps(time.sleep))
    for name in list(os.environ):
        if name.startswith("CCM_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


def _sleeps(sleep):
    return lambda seconds: sleep(min(seconds, 0.01) if seconds >= 2 else seconds)
