"""What the output needs to know of rules and findings, beside their rows."""

from __future__ import annotations

from typing import NamedTuple


class RuleInfo(NamedTuple):
    """What the output shows of a rule.

    Attributes:
        name, title, summary, binding: as in the rule file.
        folder: the folder that it stands in (``ccm``).
        file: path of the file.
        instrument, article, quote, url, compared, compared_with, note: its authority.
        language: code of the language that the quotation is in.
        section: letter of the progress report's section that it belongs to, or empty.
    """

    name: str
    title: str
    summary: str
    binding: str
    folder: str
    file: str
    instrument: str
    article: str
    quote: str
    url: str
    compared: str
    compared_with: str
    note: str
    language: str
    section: str
    findings: tuple[str, ...]


class FindingInfo(NamedTuple):
    """What the output shows of a finding.

    Attributes:
        rule, name, severity, basis, status, says, remedy, silent_open: as in the
            rule file.
        relation: where its rows are.
        remedy_days: the variables of the days after which the remedy is not given.
        columns: the variables of a row with their types, in order.
        key: the variables that identify a finding from one day to the next.
        party, due: the variables of the State and of the day, or empty.
        of_duty: whether it speaks of the status of its rule's duty.
    """

    rule: str
    name: str
    relation: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    party: str
    due: str
    status: str
    severity: str
    basis: str
    says: str
    remedy: str
    remedy_days: tuple[str, ...]
    of_duty: bool
    silent_open: bool
