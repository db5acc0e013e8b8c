"""Applications of composed directives: they must fit the one definition that reaches the supergraph.

Each subgraph applies its own version of the directive; the latest is carried. And of an enum that is written
in arguments only the common values stay.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..subgraph.check_values import ValueChecker
from .context import Merging
from .merged import Merged, MergedDirective, MergedDirectiveDef, MergedElement

Placed = tuple[MergedElement, str, str]
"""An element, its coordinate, its directive location."""


def check_applied(merging: Merging) -> None:
    """Report applications that their merged definition doesn't take."""
    custom = {n: d for n, d in merging.merged.directives.items() if "@" + n in merging.rules.rules}
    values = ValueChecker(merging.merged.types)
    for element, coordinate, location in _elements(merging.merged) if custom else ():
        for applied in element.applied:
            definition = custom.get(applied.name)
            problem = _problem(applied, definition, location, values) if definition else None
            if problem:
                merging.report.error(
                    "INVALID_GRAPHQL",
                    f'"{coordinate}" bears {applied.text}, which the supergraph\'s definition of '
                    f'"@{applied.name}" does not take: {problem}',
                    coordinate=coordinate,
                    fix="Define the directive, and the types of its arguments, alike in all subgraphs",
                )


def _problem(
    applied: MergedDirective, definition: MergedDirectiveDef, location: str, values: ValueChecker
) -> str | None:
    if location not in definition.locations:
        return f"it is not for {location}"
    for name, value in applied.args.items():
        argument = definition.arguments.get(name)
        problem = (
            f'there is no argument "{name}"' if argument is None else values.problem(value, argument.type)
        )
        if problem:
            return problem
    missing = [n for n, a in definition.arguments.items() if a.required and n not in applied.args]
    return f'the argument "{missing[0]}" is missing' if missing else None


def _elements(merged: Merged) -> Iterator[Placed]:
    yield merged.schema, "schema", "SCHEMA"
    for type_ in merged.types.values():
        yield type_, type_.name, type_.kind
        for field in type_.fields.values():
            yield field, field.coordinate, "FIELD_DEFINITION"
            for argument in field.arguments.values():
                yield argument, f"{field.coordinate}({argument.name}:)", "ARGUMENT_DEFINITION"
        for value in type_.values.values():
            yield value, f"{type_.name}.{value.name}", "ENUM_VALUE"
        for input_ in type_.inputs.values():
            yield input_, f"{type_.name}.{input_.name}", "INPUT_FIELD_DEFINITION"
