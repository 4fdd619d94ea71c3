"""Typed syntax of an expression, the same for every tool's language: frozen, hashable, free of outcomes.

`start` and `end` are character offsets into the text, so `text[node.start:node.end]` is the node verbatim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A string literal; `value` without its quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A numeric literal, spelled as in the text."""

    value: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A field, a constant such as TRUE or a built-in variable such as SYSDATE: the emitter knows which."""

    value: str


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """`$$NAME` or `$PMNAME`, with its dollar signs."""

    value: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`NAME(arguments)`; `prefix` is LKP, UDF, SP … for `:LKP.NAME(arguments)` and empty otherwise."""

    name: str
    arguments: tuple[Node, ...]
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Unary(Node):
    operator: str  # `-`, `+`, `NOT`
    operand: Node


@dataclass(frozen=True, slots=True)
class Operation(Node):
    """A run of operators of one precedence, left to right: `a + b - c` has operators (+, -) and three operands."""

    operators: tuple[str, ...]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """`operand IN (values)`."""

    operand: Node
    values: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Star(Node):
    """The `*` of COUNT(*)."""


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Call(arguments=arguments):
            return arguments
        case Unary(operand=operand):
            return (operand,)
        case Operation(operands=operands):
            return operands
        case Membership(operand=operand, values=values):
            return (operand, *values)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Every node, parents first, in the order of the text; iterative, so depth is no matter."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))
