"""AST values, arguments and directives → minimal text, and the variables they use.

graphql-core's printer is a generic visitor; operations are planned on the request path: this one is direct.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphql import (
    ArgumentNode,
    DirectiveNode,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    print_ast,
)

# Decided before planning, so they never reach a subgraph.
DECIDED = frozenset({"skip", "include", "defer"})


def print_value(value: ValueNode, variables: set[str]) -> str:
    """Print a value; add the variables it uses to ``variables``."""
    match value:
        case VariableNode():
            variables.add(value.name.value)
            return "$" + value.name.value
        case ListValueNode():
            return "[" + ",".join(print_value(v, variables) for v in value.values) + "]"
        case ObjectValueNode():
            fields = (f"{f.name.value}:{print_value(f.value, variables)}" for f in value.fields)
            return "{" + ",".join(fields) + "}"
    return print_ast(value)


def print_arguments(arguments: Iterable[ArgumentNode], variables: set[str]) -> str:
    """Print arguments ordered by name, so that equal calls have equal text."""
    printed = sorted(f"{a.name.value}:{print_value(a.value, variables)}" for a in arguments)
    return f"({','.join(printed)})" if printed else ""


def print_directives(directives: Iterable[DirectiveNode], variables: set[str]) -> str:
    """Print the directives that are meant for subgraphs."""
    return "".join(
        f"@{d.name.value}{print_arguments(d.arguments, variables)}"
        for d in directives
        if d.name.value not in DECIDED
    )
