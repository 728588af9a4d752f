"""For who writes rules: cases, changed rules, lint, schemas. Nothing of it runs in a check."""
