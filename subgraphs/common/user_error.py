"""The error that mutation payloads list: a mistake of the user's, with the input field it concerns."""

from __future__ import annotations

import strawberry

from .errors import CodedError, ErrorCode


@strawberry.federation.type(shareable=True, description="Why a mutation did not do what was asked.")
class UserError:
    """`field` is the path of the input field, if one is to blame."""

    code: ErrorCode
    message: str
    field: str | None = None
    retry_after: int | None = strawberry.field(
        default=None, description="Seconds to wait before trying again, where that helps."
    )

    @classmethod
    def of(cls, error: CodedError) -> UserError:
        """Show a coded error in a payload."""
        return cls(code=error.code, message=error.message, field=error.field, retry_after=error.retry_after)
