"""Field sets of ``@key``, ``@requires``, ``@provides`` and ``@fromContext`` → normalised selections."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import OperationDefinitionNode, parse

from ..supergraph import SupergraphType
from .normalise import Normaliser
from .selections import Selections


def read_field_set(text: str, parent: str, types: Mapping[str, SupergraphType]) -> Selections:
    """Read a field set on type ``parent``: ``id org { id }`` or ``{ ... on A { b } }``.

    Raises GraphQLError on bad syntax, KeyError where a type or field does not exist.
    """
    stripped = text.strip()
    source = stripped if stripped.startswith("{") else f"{{{stripped}}}"
    definition = parse(source, no_location=True).definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    return Normaliser(types, {}, {}).selections([definition.selection_set], parent)
