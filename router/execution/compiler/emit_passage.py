"""A plan of one fetch → a check whether the subgraph's response is the client's, byte for byte.

It is where the fetch asks for just what the client did, and the response holds just
that: data of the schema's types, no null where none may be, no member and no field that nobody asked for
(``extensions`` of a subgraph are not the client's business). Whatever else is read in the usual way.
"""

from __future__ import annotations

from typing import Any

import msgspec
from graphql import GraphQLObjectType, GraphQLSchema

from ...planning.plan import QueryPlan, ResponseField, ResponseSelection, Shape
from ..typed_answer import Decode, struct
from .layout import Position
from .layouts import LayoutBuilder


def emit_passage(plan: QueryPlan, root: Position, schema: GraphQLSchema) -> Decode | None:
    """Make a decoder that raises unless the response passes; None where no response could."""
    if not is_as_asked(plan, root):
        return None
    data = _ExactLayouts(schema).layout(plan.fetches[0], root)
    return msgspec.json.Decoder(_exact(data)).decode


class _ExactLayouts(LayoutBuilder):
    """Structs that refuse keys that they don't know."""

    def _object(self, position: Position, shape: Shape) -> Any:
        fields = {key: (self._field(position, key, below),) for key, below in shape.items()}
        return struct("Exact", fields, exact=True)


def _exact(data: Any) -> Any:
    return struct("Answer", {"data": (data,)}, exact=True)


def is_as_asked(plan: QueryPlan, root: Position) -> bool:
    """Whether the whole answer of a plan's one fetch is what the client asked for."""
    if len(plan.fetches) != 1 or plan.kind == "subscription" or plan.introspection is not None:
        return False
    return _same(root, plan.response)


def _same(position: Position, selection: ResponseSelection) -> bool:
    """Whether objects come with just the fields that are asked for, in their order."""
    if len(position.creators) != 1 or len(position.views) != 1 or selection.by_type:
        return False
    if [field.source for field in selection.fields] != list(position.given):
        return False
    return all(_same_field(position, field) for field in selection.fields)


def _same_field(position: Position, field: ResponseField) -> bool:
    if field.key != field.source:
        return False
    if field.selection is None:
        return field.name != "__typename"
    child = position.children[field.source]
    return isinstance(child.declared, GraphQLObjectType) and _same(child, field.selection)
