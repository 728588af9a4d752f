"""What several tests share: the rulebook, the real records, and which skips are allowed."""

from __future__ import annotations

import gc
import tomllib
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from ccm_rules.compiler import load_rules
from ccm_rules.record import load
from ccm_rules.words.states import party_names

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT / "facts" / "2023.json"
TODAY = ROOT / "facts" / "2026.json"
COMMON = ROOT / "facts" / "common.json"

hypothesis.settings.register_profile("default", deadline=None, print_blob=True)
hypothesis.settings.load_profile("default")


@pytest.fixture(scope="session")
def rulebook():
    return load_rules()


@pytest.fixture(scope="session")
def parties():
    return party_names()


@pytest.fixture(scope="session")
def real_record(rulebook, parties):
    return load([REAL], rulebook.vocabulary, parties)


def pytest_collection_finish() -> None:
    """What is there by now stays, so no collection of garbage need look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


# -- a skip that nobody allowed is a failure ------------------------------------------

_ALLOWED = {
    (one["test"], one["reason"])
    for one in tomllib.loads((ROOT / "tests" / "skips.toml").read_text(encoding="utf-8"))["skip"]
}


def _held(report):
    """The report of a test or a module; failed, if it was skipped and tests/skips.toml lacks it."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        if (report.nodeid, reason) not in _ALLOWED:
            report.outcome = "failed"
            report.longrepr = f"skipped, which tests/skips.toml does not allow: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    return _held((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    return _held((yield))
