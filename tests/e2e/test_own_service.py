"""The README's own service beside the platform: as it is printed there, it federates."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from stack.embedded.ports import free_ports

from .platform import Platform

README = Path(__file__).parents[2] / "README.md"


def _service() -> str:
    """The README's Python block that begins with its file's name."""
    found = re.search(r"```python\n# reviews\.py\n(.*?)```", README.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


@asynccontextmanager
async def _running(arguments: list[str], directory: Path, ready: str) -> AsyncIterator[None]:
    """A process, from when `ready` answers."""
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=directory)
    try:
        async with asyncio.timeout(60), httpx.AsyncClient() as http:
            while not await _answers(http, ready):
                assert process.returncode is None, f"{arguments[1]} ended"
                await asyncio.sleep(0.1)
        yield
    finally:
        process.terminate()
        await process.wait()


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code < 500
    except httpx.TransportError:
        return False


async def test_a_service_of_ones_own_adds_a_field_to_the_platforms_vendors(
    platform: Platform, tmp_path: Path
) -> None:
    (tmp_path / "reviews.py").write_text(_service())
    own, router = (f"http://127.0.0.1:{port}" for port in free_ports(2))
    listed: dict[str, Any] = json.loads((platform.home / "run" / "subgraphs.json").read_text())
    listed["subgraphs"].append({"name": "reviews", "url": f"{own}/graphql"})
    (tmp_path / "subgraphs.json").write_text(json.dumps(listed))
    serve = ["-m", "stack", "serve", "--subgraphs", "subgraphs.json", "--port", router.rsplit(":", 1)[1]]
    uvicorn = ["-m", "uvicorn", "reviews:app", "--port", own.rsplit(":", 1)[1]]

    async with (
        _running(uvicorn, tmp_path, own),
        _running(serve, tmp_path, f"{router}/health/ready"),
        httpx.AsyncClient() as http,
    ):
        query = "{ vendors(first: 3) { edges { node { name reviews { stars text } } } } }"
        answer = (await http.post(f"{router}/graphql", json={"query": query})).json()

    vendors = [edge["node"] for edge in answer["data"]["vendors"]["edges"]]
    assert len(vendors) == 3
    assert all(vendor["name"] and vendor["reviews"][0]["stars"] == 5 for vendor in vendors)
