"""Pages of reviews, the newest first: one statement a shard for all vendors and products of a level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, bindparam, text

from subgraphs.common.connections import Page, encode_cursor
from subgraphs.common.ids import parse_id
from subgraphs.common.loaders import ShardedLoader, by_number
from subgraphs.common.reads import Read
from subgraphs.common.sharding import ShardId

from .models import ReviewRow

_AFTER_ALL = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A page of reviews of a vendor or of one of its products, older than the review `before`."""

    vendor_id: UUID
    subject_id: UUID
    limit: int
    before: UUID


def review_page(vendor_id: UUID, subject_id: UUID, wanted: Page) -> ReviewPage:
    """The page that is asked for; BAD_USER_INPUT for a cursor of another list."""
    before = _AFTER_ALL if wanted.after is None else parse_id(str(wanted.after[-1]))
    return ReviewPage(vendor_id, subject_id, wanted.limit, before)


def review_cursor(row: ReviewRow) -> str:
    """Where a review stands; ids are ordered by time."""
    return encode_cursor(str(row.id))


_REVIEWS = Read(
    text(
        """
        SELECT wanted.n, found.*
        FROM unnest(:vendors, :subjects, :befores, :limits) WITH ORDINALITY
            AS wanted(vendor, subject, before, length, n)
        CROSS JOIN LATERAL (
            SELECT * FROM catalog.reviews r
            WHERE r.vendor_id = wanted.vendor AND r.subject_id = wanted.subject AND r.id < wanted.before
            ORDER BY r.id DESC LIMIT wanted.length
        ) found ORDER BY wanted.n, found.id DESC
        """
    ).bindparams(
        bindparam("vendors", type_=ARRAY(Uuid)),
        bindparam("subjects", type_=ARRAY(Uuid)),
        bindparam("befores", type_=ARRAY(Uuid)),
        bindparam("limits", type_=ARRAY(Integer)),
    )
)


class ReviewsByPage(ShardedLoader[ReviewPage, list[ReviewRow]]):
    """Pages of reviews, each with one more than it shows, if there is one."""

    def shard_of(self, key: ReviewPage) -> ShardId:
        """The vendor's."""
        return self.shards.map.shard_of(key.vendor_id)

    async def fetch(self, shard: ShardId, keys: list[ReviewPage]) -> Mapping[ReviewPage, list[ReviewRow]]:
        """One statement."""
        rows = await self.shards.fetch(
            shard,
            _REVIEWS,
            self.label,
            vendors=[key.vendor_id for key in keys],
            subjects=[key.subject_id for key in keys],
            befores=[key.before for key in keys],
            limits=[key.limit for key in keys],
        )
        return by_number(keys, rows)

    def missing(self, key: ReviewPage) -> list[ReviewRow]:
        """Nobody has said anything yet."""
        return []
