"""GraphiQL at ``/``: a page built by vite (``src``, ``make graphiql``) into ``dist``, with all its assets.

Nothing is fetched from elsewhere, and the Content-Security-Policy says so. Asset names hold a hash of their
content, so browsers keep them; the page itself is asked for anew. The tabs and logins of
``/graphiql/config.json`` come from a file: the router knows no platform.
"""

from __future__ import annotations

from pathlib import Path

import orjson
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import ASGIApp

from ...settings import ServerSettings

DIST = Path(__file__).parent / "dist"
# Monaco styles its editor inline, and starts its workers from blobs where a browser asks for it.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; "
    "worker-src 'self' blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'self'"
)


class Assets(StaticFiles):
    """Files that never change under their names."""

    def file_response(self, *args: object, **options: object) -> Response:
        """Let browsers keep the file for a year."""
        response = super().file_response(*args, **options)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def graphiql_app(settings: ServerSettings) -> ASGIApp:
    """The page, its assets and its configuration."""

    async def page(request: Request) -> Response:
        file = DIST / "index.html"
        headers = {"cache-control": "no-cache", "content-security-policy": POLICY}
        response = FileResponse(file, headers=headers, stat_result=file.stat())
        unchanged = request.headers.get("if-none-match") == response.headers["etag"]
        return NotModifiedResponse(response.headers) if unchanged else response

    async def config(request: Request) -> Response:
        return JSONResponse(read_config(settings), headers={"cache-control": "no-cache"})

    routes = [
        Route("/", page),
        Route("/graphiql/config.json", config),
        Mount("/graphiql", Assets(directory=DIST / "graphiql", check_dir=False)),
    ]
    return GZipMiddleware(Router(routes), minimum_size=1_000, compresslevel=6)


def read_config(settings: ServerSettings) -> dict[str, object]:
    """What the page needs to know: the endpoint, tabs and logins."""
    path = settings.graphiql_config
    given = {} if path is None else orjson.loads(path.read_bytes())
    return {
        "endpoint": settings.graphql_path,
        "tabs": given.get("tabs", []),
        "logins": given.get("logins", []),
    }
