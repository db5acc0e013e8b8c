"""A plan of one fetch → a check whether the subgraph's response is the client's, byte for byte.

It is where the fetch asks for just what the client did (reshape.py sees to that), and the response holds just
that: data of the schema's types, no null where none may be, no member and no field that nobody asked for
(``extensions`` of a subgraph are not the client's business). Whatever else is read in the usual way.
"""

from __future__ import annotations

from typing import Any

import msgspec
from graphql import GraphQLSchema

from ...planning.plan import QueryPlan
from ..typed_answer import Decode
from .layout import Position
from .layouts import LayoutBuilder


def emit_passage(plan: QueryPlan, root: Position, schema: GraphQLSchema) -> Decode:
    """Make a decoder that raises unless the response passes."""
    data = _ExactLayouts(schema).layout(plan.fetches[0], root)
    return msgspec.json.Decoder(_exact({"data": data})).decode


class _ExactLayouts(LayoutBuilder):
    """Structs in the place of dicts: they refuse keys that they don't know, and are made faster."""

    def _typed_dict(self, fields: dict[str, Any]) -> Any:
        return _exact(fields)


def _exact(fields: dict[str, Any]) -> Any:
    # A GraphQL name may be one that Python keeps for itself.
    names = {f"f{number}": key for number, key in enumerate(fields)}
    typed = list(zip(names, fields.values(), strict=True))
    return msgspec.defstruct("Exact", typed, rename=names, forbid_unknown_fields=True, gc=False)
