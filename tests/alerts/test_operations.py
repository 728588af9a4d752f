"""The files that docs/nightly.md points to, and what it promises, hold."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

import ccm_rules
from ccm_rules.alerts.reading import read_config
from ccm_rules.cli.alert import command

DOCS = Path(__file__).resolve().parents[2] / "docs"
OPERATIONS = DOCS / "operations"


def test_the_example_of_a_routing_file_is_one():
    config = read_config(str(OPERATIONS / "routes.toml"), ccm_rules.party_names())
    assert [route.name for route in config.routes] == ["everything", "reports", "chad"]
    from ccm_rules.alerts.routing import Router

    Router(config, ccm_rules.load_rules())  # every rule that it names is there


def _commands():
    service = (OPERATIONS / "ccm-alert.service").read_text().replace("\\\n", " ")
    yield re.search(r"^ExecStart=(.*)$", service, re.M)[1]
    cron = (OPERATIONS / "crontab").read_text()
    yield re.search(r"ccm-check alert .*? 2>>", cron)[0].removesuffix("2>>")


@pytest.mark.parametrize("line", list(_commands()))
def test_the_commands_that_are_shown_can_be_given(line):
    words = shlex.split(line)
    words = words[words.index("alert") + 1 :]
    context = click.Context(command)
    command.parse_args(context, words)
    assert context.params["ledger"] == "/var/lib/ccm-alert/alerts.db"


def test_every_key_of_a_routing_file_is_explained():
    from ccm_rules.alerts.route_tables import ChannelTable, RoutesFile, Which
    from ccm_rules.law.grammar import entries

    text = (DOCS / "nightly.md").read_text() + (OPERATIONS / "routes.toml").read_text()
    keys = {one.name for table in (RoutesFile, Which, ChannelTable) for one in entries(table)}
    keys -= {"batch", "url_env", "key_env"}  # "and so on"; 500 events
    assert [key for key in sorted(keys) if not re.search(rf"\b{key}\b", text)] == []
