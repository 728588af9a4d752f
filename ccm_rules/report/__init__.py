"""From derivations to findings, duties, numbers, histories, and why they hold."""
