"""Clients of other makes, as they come: Java's own, and curl."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
NAMED = {"data": {"product": {"name": "Shawarma", "reviews": ["review of 1"]}}}
QUERY = '{"query": "{ product(id: 1) { name reviews } }"}'


async def lines_of(program: str, *arguments: str) -> list[Any]:
    """Run to the end; gives the JSON of each line it prints."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: this client is not tested")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(program, *arguments, stdout=pipe, stderr=pipe)
    output, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, errors.decode()
    return [json.loads(line) for line in output.splitlines()]


async def test_javas_client_posts_streams_and_opens_a_websocket(url: str) -> None:
    posted, again, *events, acknowledged, heard = await lines_of("java", str(HERE / "JavaClient.java"), url)
    assert posted == again == NAMED
    assert [event["data"]["priceChanged"]["price"] for event in events] == [100, 101]
    assert acknowledged == {"type": "connection_ack"}
    assert heard["payload"] == NAMED


@pytest.mark.parametrize("option", ["--http1.1", "--http2", "--http1.0", "--compressed"])
async def test_curl_posts_by_whatever_version_it_offers(url: str, option: str) -> None:
    headers = ("-H", "content-type: application/json", "-H", "accept: application/json")
    (posted,) = await lines_of("curl", "-sS", option, *headers, "-d", QUERY, f"{url}/graphql")
    assert posted == NAMED
