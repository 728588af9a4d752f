"""A few rules with a cache of their own, and the command line on them."""

from __future__ import annotations

import shutil
import sys
import tomllib
from typing import NamedTuple

import pytest

from ccm_rules.cli import invoke
from ccm_rules.compiler import rules_home
from ccm_rules.law.sheets import PROVISIONS

RULES = (
    "entry-into-force",
    "entry-into-force-of-the-treaty",
    "withdrawal",
    "initial-transparency-report",
)


class Run(NamedTuple):
    """What the command line said, and whether files were parsed for it."""

    code: int
    out: str
    err: str
    parsed: bool


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Where entries lie; the package itself is left alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return tmp_path / "cache" / "ccm-rules"


@pytest.fixture
def home(tmp_path):
    """A copy of four rules, with the vocabulary and the provisions, and without treaties."""
    home = tmp_path / "rules"
    (home / "ccm").mkdir(parents=True)
    shutil.copytree(rules_home() / PROVISIONS, home / PROVISIONS)
    shutil.copy(rules_home() / "vocabulary.toml", home)
    for name in RULES:
        for part in (".toml", ".cases.toml"):
            shutil.copy(rules_home() / "ccm" / f"{name}{part}", home / "ccm")
    return home


@pytest.fixture
def run(home, cache, monkeypatch, capsys):
    """Run the command line on these rules."""
    parsed = []
    real = tomllib.loads
    monkeypatch.setattr(tomllib, "loads", lambda text: parsed.append(text) or real(text))

    def run(*arguments, rules=home):
        parsed.clear()
        capsys.readouterr()
        code = invoke([*map(str, arguments or ("rules", "list")), "--rules", str(rules)])
        return Run(code, *capsys.readouterr(), bool(parsed))

    return run
