"""What can be wrong with a supergraph file."""

from __future__ import annotations


class SupergraphError(Exception):
    """The text is no usable supergraph; ``message`` says where and how to mend it."""

    code = "INVALID_SUPERGRAPH"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
