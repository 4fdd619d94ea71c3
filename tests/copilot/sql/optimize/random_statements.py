"""Random queries on the tables of `schema`: joins of every kind, subqueries, nulls, groups, sets; always the same for
the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

COLUMNS = {
    "customers": {"id": "n", "name": "t", "city": "t"},
    "orders": {"id": "n", "customer_id": "n", "amount": "n", "status": "t", "created": "m", "day": "d"},
    "items": {"order_id": "n", "line": "n", "code": "t"},
    "events": {"customer_id": "n", "kind": "t", "amount": "n", "day": "d"},
}
_VALUES = {"n": ["0", "1", "2", "3"], "t": ["'a'", "'b'", "'A'", "''"], "d": ["'2024-02-29'", "'2024-01-01'"]}
_VALUES["m"] = [*_VALUES["d"], "'2024-12-31 13:30:00'"]

Named = list[tuple[str, str]]
"""Columns in reach: (how they are written, kind)."""


class Maker:
    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._number = 0

    def statement(self) -> str:
        kind = self._chance.random()
        if kind < 0.12:
            return self._union()
        if kind < 0.3:
            inner, outputs = self._select(depth=1)
            name = self._name("w")
            reach = [(f"{name}.{column}", sort) for column, sort in outputs]
            used = self._sample(reach) if self._chance.random() < 0.9 else [("1", "n")]
            extra = f", {self._name('idle')} AS (SELECT 1 AS one)" if self._chance.random() < 0.3 else ""
            where = f" WHERE {self._conditions(reach, 1)}" if self._chance.random() < 0.8 else ""
            listed = ", ".join(column for column, _ in used)
            return f"WITH {name} AS ({inner}){extra} SELECT {listed} FROM {name}{where}"
        return self._select(depth=0)[0]

    def _name(self, stem: str) -> str:
        self._number += 1
        return f"{stem}{self._number}"

    def _sample(self, reach: Sequence[tuple[str, str]]) -> Named:
        return self._chance.sample(list(reach), min(len(reach), self._chance.randint(1, 3)))

    def _select(self, depth: int) -> tuple[str, list[tuple[str, str]]]:
        source, reach = self._from(depth)
        where = f" WHERE {self._conditions(reach, depth)}" if self._chance.random() < 0.85 else ""
        chosen = self._sample(reach)
        if self._chance.random() < 0.35:
            return self._grouped(source, where, chosen, reach)
        names = [self._name("c") for _ in chosen]
        outputs = [f"{column} AS {name}" for (column, _), name in zip(chosen, names, strict=True)]
        sorts = [sort for _, sort in chosen]
        if depth == 0 and self._chance.random() < 0.2:
            outputs.append(f"({self._summed(reach)}) AS {self._name('c')}")
        distinct = "DISTINCT " if self._chance.random() < 0.3 else ""
        order = f" ORDER BY {names[0]}" if self._chance.random() < 0.2 else ""
        sql = f"SELECT {distinct}{', '.join(outputs)} FROM {source}{where}{order}"
        return sql, list(zip(names, sorts, strict=True))

    def _grouped(self, source: str, where: str, keys: Named, reach: Named) -> tuple[str, list[tuple[str, str]]]:
        shown = keys if self._chance.random() < 0.7 else keys[:1]
        names = [self._name("c") for _ in shown]
        total = self._name("c")
        value = self._chance.choice(["COUNT(*)", *(f"SUM({c})" for c, sort in reach if sort == "n")])
        outputs = [f"{column} AS {name}" for (column, _), name in zip(shown, names, strict=True)]
        distinct = "DISTINCT " if self._chance.random() < 0.4 else ""
        having = ""
        if self._chance.random() < 0.6:
            tests = [self._plain(keys), f"{value} > {self._chance.randint(0, 3)}"]
            having = f" HAVING {' AND '.join(self._chance.sample(tests, self._chance.randint(1, 2)))}"
        group = ", ".join(column for column, _ in keys)
        listed = ", ".join([*outputs, f"{value} AS {total}"])
        sql = f"SELECT {distinct}{listed} FROM {source}{where} GROUP BY {group}{having}"
        return sql, [*zip(names, [sort for _, sort in shown], strict=True), (total, "n")]

    def _from(self, depth: int) -> tuple[str, Named]:
        text, reach = self._source(depth)
        for _ in range(self._chance.choice([0, 0, 1, 1, 2])):
            more, columns = self._source(depth)
            numbers = [each for each, sort in columns if sort == "n"]
            before = [each for each, sort in reach if sort == "n"]
            kind = self._chance.choice(["JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", ","])
            if kind == "," or not numbers or not before:
                text = f"{text} CROSS JOIN {more}" if " JOIN " in text else f"{text}, {more}"
            elif "," in text.split("(")[0]:
                text = f"{text}, {more}"
            else:
                on = f"{self._chance.choice(numbers)} = {self._chance.choice(before)}"
                extra = f" AND {self._plain(columns)}" if kind != "FULL JOIN" and self._chance.random() < 0.3 else ""
                text = f"{text} {kind} {more} ON {on}{extra}"
            reach = reach + columns
        return text, reach

    def _source(self, depth: int) -> tuple[str, Named]:
        alias = self._name("t")
        if depth < 2 and self._chance.random() < 0.25:
            inner, outputs = self._select(depth + 1)
            return f"({inner}) {alias}", [(f"{alias}.{name}", sort) for name, sort in outputs]
        table = self._chance.choice(list(COLUMNS))
        return f"{table} {alias}", [(f"{alias}.{name}", sort) for name, sort in COLUMNS[table].items()]

    def _conditions(self, reach: Named, depth: int) -> str:
        parts = [self._condition(reach, depth) for _ in range(self._chance.randint(1, 3))]
        return self._chance.choice([" AND ", " AND ", " AND ", " OR "]).join(parts)

    def _condition(self, reach: Named, depth: int) -> str:
        makers: list[Callable[[Named], str]] = [
            self._plain,
            self._plain,
            self._either,
            self._year,
            self._always,
            self._equal,
        ]
        if depth < 2:
            makers += [self._member, self._counted]
        made = self._chance.choice(makers)(reach)
        return f"NOT ({made})" if self._chance.random() < 0.1 else made

    def _plain(self, reach: Named) -> str:
        column, sort = self._chance.choice(reach)
        value, other = (self._chance.choice(_VALUES[sort]) for _ in range(2))
        forms = [f"{column} {sign} {value}" for sign in ("=", "=", "<>", ">", "<=")]
        forms += [f"{column} IS NULL", f"{column} IS NOT NULL", f"{column} BETWEEN {value} AND {other}"]
        forms += [f"{column} IN ({value}, {other})", f"{column} NOT IN ({value}, {other})"]
        return self._chance.choice(forms)

    def _either(self, reach: Named) -> str:
        column, sort = self._chance.choice(reach)
        values = [self._chance.choice(_VALUES[sort]) for _ in range(self._chance.randint(2, 3))]
        return f"({' OR '.join(f'{column} = {value}' for value in values)})"

    def _year(self, reach: Named) -> str:
        dated = [column for column, sort in reach if sort in "dm"]
        if not dated:
            return self._plain(reach)
        column, sign = self._chance.choice(dated), self._chance.choice(["=", ">", ">=", "<", "<="])
        forms = [
            f"EXTRACT(YEAR FROM {column}) {sign} 2024",
            f"EXTRACT(YEAR FROM {column}) BETWEEN 2023 AND 2024",
            f"CAST({column} AS DATE) {sign} '2024-02-29'",
            f"DATE_TRUNC('month', {column}) {sign} '2024-02-01'",
        ]
        return self._chance.choice(forms)

    def _always(self, reach: Named) -> str:
        return self._chance.choice(["1 = 1", self._plain(reach), f"{self._chance.choice(reach)[0]} IS NULL"])

    def _equal(self, reach: Named) -> str:
        numbers = [column for column, sort in reach if sort == "n"]
        return f"{self._chance.choice(numbers)} = {self._chance.choice(numbers)}" if numbers else self._plain(reach)

    def _member(self, reach: Named) -> str:
        column, sort = self._chance.choice(reach)
        table = self._chance.choice([name for name, own in COLUMNS.items() if sort in own.values()] or ["orders"])
        fitting = [name for name, own in COLUMNS[table].items() if own == sort]
        if not fitting:
            return self._plain(reach)
        alias, distinct = self._name("s"), self._chance.choice(["", "DISTINCT "])
        own = [(f"{alias}.{name}", kind) for name, kind in COLUMNS[table].items()]
        where = f" WHERE {self._plain(own)}" if self._chance.random() < 0.6 else ""
        inner = f"SELECT {distinct}{alias}.{self._chance.choice(fitting)} FROM {table} {alias}{where}"
        return f"{column} {self._chance.choice(['IN', 'IN', 'NOT IN'])} ({inner})"

    def _tied(self, reach: Named, output: str) -> str:
        numbers = [column for column, sort in reach if sort == "n"]
        table, alias = self._chance.choice(["orders", "items", "events"]), self._name("s")
        own = [(f"{alias}.{name}", sort) for name, sort in COLUMNS[table].items()]
        key = self._chance.choice([column for column, sort in own if sort == "n"])
        tie = f"{key} = {self._chance.choice(numbers)}" if numbers else "1 = 1"
        extra = f" AND {self._plain(own)}" if self._chance.random() < 0.5 else ""
        value = self._chance.choice([column for column, sort in own if sort == "n"])
        return f"SELECT {output.format(value)} FROM {table} {alias} WHERE {tie}{extra}"

    def _counted(self, reach: Named) -> str:
        sign = self._chance.choice(["> 0", "= 0", ">= 1", "> 1", "<> 0"])
        return f"({self._tied(reach, self._chance.choice(['COUNT(*)', 'COUNT({})']))}) {sign}"

    def _summed(self, reach: Named) -> str:
        return self._tied(reach, self._chance.choice(["COUNT(*)", "SUM({})", "MAX({})", "COUNT(DISTINCT {})"]))

    def _union(self) -> str:
        parts = []
        for mark in self._chance.choice([("'x'", "'y'"), ("1", "2"), ("'x'", "'x'"), ("'x'", "'X'")]):
            table = self._chance.choice(["customers", "orders"])
            distinct = self._chance.choice(["", "DISTINCT "])
            column = self._chance.choice(["id", "id", "customer_id" if table == "orders" else "id"])
            own = [(name, sort) for name, sort in COLUMNS[table].items()]
            parts.append(f"SELECT {distinct}{column} AS k, {mark} AS m FROM {table} WHERE {self._plain(own)}")
        return self._chance.choice([" UNION ", " UNION ", " UNION ALL "]).join(parts)
