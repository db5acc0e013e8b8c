"""What can be wrong with an operation that GraphQL's own validation lets pass."""

from __future__ import annotations


class OperationError(Exception):
    """The operation cannot be read: ``code`` is for clients, ``message`` says what to change."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
