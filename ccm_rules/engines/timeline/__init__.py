"""The rules on every day of a span at once, instead of day by day."""
