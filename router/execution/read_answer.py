"""A subgraph's HTTP response → its GraphQL answer, or why it is none.

A response that is not 200 counts only if it says of itself that it is GraphQL's
(``application/graphql-response+json``, GraphQL over HTTP §6.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..planning.plan import Shape
from .errors import ErrorCode
from .json_codec import JsonObject, decode_leniently
from .problems import DEFAULT_LIMIT
from .transport import DeadlineExceeded, HttpResponse, ResponseTooLarge, TransportError
from .typename import typename_of

NESTED = "is nested too deeply"
AS_THEY_ARE: Mapping[str, str] = {}


class BadAnswer(Exception):
    """There is no answer to use. The message is for the client."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class SubgraphAnswer:
    """A GraphQL response's members, their kinds checked; errors are objects.

    ``has_more``: there are more errors than were taken.
    """

    data: JsonObject | None
    errors: list[JsonObject] = field(default_factory=list)
    has_more: bool = False


def read_answer(
    response: HttpResponse,
    service: str,
    shape: Shape,
    errors_limit: int = DEFAULT_LIMIT,
    type_names: Mapping[str, str] = AS_THEY_ARE,
) -> SubgraphAnswer:
    """Read a subgraph's response; of its data what ``shape`` has is kept. BadAnswer if it can't be used.

    ``type_names``: the subgraph's own names for types, and the supergraph's, which take their places.
    """
    if response.status != 200 and not _is_graphql(response):
        code = ErrorCode.SUBREQUEST_HTTP_ERROR
        raise BadAnswer(code, f"Subgraph '{service}' answered with HTTP status {response.status}.")
    try:
        payload = decode_leniently(response.body)
    except RecursionError:  # without its trace, which is as long as it is deep
        raise _malformed(service, NESTED) from None
    except ValueError as error:
        raise _malformed(service, "is not JSON") from error
    return read_payload(payload, service, shape, errors_limit, type_names)


def read_payload(
    payload: Any,
    service: str,
    shape: Shape,
    errors_limit: int = DEFAULT_LIMIT,
    type_names: Mapping[str, str] = AS_THEY_ARE,
) -> SubgraphAnswer:
    """Check a GraphQL response that is decoded already; of its data what ``shape`` has is kept."""
    if type(payload) is not dict:
        raise _malformed(service, "is not an object")
    data = payload.get("data")
    if data is not None and type(data) is not dict:
        raise _malformed(service, "has data that is not an object")
    try:
        data = as_asked(data, shape)
        if type_names:
            call_types(data, shape, type_names)
    except RecursionError:
        raise _malformed(service, NESTED) from None
    errors = payload.get("errors")
    if not errors:
        if data is None:
            raise _malformed(service, "has neither data nor errors")
        return SubgraphAnswer(data)
    if type(errors) is not list:
        return SubgraphAnswer(data, [{}])
    taken = [_as_object(error) for error in errors[:errors_limit]]
    return SubgraphAnswer(data, taken, has_more=len(errors) > errors_limit)


def as_asked(value: Any, shape: Shape) -> Any:
    """Leave out what nobody asked for: it could be taken for another fetch's data."""
    if isinstance(value, dict):
        return {
            key: item if (below := shape[key]) is None else as_asked(item, below)
            for key, item in value.items()
            if key in shape
        }
    if isinstance(value, list):
        return [as_asked(item, shape) for item in value]
    return value


def call_types(value: Any, shape: Shape, type_names: Mapping[str, str]) -> None:
    """Put the supergraph's names of types in the places of the subgraph's own; not within leaves' values."""
    if isinstance(value, list):
        for item in value:
            call_types(item, shape, type_names)
    elif isinstance(value, dict):
        for key, below in shape.items():
            if below is not None:
                call_types(value.get(key), below, type_names)
        name = typename_of(value)
        if name is not None:
            value["__typename"] = type_names.get(name, name)


def _as_object(error: Any) -> JsonObject:
    return error if isinstance(error, dict) else {}


def _malformed(service: str, what: str) -> BadAnswer:
    return BadAnswer(ErrorCode.SUBREQUEST_MALFORMED, f"The response of subgraph '{service}' {what}.")


def _is_graphql(response: HttpResponse) -> bool:
    return any(
        name == b"content-type" and value.lower().startswith(b"application/graphql-response+json")
        for name, value in response.headers
    )


def transport_failure(error: TransportError, service: str) -> BadAnswer:
    """Say to the client that a subgraph did not answer; nothing of addresses."""
    match error:
        case DeadlineExceeded():
            return BadAnswer(ErrorCode.SUBREQUEST_TIMEOUT, f"Subgraph '{service}' did not answer in time.")
        case ResponseTooLarge():
            return BadAnswer(
                ErrorCode.SUBREQUEST_TOO_LARGE, f"The response of subgraph '{service}' is too large."
            )
        case _:
            return BadAnswer(ErrorCode.SUBREQUEST_HTTP_ERROR, f"Subgraph '{service}' could not be reached.")
