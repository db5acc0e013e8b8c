"""The HTTP status of a response, by the edition of GraphQL over HTTP that a server follows.

                                    2025, graphql-response+json   2025, json   2026 (either)
data                                200                           200          200
data and errors                     200                           200          294 (json: 200)
text that is no GraphQL             400                           200          400
invalid operation or variables      400                           200          422
no GraphQL request                  400                           400          422

2026 answers failures as ``application/graphql-response+json`` even to clients that name only
``application/json`` (§Body): who reads no status but 2xx does not look at them.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ...errors import RequestError
from ...settings import Edition
from ...traffic.messages import SingleResult
from .negotiate import PLAIN_JSON, RESPONSE_JSON, SingleType

PARTIAL_SUCCESS = 294
UNPROCESSABLE = 422
# Requests that cannot even be read; all others of status 400 were read, and make no sense.
UNREADABLE = frozenset({"GRAPHQL_PARSE_FAILED", "INVALID_JSON", "INVALID_ENCODING", "INVALID_HTTP"})


class _Extensions(msgspec.Struct):
    code: Any = None


class _Error(msgspec.Struct):
    extensions: _Extensions = msgspec.field(default_factory=_Extensions)


class _Response(msgspec.Struct):
    errors: list[_Error] = msgspec.field(default_factory=list)


_decode = msgspec.json.Decoder(_Response).decode


def codes_of(body: bytes) -> set[Any]:
    """The codes of a response's errors."""
    return {error.extensions.code for error in _decode(body).errors}


def status_of_result(edition: Edition, media_type: SingleType, result: SingleResult) -> int:
    """The status of the engine's answer in a media type."""
    if edition == "2025":
        return 200 if media_type == PLAIN_JSON and result.status == 400 else result.status
    codes = codes_of(result.body)
    if result.rejected:
        return _status_of_failure(result.status, codes)
    partial = result.status == 200 and codes and media_type == RESPONSE_JSON
    return PARTIAL_SUCCESS if partial else result.status


def status_of_error(edition: Edition, error: RequestError) -> int:
    """The status of a refusal of the server's own."""
    return error.status if edition == "2025" else _status_of_failure(error.status, {error.code})


def _status_of_failure(status: int, codes: set[Any]) -> int:
    return UNPROCESSABLE if status == 400 and not codes & UNREADABLE else status


def headers_of_status(status: int) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that go with a status of the engine's: a 405 names what is allowed (RFC 9110 §15.5.6)."""
    return ((b"allow", b"POST"),) if status == 405 else ()


def media_type_of(edition: Edition, media_type: SingleType, status: int) -> SingleType:
    """The media type that a response of this status is sent in."""
    return media_type if edition == "2025" or status < 300 else RESPONSE_JSON
