"""The SQL engine: each clause is one SELECT, on SQLite from the standard library.

The statements are plain ANSI joins with NOT EXISTS, so the same text runs on
other databases. Relations are tables with one more column, ``certain``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping

from ccm_rules.compiler.program import (
    Absence,
    Clause,
    Condition,
    Count,
    Program,
    Row,
    Term,
    Variable,
)
from ccm_rules.engines.host import Rows
from ccm_rules.engines.sql.hearing import connect

_OPERATORS = {"==": "=", "!=": "<>"}
#: Row pairs from which an index costs less than the scans that it saves.
WORTH_AN_INDEX = 5_000


def marked(name: str) -> str:
    """A name with its capitals marked, as SQL takes ``A`` and ``a`` for one name."""
    if not name.islower() or "^" in name:
        name = "".join(f"^{c}" if "A" <= c <= "Z" or c == "^" else c for c in name)
    return name


def quote(name: str) -> str:
    """Quote an identifier, its capitals marked.

    >>> quote("recorded report place=Oslo")
    '"recorded report place=^Oslo"'
    """
    return quoted(marked(name))


def quoted(name: str) -> str:
    """Quote an identifier as it stands."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | int) -> str:
    """Write a constant."""
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def create_table(program: Program, relation: str) -> str:
    """The statement that makes a relation's table."""
    columns = ", ".join(
        f"{quote(name)} {'INTEGER' if type_ == 'int' else 'TEXT'} NOT NULL"
        for name, type_ in program.schema[relation]
    )
    return f"CREATE TABLE {quote(relation)} ({columns}, certain INTEGER NOT NULL)"


def select(program: Program, clause: Clause) -> str:
    """The SELECT that answers a clause: one column for each of its variables.

    Every column of every joined row is a constant or among these variables, and
    relations are sets, so no answer comes twice and DISTINCT is not needed.
    """
    bound, tables, where = joined(program, clause, quote)
    columns = ", ".join(bound[name] for name in clause.variables) or "1"
    text = f"SELECT {columns} FROM {', '.join(tables)}"
    return f"{text} WHERE {' AND '.join(where)}" if where else text


def joined(
    program: Program, clause: Clause, table: Callable[[str], str]
) -> tuple[dict[str, str], list[str], list[str]]:
    """What a clause joins.

    Args:
        program: for the columns of relations.
        clause: the clause.
        table: how a relation is named.

    Returns:
        The column that binds each variable, the tables, and what must hold.
    """
    bound: dict[str, str] = {}
    tables, where = [], []
    for number, atom in enumerate(clause.body):
        alias = f"a{number}"
        tables.append(f"{table(atom.relation)} {alias}")
        if atom.certain or atom.open:
            where.append(f"{alias}.certain = {int(atom.certain)}")
        for (column, _), term in zip(program.schema[atom.relation], atom.terms, strict=True):
            place = f"{alias}.{quote(column)}"
            if isinstance(term, Variable) and term.name not in bound:
                bound[term.name] = place
            else:
                where.append(f"{place} = {value(term, bound)}")
    where += [compared(condition, bound) for condition in clause.conditions]
    for number, absence in enumerate(clause.absences):
        alias = f"n{number}"
        matches = absent(program, absence, alias, bound)
        filter_ = f" WHERE {' AND '.join(matches)}" if matches else ""
        where.append(f"NOT EXISTS (SELECT 1 FROM {table(absence.relation)} {alias}{filter_})")
    return bound, tables, where


def select_count(program: Program, count: Count) -> str:
    """The SELECT that answers a count."""
    group = ", ".join(quote(name) for name, _ in program.schema[count.source][: count.group])
    numbers = "COALESCE(SUM(certain), 0), COUNT(*)"
    if not group:
        return f"SELECT {numbers} FROM {quote(count.source)}"
    counted = f"SELECT {group}, {numbers} FROM {quote(count.source)} GROUP BY {group}"
    if not count.domain:
        return counted
    domain = ", ".join(quote(name) for name, _ in program.schema[count.domain])
    same = " AND ".join(
        f"s.{quote(own)} = d.{quote(its)}"
        for (own, _), (its, _) in zip(
            program.schema[count.source][: count.group], program.schema[count.domain], strict=True
        )
    )
    none = f"NOT EXISTS (SELECT 1 FROM {quote(count.source)} s WHERE {same})"
    return f"{counted} UNION ALL SELECT {domain}, 0, 0 FROM {quote(count.domain)} d WHERE {none}"


def value(term: Term, bound: Mapping[str, str]) -> str:
    """A term as SQL: a constant, or the column that binds a variable."""
    return bound[term.name] if isinstance(term, Variable) else literal(term)


def compared(condition: Condition, bound: Mapping[str, str]) -> str:
    """A comparison as SQL."""
    operator = _OPERATORS.get(condition.operator, condition.operator)
    return f"{value(condition.left, bound)} {operator} {value(condition.right, bound)}"


def absent(program: Program, absence: Absence, alias: str, bound: Mapping[str, str]) -> list[str]:
    """What a row, named by ``alias``, would have to match in order not to be absent."""
    local = dict(bound)
    where = []
    if absence.certain:
        where.append(f"{alias}.certain = 1")
    for (column, _), term in zip(program.schema[absence.relation], absence.terms, strict=True):
        place = f"{alias}.{quote(column)}"
        if term is None:
            continue
        if isinstance(term, Variable) and term.name not in local:
            local[term.name] = place
        else:
            where.append(f"{place} = {value(term, local)}")
    return where + [compared(condition, local) for condition in absence.conditions]


class SQLite:
    """The backend on an in-memory SQLite database."""

    def __init__(self, program: Program) -> None:
        """Open a database in which a program is answered."""
        self._program = program
        self._connection = connect()
        self._connection.execute("BEGIN")  # one transaction, not one a row
        self._loaded: dict[str, int] = {}
        self._indexed: set[tuple[str, tuple[str, ...]]] = set()
        self._indexes = itertools.count(1)  # a name is used once, also where its table is gone

    def level(
        self, clauses: list[Clause], counts: list[Count], rows: Mapping[str, Rows]
    ) -> Iterator[tuple[Clause | Count, Iterable[Row]]]:
        """Answer the clauses and counts of one level."""
        for clause in clauses:
            for joined in clause.body:
                self._load(joined.relation, rows[joined.relation])
            for absent in clause.absences:
                self._load(absent.relation, rows[absent.relation])
        for clause in clauses:
            self._index(clause, rows)
            found = self._connection.rows(select(self._program, clause))
            # A SELECT has a column; a clause without variables holds once or not at all.
            yield clause, found if clause.variables or not found else [()]
        for count in counts:
            self._load(count.source, rows[count.source])
            if count.domain:
                self._load(count.domain, rows[count.domain])
            yield count, self._connection.rows(select_count(self._program, count))

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def _index(self, clause: Clause, rows: Mapping[str, Rows]) -> None:
        """Give an absence the index that SQLite does not make for itself in a subquery."""
        outer = max(len(rows[atom.relation]) for atom in clause.body)
        bound = {t.name for atom in clause.body for t in atom.terms if isinstance(t, Variable)}
        for absence in clause.absences:
            if outer * len(rows[absence.relation]) < WORTH_AN_INDEX:
                continue
            names = self._program.schema[absence.relation]
            columns = tuple(
                quote(name)
                for (name, _), term in zip(names, absence.terms, strict=True)
                if isinstance(term, Variable) and term.name in bound
            )
            if columns and (absence.relation, columns) not in self._indexed:
                self._indexed.add((absence.relation, columns))
                index = quote(f"by {next(self._indexes)}")
                self._connection.execute(
                    f"CREATE INDEX {index} ON {quote(absence.relation)} ({', '.join(columns)})"
                )

    def _load(self, name: str, rows: Rows) -> None:
        # A relation is complete before any level reads it, so it is written once;
        # functions alone grow, and are then written anew.
        if self._loaded.get(name) == len(rows):
            return
        if name in self._loaded:
            self._connection.execute(f"DROP TABLE {quote(name)}")
            self._indexed = {item for item in self._indexed if item[0] != name}
        self._loaded[name] = len(rows)
        self._connection.execute(create_table(self._program, name))
        marks = ", ".join("?" * (len(self._program.schema[name]) + 1))
        self._connection.executemany(
            f"INSERT INTO {quote(name)} VALUES ({marks})",
            [(*row, certain) for row, certain in rows.items()],
        )
