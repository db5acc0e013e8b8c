"""Any ASGI app on a free port of this process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import WSProtocolType

from router.server.process.run import AdminServer, bind


@contextlib.asynccontextmanager
async def running_app(app: ASGIApp, port: int = 0, ws: WSProtocolType = "none") -> AsyncIterator[int]:
    """Serve until the ``with`` ends; gives the port."""
    listener = bind("127.0.0.1", port)
    listener.listen()
    server = AdminServer(uvicorn.Config(app, lifespan="off", log_config=None, ws=ws))
    task = asyncio.ensure_future(server.serve([listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task
