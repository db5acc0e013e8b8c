"""The step that brings every shard's tables up to date: `python -m stack.platform.migrate`."""

from __future__ import annotations

import asyncio


def main() -> None:
    """Migrate the shards of the environment, past a PgBouncer where one is."""
    from subgraphs.common.migrate import run

    asyncio.run(run())


if __name__ == "__main__":
    main()
