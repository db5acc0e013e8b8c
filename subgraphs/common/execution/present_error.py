"""The one place where exceptions become GraphQL errors: coded ones pass, all others are masked and logged."""

from __future__ import annotations

import logging

from graphql import GraphQLError, GraphQLSyntaxError, ValueNode, VariableDefinitionNode
from sqlalchemy.exc import DBAPIError
from strawberry.exceptions import StrawberryInputCoercionError

from ..errors import ERROR_TABLE, CodedError, ErrorCode, shortened
from ..logs import request_id
from ..unavailable import is_unavailable
from .compiled import ResponseTooLarge

logger = logging.getLogger(__name__)


def present_error(error: GraphQLError) -> GraphQLError:
    """What the client sees of an error: message, path and `extensions.code`."""
    original = _root(error)
    if isinstance(original, CodedError):
        extensions: dict[str, object] = {"code": original.code.value}
        if original.field:
            extensions["field"] = original.field
        if original.retry_after:
            extensions["retryAfter"] = original.retry_after
        return _rewritten(error, original.message, extensions)
    if original is None or _is_about_a_value(error):
        return _rewritten(
            error, error.message, {"code": _code_of_document_error(error), **(error.extensions or {})}
        )
    if isinstance(original, ResponseTooLarge):
        return _rewritten(error, str(original), {"code": ErrorCode.RESPONSE_TOO_LARGE.value})
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
    if _is_about_a_value(error):
        return ErrorCode.BAD_USER_INPUT.value
    code = ErrorCode.GRAPHQL_VALIDATION_FAILED if error.path is None else ErrorCode.INTERNAL_SERVER_ERROR
    return str(code.value)


def _is_about_a_value(error: GraphQLError) -> bool:
    """Whether it is the client's value that is wrong, and not the operation around it.

    A wrong literal of a built-in scalar is a mistake in the operation, which the router finds; what a scalar
    of ours makes of its text only the subgraph can tell. Nodes: graphql-core names the variable's definition,
    or the value.
    """
    if isinstance(error, StrawberryInputCoercionError):  # validation passes on what a scalar raised
        return True
    node = error.nodes[0] if error.nodes else None
    if isinstance(node, VariableDefinitionNode):
        # The one rule of validation that blames a variable's definition alone says that it "is never used".
        return len(error.nodes or ()) == 1 and "is never used" not in error.message
    return isinstance(node, ValueNode) and (error.path is not None or error.original_error is not None)


def _is_bad_text(original: Exception) -> bool:
    """PostgreSQL refuses NUL in a text (SQLSTATE 22021, 22P05), wherever a client has put it."""
    refusal = original.orig if isinstance(original, DBAPIError) else original
    return getattr(refusal, "sqlstate", None) in ("22021", "22P05")


def _rewritten(error: GraphQLError, message: str, extensions: dict[str, object]) -> GraphQLError:
    return GraphQLError(
        shortened(message),
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )
