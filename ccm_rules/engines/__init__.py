"""Engines: the intermediate form, who runs it, and how their answers are compared."""
