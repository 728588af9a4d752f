"""What several tests share: the rulebook, and the real records."""

from __future__ import annotations

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
