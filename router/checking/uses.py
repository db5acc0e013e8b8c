"""Which types answers may hold, and which only arguments."""

from __future__ import annotations

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type


class Uses:
    """Looks types up by the way they are used."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._output = {
            get_named_type(field.type).name
            for type_ in schema.type_map.values()
            if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
            for field in type_.fields.values()
        }

    def in_answers(self, name: str) -> bool:
        """Whether a field returns the type."""
        return name in self._output
