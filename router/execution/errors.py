"""The one table of error codes that a response may carry in ``extensions.code``.

Enters: nothing. Leaves: ``ErrorCode`` with a line of explanation each (the documentation is printed
from it), and ``Problem``, an error on its way to the client.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

ClientPath: TypeAlias = tuple[str | int, ...]


class ErrorCode(StrEnum):
    """A code and, as its ``help``, what it means to the client."""

    help: str

    def __new__(cls, code: str, help_line: str) -> ErrorCode:
        """Keep the explanation beside the code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.help = help_line
        return member

    PARSE_FAILED = "GRAPHQL_PARSE_FAILED", "The operation text is not GraphQL."
    VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED", "The operation does not fit the schema."
    BAD_USER_INPUT = "BAD_USER_INPUT", "A variable's value does not fit its type."
    BAD_REQUEST = "BAD_REQUEST", "The request lacks an operation, or is malformed."
    UNKNOWN_OPERATION = "OPERATION_RESOLUTION_FAILURE", "operationName is missing or names no operation."
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED", "This transport may not run this kind of operation."
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE", "The operation's answer is a stream, and the client accepts none."
    PERSISTED_QUERY_NOT_SUPPORTED = (
        "PERSISTED_QUERY_NOT_SUPPORTED",
        "This router keeps no operations by their hashes; send the text.",
    )
    TOO_MANY_TOKENS = "MAX_TOKENS_EXCEEDED", "The operation has more tokens than allowed."
    TOO_DEEP = "MAX_DEPTH_EXCEEDED", "The operation is nested more deeply than allowed."
    TOO_MANY_ALIASES = "MAX_ALIASES_EXCEEDED", "The operation has more aliases than allowed."
    TOO_MANY_ROOT_FIELDS = "MAX_ROOT_FIELDS_EXCEEDED", "The operation has more root fields than allowed."
    TOO_MANY_DIRECTIVES = "MAX_DIRECTIVES_EXCEEDED", "The operation has more directives than allowed."
    INTROSPECTION_DISABLED = "INTROSPECTION_DISABLED", "This router does not answer __schema and __type."
    PLANNING_FAILED = "QUERY_PLANNING_FAILED", "No plan was found within the planning budget."
    UNREACHABLE_FIELD = "UNREACHABLE_FIELD", "No subgraph can answer a field where the operation asks for it."
    SUBREQUEST_HTTP_ERROR = "SUBREQUEST_HTTP_ERROR", "A subgraph could not be reached or refused the request."
    SUBREQUEST_TIMEOUT = "SUBREQUEST_TIMEOUT", "A subgraph did not answer in time."
    SUBREQUEST_MALFORMED = "SUBREQUEST_MALFORMED_RESPONSE", "A subgraph's answer is not a GraphQL response."
    SUBREQUEST_TOO_LARGE = "SUBREQUEST_RESPONSE_TOO_LARGE", "A subgraph's answer is larger than allowed."
    SUBGRAPH_ERROR = "DOWNSTREAM_SERVICE_ERROR", "A subgraph reported an error without a code of its own."
    INVALID_VALUE = "INVALID_RESPONSE_VALUE", "A subgraph's value does not fit the schema."
    NON_NULL = "NON_NULL_VIOLATION", "A subgraph gave null where the schema allows none."
    SUBSCRIPTION_FAILED = "SUBSCRIPTION_FAILED", "A subgraph refused or ended the subscription with an error."
    INTERNAL = "INTERNAL_SERVER_ERROR", "A bug in the router; details are in its log."


@dataclass(frozen=True, slots=True)
class Problem:
    """An error for the client. ``path`` is in the client's shape; ``service`` is shown by setting."""

    message: str
    code: str
    path: ClientPath | None = None
    service: str | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict)
    locations: tuple[Mapping[str, int], ...] = ()
    from_subgraph: bool = False
    """Whether a subgraph wrote the message (it may be masked)."""

    def formatted(self, *, with_service: bool = False) -> dict[str, Any]:
        """Give the error as GraphQL's response format has it."""
        shown: dict[str, Any] = {"message": self.message}
        if self.locations:
            shown["locations"] = list(self.locations)
        if self.path is not None:
            shown["path"] = list(self.path)
        shown["extensions"] = {**self.extensions, "code": self.code}
        if with_service and self.service is not None:
            shown["extensions"]["service"] = self.service
        return shown
