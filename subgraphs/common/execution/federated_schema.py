"""Strawberry's federation schema with two corrections.

`_entities` leaves the caller's variables alone (two aliased `_entities` may share one), and unknown types are
coded errors of their entity only. Errors of operations over WebSocket are presented by the same table as over
HTTP.
"""

import inspect
from collections.abc import Mapping
from typing import Any, cast

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaskErrors
from strawberry.federation.schema import FederationAny
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.execution import ExecutionContext

from ..errors import CodedError, ErrorCode
from .present_error import present_error


class PresentErrors(MaskErrors):
    """Presents the errors of operations that Strawberry runs itself (over WebSocket)."""

    def _process_errors(self, errors: list[GraphQLError]) -> list[GraphQLError]:
        return [present_error(error) for error in errors]


class FederatedSchema(strawberry.federation.Schema):
    """The schema of one of our subgraphs."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(extensions=[PresentErrors], **arguments)

    def entities_resolver(
        self, info: strawberry.Info, representations: list[FederationAny]
    ) -> list[FederationAny]:
        """One awaitable (or error) per representation, in order; loaders batch them."""
        return [self._entity(info, cast("Mapping[str, Any]", item)) for item in representations]

    def _entity(self, info: strawberry.Info, representation: Mapping[str, Any]) -> Any:
        try:
            reference = self._reference_resolver(representation.get("__typename"))
            values = {name: value for name, value in representation.items() if name != "__typename"}
            return reference(info=info, **values)
        except (CodedError, TypeError) as error:
            return _coded(error)

    def _reference_resolver(self, name: str | None) -> Any:
        type_ = self.schema_converter.type_map.get(name or "")
        definition = getattr(type_, "definition", None)
        if isinstance(definition, StrawberryObjectDefinition):
            resolver = getattr(definition.origin, "resolve_reference", None)
            if inspect.ismethod(resolver):
                return resolver
        raise CodedError(ErrorCode.BAD_USER_INPUT, f'"{name}" is not an entity that can be resolved here.')

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leave logging to `present_error`, which knows what is worth it."""


def _coded(error: Exception) -> Exception:
    if isinstance(error, CodedError):
        return error
    return CodedError(ErrorCode.BAD_USER_INPUT, "The representation does not fit a key of its type.")
