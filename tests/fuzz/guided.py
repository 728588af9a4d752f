"""Coverage-guided fuzzing with atheris: ``python -m tests.fuzz.guided TARGET [libFuzzer options]``.

What `tests.fuzz.run` grows at random, this lets grow towards lines of the code that
no input reached yet. Needs the extra ``fuzz``. A crash is written as a file of the
directory that ``-artifact_prefix=`` names; put it into ``tests/fuzz/corpus/TARGET/``.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["ccm_rules"]):
    from tests.fuzz import mutation, run, targets

_FORMS: dict[str, tuple[Any, Any, tuple[str, ...], tuple[str, ...]]] = {
    "facts": (json.loads, mutation.as_json, mutation.JSON_RAW, targets.FACT_KEYS),
    "check": (json.loads, mutation.as_json, mutation.JSON_RAW, targets.FACT_KEYS),
    "rules": (tomllib.loads, mutation.as_toml, mutation.TOML_RAW, targets.RULE_KEYS),
    "vocabulary": (tomllib.loads, mutation.as_toml, mutation.TOML_RAW, targets.WORD_KEYS),
    "routes": (tomllib.loads, mutation.as_toml, mutation.TOML_RAW, targets.ROUTE_KEYS),
}


def main() -> None:
    """Fuzz until somebody stops it, or as long as ``-max_total_time=`` says."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in targets.TARGETS:
        sys.exit(f"name one of {', '.join(targets.TARGETS)}")
    target = targets.TARGETS[name]
    directory = Path(tempfile.mkdtemp(prefix="ccm-fuzz-"))

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        choose = random.Random(seed)
        if choose.random() < 0.1 or not data.strip():
            return target.grow(choose)[:most]
        if name in _FORMS and choose.random() < 0.7:
            read, write, raw, keys = _FORMS[name]
            try:
                tree = mutation.tree_of(read(data.decode()))
                tree = mutation.disturb(tree, choose, raw, keys)
                return bytes(write(tree).encode(errors="surrogatepass")[:most])
            except (ValueError, RecursionError):
                pass
        if name == "periods":
            return target.grow(choose)
        return mutation.bytewise(data, choose)[:most]

    def one(data: bytes) -> None:
        run.tried(target, data, directory)

    arguments = [sys.argv[0], "-max_len=20000", *sys.argv[2:]]
    atheris.Setup(arguments, one, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
