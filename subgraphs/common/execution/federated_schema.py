"""Strawberry's federation schema with two corrections.

`_entities` leaves the caller's variables alone (two aliased `_entities` may share one), and unknown types are
coded errors of their entity only. Errors of operations over WebSocket are presented by the same table as over
HTTP.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaskErrors
from strawberry.federation.schema import FederationAny
from strawberry.types.execution import ExecutionContext

from ..errors import CodedError, ErrorCode
from .compiled import EntityReferences
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
        """One entity, awaitable or error per representation, in order; loaders batch them."""
        return self._references.resolve(info, cast("list[Mapping[str, Any]]", representations))

    @cached_property
    def _references(self) -> EntityReferences:
        return _CodedReferences(self)

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leave logging to `present_error`, which knows what is worth it."""


class _CodedReferences(EntityReferences):
    """Bad representations are coded errors, each of its entity only."""

    def unknown(self, name: Any) -> Exception:
        return CodedError(ErrorCode.BAD_USER_INPUT, f'"{name}" is not an entity that can be resolved here.')

    def failed(self, error: Exception) -> Exception:
        if isinstance(error, TypeError):
            return CodedError(ErrorCode.BAD_USER_INPUT, "The representation does not fit a key of its type.")
        return error
