"""Facts in and out: CSV, the differences of two records, several records as one."""
