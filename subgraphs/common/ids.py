"""Ids: UUIDs of version 8 that are ordered by time and know their bucket.

Layout (RFC 9562, section 5.8): 48 bits of milliseconds since 1970, the version, a 12-bit bucket, the variant,
and 62 random bits. The bucket (of 4096) decides the shard, so no look-up table stands between an id and its
row.
"""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from .errors import CodedError, ErrorCode

BUCKETS = 4096
_RANDOM_BITS = 62
_VERSION = 0x8 << 76
_VARIANT = 0b10 << 62


def new_id(bucket: int | None = None, *, like: UUID | None = None, at: datetime | None = None) -> UUID:
    """Make an id in a bucket, in the bucket of another id (`like`), or in any bucket; `at` backdates it."""
    if like is not None:
        bucket = bucket_of(like)
    elif bucket is None:
        bucket = secrets.randbelow(BUCKETS)
    milliseconds = milliseconds_now() if at is None else milliseconds_of(at)
    return compose(milliseconds, bucket, secrets.randbits(_RANDOM_BITS))


def first_id_at(at: datetime) -> UUID:
    """The smallest id of a moment, as a bound for ranges: every id made at or after `at` is not below it."""
    return compose(milliseconds_of(at), 0, 0)


def bucket_of(id: UUID) -> int:
    """The bucket (0-4095) that the id carries."""
    return (id.int >> 64) & 0xFFF


def time_of(id: UUID) -> datetime:
    """The moment the id carries, in UTC, to the millisecond."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)


def bucket_of_text(text: str) -> int:
    """A stable bucket for what is not an id, such as a phone number."""
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest()) % BUCKETS


def parse_id(text: str) -> UUID:
    """Read an id that a client or another subgraph sent; a coded error if it is none of ours."""
    try:
        id = UUID(text)
    except (ValueError, AttributeError, TypeError):
        id = None
    if id is None or id.version != 8:
        raise CodedError(ErrorCode.BAD_USER_INPUT, f'"{text}" is not an id.')
    return id


def milliseconds_now() -> int:
    """Milliseconds since 1970 by this machine's clock."""
    return time.time_ns() // 1_000_000


def milliseconds_of(at: datetime) -> int:
    """Milliseconds since 1970; exact, where `timestamp()` rounds through a float."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // _MILLISECOND


_MILLISECOND = timedelta(milliseconds=1)


def compose(milliseconds: int, bucket: int, random: int) -> UUID:
    """Make an id of its parts; `random` has 62 bits."""
    return UUID(int=(milliseconds & 0xFFFF_FFFF_FFFF) << 80 | _VERSION | bucket << 64 | _VARIANT | random)
