"""Checking a record against a rulebook: a record, rules and a day in, a `Report` out."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence

from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import When, recorded
from ccm_rules.engines.choice import suited_engines
from ccm_rules.engines.compare import derive
from ccm_rules.errors import CcmError, EngineCrashedError
from ccm_rules.record import Base, base_relations, known_by, merge_record
from ccm_rules.record.model import Record
from ccm_rules.record.sentences import describe
from ccm_rules.report.evaluation import Evaluation
from ccm_rules.report.views import Report


def check(
    record: Record,
    rulebook: Rulebook,
    *,
    as_of: When | None = None,
    known: When | None = None,
    engines: Sequence[str] | None = None,
    parties: Mapping[str, str] | None = None,
) -> Report:
    """Judge a record on a day.

    Args:
        record: see `load`.
        rulebook: see `load_rules`.
        as_of: the day; the record's own unless given.
        known: only what was known by this day counts; everything unless given.
        engines: which engines derive it; those suited to its size unless given.
            Several must agree on every derivation. One of several that crashes twice
            counts as absent, and the report says so.
        parties: names of States by code.

    Raises:
        CcmError: there is no as-of day, it lies outside the years 1000 to 2999, or the
            rules are another treaty's.
        EnginesDifferError: the engines do not agree; nothing can be published.
        EngineError: an engine failed.
    """
    day = as_of if as_of is not None else record.as_of
    if day is None:
        raise CcmError("the record names no as-of day; give one")
    recorded(day)
    of_one_treaty(record, rulebook)
    names = rulebook.parties if parties is None else parties
    # Rows are many and make no circles: looking for some takes as long as making them.
    collects = gc.isenabled()
    gc.disable()
    try:
        if known is not None:
            record = known_by(record, known.latest)
        base = base_of(record, rulebook, day.latest, names)
        until = known.latest if known is not None else None
        chosen = tuple(engines) if engines else suited_engines(len(record.facts))
        try:
            return judge(base, record, rulebook, day.latest, until, chosen, names)
        except EngineCrashedError as error:
            left = tuple(engine for engine in chosen if engine != error.engine)
            if not left:
                raise
            report = judge(base, record, rulebook, day.latest, until, left, names)
            report.absent = (error.engine,)
            return report
    finally:
        if collects:
            gc.enable()


def base_of(record: Record, rulebook: Rulebook, as_of: int, parties: Mapping[str, str]) -> Base:
    """The rows that engines start from; of the rulebook only its vocabulary and language matter.

    Args:
        record: the record, already limited to what is known.
        rulebook: the rules.
        as_of: the day on which things are judged, as an ordinal.
        parties: names of States by code.
    """
    vocabulary = rulebook.vocabulary
    return base_relations(
        record,
        merge_record(record, vocabulary),
        vocabulary,
        as_of,
        parties,
        lambda one: describe(one, vocabulary, rulebook.language, parties),
        rulebook.treaty.since,
    )


def judge(
    base: Base,
    record: Record,
    rulebook: Rulebook,
    as_of: int,
    known: int | None,
    engines: Sequence[str],
    parties: Mapping[str, str],
) -> Report:
    """Judge rows that `base_of` made, by all of some engines; see `check`.

    Raises:
        EnginesDifferError: the engines do not agree; nothing can be published.
        EngineError: an engine failed.
    """
    derived = derive(rulebook, base, engines)
    evaluation = Evaluation(rulebook, base, derived, parties, as_of)
    return Report(as_of, known, tuple(engines), record, evaluation)


def of_one_treaty(record: Record, rulebook: Rulebook) -> None:
    """Refuse to judge a record by another treaty's rules.

    Raises:
        CcmError: the rules are not those that the record asks for.
    """
    if not (record.rules and rulebook.treaty.name):
        return
    from ccm_rules.law.treaty import told_apart, treaties_of

    if rulebook.treaty not in treaties_of(rulebook.treaties, record.rules):
        raise CcmError(
            f"the record asks for the rules of {told_apart(rulebook.treaties, record.rules)}, "
            f"and these are of the {rulebook.treaty.title}; load_rules(record.rules) has them"
        )
