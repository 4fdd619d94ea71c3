"""The shape of a query: TOP with ties and percent, options and hints, recursion, tables that are none."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from services.sql_dialects.transpile import kinds
from services.sql_dialects.transpile.templates import filled
from services.sql_dialects.transpile.work import Work, called, number, word


def top(node: exp.Expr, work: Work) -> exp.Expr | None:
    """TOP n PERCENT and TOP n WITH TIES."""
    if not isinstance(node, exp.Select):
        return None
    limit = node.args.get("limit")
    options = limit.args.get("limit_options") if limit else None
    if limit is None or options is None:
        return None
    if options.args.get("percent"):
        return _percent(node, limit, work)
    if options.args.get("with_ties"):
        count = limit.expression if isinstance(limit, exp.Limit) else limit.args["count"]
        return _ties(node, count, work)
    return None


def _percent(node: exp.Select, limit: exp.Expr, work: Work) -> exp.Expr:
    share = limit.expression if isinstance(limit, exp.Limit) else limit.args["count"]
    if limit.args["limit_options"].args.get("with_ties"):
        raise work.refusal(node, "take the rows by RANK() instead")
    counted = node.copy()
    counted.set("limit", None)
    counted.set("order", None)
    ctes = counted.args.get("with_")
    counted.set("with_", None)
    if ctes is not None and any(not each for each in ctes.expressions):
        raise work.refusal(node, "take a fixed number of rows")
    rows = exp.select(exp.alias_(filled("CEIL(COUNT(*) * _0 / 100.0)", [share]), "n"))
    rows = rows.from_(exp.Subquery(this=counted, alias=exp.TableAlias(this=exp.to_identifier("counted"))))
    node.set("limit", exp.Limit(expression=exp.Subquery(this=rows)))
    return node


def _ties(node: exp.Select, count: exp.Expr, work: Work) -> exp.Expr:
    if node.args.get("order") is None:
        raise work.refusal(node, "WITH TIES needs an ORDER BY")
    if work.write == "postgresql":
        options = exp.LimitOptions(percent=False, rows=True, with_ties=True)
        node.set("limit", exp.Fetch(direction="FIRST", count=count.copy(), limit_options=options))
        return node
    if node.args.get("group") or node.args.get("distinct"):
        raise work.refusal(node, "take the rows by RANK() in an outer query")
    rank = exp.Window(this=exp.Rank(), order=node.args["order"].copy())
    node.set("qualify", exp.Qualify(this=exp.LTE(this=rank, expression=count.copy())))
    node.set("limit", None)
    return node


def options(node: exp.Expr, work: Work) -> exp.Expr | None:
    """OPTION (…), WITH (NOLOCK), WITH HINT, LOCKING … FOR ACCESS: ways of running it that do not change the result."""
    if isinstance(node, exp.Select | exp.SetOperation) and node.args.get("options"):
        work.caution("hint", "OPTION (…)")
        node.set("options", None)
    if isinstance(node, exp.Table) and node.args.get("hints"):
        work.caution("hint", node)
        node.set("hints", None)
    if isinstance(node, exp.Hint):
        work.caution("hint", node)
    if node.meta.get("with_hint"):
        work.caution("hint", "WITH HINT")
        node.meta.pop("with_hint")
    if isinstance(node, exp.LockingStatement):
        work.caution("hint", "LOCKING")
        query: exp.Expr = node.expression
        return query
    return None


def recursive(node: exp.Expr, work: Work) -> exp.Expr | None:
    """WITH that refers to itself needs RECURSIVE."""
    if isinstance(node, exp.With) and not node.args.get("recursive"):
        for cte in node.expressions:
            if any(table.name.lower() == cte.alias.lower() and not table.db for table in cte.this.find_all(exp.Table)):
                node.set("recursive", True)
    return None


def dummy(node: exp.Expr, work: Work) -> exp.Expr | None:
    """FROM DUMMY, the table of one row."""
    if isinstance(node, exp.Select):
        source = node.args.get("from_")
        table = source.this if source else None
        if (
            isinstance(table, exp.Table)
            and table.name.upper() == "DUMMY"
            and not table.db
            and not node.args.get("joins")
        ):
            node.set("from_", None)
    return None


def unordered(node: exp.Expr, work: Work) -> None:
    """A number of rows without an order."""
    if isinstance(node, exp.Select) and node.args.get("limit") and not node.args.get("order"):
        single = not node.args.get("group") and all(each.find(exp.AggFunc) for each in node.selects)
        if not single and number(node.args["limit"].expression) != 0:
            work.caution("unordered_limit", node)


def numbers_table(node: exp.Expr, work: Work) -> exp.Expr | None:
    """master..spt_values with type 'P', T-SQL's habitual table of the numbers 0 to 2047."""
    if not isinstance(node, exp.Table) or node.name.lower() != "spt_values":
        return None
    select = node.find_ancestor(exp.Select)
    where = select.args.get("where") if select else None
    wanted = [each for each in where.find_all(exp.EQ) if each.this.name.lower() == "type"] if where else []
    if not any(each.expression.name.upper() == "P" for each in wanted):
        raise work.refusal(node, "use a series of numbers")
    work.caution("numbers_table", node)
    series = sqlglot.parse_one(
        "SELECT 'P' AS type, n AS number FROM GENERATE_SERIES(0, 2047) AS s(n)", dialect="postgres"
    )
    alias = exp.TableAlias(this=exp.to_identifier(node.alias or "spt_values"))
    return exp.Subquery(this=series, alias=alias, joins=node.args.get("joins"))


_SPLIT = {
    "postgresql": "CASE WHEN text_0 = '' THEN ARRAY[''] ELSE STRING_TO_ARRAY(text_0, text_1) END",
    "duckdb": "STR_SPLIT(text_0, text_1)",
}


def split(node: exp.Expr, work: Work) -> exp.Expr | None:
    """STRING_SPLIT(text, separator) as a table with the column value."""
    call = node.this if isinstance(node, exp.Table | exp.Lateral) else None
    if call is None or called(call) != "STRING_SPLIT" or len(call.expressions) != 2:
        return None
    values = exp.Anonymous(this="UNNEST", expressions=[filled(_SPLIT[work.write], call.expressions)])
    columns = [exp.to_identifier("value")]
    alias = exp.TableAlias(this=exp.to_identifier(node.alias or "split"), columns=columns)
    node.set("this", values)
    node.set("alias", alias)
    return None


_PERIODS = (
    "SELECT CAST(n AS {to}) AS generated_period_start, CAST(n + {each} AS {to}) AS generated_period_end "
    "FROM GENERATE_SERIES(moment_0, moment_1 - {each}, {each}) AS s(n)"
)
_STEPS = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "WEEK"}


def series(node: exp.Expr, work: Work) -> exp.Expr | None:
    """SERIES_GENERATE_INTEGER(step, from, to) of SAP HANA and its like for dates: `to` is not in it."""
    call = node.this if isinstance(node, exp.Table) else None
    name = called(call) if call is not None else ""
    if not name.startswith("SERIES_GENERATE_") or call is None or len(call.expressions) != 3:
        return None
    step, start, end = call.expressions
    kind = name.removeprefix("SERIES_GENERATE_")
    if kind in ("INTEGER", "BIGINT", "SMALLINT", "TINYINT"):
        template = (
            "SELECT n AS generated_period_start, n + _0 AS generated_period_end "
            "FROM GENERATE_SERIES(_1, _2 - _0, _0) AS s(n)"
        )
        values = [step, start, end]
    elif kind in ("DATE", "TIMESTAMP", "SECONDDATE"):
        words = step.name.upper().split() if step.is_string else []
        known = len(words) == 3 and words[0] == "INTERVAL" and words[1].isdigit() and words[2].rstrip("S") in _STEPS
        if not known:
            raise work.refusal(node, "give the step as 'INTERVAL n DAY'")
        to = "DATE" if kind == "DATE" else "TIMESTAMP"
        each = f"INTERVAL '{int(words[1])} {words[2].rstrip('S')}'"
        template = _PERIODS.replace("{to}", to).replace("{each}", each)
        values = [start, end]
    else:
        raise work.refusal(node, "use a series of integers or dates")
    alias = exp.TableAlias(this=exp.to_identifier(node.alias or "series"))
    return exp.Subquery(this=filled(template, values), alias=alias, joins=node.args.get("joins"))


def apply(node: exp.Expr, work: Work) -> exp.Expr | None:
    """CROSS APPLY and OUTER APPLY as joins of a LATERAL subquery."""
    if not isinstance(node, exp.Join) or not isinstance(node.this, exp.Lateral):
        return None
    applied = node.this.args.get("cross_apply")
    if applied is None:
        return None
    node.this.set("cross_apply", None)
    node.set("kind", "CROSS" if applied else None)
    if not applied:
        node.set("side", "LEFT")
        node.set("on", exp.Boolean(this=True))
    return None


def current(node: exp.Expr, work: Work) -> exp.Expr | None:
    """The server's clock: T-SQL's and SAP HANA's CURRENT_TIMESTAMP has no time zone."""
    if not isinstance(node, exp.CurrentTimestamp):
        return None
    work.caution("time_zone", node)
    made = exp.Localtimestamp()
    made.type = exp.DataType.build("timestamp")
    return made


def date_difference(node: exp.Expr, work: Work) -> exp.Expr | None:
    """Teradata: date − date is a number of days, date ± number adds days."""
    if not isinstance(node, exp.Sub | exp.Add):
        return None
    left, right = (kinds.is_a(each, kinds.TEMPORAL) for each in (node.this, node.expression))
    stamped = [each for each in (node.this, node.expression) if kinds.is_a(each, kinds.TEMPORAL - {exp.DType.DATE})]
    if stamped and left and right:
        work.caution("date_difference", node)
    return None


def implicit_where(node: exp.Expr, work: Work) -> exp.Expr | None:
    """`SELECT total = SUM(x)` of T-SQL names the column."""
    if isinstance(node, exp.Select):
        for each in node.selects:
            if (
                isinstance(each, exp.EQ)
                and isinstance(each.this, exp.Column)
                and not each.this.table
                and word(each.this)
            ):
                each.replace(exp.alias_(each.expression.copy(), each.this.name, quoted=each.this.this.quoted))
    return None


_PERCENTILES = exp.PercentileCont | exp.PercentileDisc


def percentile(node: exp.Expr, work: Work) -> exp.Expr | None:
    """PERCENTILE_CONT(…) WITHIN GROUP (…) OVER (PARTITION BY p) of a SELECT DISTINCT: PostgreSQL groups instead."""
    if not isinstance(node, exp.Select):
        return None
    windows = [each for each in node.find_all(exp.Window) if each.find_ancestor(exp.Select) is node]
    windows = [
        each for each in windows if isinstance(each.this, exp.WithinGroup) and isinstance(each.this.this, _PERCENTILES)
    ]
    if not windows:
        return None
    groups = {tuple(each.sql() for each in window.args.get("partition_by") or []) for window in windows}
    plain = {each.unalias().sql() for each in node.selects if not each.find(exp.Window)}
    only = len(groups) == 1 and plain <= set(next(iter(groups)))
    if not node.args.get("distinct") or node.args.get("group") or not only:
        raise work.refusal(windows[0], "compute it in a subquery with GROUP BY")
    keys = [each.copy() for each in windows[0].args.get("partition_by") or []]
    for window in windows:
        window.replace(window.this.copy())
    node.set("distinct", None)
    if keys:
        return node.group_by(*keys, copy=False)
    node.set("having", exp.Having(this=exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(0))))
    return node


_WORDS = {  # written without brackets in SAP HANA
    "CURRENT_UTCTIMESTAMP": "CURRENT_TIMESTAMP AT TIME ZONE 'UTC'",
    "CURRENT_UTCDATE": "CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS DATE)",
    "CURRENT_UTCTIME": "CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS TIME)",
}


def bare_word(node: exp.Expr, work: Work) -> exp.Expr | None:
    """CURRENT_UTCDATE, and sequence.NEXTVAL."""
    if not isinstance(node, exp.Column) or node.this.args.get("quoted"):
        return None
    name = node.name.upper()
    if name in ("NEXTVAL", "CURRVAL") and node.table:
        return exp.Anonymous(this=name, expressions=[exp.Literal.string(node.table)])
    return filled(_WORDS[name], []) if name in _WORDS and not node.table else None


def volatile(node: exp.Expr, work: Work) -> exp.Expr | None:
    """CREATE VOLATILE TABLE of Teradata."""
    if not isinstance(node, exp.VolatileProperty):
        return None
    work.caution("temporary_table", "VOLATILE")
    return exp.TemporaryProperty()


def sample(node: exp.Expr, work: Work) -> exp.Expr | None:
    """A sample of a number of rows, of which PostgreSQL takes a share only."""
    if isinstance(node, exp.TableSample) and node.args.get("size") is not None:
        raise work.refusal("SAMPLE of a number of rows", "order by RANDOM() and take the first")
    if isinstance(node, exp.TableSample) and node.args.get("method") is None:
        node.set("method", exp.var("BERNOULLI"))
    return None
