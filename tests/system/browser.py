"""Chromium without a screen, driven over its pipe (the DevTools protocol)."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import tempfile
import time

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)


class Browser:
    """A browser with one page, and every request that the page makes."""

    def __init__(self) -> None:
        self._home = tempfile.mkdtemp(prefix="ccm-browser-")
        ours, theirs = os.pipe(), os.pipe()
        command = ["chromium", *_FLAGS, f"--user-data-dir={self._home}", "about:blank"]

        def pipes() -> None:
            # The browser reads commands from file 3 and writes to file 4.
            read, write = os.dup(ours[0]), os.dup(theirs[1])
            os.dup2(read, 3)
            os.dup2(write, 4)

        self._process = subprocess.Popen(
            command,
            preexec_fn=pipes,
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(ours[0])
        os.close(theirs[1])
        self._to, self._from = ours[1], theirs[0]
        self._rest = b""
        self._number = 0
        self._session = ""
        self._events: list[dict] = []
        page = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self._home, ignore_errors=True)

    def call(self, method: str, **parameters: object) -> dict:
        """Call a method and wait for its answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        number = self._number
        while True:
            answer = self._read(60)
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]
            self._events.append(answer)

    def _read(self, seconds: float) -> dict:
        until = time.monotonic() + seconds
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], max(0, until - time.monotonic()))
            assert ready, "the browser does not answer"
            data = os.read(self._from, 1 << 20)
            assert data, "the browser has gone"
            self._rest += data
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def events(self, method: str) -> list[dict]:
        """Events of a kind since the page was opened."""
        self.call("Runtime.evaluate", expression="1")
        return [e["params"] for e in self._events if e.get("method") == method]

    def open(self, address: str, *, scripts: bool = True) -> None:
        """Open an address anew and wait until it is loaded."""
        self._load("about:blank")
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self._events.clear()
        self._load(address)

    def _load(self, address: str) -> None:
        # A load of the page before may be told late, so it is asked which load it was.
        loader = self.call("Page.navigate", url=address)["loaderId"]
        while not any(
            e.get("method") == "Page.lifecycleEvent"
            and (e["params"]["loaderId"], e["params"]["name"]) == (loader, "load")
            for e in self._events
        ):
            self._events.append(self._read(60))

    def run(self, expression: str) -> object:
        """Evaluate an expression in the page."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str, code: int, text: str = "") -> None:
        """Press a key."""
        extra = {"text": text} if text else {}
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                **(extra if kind == "keyDown" else {}),
            )

    def requests(self) -> list[str]:
        """Addresses that the page asked for."""
        return [e["request"]["url"] for e in self.events("Network.requestWillBeSent")]

    def complaints(self) -> list[str]:
        """What the browser's console says is wrong."""
        said = [e["entry"]["text"] for e in self.events("Log.entryAdded")]
        thrown = self.events("Runtime.exceptionThrown")
        return said + [str(e["exceptionDetails"].get("text")) for e in thrown]
