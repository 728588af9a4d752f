"""What people see: the commands in a real terminal of 80 columns (tmux)."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

ROOT = Path(__file__).resolve().parent.parent.parent
CCM = f"{shlex.quote(sys.executable)} -m ccm_rules"
COMMANDS = [
    "facts/2023.json",
    "deadlines facts/2023.json",
    "history facts/2023.json --party TGO",
    "explain initial-transparency-report:TGO facts/2023.json",
    "rules",
    "--help",
    "check --help",
    "explain --help",
    "history --help",
]


class Terminal:
    """A tmux session of 80 columns with a plain shell."""

    def __init__(self) -> None:
        self.socket = f"ccm-{uuid.uuid4().hex[:8]}"
        environment = {**os.environ, "PS1": "$ ", "TERM": "xterm-256color"}
        environment.pop("NO_COLOR", None)
        shell = "bash --norc --noprofile"
        new = ["new-session", "-d", "-x", "80", "-y", "50", "-c", str(ROOT), shell]
        subprocess.run(
            ["tmux", "-L", self.socket, "-f", "/dev/null", *new], check=True, env=environment
        )
        self.tmux("set-option", "-g", "history-limit", "50000")
        self.tmux("new-window", "-c", str(ROOT), "bash --norc --noprofile")

    def tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self.socket, *arguments], check=True, capture_output=True, text=True
        )
        return done.stdout

    def run(self, command: str) -> tuple[str, str]:
        """Run a command; give the plain lines and the ones with escape sequences."""
        mark = uuid.uuid4().hex[:12]
        self.tmux("send-keys", f"clear; tmux -L {self.socket} clear-history; {command}; "
                  f"echo code $? {mark[:6]}''{mark[6:]}", "Enter")  # fmt: skip
        for _ in range(600):
            plain = self.tmux("capture-pane", "-p", "-S", "-")
            if mark in plain:
                return plain, self.tmux("capture-pane", "-p", "-e", "-S", "-")
            time.sleep(0.1)
        raise AssertionError(f"{command} did not end: {plain[-500:]}")

    def close(self) -> None:
        socket = self.tmux("display-message", "-p", "#{socket_path}").strip()
        self.tmux("kill-server")
        Path(socket).unlink(missing_ok=True)


@pytest.fixture(scope="module")
def terminal():
    made = Terminal()
    yield made
    made.close()


def piped(command: str) -> list[str]:
    done = subprocess.run(
        f"{CCM} {command}", shell=True, cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip
    return done.stdout.rstrip().splitlines()


@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_is_broken_by_the_terminal(terminal, command):
    lines = [line.rstrip() for line in piped(command)]
    assert all(len(line) <= 80 or re.fullmatch(r" *https?://\S+", line) for line in lines)
    # Only an address may be longer; the terminal goes on with it in the next row.
    expected = [line[at : at + 80] for line in lines for at in range(0, max(len(line), 1), 80)]
    plain, _ = terminal.run(f"{CCM} {command}")
    shown = [line.rstrip() for line in plain.splitlines()]
    start = shown.index(expected[0])
    assert shown[start : start + len(expected)] == expected


def test_the_exit_code_and_the_summary_come_last(terminal):
    plain, _ = terminal.run(f"{CCM} facts/2023.json")
    lines = plain.rstrip().splitlines()
    end = next(n for n, line in enumerate(lines) if line.startswith("code "))
    assert lines[end].startswith("code 1 ")
    assert "engine" in lines[end - 1]


def test_colour_in_a_terminal_and_none_where_it_is_not_wanted(terminal):
    _, coloured = terminal.run(f"{CCM} facts/2023.json")
    assert re.search(r"\x1b\[([0-9;]*m\x1b\[)*([0-9]+;)*31m *Serious \(", coloured)
    _, plain = terminal.run(f"NO_COLOR=1 {CCM} facts/2023.json")
    body = plain[plain.index("Convention on Cluster") :]
    assert "Serious (" in body
    assert "\x1b[" not in body
