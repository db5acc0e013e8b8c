"""Mutations answer with a payload: a mistake of the caller's is listed in it, and fails nothing else."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol, TypeVar

from .errors import CodedError
from .user_error import UserError


class Payload(Protocol):
    """A payload's type, which can be made of errors alone."""

    def __init__(self, *, errors: list[UserError]) -> None: ...


P = TypeVar("P", bound=Payload)


async def answered(kind: type[P], attempt: Awaitable[P]) -> P:
    """The attempt's payload, or one that tells why it failed."""
    try:
        return await attempt
    except CodedError as error:
        return kind(errors=[UserError.of(error)])
