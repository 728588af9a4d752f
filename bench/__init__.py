"""How fast it is: whole commands (`run`), and engines on large records (`engines`)."""
