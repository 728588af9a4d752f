"""The layout: a room imports only rooms below it, and nothing walks in a circle.

Rooms stand in ``ROOMS`` from the bottom up. Imports inside functions count as much as
those at the head of a module; what is under ``TYPE_CHECKING`` never runs and does not
count. A module above 400 lines says in its docstring ``Long because …``.
"""

from __future__ import annotations

import ast
import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.conftest import ROOT

PACKAGE = ROOT / "ccm_rules"
ROOMS = (
    "errors",
    "bounded",
    "dates",
    "words",
    "law",
    "record",
    "compiler",
    "engines",
    "report",
    "authoring",
    "ccm_rules",
    "documents",
    "formats",
    "alerts",
    "cli",
)
#: What a report's rows stand in; only the room that makes reports reads it.
ROWS = ("evaluation",)
LONG, TOO_LONG = 400, 550


def modules() -> dict[str, Path]:
    """Every module by its dotted name, packages included."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


@functools.cache
def tree(name: str) -> ast.Module:
    """A module, parsed."""
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def running(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those that only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from running(child)


def imports(name: str) -> set[str]:
    """The modules of the package that a module names in its imports."""
    found: set[str] = set()
    for node in running(tree(name)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports relatively"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in MODULES else node.module or "")
    return {module for module in found if module in MODULES and module != name}


GRAPH = {name: imports(name) for name in MODULES}


def room(name: str) -> str:
    """The room of a module; the top of the package, with ``__main__``, is one of them."""
    parts = name.split(".")
    if len(parts) == 1:
        return parts[0]
    return "cli" if parts[1] == "__main__" else parts[1]


def circles(graph: Mapping[str, Iterable[str]]) -> set[str]:
    """Every set of nodes that reach each other, as a line."""
    reached: dict[str, set[str]] = {}
    for start in graph:
        seen: set[str] = set()
        new = set(graph[start])
        while new:
            seen |= new
            new = {after for node in new for after in graph[node]} - seen
        reached[start] = seen
    return {
        " ↔ ".join(sorted(other for other in reached[one] if one in reached[other]))
        for one in graph
        if one in reached[one]
    }


def upward() -> set[str]:
    """Imports of a room that stands higher."""
    return {
        f"{name} → {other}"
        for name, others in GRAPH.items()
        for other in others
        if ROOMS.index(room(name)) < ROOMS.index(room(other))
    }


def circles_of(inside: str) -> set[str]:
    """Circles of what stands in a folder: its files, and its folders as wholes."""
    depth = len(inside.split(".")) + 1

    def whole(name: str) -> str:
        return ".".join(name.split(".")[:depth])

    graph: dict[str, set[str]] = {}
    for name, others in GRAPH.items():
        if f"{name}.".startswith(f"{inside}."):
            those = {whole(other) for other in others if f"{other}.".startswith(f"{inside}.")}
            graph.setdefault(whole(name), set()).update(those - {whole(name)})
    return circles(graph)


def rows_read() -> set[str]:
    """Modules above report/ that reach for the rows of a report."""
    return {
        name
        for name in MODULES
        if ROOMS.index(room(name)) > ROOMS.index("report")
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Attribute) and node.attr in ROWS
    }


def lines(name: str) -> int:
    """How long a module is."""
    return len(MODULES[name].read_text(encoding="utf-8").splitlines())


def long_and_silent() -> set[str]:
    """Long modules whose docstring does not say ``Long because …``."""
    return {
        name
        for name in MODULES
        if lines(name) > LONG and "Long because" not in (ast.get_docstring(tree(name)) or "")
    }


def test_a_room_imports_only_rooms_below():
    assert set(map(room, MODULES)) == set(ROOMS)
    assert upward() == set()


def test_files_import_each_other_in_no_circle():
    assert circles(GRAPH) == set()


def test_folders_import_each_other_in_no_circle():
    # Of rooms themselves the order is held above.
    packages = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    assert set().union(*map(circles_of, packages - {"ccm_rules"})) == set()


def test_no_two_modules_share_a_name():
    names = Counter(name.rpartition(".")[2] for name in MODULES)
    del names["__main__"]  # as Python wants it
    assert [name for name, times in names.items() if times > 1] == []


def test_nothing_above_the_report_reads_rows():
    assert rows_read() == set()


def test_no_module_is_too_long():
    assert {name for name in MODULES if lines(name) > TOO_LONG} == set()


def test_a_long_module_says_why():
    assert long_and_silent() == set()
