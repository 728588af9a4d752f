"""Words: languages, lengths of time, names of States, and templates of sentences."""
