"""What holds of all tests: no silent skip, nothing private patched, a room for every directory."""

from __future__ import annotations

import ast
from pathlib import Path

import ccm_rules
from tests.conftest import ROOT

pytest_plugins = ["pytester"]

#: Directories of tests that mirror no room of the package, and what they look at.
ELSEWHERE = {"reading", "bench", "fuzz", "golden", "records", "system"}


SKIPPING = """
import pytest

def test_it():
    pytest.skip("rain")

@pytest.mark.skipif(True, reason="rain")
def test_that():
    pass

def test_a_library():
    pytest.importorskip("no_such_module")

@pytest.mark.xfail(reason="known")
def test_known():
    assert False

@pytest.mark.skipif(True, reason="drought")
def test_allowed():
    pass

def test_other_reason():
    pytest.skip("drought")
"""


def test_a_skip_that_is_not_on_the_list_fails(pytester):
    tests = pytester.mkdir("tests")
    (tests / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (tests / "skips.toml").write_text(
        '[[skip]]\ntest = "tests/test_one.py::test_allowed"\nreason = "drought"'
    )
    (tests / "test_one.py").write_text(SKIPPING)
    (tests / "test_two.py").write_text("import pytest\npytest.skip('rain', allow_module_level=1)")
    outcome = pytester.runpytest_subprocess("--continue-on-collection-errors")
    outcome.assert_outcomes(errors=2, failed=3, xfailed=1, skipped=1)


def patched(tree):
    """The names that calls like ``monkeypatch.setattr`` put something else in place of."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in ("setattr", "delattr", "object", "patch"):
            texts = (a.value for a in node.args[:2] if isinstance(a, ast.Constant))
            yield from ((node.lineno, text) for text in texts if isinstance(text, str))


def test_no_test_patches_a_private_name():
    found = [
        f"{file.relative_to(ROOT)}:{line}: {name}"
        for file in sorted(ROOT.glob("tests/**/*.py"))
        for line, name in patched(ast.parse(file.read_text(encoding="utf-8")))
        if any(part.startswith("_") and not part.startswith("__") for part in name.split("."))
    ]
    assert found == []


def test_tests_mirror_the_rooms():
    package = Path(ccm_rules.__file__).parent
    rooms = {p.name for p in package.iterdir() if p.is_dir() and not p.name.startswith("_")}
    tests = {p.name for p in (ROOT / "tests").iterdir() if (p / "__init__.py").exists()}
    assert tests - ELSEWHERE <= rooms
    assert rooms <= tests
