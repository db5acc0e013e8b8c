"""The error that mutation payloads list: a mistake of the user's, with the input field it concerns."""

from __future__ import annotations

import strawberry

from .errors import CodedError, ErrorCode


@strawberry.federation.type(shareable=True, description="Why a mutation did not do what was asked.")
class UserError:
    """`{code message field}`; `field` is the path of the input field, if one is to blame."""

    code: ErrorCode
    message: str
    field: str | None = None

    @classmethod
    def of(cls, error: CodedError) -> UserError:
        """Show a coded error in a payload."""
        return cls(code=error.code, message=error.message, field=error.field)
