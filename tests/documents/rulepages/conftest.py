"""The pages of the shipped rules, made once."""

from __future__ import annotations

import pytest

from ccm_rules.documents.rulepages import pages as docs


@pytest.fixture(scope="session")
def english():
    return docs.files()


@pytest.fixture(scope="session")
def french():
    return docs.files(language="fr")
