"""The public names of the package."""

from __future__ import annotations

import doctest

import pytest

import ccm_rules
from ccm_rules.formats import csv_, terminal
from ccm_rules.words import counting


def test_every_public_name_is_there_and_documented():
    assert sorted(ccm_rules.__all__) == sorted(set(ccm_rules.__all__))
    for name in ccm_rules.__all__:
        value = getattr(ccm_rules, name)
        if callable(value):
            assert value.__doc__, name


def test_check_stays_a_function():
    """The module of the same name must not take its place."""
    import importlib

    importlib.import_module("ccm_rules.report.checking")
    from ccm_rules import check

    assert callable(check)


def test_unknown_names():
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        ccm_rules.chekc  # noqa: B018


@pytest.mark.parametrize(
    "module", [ccm_rules, counting, csv_, terminal], ids=lambda m: m.__name__
)
def test_examples_run(module):
    outcome = doctest.testmod(module)
    assert outcome.attempted
    assert not outcome.failed
