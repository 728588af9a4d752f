"""The rules as SQL: statements, dialects, and the databases that run them."""
