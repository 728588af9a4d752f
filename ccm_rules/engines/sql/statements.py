"""A whole program as SQL: one statement for each relation, and no host in between.

A relation is complete before any level reads it, so all its clauses, of whatever
level, can be one statement at the level of the last: what each derives, put
together, a row being certain where one clause says so. Functions are statements
too (`ccm_rules.engines.sql.functions`).

The row-by-row engine (`ccm_rules.engines.sql.sqlite`) asks the same joins, clause by
clause; nothing of a clause is written in two places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from ccm_rules.compiler.program import Atom, Clause, Count, Program, Term, Variable
from ccm_rules.engines.sql.coding import Write
from ccm_rules.engines.sql.dialects import Dialect
from ccm_rules.engines.sql.functions import Functions
from ccm_rules.engines.sql.sqlite import absent, compared, joined, quote, value
from ccm_rules.engines.sql.steps import Step

#: How wide a list of terms may be, so that a script can be read.
_WIDTH: Final = 78
#: Relations that have one row at most, so that no two answers differ in it alone.
_SINGLE: Final = ("as-of", "review-period", "report-day")


class Twins(NamedTuple):
    """The possible and the certain clause of one law, asked at once.

    What is certain is possible too, so whoever joins the possible rows sees all
    of it, and need only look which of them are certain.
    """

    possible: Clause
    certain: Clause

    def more(self) -> list[Atom]:
        """What the certain clause joins besides."""
        joined = {_bare(atom) for atom in self.possible.body}
        return [atom for atom in self.certain.body if _bare(atom) not in joined]


def paired(program: Program, clauses: Sequence[Clause]) -> list[Clause | Twins]:
    """Clauses, those of one law in pairs where the certain one only asks for more.

    It asks for more where it joins the same rows, and besides only what a
    function answers.
    """
    found: list[Clause | Twins] = []
    left = list(clauses)
    while left:
        first = left.pop(0)
        twins = [other for other in left if _are_twins(program, first, other)]
        # Alternatives of one law cannot be distinguished by what they join.
        same = [c for c in clauses if c.certain == first.certain and _alike(c, first)]
        if len(twins) == 1 and len(same) == 1 and first.certain:
            alike = [c for c in clauses if not c.certain and _are_twins(program, first, c)]
            if len(alike) == 1:
                left.remove(twins[0])
                found.append(Twins(twins[0], first))
                continue
        found.append(first)
    return found


def _are_twins(program: Program, certain: Clause, possible: Clause) -> bool:
    if not certain.certain or possible.certain or not _alike(certain, possible):
        return False
    joined = [_bare(atom) for atom in possible.body]
    mine = [_bare(atom) for atom in certain.body]
    if any(atom.open for atom in (*possible.body, *certain.body)):
        return False
    if len(set(joined)) != len(joined) or mine[: len(joined)] != joined:
        return False
    return all(atom.relation in program.functions for atom in certain.body[len(joined) :])


def _alike(one: Clause, other: Clause) -> bool:
    return (one.rule, one.head, one.head_terms, one.level) == (
        other.rule,
        other.head,
        other.head_terms,
        other.level,
    )


def _bare(atom: Atom) -> Atom:
    return atom._replace(certain=False, open=False)


def _possible(part: Clause | Twins) -> Clause:
    return part.possible if isinstance(part, Twins) else part


def stated_in(relation: str) -> str:
    """The name of the table of what the rules themselves state of a derived relation."""
    return f"{relation} (stated)"


def _listed(terms: Sequence[str]) -> str:
    """Terms on lines that can be read, as many on each as fit."""
    lines = [""]
    for term in terms:
        if lines[-1] and len(lines[-1]) + len(term) > _WIDTH:
            lines.append("")
        lines[-1] += f"{term}, "
    return "\n  ".join(line.rstrip() for line in lines)[:-1]


class Statements:
    """Writes the SELECT of every step."""

    def __init__(
        self, program: Program, dialect: Dialect, *, commented: bool = False, write: Write = str
    ) -> None:
        """Write for a database.

        Args:
            program: what is written.
            dialect: the database's.
            commented: whether each clause says in a comment what it is.
            write: how a text stands in the database.
        """
        self.program = program
        self.dialect = dialect
        self.commented = commented
        self.functions = Functions(program, dialect, write)

    def table(self, step: Step) -> str:
        """The name of a step's table, quoted."""
        if step.demands:
            return self.function(step.relation, step.level)
        return self.dialect.named(step.relation)

    def function(self, name: str, level: int) -> str:
        """The table of a function's answers to what one level asks, quoted."""
        return self.dialect.named(f"{name} ({level})")

    def names(self, level: int) -> Callable[[str], str]:
        """How the clauses of a level name relations."""

        def named(relation: str) -> str:
            if relation in self.program.functions:
                return self.function(relation, level)
            return self.dialect.named(relation)

        return named

    # -- clauses -----------------------------------------------------------

    def answers(self, clause: Clause) -> str:
        """The SELECT of a clause's bindings: a column for each of its variables."""
        return self._select(clause, lambda bound: [bound[name] for name in clause.variables])

    def derived(
        self,
        step: Step,
        parts: Sequence[Clause | Twins] | None = None,
        *,
        stated: bool = False,
    ) -> str:
        """The SELECT of a relation's rows, each once, with whether it is certain.

        Args:
            step: the step of a derived relation.
            parts: the clauses that can add to it, or pairs of them; all unless given.
            stated: whether the rules themselves state rows of it; see `stated_in`.
        """
        groups = self._groups(step.clauses if parts is None else parts)
        if stated:  # what rules state may be derived too
            groups = [[part for group in groups for part in group]]
        made = [self._group(step.relation, group, stated) for group in groups]
        return "\nUNION ALL\n".join(made)

    def _groups(self, parts: Sequence[Clause | Twins]) -> list[list[Clause | Twins]]:
        """Parts put together that may derive the same row: others differ in a constant."""
        heads = [_possible(part).head_terms for part in parts]
        places = [
            place
            for place, terms in enumerate(zip(*heads, strict=True))
            if not any(isinstance(term, Variable) for term in terms)
        ]
        groups: dict[tuple[Term, ...], list[Clause | Twins]] = {}
        for part, head in zip(parts, heads, strict=True):
            groups.setdefault(tuple(head[place] for place in places), []).append(part)
        return list(groups.values())

    def _group(self, relation: str, parts: Sequence[Clause | Twins], stated: bool) -> str:
        columns = self.program.schema[relation]
        if len(parts) == 1 and not stated and self.distinct(_possible(parts[0])):
            return self.part(parts[0], "certain")
        names = ", ".join(quote(name) for name, _ in columns)
        made = [self.part(part, "held") for part in parts]
        if stated:
            table = self.dialect.named(stated_in(relation))
            made.append(f"SELECT {names}, certain AS held\nFROM {table}")
        union = "\nUNION ALL\n".join(made)
        listed = f"{names}, " if names else ""
        group = f"\nGROUP BY {names}" if names else "\nHAVING COUNT(*) > 0"
        return f"SELECT {listed}MAX(held) AS certain FROM (\n{union}\n) AS derived{group}"

    def part(self, part: Clause | Twins, mark: str) -> str:
        """The SELECT of what a clause, or a pair of them, derives."""
        return self.twins(part, mark) if isinstance(part, Twins) else self.head(part, mark)

    def twins(self, pair: Twins, mark: str) -> str:
        """The SELECT of what a pair derives: the possible rows, and which of them are certain."""
        possible, certain = pair.possible, pair.certain
        named = self.names(possible.level)
        alias = {_bare(atom): f"a{number}" for number, atom in enumerate(possible.body)}

        def terms(bound: Mapping[str, str]) -> list[str]:
            tests = [
                f"{alias[_bare(atom)]}.certain = 1"
                for atom in certain.body
                if atom.certain and _bare(atom) in alias
            ]
            local = dict(bound)
            tables, where = [], []
            for number, atom in enumerate(pair.more()):
                own = f"e{number}"
                tables.append(f"{named(atom.relation)} {own}")
                columns = self.program.schema[atom.relation]
                for (column, _), term in zip(columns, atom.terms, strict=True):
                    place = f"{own}.{quote(column)}"
                    if isinstance(term, Variable) and term.name not in local:
                        local[term.name] = place
                    else:
                        where.append(f"{place} = {value(term, local)}")
            for condition in certain.conditions:
                if condition in possible.conditions:
                    continue
                sides = {
                    t.name for t in (condition.left, condition.right) if isinstance(t, Variable)
                }
                (tests if sides <= bound.keys() else where).append(compared(condition, local))
            if tables:
                filter_ = f" WHERE {' AND '.join(where)}" if where else ""
                tests.append(f"EXISTS (SELECT 1 FROM {', '.join(tables)}{filter_})")
            for number, absence in enumerate(certain.absences):
                if absence not in possible.absences:
                    own = f"c{number}"
                    matches = absent(self.program, absence, own, bound)
                    filter_ = f" WHERE {' AND '.join(matches)}" if matches else ""
                    tests.append(
                        f"NOT EXISTS (SELECT 1 FROM {named(absence.relation)} {own}{filter_})"
                    )
            held = f"CASE WHEN {' AND '.join(tests)} THEN 1 ELSE 0 END" if tests else "1"
            return [*self._head_terms(possible, bound), f"{held} AS {mark}"]

        return self._select(possible, terms)

    def head(self, clause: Clause, mark: str) -> str:
        """The SELECT of what one clause derives, as often as it derives it."""
        held = f"{int(clause.certain)} AS {mark}"
        return self._select(clause, lambda bound: [*self._head_terms(clause, bound), held])

    def _head_terms(self, clause: Clause, bound: Mapping[str, str]) -> list[str]:
        columns = self.program.schema[clause.head]
        return [
            f"{value(term, bound)} AS {quote(name)}"
            for (name, _), term in zip(columns, clause.head_terms, strict=True)
        ]

    def _select(self, clause: Clause, terms: Callable[[Mapping[str, str]], list[str]]) -> str:
        bound, tables, where = joined(self.program, clause, self.names(clause.level))
        between = self.dialect.between
        comment = f"-- {clause.id}\n" if self.commented else ""
        text = f"{comment}SELECT {_listed(terms(bound)) or '1'}\nFROM {between.join(tables)}"
        return text + ("\nWHERE " + "\n  AND ".join(where) if where else "")

    def distinct(self, clause: Clause) -> bool:
        """Whether no two answers of a clause derive the same row.

        They do not where the head holds every variable that is not determined by
        the others: a function's answer is, and so is what has one row.
        """
        given = {term for term in clause.head_terms if isinstance(term, Variable)}
        functions = self.program.functions
        return all(
            term in given
            for atom in clause.body
            if atom.relation not in functions and atom.relation not in _SINGLE
            for term in atom.terms
            if isinstance(term, Variable)
        )

    # -- counts ------------------------------------------------------------

    def counted(self, count: Count) -> str:
        """The SELECT of a count's rows."""
        schema = self.program.schema
        heads = [quote(name) for name, _ in schema[count.head]]
        group = [quote(name) for name, _ in schema[count.source][: count.group]]
        source = self.dialect.named(count.source)
        sure, every = heads[-2:]
        numbers = f"COALESCE(SUM(s.certain), 0) AS {sure}, COUNT(*) AS {every}, 1 AS certain"
        if not group:
            return f"SELECT {numbers} FROM {source} s"
        keys = ", ".join(f"s.{own} AS {name}" for own, name in zip(group, heads, strict=False))
        by = ", ".join(f"s.{own}" for own in group)
        text = f"SELECT {keys}, {numbers} FROM {source} s GROUP BY {by}"
        if not count.domain:
            return text
        its = [quote(name) for name, _ in schema[count.domain]]
        same = " AND ".join(f"s.{own} = d.{other}" for own, other in zip(group, its, strict=True))
        keys = ", ".join(f"d.{own} AS {name}" for own, name in zip(its, heads, strict=False))
        return (
            f"{text}\nUNION ALL\nSELECT {keys}, 0 AS {sure}, 0 AS {every}, 1 AS certain "
            f"FROM {self.dialect.named(count.domain)} d "
            f"WHERE NOT EXISTS (SELECT 1 FROM {source} s WHERE {same})"
        )
