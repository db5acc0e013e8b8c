"""A stream cut into lists, so that memory holds one of them at a time."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def batches(items: AsyncIterable[T], size: int) -> AsyncIterator[list[T]]:
    """Yield lists of `size` items, the last one shorter."""
    batch: list[T] = []
    async for item in items:
        batch.append(item)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
