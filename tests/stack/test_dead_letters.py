"""`waybill dead-letters` shows what was put aside, and puts it back."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from subgraphs.common.dead_letters import bury

STREAM = "waybill:events:orders"


async def waybill(home: Path, valkey_url: str, *arguments: str) -> tuple[int | None, str]:
    env = {
        **os.environ,
        "WAYBILL_HOME": str(home),
        "WAYBILL_SHARDS": "postgresql://a:b@127.0.0.1/none",
        "WAYBILL_VALKEY_URL": valkey_url,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "stack", "dead-letters", *arguments),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    return process.returncode, told.decode()


async def test_dead_letters_are_shown_with_their_reason_and_put_back(tmp_path: Path, valkey_url: str) -> None:
    event = {"id": "1", "topic": "order.status", "key": "order-1", "at": "2026-11-28", "payload": "{}"}
    async with Redis.from_url(valkey_url, decode_responses=True) as valkey:
        await bury(valkey, event, stream=STREAM, group="riders", error=ValueError("odd\nstatus"))
        await bury(valkey, {"rider": "rider-1"}, stream="", group="relay", error=KeyError("at"))
        code, told = await waybill(tmp_path, valkey_url)
        assert code == 0
        assert "2026-11-28  order.status order-1  riders: ValueError: odd status" in told
        assert told.endswith("2 dead letters\n")
        assert await valkey.xlen(STREAM) == 0
        code, told = await waybill(tmp_path, valkey_url, "--again")
        assert told.endswith("2 dead letters, 1 put back on their streams\n")
        entries: Any = await valkey.xrange(STREAM)
        assert [fields for _, fields in entries] == [event]
        code, told = await waybill(tmp_path, valkey_url)
        assert told.endswith("1 dead letters\n")


async def test_without_a_valkey_it_says_so(tmp_path: Path) -> None:
    code, told = await waybill(tmp_path, "redis://127.0.0.1:1/0")
    assert (code, told.count("\n")) == (1, 1)
    assert told.startswith("waybill: Valkey does not answer (ConnectionError)")
