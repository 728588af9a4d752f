"""A report as text, for a person to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ccm_rules.dates import in_words
from ccm_rules.documents.context import Context, at_threshold, authority_in_words, by_severity
from ccm_rules.formats.terminal import Terminal
from ccm_rules.report.findings import SEVERITIES, Finding
from ccm_rules.report.views import Report
from ccm_rules.words.counting import listed, plural, some

_DIGEST = 12
#: So many findings of one kind are told in one line, if they are mere information.
_MANY = 4
_TITLES = {"serious": "Serious", "warning": "Warnings", "notice": "Notices", "info": "Information"}


def render(report: Report, context: Context, terminal: Terminal) -> str:
    """Write everything: header, findings, what is open, and the sum."""
    header(report, context, terminal)
    groups: dict[str, list[Finding]] = {severity: [] for severity in SEVERITIES}
    for finding in report.findings:
        groups[finding.severity].append(finding)
    for severity, findings in groups.items():
        if findings:
            terminal.write()
            terminal.write(f"{_TITLES[severity]} ({len(findings):,})", severity)
            if severity == "info" and not context.full:
                findings = _in_short(report, findings, terminal)
            _findings(report, findings, terminal)
    if report.open:
        _open(report, terminal)
    if report.record.warnings:
        terminal.write()
        terminal.write("Odd in the files, but usable", "bold")
        for warning in report.record.warnings:
            terminal.write(f"- {warning}", indent=2, hang=2)
    terminal.write()
    terminal.write(summary(report, context), "bold")
    return terminal.text()


def header(
    report: Report,
    context: Context,
    terminal: Terminal,
    more: Iterable[tuple[str, str]] = (),
) -> None:
    """Write what was checked, on which day, with what; and more such rows."""
    record, rulebook = report.record, report.rulebook
    terminal.write(record.title or "A record without a title", "bold")
    known = "everything in the record"
    if report.known_by is not None:
        known = f"only what was known by {in_words(report.known_by, report.known_by)}"
    engines = f"{report.engines[0]} alone"
    if len(report.engines) > 1:
        engines = f"{listed(report.engines)}, which agree on every derivation"
    rows = [
        *more,
        ("as of", in_words(report.as_of, report.as_of)),
        ("known", known),
        ("engines", engines),
        ("facts", f"{len(record.facts):,} · {record.digest[:_DIGEST]} · {', '.join(record.files)}"),
        (
            "rules",
            f"{len(rulebook.rules):,} · {rulebook.digest[:_DIGEST]} · "
            f"{', '.join(rulebook.folders)}",
        ),
    ]
    filters = context.filters
    if filters:
        name = report.words.party
        if filters.parties:
            rows.append(("only", ", ".join(f"{name(code)} ({code})" for code in filters.parties)))
        if filters.select:
            rows.append(("select", ", ".join(filters.select)))
        if filters.ignore:
            rows.append(("ignore", ", ".join(filters.ignore)))
    rows += [("note", note) for note in context.notes]
    terminal.table(rows)


def _in_short(report: Report, findings: list[Finding], terminal: Terminal) -> list[Finding]:
    """Name the States of what is said of many; return what is left to be written out."""
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((finding.rule, finding.name), []).append(finding)
    many = {kind: group for kind, group in kinds.items() if len(group) >= _MANY}
    if many:
        terminal.write()
    for (rule, name), group in sorted(many.items()):
        names = listed(dict.fromkeys(finding.party_name for finding in group))
        title = report.rulebook.rules[rule].title
        what = name.replace("-", " ")
        terminal.write(f"{title}: {what} ({len(group):,}): {names}", indent=2, hang=2)
    if many:
        terminal.write("(--full writes these out)", "dim", 2)
    return [finding for finding in findings if (finding.rule, finding.name) not in many]


def _findings(report: Report, findings: Sequence[Finding], terminal: Terminal) -> None:
    parties: dict[str, list[Finding]] = {}
    for finding in findings:
        parties.setdefault(finding.party, []).append(finding)
    for party, group in parties.items():
        terminal.write()
        terminal.write(group[0].party_name if party else "The record as a whole", "bold", 2)
        for number, finding in enumerate(group):
            if number:
                terminal.write()
            _finding(report, finding, terminal)


def _finding(report: Report, finding: Finding, terminal: Terminal) -> None:
    rule = report.rulebook.rules[finding.rule]
    terminal.write(finding.says, indent=4)
    terminal.write(
        f"{authority_in_words(rule)} · {finding.binding} · {finding.basis} · {finding.fingerprint}",
        "dim",
        4,
    )
    if finding.remedy:
        terminal.write(f"→ {finding.remedy}", indent=4, hang=2)


def _open(report: Report, terminal: Terminal) -> None:
    terminal.write()
    terminal.write(f"What the record cannot tell ({_opened(report):,})", "open")
    terminal.write()
    for item in report.open:
        names = sorted(map(report.words.party, item.parties))
        who = f"{plural(len(names), 'State')} ({some(names)})" if names else f"{item.number:,}"
        terminal.write(f"{item.title}: {who}", indent=2, hang=2)


def _opened(report: Report) -> int:
    """How many questions are open: a State once for each rule, whatever their number."""
    return sum(len(item.parties) or item.number for item in report.open)


def summary(report: Report, context: Context) -> str:
    """The sum, on one line."""
    counts = by_severity(report.findings)
    words = {
        severity: plural(number, severity, "" if severity in ("warning", "notice") else severity)
        for severity, number in counts.items()
        if number
    }
    fail_on = context.fail_on
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on != "never" else ()
    rest = [text for severity, text in words.items() if severity not in grave]
    parts = []
    if number := at_threshold(report.findings, fail_on):
        which = ", ".join(text for severity, text in words.items() if severity in grave)
        parts.append(f"{plural(number, 'finding')} at or above {fail_on}: {which}")
    elif grave or not rest:
        parts.append("No finding" + (f" at or above {fail_on}" if grave and rest else ""))
    opened = _opened(report)
    rules = len(report.rulebook.rules)
    of = plural(rules, "rule")
    if context.filters and context.rules != rules:
        of = f"{context.rules:,} of {of}"
    alone = f"one engine ({report.engines[0]})"
    engines = {1: alone, 2: "two engines agree"}.get(len(report.engines), "three engines agree")
    return (
        f"{'; '.join([*parts, *rest, f'{opened:,} open'])}. "
        f"{plural(len(report.record.facts), 'fact')}, {of}, {engines}."
    )


def sources(references: Iterable[str], report: Report, terminal: Terminal) -> None:
    """Write titles and addresses of the sources that some references name."""
    for name in dict.fromkeys(reference.partition(" ")[0] for reference in references):
        source = report.record.sources.get(name)
        if source is None:
            continue
        day = ""
        if source.published is not None:
            day = f" ({in_words(source.published.earliest, source.published.latest)})"
        terminal.write(f"{name}: {source.title}{day}", indent=2, hang=2)
        if source.url:
            terminal.write(source.url, "dim", 4, whole=True)
