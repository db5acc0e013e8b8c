"""``@context`` and ``@fromContext`` as a subgraph writes them: who sets a context, who reads it, and what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from graphql import SelectionSetNode

from .applied import Applied
from .field_sets import FieldSetProblem, parse_selections
from .model import FieldDef, InputDef, Subgraph, TypeDef
from .values import as_string

ContextualArgument: TypeAlias = tuple[TypeDef, FieldDef, InputDef, Applied]
_FIELD = re.compile(r"\s*\$\s*([A-Za-z_]\w*)(.*)\Z", re.DOTALL)


def split_context(text: str) -> tuple[str, str] | None:
    """Split ``$context { prop }`` into the context's name and the selection; None if it is no such thing."""
    match = _FIELD.match(text)
    return (match[1], match[2]) if match else None


def contexts_of(subgraph: Subgraph) -> dict[str, list[TypeDef]]:
    """Give each context's types."""
    found: dict[str, list[TypeDef]] = {}
    for type_ in subgraph.types.values():
        for applied in type_.having("context"):
            found.setdefault(as_string(applied.args.get("name")) or "", []).append(type_)
    return found


def contextual_arguments(subgraph: Subgraph) -> Iterator[ContextualArgument]:
    """Go through the fields' arguments that are taken from a context."""
    for type_ in subgraph.types.values():
        for field in type_.fields.values():
            for argument in field.arguments.values():
                applied = argument.first("fromContext")
                if applied:
                    yield type_, field, argument, applied


def context_selections_of(
    subgraph: Subgraph,
) -> Iterator[tuple[str, Applied, list[tuple[str, SelectionSetNode]]]]:
    """Give what each ``@fromContext`` selects: field, directive, a selection for each type of its context."""
    contexts = contexts_of(subgraph)
    for _, field, _, applied in contextual_arguments(subgraph):
        split = split_context(as_string(applied.args.get("field")) or "")
        if split is None:
            continue
        try:
            selections = parse_selections(split[1])
        except FieldSetProblem:
            continue
        yield field.coordinate, applied, [(t.name, selections) for t in contexts.get(split[0], ())]
