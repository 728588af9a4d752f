"""The rules of ``rules/ccm`` as a good Python programmer would write them by hand.

A yardstick for the engines, and no part of the tool. There is no engine here and
no intermediate form: facts are put apart by State, and a plain function a rule
looks at the few facts of one State. Days are ordinals, vague days pairs of bounds;
where the record cannot tell, -1 (no), 0 (perhaps) and 1 (yes) stand for the truth.

It finds the rows that the engines find, and nothing else: no sentences, and no
tree of what a finding rests on. `tests/bench` holds it against the engines. That it
says the law a second time is the point; nothing but a benchmark may import it.
"""

from __future__ import annotations

from bench.handwritten import clarifications, extensions, participation, reports
from bench.handwritten.record import Dossiers
from ccm_rules.record import Base
from ccm_rules.record.relations import Row

Findings = dict[str, set[Row]]


def findings(base: Base) -> Findings:
    """The rows of every finding, by the relation that the engines keep them in.

    Args:
        base: what the engines start from.
    """
    dossiers = Dossiers(base)
    found: Findings = {}
    states = participation.Totals(dossiers)
    years = reports.Years(dossiers)
    for dossier in dossiers:
        participation.judge(dossier, states, found)
        reports.judge(dossier, years, found)
        extensions.judge(dossier, found)
        clarifications.judge(dossier, found)
    states.judge(found)
    years.judge(found)
    return found
