"""The one place where exceptions become GraphQL errors: coded ones pass, all others are masked and logged."""

from __future__ import annotations

import logging

from graphql import GraphQLError, GraphQLSyntaxError
from sqlalchemy.exc import DBAPIError

from ..errors import ERROR_TABLE, CodedError, ErrorCode
from ..logs import request_id
from ..unavailable import is_unavailable

logger = logging.getLogger(__name__)


def present_error(error: GraphQLError) -> GraphQLError:
    """What the client sees of an error: message, path and `extensions.code`."""
    original = _root(error)
    if isinstance(original, CodedError):
        extensions: dict[str, object] = {"code": original.code.value}
        if original.field:
            extensions["field"] = original.field
        return _rewritten(error, original.message, extensions)
    if original is None:
        return _rewritten(
            error, error.message, {"code": _code_of_document_error(error), **(error.extensions or {})}
        )
    if _is_bad_text(original):
        message = "A text has characters that cannot be kept."
        return _rewritten(error, message, {"code": ErrorCode.BAD_USER_INPUT.value})
    code = ErrorCode.UNAVAILABLE if is_unavailable(original) else ErrorCode.INTERNAL_SERVER_ERROR
    logger.error(
        "a resolver failed",
        exc_info=original,
        extra={"path": ".".join(map(str, error.path or ())), "code": code.value},
    )
    return _rewritten(error, ERROR_TABLE[code][0], {"code": code.value, "requestId": request_id.get()})


def _root(error: GraphQLError) -> Exception | None:
    original: Exception | None = error.original_error
    while isinstance(original, GraphQLError) and original.original_error is not None:
        original = original.original_error
    return None if isinstance(original, GraphQLError) else original


def _code_of_document_error(error: GraphQLError) -> str:
    if isinstance(error, GraphQLSyntaxError):
        return ErrorCode.GRAPHQL_PARSE_FAILED.value
    code = ErrorCode.GRAPHQL_VALIDATION_FAILED if error.path is None else ErrorCode.INTERNAL_SERVER_ERROR
    return str(code.value)


def _is_bad_text(original: Exception) -> bool:
    """PostgreSQL refuses NUL in a text (SQLSTATE 22021, 22P05), wherever a client has put it."""
    refusal = original.orig if isinstance(original, DBAPIError) else original
    return getattr(refusal, "sqlstate", None) in ("22021", "22P05")


def _rewritten(error: GraphQLError, message: str, extensions: dict[str, object]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )
