"""Checks that tell whether a process serves; each answers at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from .service import Check

ANSWER_PATIENCE = 2.0


def http_ready(host: str, port: int, path: str = "/health/ready") -> Check:
    """Ready when the path answers 200. Plain sockets: the supervisor loads no HTTP client."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()

    async def check() -> bool:
        try:
            async with asyncio.timeout(ANSWER_PATIENCE):
                reader, writer = await asyncio.open_connection(host, port)
                try:
                    writer.write(request)
                    status = await reader.readline()
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return False
        return status.split()[1:2] == [b"200"]

    return check


def file_ready(file: Path) -> Check:
    """Ready when the process has made the file (it is deleted before each start)."""

    async def check() -> bool:
        return await asyncio.to_thread(file.exists)

    return check
