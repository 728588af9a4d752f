"""The pictures of a document: of a report, a drawing and the same in words.

Each is a function of the material that makes a `Picture`, or ``None`` where the record
has nothing to draw.
"""

from ccm_rules.documents.pictures.deadline_bars import timeline
from ccm_rules.documents.pictures.decision_days import decision_times
from ccm_rules.documents.pictures.reporting_years import reporting_rate
from ccm_rules.documents.pictures.status_matrix import matrix

__all__ = ["decision_times", "matrix", "reporting_rate", "timeline"]
