"""What a rule says: reading rule files, the treaties they belong to, and their languages."""
