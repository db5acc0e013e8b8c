"""Words without quotes where a directive takes a String: ``@owner(team: payments)``.

GraphQL takes the word for an enum's value and refuses it (spec §5.6.1, Values of Correct Type). The reference
reads it as a string, as schemas out there have it; so do we, with a hint. Field sets stay as they are: they
are of a type of their own.
"""

from __future__ import annotations

from graphql import EnumValueNode, ListValueNode, ValueNode

from ..report import Report
from .applied import Applied
from .check_directives import directed_elements
from .model import DirectiveDef, Subgraph
from .type_refs import named
from .values import string


def quote_strings(subgraph: Subgraph, report: Report) -> None:
    """Read unquoted words as strings, and hint at them."""
    for element, coordinate, _ in directed_elements(subgraph):
        for applied in element.directives:
            definition = subgraph.directives.get(applied.name)
            if definition is not None and _quote(applied, definition):
                report.hint(
                    "UNQUOTED_STRING",
                    f'{applied.text} on "{coordinate}" is given without quotes in "{subgraph.name}"',
                    coordinate=coordinate,
                    where=[(subgraph.name, applied)],
                )


def _quote(applied: Applied, definition: DirectiveDef) -> bool:
    """Quote what must be a string; whether anything had to be."""
    quoted = {
        name: _quoted(value)
        for name, value in applied.args.items()
        if name in definition.arguments and named(definition.arguments[name].type) == "String"
    }
    changed = {name: value for name, value in quoted.items() if value is not applied.args[name]}
    if changed:
        applied.args = {**applied.args, **changed}
    return bool(changed)


def _quoted(value: ValueNode) -> ValueNode:
    if isinstance(value, EnumValueNode):
        return string(value.value)
    if isinstance(value, ListValueNode):
        values = tuple(map(_quoted, value.values))
        same = all(new is old for new, old in zip(values, value.values, strict=True))
        return value if same else ListValueNode(values=values, loc=value.loc)
    return value
