"""``python -m ccm_rules`` is ``ccm-check``."""

from ccm_rules.cli import run

run()
