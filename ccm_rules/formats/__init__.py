"""How documents are written: for a terminal, for paper, for the web and for programs."""
