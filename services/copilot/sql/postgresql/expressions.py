"""The types of expressions as PostgreSQL would tell them, and what does not go together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp

from services.copilot.sql.calls import call_name
from services.copilot.sql.findings import Findings
from services.copilot.sql.postgresql import catalogue
from services.copilot.sql.postgresql.catalogue import UNKNOWN, Type
from services.copilot.sql.postgresql.literals import readable
from services.copilot.sql.scopes import Bound, Output

OPERATORS: dict[type, str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.NullSafeEQ: "=",
    exp.NullSafeNEQ: "=",
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
    exp.Pow: "^",
    exp.DPipe: "||",
    exp.Like: "~~",
    exp.ILike: "~~*",
    exp.RegexpLike: "~",
    exp.RegexpILike: "~*",
    exp.ArrayContainsAll: "@>",
    exp.ArrayContainedBy: "<@",
    exp.ArrayOverlaps: "&&",
}
FIXED: dict[type, str] = {
    exp.CurrentDate: "date",
    exp.CurrentTimestamp: "timestamp with time zone",
    exp.CurrentTime: "time with time zone",
    exp.Localtime: "time without time zone",
    exp.Localtimestamp: "timestamp without time zone",
    exp.Boolean: "boolean",
    exp.Exists: "boolean",
    exp.CurrentUser: "name",
}
# What sqlglot reads into a node of its own → the function behind it, and its arguments in the order of the catalogue.
CALLS: dict[type, tuple[str, tuple[str, ...]]] = {
    exp.Substring: ("substring", ("this", "start", "length")),
    exp.StrPosition: ("position", ("this", "substr")),
    exp.Trim: ("btrim", ("this", "expression")),
    exp.Extract: ("extract", ("this", "expression")),
    exp.GroupConcat: ("string_agg", ("this", "separator")),
    exp.Overlay: ("overlay", ("this", "expression", "from_", "for_")),
}
# Types without an operator class to sort or hash by (pg_opclass).
INCOMPARABLE = frozenset({"json", "xml", "jsonpath", "point", "polygon", "box", "circle", "line", "lseg", "path"})
_CONDITIONS = (exp.And, exp.Or)
_THROUGH = (exp.Paren, exp.Alias, exp.Order, exp.Filter, exp.Window, exp.IgnoreNulls, exp.RespectNulls, exp.Collate)
_SAME_TYPE = frozenset({"coalesce", "greatest", "least"})


class ExpressionTypes:
    """`infer` gives the type of a bound expression, None where it cannot be told, and reports what cannot be."""

    def __init__(self, bound: dict[int, Bound], outputs: dict[int, Output], findings: Findings, *, typed: bool) -> None:
        self._bound = bound
        self._outputs = outputs
        self._findings = findings
        self._typed = typed
        self.ordered_within: Callable[[exp.Order], None] = lambda _: None
        """Told of each ORDER BY inside a call."""
        self._known: dict[int, tuple[exp.Expr, Type]] = {}
        self._special: tuple[tuple[Any, Callable[[Any], Type]], ...] = (
            (exp.Column, self._column),
            (exp.Literal, self._literal),
            (exp.Cast, self._cast),
            (exp.Query, self._subquery),
            (_CONDITIONS, self._logical),
            (exp.Not, self._logical),
            (exp.Is, self._is),
            (exp.Case, self._case),
            (exp.Between, self._between),
            (exp.In, self._in),
            (exp.Neg, self._negative),
            (exp.AtTimeZone, self._at_time_zone),
            (exp.Interval, self._interval),
            (exp.Array, self._array),
            (exp.Bracket, self._bracket),
            (exp.WithinGroup, self._within_group),
            (exp.Distinct, self._distinct),
            (exp.Anonymous, self._call),
            (exp.Escape, lambda node: self.infer(node.this)),
        )

    def infer(self, node: exp.Expr | None) -> Type:
        if not self._typed or node is None:
            return None
        if id(node) not in self._known:
            self._known[id(node)] = (node, self._infer(node))
        return self._known[id(node)][1]

    def condition(self, node: exp.Expr, place: str) -> None:
        """The node must be true or false."""
        kind = self.infer(node)
        if kind not in (None, UNKNOWN, "boolean"):
            self._mismatch(node, f"{place} wants true or false, not {kind}.", "Compare it with something.")
        self._literal_fits(node, "boolean")

    def comparable(self, node: exp.Expr, place: str) -> None:
        """The node's values must have an order or at least an equality."""
        kind = self.infer(node)
        if kind in INCOMPARABLE:
            self._mismatch(node, f"{place} cannot compare values of type {kind}.", "Cast it to text.")

    def together(self, kinds: Sequence[Type], node: exp.Expr, place: str) -> Type:
        """The common type of values in one place."""
        if not self._typed:
            return None
        fits, kind = catalogue.common_type(kinds)
        if not fits:
            self._mismatch(node, f"{place} cannot be {' and '.join(_distinct(kinds))} at once.", "Cast one side.")
        return kind

    def assign(self, node: exp.Expr, kind: Type, target: Type, column: str) -> None:
        """A value given to a column."""
        if self._typed and not catalogue.castable(kind, target, explicit=False):
            self._mismatch(node, f"Column {column} is {target}, the value {kind}.", f"Cast it: CAST(… AS {target}).")
        elif self._typed and target is not None:
            self._literal_fits(node, target)

    def _infer(self, node: Any) -> Type:
        if isinstance(node, _THROUGH):
            return self._through(node)
        kind = FIXED.get(type(node))
        if kind is not None:
            return kind
        if type(node) in OPERATORS:
            return self._binary(node)
        if type(node) in CALLS:
            return self._grammar_call(node)
        for classes, handler in self._special:
            if isinstance(node, classes):
                return handler(node)
        for each in node.iter_expressions():
            self.infer(each)
        return UNKNOWN if isinstance(node, exp.Null | exp.Placeholder | exp.Parameter) else None

    def _through(self, node: Any) -> Type:
        """The type of what it wraps; what stands beside that (FILTER, OVER, ORDER BY) is checked too."""
        if isinstance(node, exp.Order):
            self.ordered_within(node)
        if isinstance(node, exp.Filter) and isinstance(node.expression, exp.Where):
            self.condition(node.expression.this, "FILTER")
        for key in ("expression", "partition_by", "order"):
            for part in _listed(node.args.get(key)):
                for each in part.expressions if isinstance(part, exp.Order) else [part]:
                    self.infer(each.this if isinstance(each, exp.Ordered | exp.Where) else each)
        return self.infer(node.this)

    def _column(self, node: exp.Column) -> Type:
        bound = self._bound.get(id(node))
        return bound.type if bound is not None else None

    def _literal(self, node: exp.Literal) -> Type:
        if node.is_string:
            return UNKNOWN
        if not node.this.isdigit():
            return "numeric"
        value = int(node.this)
        return "integer" if value < 2**31 else "bigint" if value < 2**63 else "numeric"

    def _cast(self, node: Any) -> Type:
        kind, target = self.infer(node.this), catalogue.type_named(node.to.sql("postgres"))
        if not catalogue.castable(kind, target, explicit=True):
            self._mismatch(node, f"{kind} cannot be cast to {target}.", "Cast to text first, or use another column.")
        elif target is not None:
            self._literal_fits(node.this, target)
        return target

    def _subquery(self, node: Any) -> Type:
        output = self._outputs.get(id(node)) or self._outputs.get(id(node.unnest()))
        if output is None or output.is_open:
            return None
        if len(output.columns) != 1:
            message = f"A subquery in the place of one value gives {len(output.columns)} columns."
            self._findings.add("SUBQUERY_COLUMNS", message, node, fix="Select one column.")
            return None
        return output.columns[0][1]

    def _logical(self, node: Any) -> Type:
        for each in [node.this] if isinstance(node, exp.Not) else node.flatten():
            self.condition(each, node.key.upper())
        return "boolean"

    def _is(self, node: Any) -> Type:
        self.infer(node.this)
        return "boolean"

    def _case(self, node: Any) -> Type:
        subject = node.this
        results = []
        for branch in node.args.get("ifs") or ():
            if subject is None:
                self.condition(branch.this, "CASE WHEN")
            else:
                self._operator(node, "=", [subject, branch.this])
            results.append(branch.args["true"])
        if node.args.get("default") is not None:
            results.append(node.args["default"])
        return self._same(results, node, "CASE")

    def _same(self, values: list[exp.Expr], node: exp.Expr, place: str) -> Type:
        kind = self.together([self.infer(each) for each in values], node, place)
        for each in values:
            self._literal_fits(each, kind)
        return kind

    def _between(self, node: Any) -> Type:
        for bound in (node.args["low"], node.args["high"]):
            self._operator(node, ">=", [node.this, bound])
        return "boolean"

    def _in(self, node: Any) -> Type:
        for each in node.expressions:
            self._operator(node, "=", [node.this, each])
        query = node.args.get("query")
        if query is not None and not isinstance(node.this, exp.Tuple):
            self._operator(node, "=", [node.this, query])
        return "boolean"

    def _negative(self, node: Any) -> Type:
        return self._operator(node, "-", [node.this])

    def _binary(self, node: Any) -> Type:
        left, right = node.this, node.expression
        if isinstance(left, exp.Tuple) or isinstance(right, exp.Tuple):
            return "boolean"
        if isinstance(right, exp.Any | exp.All):
            return self._quantified(node, left, right)
        result = self._operator(node, OPERATORS[type(node)], [left, right])
        return "boolean" if isinstance(node, exp.Predicate) else result

    def _quantified(self, node: Any, left: exp.Expr, right: Any) -> Type:
        """`x = ANY (…)` compares with the elements of an array, or with the column of a query."""
        kind, given = self.infer(left), self.infer(right.this)
        inner = right.this.unnest() if isinstance(right.this, exp.Paren | exp.Subquery) else right.this
        element = given if isinstance(inner, exp.Query) else catalogue.elements().get(given or "")
        if element and catalogue.choose(catalogue.operators()[OPERATORS[type(node)]], [kind, element]) is None:
            self._mismatch(node, f"There is no {kind} {OPERATORS[type(node)]} {element}.", "Cast one side.")
        return "boolean"

    def _operator(self, node: exp.Expr, name: str, parts: list[exp.Expr]) -> Type:
        kinds = [self.infer(each) for each in parts]
        if len(parts) == 2 and kinds == [UNKNOWN, UNKNOWN] and name != "||":
            return None
        overloads = [each for each in catalogue.operators()[name] if len(each.takes) == len(parts)]
        chosen = catalogue.choose(overloads, kinds)
        if chosen is None:
            shown = f" {name} ".join(str(kind) for kind in kinds)
            self._mismatch(node, f"There is no {shown}.", "Cast one side, or compare with a value of the same type.")
            return None
        for each, kind in zip(parts, chosen.takes, strict=True):
            self._literal_fits(each, kind)
        return chosen.returns

    def _at_time_zone(self, node: Any) -> Type:
        swapped = {
            "timestamp without time zone": "timestamp with time zone",
            "timestamp with time zone": "timestamp without time zone",
        }
        return swapped.get(self.infer(node.this) or "")

    def _interval(self, node: Any) -> Type:
        self.infer(node.this)
        unit = node.args.get("unit")
        text = f"1 {unit.name}" if isinstance(unit, exp.Var) else node.this.name if node.this is not None else ""
        if not readable(text, "interval"):
            self._mismatch(node, f"'{text}' is no interval.", "Write a number and a unit, such as '3 days'.")
        return "interval"

    def _array(self, node: Any) -> Type:
        kind = self._same(node.expressions, node, "ARRAY") if node.expressions else None
        return f"{kind}[]" if kind and f"{kind}[]" in catalogue.categories() else None

    def _bracket(self, node: Any) -> Type:
        kind = self.infer(node.this)
        sliced = any(isinstance(each, exp.Slice) for each in node.expressions)
        return kind if sliced else catalogue.elements().get(kind or "")

    def _within_group(self, node: Any) -> Type:
        order = [self.infer(each.this) for each in node.expression.expressions]
        name = call_name(node.this)
        if name == "percentile_cont":
            if order and order[0] != "interval" and not catalogue.implicit(order[0], "double precision"):
                self._mismatch(node, f"percentile_cont cannot average {order[0]}.", "Use percentile_disc.")
            return "interval" if order == ["interval"] else "double precision"
        return order[0] if name in ("percentile_disc", "mode") and order else None

    def _distinct(self, node: Any) -> Type:
        kinds = [self.infer(each) for each in node.expressions]
        return kinds[0] if len(kinds) == 1 else None

    def _grammar_call(self, node: Any) -> Type:
        name, keys = CALLS[type(node)]
        parts = [node.args[key] for key in keys if node.args.get(key) is not None]
        if name == "extract":
            return self._overloaded(node, name, parts, [UNKNOWN, self.infer(node.expression)])
        return self._overloaded(node, name, parts, [self.infer(each) for each in parts])

    def _call(self, node: Any) -> Type:
        name, parts = call_name(node), list(node.expressions)
        kinds = [self.infer(each) for each in parts]
        if name in _SAME_TYPE:
            return self._same(parts, node, name.upper())
        if name == "nullif" and len(parts) == 2:
            self._operator(node, "=", parts)
            return kinds[0] if kinds[0] != UNKNOWN else "text"
        if name == "count" and not parts:
            self._mismatch(node, "count() counts nothing.", "Write count(*).")
        if name not in catalogue.functions() or isinstance(node.parent, exp.WithinGroup):
            return None
        if any(isinstance(each, exp.Star | exp.Kwarg | exp.PropertyEQ) for each in parts):
            return "bigint" if name == "count" else None
        if any(isinstance(each, exp.Distinct) and len(each.expressions) != 1 for each in parts):
            return "bigint" if name == "count" else None
        return self._overloaded(node, name, parts, kinds)

    def _overloaded(self, node: exp.Expr, name: str, parts: list[exp.Expr], kinds: list[Type]) -> Type:
        overloads = catalogue.functions()[name]
        if len(kinds) == 1 and kinds[0] is not None and catalogue.type_named(name) is not None:
            return catalogue.type_named(name)  # a cast in the clothes of a call
        chosen = catalogue.choose(overloads, kinds)
        if chosen is None:
            shown = ", ".join(str(kind or "?") for kind in kinds)
            takes = sorted({f"{name}({', '.join(each.takes)})" for each in overloads})[:3]
            self._mismatch(node, f"There is no {name}({shown}).", f"There is {', '.join(takes)}. Cast the argument.")
            return None
        for each, kind in zip(parts, chosen.takes, strict=True):
            self._literal_fits(each, kind)
        return chosen.returns

    def _literal_fits(self, node: exp.Expr, kind: Type) -> None:
        if kind is not None and isinstance(node, exp.Literal) and node.is_string and not readable(node.this, kind):
            self._mismatch(node, f"'{node.this}' is no {kind}.", f"Write a value of type {kind}.")

    def _mismatch(self, node: exp.Expr, message: str, fix: str) -> None:
        self._findings.add("TYPE_MISMATCH", message, node, fix=fix)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, exp.Expr) else []


def _distinct(kinds: Sequence[Type]) -> list[str]:
    return [kind for kind in dict.fromkeys(kinds) if kind not in (None, UNKNOWN) and kind is not None]
