"""Files that never end or never begin: a clear error, never a wait without end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ccm_rules.bounded import TooLargeError, read_whole

ROOT = Path(__file__).parent.parent
PY = sys.executable
FACTS = ROOT / "facts" / "2023.json"
WHOLE = ROOT / "facts" / "apmbc-2026.json"


def ccm(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ccm_rules", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe.json")
    return tmp_path / "pipe.json"


def test_a_pipe_that_nobody_writes_to_is_refused(fifo: Path) -> None:
    for arguments in (["check"], ["facts", "validate"], ["rules", "lint", "--rules"]):
        done = ccm(*arguments, fifo)
        assert done.returncode == 2, done.stdout
    assert "nobody writes to it" in ccm("check", fifo).stderr


def test_a_pipe_that_somebody_writes_to_is_read() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{PY} -m ccm_rules check <(sleep 2; cat {WHOLE}) --format=json"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert json.loads(done.stdout)["findings"]


@pytest.mark.parametrize(
    "command", ["export {0} -o {1}/tables", "diff {0} {0}", "merge {0} {0} -o {1}/both.json"]
)
def test_facts_are_read_once(tmp_path: Path, command: str) -> None:
    line = command.format(f"<(cat {WHOLE})", tmp_path)
    done = subprocess.run(
        ["bash", "-c", f"{PY} -m ccm_rules facts {line}"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr.count("cannot be read")) == (0, 0), done.stderr


def test_a_pipe_that_nobody_reads_is_not_written_to(fifo: Path) -> None:
    done = ccm("check", FACTS, "--output", fifo)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize("name", ["obligations.toml", "../vocabulary.toml"])
@pytest.mark.parametrize("device", ["zero", "fifo"])
def test_rule_files_that_do_not_end(tmp_path: Path, name: str, device: str) -> None:
    rules = tmp_path / "rules"
    subprocess.run(["cp", "-r", ROOT / "rules", rules], check=True)
    file = rules / "ccm" / name
    file.unlink()
    if device == "zero":
        file.symlink_to("/dev/zero")
    else:
        os.mkfifo(file)
    done = ccm("check", FACTS, "--rules", rules)
    assert done.returncode == 2
    assert ("is larger than" if device == "zero" else "nobody writes to it") in done.stderr
    assert file.name in done.stderr


def test_french_behind_a_dangling_link_is_not_none(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    subprocess.run(["cp", "-r", ROOT / "rules", rules], check=True)
    file = rules / "ccm" / "obligations.fr.toml"
    file.unlink()
    file.symlink_to("nowhere")
    done = ccm("brief", FACTS, "-o", tmp_path / "x.md", "--lang", "fr", "--rules", rules)
    assert done.returncode == 2
    assert "obligations.fr.toml: cannot be read" in done.stderr


def test_a_limit_is_kept(tmp_path: Path) -> None:
    (tmp_path / "five").write_bytes(b"12345")
    assert read_whole(tmp_path / "five", 5) == b"12345"
    with pytest.raises(TooLargeError, match="4 bytes"):
        read_whole(tmp_path / "five", 4)
