"""A small rulebook and record of our own, so that no law or record can break these tests."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ccm_rules.cli import invoke
from ccm_rules.compiler import rules_home
from tests.cli.sample_record import RECORD

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """Our own rules, over the shipped vocabularies."""
    place = tmp_path_factory.mktemp("rules")
    shutil.copytree(HERE / "rules", place, dirs_exist_ok=True)
    for name in ("vocabulary.toml", "ccm/vocabulary.toml", "lap/vocabulary.toml"):
        shutil.copy(rules_home() / name, place / name)
    return place


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("CCM_TRACEBACK", raising=False)


@pytest.fixture
def record():
    """The record as data, to be changed at will."""
    return copy.deepcopy(RECORD)


class Result:
    """What a run said."""

    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code = code
        self.bytes = out
        self.out = out.decode("utf-8", "replace")
        self.err = err.decode("utf-8", "replace")
        assert "Traceback" not in self.err, self.err

    @property
    def said(self) -> str:
        return " ".join(self.err.split())


def _complete(arguments, home, rules, engine):
    arguments = [str(argument) for argument in arguments]
    plain = {"rules", "schema", "--help", "-h", "--version"}
    if rules and arguments[0] not in plain:
        arguments += ["--rules", str(home)]
    if engine and arguments[0] not in {*plain, "facts"}:
        arguments += ["--engine", "sqlite"]
    return arguments


@pytest.fixture
def ccm(home, tmp_path, monkeypatch, capsysbinary):
    """Run the command line in this process, on our rules, with one engine."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, rules=True, engine=True):
        capsysbinary.readouterr()
        code = invoke(_complete(arguments, home, rules, engine))
        return Result(code, *capsysbinary.readouterr())

    return run


@pytest.fixture
def process(home, tmp_path):
    """The same in a process of its own."""

    def run(*arguments, rules=True, engine=True, env=None, stdout=subprocess.PIPE):
        environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1]), **(env or {})}
        done = subprocess.run(
            [sys.executable, "-m", "ccm_rules", *_complete(arguments, home, rules, engine)],
            cwd=tmp_path,
            env=environment,
            stdout=stdout,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
        return Result(done.returncode, done.stdout or b"", done.stderr)

    return run


@pytest.fixture
def save(tmp_path):
    """Write a facts file."""

    def write(data, name="facts.json"):
        place = tmp_path / name
        if isinstance(data, bytes):
            place.write_bytes(data)
        else:
            text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, indent=1)
            place.write_text(text, encoding="utf-8")
        return place

    return write


@pytest.fixture
def facts(save, record):
    """The record as a file."""
    return save(record)
