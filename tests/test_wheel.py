"""The wheel: what is in it, that it works on every Python that it names, and that it is typed.

The environment variable PYTHONS names interpreters to try beside the one that runs
this; unless it does, those are tried that can be found.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest

from tests.conftest import COMMON, REAL, ROOT

pytestmark = pytest.mark.slow

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAMED = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))


def run(*command, **options):
    """What a command prints; a shim of a version manager may be there and run nothing."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, env=environment, **options
    )


def interpreters():
    """The interpreters to try, by version."""
    names = os.environ.get("PYTHONS", "").split()
    found = {}
    for name in (sys.executable, *(names or [f"python{version}" for version in NAMED])):
        if path := shutil.which(name):
            said = run(path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
            if said.returncode == 0:
                found.setdefault(said.stdout.strip(), path)
        assert path or not names, f"PYTHONS: there is no {name}"
    return found


PYTHONS = interpreters()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    place = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", place, ROOT, check=True)
    (made,) = place.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment with the wheel and what it needs, by the version of Python."""
    made = {}

    def environment(version):
        if version not in made:
            made[version] = place = tmp_path_factory.mktemp(f"python{version}")
            run(PYTHONS[version], "-m", "venv", place, check=True)
            run(place / "bin/python", "-m", "pip", "install", "-q", wheel, check=True)
        return made[version] / "bin"

    return environment


def files(place, under):
    names = (p.relative_to(under) for p in place.rglob("*") if p.is_file())
    return {str(name) for name in names if "__pycache__" not in name.parts}


def test_what_is_in_it(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {name for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert "ccm_rules/py.typed" in ours
    data = files(ROOT / "rules", ROOT) | files(ROOT / "facts", ROOT)
    assert ours == files(ROOT / "ccm_rules", ROOT) | {f"ccm_rules/_data/{name}" for name in data}


@pytest.mark.parametrize("version", sorted({*NAMED, *PYTHONS}))
def test_on_interpreter(version, installed, tmp_path, capsys):
    if version not in PYTHONS:
        pytest.skip(f"no Python {version} is named by PYTHONS or found")
    place = installed(version)
    with capsys.disabled():
        print(f"\nthe wheel on {run(place / 'python', '-VV').stdout.strip()}: {PYTHONS[version]}")
    for facts in (REAL, COMMON):
        shutil.copy(facts, tmp_path)
    for arguments in (
        ["check", REAL.name, "--engine", "sqlite"],
        ["report", REAL.name, "--engine", "sqlite"],
        ["rules", "test", "ccm", "--no-mutants", "--engine", "sqlite"],
    ):
        theirs = run(place / "ccm-check", *arguments, cwd=tmp_path)
        ours = run(sys.executable, "-m", "ccm_rules", *arguments, cwd=tmp_path)
        assert (theirs.stdout, theirs.returncode) == (ours.stdout, ours.returncode), arguments
        assert theirs.stderr == ""
        assert theirs.stdout
    consumer = ROOT / "tests" / "typed_consumer.py"
    run(place / "python", consumer, REAL, check=True, cwd=tmp_path)


def test_a_typed_program_can_rest_on_it(installed, tmp_path):
    """Without py.typed, or with a public name that has no type, mypy has something to say."""
    consumer = shutil.copy(ROOT / "tests" / "typed_consumer.py", tmp_path)
    mypy = (sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache")
    python = installed(next(iter(PYTHONS))) / "python"
    found = run(*mypy, "--python-executable", python, consumer, cwd=tmp_path)
    assert (found.stdout, found.returncode) == ("Success: no issues found in 1 source file\n", 0)
