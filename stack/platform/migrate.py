"""The step that brings every shard's tables up to date: `python -m stack.platform.migrate`."""

from __future__ import annotations

import asyncio
import os


def main() -> None:
    """Migrate the shards named by WAYBILL_SHARDS."""
    from subgraphs.common.migrate import migrate

    asyncio.run(migrate(tuple(os.environ["WAYBILL_SHARDS"].split(","))))


if __name__ == "__main__":
    main()
