"""The one table of error codes, and the exception that carries one to the client.

`CodedError` is the only exception whose message clients see; every other is masked
(execution/present_error.py).
"""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(description="What went wrong, for programs.")
class ErrorCode(Enum):
    """Codes of GraphQL errors (`extensions.code`) and of `UserError`s in payloads."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    BAD_REQUEST = "BAD_REQUEST"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"
    INVALID_PHONE = "INVALID_PHONE"
    PHONE_TAKEN = "PHONE_TAKEN"
    WEAK_PASSWORD = "WEAK_PASSWORD"
    BAD_CREDENTIALS = "BAD_CREDENTIALS"
    ACCOUNT_DEACTIVATED = "ACCOUNT_DEACTIVATED"
    TOKEN_REUSED = "TOKEN_REUSED"
    ILLEGAL_STATUS = "ILLEGAL_STATUS"
    PRODUCT_UNAVAILABLE = "PRODUCT_UNAVAILABLE"
    VENDOR_CLOSED = "VENDOR_CLOSED"
    VENDOR_PAUSED = "VENDOR_PAUSED"
    OUT_OF_AREA = "OUT_OF_AREA"
    BELOW_MINIMUM = "BELOW_MINIMUM"
    PRICE_CHANGED = "PRICE_CHANGED"
    CONFLICT = "CONFLICT"
    RATE_LIMITED = "RATE_LIMITED"
    TOO_MANY_ATTEMPTS = "TOO_MANY_ATTEMPTS"
    RESPONSE_TOO_LARGE = "RESPONSE_TOO_LARGE"


# code: (when it happens, what the caller can do about it)
ERROR_TABLE: dict[ErrorCode, tuple[str, str]] = {
    ErrorCode.UNAUTHENTICATED: ("There is no valid access token.", "Log in or refresh the token."),
    ErrorCode.FORBIDDEN: ("The caller lacks the rights for this.", "Use an account that has them."),
    ErrorCode.NOT_FOUND: ("There is no such object, or the caller may not know of it.", "Check the id."),
    ErrorCode.BAD_USER_INPUT: ("An argument is out of its bounds or malformed.", "Correct the named field."),
    ErrorCode.GRAPHQL_PARSE_FAILED: ("The operation is not GraphQL.", "Correct its syntax."),
    ErrorCode.GRAPHQL_VALIDATION_FAILED: ("The operation does not fit the schema.", "Correct the operation."),
    ErrorCode.BAD_REQUEST: ("The HTTP request is not GraphQL over HTTP.", "Send JSON with a `query`."),
    ErrorCode.UNAVAILABLE: ("Something this depends on does not answer.", "Try again later."),
    ErrorCode.INTERNAL_SERVER_ERROR: (
        "A fault of ours; logged under the request id.",
        "Report the request id.",
    ),
    ErrorCode.INVALID_PHONE: (
        "The phone number is not valid.",
        "Send it in E.164 form, such as +20100000000.",
    ),
    ErrorCode.PHONE_TAKEN: ("Another account has the phone number one wants to move to.", "Use another."),
    ErrorCode.WEAK_PASSWORD: (
        "The password is too short, too long, or one of those that are guessed first.",
        "Use 8 to 200 characters that are no common password, no name, phone or email of one's own.",
    ),
    ErrorCode.BAD_CREDENTIALS: ("Phone and password do not belong together.", "Check both."),
    ErrorCode.ACCOUNT_DEACTIVATED: ("The account was deactivated.", "Ask an admin to reactivate it."),
    ErrorCode.TOKEN_REUSED: ("A used refresh token came again; the login is revoked.", "Log in again."),
    ErrorCode.ILLEGAL_STATUS: ("The object's status does not allow this step.", "Read its status again."),
    ErrorCode.PRODUCT_UNAVAILABLE: ("A product cannot be ordered now.", "Take it out of the order."),
    ErrorCode.VENDOR_CLOSED: (
        "The vendor takes no orders at this time, or none any more.",
        "Order when it opens: `refusal.opensAt`; where that is null, order elsewhere.",
    ),
    ErrorCode.VENDOR_PAUSED: (
        "The vendor takes no orders for a while.",
        "Order when its pause ends: `refusal.opensAt`.",
    ),
    ErrorCode.OUT_OF_AREA: (
        "The vendor does not deliver to this place.",
        "Choose another address, or a vendor of `vendors(deliversTo)`.",
    ),
    ErrorCode.BELOW_MINIMUM: (
        "The items cost less than the vendor's least order.",
        "Add items, up to `refusal.minimumOrder`.",
    ),
    ErrorCode.PRICE_CHANGED: (
        "The order costs something else than was expected.",
        "Show `refusal.total`, and send it as `expectedTotal` if the customer agrees.",
    ),
    ErrorCode.RATE_LIMITED: ("That came more often than is allowed.", "Send it less often."),
    ErrorCode.TOO_MANY_ATTEMPTS: (
        "There were too many tries to log in, with this phone or from this address.",
        "Wait for as many seconds as `retryAfter` says; log in once in an operation.",
    ),
    ErrorCode.RESPONSE_TOO_LARGE: (
        "The response would have more fields, or more bytes, than a subgraph makes.",
        "Ask for shorter pages and fewer fields; what mutations of the operation did stays done.",
    ),
    ErrorCode.CONFLICT: ("Someone changed the same thing at the same time.", "Read it again and repeat."),
}


# Messages quote what the client sent, which may be megabytes.
_LONGEST = 1_000


def shortened(message: str) -> str:
    """A message that can be read."""
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"


class CodedError(Exception):
    """A mistake of the caller's: its message and code reach the client as they are."""

    def __init__(
        self,
        code: ErrorCode,
        message: str | None = None,
        field: str | None = None,
        *,
        retry_after: int | None = None,
    ) -> None:
        self.code = code
        self.message = shortened(message or ERROR_TABLE[code][0])
        self.field = field
        # Seconds after which the same may succeed.
        self.retry_after = retry_after
        super().__init__(self.message)


def bad(message: str, field: str) -> CodedError:
    """A mistake in a field of an input: BAD_USER_INPUT."""
    return CodedError(ErrorCode.BAD_USER_INPUT, message, field)


class Unauthenticated(CodedError):
    """No token, or a bad one."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(ErrorCode.UNAUTHENTICATED, message)


class Forbidden(CodedError):
    """A good token whose owner may not do this."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(ErrorCode.FORBIDDEN, message)


class NotFound(CodedError):
    """No such object for this caller."""

    def __init__(self, message: str | None = None, field: str | None = None) -> None:
        super().__init__(ErrorCode.NOT_FOUND, message, field)
