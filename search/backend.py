"""What a search backend does; both backends pass one suite of tests."""

from __future__ import annotations

from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from search.documents import Deletion, Document
from search.query import Page, Query, Suggestion, SuggestQuery


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a batch: `stale` writes found a newer version in the index and changed nothing."""

    applied: int
    stale: int


class SearchBackend(Protocol):
    """One index of all tenants' documents."""

    async def ensure_index(self) -> None:
        """Make the index unless it is there; safe to call from many processes at once."""

    async def is_outdated(self) -> bool:
        """Whether documents lack what newer ones have, since an older version wrote them: rebuild it."""

    async def index(self, documents: Sequence[Document]) -> Written:
        """Write documents in bulk, each unless the index has a newer version or deletion of it."""

    async def delete(self, deletions: Sequence[Deletion]) -> Written:
        """Remove documents in bulk, by the same rule."""

    async def forget_deletions(self, before: int) -> int:
        """Forget which documents were deleted by versions before this one; return how many."""

    async def search(self, query: Query) -> Page:
        """Find documents; raise `BadQuery` or `SearchUnavailable`."""

    async def suggest(self, query: SuggestQuery) -> list[Suggestion]:
        """Complete a prefix with names, the most frequent first."""

    async def rebuild(self, documents: AsyncIterable[Document]) -> int:
        """Build the index anew beside the old one, then swap them in one step; return how many it has.

        Searches go on. What `index` and `delete` write meanwhile lands in both, so nothing is lost. Memory is
        bounded by a batch.
        """

    async def refresh(self) -> None:
        """Let searches see everything written so far."""

    async def count(self) -> int:
        """Say how many documents there are; 0 without an index."""

    async def close(self) -> None:
        """Let connections go."""
