"""The pages of the shipped rules, made once."""

from __future__ import annotations

import pytest

from ccm_rules.cli.rules.page_files import MARK
from ccm_rules.documents.rulepages import pages as docs
from ccm_rules.formats.markdown import render


def texts(**options):
    """Every page as the command writes it."""
    return {name: MARK + render(page) for name, page in docs.documents(**options).items()}


@pytest.fixture(scope="session")
def english():
    return texts()


@pytest.fixture(scope="session")
def french():
    return texts(language="fr")
