"""Cross-site requests: what a foreign page can send with the visitor's cookies, without asking first.

A POST needs ``application/json``, which no page may send without a preflight; a GET must therefore carry a
header that none may send either. A WebSocket has no preflight: its ``Origin`` decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from ...errors import RequestError
from ...settings import ServerSettings


def check_preflighted(headers: Mapping[str, str], settings: ServerSettings) -> None:
    """Refuse a GET or a form that lacks every header which forces a preflight."""
    if not any(name.lower() in headers for name in settings.csrf_headers):
        names = ", ".join(settings.csrf_headers)
        raise RequestError("CSRF_PREVENTED", f"Such a request must carry one of these headers: {names}.")


def is_own_origin(headers: Mapping[str, str], settings: ServerSettings) -> bool:
    """Whether a WebSocket comes from no page, from ours, or from one that CORS allows."""
    origin = headers.get("origin")
    if origin is None or urlsplit(origin).netloc == headers.get("host"):
        return True
    pattern = settings.cors_origin_regex
    allowed = origin in settings.cors_origins or "*" in settings.cors_origins
    return allowed or (pattern is not None and re.fullmatch(pattern, origin) is not None)
