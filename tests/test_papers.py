"""What the papers point at is there: every file that a page names, and every link."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

PAPERS = [
    path
    for path in sorted(ROOT.glob("**/*.md"))
    if not path.relative_to(ROOT).parts[0].startswith(".")
    and "expected" not in path.parts
    and path.name != "CHANGELOG.md"
]
#: A file of the checkout in code quotes, such as `ccm_rules/dates.py` or `bulk.py`.
NAMED = re.compile(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|toml|md|json|tsv|txt|service|timer))`")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
TOPS = ("ccm_rules", "rules", "facts", "tests", "docs", "bench")
FILES = [path.relative_to(ROOT) for top in TOPS for path in (ROOT / top).rglob("*")]
FILES += [path.relative_to(ROOT) for path in ROOT.iterdir() if path.is_file()]
ENDS = {"/".join(path.parts[n:]) for path in FILES for n in range(len(path.parts))}
#: Files of a reader's own, in examples.
EXAMPLES = re.compile(r"NAME|-NN|THIS-YEAR|my-|record\.|ours|theirs|routes\.toml|names?\.toml")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_paper_names_what_is_there(paper):
    text = re.sub(r"^(?:    |```).*$", "", paper.read_text(encoding="utf-8"), flags=re.M)
    gone = [name for name in NAMED.findall(text) if name not in ENDS and not EXAMPLES.search(name)]
    gone += [link for link in LINK.findall(text) if not (paper.parent / link).exists()]
    assert gone == []
