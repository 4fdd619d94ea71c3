"""The PowerCenter grammar: what is one expression, what is none, and where it goes wrong."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.migration.expressions import ExpressionError, calls, functions, parameters, parse, references
from services.migration.expressions.nodes import Call, Membership, Name, Node, Number, Operation, Text, Unary, children


def shape(node: Node) -> object:
    """The node without its places, as nested tuples."""
    match node:
        case Operation(operators=operators, operands=operands):
            return (operators, *map(shape, operands))
        case Unary(operator=operator, operand=operand):
            return (operator, shape(operand))
        case Membership(operand=operand, values=values, negated=negated):
            return ("NOT IN" if negated else "IN", shape(operand), *map(shape, values))
        case Call(name=name, arguments=arguments, prefix=prefix):
            return (f":{prefix}.{name}" if prefix else name, *map(shape, arguments))
    return node.value if isinstance(node, (Name, Number, Text)) else type(node).__name__


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A + B * C", (("+",), "A", (("*",), "B", "C"))),
        ("A - B - C + D", (("-", "-", "+"), "A", "B", "C", "D")),
        ("A || B + 1", (("||",), "A", (("+",), "B", "1"))),
        ("A = B AND C < 1 OR D", (("OR",), (("AND",), (("=",), "A", "B"), (("<",), "C", "1")), "D")),
        ("A < B = TRUE", (("=",), (("<",), "A", "B"), "TRUE")),
        ("NOT A = B", (("=",), ("NOT", "A"), "B")),
        ("NOT A IN (1)", ("NOT", ("IN", "A", "1"))),
        ("A not in (1, 2)", ("NOT IN", "A", "1", "2")),
        ("-A * 2", (("*",), ("-", "A"), "2")),
        ("A <> 1", (("!=",), "A", "1")),
        ("A ^= 1", (("!=",), "A", "1")),
        ("iif( Isnull(x), 'it''s', 1.5e-3 )", ("IIF", ("ISNULL", "x"), "it's", "1.5e-3")),
        ("A -- one ' (\n + // two\r\n B", (("+",), "A", "B")),
        (":LKP.lkp_x(A, 1)", (":LKP.lkp_x", "A", "1")),
        (": lkp . lkp_x (A)", (":LKP.lkp_x", "A")),
        ("IN(A, 'x', 0)", ("IN", "A", "x", "0")),
        ("COUNT(*)", ("COUNT", "Star")),
        ("2ND_NAME || année", (("||",), "2ND_NAME", "année")),
        ("((A))", "A"),
        (".5 + 5.", (("+",), ".5", "5.")),
        ("'two\nlines'", "two\nlines"),
    ],
)
def test_a_text_has_one_shape(text: str, expected: object) -> None:
    assert shape(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "offset", "line", "reason"),
    [
        ("", 0, 1, "expected a value"),
        ("A +", 3, 1, "expected a value"),
        ("A B", 2, 1, "expected an operator or the end of the expression"),
        ("IIF(A,\n  B", 10, 2, "expected a comma or the parenthesis closing the one at character 3"),
        ("(A", 2, 1, "expected a closing parenthesis for the one at character 0"),
        ("'abc", 0, 1, "the string that starts here has no closing quote"),
        ('A = "x"', 4, 1, "double quotes do not belong to the language; strings stand in single quotes"),
        ("A ? B", 2, 1, "unexpected character"),
        ("AND A", 0, 1, "expected a value"),
        ("F(A,)", 4, 1, "expected a value"),
        ("(" * 5000 + "1" + ")" * 5000, 150, 1, "more than 150 levels of nesting"),
        ("NOT " * 5000 + "A", 600, 1, "more than 150 levels of nesting"),
    ],
)
def test_a_mistake_has_a_place(text: str, offset: int, line: int, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.offset, caught.value.line, caught.value.reason) == (offset, line, reason)
    assert caught.value.excerpt in text


def test_a_node_knows_its_text() -> None:
    text = "IIF( A > 1 , LTRIM( B ), :LKP.x(C) )"
    call = parse(text)
    assert [text[a.start : a.end] for a in children(call)] == ["A > 1", "LTRIM( B )", ":LKP.x(C)"]
    assert [c.name for c in calls(call, "lkp")] == ["x"]


def test_what_an_expression_uses() -> None:
    node = parse("IIF(ISNULL(a), $$RUN_DATE, TO_CHAR(SYSDATE, $PMFolderName)) || A || a || TRUE || DD_INSERT")
    assert references(node) == ("a", "A")
    assert functions(node) == ("IIF", "ISNULL", "TO_CHAR")
    assert parameters(node) == ("$$RUN_DATE", "$PMFolderName")


def test_long_expressions_are_fine() -> None:
    text = " || ".join(f"IIF(ISNULL(F{n}), '', F{n})" for n in range(4000))
    assert len(text) > 100_000
    assert len(children(parse(text))) == 4000


_WORDS = st.sampled_from(
    ["IIF(", "(", ")", ",", "'", "'a'", "A", "1", ".", "||", "=", "NOT ", " AND ", " IN ", "--", "\n", "$$P", ":LKP.x("]
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=40).map("".join)))
def test_any_text_parses_or_raises_the_one_error(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        node = parse(text)
        assert 0 <= node.start < node.end <= len(text)
