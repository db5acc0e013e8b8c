"""Relay connections: opaque cursors over keysets, one page a time, merged over shards.

`page(first, after)` checks the arguments; `connection` cuts the one row too many that tells of a next page.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, Generic, TypeVar

import orjson
import strawberry

from .errors import CodedError, ErrorCode

T = TypeVar("T")
R = TypeVar("R")

Cursor = tuple[str | int | float, ...]


@strawberry.federation.type(shareable=True, description="Where a page stands in its list.")
class PageInfo:
    """As in the Relay connection specification."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.federation.type(shareable=True, description="A node of a list and its place.")
class Edge(Generic[T]):
    """One entry of a connection."""

    node: T
    cursor: str


@strawberry.federation.type(shareable=True, description="One page of a list.")
class Connection(Generic[T]):
    """`Connection[Order]` is `OrderConnection` in the schema."""

    edges: list[Edge[T]]
    page_info: PageInfo


@dataclass(frozen=True, slots=True)
class Page:
    """A checked request for a page: at most `first` rows behind the keyset `after`."""

    first: int
    after: Cursor | None

    @property
    def limit(self) -> int:
        """Rows to ask for: one more than is shown, to know whether there is a next page."""
        return self.first + 1


def page(first: int | None, after: str | None, *, default: int = 20, most: int = 100) -> Page:
    """Check a list's arguments."""
    count = default if first is None else first
    if not 1 <= count <= most:
        raise CodedError(ErrorCode.BAD_USER_INPUT, f"`first` must be between 1 and {most}.", "first")
    return Page(count, None if after is None else decode_cursor(after))


def encode_cursor(*parts: str | int | float) -> str:
    """Wrap a keyset so that clients don't build upon its form."""
    return urlsafe_b64encode(orjson.dumps(parts)).rstrip(b"=").decode()


def decode_cursor(cursor: str) -> Cursor:
    """Unwrap a cursor; a coded error if it is none."""
    try:
        parts = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError):
        parts = None
    if not isinstance(parts, list) or not parts or not all(isinstance(p, str | int | float) for p in parts):
        raise CodedError(ErrorCode.BAD_USER_INPUT, "`after` is not a cursor of this list.", "after")
    return tuple(parts)


def merge_rows(
    parts: Iterable[Iterable[R]], key: Callable[[R], Any], limit: int, *, newest_first: bool = True
) -> list[R]:
    """Merge the shards' sorted rows into the first `limit` of all."""
    return list(islice(merge(*parts, key=key, reverse=newest_first), limit))


def connection(
    rows: Sequence[R], wanted: Page, node_of: Callable[[R], T], cursor_of: Callable[[R], str]
) -> Connection[T]:
    """Make a page of rows that were read with `wanted.limit`."""
    shown = rows[: wanted.first]
    edges = [Edge(node=node_of(row), cursor=cursor_of(row)) for row in shown]
    info = PageInfo(
        has_next_page=len(rows) > wanted.first,
        has_previous_page=wanted.after is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Connection(edges=edges, page_info=info)
